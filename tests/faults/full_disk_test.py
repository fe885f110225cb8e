#!/usr/bin/env python3
"""A disk that is full, that turns read-only, or from which the store goes away: nothing starts that is not recorded, the
log says what is wrong, and when the trouble is over work goes on by itself. Judged by the jobs' witness file, which lies
on another disk."""

import os
import pathlib
import re
import shutil
import time
import unittest

import account
import machine
import testbed
import witnessed

JOBS = {"quick": (5, 50), "slow": (300, 900)}
TROUBLE = r"(?m) error .*"


class Trouble(witnessed.WitnessedCase):
    def store_on(self, folder):
        self.bed.store, self.bed.spool = folder / "rounds.db", folder / "rounds.db.spool"

    def begin(self):
        """A scheduler at work: every job has run."""
        tables = [f'[job.{name}]\ntrigger = {{ every = "1s" }}\n'
                  f'exec = {[testbed.helper("witness"), str(self.witness), *map(str, length)]!r}\n'
                  for name, length in JOBS.items()]
        self.bed.must("add", "-f", "-", text="".join(tables))
        self.bed.start()
        self.first_due = int(time.time()) + 1
        self.wait_for_starts(4)

    def expect_nothing_starts(self):
        """What was claimed before the trouble may still start; after a second that is over."""
        time.sleep(1)
        before = self.starts()
        time.sleep(2.2)  # two dues of each job
        self.assertEqual(self.starts(), before, "started without a record")

    def expect_recovery(self, trouble):
        """The trouble is over: the log says so, and the whole ledger is true."""
        self.wait_for_word("the store works again", trouble)
        self.wait_for_starts(4)
        self.expect_true_ledger()

    def expect_true_ledger(self):
        last_due = self.bed.come_to_rest()
        runs, executions = self.bed.history(), account.read_witness(self.witness)
        self.assertEqual(account.judge(runs, executions, [], self.first_due, last_due).all(), [])
        self.assertEqual(self.bed.stop(), 0)

    # The disk.

    def fill(self, disk):
        """Takes what is free; others may free and take a little meanwhile."""
        ballast = os.open(disk / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    os.write(ballast, bytes(size))
            except OSError:
                pass
        os.close(ballast)

    def test_a_full_disk_stops_claims_until_there_is_room(self):
        disk = self.enterContext(machine.tmpfs(self.bed.dir / "small", "1500k"))
        self.store_on(disk)
        self.begin()
        began = len(self.bed.log_text())

        def full():
            self.fill(disk)
            return re.search(TROUBLE, self.bed.log_text()[began:])

        testbed.wait_until(full, 20)
        self.assertRegex(self.bed.log_text()[began:], "(?i)full|no space")
        self.fill(disk)
        self.expect_nothing_starts()
        refused = self.bed.rounds("add", "late", "--every", "1h", "--", "true")
        self.assertIn(refused.returncode, (75, 77), refused.stderr)
        self.assertIn("rounds.db", refused.stderr)
        (disk / "ballast").unlink()
        self.expect_recovery(began)

    def test_a_job_that_fills_the_disk_gets_its_verdict_when_there_is_room(self):
        disk = self.enterContext(machine.tmpfs(self.bed.dir / "small", "3m"))
        self.store_on(disk)
        (disk / "ballast").write_bytes(bytes(1 << 20))
        self.bed.must("add", "writer", "--now", "--command", "head -c 4000000 /dev/zero || exit 9", "--output-max", "8 MiB")
        self.bed.start()
        self.wait_for_word(TROUBLE)
        self.assertFalse(self.bed.history("writer")[0]["final"])
        (disk / "ballast").unlink()
        run = self.bed.wait_for_runs("writer")[0]
        self.assertEqual((run["verdict"], run["exit_code"]), ("failed", 9))
        self.assertGreater(run["output_bytes"], 1 << 20)

    def test_a_disk_that_turns_read_only_starts_nothing(self):
        disk = machine.Disk(self.bed.dir, errors="remount-ro")
        self.addCleanup(disk.close)
        self.addCleanup(self.bed.kill_everything)
        self.store_on(disk.target)
        self.begin()
        began = len(self.bed.log_text())
        disk.fail()
        self.wait_for_word(TROUBLE, began)
        self.expect_nothing_starts()
        refused = self.bed.rounds("add", "late", "--every", "1h", "--", "true")
        self.assertIn(refused.returncode, (75, 77), refused.stderr)
        self.bed.kill_everything()
        disk.switch_off()
        disk.switch_on()
        self.bed.start()
        self.wait_for_starts(4)

    # The store.

    def test_a_store_that_is_moved_away_is_waited_for(self):
        self.begin()
        began = len(self.bed.log_text())
        away = self.bed.dir / "elsewhere.db"
        self.bed.store.rename(away)
        self.wait_for_word("rounds.db.*(not there|moved away)", began)
        self.expect_nothing_starts()
        away.rename(self.bed.store)
        self.expect_recovery(began)

    def test_another_file_in_its_place_is_not_written_to(self):
        self.begin()
        began = len(self.bed.log_text())
        away, other = self.bed.dir / "elsewhere.db", self.bed.dir / "other.db"
        shutil.copy(self.bed.store, other)
        self.bed.store.rename(away)
        other.rename(self.bed.store)
        before = self.bed.store.read_bytes()
        self.wait_for_word(TROUBLE, began)
        self.expect_nothing_starts()
        self.assertEqual(self.bed.store.read_bytes(), before)
        away.rename(self.bed.store)
        self.expect_recovery(began)

    def test_a_deleted_store_starts_nothing_and_the_third_stop_leaves_it(self):
        self.begin()
        began = len(self.bed.log_text())
        for file in self.bed.dir.glob("rounds.db*"):
            if file.is_file():
                file.unlink()
        self.wait_for_word(TROUBLE, began)
        self.expect_nothing_starts()
        for word in ("stopping", "ending", None):
            self.bed.scheduler.terminate()
            if word:
                self.wait_for_word(word, began)
        self.assertIn(self.bed.scheduler.wait(20), (0, 75))
        self.assertFalse(self.bed.store.exists(), "an empty store would hide that one was lost")

    def damage(self):
        """Breaks pages in the middle of a store that is at rest."""
        self.bed.must("add", "job", "--every", "1h", "--", "true")
        self.bed.must("run-now", "job", timeout=60)
        self.bed.must("run", "--once", timeout=60)  # which leaves no log beside the file
        size = self.bed.store.stat().st_size
        with open(self.bed.store, "r+b") as file:
            file.seek(100)
            file.write(os.urandom(size // 2))

    def test_a_corrupt_store_is_refused_and_names_the_newest_backup(self):
        self.damage()
        for name, moment in (("rounds.db.backup-1", 1000), ("rounds.db.backup-2", 2000)):
            backup = self.bed.dir / name
            backup.write_bytes(b"")
            os.utime(backup, (moment, moment))
        damaged = self.bed.store.read_bytes()
        for command in (["run", "--once"], ["list"], ["add", "other", "--every", "1h", "--", "true"]):
            with self.subTest(command[0]):
                done = self.bed.rounds(*command)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertRegex(done.stderr, r"error: .*rounds\.db")
                self.assertIn("rounds.db.backup-2", done.stderr)
                self.assertNotIn("backup-1", done.stderr)
        self.assertEqual(self.bed.store.read_bytes(), damaged)

    def test_a_corrupt_store_without_a_backup_says_how_to_begin_anew(self):
        self.damage()
        done = self.bed.rounds("run", "--once")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("no backup", done.stderr)


if __name__ == "__main__":
    machine.own_mounts()
    unittest.main()
