#!/usr/bin/env python3
"""A scheduler and a keeper that are out of descriptors or of processes, and a disk that fails now and then: nothing is
lost, nothing starts twice, nothing starts unrecorded, and when the shortage is over work goes on by itself."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import account
import machine
import testbed
import witnessed

STRANGER = 61987  # a user who has no processes, whose every process is ours
ONE_WITNESS_A_SECOND = '[job.{name}]\ntrigger = {{ every = "1s" }}\nexec = {argv!r}\noverlap = "allow"\n'


class Limits(witnessed.WitnessedCase):
    def begin(self, program=None):
        argv = [str(program or testbed.helper("witness")), str(self.witness), "5", "300"]
        self.bed.must("add", "-f", "-", text="".join(ONE_WITNESS_A_SECOND.format(name=name, argv=argv) for name in "ab"))
        self.bed.start()
        self.first_due = int(time.time()) + 1
        self.wait_for_starts(2)

    @contextlib.contextmanager
    def limited(self, pid, limit, value, user=0):
        """A limit of a process that holds for a while, set by its own user."""
        def set_limit(soft):
            subprocess.run([*self.run_as(user), "prlimit", "--pid", str(pid), f"--{limit}={soft}:"], check=True)

        title = {"nproc": "Max processes", "nofile": "Max open files"}[limit]
        line = next(line for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith(title))
        set_limit(value)
        yield
        set_limit(line[len(title):].split()[0])

    def run_as(self, user):
        return ["env", f"HOME={self.bed.dir}", "setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"]

    @staticmethod
    def descriptors(pid):
        """How many it has; a limit of that many allows no other."""
        return max(map(int, os.listdir(f"/proc/{pid}/fd"))) + 1

    def expect_true_ledger(self):
        self.wait_for_starts(4)
        last_due = self.bed.come_to_rest()
        runs, executions = self.bed.history(), account.read_witness(self.witness)
        self.assertEqual(account.judge(runs, executions, [], self.first_due, last_due).all(), [])
        self.assertNotIn("bug", self.bed.log_text())
        self.assertEqual(self.bed.stop(), 0)

    # Descriptors.

    def test_a_scheduler_without_a_free_descriptor_goes_on_when_it_has_one(self):
        self.begin()
        with self.limited(self.bed.scheduler.pid, "nofile", self.descriptors(self.bed.scheduler.pid)):
            time.sleep(3.2)  # three dues of each job
            self.assertIsNone(self.bed.scheduler.poll(), self.bed.log_text())
        self.expect_true_ledger()

    @unittest.skipIf(testbed.sanitized(), "without a descriptor UndefinedBehaviorSanitizer takes sound objects for broken ones")
    def test_a_scheduler_that_cannot_make_a_keeper_tries_again(self):
        self.begin()
        began = len(self.bed.log_text())
        with self.limited(self.bed.scheduler.pid, "nofile", 3):
            os.kill(self.bed.keepers()[0], signal.SIGKILL)
            self.wait_for_word("(?i) error .*open files", began)
            self.assertIsNone(self.bed.scheduler.poll(), self.bed.log_text())
        self.expect_true_ledger()

    def test_a_keeper_without_a_free_descriptor_starts_its_runs_later(self):
        self.begin()
        keeper = self.bed.keepers()[0]
        with self.limited(keeper, "nofile", self.descriptors(keeper)):
            time.sleep(2.2)
        self.expect_true_ledger()
        self.assertNotIn("not_started", {run["verdict"] for run in self.bed.history()})

    # Processes.

    def as_stranger(self):
        """The program of another user, in a folder that this one may enter."""
        place = self.bed.dir / "program"
        place.mkdir()
        machine.mount(pathlib.Path(testbed.rounds_binary()).parent, place, None, machine.MS_BIND)
        self.addCleanup(machine.libc.umount2, os.fsencode(place), 2)
        shutil.copy(testbed.helper("witness"), self.bed.dir / "witness-program")
        for path in (self.bed.dir, self.bed.jobs_dir, self.witness):
            os.chown(path, STRANGER, STRANGER)
        return [*self.run_as(STRANGER), place / "rounds"]

    def test_a_keeper_that_cannot_fork_starts_its_runs_later(self):
        rounds = self.as_stranger()
        self.bed.command = lambda *args: [*rounds, *map(str, args), "--store", self.bed.store, "--jobs-dir", self.bed.jobs_dir]
        self.begin(self.bed.dir / "witness-program")
        with self.limited(self.bed.keepers()[0], "nproc", 1, STRANGER):
            testbed.wait_until(lambda: not self.running(), 10)
            before = self.starts()
            time.sleep(2.2)
            self.assertLessEqual(self.starts(), before + 2, "what was on its way")
        self.expect_true_ledger()
        self.assertNotIn("not_started", {run["verdict"] for run in self.bed.history()})

    def running(self):
        return [p for p in testbed.descendants() if p.name == "witness-program"]

    # The disk.

    @contextlib.contextmanager
    def injected(self, what, provoke=lambda: None):
        """System calls of the scheduler that go wrong for a while, from when it makes one."""
        told = self.bed.dir / "strace"
        strace = subprocess.Popen(["strace", "-qq", "-o", told, "-e", f"trace={what.split(':')[0]}", "-e", f"inject={what}",
                                   "-p", str(self.bed.scheduler.pid)], stderr=subprocess.PIPE)
        try:
            testbed.wait_until(told.exists)
            provoke()
            testbed.wait_until(lambda: "INJECTED" in told.read_text(), 20)
            yield
        finally:
            strace.terminate()
            strace.communicate()

    def expect_to_outlive(self, what, word):
        self.begin()
        began = len(self.bed.log_text())
        with self.injected(what):
            self.wait_for_word(word, began)
            self.assertIsNone(self.bed.scheduler.poll(), self.bed.log_text())
        self.wait_for_word("the store works again", began)
        self.expect_true_ledger()

    def test_a_sync_that_fails_starts_nothing_unrecorded(self):
        self.expect_to_outlive("fdatasync,fsync:error=EIO", " error .*disk I/O error")

    def test_a_sync_that_fails_now_and_then_loses_nothing(self):
        self.expect_to_outlive("fdatasync,fsync:error=EIO:when=1+3", " error .*disk I/O error")

    def test_a_write_that_fails_now_and_then_loses_nothing(self):
        self.expect_to_outlive("pwrite64:error=EIO:when=3+7", " error .*disk I/O error")

    def test_a_write_that_finds_no_room_loses_nothing(self):
        self.expect_to_outlive("pwrite64:error=ENOSPC:when=2+5", " error .*(full|I/O)")

    def test_a_store_that_cannot_be_read_loses_nothing(self):
        """Somebody else's edit makes the scheduler read again what it knew by heart."""
        self.begin()
        began = len(self.bed.log_text())
        with self.injected("pread64:error=EIO", lambda: self.bed.rounds("add", "other", "--every", "1d", "--", "true")):
            self.wait_for_word(" error .*(disk I/O error|malformed)", began)  # SQLite suspects what it cannot read
        self.wait_for_word("the store works again", began)
        self.expect_true_ledger()


if __name__ == "__main__":
    machine.own_mounts()
    unittest.main()
