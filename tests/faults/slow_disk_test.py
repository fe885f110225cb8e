#!/usr/bin/env python3
"""A disk that takes its time, a reader that keeps the log from being shortened, an upgrade that is killed half-way."""

import contextlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import time
import unittest

import account
import testbed
import witnessed

SLOW = 400_000  # microseconds a sync takes
SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "src" / "store" / "schema.cc"


class SlowDisk(witnessed.WitnessedCase):
    def begin(self):
        argv = [testbed.helper("witness"), str(self.witness), "5", "300"]
        self.bed.must("add", "-f", "-", text="".join(
            f'[job.{name}]\ntrigger = {{ every = "1s" }}\nexec = {argv!r}\noverlap = "allow"\n' for name in "abc"))
        self.bed.start()
        self.first_due = int(time.time()) + 1
        self.bed.wait_for_runs("a")

    @contextlib.contextmanager
    def slow_sync(self):
        """Every sync of the scheduler takes long."""
        told = self.bed.dir / "strace"
        strace = subprocess.Popen(["strace", "-qq", "-o", told, "-e", "trace=fdatasync,fsync",
                                   "-e", f"inject=fdatasync,fsync:delay_enter={SLOW}", "-p", str(self.bed.scheduler.pid)],
                                  stderr=subprocess.DEVNULL)
        try:
            testbed.wait_until(lambda: told.exists() and "sync" in told.read_text(), 20)
            yield
        finally:
            strace.terminate()
            strace.wait()

    def expect_true_ledger(self):
        last_due = self.bed.come_to_rest()
        runs, executions = self.bed.history("a", "b", "c"), account.read_witness(self.witness)
        self.assertEqual(account.judge(runs, executions, [], self.first_due, last_due).all(), [])
        self.assertEqual(self.bed.stop(), 0)
        return runs

    def test_a_slow_disk_slows_the_loop_and_confuses_nothing(self):
        self.begin()
        with self.slow_sync():
            for number in range(3):  # an edit waits for a sync or two, and for nothing else
                self.bed.must("add", f"edit-{number}", "--every", "1d", "--", "true")
            self.bed.must("run-now", "edit-0")
            count = len(self.bed.history("a"))
            self.bed.wait_for_runs("a", count + 3)
            self.assertTrue(self.bed.status()["running"])
        runs = self.expect_true_ledger()
        self.assertNotIn("missed", {run["verdict"] for run in runs})
        self.assertNotIn(" error ", self.bed.log_text())

    # The log of the store.

    def wal_size(self):
        log = pathlib.Path(f"{self.bed.store}-wal")
        return log.stat().st_size if log.exists() else 0

    def write_much(self, mebibytes):
        """Edits that fill the log: a definition is kept as it is written."""
        text = "".join(f'[job.big-{number}]\ndescription = "{"x" * 9000}"\ntrigger = {{ every = "1d" }}\nexec = ["true"]\n'
                       for number in range(100))
        for turn in range(mebibytes):
            self.bed.must("add", "-f", "-", "--replace", text=text.replace("xxxx", f"{turn:04}"), timeout=60)

    def test_a_reader_that_pins_the_log_lets_all_work_go_on(self):
        self.begin()
        reader = sqlite3.connect(f"file:{self.bed.store}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        seen = reader.execute("SELECT count(*) FROM run").fetchone()
        self.write_much(6)
        self.bed.wait_for_runs("a", len(self.bed.history("a")) + 2)
        self.assertGreater(self.wal_size(), 4 << 20, "the log has to be long enough to be shortened")
        self.assertEqual(reader.execute("SELECT count(*) FROM run").fetchone(), seen)
        reader.close()
        testbed.wait_until(lambda: self.wal_size() < 1 << 20, 20)
        self.expect_true_ledger()
        self.assertNotIn(" error ", self.bed.log_text())

    # Upgrades.

    def store_files(self):
        return [file for file in self.bed.dir.glob("rounds.db*") if file.is_file()]

    def make_old(self):
        """Turns the store at rest into one of schema 1, with what it holds."""
        new = self.bed.dir / "new.db"
        db = sqlite3.connect(self.bed.store)
        db.execute("VACUUM INTO ?", (str(new),))
        db.close()
        for file in self.store_files():
            file.unlink()
        db = sqlite3.connect(self.bed.store)
        db.executescript("PRAGMA journal_mode = WAL;" +
                         re.search(r'kVersion1 = R"sql\((.*?)\)sql"', SCHEMA.read_text(), re.DOTALL)[1])
        db.execute("ATTACH ? AS new", (str(new),))
        tables = [row[0] for row in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        for table in tables:
            if table == "target":  # a later schema keeps these in another form
                db.execute("INSERT INTO main.target VALUES ('shop', 'sqlite', '/srv/a \"b\".db', 'sales', 'db1', '[\"gold\"]', 0, 0)")
                continue
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        db.commit()
        db.close()
        new.unlink()

    def version(self):
        db = sqlite3.connect(f"file:{self.bed.store}?mode=ro", uri=True)
        found = db.execute("PRAGMA user_version").fetchone()[0], db.execute("PRAGMA integrity_check").fetchone()[0]
        db.close()
        return found

    def test_an_upgrade_that_is_killed_happens_wholly_or_not_at_all(self):
        self.bed.must("add", "kept", "--every", "1h", "--", "true")
        self.bed.must("run-now", "kept")
        current, _ = self.version()
        before = self.bed.history()
        self.make_old()
        self.assertEqual(self.version(), (1, "ok"))
        old = {file: file.read_bytes() for file in self.store_files()}
        seen = set()
        for when in range(1, 5000, 1 if testbed.long_form() else 61 if testbed.sanitized() else 7):
            report = self.bed.dir / "report"
            command = self.bed.command("pause", "kept")
            subprocess.run([testbed.helper("strike"), "scheduler", str(when), "s", str(report), *command],
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False,
                           env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})  # it does not work under a tracer
            version, integrity = self.version()
            self.assertEqual(integrity, "ok")
            self.assertIn(version, (1, current))
            seen.add(version)
            self.bed.must("resume", "kept")
            self.assertEqual(self.version(), (current, "ok"))
            self.assertEqual(self.bed.history(), before)
            target = json.loads(self.bed.must("target", "list", "--json"))["targets"][0]
            self.assertEqual((target["name"], target["place"], target["business"], target["labels"]), ("shop", '/srv/a "b".db', "sales", ["gold"]))
            if report.read_text().startswith("calls"):
                break
            for file in self.store_files():
                file.unlink()
            for file, data in old.items():
                file.write_bytes(data)
        self.assertEqual(seen, {1, current}, "no kill came before the upgrade, or none after it")


if __name__ == "__main__":
    unittest.main()
