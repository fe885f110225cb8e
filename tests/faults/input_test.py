#!/usr/bin/env python3
"""Bad job files dropped into a running scheduler: a clear error with its place, and nothing else changes."""

import time
import unittest

import account
import testbed

GOOD = '[job.good]\ntrigger = { every = "1s" }\ncommand = "true"\n'
TRIGGER = 'trigger = { every = "1h" }\n'

# file name, its bytes, the place (":LINE:COLUMN", or "" for the file as a whole), words the error has to contain
BAD = {
    "unknown key": (f'[job.bad]\n{TRIGGER}comand = "true"\n', ":3:1", ["comand", "command"]),
    "bad cron": ('[job.bad]\ntrigger = { cron = "0 25 * * *" }\ncommand = "true"\n', ":2:", ["hour", "25"]),
    "bad zone": (f'[job.bad]\n{TRIGGER}timezone = "Europe/Berlim"\ncommand = "true"\n', ":3:", ["Europe/Berlin"]),
    "duplicate name": (f'[job.good]\n{TRIGGER}command = "true"\n', ":1", ["good", "good.toml"]),
    "2 MB": (b"# padding\n" * 200_000, "", ["larger"]),
    "NUL": (f'[job.bad]\n{TRIGGER}command = "a\0b"\n'.encode(), ":3:", []),
    "invalid UTF-8": (f'[job.bad]\n{TRIGGER}command = "'.encode() + b"\xff\xfe" + b'"\n', ":3:", ["UTF-8"]),
    "name with /": (f'[job."a/b"]\n{TRIGGER}command = "true"\n', ":1:", ["a/b"]),
    "name of digits": (f"[job.123]\n{TRIGGER}command = 'true'\n", ":1:", ["123"]),
    "no such key type": (f"[job.bad]\n{TRIGGER}command = 7\n", ":3:", ["command"]),
    "not TOML": ("[job.bad\n", ":1:", []),
    "truncated": ('[job.bad]\ntrigger = { every = "1', ":2:", []),
    "deep nesting": ("x-deep = " + "[" * 500 + "]" * 500 + "\n", "", []),
}


class Input(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())

    def start_with_good_job(self):
        self.bed.write_job(GOOD, "good.toml")
        self.bed.start()
        return int(time.time()) + 1

    def expect_said(self, text, where, words, said):
        for word in [f"wrong.toml{where}", *words]:
            self.assertIn(word, said, f"{text}: {said}")

    def test_check_names_the_place_of_every_problem(self):
        self.bed.write_job(GOOD, "good.toml")
        for what, (text, where, words) in BAD.items():
            with self.subTest(what):
                self.bed.write_job(text, "wrong.toml")
                done = self.bed.rounds("check")
                self.assertEqual(done.returncode, 65, done.stdout + done.stderr)
                self.expect_said(what, where, words, done.stdout + done.stderr)

    def test_the_loop_says_so_and_goes_on(self):
        first = self.start_with_good_job()
        for what, (text, where, words) in BAD.items():
            with self.subTest(what):
                seen = len(self.bed.log_text())
                self.bed.write_job(text, "wrong.toml")
                testbed.wait_until(lambda: "wrong.toml" in self.bed.log_text()[seen:], 3)
                time.sleep(0.1)
                self.expect_said(what, where, words, self.bed.log_text()[seen:])
        self.bed.write_job(f"[job.other]\n{TRIGGER}command = 'true'\n", "other.toml")
        testbed.wait_until(lambda: "other" in self.bed.jobs(), 3)
        self.assertEqual(set(self.bed.jobs()), {"good", "other"})
        self.expect_every_second_ran("good", first, int(time.time()) - 1)

    def expect_every_second_ran(self, job, first, last):
        ran = {account.seconds(run["due"]) for run in self.bed.history(job) if run["verdict"] == "succeeded"}
        self.assertEqual(set(range(first, last)) - ran, set())

    def test_bad_files_keep_no_good_file_from_loading_at_start(self):
        self.bed.write_job(GOOD, "good.toml")
        for number, (text, _, _) in enumerate(BAD.values()):
            self.bed.write_job(text, f"wrong{number}.toml")
        self.bed.start()
        self.bed.wait_for_runs("good")
        self.assertEqual(set(self.bed.jobs()), {"good"})
        for number in range(len(BAD)):
            self.assertIn(f"wrong{number}.toml", self.bed.log_text())

    def test_arguments_too_large_to_start_with_have_their_verdict_with_nothing_else_going_on(self):
        self.bed.write_job(f'[job.large]\n{TRIGGER}exec = ["/bin/true"]\nenv = {{ A = "{"a" * 100_000}" }}\n')
        self.bed.start()
        self.bed.rounds("run-now", "large", "--", "b" * 60_000, "c" * 60_000)
        run = testbed.wait_until(lambda: next((r for r in self.bed.history("large") if r["verdict"]), None))
        self.assertEqual((run["verdict"], run["reason"]), ("not_started", "exec"))

    def test_a_broken_file_keeps_its_last_good_jobs(self):
        self.start_with_good_job()
        self.bed.write_job(GOOD.replace("command", "comand"), "good.toml")
        testbed.wait_until(lambda: self.bed.jobs()["good"]["state"] == "stale", 3)
        count = len(self.bed.history("good"))
        self.bed.wait_for_runs("good", count + 2)
        self.assertEqual(self.bed.status()["jobs"]["stale"], 1)
        self.bed.write_job(GOOD, "good.toml")
        testbed.wait_until(lambda: self.bed.jobs()["good"]["state"] == "active", 3)

    def test_a_vanished_directory_removes_nothing(self):
        self.start_with_good_job()
        self.bed.jobs_dir.rename(self.bed.dir / "elsewhere")
        count = len(self.bed.history("good"))
        self.bed.wait_for_runs("good", count + 2)
        self.assertIn("good", self.bed.jobs())
        (self.bed.dir / "elsewhere").rename(self.bed.jobs_dir)
        self.bed.write_job(f"[job.later]\n{TRIGGER}command = 'true'\n", "later.toml")
        testbed.wait_until(lambda: "later" in self.bed.jobs(), 5)

    def test_a_deleted_file_removes_its_jobs_and_brings_them_back_with_their_history(self):
        self.start_with_good_job()
        before = {run["run"] for run in self.bed.wait_for_runs("good", 2)}
        (self.bed.jobs_dir / "good.toml").unlink()
        testbed.wait_until(lambda: "good" not in self.bed.jobs(), 3)
        self.bed.write_job(GOOD, "again.toml")
        testbed.wait_until(lambda: "good" in self.bed.jobs(), 3)
        self.assertLessEqual(before, {run["run"] for run in self.bed.history("good")})

    def test_the_second_holder_of_a_name_waits_for_the_first_to_go(self):
        self.start_with_good_job()
        self.bed.write_job(GOOD.replace("true", "exit 3"), "twin.toml")
        testbed.wait_until(lambda: "twin.toml" in self.bed.log_text(), 3)
        self.assertEqual({run["verdict"] for run in self.bed.wait_for_runs("good", 2)}, {"succeeded"})
        (self.bed.jobs_dir / "good.toml").unlink()
        testbed.wait_until(lambda: any(run["exit_code"] == 3 for run in self.bed.history("good")), 5)


if __name__ == "__main__":
    unittest.main()
