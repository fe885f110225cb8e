#!/usr/bin/env python3
"""Policies through the real loop, with lengths of a second or two: overlap, timeout, retry, catch-up, stopping."""

import collections
import os
import pathlib
import signal
import subprocess
import time
import unittest

import account
import testbed

EVERY = 'trigger = { every = "1s" }\n'


def verdicts(runs):
    """How many dues each verdict covers."""
    count = collections.Counter()
    for run in runs:
        if run["final"]:
            count[run["verdict"], run["reason"]] += run["count"]
    return count


def most_at_once(runs):
    """The greatest number of runs that were at work at one moment."""
    points = [(run["started_at"], 1) for run in runs if run["started_at"]]
    points += [(run["finished_at"], -1) for run in runs if run["started_at"] and run["finished_at"]]
    now = most = 0
    for _, step in sorted(points):
        now += step
        most = max(most, now)
    return most


class Story(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())

    def ends_of(self, jobs, seconds=5, *args):
        """Runs these jobs for some seconds, stops gracefully, and returns the ledger of each."""
        self.bed.write_job("\n".join(f"[job.{name}]\n{text}" for name, text in jobs.items()))
        self.assertEqual(self.bed.launch("--for", f"{seconds}s", *args).wait(seconds + 30), 0, self.bed.log_text())
        return {name: self.bed.history(name) for name in jobs}

    def expect_each_second_once(self, runs):
        # What was queued at the stop waits for the next loop; dues after it may have their verdicts already.
        runs = [{**run, "final": run["final"] or run["phase"] == "claimed"} for run in runs]
        found = account.Verdicts()
        account.judge_occurrences(found, runs, float("inf"), 0)
        self.assertEqual(found.all(), [])


class Overlap(Story):
    def test_each_way_to_meet_a_run_that_is_still_there(self):
        slow = 'command = "sleep 1.7"\n'
        ledgers = self.ends_of({
            "skips": EVERY + slow,
            "queues": EVERY + slow + 'overlap = "queue"\nmax_catchup = 1\n',
            "replaces": EVERY + slow + 'overlap = "replace"\nkill_grace = "1s"\n',
            "allows": EVERY + slow + 'overlap = "allow"\n',
            "allows-two": EVERY + 'command = "sleep 2.7"\noverlap = "allow"\nmax_instances = 2\n',
        }, 6)
        for name, runs in ledgers.items():
            with self.subTest(name):
                self.expect_each_second_once(runs)
                self.assertEqual(most_at_once(runs), {"allows": 2, "allows-two": 2}.get(name, 1))
        self.assertIn(("skipped", "overlap"), verdicts(ledgers["skips"]))
        self.assertIn(("skipped", "queue_full"), verdicts(ledgers["queues"]))
        self.assertIn(("killed", "replaced"), verdicts(ledgers["replaces"]))
        self.assertEqual(set(verdicts(ledgers["allows"])), {("succeeded", None)})
        self.assertIn(("skipped", "overlap"), verdicts(ledgers["allows-two"]))


class Endings(Story):
    def test_every_kind_of_end_has_its_verdict(self):
        once = 'trigger = { on = "start" }\n'
        ledgers = self.ends_of({
            "succeeds": once + 'command = "true"\n',
            "fails": once + 'command = "exit 7"\n',
            "counts-as-success": once + 'command = "exit 7"\nsuccess_codes = [0, 7]\n',
            "times-out": once + 'command = "sleep 60"\ntimeout = "1s"\n',
            "dies": once + 'command = "kill -SEGV $$"\n',
            "is-not-there": once + 'exec = ["/no/such/program"]\n',
            "has-no-folder": once + 'command = "true"\nworking_dir = "/no/such/folder"\n',
        }, 3)
        got = {name: (r["verdict"], r["reason"], r["exit_code"], r["signal"]) for name, (r, *_) in ledgers.items()}
        self.assertEqual(got["succeeds"], ("succeeded", None, 0, None))
        self.assertEqual(got["fails"], ("failed", None, 7, None))
        self.assertEqual(got["counts-as-success"], ("succeeded", None, 7, None))
        self.assertEqual(got["times-out"], ("timed_out", None, None, signal.SIGTERM))
        self.assertEqual(got["dies"][3], signal.SIGSEGV)
        self.assertEqual(got["is-not-there"], ("not_started", "exec", None, None))
        self.assertEqual(got["has-no-folder"], ("not_started", "directory", None, None))

    def test_a_failed_run_is_tried_again_until_it_succeeds(self):
        script = 'command = """test $ROUNDS_ATTEMPT = 3 || exit 5"""\n'
        retry = 'retry = { max_attempts = 5, backoff = "constant", initial_delay = "1s", on_codes = [5] }\n'
        runs = self.ends_of({"flaky": f'trigger = {{ on = "start" }}\n{script}{retry}'}, 7)["flaky"]
        self.assertEqual([(r["attempt"], r["verdict"], r["final"], r["cause"]) for r in runs],
                         [(1, "failed", False, "schedule"), (2, "failed", False, "retry"),
                          (3, "succeeded", True, "retry")])
        self.assertEqual(len({r["due"] for r in runs}), 1)

    def test_a_code_that_is_not_worth_it_is_not_tried_again(self):
        retry = 'retry = { max_attempts = 5, initial_delay = "1s", on_codes = [5] }\n'
        runs = self.ends_of({"broken": f'trigger = {{ on = "start" }}\ncommand = "exit 6"\n{retry}'}, 4)["broken"]
        self.assertEqual([(r["attempt"], r["verdict"], r["final"]) for r in runs], [(1, "failed", True)])

    def test_output_is_kept_to_the_byte_and_shown(self):
        command = 'command = "printf out; printf err >&2; sleep 0.1"\n'
        runs = self.ends_of({"speaks": 'trigger = { on = "start" }\n' + command}, 3)["speaks"]
        self.assertEqual(runs[0]["output_bytes"], 6)
        self.assertEqual(self.bed.must("logs", "speaks"), "outerr")

    def test_a_job_has_its_three_descriptors_and_its_variables_only(self):
        self.ends_of({"looks": 'trigger = { on = "start" }\nexec = ["sh", "-c", "ls -l /proc/$$/fd; env"]\n'}, 2)
        said = self.bed.must("logs", "looks")
        self.assertEqual(sorted(line.split()[8] for line in said.splitlines() if " -> " in line), ["0", "1", "2"])
        names = {line.split("=")[0] for line in said.splitlines() if "=" in line and " -> " not in line}
        self.assertLessEqual({"ROUNDS_JOB", "ROUNDS_RUN_ID", "ROUNDS_DUE", "ROUNDS_ATTEMPT", "ROUNDS_WINDOW_START",
                              "ROUNDS_WINDOW_END", "ROUNDS_IDEMPOTENCY_KEY"}, names)
        allowed = {"HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "PWD", "OLDPWD", "SHLVL", "_"}
        self.assertEqual({n for n in names if not n.startswith(("ROUNDS_", "LC_"))} - allowed, set())


class Downtime(Story):
    def test_each_way_to_catch_up(self):
        jobs = {"latest": "", "all": 'catchup = "all"\n', "three": 'catchup = "all"\nmax_catchup = 3\n',
                "none": 'catchup = "none"\n', "too-late": 'misfire_grace = "2s"\n'}
        tables = {name: EVERY + 'command = "true"\n' + text for name, text in jobs.items()}
        self.ends_of(tables, 3)
        time.sleep(6)
        ledgers = self.ends_of(tables, 4)
        for name, runs in ledgers.items():
            with self.subTest(name):
                self.expect_each_second_once(runs)
        got = {name: verdicts(runs) for name, runs in ledgers.items()}
        caught_up = {n: sum(r["cause"] == "catchup" for r in runs) for n, runs in ledgers.items()}
        self.assertGreaterEqual(got["latest"]["coalesced", None], 4)
        late = [run for run in ledgers["all"] if run["cause"] == "catchup"]
        self.assertEqual(set(verdicts(late)), {("succeeded", None)})
        self.assertGreaterEqual(caught_up["all"], 5)
        self.assertGreaterEqual(got["three"]["missed", "max_catchup"], 2)
        self.assertGreaterEqual(got["none"]["missed", "down"], 5)
        self.assertGreaterEqual(got["too-late"]["missed", "too_late"], 3)
        missed = [r for r in ledgers["too-late"] if r["reason"] == "too_late"]
        self.assertEqual(len(missed), 1, "contiguous misses share a row")


class Slots(Story):
    def test_the_higher_priority_goes_first(self):
        at = testbed.utc(testbed.next_second(2))
        names = ["low", "middle", "high"]
        tables = {name: f'trigger = {{ at = {at} }}\ncommand = "sleep 0.2"\npriority = {priority}\n'
                  for priority, name in enumerate(names)}
        ledgers = self.ends_of(tables, 5, "--max-parallel", "1")
        runs = sorted((runs[0] for runs in ledgers.values()), key=lambda run: run["started_at"])
        self.assertEqual([run["job"] for run in runs], names[::-1])
        self.assertEqual(most_at_once(runs), 1)


class Stopping(Story):
    def test_a_graceful_stop_waits_for_what_runs(self):
        self.bed.write_job('[job.slow]\ntrigger = { on = "start" }\ncommand = "sleep 2"\n')
        self.bed.start()
        testbed.wait_until(lambda: self.bed.jobs()["slow"]["running"])
        self.assertEqual(self.bed.stop(), 0)
        self.assertEqual([r["verdict"] for r in self.bed.history("slow")], ["succeeded"])
        self.assertEqual(self.bed.keepers(), [])

    def test_the_second_signal_sends_term_and_the_third_kill(self):
        stubborn = """trap '' TERM; while :; do sleep 0.1; done"""
        common = 'trigger = { on = "start" }\nkill_grace = "1m"\n'
        self.bed.write_job(f'[job.polite]\n{common}command = "sleep 60"\n'
                           f'[job.stubborn]\n{common}command = """{stubborn}"""\n')
        self.bed.start()
        testbed.wait_until(lambda: all(job["running"] for job in self.bed.jobs().values()))
        self.bed.scheduler.send_signal(signal.SIGINT)
        time.sleep(0.5)
        self.assertIsNone(self.bed.scheduler.poll())
        self.bed.scheduler.send_signal(signal.SIGINT)
        testbed.wait_until(lambda: self.bed.history("polite")[0]["verdict"] == "killed", 5)
        self.assertIsNone(self.bed.scheduler.poll())
        self.bed.scheduler.send_signal(signal.SIGINT)
        self.assertEqual(self.bed.scheduler.wait(10), 0)
        self.assertEqual(self.bed.history("stubborn")[0]["signal"], signal.SIGKILL)

    def test_a_second_loop_names_the_first_and_leaves(self):
        self.bed.start()
        done = self.bed.rounds("run")
        self.assertEqual(done.returncode, 75)
        self.assertIn(str(self.bed.scheduler.pid), done.stderr)

    def test_a_stopped_loop_keeps_its_lock(self):
        self.bed.start()
        os.kill(self.bed.scheduler.pid, signal.SIGSTOP)
        self.assertEqual(self.bed.rounds("run").returncode, 75)
        os.kill(self.bed.scheduler.pid, signal.SIGCONT)

    def test_once_runs_what_is_due_and_tells_how_it_went(self):
        self.bed.write_job('[job.good]\ntrigger = { on = "start" }\ncommand = "sleep 0.3"\n')
        self.assertEqual(self.bed.rounds("run", "--once").returncode, 0)
        self.assertEqual([r["verdict"] for r in self.bed.history()], ["succeeded"])
        self.bed.write_job('[job.bad]\ntrigger = { on = "start" }\ncommand = "false"\n')
        self.assertEqual(self.bed.rounds("run", "--once").returncode, 1)


class Events(Story):
    """Jobs that go by the start of the loop and of the machine. A machine that was booted anew is one whose boot id the
    store does not know."""

    def pretend_boot(self):
        subprocess.run(["sqlite3", str(self.bed.store), "UPDATE fact SET value = 'another' WHERE key = 'boot_id'"], check=True)

    def starts(self):
        self.assertEqual(self.bed.rounds("run", "--once").returncode, 0)
        return {job: len(self.bed.history(job)) for job in ("start", "boot")}

    def test_each_event_is_one_due(self):
        self.bed.write_job('[job.start]\ntrigger = { on = "start" }\ncommand = "true"\n'
                           '[job.boot]\ntrigger = { on = "boot" }\ncommand = "true"\n')
        self.assertEqual(self.starts(), {"start": 1, "boot": 1})
        self.assertEqual(self.starts(), {"start": 2, "boot": 1}, "the same boot")
        self.pretend_boot()
        self.assertEqual(self.starts(), {"start": 3, "boot": 2})

    def test_a_job_that_comes_later_in_a_boot_waits_for_the_next(self):
        self.bed.must("run", "--once")
        self.bed.must("add", "boot", "--on", "boot", "--", "true")
        self.bed.must("add", "start", "--on", "start", "--", "true")
        self.assertEqual(self.starts(), {"start": 1, "boot": 0})
        self.pretend_boot()
        self.assertEqual(self.starts(), {"start": 2, "boot": 1})


class RunNow(Story):
    def setUp(self):
        super().setUp()
        self.bed.must("add", "manual", "--every", "1h", "--", "sh", "-c", "echo said; exit 4")

    def expect_one_run(self):
        done = self.bed.rounds("run-now", "manual")
        self.assertEqual((done.returncode, done.stdout), (4, "said\n"), done.stderr)
        run = self.bed.history("manual")[-1]
        self.assertEqual((run["verdict"], run["exit_code"], run["cause"], run["output_bytes"]),
                         ("failed", 4, "manual", 5))

    def test_works_without_a_loop(self):
        self.expect_one_run()
        self.assertEqual(self.bed.keepers(), [])

    def test_works_beside_a_loop(self):
        self.bed.start()
        self.expect_one_run()

    def test_never_takes_a_run_twice_when_a_loop_starts_meanwhile(self):
        self.bed.must("add", "slow", "--every", "1h", "--command", "sleep 1.5; exit 3")
        asked = self.bed.popen("run-now", "slow")
        testbed.wait_until(lambda: any(r["phase"] == "running" for r in self.bed.history("slow")))
        self.bed.start()
        self.assertEqual(asked.wait(10), 3)
        self.assertEqual([(r["verdict"], r["exit_code"]) for r in self.bed.history("slow")], [("failed", 3)])


class Orphans(Story):
    """Runs that a killed loop left behind, while there is no loop to record their ends."""

    def leave_an_orphan(self, overlap, seconds, keeper_too=False):
        self.bed.must("add", "job", "--now", "--overlap", overlap, "--command", f"exec sleep {seconds}")
        self.bed.start()
        testbed.wait_until(lambda: any(r["phase"] == "running" for r in self.bed.history("job")))
        sleeper = next(p.pid for p in testbed.descendants() if p.name == "sleep")
        keepers = self.bed.keepers()
        self.bed.kill_scheduler()
        if keeper_too:
            os.kill(keepers[0], signal.SIGKILL)
            testbed.wait_until(lambda: not testbed.alive(keepers[0]))
        return sleeper

    def end(self, sleeper):
        os.kill(sleeper, signal.SIGTERM)
        testbed.wait_until(lambda: not testbed.alive(sleeper))

    def verdicts(self):
        return [run["verdict"] for run in self.bed.history("job")]

    def test_one_that_runs_is_in_the_way(self):
        self.leave_an_orphan("skip", 1000)
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 75)
        self.assertEqual(self.verdicts(), [None])

    def test_one_that_has_ended_is_recorded_and_in_nobodys_way(self):
        self.end(self.leave_an_orphan("skip", 1000))
        self.bed.must("add", "job", "--every", "1h", "--overlap", "skip", "--replace", "--", "true")
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 0)
        self.assertEqual(self.verdicts(), ["killed", "succeeded"])

    def test_one_whose_keeper_is_gone_too_is_unknown_and_in_nobodys_way(self):
        self.end(self.leave_an_orphan("skip", 1000, keeper_too=True))
        self.bed.must("add", "job", "--every", "1h", "--overlap", "skip", "--replace", "--", "true")
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 0)
        self.assertEqual(self.verdicts(), ["unknown", "succeeded"])

    def two_orphans_of_one_keeper(self):
        self.bed.must("add", "one", "--now", "--command", "exec sleep 1001")
        self.bed.must("add", "two", "--now", "--command", "echo said; exec sleep 1002")
        self.bed.must("add", "other", "--every", "1h", "--", "true")
        self.bed.start()
        testbed.wait_until(lambda: [r["phase"] for r in self.bed.history("one", "two")] == ["running"] * 2)
        self.bed.kill_scheduler()
        return [p.pid for p in testbed.descendants() if p.name == "sleep"]

    def verdict_of(self, job):
        return [run["verdict"] for run in self.bed.history(job)]

    def test_one_that_has_ended_costs_another_of_its_keeper_nothing(self):
        one, two = sorted(self.two_orphans_of_one_keeper(), key=lambda pid: "1002" in pathlib.Path(f"/proc/{pid}/cmdline").read_text())
        self.end(one)
        self.assertEqual(self.bed.rounds("run-now", "other").returncode, 0)
        self.assertEqual((self.verdict_of("one"), self.verdict_of("two")), (["killed"], [None]))
        self.end(two)
        self.assertEqual(self.bed.rounds("run-now", "other").returncode, 0)
        self.assertEqual(self.verdict_of("two"), ["killed"])
        self.assertEqual(self.bed.must("logs", "two"), "said\n")

    def test_two_of_one_keeper_that_have_ended_both_have_their_true_verdicts(self):
        for sleeper in self.two_orphans_of_one_keeper():
            self.end(sleeper)
        self.assertEqual(self.bed.rounds("run-now", "other").returncode, 0)
        self.assertEqual((self.verdict_of("one"), self.verdict_of("two")), (["killed"], ["killed"]))

    def test_a_queued_run_begins_when_it_ends(self):
        sleeper = self.leave_an_orphan("queue", 1000)
        self.bed.must("add", "job", "--every", "1h", "--overlap", "queue", "--replace", "--", "true")
        asked = self.bed.popen("run-now", "job")
        testbed.wait_until(lambda: len(self.verdicts()) == 2)
        self.assertEqual(self.verdicts(), [None, None])
        self.end(sleeper)
        self.assertEqual(asked.wait(10), 0)
        self.assertEqual(self.verdicts(), ["killed", "succeeded"])

    def test_a_queued_run_begins_when_one_ends_whose_keeper_is_gone_too(self):
        sleeper = self.leave_an_orphan("queue", 1000, keeper_too=True)
        self.bed.must("add", "job", "--every", "1h", "--overlap", "queue", "--replace", "--", "true")
        asked = self.bed.popen("run-now", "job")
        testbed.wait_until(lambda: len(self.verdicts()) == 2)
        self.end(sleeper)
        self.assertEqual(asked.wait(10), 0)
        self.assertEqual(self.verdicts(), ["unknown", "succeeded"])

    def test_no_files_processes_or_keepers_are_left_of_it(self):
        self.end(self.leave_an_orphan("skip", 1000))
        self.bed.must("add", "other", "--every", "1h", "--", "true")
        self.bed.must("add", "job", "--every", "1h", "--replace", "--", "true")
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 0)
        testbed.wait_until(lambda: not (testbed.reap_strays(), testbed.descendants())[1])
        left = [path.name for path in self.bed.spool.iterdir() if not path.name.startswith("sanitizer.")]
        self.assertEqual(left, ["wake"])


if __name__ == "__main__":
    unittest.main()
