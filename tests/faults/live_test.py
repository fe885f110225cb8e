#!/usr/bin/env python3
"""Edits take effect within 100 ms. Nothing here polls: an edit is made so shortly before a due second that only a
scheduler that has taken it in by then can act on it."""

import time
import unittest

import account
import testbed

# Seconds between the edit and the due. Starting a sanitized command takes longer than the figure that is promised.
LEAD = 0.8 if testbed.sanitized() else 0.1
TRIES = 10
ENOUGH = 9  # of TRIES: the machine under test does other things too


def ready_for_next_due():
    """Sleeps until LEAD before a whole second, and returns that second."""
    due = testbed.next_second(LEAD + 0.05)
    time.sleep(due - LEAD - time.time())
    return due


class Live(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.stamps = self.bed.dir / "stamps"
        self.stamps.touch()
        self.bed.start()

    def stamped(self):
        """Name and time of every start, by the jobs themselves."""
        return [(name, float(at)) for name, at in (line.split() for line in self.stamps.read_text().splitlines())]

    def command(self, name):
        return f"date +'{name} %s.%N' >> {self.stamps}"

    def expect_enough(self, good, what):
        print(f"{what}: {good} of {TRIES} within {LEAD * 1000:.0f} ms")
        self.assertGreaterEqual(good, ENOUGH, what)

    def count_started_at(self, dues):
        """How many of these jobs started at their due, and not a second later."""
        time.sleep(1)
        return sum(name in dues and dues[name] <= at < dues[name] + 0.9 for name, at in self.stamped())

    def test_a_dropped_file_is_in_force(self):
        dues = {}
        for number in range(TRIES):
            name, due = f"dropped-{number}", testbed.next_second(LEAD + 0.2)
            text = f'[job.{name}]\ntrigger = {{ at = {testbed.utc(due)} }}\ncommand = """{self.command(name)}"""\n'
            time.sleep(due - LEAD - time.time())
            self.bed.write_job(text, f"{name}.toml")
            dues[name] = due
        self.expect_enough(self.count_started_at(dues), "file dropped, run started")

    def test_an_added_job_is_in_force(self):
        dues = {}
        for number in range(TRIES):
            name, due = f"added-{number}", testbed.next_second(LEAD + 0.2)
            time.sleep(due - LEAD - time.time())
            self.bed.must("add", name, "--at", testbed.utc(due), "--command", self.command(name))
            dues[name] = due
        self.expect_enough(self.count_started_at(dues), "job added, run started")

    def test_a_job_added_now_starts_at_the_next_second(self):
        good = 0
        for number in range(TRIES):
            name, due = f"now-{number}", ready_for_next_due()
            self.bed.must("add", name, "--now", "--command", self.command(name))
            testbed.wait_until(lambda: name in dict(self.stamped()), 3)
            good += due <= dict(self.stamped())[name] < due + LEAD
        self.expect_enough(good, "added with --now, run started")

    def test_an_added_job_is_listed_with_its_next_due_at_once(self):
        self.bed.must("add", "hourly", "--every", "1h", "--command", "true")
        due = account.seconds(self.bed.jobs()["hourly"]["next_due"])
        self.assertAlmostEqual(due, time.time() + 3600, delta=5)

    def test_pause_resume_and_remove_are_in_force(self):
        self.bed.must("add", "beat", "--every", "1s", "--command", "true")
        self.bed.wait_for_runs("beat", 2)
        paused = self.edit_before_due("pause", "beat")
        time.sleep(2.2)
        resumed = self.edit_before_due("resume", "beat")
        time.sleep(2.2)
        removed = self.edit_before_due("remove", "beat", "--yes")
        time.sleep(1.2)
        ran = {account.seconds(run["due"]) for run in self.bed.history("beat") if run["verdict"] == "succeeded"}
        wanted = set(range(min(ran), paused)) | set(range(resumed, removed))
        self.assertEqual(ran, wanted, f"paused at {paused}, resumed at {resumed}, removed at {removed}")

    def test_paused_dues_are_accounted_for_in_one_row(self):
        self.bed.must("add", "beat", "--cron", "* * * * * *", "--command", "true")
        self.bed.wait_for_runs("beat", 1)
        self.bed.must("pause", "beat", "--reason", "audit")
        job = self.bed.jobs()["beat"]
        self.assertEqual((job["state"], job["paused"], job["pause_reason"], job["next_due"]),
                         ("paused", True, "audit", None))
        time.sleep(2.5)
        self.bed.must("resume", "beat")
        self.bed.wait_for_runs("beat", 4)
        rows = [run for run in self.bed.history("beat") if run["verdict"] == "skipped"]
        self.assertEqual([(run["reason"], run["count"] >= 2) for run in rows], [("paused", True)])
        verdicts = account.Verdicts()
        account.judge_occurrences(verdicts, self.bed.history("beat"), float("inf"), 0)
        self.assertEqual(verdicts.all(), [])

    def edit_before_due(self, *command):
        due = ready_for_next_due()
        self.bed.must(*command)
        return due


if __name__ == "__main__":
    unittest.main()
