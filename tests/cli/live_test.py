#!/usr/bin/env python3
"""Commands that wait and follow, beside a scheduler that works."""

import json
import sqlite3
import subprocess
import unittest

import testbed


def job(name, command, more=""):
    return f"[job.{name}]\ntrigger = {{ at = 2099-01-01T00:00:00Z }}\ncommand = '''{command}'''\n{more}\n"


class WithScheduler(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.gate = self.bed.dir / "gate"

    def begin(self, *jobs, text=None):
        self.bed.write_job(text or "".join(jobs))
        self.bed.start()

    def detach(self, name, *more):
        """Asks for a run of the job and returns its number."""
        return self.bed.must("run-now", name, "--detach", *more).strip()

    def follow(self, *args):
        """Starts a command whose output is read beside it."""
        return subprocess.Popen(self.bed.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def held(self):
        """A command that goes on until the gate is opened."""
        return f"mkfifo -m 600 {self.gate} 2>/dev/null; echo waiting; read line < {self.gate}"

    def open_gate(self):
        testbed.wait_until(self.gate.exists)
        with open(self.gate, "w", encoding="utf-8") as gate:  # blocks until the job reads
            gate.write("go\n")


class Wait(WithScheduler):
    def test_ends_with_the_status_of_the_run(self):
        self.begin(job("slow", self.held() + "; exit 3"))
        run = self.detach("slow")
        waiting = self.follow("wait", run)
        self.open_gate()
        out, err = waiting.communicate(timeout=30)
        self.assertEqual((waiting.returncode, out.decode()), (3, f"run {run} of slow: failed exit 3\n"), err)

    def test_goes_on_through_retries(self):
        count = self.bed.dir / "count"
        command = f"echo x >> {count}; test $(wc -l < {count}) -ge 3"
        self.begin(job("stubborn", command, 'retry = { max_attempts = 3, backoff = "constant", initial_delay = "1s" }'))
        run = self.detach("stubborn", "--retry")
        done = self.bed.rounds("wait", run, "--json", "--columns", "attempt,verdict,final")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["runs"], [{"attempt": 3, "verdict": "succeeded", "final": True}])

    def test_without_a_scheduler_says_so_and_waits_for_one(self):
        self.begin(job("slow", self.held()))
        run = self.detach("slow")
        testbed.wait_until(self.gate.exists)
        self.bed.kill_scheduler()
        waiting = self.follow("wait", run)
        self.assertIn(b"no scheduler runs", waiting.stderr.readline())
        self.bed.start()
        self.open_gate()
        out, _ = waiting.communicate(timeout=30)
        self.assertEqual((waiting.returncode, out.decode()), (0, f"run {run} of slow: succeeded\n"))


class Follow(WithScheduler):
    def test_logs_shows_what_a_run_writes_while_it_writes(self):
        self.begin(job("slow", f'echo first; {self.held()}; printf "last\\0\\377"'))
        run = self.detach("slow")
        following = self.follow("logs", "-f", "slow")
        self.assertEqual(following.stdout.readline(), b"first\n")
        self.assertEqual(following.stdout.readline(), b"waiting\n")
        self.open_gate()
        rest, _ = following.communicate(timeout=30)
        self.assertEqual((following.returncode, rest), (0, b"last\0\xff"))
        self.assertEqual(self.bed.must("wait", run), f"run {run} of slow: succeeded\n")

    def test_logs_follows_a_large_output_to_its_last_byte(self):
        self.begin(job("large", f"{self.held()}; seq 1 200000", 'output_max = "8 MiB"'))
        self.detach("large")
        following = self.follow("logs", "-f", "large")
        self.assertEqual(following.stdout.readline(), b"waiting\n")
        self.open_gate()
        rest, _ = following.communicate(timeout=60)
        self.assertEqual(rest, b"".join(b"%d\n" % n for n in range(1, 200001)))

    def test_logs_steps_over_a_hole_and_says_how_large_it_was(self):
        self.begin(job("large", f'head -c 300000 /dev/zero | tr "\\0" a; {self.held()}'))
        run = self.detach("large")
        output = testbed.wait_until(lambda: [p for p in self.bed.spool.glob(f"{run}-*.out") if p.stat().st_size > 300000])[0]
        subprocess.run(["fallocate", "--punch-hole", "-o", "65536", "-l", "131072", output], check=True)
        following = self.follow("logs", "-f", "large", "--json")
        self.open_gate()
        out, _ = following.communicate(timeout=30)
        shown = json.loads(out)
        self.assertEqual((shown["left_out_bytes"], shown["output_truncated"]), (131072, True))
        self.assertEqual(shown["output"], "a" * (300000 - 131072) + "waiting\n")
        again = self.follow("logs", run)
        text, err = again.communicate(timeout=30)
        self.assertEqual(len(text), 300000 - 131072 + len("waiting\n"))
        self.assertIn(b"131072 bytes", err)

    def test_logs_of_a_job_without_an_open_run_waits_for_nothing(self):
        self.begin(job("quick", "echo done"))
        self.bed.must("run-now", "quick")
        self.assertEqual(self.bed.must("logs", "-f", "quick"), "done\n")

    def test_events_come_as_they_happen(self):
        self.begin(job("quick", "true"))
        following = self.follow("events", "-f", "--json")
        self.assertEqual(json.loads(following.stdout.readline())["kind"], "loop_started")
        self.bed.write_job("[job.quick\n")
        self.assertEqual(json.loads(following.stdout.readline())["kind"], "file_stale")
        following.kill()
        following.communicate()


class Backup(WithScheduler):
    def copy(self):
        return str(self.bed.dir / "copy.db")

    def test_a_copy_made_while_the_scheduler_works_is_sound(self):
        self.begin('[job.busy]\ntrigger = { every = "1s" }\ncommand = "true"\n')
        self.bed.wait_for_runs("busy", 2)
        self.bed.must("backup", self.copy())
        self.assertEqual(self.bed.rounds("backup", "restore", self.copy()).returncode, 75)
        self.assertEqual(self.bed.stop(), 0)
        self.bed.must("backup", "restore", self.copy())
        self.assertGreaterEqual(len(self.bed.history("busy")), 2)

    def test_what_ran_since_the_backup_neither_runs_again_nor_gives_its_number_away(self):
        witness = self.bed.dir / "witness"
        self.begin(f'[job.busy]\ntrigger = {{ every = "1s" }}\ncatchup = "all"\ncommand = "echo $ROUNDS_DUE >> {witness}"\n',
                   job("slow", self.held()))
        self.bed.wait_for_runs("busy", 1)
        open_run = self.detach("slow")
        testbed.wait_until(self.gate.exists)
        self.bed.must("backup", self.copy())
        ran = len(self.bed.history("busy"))
        self.bed.wait_for_runs("busy", ran + 2)
        self.open_gate()
        self.bed.must("wait", open_run)
        self.assertEqual(self.bed.stop(), 0)
        newest = max(run["run"] for run in self.bed.history())
        done = json.loads(self.bed.must("backup", "restore", self.copy(), "--json"))
        self.assertGreaterEqual(done["missed"], 2)
        known = {run["run"]: run for run in self.bed.history()}
        self.assertEqual((known[int(open_run)]["verdict"], known[int(open_run)]["reason"]), ("unknown", "lost"))
        self.assertTrue(all(run > newest for run in known if known[run]["verdict"] == "missed"), known)
        self.bed.start()
        testbed.wait_until(lambda: [r for r in self.bed.history("busy") if r["run"] > newest and r["verdict"] == "succeeded"])
        dues = witness.read_text().split()
        self.assertEqual(len(dues), len(set(dues)))
        self.assertEqual(self.bed.rounds("doctor").returncode, 0)

    def test_large_outputs_of_runs_in_the_backup_are_kept(self):
        self.begin(job("large", "seq 1 50000"))
        run = self.detach("large")
        self.bed.must("wait", run)
        self.bed.must("backup", self.copy())
        self.assertEqual(self.bed.stop(), 0)
        self.bed.must("backup", "restore", self.copy())
        self.assertEqual(self.bed.must("logs", run), "".join(f"{n}\n" for n in range(1, 50001)))

    def test_a_keeper_that_still_holds_a_run_keeps_the_store_from_being_replaced(self):
        self.begin(job("slow", self.held()))
        self.bed.must("backup", self.copy())
        self.detach("slow")
        testbed.wait_until(self.gate.exists)
        self.bed.kill_scheduler()
        refused = self.bed.rounds("backup", "restore", self.copy())
        self.assertEqual(refused.returncode, 75, refused.stderr)
        self.assertIn("keeper", refused.stderr)


class Backfill(WithScheduler):
    def fill(self, *more, overlap="skip"):
        """Three past dues of an hourly job, whose runs say when they begin and end."""
        self.witness = self.bed.dir / "witness"
        self.witness.touch()
        self.begin(f"[job.hourly]\ntrigger = {{ cron = \"0 * * * *\" }}\noverlap = \"{overlap}\"\n"
                   f"command = '''echo b $ROUNDS_DUE $ROUNDS_WINDOW_START >> {self.witness}; sleep 1; echo e >> {self.witness}'''\n")
        due = self.bed.jobs()["hourly"]["next_due"]
        done = json.loads(self.bed.must("backfill", "hourly", "--from", "2026-01-05T06:00:00Z", "--to", "2026-01-05T09:00:00Z",
                                        "--json", *more))
        self.bed.must("wait", *done["runs"])
        self.assertEqual(self.bed.jobs()["hourly"]["next_due"], due)
        return self.witness.read_text().splitlines()

    def test_each_due_gets_its_run_with_its_window_one_after_another(self):
        lines = self.fill()
        self.assertEqual(lines, [line for hour in (6, 7, 8)
                                 for line in (f"b 2026-01-05T0{hour}:00:00Z 2026-01-05T0{hour - 1}:00:00Z", "e")])
        self.assertEqual({run["cause"] for run in self.bed.history("hourly")}, {"backfill"})

    def test_so_many_at_a_time_as_asked_for(self):
        lines = self.fill("--parallel", "3")
        self.assertEqual([line[0] for line in lines], ["b", "b", "b", "e", "e", "e"])

    def test_another_backfill_adds_attempts_unless_only_what_is_missing_is_wanted(self):
        self.fill()
        again = ("backfill", "hourly", "--from", "2026-01-05T05:00:00Z", "--to", "2026-01-05T07:00:00Z", "--json")
        missing = json.loads(self.bed.must(*again, "--only-missing"))["runs"]
        self.bed.must("wait", *missing)
        everything = json.loads(self.bed.must(*again))["runs"]
        self.bed.must("wait", *everything)
        self.assertEqual((len(missing), len(everything)), (1, 2))
        runs = [(run["due"][11:13], run["attempt"], run["final"]) for run in self.bed.history("hourly")]
        self.assertEqual(sorted(runs), [("05", 1, False), ("05", 2, True), ("06", 1, False), ("06", 2, True),
                                        ("07", 1, True), ("08", 1, True)])


class Inspection(WithScheduler):
    def test_of_a_job_knows_the_targets_beside_the_job_files(self):
        targets = self.bed.jobs_dir.parent / "targets.d"
        targets.mkdir()
        sqlite3.connect(self.bed.dir / "shop.db").execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        (targets / "shop.toml").write_text(f'[target.shop]\nengine = "sqlite"\npath = "{self.bed.dir / "shop.db"}"\n', encoding="utf-8")
        self.begin("[job.look]\ntrigger = { at = 2099-01-01T00:00:00Z }\n[job.look.inspect]\ntargets = [\"shop\"]\ntier = \"weekly\"\n")
        run = self.detach("look")
        self.assertEqual(self.bed.rounds("wait", run).returncode, 0)
        report = json.loads(self.bed.must("report", "show", "--json"))
        self.assertEqual((report["tier"], report["run"], report["targets"][0]["name"]), ("weekly", int(run), "shop"))


class WithoutScheduler(unittest.TestCase):
    def test_edits_do_not_let_the_log_grow(self):
        with testbed.Testbed() as bed:
            bed.must("add", "often", "--every", "1h", "--", "true")
            log = bed.store.with_name(bed.store.name + "-wal")
            largest = 0
            for edit in range(300):
                bed.must("resume" if edit % 2 else "pause", "often")
                largest = max(largest, log.stat().st_size)
            self.assertGreater(largest, 900 * 1024, "too few edits to show anything")
            self.assertLess(largest, 1100 * 1024)


if __name__ == "__main__":
    unittest.main()
