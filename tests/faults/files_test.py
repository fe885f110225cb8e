#!/usr/bin/env python3
"""What happens to job files while a scheduler watches them: lost events, half-written files, swaps, storms, and files
that are made to hurt. Jobs never go away because of what was not seen."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import time
import unittest

import testbed

QUEUE = pathlib.Path("/proc/sys/fs/inotify/max_queued_events")
JOB = '[job.{name}]\ntrigger = {{ every = "1h" }}\ncommand = "exit {code}"\n'
MEBIBYTE = 1 << 20

# Each is within the size that is read, or says so at once; words that the error has to contain.
BOMBS = {
    "a million brackets": (b"x-a = " + b"[" * (MEBIBYTE - 100), ["32"]),
    "as many jobs as fit": (b"".join(b"[job.k%06d]\n" % n for n in range(MEBIBYTE // 14 - 10)), ["trigger"]),
    "one key of a mebibyte": (b"a" * (MEBIBYTE - 100) + b" = 1\n", []),
    "one line of errors": (b'[job."\\u0000"]\n' * (MEBIBYTE // 16 - 10), []),
    "a string that never ends": (b'x-a = """' + b"\n" * (MEBIBYTE - 100), []),
    "bad UTF-8 throughout": (b"\xff" * (MEBIBYTE - 100), ["UTF-8"]),
}


class Files(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())

    def write(self, name, code=0):
        self.bed.write_job(JOB.format(name=name, code=code), f"{name}.toml")

    def start_with(self, *names):
        for name in names:
            self.write(name)
        self.bed.start()

    def wait_for_jobs(self, names, seconds=15):
        testbed.wait_until(lambda: set(self.bed.jobs()) == set(names), seconds, 0.1)

    def command_of(self, job):
        return self.bed.must("show", job)

    @contextlib.contextmanager
    def stopped(self):
        """The scheduler reads no events meanwhile."""
        os.kill(self.bed.scheduler.pid, signal.SIGSTOP)
        testbed.wait_until(lambda: testbed.processes()[self.bed.scheduler.pid].state == "T")
        yield
        os.kill(self.bed.scheduler.pid, signal.SIGCONT)

    @contextlib.contextmanager
    def short_queue(self, length):
        """The kernel keeps only so many events for a watch that is made now."""
        before = QUEUE.read_text()
        try:
            QUEUE.write_text(str(length))
        except OSError as error:
            self.skipTest(f"{QUEUE} cannot be changed here: {error}")
        try:
            yield
        finally:
            QUEUE.write_text(before)

    def test_events_that_were_lost_are_made_up_for(self):
        with self.short_queue(8):
            self.start_with("stays", "changes", "goes")
        with self.stopped():
            for number in range(50):
                (self.bed.jobs_dir / f"noise-{number}").write_text("")
            self.write("changes", 7)
            self.write("comes")
            (self.bed.jobs_dir / "goes.toml").unlink()
        self.wait_for_jobs({"stays", "changes", "comes"})
        self.assertIn("exit 7", self.command_of("changes"))

    def test_a_file_that_is_written_bit_by_bit_is_read_when_it_is_closed(self):
        self.start_with("stays")
        text = JOB.format(name="slow", code=0) + JOB.format(name="second", code=0)
        seen = len(self.bed.log_text())
        with open(self.bed.jobs_dir / "slow.toml", "w", buffering=1, opener=lambda p, f: os.open(p, f, 0o600)) as file:
            for line in text.splitlines(True):
                file.write(line)
                file.flush()
                time.sleep(0.05)  # the writer's own pace
                self.assertEqual(set(self.bed.jobs()), {"stays"})
        self.wait_for_jobs({"stays", "slow", "second"})
        self.assertNotIn("does not load", self.bed.log_text()[seen:])

    def test_a_file_that_is_written_over_in_place_loses_no_job_on_the_way(self):
        self.start_with("stays")
        file = self.bed.jobs_dir / "stays.toml"
        for code in range(1, 6):
            with open(file, "r+") as writer:
                writer.truncate(0)
                writer.write(JOB.format(name="stays", code=code))
            testbed.wait_until(lambda code=code: f"exit {code}" in self.command_of("stays"), 10)
        self.assertIn("stays", self.bed.jobs())

    def test_a_storm_of_swaps_ends_with_what_was_written_last(self):
        self.start_with("stays", "swapped")
        count = 2000 if testbed.long_form() else 300
        for code in range(count):
            self.write("swapped", code % 250)
        testbed.wait_until(lambda: f"exit {(count - 1) % 250}" in self.command_of("swapped"), 20)
        self.assertEqual(set(self.bed.jobs()), {"stays", "swapped"})
        self.assertEqual(self.bed.status()["jobs"].get("stale", 0), 0)

    def test_two_files_that_change_places_keep_their_jobs(self):
        self.start_with("one", "two")
        one, two, aside = (self.bed.jobs_dir / name for name in ("one.toml", "two.toml", ".aside"))
        for _ in range(20):
            one.rename(aside)
            two.rename(one)
            aside.rename(two)
        time.sleep(0.5)  # nothing is to happen: longer than a vanished file is waited for
        self.assertEqual(set(self.bed.jobs()), {"one", "two"})

    def test_a_link_in_the_place_of_a_file_is_refused_and_its_jobs_stay(self):
        self.start_with("stays")
        elsewhere = self.bed.dir / "elsewhere.toml"
        elsewhere.write_text(JOB.format(name="stays", code=9))
        link = self.bed.jobs_dir / ".link"
        link.symlink_to(elsewhere)
        link.rename(self.bed.jobs_dir / "stays.toml")
        testbed.wait_until(lambda: "symbolic link" in self.bed.log_text(), 10)
        self.assertNotIn("exit 9", self.command_of("stays"))
        self.assertEqual(self.bed.jobs()["stays"]["state"], "stale")
        self.write("stays", 3)
        testbed.wait_until(lambda: "exit 3" in self.command_of("stays"), 10)

    def test_a_folder_that_is_swapped_by_its_link_is_taken_in_whole(self):
        """As deployments do it: jobs.d is a link, and another release takes its place."""
        releases = [self.bed.dir / f"release-{number}" for number in (1, 2)]
        for number, release in enumerate(releases):
            release.mkdir(mode=0o700)
            for name in ("stays", f"only-{number}"):
                file = release / f"{name}.toml"
                file.write_text(JOB.format(name=name, code=number))
                file.chmod(0o600)
        self.bed.jobs_dir.rmdir()
        self.bed.jobs_dir.symlink_to(releases[0])
        self.bed.start()
        self.wait_for_jobs({"stays", "only-0"})
        link = self.bed.dir / "link"
        link.symlink_to(releases[1])
        link.rename(self.bed.jobs_dir)
        self.wait_for_jobs({"stays", "only-1"})
        self.assertIn("exit 1", self.command_of("stays"))

    def test_a_folder_that_vanishes_with_all_above_it_removes_nothing(self):
        deep = self.bed.dir / "a" / "b" / "jobs.d"
        deep.mkdir(parents=True, mode=0o700)
        self.bed.jobs_dir = deep
        self.start_with("stays")
        shutil.rmtree(self.bed.dir / "a")
        testbed.wait_until(lambda: "is not there" in self.bed.log_text(), 10)
        self.assertEqual(set(self.bed.jobs()), {"stays"})
        deep.mkdir(parents=True, mode=0o700)
        self.write("stays", 5)
        testbed.wait_until(lambda: "exit 5" in self.command_of("stays"), 10)

    def test_a_folder_that_may_not_be_trusted_any_more_removes_nothing(self):
        self.start_with("stays")
        self.bed.jobs_dir.chmod(0o777)
        self.write("other")
        testbed.wait_until(lambda: "may be written by others" in self.bed.log_text(), 10)
        self.assertEqual(set(self.bed.jobs()), {"stays"})
        self.bed.jobs_dir.chmod(0o700)
        self.write("third")
        testbed.wait_until(lambda: "third" in self.bed.jobs(), 10)
        self.assertIn("stays", self.bed.jobs())

    # Files that are made to hurt.

    def test_a_file_of_a_gigabyte_is_refused_at_once(self):
        self.start_with("stays")
        with open(self.bed.jobs_dir / "huge.toml", "wb") as file:
            file.truncate(1 << 30)
        testbed.wait_until(lambda: re.search(r"huge\.toml.*larger than 1 MiB", self.bed.log_text()), 5)
        if not testbed.sanitized():
            self.assertLess(self.memory(), 100, "MB")
        done = self.bed.rounds("check", self.bed.jobs_dir, timeout=5)
        self.assertEqual(done.returncode, 65)

    def memory(self):
        text = pathlib.Path(f"/proc/{self.bed.scheduler.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1000

    def test_bombs_are_refused_in_little_time_and_memory(self):
        self.start_with("stays")
        for what, (data, words) in BOMBS.items():
            with self.subTest(what):
                self.assertLessEqual(len(data), MEBIBYTE)
                self.bed.write_job(data, "bomb.toml")
                began = time.monotonic()
                done = self.bed.rounds("check", self.bed.jobs_dir / "bomb.toml", timeout=60)
                self.assertEqual(done.returncode, 65, done.stderr[:500])
                self.assertLess(time.monotonic() - began, 10 if testbed.sanitized() else 3)
                self.assertLess(len(done.stdout + done.stderr), 100_000, "an error is for people")
                for word in ["bomb.toml", *words]:
                    self.assertIn(word, done.stdout + done.stderr)
                testbed.wait_until(lambda: "bomb.toml" in self.bed.log_text(), 30)
        self.assertEqual(set(self.bed.jobs()), {"stays"})
        self.assertIsNone(self.bed.scheduler.poll())
        if not testbed.sanitized():
            self.assertLess(self.memory(), 300, "MB")


if __name__ == "__main__":
    unittest.main()
