"""A long history: how large it is, how quickly it is read, and what pruning it costs those who write meanwhile."""

import fcntl
import os
import sqlite3
import sys
import time

import cli
import workbench

RUNS = 1_000_000
JOBS = 100
DAYS = 180
TIMES = 100
KEPT = 90  # days
COMMITS = 1000


def jobs():
    return (f'[job.job-{n:03}]\ntrigger = {{ at = 2099-01-01T00:00:00Z }}\ncommand = "true"\n' for n in range(JOBS))


def rows(first, step):
    """Runs of all jobs in turn, as they are after a success without output."""
    for n in range(RUNS):
        due = int(first + n * step)
        yield (n + 1, n % JOBS + 1, due, due, due - 60, due, 0x5DEECE66D * (n + 1) & 0x7FFFFFFFFFFFFFFF, due * 1000 + 3,
               due * 1000 + 8, due * 1000 + 250)


def fill(store):
    """As the loop would have, without a commit for each."""
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    before = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute("BEGIN")
    db.executemany(
        """INSERT INTO run (id, job_id, epoch, due, last_due, count, attempt, phase, verdict, final, detail, cause,
           window_from, window_to, spool_key, claimed_at_ms, started_at_ms, finished_at_ms, exit_code, cpu_ms,
           max_rss_bytes, output_bytes, output_truncated, stop_requested, overrides)
           VALUES (?, ?, 0, ?, ?, 1, 1, 'ended', 'succeeded', 1, '', 'schedule', ?, ?, ?, ?, ?, ?, 0, 12, 3604480, 0, 0,
           0, '')""", rows(time.time() - DAYS * 86400, DAYS * 86400 / RUNS))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    db.close()
    with open(store, "rb") as file:
        os.fsync(file.fileno())  # else the loop's first sync would have all of that to write
    return (pages - before) * size / RUNS


def old_rows(store):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    count = db.execute("SELECT COUNT(*) FROM run WHERE finished_at_ms < ?",
                       ((time.time() - KEPT * 86400) * 1000,)).fetchone()[0]
    db.close()
    return count


def watch_pruning(bed):
    """Queues for the writer lock as every command does, again and again, until the loop says that it is through;
    returns the waits in ms and how long pruning took in s."""
    waits = []
    began = time.monotonic()
    with open(f"{bed.store}.queue", "r+b") as queue:
        while "old runs out of the history" not in bed.log_text():
            start = time.perf_counter()
            fcntl.lockf(queue, fcntl.LOCK_EX)
            waits.append((time.perf_counter() - start) * 1000)
            fcntl.lockf(queue, fcntl.LOCK_UN)
            time.sleep(0.003)
            assert time.monotonic() - began < 900, "pruning does not end"
    return waits, time.monotonic() - began


def main():
    with workbench.Workbench() as bed:
        bed.add_jobs(jobs())
        size = fill(bed.store)
        ok = size <= 200
        print(f"{'bytes a run, without output':32} {size:.0f}   (at most 200) {workbench.verdict(ok)}")
        cli.TIMES = TIMES
        ok = cli.measure(f"history NAME -n 20 of {RUNS:,}", bed.command("history", "job-042", "-n", "20"), 10) and ok
        before = old_rows(bed.store)
        commits = workbench.commit_times(bed.dir, COMMITS)
        bed.start()
        waits, took = watch_pruning(bed)
        commits += workbench.commit_times(bed.dir, COMMITS)
        left = old_rows(bed.store)
        limit = max(50, *commits)  # who holds the lock waits for the disk, however long that takes
        fine = max(waits) <= limit
        print(f"pruned {before - left:,} of {before:,} old runs in {took:.0f} s, {left} kept")
        print(f"{'one bare commit':32} {workbench.summary(commits)}")
        print(f"{'waits for the writer lock':32} {workbench.summary(waits)}   (at most {limit:.0f}) {workbench.verdict(fine)}")
        return 0 if ok and fine and left == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
