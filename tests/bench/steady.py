"""One job a second: is any second missing, and how late do the jobs start?"""

import sys
import time

import workbench

SECONDS = 240
COMMITS = 500
ALLOWANCE = 5.0  # ms beside one commit


def main():
    with workbench.Workbench() as bed:
        commits = workbench.commit_times(bed.dir, COMMITS)
        bed.start()
        bed.must("add", "beat", "--every", "1s", "--", str(workbench.STAMP), str(bed.stamps))
        time.sleep(SECONDS)
        bed.stop()
        commits += workbench.commit_times(bed.dir, COMMITS)
        stamps = bed.read_stamps()

    seconds = [int(at) for at in stamps]
    missing = seconds[-1] - seconds[0] + 1 - len(set(seconds))
    late = [(at - int(at)) * 1000 for at in stamps]
    limit = ALLOWANCE + workbench.quantile(commits, 0.99)
    p99 = workbench.quantile(late, 0.99)
    ok = missing == 0 and len(seconds) == len(set(seconds)) and p99 <= limit
    print(f"starts   {len(stamps)}, {missing} missing")
    print(f"late     {workbench.summary(late)}")
    print(f"commit   {workbench.summary(commits)}")
    print(f"limit    p99 of one commit + {ALLOWANCE:.0f} ms = {limit:.2f} ms   {workbench.verdict(ok)}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
