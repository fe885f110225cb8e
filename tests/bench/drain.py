"""drain.py [COUNT]: 10,000 jobs due in the same second, or that many for a rate that lasts: whether each starts once, and how fast they are drained beside a bare spawn loop.
Once with `exec` of a static program, once with `command`, which has a shell to start as well."""

import pathlib
import subprocess
import sys
import time

import testbed
import workbench

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
TASKS = {"exec": ("exec = [{stamp!r}, {file!r}]", 0.8, []), "command": ("command = 'exec {stamp} {file}'", 0.9, ["/bin/sh", "-c"])}


def raw_seconds(folder, shell):
    file = str(folder / "raw")
    argv = [*shell, f"exec {workbench.STAMP} {file}"] if shell else [str(workbench.STAMP), file]
    done = subprocess.run([workbench.RAW_SPAWN, str(COUNT), "8", *argv], capture_output=True, text=True, check=True)
    return float(done.stdout)


def our_seconds(bed, kind, task):
    due = testbed.next_second(15 + COUNT / 1500)  # adding them takes its time
    stamps = str(bed.dir / f"stamps-{kind}")
    line = task.format(stamp=str(workbench.STAMP), file=stamps)
    bed.add_jobs(f"[job.{kind}-{job}]\ntrigger = {{ at = {testbed.utc(due)} }}\n{line}\n" for job in range(COUNT))
    assert time.time() < due, "adding the jobs took too long"
    time.sleep(due + 1 - time.time())

    def all_started():
        """Looked at seldom and cheaply: the cores are the drain's."""
        return len(started(stamps)) >= COUNT

    testbed.wait_until(all_started, 600, 0.5)
    testbed.wait_until(lambda: all_recorded(bed, kind), 60, 1)
    starts = [int(entry) / 1e9 for entry in started(stamps)]
    assert len(starts) == COUNT, f"{len(starts)} starts"
    return max(starts) - due


def started(stamps):
    return pathlib.Path(stamps).read_text().split() if pathlib.Path(stamps).exists() else []


def all_recorded(bed, kind):
    runs = bed.history("-n", str(COUNT + 1), f"{kind}-*")
    return len(runs) == COUNT and all(run["verdict"] == "succeeded" for run in runs)


def main():
    good = True
    with workbench.Workbench() as bed:
        bed.start()
        for kind, (task, least, shell) in TASKS.items():
            raw = raw_seconds(bed.dir, shell)
            ours = our_seconds(bed, kind, task)
            raw = min(raw, raw_seconds(bed.dir, shell))
            share = raw / ours
            print(f"{kind:8}  raw {COUNT / raw:6.0f} a second   rounds {COUNT / ours:6.0f} a second   {share:.0%} of raw   "
                  f"(at least {least:.0%}) {workbench.verdict(share >= least)}", flush=True)
            good = good and share >= least
        bed.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
