#!/usr/bin/env python3
"""Kills the scheduler, its keeper or both at their Nth system call, for every N (the short form: for some, by a seed):
while they claim, start and record, while a child is on its way to exec, while a new scheduler recovers, and in the
middle of a command. Then a scheduler brings the store to rest, and the ledger is judged by the witness file."""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import account
import testbed

SHORT_STEP = 40
LONGEST = 1500  # beyond that a scene is a hunt through /proc, where one call is like another
QUICK, LONG = (1, 30), (150, 300)  # ms that a job runs
TRACED = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # a leak check does not work under a tracer
EDITS = {
    "add": ["add", "another", "--every", "1h", "--", "true"],
    "remove": ["remove", "one", "two", "--yes"],
    "pause": ["pause", "--all"],
    "run-now": ["run-now", "by-hand"],
}


class Scene:
    """A store with jobs that are due once, now; put back for every blow, so that all points are equal."""

    def __init__(self, bed, length):
        self.bed = bed
        self.witness = bed.dir / "witness"
        self.report = bed.dir / "report"
        self.template = bed.dir / "template"
        self.due = testbed.next_second(0.5)
        bed.must("add", "-f", "-", text=self.job_file(length))
        testbed.wait_until(lambda: time.time() > self.due)
        self.template.mkdir(exist_ok=True)
        for file in self.store_files():
            shutil.copy(file, self.template)

    def job_file(self, length):
        witness = [testbed.helper("witness"), str(self.witness), *map(str, length)]
        at = f'trigger = {{ at = "{testbed.utc(self.due)}" }}'
        return "".join([*(f"[job.{name}]\n{at}\nexec = {witness!r}\n" for name in ("one", "two", "three")),
                        f'[job.absent]\n{at}\nexec = ["/no/such/program"]\n',
                        f'[job.by-hand]\ntrigger = {{ every = "1d" }}\nexec = {witness!r}\n'])

    def store_files(self):
        return [file for file in self.bed.dir.glob("rounds.db*") if file.is_file() and file.suffix != ".db-shm"]

    def put_back(self):
        for file in [*self.bed.dir.glob("rounds.db*"), self.report, self.bed.log]:
            shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
        for file in self.template.iterdir():
            shutil.copy(file, self.bed.dir)
        self.witness.write_text("")

    def strike(self, role, when, victims, *args):
        """Starts a command that will be struck."""
        argv = [testbed.helper("strike"), role, str(when), victims, str(self.report), *self.command(*args)]
        with open(self.bed.log, "ab") as log:
            return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                                    errors="replace", env=TRACED)

    def command(self, *args):
        split = args.index("--") if "--" in args else len(args)
        return [*self.bed.command(*args[:split]), *args[split:]]

    def told(self):
        """What the striker reported: how many calls there were, or the blow and who made the call."""
        kind, *numbers = self.report.read_text().split()
        return kind, *map(int, numbers)

    def run_once(self):
        with open(self.bed.log, "ab") as log:
            return subprocess.run(self.command("run", "--once"), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                  timeout=60, check=False).returncode

    def kill_keepers(self):
        """All but those that nobody knows yet; returns them."""
        keepers = [p.pid for p in testbed.descendants() if p.name == "keeper"]
        for pid in keepers:
            os.kill(pid, signal.SIGKILL)
        testbed.reap_strays()
        return keepers


def integrity(store):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"foreign key: {row}" for row in db.execute("PRAGMA foreign_key_check")]
    rows = db.execute("SELECT count(*) FROM keeper").fetchone()[0]
    db.close()
    return found + ([f"{rows} keeper rows"] if rows else [])


def left_over(scene):
    """Processes, files of the spool and rows that a scheduler in peace takes away."""
    def none_left():
        testbed.reap_strays()
        return not testbed.descendants()

    try:
        testbed.wait_until(none_left, 10, 0.002)
    except AssertionError:
        return [f"left over: {process}" for process in testbed.descendants()]
    return [f"left over: {name}" for name in [*os.listdir(scene.bed.spool), *integrity(scene.bed.store)]]


def come_to_rest(scene, keepers=()):
    """Lets a scheduler finish what is open; returns all that is wrong. `keepers`: those that died with their maker."""
    status = scene.run_once()
    problems = [] if status in (0, 1) else [f"run --once: exit {status}"]
    problems += left_over(scene)
    runs, executions = scene.bed.history(), account.read_witness(scene.witness)
    by_hand = [run for run in runs if run["job"] == "by-hand"]
    due = account.seconds(by_hand[0]["due"]) if by_hand else 0
    for part, when in (([run for run in runs if run not in by_hand], scene.due), (by_hand, due)):
        known = {run["job"] for run in part}
        problems += account.judge(part, [e for e in executions if e.job in known], keepers, when, when).all()
    gone = {name for name, removed, *_ in state_of(scene.bed.store) if removed}
    lost = {"one", "two", "three", "absent"} - gone - {run["job"] for run in runs if run["final"]}
    paused = {name for name, _, paused, *_ in state_of(scene.bed.store) if paused}
    problems += [f"lost: {job} has no verdict" for job in lost - paused]
    bugs = re.findall(r".*error.*bug.*", scene.bed.log_text())
    return problems + [f"said: {line}" for line in bugs]


def dead(pids, maker_dead=True):
    """Keepers that were killed, their maker too: their runs may be unknown."""
    return [account.Keeper(pid, 0, 1, 1 if maker_dead else 0) for pid in pids]


# The scenes: each strikes at call `when` and returns what is wrong.


def kill_scheduler(scene, when):
    """The scheduler alone: nothing may be unknown."""
    scene.strike("scheduler", when, "s", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene)


def kill_scheduler_then_keeper(scene, when):
    scene.strike("scheduler", when, "s", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene, dead(scene.kill_keepers()))


def kill_keeper(scene, when):
    """The keeper alone: its scheduler inherits the children."""
    scene.strike("keeper", when, "k", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene)


def kill_keeper_and_scheduler(scene, when):
    scene.strike("keeper", when, "ks", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene, dead([0]))


def kill_child(scene, when):
    """Dead on its way to exec: it is not started, and never again."""
    scene.strike("child", when, "c", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene)


def let_go_on(scene, is_time):
    """The child that was left stopped by the blow goes on its way when the time has come."""
    testbed.wait_until(scene.report.exists, 30, 0.001)
    kind, *numbers = scene.told()
    if kind == "struck":
        testbed.wait_until(is_time, 30, 0.001)
        os.kill(numbers[1], signal.SIGCONT)


def kill_keeper_before_child(scene, when):
    """The keeper dies, and its child is still on its way when that is seen."""
    striker = scene.strike("child", when, "k", "run", "--once")
    let_go_on(scene, lambda: not any(p.name == "keeper" and p.state not in "ZX" and not p.flags & testbed.NEVER_RAN
                                     for p in testbed.descendants()))
    striker.communicate(timeout=60)
    return come_to_rest(scene)


def kill_both_before_child(scene, when):
    """Both die, and the child is still on its way when the next scheduler is at work."""
    scene.strike("child", when, "ks", "run", "--once").communicate(timeout=60)
    with open(scene.bed.log, "ab") as log:
        began = log.tell()
        second = subprocess.Popen(scene.command("run", "--once"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    let_go_on(scene, lambda: "ready" in scene.bed.log_text()[began:])
    second.wait(60)
    return come_to_rest(scene, dead([0]))


def begin_and_kill(scene, also_keeper):
    """Leaves runs behind that are under way; returns the keepers that died."""
    with open(scene.bed.log, "ab") as log:
        first = subprocess.Popen(scene.command("run", "--once"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    testbed.wait_until(lambda: scene.witness.read_text().count("START") == 3, 20, 0.002)
    first.kill()
    first.wait()
    return scene.kill_keepers() if also_keeper else []


def kill_recovery(scene, when, also_keeper=False):
    killed = begin_and_kill(scene, also_keeper)
    scene.strike("scheduler", when, "s", "run", "--once").communicate(timeout=60)
    return come_to_rest(scene, dead(killed))


def kill_recovery_without_keeper(scene, when):
    return kill_recovery(scene, when, also_keeper=True)


def state_of(store):
    """What edits change, without the moments at which they did it."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    rows = db.execute("SELECT name, removed_at_ms IS NOT NULL, paused_at_ms IS NOT NULL, definition, "
                      "(SELECT count(*) FROM run WHERE job_id = job.id AND cause = 'manual') FROM job ORDER BY name")
    state = [(name, *flags, re.sub(r"\d+", "0", text), manual) for name, *flags, text, manual in rows]
    db.close()
    return state


class KillCommand:
    """An edit is in the store wholly or not at all; one that was acknowledged is."""

    def __init__(self, args):
        self.args = args
        self.__name__ = f"kill_{args[0]}"
        self.outcomes = {}

    def learn(self, scene):
        """What the store is like without the edit and with it."""
        for args in (["status"], self.args):
            scene.put_back()
            subprocess.run(scene.command(*args), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            self.outcomes[len(self.outcomes) > 0] = state_of(scene.bed.store)
        assert self.outcomes[True] != self.outcomes[False]

    def __call__(self, scene, when):
        if not self.outcomes:
            self.learn(scene)
            scene.put_back()
        command = scene.strike("scheduler", when, "s", *self.args)
        said, _ = command.communicate(timeout=60)
        state = state_of(scene.bed.store)
        acknowledged = scene.told()[0] == "calls" or bool(said.strip())
        problems = [] if state in self.outcomes.values() else [f"half an edit: {state}"]
        if acknowledged and state != self.outcomes[True]:
            problems.append(f"acknowledged, and not there: exit {command.returncode}, {said}")
        return problems + come_to_rest(scene)


SCENES = [(kill_scheduler, "scheduler", QUICK), (kill_scheduler_then_keeper, "scheduler", QUICK),
          (kill_keeper, "keeper", QUICK), (kill_keeper_and_scheduler, "keeper", QUICK),
          (kill_child, "child", QUICK), (kill_keeper_before_child, "child", QUICK),
          (kill_both_before_child, "child", QUICK),
          (kill_recovery, "scheduler", LONG), (kill_recovery_without_keeper, "scheduler", LONG),
          *((KillCommand(args), "scheduler", QUICK) for args in EDITS.values())]


def play(act, length, options, rng):
    """One scene at all its points; returns how many these were, and the problems."""
    with testbed.Testbed(parent=options.folder) as bed:
        scene = Scene(bed, length)
        scene.put_back()
        problems = [f"{act.__name__} unhurt: {text}" for text in act(scene, 0)]
        count = scene.told()[1]
        points = [options.point] if options.point else range(rng.randrange(options.step) + 1, min(count, LONGEST) + 1, options.step)
        for when in points:
            scene.put_back()
            found = act(scene, when)
            problems += [f"{act.__name__} at {when} ({' '.join(map(str, scene.told()))}): {text}" for text in found]
            if found and options.log:
                print(scene.bed.log_text())
        return len(points), count, problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--step", type=int, default=1 if testbed.long_form() else SHORT_STEP, help="every how many calls")
    parser.add_argument("--scene", default="", help="only those whose names contain this")
    parser.add_argument("--point", type=int, help="only this call")
    parser.add_argument("--log", action="store_true", help="print the log of what went wrong")
    memory = pathlib.Path("/dev/shm")
    parser.add_argument("--folder", default=memory if os.access(memory, os.W_OK) else None, help="where the stores lie")
    options = parser.parse_args()
    if testbed.sanitized():
        print("not with sanitizers: LeakSanitizer does not work in a process that is traced")
        return 0
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)

    bad = 0
    for act, _, length in SCENES:
        if options.scene not in act.__name__:
            continue
        began = time.monotonic()
        points, count, problems = play(act, length, options, rng)
        bad += len(problems)
        print(f"{act.__name__:32} {points} of {count} calls, {time.monotonic() - began:.0f} s, wrong: {len(problems)}",
              *problems[:20], sep="\n  " if problems else "", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
