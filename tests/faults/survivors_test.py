#!/usr/bin/env python3
"""Whatever a job leaves behind is gone one second after the grace, however the job ended."""

import contextlib
import os
import signal
import sqlite3
import time
import unittest

import testbed

GRACE = 1
MARGIN = 1
BROOD = ("child", "stubborn", "orphan", "session", "holder")


class Survivors(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.pid_file = self.bed.dir / "pids"

    def start_tree(self, *kinds, more=""):
        """Starts the loop with one job that becomes the tree; returns when all of it is there."""
        argv = [testbed.helper("tree"), str(self.pid_file), *kinds]
        self.bed.write_job('[job.tree]\ntrigger = { on = "start" }\n'
                           f'exec = {argv!r}\nkill_grace = "{GRACE}s"\n{more}')
        self.bed.start()
        wanted = 1 + sum(kind != "self" for kind in kinds)
        testbed.wait_until(lambda: len(self.pids()) == wanted, step=0.01)

    def pids(self):
        return [int(line) for line in self.pid_file.read_text().split()] if self.pid_file.exists() else []

    def main_process(self):
        """The tree's first process: the keeper's own child (what left its parents comes to the scheduler)."""
        table = testbed.processes()
        return next(p for p in self.pids() if table[p].parent in self.bed.keepers())

    def expect_none_left(self, since):
        time.sleep(max(0, since + GRACE + MARGIN - time.monotonic()))
        left = [p for p in self.pids() if testbed.alive(p)]
        self.assertEqual(left, [], "survivors")

    def verdict(self):
        run = self.bed.wait_for_runs("tree")[0]
        return run["verdict"], run["reason"], run["signal"]

    def test_a_timeout_leaves_none(self):
        self.start_tree(*BROOD, more='timeout = "1s"')
        self.expect_none_left(time.monotonic() + 1)
        self.assertEqual(self.verdict()[0], "timed_out")

    def test_a_timeout_ends_a_job_that_ignores_term(self):
        self.start_tree("self", *BROOD, more='timeout = "1s"')
        self.expect_none_left(time.monotonic() + 1)
        self.assertEqual(self.verdict(), ("timed_out", None, signal.SIGKILL))

    def test_stop_leaves_none(self):
        self.start_tree(*BROOD)
        self.bed.must("stop", "tree")
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict(), ("killed", "stopped", signal.SIGTERM))

    def test_stop_ends_a_job_that_ignores_term(self):
        self.start_tree("self", *BROOD)
        self.bed.must("stop", "tree")
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict(), ("killed", "stopped", signal.SIGKILL))

    def test_killing_the_main_process_leaves_none(self):
        self.start_tree(*BROOD)
        os.kill(self.main_process(), signal.SIGKILL)
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict()[2], signal.SIGKILL)

    def test_stop_works_after_the_keeper_was_killed(self):
        self.start_tree("self", *BROOD)
        os.kill(self.bed.keepers()[0], signal.SIGKILL)
        time.sleep(0.5)
        self.bed.must("stop", "tree")
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict(), ("killed", "stopped", signal.SIGKILL))

    def test_stop_works_after_the_scheduler_was_killed(self):
        self.start_tree("self", *BROOD)
        self.bed.kill_scheduler()
        self.bed.start()
        self.bed.must("stop", "tree")
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict(), ("killed", "stopped", signal.SIGKILL))

    def test_stop_works_after_both_were_killed(self):
        self.start_tree("self", *BROOD)
        os.kill(self.bed.keepers()[0], signal.SIGKILL)
        self.bed.kill_scheduler()
        self.bed.start()
        self.bed.must("stop", "tree")
        self.expect_none_left(time.monotonic())

    def test_a_timeout_holds_after_the_scheduler_was_killed(self):
        self.start_tree("self", *BROOD, more='timeout = "2s"')
        started = time.monotonic()
        self.bed.kill_scheduler()
        self.bed.start()
        self.expect_none_left(started + 2)
        self.assertEqual(self.verdict()[0], "timed_out")

    def test_a_job_that_ends_by_itself_keeps_what_it_left_running(self):
        argv = [testbed.helper("tree"), str(self.pid_file), "session"]
        self.bed.write_job(f"[job.tree]\ntrigger = {{ on = 'start' }}\ncommand = '''{' '.join(argv)} & "
                           f"until [ \"$(wc -l < {self.pid_file})\" = 2 ]; do :; done 2>/dev/null'''\n")
        self.bed.start()
        self.assertEqual(self.verdict()[0], "succeeded")
        testbed.wait_until(lambda: len(self.pids()) == 2)
        testbed.wait_until(self.leftover_events)
        self.assertEqual(self.leftover_events(), ["run 1 left 2 processes running"])
        self.assertTrue(all(testbed.alive(p) for p in self.pids()))

    def leftover_events(self):
        # No command shows events yet.
        with contextlib.closing(sqlite3.connect(f"file:{self.bed.store}?mode=ro", uri=True)) as store:
            return [text for (text,) in store.execute("SELECT text FROM event WHERE kind = 'leftovers'")]

    def test_leftovers_are_ended_where_the_job_wants_that(self):
        argv = [testbed.helper("tree"), str(self.pid_file), *BROOD]
        self.bed.write_job(f"[job.tree]\ntrigger = {{ on = 'start' }}\nleftovers = 'kill'\nkill_grace = '{GRACE}s'\n"
                           f"command = '''{' '.join(argv)} & "
                           f"until [ \"$(wc -l < {self.pid_file})\" = 6 ]; do :; done 2>/dev/null; exit 3'''\n")
        self.bed.start()
        testbed.wait_until(lambda: len(self.pids()) == 6, step=0.01)
        self.expect_none_left(time.monotonic())
        self.assertEqual(self.verdict(), ("failed", None, None))


if __name__ == "__main__":
    unittest.main()
