#!/usr/bin/env python3
"""Kills `rounds backup restore` at its Nth system call, for every N (the short form: for some, by a seed). Afterwards the
store is the one before, or the backup, or refused with what to do; the restore can be done again, and nothing is lost."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys

import testbed

SHORT_STEP = 15
TRACED = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # a leak check does not work under a tracer
OLD, NEW = {"before", "both"}, {"both"}  # the jobs of the store, and of the backup that takes its place


class Scene:
    """A store that has gone on since its backup was made; put back for every blow."""

    def __init__(self, bed):
        self.bed = bed
        self.backup = bed.dir / "backup.db"
        self.template = bed.dir / "template"
        self.report = bed.dir / "report"
        bed.must("add", "both", "--every", "1d", "--command", "yes | head -c 200000")
        bed.must("run-now", "both")
        bed.must("backup", self.backup)
        bed.must("add", "before", "--every", "1d", "--", "true")
        bed.must("run-now", "before")
        self.template.mkdir()
        for path in bed.dir.glob("rounds.db*"):
            (shutil.copytree if path.is_dir() else shutil.copy)(path, self.template / path.name)

    def put_back(self):
        for path in [*self.bed.dir.glob("rounds.db*"), self.report]:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for path in self.template.iterdir():
            (shutil.copytree if path.is_dir() else shutil.copy)(path, self.bed.dir / path.name)

    def strike(self, when):
        """Restores, and is killed at that call; what the striker reports."""
        argv = [testbed.helper("strike"), "scheduler", str(when), "s", str(self.report),
                *self.bed.command("backup", "restore", self.backup)]
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=TRACED, timeout=60, check=False)
        kind, number, *_ = self.report.read_text().split()
        return kind, int(number)

    def jobs_of(self, store):
        """The jobs of a store by its name; None when it is refused."""
        done = subprocess.run([testbed.rounds_binary(), "list", "--json", "--store", str(store)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30, check=False)
        return {job["name"] for job in json.loads(done.stdout)["jobs"]} if done.returncode == 0 else None

    def problems(self):
        """What is wrong after a blow."""
        jobs = self.jobs_of(self.bed.store)
        if jobs is None:
            said = self.bed.rounds("list").stderr
            found = [] if "do it again: rounds backup restore" in said else [f"refused without a way out: {said}"]
        else:
            found = [] if jobs in (OLD, NEW) else [f"neither of the two stores: {jobs}"]
        done = self.bed.rounds("backup", "restore", self.backup)
        if done.returncode != 0:
            return [*found, f"the restore cannot be done again: {done.stderr}"]
        if self.jobs_of(self.bed.store) != NEW:
            found.append(f"restored again, the jobs are {self.jobs_of(self.bed.store)}")
        if self.bed.rounds("run", "--once").returncode != 0:
            found.append(f"no scheduler works on it: {self.bed.rounds('run', '--once').stderr}")
        if "y\ny\n" not in self.bed.must("logs", "both"):
            found.append("a large output of the backup's run is lost")
        return found + self.lost()

    def lost(self):
        """The store before has to be somewhere, under a name of its own."""
        asides = [path for path in self.bed.dir.glob("rounds.db.replaced-*") if path.suffix != ".spool" and not path.name.endswith(("-wal", "-shm"))]
        names = []
        for path in asides:
            if path.stat().st_nlink == 1 and self.jobs_of(path) == OLD:
                return []
            names.append(f"{path.name} ({path.stat().st_nlink} names, {self.jobs_of(path)})")
            if path.stat().st_nlink > 1:  # two of its names lie aside: one is enough
                path.unlink()
        return [f"the store before is nowhere: {names}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1 if testbed.long_form() else SHORT_STEP)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with testbed.Testbed() as bed:
        scene = Scene(bed)
        kind, count = scene.strike(10**9)
        assert kind == "calls", kind
        points = range(rng.randrange(options.step) + 1, count + 1, options.step)
        found = []
        for point in points:
            scene.put_back()
            scene.strike(point)
            found += [f"killed at call {point}: {problem}" for problem in scene.problems()]
        print(f"seed         {options.seed}\ncalls        {count}\npoints       {len(points)}\nviolations   {len(found)}")
        for problem in found[:30]:
            print(problem)
        if found:
            raise SystemExit(1)


if __name__ == "__main__":
    if testbed.sanitized():
        print("skipped: a sanitizer makes system calls of its own, and its leak check does not work under a tracer")
        sys.exit(77)
    sys.exit(main())
