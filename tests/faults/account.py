"""Judges the ledger by what the jobs themselves wrote into the witness file."""

import calendar
import collections
import time
from typing import NamedTuple, Optional

NO_EXECUTION = {"not_started", "cancelled", "skipped", "missed", "coalesced"}
CUT_SHORT = {"timed_out", "killed"}
SHORTEST_TIMEOUT_NS = 900_000_000  # of any job of the test, less a little


class Execution(NamedTuple):
    """One execution by its own account. The end is absent when something ended it from outside."""

    run: int
    attempt: int
    parent: int
    job: str
    due: str
    started_ns: int
    end: Optional["End"]


class End(NamedTuple):
    exit_code: int
    signal: int
    output_bytes: int
    ended_ns: int


class Keeper(NamedTuple):
    """A keeper that lived during the test: who made it, and when each of the two was killed (0: not at all)."""

    pid: int
    maker: int
    killed_ns: int
    maker_killed_ns: int
    born_ns: int = 0  # an id may come again after a while


def seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def read_witness(path):
    """All executions in the order of their starts."""
    starts, ends = [], {}
    for line in path.read_text().splitlines():
        kind, run, attempt, *rest = line.split()
        if kind == "START":
            starts.append((int(run), int(attempt), int(rest[0]), rest[1], rest[2], int(rest[3])))
        else:
            ends[int(run)] = End(*map(int, rest))
    return [Execution(*start, ends.get(start[0])) for start in starts]


class Verdicts:
    """Everything found wrong, by kind. Empty lists are what the promise says."""

    def __init__(self):
        self.lost = []
        self.double = []
        self.wrong = []

    def all(self):
        return [f"{kind}: {text}" for kind in ("lost", "double", "wrong") for text in getattr(self, kind)]


def judge(runs, executions, keepers, first_due, last_due):
    """`runs` is the whole ledger, oldest first. Between the two dues every second of every job wants its verdict."""
    verdicts = Verdicts()
    judge_occurrences(verdicts, runs, first_due, last_due)
    judge_executions(verdicts, runs, executions)
    rows = {run["run"]: run for run in runs}
    for execution in executions:
        if execution.run in rows:
            judge_status(verdicts, rows[execution.run], execution)
    started = {execution.run for execution in executions}
    for run in runs:
        judge_row(verdicts, run, run["run"] in started)
        if run["verdict"] == "unknown":
            judge_unknown(verdicts, run, executions, keepers)
    return verdicts


def judge_occurrences(verdicts, runs, first_due, last_due):
    finals = collections.defaultdict(collections.Counter)
    for run in filter(lambda run: run["final"], runs):
        first, last = seconds(run["due"]), seconds(run["last_due"])
        if run["count"] != last - first + 1:
            verdicts.wrong.append(f"run {run['run']} counts {run['count']} dues from {run['due']} to {run['last_due']}")
        finals[run["job"]].update(range(first, last + 1))
    for job, count in finals.items():
        first, last = min(first_due, *count), max(last_due, *count)
        for due in range(first, last + 1):
            if count[due] == 0:
                verdicts.lost.append(f"{job} at {due} has no final verdict")
            if count[due] > 1:
                verdicts.double.append(f"{job} at {due} has {count[due]} final verdicts")


def judge_executions(verdicts, runs, executions):
    """No run and no attempt executes twice, none is unknown to the ledger, no attempt beside the one before."""
    known = {run["run"] for run in runs}
    for run, count in collections.Counter(e.run for e in executions).items():
        if count > 1:
            verdicts.double.append(f"run {run} executed {count} times")
        if run not in known:
            verdicts.lost.append(f"run {run} executed and is not in the ledger")
    attempts = collections.defaultdict(list)
    for execution in executions:
        attempts[execution.job, execution.due, execution.attempt].append(execution)
    for (job, due, attempt), found in attempts.items():
        if len(found) > 1:
            verdicts.double.append(f"{job} at {due} attempt {attempt} executed {len(found)} times")
        for before in attempts.get((job, due, attempt - 1), []):
            if before.end and before.end.ended_ns > found[0].started_ns:
                verdicts.double.append(f"{job} at {due}: attempt {attempt} began before the one before it ended")


def judge_row(verdicts, run, executed):
    if run["phase"] != "ended" or run["verdict"] is None:
        verdicts.lost.append(f"run {run['run']} of {run['job']} is still {run['phase']}")
    elif run["verdict"] in NO_EXECUTION and executed:
        verdicts.wrong.append(f"run {run['run']} executed but is {run['verdict']}")
    elif run["verdict"] in ("succeeded", "failed") and not executed:
        verdicts.wrong.append(f"run {run['run']} is {run['verdict']} but never executed")


def judge_status(verdicts, run, execution):
    if run["verdict"] not in NO_EXECUTION | {"unknown"} and not tells_the_truth(run, execution):
        got = {key: run[key] for key in ("verdict", "reason", "exit_code", "signal", "output_bytes")}
        verdicts.wrong.append(f"run {run['run']} of {run['job']}: {got}, but its end was {execution.end}")


def tells_the_truth(run, execution):
    end = execution.end
    if end is None:
        return run["verdict"] in CUT_SHORT
    if run["verdict"] == "timed_out" and end.ended_ns - execution.started_ns < SHORTEST_TIMEOUT_NS:
        return False
    if run["verdict"] == "timed_out" or run["reason"] in ("stopped", "replaced"):
        return run["signal"] is not None or run["exit_code"] == end.exit_code  # cut short just as it ended
    if end.output_bytes != run["output_bytes"]:
        return False
    if end.signal:
        return run["signal"] == end.signal and run["verdict"] in ("killed", "failed")
    return run["exit_code"] == end.exit_code and run["verdict"] == ("failed" if end.exit_code else "succeeded")


def judge_unknown(verdicts, run, executions, keepers):
    """Both must have died before the end was recorded: the keeper that started it, and that keeper's maker. A run that
    never came to its START line, or lost its keeper before it, does not say which keeper that was: any may be it."""
    own = [k for k in (keeper_of(e, keepers) for e in executions if e.run == run["run"]) if k]
    recorded = (seconds(run["finished_at"]) + 1) * 1e9 if run["finished_at"] else float("inf")
    if not any(k.killed_ns and k.maker_killed_ns and max(k.killed_ns, k.maker_killed_ns) < recorded
               for k in own or keepers):
        verdicts.wrong.append(f"run {run['run']} of {run['job']} is unknown without two deaths")


def keeper_of(execution, keepers):
    """The latest keeper of that id that was there when the execution began; None when its parent was no keeper."""
    bearers = [k for k in keepers if k.pid == execution.parent and k.born_ns <= execution.started_ns]
    return max(bearers, key=lambda k: k.born_ns, default=None)
