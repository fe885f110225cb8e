"""What the whole-process benchmarks share: a testbed on a real disk, many jobs at once, and figures from stamps."""

import os
import pathlib
import sqlite3
import subprocess
import sys
import time

import testbed

BUILD = pathlib.Path(os.environ["ROUNDS_BUILD"]).absolute()
STAMP = BUILD / "bench" / "stamp"
TREE = BUILD / "bench" / "tree"
RAW_SPAWN = BUILD / "bench" / "raw_spawn"
CHUNK = 1_000_000  # bytes: `add -f` takes 1 MiB


class Workbench(testbed.Testbed):
    """A testbed inside the build folder: a store in memory (tmpfs) would flatter every figure."""

    def __init__(self):
        super().__init__(parent=BUILD)
        kind = subprocess.run(["stat", "-f", "-c", "%T", self.dir], capture_output=True, text=True).stdout.strip()
        if kind == "tmpfs":
            sys.exit(f"{self.dir} is on tmpfs: these figures need a real disk")
        self.stamps = self.dir / "stamps"

    def add_jobs(self, tables):
        """Adds job-file tables, any number, in as few commands as their size allows."""
        chunk, size = [], 0
        for table in tables:
            if size + len(table) > CHUNK:
                self.must("add", "-f", "-", text="".join(chunk), timeout=300)
                chunk, size = [], 0
            chunk.append(table)
            size += len(table)
        if chunk:
            self.must("add", "-f", "-", text="".join(chunk), timeout=300)

    def read_stamps(self):
        """Seconds since 1970, in order."""
        return sorted(int(line) / 1e9 for line in self.stamps.read_text().split())


def quantile(values, fraction):
    """The smallest value that `fraction` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def summary(values, unit="ms"):
    return (f"p50 {quantile(values, 0.5):.2f}  p99 {quantile(values, 0.99):.2f}  max {max(values):.2f} {unit}"
            f"  (n={len(values)})")


def commit_times(folder, count):
    """How long single commits take here, in ms: SQLite, WAL, synchronous=FULL, one row each."""
    file = folder / "commits.db"
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t(a INTEGER)")
    took = []
    for _ in range(count):
        begin = time.perf_counter()
        db.execute("INSERT INTO t VALUES (1)")
        took.append((time.perf_counter() - begin) * 1000)
    db.close()
    return took


def proc_status(pid, key):
    """A number of /proc/PID/status, without its unit."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise KeyError(key)


def verdict(ok):
    return "ok" if ok else "MISSED"
