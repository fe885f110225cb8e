#!/usr/bin/env python3
"""Kills the scheduler, the keeper or both at random while they work, again and again, and then judges the ledger by
the witness file that the jobs wrote: nothing lost, nothing twice, no wrong status."""

import argparse
import contextlib
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

import account
import testbed

# name: trigger, shortest and longest run in ms, other keys
JOBS = {
    "quick-1": ('every = "1s"', 5, 50, ""),
    "quick-2": ('every = "1s"', 50, 300, ""),
    "cron-1": ('cron = "* * * * * *"', 50, 900, ""),
    "cron-2": ('cron = "* * * * * *"', 50, 3000, 'overlap = "allow"'),
    "skips": ('every = "1s"', 700, 2500, 'overlap = "skip"'),
    "queues": ('every = "1s"', 300, 1500, 'overlap = "queue"\nmax_catchup = 3'),
    "replaces": ('every = "1s"', 200, 2000, 'overlap = "replace"'),
    "retries": ('cron = "* * * * * *"', 20, 200,
                'retry = { max_attempts = 3, backoff = "constant", initial_delay = "1s" }'),
    "catches-up": ('every = "1s"', 5, 100, 'catchup = "all"\noverlap = "allow"'),
    "limited": ('every = "1s"', 500, 2500, 'timeout = "1s"\nkill_grace = "1s"'),
}


def job_file(witness_file):
    tables = []
    for name, (trigger, shortest, longest, more) in JOBS.items():
        argv = [testbed.helper("witness"), str(witness_file), str(shortest), str(longest)]
        tables.append(f"[job.{name}]\ntrigger = {{ {trigger} }}\nexec = {argv!r}\n{more}\n")
    return "\n".join(tables)


def identity(pid):
    """The process of that id, and of nobody who bears it later; its birth in ns since 1970. None when it is gone."""
    try:
        text = pathlib.Path("/proc", str(pid), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    ticks = int(text[text.rindex(")") + 2 :].split()[19])
    return pid, time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME) + ticks * (10**9 // os.sysconf("SC_CLK_TCK")), ticks


class Killer:
    """Does the killing and keeps book of it."""

    def __init__(self, bed, rng):
        self.bed = bed
        self.rng = rng
        self.makers = {}  # (keeper, its ticks): the scheduler that made it
        self.births = {}  # (keeper, its ticks): ns
        self.deaths = {}  # (process, its ticks): ns
        self.count = {"scheduler": 0, "keeper": 0, "both": 0}

    def meet_keepers(self, scheduler):
        """A keeper not seen before was made by the latest scheduler, as only one lives at a time."""
        met = []
        for known in filter(None, map(identity, self.bed.keepers())):
            pid, born, ticks = known
            self.births.setdefault((pid, ticks), born)
            self.makers.setdefault((pid, ticks), scheduler)
            met.append((pid, ticks))
        return met

    def scheduler(self):
        pid, _, ticks = identity(self.bed.scheduler.pid)
        return pid, ticks

    def kill_keeper(self, scheduler):
        if keepers := self.meet_keepers(scheduler):
            keeper, now = self.rng.choice(keepers), time.time_ns()
            with contextlib.suppress(ProcessLookupError):  # one that holds nothing any more leaves by itself
                os.kill(keeper[0], signal.SIGKILL)
                self.deaths[keeper] = now

    def kill_scheduler(self, scheduler):
        self.meet_keepers(scheduler)
        self.deaths[scheduler] = time.time_ns()
        self.bed.kill_scheduler()
        self.meet_keepers(scheduler)
        testbed.reap_strays()

    def strike(self):
        victim = self.rng.choices(("scheduler", "keeper", "both"), (40, 30, 30))[0]
        self.count[victim] += 1
        blows = {"scheduler": [self.kill_scheduler], "keeper": [self.kill_keeper],
                 "both": self.rng.sample([self.kill_scheduler, self.kill_keeper], 2)}[victim]
        scheduler = self.scheduler()
        for blow in blows:
            blow(scheduler)
        if victim != "keeper":
            self.bed.launch()

    def pause(self):
        """Often shorter than a start takes, so that births are hit too."""
        time.sleep(self.rng.uniform(0, 0.06) if self.rng.random() < 0.3 else self.rng.uniform(0.06, 0.7))

    def keepers(self):
        return [account.Keeper(keeper[0], maker[0], self.deaths.get(keeper, 0), self.deaths.get(maker, 0), self.births[keeper])
                for keeper, maker in self.makers.items()]


def come_to_rest(bed):
    """Pauses every job and waits until nothing runs; returns the last due that was certainly before the pause."""
    testbed.wait_until(lambda: bed.status().get("running"), 20)
    time.sleep(1.5)
    began = int(time.time())
    bed.must("pause", "--all", timeout=60)
    testbed.wait_until(lambda: bed.status()["runs"]["running"] == 0, 60, 0.1)
    return began - 1


def is_run_file(name):
    return re.match(r"\d+-[0-9a-f]{16}\.", name) is not None


def is_spare(path):
    """An emptied output that waits for another run."""
    return path.suffix == ".out" and path.stat().st_size == 0


def leftovers(bed):
    """What may not be there when nothing runs: second keepers, markers, outputs, stray sockets, the dead."""
    testbed.reap_strays(but=bed.scheduler.pid)
    found = []
    if len(bed.keepers()) != 1:
        found.append(f"keepers {bed.keepers()}")
    dead = [p for p in testbed.descendants() if p.state == "Z"]
    found += [f"zombie {p.pid} ({p.name})" for p in dead]
    files = os.listdir(bed.spool)
    found += [f"spool file {name}" for name in files if is_run_file(name) and not is_spare(bed.spool / name)]
    sockets = [name for name in files if (bed.spool / name).is_socket()]
    if len(sockets) != 2:
        found.append(f"sockets {sockets}, wanted the bell and one keeper's")
    rows = subprocess.run(["sqlite3", f"file:{bed.store}?mode=ro", "SELECT count(*) FROM keeper"],
                          capture_output=True, text=True, check=True).stdout.strip()
    if rows != "1":
        found.append(f"{rows} keeper rows")
    return found


def torment(bed, rng, count):
    """The test itself: returns all verdicts, what was left over, and the figures to print."""
    witness_file = bed.dir / "witness"
    witness_file.touch(0o600)
    bed.write_job(job_file(witness_file))
    bed.start()
    first_due = int(time.time()) + 1
    killer = Killer(bed, rng)
    began = time.monotonic()
    for _ in range(count):
        killer.pause()
        killer.strike()
        testbed.reap_strays(but=bed.scheduler.pid)
    last_due = come_to_rest(bed)
    took = time.monotonic() - began
    time.sleep(1)  # the last verdict may be a moment old, and its marker on its way out
    left = leftovers(bed)
    runs, executions = bed.history(), account.read_witness(witness_file)
    if bed.stop() != 0:
        left.append(f"the scheduler's exit status {bed.scheduler.returncode}")
    left += [f"after the stop: {name}" for name in os.listdir(bed.spool) if is_run_file(name)]
    return account.judge(runs, executions, killer.keepers(), first_due, last_due), left, {
        "kills": ", ".join(f"{n} {victim}" for victim, n in killer.count.items()) + f" in {took:.0f} s",
        "occurrences": sum(run["count"] for run in runs if run["final"]),
        "executions": len(executions),
        "unknown": sum(run["verdict"] == "unknown" for run in runs),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000 if testbed.long_form() else 200, help="how many kills")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed         {options.seed}", flush=True)

    with testbed.Testbed() as bed:
        verdicts, left, figures = torment(bed, random.Random(options.seed), options.count)
        for name, value in figures.items():
            print(f"{name:12} {value}")
        print(f"{'lost':12} {len(verdicts.lost)}\n{'double':12} {len(verdicts.double)}")
        print(f"{'wrong status':12} {len(verdicts.wrong)}\n{'left over':12} {len(left)}")
        problems = verdicts.all() + [f"left over: {text}" for text in left]
        for problem in problems[:50]:
            print(problem)
        if problems:
            raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
