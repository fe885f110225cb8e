#!/usr/bin/env python3
"""How many seeded defects of PostgreSQL `rounds inspect` finds, and what it says about a healthy server.

    tests/detection/postgresql.py [--rounds BINARY] [--only WORD] [--quick] [--keep]

Starts a golden instance (`postgresql_instance.py`), inspects it in all four tiers, seeds one defect after the other
(`postgresql_seeds.py`) and then many at once, asks with a login that may see less, and with a standby. Every seed has a
store of its own, in which one inspection came before. The exit status is 1 when less than 95% of the starred or 85% of all
defects were found, or when anything on a healthy server is a warning or worse. `--quick` leaves out what takes minutes.
Needs root or the account of the server's owner."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

from postgresql_instance import BIN, LOGINS, LOGS, Instance, Rounds
from postgresql_seeds import CONTROLS, FULL_SIZE, INFORMS, SEEDS, STARRED

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKS = ROOT / "src/inspect/checks/postgresql"
TIERS = ("daily", "weekly", "monthly", "yearly")
BAD = ("warning", "critical")
GOLDEN_THRESHOLDS = {"pg.bak.same_disk": {"allowed": 1}, "pg.cfg.memory": {"low_percent": 0}, "pg.bak.restore_drill": {"last_drill": int(time.strftime("%Y%m%d"))}}


def tiers_of_checks():
    rules = (tomllib.loads(path.read_text()) for path in CHECKS.glob("*.toml"))
    return {rule["id"]: rule["tier"] for rule in rules if "id" in rule}


def bad(entries):
    return {(e["id"], e["subject"]) for e in entries if e["severity"] in BAD}


def told(entries):
    return {e["id"] for e in entries if e["outcome"] == "finding"}


def lines(entries):
    return "; ".join(f"{e['id']} {e['severity'] or e['outcome']} {e['subject'] or ''}: {' '.join(e['evidence']) or e['reason']}"[:300] for e in entries)


def wrong(entries):
    """What a healthy server must not give."""
    return [e for e in entries if e["severity"] in BAD or e["outcome"] == "error"]


class Tally:
    """What was seeded, found and reported."""

    def __init__(self, sees_all):
        self.sees_all = sees_all
        self.seeded, self.found, self.missed, self.unseen, self.surplus, self.faults = 0, 0, [], [], [], []
        self.starred, self.starred_found, self.reported, self.expected = 0, 0, 0, 0
        self.times = {tier: [] for tier in TIERS}

    def fault(self, what, why=""):
        self.faults.append(what)
        print("FAIL", what, why, flush=True)

    def expect(self, good, what, why=""):
        if good:
            print("ok  ", what, flush=True)
        else:
            self.fault(what, why)

    def named(self, name, ids, what):
        """A defect that is no seed of the table: was it found?"""
        self.seeded += 1
        self.starred += name in STARRED
        self.found += name in ids
        self.starred_found += name in STARRED and name in ids
        if name not in ids:
            self.missed.append(f"{name}: {what}")
        print("ok  " if name in ids else "MISS", what, "" if name in ids else ids, flush=True)

    def count(self, seed, entries, before):
        hits = {e["id"]: e["severity"] for e in entries if e["outcome"] == "finding" and seed.subject in (e["subject"] or "")
                and (e["severity"] in BAD or e["id"] not in {x["id"] for x in entries if x["severity"] in BAD and seed.subject in (x["subject"] or "")})}
        missing = []
        skipped = {e["id"] for e in entries if e["outcome"] == "skipped"}
        for name in seed.expect:
            if name in skipped and not self.sees_all:
                self.unseen.append(f"{name}: {seed.name}")
                continue
            self.seeded += 1
            self.starred += name in STARRED
            severity = hits.get(name)
            if severity in BAD or (severity == "info" and name in INFORMS):
                self.found += 1
                self.starred_found += name in STARRED
            else:
                missing.append(name + (" (only info)" if severity else ""))
        self.missed += [f"{name}: {seed.name}" for name in missing]
        new = {name for name, subject in bad(entries) - before}
        surplus = sorted(new - {*seed.expect, *seed.also})
        self.reported += len(new)
        self.expected += len(new) - len(surplus)
        self.surplus += [f"{name}: {seed.name}" for name in surplus]
        errors = [e for e in entries if e["outcome"] == "error"]
        if errors:
            self.faults.append(f"{seed.name}: {lines(errors)}")
        good = not missing and not surplus and not errors
        detail = "" if good else f"\n       missing {missing}, surplus {lines([e for e in entries if e['id'] in surplus and e['severity'] in BAD])}, errors {lines(errors)}"
        if missing:
            detail += "\n       said " + lines([e for e in entries if any(e["id"] == m.split()[0] for m in missing)])
        print("ok  " if good else "MISS" if missing else "FAIL", seed.name + detail, flush=True)

    def table(self):
        percent = lambda part, whole: 100.0 * part / whole if whole else 100.0
        star, every = percent(self.starred_found, self.starred), percent(self.found, self.seeded)
        print(f"\nstarred    {self.starred_found:4} of {self.starred:4} found  {star:6.1f} %\nall        {self.found:4} of {self.seeded:4} found  {every:6.1f} %"
              f"\nprecision  {self.expected:4} of {self.reported:4} meant  {percent(self.expected, self.reported):6.1f} %")
        for tier, times in self.times.items():
            if times:
                print(f"{tier:10} {len(times):4} inspections   p50 {quantile(times, 0.5):.2f} s, p95 {quantile(times, 0.95):.2f} s, at most {max(times):.2f} s")
        for title, names in (("missed", self.missed), ("skipped, which counts neither way", self.unseen), ("not meant", self.surplus), ("faults", self.faults)):
            print(f"{title}: {len(names)}", *names, sep="\n  ")
        slow = self.times["daily"] and quantile(self.times["daily"], 0.95) > 2
        return 1 if star < 95 or every < 85 or self.faults or slow else 0


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Benchmark:
    def __init__(self, binary, port, log="stderr", login="postgres"):
        self.binary, self.tally, self.server = binary, Tally(login == "postgres"), Instance(port, log)
        self.stores = pathlib.Path(tempfile.mkdtemp(prefix="pgr-", dir="/tmp"))
        self.secret = self.stores / "password"
        self.secret.write_text("watch\n")
        self.secret.chmod(0o600)
        self.login = {"user": "postgres"} if login == "postgres" else {"user": login, "password": f"file:{self.secret}"}
        self.tiers = tiers_of_checks()
        self.number = 0

    def rounds(self, server=None, thresholds=None, **keys):
        """The program with a new store, that knows the server."""
        server = server or self.server
        self.number += 1
        rounds = Rounds(self.binary, self.stores / f"{self.number}")
        merged = {name: {**GOLDEN_THRESHOLDS.get(name, {}), **(thresholds or {}).get(name, {})} for name in {*GOLDEN_THRESHOLDS, *(thresholds or {})}}
        golden = {"address": server.home, "port": server.port, **self.login, "data_dir": server.data, "pitr_days": 7,
                  "backups": [server.backups / "shop-*.dump", server.backups / "base-*"]}
        rounds.add(**{**golden, **keys}, thresholds=merged)
        return rounds

    def ask(self, rounds, tier, *more):
        entries, took = rounds.inspect(tier, *more)
        self.tally.times[tier].append(took)
        return entries

    def refused(self, size):
        """Errors in the log behind that place which are not of the seeds."""
        with open(self.server.log, errors="replace") as file:
            file.seek(size)
            return [line for line in file if re.search(r"(ERROR|FATAL|PANIC):", line)]

    def golden(self):
        rounds = self.rounds()
        size = self.server.log.stat().st_size
        for _ in range(2):
            rounds.snapshot()
            time.sleep(1.1)
        for tier in TIERS:
            found = wrong(self.ask(rounds, tier))
            self.tally.expect(not found, f"the golden instance is silent: {tier}", lines(found))
        for _ in range(20):
            self.ask(rounds, "daily")
        for _ in range(5):
            found = wrong(self.ask(rounds, "yearly"))
        self.tally.expect(not found, "inspections do not find themselves", lines(found))
        self.tally.expect(not self.refused(size), "the server has nothing to say about us", "".join(self.refused(size)[:5]))

    def logins(self):
        """Logins that may see less: nothing is wrong, what cannot be seen is skipped, and nothing is tried in vain."""
        hidden = {"reader": {"pg.sec.hba", "pg.sec.no_password", "pg.cfg.file"}}
        hidden["watcher"] = hidden["reader"] | {"pg.obj.bloat", "pg.obj.sequence"}
        hidden["plain"] = hidden["watcher"] | {"pg.run.connections", "pg.run.idle_in_tx", "pg.cfg.drift"}
        for role, expected in hidden.items():
            rounds = self.rounds(user=role, password=f"file:{self.secret}")
            size = self.server.log.stat().st_size
            rounds.snapshot()
            time.sleep(1.1)
            self.ask(rounds, "yearly")
            entries = self.ask(rounds, "yearly")
            self.tally.expect(not wrong(entries), f"the golden instance is silent for {role}", lines(wrong(entries)))
            skipped = {e["id"] for e in entries if e["outcome"] == "skipped"}
            self.tally.expect(skipped >= expected, f"what {role} cannot see is skipped", str(expected - skipped))
            self.tally.expect(not self.refused(size), f"the login {role} leaves no errors in the log", "".join(self.refused(size)[:5]))

    def tier_of(self, seed):
        wanted = [self.tiers[name] for name in seed.expect] or ["yearly"]
        return seed.tier or max(wanted, key=TIERS.index)

    def apply(self, seed):
        if seed.hba:
            self.server.write_hba(seed.hba)
        for database, sql in seed.setup:
            self.server.sql(database, sql)
        if seed.restart:
            self.server.restart()
        for database, sql in seed.hold:
            self.server.hold(database, sql)
        self.server.act(seed.action)

    def revert(self, seed):
        self.server.release()
        for database, sql in seed.undo:
            self.server.sql(database, sql)
        self.server.undo(seed.action)
        if seed.restart:
            self.server.restart()
        if seed.hba:
            self.server.write_hba()

    def one(self, seed):
        tier = self.tier_of(seed)
        self.server.forget_log()
        rounds = self.rounds(thresholds=seed.thresholds, **seed.target)
        before = self.ask(rounds, tier)
        known = set() if seed.thresholds or seed.target else bad(before)
        time.sleep(1.1)
        self.apply(seed)
        time.sleep(seed.wait_s)
        self.tally.count(seed, self.ask(rounds, tier), known)
        self.revert(seed)

    def control(self, seed):
        self.server.forget_log()
        rounds = self.rounds()
        known = bad(self.ask(rounds, "yearly"))
        time.sleep(1.1)
        self.apply(seed)
        time.sleep(seed.wait_s)
        found = [e for e in wrong(self.ask(rounds, "yearly")) if (e["id"], e["subject"]) not in known]
        self.tally.expect(not found, f"nothing is wrong with {seed.name}", lines(found))
        self.revert(seed)

    def together(self):
        """All defects that statements alone make, in one inspection."""
        apart = ("PREPARE TRANSACTION", "ssl", "synchronous", "track_counts", "statement_timeout", "log_line_prefix")
        seeds = [s for s in SEEDS if s.setup and not (s.action or s.restart or s.hold or s.hba) and not any(word in sql for _, sql in s.setup for word in apart)]
        seeds = [s for s in seeds if not any("ALTER SYSTEM" in sql for _, sql in s.setup) or s.name in ("a drifted parameter", "a value that waits for a restart", "fsync off", "autovacuum off")]
        thresholds = {name: values for s in seeds for name, values in s.thresholds.items()}
        self.server.forget_log()
        rounds = self.rounds(thresholds=thresholds)
        self.ask(rounds, "yearly")
        for seed in seeds:
            self.apply(seed)
        time.sleep(1.5)
        names = told(self.ask(rounds, "yearly"))
        expected = {name for s in seeds for name in s.expect}
        missing = sorted(expected - names)
        print("all together:", len(expected) - len(missing), "of", len(expected), "ids found; missing:", *missing, flush=True)
        self.tally.expect(len(missing) <= 0.05 * len(expected), "defects do not hide one another", str(missing))
        for seed in reversed(seeds):
            self.revert(seed)

    def unreachable(self):
        rounds = self.rounds()
        self.ask(rounds, "daily")
        self.server.stop()
        entries = self.ask(rounds, "daily")
        self.tally.named("pg.run.connect", {n for n, _ in bad(entries)}, "a server that is down")
        self.server.start()

    def default_waits(self, seconds=305):
        """Sessions that wait as long as the thresholds as they are want it."""
        server, rounds = self.server, self.rounds()
        self.ask(rounds, "daily")
        server.hold("shop", "BEGIN; UPDATE sales.customer SET name = name WHERE id = 1")
        server.hold("shop", "UPDATE sales.customer SET name = name WHERE id = 1")
        server.sql("shop", "BEGIN; DELETE FROM sales.customer WHERE id < 0; PREPARE TRANSACTION 'orphan'")
        time.sleep(3)
        self.tally.named("pg.run.blocked", told(self.ask(rounds, "daily")), "a wait of seconds, as information")
        time.sleep(28)
        found = {n for n, _ in bad(self.ask(rounds, "daily"))}
        self.tally.named("pg.run.blocked", found, "a wait of half a minute")
        if seconds > 300:
            time.sleep(seconds - 31)
            found = {n for n, _ in bad(self.ask(rounds, "daily"))}
            for name in ("pg.run.blocked", "pg.run.idle_in_tx", "pg.run.prepared"):
                self.tally.named(name, found, "a wait of minutes")
        server.release()
        server.sql("shop", "ROLLBACK PREPARED 'orphan'")

    def standby(self):
        """A standby that follows, is paused, has lost its primary, and takes over."""
        first, second = self.server, Instance(self.server.port + 1)
        first.forget_log()
        second.home.chmod(0o755)
        if second.home.owner() != first.data.owner():
            shutil.chown(second.home, "postgres", "postgres")
        first.sql("postgres", "SELECT pg_create_physical_replication_slot('second', true)", "ALTER SYSTEM SET max_slot_wal_keep_size = '1GB'", "SELECT pg_reload_conf()")
        first.run(BIN / "pg_basebackup", "-h", first.home, "-p", first.port, "-U", "postgres", "-D", second.data, "-R", "-S", "second", "-c", "fast", "--no-sync")
        first.run("rm", "-rf", second.data / "log")
        with open(second.data / "postgresql.conf", "a") as file:
            file.write(f"port = {second.port}\nunix_socket_directories = '{second.home}'\n")
        second.backups = first.backups
        try:
            second.start()
            time.sleep(1.5)
            ours, theirs = self.rounds(thresholds={"pg.run.repl_lag": {"warning_bytes": 1}}), self.rounds(second)
            calm = self.rounds()
            for rounds in (calm, ours, theirs):
                self.ask(rounds, "yearly")
            time.sleep(1.1)
            for name, rounds in (("primary with a standby", calm), ("standby", theirs)):
                found = wrong(self.ask(rounds, "yearly"))
                self.tally.expect(not found, f"a {name} is silent", lines(found))
            look = lambda rounds: {n for n, _ in bad(self.ask(rounds, "daily"))}
            second.sql("postgres", "SELECT pg_wal_replay_pause()")
            first.sql("shop", "CREATE TABLE sales.sent (id int PRIMARY KEY)")
            time.sleep(0.5)
            self.tally.named("pg.run.receiver", look(theirs), "paused replay")
            self.tally.named("pg.run.repl_lag", look(ours), "a standby that lags")
            second.sql("postgres", "SELECT pg_wal_replay_resume()")
            first.sql("shop", "DROP TABLE sales.sent")
            first.stop()
            time.sleep(1)
            self.tally.named("pg.run.receiver", look(theirs), "a standby without its primary")
            second.run(BIN / "pg_ctl", "-D", second.data, "-w", "promote")
            self.tally.named("pg.run.role", look(theirs), "a promotion")
            first.start()
            self.tally.named("pg.run.slot", told(self.ask(ours, "daily")), "the slot of a standby that is gone, as information")
        finally:
            second.remove()
        first.sql("postgres", "SELECT pg_drop_replication_slot('second')", "ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()")

    def scale(self):
        """3,000 tables and 9,000 indexes more."""
        self.server.sql("postgres", "CREATE DATABASE many")
        self.server.sql("many", *[
            f"DO $$ BEGIN FOR i IN {n}..{n + 99} LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a int, b text)', i); EXECUTE format('CREATE INDEX ON t%s (a)', i); EXECUTE format('CREATE INDEX ON t%s (b)', i); END LOOP; END $$"
            for n in range(0, 3000, 100)])
        self.server.sql("many", "VACUUM ANALYZE", "CHECKPOINT")
        rounds = self.rounds()
        times = []
        for _ in range(5):
            start = time.monotonic()
            rounds.inspect("daily")
            times.append(time.monotonic() - start)
        self.tally.expect(max(times) <= 2, "a daily inspection beside 9,000 indexes takes at most 2 s", str(times))
        print("  took", *[f"{t:.2f}" for t in times])
        self.server.sql("postgres", "DROP DATABASE many")

    def versions(self):
        """The table of releases, as servers of other versions would see it; and what is asked of older ones, which this one answers, too."""
        rule = tomllib.loads((CHECKS / "sec_version.toml").read_text())
        for number, expected in ((150004, "warning"), (150020, "ok"), (150031, "ok"), (120022, "critical"), (130002, "critical"), (180004, "ok"), (180000, "warning"), (190001, "ok"), (90624, "critical")):
            sql = with_literals(rule["sql"].replace("current_setting('server_version_num')", f"'{number}'"), rule.get("thresholds", {}))
            self.tally.expect(f"|{expected}|" in self.server.sql("postgres", "SET search_path = pg_catalog", sql), f"version {number} is {expected}", self.server.errors)
        for path in sorted(CHECKS.glob("*.toml")):
            rule = tomllib.loads(path.read_text())
            for version, sql in rule.get("older", {}).items():
                self.server.sql("shop", "SET search_path = pg_catalog", with_literals(sql, rule.get("thresholds", {})))
                self.tally.expect(not self.server.errors, f"{path.stem} before {version}", self.server.errors)


def with_literals(sql, values):
    """As the program puts numbers into a statement: not into quoted text, nor where a cast is meant."""
    pieces = re.compile(r"""'[^']*'|"[^"]*"|--[^\n]*|::|:([A-Za-z_]\w*)""")
    return pieces.sub(lambda m: m[0] if m[1] is None else "NULL" if values.get(m[1]) is None else str(values[m[1]]), sql)


def main():
    if not (BIN / "initdb").exists():
        print(f"skipped: there is no PostgreSQL server in {BIN}")
        return 77
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=lambda path: pathlib.Path(path).resolve(), default=ROOT / "build/dev/rounds", help="the program")
    options.add_argument("--only", default="", help="seeds whose name or expected ids contain this")
    options.add_argument("--part", default="", help="one part of the whole, by the name of its function")
    options.add_argument("--log", choices=LOGS, default="stderr", help="how the server writes its log")
    options.add_argument("--login", choices=("postgres", *LOGINS), default="postgres", help="who inspects; what it may not see has to be skipped")
    options.add_argument("--quick", action="store_true", help="without what takes minutes")
    options.add_argument("--keep", action="store_true", help="leave the instance running")
    options.add_argument("--port", type=int, default=57431)
    given = options.parse_args()
    bench = Benchmark(given.rounds, given.port, given.log, given.login)
    chosen = [s for s in [*SEEDS, *CONTROLS] if given.log == "stderr" or not s.action.startswith("log ")]
    parts = [bench.golden, bench.logins, *[lambda s=s: bench.one(s) for s in chosen if s in SEEDS and (given.only in s.name or any(given.only in i for i in s.expect))],
             *[lambda s=s: bench.control(s) for s in chosen if s in CONTROLS and given.only in s.name]]
    large = [lambda s=s: bench.one(s) for s in FULL_SIZE if given.only in s.name and not given.quick]
    if given.only:
        parts += large
    rest = [bench.together, bench.unreachable, lambda: bench.default_waits(31), bench.standby, bench.versions]
    if not given.quick:
        rest += [*large, lambda: bench.default_waits(305), bench.scale]
    if given.part:
        parts, rest = [getattr(bench, given.part)], []
    try:
        bench.server.make()
        for part in (parts[2:] if given.only else [*parts, *rest]):
            try:
                part()
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                bench.tally.fault(f"a part that broke: {error}")
        return bench.tally.table()
    finally:
        if given.keep:
            print("left at", bench.server.home, bench.stores)
        else:
            bench.server.remove()
            shutil.rmtree(bench.stores, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
