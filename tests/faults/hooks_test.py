#!/usr/bin/env python3
"""Hooks and pools through the real loop."""

import time
import unittest

import testbed


class Hooks(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.told = self.bed.dir / "told"

    def lines(self):
        return self.told.read_text().split("\n")[:-1] if self.told.exists() else []

    def test_a_failure_is_told_with_what_is_known_of_it(self):
        self.bed.write_job(f"""
[job.fails]
trigger = {{ on = "start" }}
command = "echo why; exit 3"
[job.fails.on_failure]
command = '''echo "$ROUNDS_HOOK $ROUNDS_JOB $ROUNDS_RUN_ID $ROUNDS_VERDICT $ROUNDS_EXIT_CODE [$ROUNDS_REASON]" >> {self.told}
rounds_said=$({testbed.rounds_binary()} logs $ROUNDS_RUN_ID --store {self.bed.store}); echo "said $rounds_said" >> {self.told}'''
""")
        self.bed.start()
        testbed.wait_until(lambda: len(self.lines()) == 2)
        run = next(run for run in self.bed.history("fails") if run["cause"] != "hook")
        self.assertEqual(self.lines(), [f"on_failure fails {run['run']} failed 3 []", "said why"])
        hook = testbed.wait_until(lambda: next(
            (r for r in self.bed.history("fails") if r["cause"] == "hook" and r["verdict"]), None))
        self.assertEqual(hook["verdict"], "succeeded")
        self.assertEqual(self.bed.jobs()["fails"]["last_verdict"], "failed")

    def test_a_hook_that_hangs_is_ended_and_the_job_goes_on(self):
        self.bed.write_job(f"""
[job.works]
trigger = {{ every = "1s" }}
exec = ["/bin/true"]
on_success = {{ command = "echo $$ >> {self.told}; exec sleep 1000" }}
""")
        self.bed.start()
        testbed.wait_until(lambda: len(self.lines()) >= 3)

    def test_a_hook_survives_the_death_of_the_scheduler_and_comes_once(self):
        self.bed.write_job(f"""
[job.fails]
trigger = {{ on = "start" }}
command = "exit 1"
max_runs = 1
on_failure = {{ command = "echo $ROUNDS_RUN_ID >> {self.told}; exec sleep 2" }}
""")
        self.bed.start()
        testbed.wait_until(self.lines)
        self.bed.kill_scheduler()
        self.bed.start()
        testbed.wait_until(lambda: all(run["verdict"] for run in self.bed.history("fails")))
        hooks = [run for run in self.bed.history("fails") if run["cause"] == "hook"]
        failures = [run for run in self.bed.history("fails") if run["cause"] != "hook"]
        self.assertEqual([int(line) for line in self.lines()], [run["run"] for run in failures])
        self.assertEqual([hook["verdict"] for hook in hooks], ["succeeded"] * len(failures))


class Pools(unittest.TestCase):
    def test_a_pool_holds_runs_back_and_none_is_lost(self):
        with testbed.Testbed() as bed:
            config = bed.dir / "config.toml"
            config.write_text("pools = { db = 2 }\n")
            config.chmod(0o600)
            due = testbed.utc(testbed.next_second(2))
            log = bed.dir / "log"
            bed.write_job("".join(f"""
[job.j{i}]
trigger = {{ at = {due} }}
pool = "db"
command = "echo start >> {log}; sleep 0.3; echo end >> {log}"
""" for i in range(8)))
            bed.start("--config", config)
            testbed.wait_until(lambda: log.exists() and log.read_text().count("end") == 8, 20)
            running = most = 0
            for line in log.read_text().split():
                running += 1 if line == "start" else -1
                most = max(most, running)
            self.assertEqual(most, 2)
            testbed.wait_until(lambda: [run["verdict"] for run in bed.history()] == ["succeeded"] * 8)


if __name__ == "__main__":
    unittest.main()
