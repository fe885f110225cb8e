"""Asks `rounds inspect` about a target in a private store, and keeps the score of what it found."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

TREE = pathlib.Path(__file__).resolve().parents[2]
TIERS = ("daily", "weekly", "monthly", "yearly")
RANK = {None: 0, "info": 1, "warning": 2, "critical": 3}
# The checks that have to be found first: 95% of their defects.
STARS = set("""
my.run.connect my.run.restart my.run.connections my.run.long_trx my.run.lock_wait my.run.replica my.run.lag my.run.disk my.bak.age
my.bak.size my.bak.valid my.bak.binlog_off my.log.error my.log.corrupt my.log.crash my.log.coverage my.obj.blind my.obj.no_pk
my.obj.dup_index my.obj.autoinc my.obj.engine my.sec.anonymous my.sec.empty my.sec.super my.sec.tls my.sec.mode my.sec.version
my.cfg.durability my.cfg.buffer_pool my.cfg.memory my.cfg.sql_mode my.cfg.slow_log my.cfg.drift my.perf.top_sql my.perf.bp_hit
my.perf.tmp_disk sq.run.header sq.run.empty sq.run.hot_journal sq.run.wal sq.run.disk sq.obj.quick sq.bak.age sq.bak.valid
sq.obj.integrity sq.obj.fk sq.obj.dup_index sq.sec.mode host.fs.space host.fs.inodes host.fs.readonly host.mem.available
host.mem.oom host.cpu.load host.disk.latency host.disk.smart host.disk.raid host.time.sync host.os.reboot host.os.fd
""".split())


def binary():
    given = os.environ.get("ROUNDS")
    return given or next((str(path) for path in (TREE / "build/release/rounds", TREE / "build/dev/rounds") if path.exists()), "rounds")


@dataclass
class Answer:
    """One inspection of one target."""
    entries: list[dict]
    took_s: float

    def found(self, least="warning"):
        return {e["id"] for e in self.entries if e["outcome"] == "error" or RANK[e["severity"]] >= RANK[least]}

    def outcome(self, id):
        return {e["outcome"] for e in self.entries if e["id"] == id}

    def say(self, ids, least="warning"):
        return "; ".join(f"{e['id']}: {e['severity'] or e['outcome']} {e['subject']!r} {first_line(e)}" for e in self.entries
                         if e["id"] in ids and (e["outcome"] == "error" or RANK[e["severity"]] >= RANK[least]))

    def why(self, id):
        return "; ".join(f"{e['outcome']} {e['severity'] or ''} {e['subject'] or ''}: {first_line(e)}" for e in self.entries if e["id"] == id)

    def slowest(self, count=3):
        last = sorted(self.entries, key=lambda e: -(e["duration_ms"] or 0))[:count]
        return ", ".join(f"{e['id']} {e['duration_ms']} ms" for e in last)


def first_line(entry):
    evidence = entry["evidence"]
    text = evidence[0] if isinstance(evidence, list) and evidence else evidence or entry["reason"] or ""
    return str(text)[:200]


class Bed:
    """A store, targets and an empty folder of jobs, in a temporary folder that only root may write."""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="rounds-det-"))
        (self.dir / "jobs.d").mkdir()
        (self.dir / "store").mkdir()
        (self.dir / "config.toml").write_text("")
        self.taken_at = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def rounds(self, *words, codes=(0,)):
        command = [binary(), *map(str, words), "--store", str(self.dir / "store/rounds.db"), "--jobs-dir",
                   str(self.dir / "jobs.d"), "--config", str(self.dir / "config.toml")]
        for attempt in range(1, 5):                                 # the binary may be built anew meanwhile
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
            if done.returncode in codes:
                return done
            time.sleep(attempt)
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}{done.stdout[:500]}")

    def target(self, name, **keys):
        words = []
        for key, value in keys.items():
            for one in value if isinstance(value, list) else [value]:
                words += ["--" + key.replace("_", "-"), one]
        self.rounds("target", "add", name, "--replace", *words)

    def snapshot(self, name):
        self.rounds("target", "snapshot", name)
        self.taken_at = time.time()

    def inspect(self, name, tier="yearly", window=None):
        """`window` in seconds; by default that of the tier."""
        began = time.monotonic()
        done = self.rounds("inspect", name, "--tier", tier, "--json", *(["--window", f"{window}s"] if window else []), codes=(0, 1, 69))
        took = time.monotonic() - began
        return Answer(json.loads(done.stdout)["targets"][0]["checks"], took)

    def inspect_since_snapshot(self, name, tier="yearly"):
        """The window begins with the last snapshot."""
        return self.inspect(name, tier, int(time.time() - self.taken_at) + 1)

    def keep(self):
        """Remembers the store, for `back`."""
        shutil.rmtree(self.dir / "kept", ignore_errors=True)
        shutil.copytree(self.dir / "store", self.dir / "kept")

    def back(self):
        shutil.rmtree(self.dir / "store")
        shutil.copytree(self.dir / "kept", self.dir / "store")


@dataclass
class Score:
    """What was seeded, what was found, and what was said beside it."""
    engine: str
    verbose: bool = False
    seeded: list[tuple[str, str]] = field(default_factory=list)      # (seed, id)
    missed: list[tuple[str, str]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)                   # warnings and criticals that nobody seeded
    false_alarms: list[str] = field(default_factory=list)            # the same on golden instances and controls
    reported: int = 0
    silent: int = 0
    tiers: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def golden(self, tier, answer, allowed=()):
        self.tiers[tier] = answer.took_s
        self.must_be_silent(f"golden, {tier}", answer, allowed)

    def must_be_silent(self, name, answer, allowed=()):
        loud = answer.found() - set(allowed)
        self.silent += 1
        self.say(not loud, f"{name} is silent", answer.say(loud))
        if loud:
            self.false_alarms.append(f"{name}: {answer.say(loud)}")

    def must(self, name, good, why=""):
        """A condition that is neither a defect nor silence: it counts like a false alarm."""
        self.silent += 1
        self.say(good, name, why)
        if not good:
            self.false_alarms.append(f"{name}: {why}")

    def defect(self, name, answer, expected, allowed=(), hint=False):
        loud, any_finding = answer.found(), answer.found("info")
        seen = any_finding if hint else loud
        for id in sorted(expected):
            self.seeded.append((name, id))
            if id not in seen:
                self.missed.append((name, id))
                self.say(False, f"{name}: {id}", answer.why(id) or "not asked")
        extra = loud - set(expected) - set(allowed)
        self.reported += len(set(expected) & seen) + len(extra)
        if extra:
            self.noise.append(f"{name}: {answer.say(extra)}")
        self.say(not extra and set(expected) <= seen, name, answer.say(extra))

    def failed(self, name, expected, why):
        self.seeded += [(name, id) for id in sorted(expected)]
        self.missed += [(name, id) for id in sorted(expected)]
        self.say(False, name, why)

    def say(self, good, name, why=""):
        if self.verbose or not good:
            print(f"{'ok  ' if good else 'FAIL'} {name}{': ' + why if why else ''}", flush=True)

    def share(self, ids=None):
        wanted = [pair for pair in self.seeded if ids is None or pair[1] in ids]
        lost = [pair for pair in self.missed if ids is None or pair[1] in ids]
        return len(wanted) - len(lost), len(wanted)

    def finish(self):
        """Prints the table and returns the exit code."""
        star, everything = self.share(STARS), self.share()
        found = everything[0]
        precision = 100.0 * found / self.reported if self.reported else 100.0
        print(f"\n{self.engine}")
        print(f"  found ★    {star[0]:4} of {star[1]:4}  {percent(star):5.1f}%  (at least 95%)")
        print(f"  found all  {found:4} of {everything[1]:4}  {percent(everything):5.1f}%  (at least 85%)")
        print(f"  precision  {found:4} of {self.reported:4}  {precision:5.1f}%")
        print(f"  silent     {self.silent - len(self.false_alarms):4} of {self.silent:4}  golden instances and controls")
        if self.tiers:
            print("  times      " + ", ".join(f"{tier} {took:.2f} s" for tier, took in self.tiers.items()))
        for title, rows in (("missed", [f"{name}: {id}" for name, id in self.missed]), ("beside", self.noise),
                            ("false alarm", self.false_alarms), ("note", self.notes)):
            for row in rows:
                print(f"  {title}: {row}")
        good = percent(star) >= 95 and percent(everything) >= 85 and not self.false_alarms
        print(f"total {self.engine} star {star[0]}/{star[1]} all {found}/{everything[1]} reported {self.reported} "
              f"alarms {len(self.false_alarms)} {'ok' if good else 'MISSED'}")
        sys.stdout.flush()
        return 0 if good else 1


def percent(pair):
    return 100.0 * pair[0] / pair[1] if pair[1] else 100.0
