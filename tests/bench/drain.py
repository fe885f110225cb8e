"""10,000 jobs due in the same second: whether each starts once, and how fast they are drained beside a bare spawn loop.
Once with `exec` of a static program, once with `command`, which has a shell to start as well."""

import subprocess
import sys
import time

import testbed
import workbench

COUNT = 10_000
TASKS = {"exec": ("exec = [{stamp!r}, {file!r}]", 0.8, []), "command": ("command = 'exec {stamp} {file}'", 0.9, ["/bin/sh", "-c"])}


def raw_seconds(folder, shell):
    file = str(folder / "raw")
    argv = [*shell, f"exec {workbench.STAMP} {file}"] if shell else [str(workbench.STAMP), file]
    done = subprocess.run([workbench.RAW_SPAWN, str(COUNT), "8", *argv], capture_output=True, text=True, check=True)
    return float(done.stdout)


def our_seconds(bed, kind, task):
    due = testbed.next_second(20)
    stamps = str(bed.dir / f"stamps-{kind}")
    line = task.format(stamp=str(workbench.STAMP), file=stamps)
    bed.add_jobs(f"[job.{kind}-{job}]\ntrigger = {{ at = {testbed.utc(due)} }}\n{line}\n" for job in range(COUNT))
    assert time.time() < due, "adding the jobs took too long"
    time.sleep(due + 1 - time.time())

    def drained():
        runs = bed.status()["runs"]
        return runs["running"] == 0 and open_runs(bed) == 0

    testbed.wait_until(drained, 300, 0.5)
    starts = [int(entry) / 1e9 for entry in open(stamps).read().split()]
    assert len(starts) == COUNT, f"{len(starts)} starts"
    return max(starts) - due


def open_runs(bed):
    """Claimed or running, or due and not yet claimed."""
    runs = bed.history("-n", "100000")
    done = sum(run["verdict"] == "succeeded" for run in runs)
    return -done % COUNT


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
