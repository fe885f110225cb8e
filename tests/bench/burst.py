"""1,000 jobs due in the same second, each running `stamp`, against what a bare spawn loop needs for as many."""

import subprocess
import sys
import time

import testbed
import workbench

COUNT = 1000
ROUNDS = 5
LIMIT = 1.5


def raw_seconds(folder):
    argv = [workbench.RAW_SPAWN, str(COUNT), "8", workbench.STAMP, folder / "raw"]
    return float(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)


def all_ended(bed, names):
    """The runs of these jobs, once there are as many as jobs and all have their verdict."""
    runs = [run for run in bed.history() if run["job"] in names]
    return runs if len(runs) >= COUNT and all(run["verdict"] for run in runs) else None


def our_seconds(bed, number):
    """From the due to the last start; also checks that each job is in the ledger once and ran once."""
    due = testbed.next_second(4)
    names = [f"r{number}-{job}" for job in range(COUNT)]
    stamps = bed.dir / f"stamps-{number}"
    bed.add_jobs(f'[job.{name}]\ntrigger = {{ at = {testbed.utc(due)} }}\n'
                 f'exec = ["{workbench.STAMP}", "{stamps}"]\n' for name in names)
    assert time.time() < due, "adding the jobs took too long"
    time.sleep(due + 1 - time.time())
    runs = testbed.wait_until(lambda: all_ended(bed, set(names)), 60, 0.5)
    assert sorted(run["job"] for run in runs) == sorted(names), "not every job is in the ledger once"
    assert {run["verdict"] for run in runs} == {"succeeded"}, "not every run succeeded"
    starts = [int(line) / 1e9 for line in stamps.read_text().split()]
    assert len(starts) == COUNT, f"{len(starts)} starts"
    return max(starts) - due


def main():
    with workbench.Workbench() as bed:
        bed.start()
        raw, ours = [], []
        for number in range(ROUNDS):
            commit = workbench.quantile(workbench.commit_times(bed.dir, 20), 0.5)
            raw.append(raw_seconds(bed.dir))
            ours.append(our_seconds(bed, number))
            print(f"round {number + 1}   raw {raw[-1] * 1000:6.1f} ms   rounds {ours[-1] * 1000:6.1f} ms   "
                  f"one commit {commit:.2f} ms", flush=True)
        bed.stop()
    ratio = min(ours) / min(raw)
    print(f"best      raw {min(raw) * 1000:6.1f} ms   rounds {min(ours) * 1000:6.1f} ms   ratio {ratio:.2f}"
          f"   (at most {LIMIT}) {workbench.verdict(ratio <= LIMIT)}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
