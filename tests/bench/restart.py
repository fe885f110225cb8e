"""A hundred jobs run while the scheduler is killed, alone or with its keeper: how soon does the next one have them all in
its hands again?"""

import os
import re
import signal
import sys
import time

import testbed
import workbench

COUNT = 100
LIMIT = 1.0  # s


def begin(bed):
    """A scheduler with that many jobs running."""
    due = testbed.next_second(2)
    bed.add_jobs(f"[job.long-{job}]\ntrigger = {{ at = {testbed.utc(due)} }}\nexec = ['sleep', '1000']\n" for job in range(COUNT))
    testbed.wait_until(lambda: bed.status()["runs"]["running"] == COUNT, 60, 0.1)


def restart(bed, adopted):
    """Seconds from the start of the next scheduler until it has them."""
    seen = len(bed.log_text())
    began = time.monotonic()
    bed.launch()
    testbed.wait_until(lambda: adopted(bed.log_text()[seen:]), 20, 0.002)
    return time.monotonic() - began


def end_all(bed, verdict):
    """Ends the jobs behind the scheduler's back: it has to know of each."""
    began = time.monotonic()
    for process in testbed.descendants():
        if process.name == "sleep":
            os.kill(process.pid, signal.SIGKILL)
    testbed.wait_until(lambda: bed.status()["runs"]["running"] == 0, 30, 0.05)
    verdicts = [run["verdict"] for run in bed.history("-n", str(COUNT))]
    return time.monotonic() - began, verdicts == [verdict] * COUNT


def main():
    good = True
    for who in ("scheduler", "both"):
        with workbench.Workbench() as bed:
            bed.start()
            begin(bed)
            if who == "both":
                for keeper in bed.keepers():
                    os.kill(keeper, signal.SIGKILL)
            bed.kill_scheduler()
            if who == "both":
                took = restart(bed, lambda log: len(re.findall("followed as process", log)) == COUNT)
            else:
                took = restart(bed, lambda log: " ready: " in log)
            ended, true = end_all(bed, "killed" if who == "scheduler" else "unknown")
            good = good and took <= LIMIT and true
            print(f"{who:10} killed: {COUNT} runs in hand again after {took * 1000:.0f} ms (limit {LIMIT * 1000:.0f} ms); "
                  f"their ends known {ended * 1000:.0f} ms after they came   {workbench.verdict(took <= LIMIT and true)}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
