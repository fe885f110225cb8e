#!/usr/bin/env python3
"""Seeds one defect after the other into a healthy MariaDB, and asks whether the checks find it and nothing else.

Run as root where mariadbd is installed: mariadb_test.py [-v] [word of a seed's name]."""

import re
import subprocess
import sys
import time

from mariadb_instance import Inspector, Instance, Refused, findings
from mariadb_seeds import GOLDEN, SEEDS

DAY = 86400
GOOD = {
    "connection": [("db", "open", "", 3)],
    "declared": [("/backup/*.sql.gz",)],
    "backup": [(f"/backup/db-2026110{9 - n}.sql.gz", 1000 + n, n * DAY + 3600) for n in range(8)],
    "content": [("/backup/db-20261109.sql.gz", "dump", None, None)],
    "file": [("data_dir", "/data", "directory", 0o700, 100, 100, 0, 0), ("key", "/key.pem", "file", 0o600, 100, 100, 0, 0),
             ("config", "/etc/my.cnf", "file", 0o644, 0, 100, 0, 0), ("cert", "/cert.pem", "file", 0o644, 0, 100, 0, 0),
             ("log_dir", "/log", "directory", 0o2750, 100, 4, 0, 0)],
    "disk": [("data", "/data", 1, 10**12, 6 * 10**11, 10**6, 9 * 10**5), ("backup", "/backup", 2, 10**12, 10**10, 0, 0)],
    "certificate": [("cert", "/cert.pem", 300 * DAY, "CN=db")],
    "machine": [(4, 1 << 29)],
    "upgrade": [("/data/mysql_upgrade_info", "10.11.19-MariaDB\n")],
}
PASSWORD = "Kp4-vb90-Rt7m"
READER = "PROCESS, SELECT, BINLOG MONITOR, SLAVE MONITOR, SHOW VIEW, TRIGGER, EVENT"
PRIVILEGES = {"process", "select", "accounts", "replication", "local"}


def describe(answers, ids):
    return "; ".join(f"{id}: {row[1]} {row[0]!r} {row[4]}" for id in sorted(ids) for row in answers[id] if row[1] != "ok")


class Test:
    def __init__(self, instance, verbose):
        self.instance, self.verbose = instance, verbose
        self.failed = 0
        self.facts = dict(GOOD)
        version = instance.sql("SELECT @@version AS v")[0]["v"]
        self.facts["upgrade"] = [("/data/mysql_upgrade_info", re.sub("-0.*", "", version))]

    def expect(self, name, good, why=""):
        self.failed += not good
        if self.verbose or not good:
            print(f"{'ok  ' if good else 'FAIL'} {name}{': ' + why if why else ''}", flush=True)

    def golden(self, user, privileges, prelude=""):
        inspector = Inspector(self.instance, user, PASSWORD if user != "root" else None, prelude, privileges)
        inspector.take()
        inspector.before = inspector.samples[0]
        inspector.run(self.facts)
        time.sleep(1)
        inspector.take()
        answers = inspector.run(self.facts)
        found = findings(answers)
        if user == "seer":
            self.expect(f"golden as {user} is blind and says so", "my.obj.blind" in found)
            found.discard("my.obj.blind")
        self.expect(f"golden as {user} {prelude}", not found, describe(answers, found))
        if self.verbose:
            print("     hints:", describe(answers, findings(answers, "info") - found))
            slow = sorted(inspector.measure().items(), key=lambda item: -item[1])[:4]
            print("     slowest:", ", ".join(f"{id} {took:.3f} s" for id, took in slow))
        return answers

    def seed(self, seed):
        inspector = Inspector(self.instance, "rounds", PASSWORD, privileges=PRIVILEGES)
        sessions = []
        inspector.take()
        inspector.before = inspector.samples[0]
        try:
            for text in seed.setup:
                self.instance.sql(text)
            for statements in seed.sessions:
                sessions.append(self.instance.session(statements))
                time.sleep(0.3)
            self.do_work(seed)
            time.sleep(seed.wait_s)
            inspector.take()
            answers = inspector.run(self.facts, seed.thresholds, {"my.obj.check"} - seed.expected)
        finally:
            for process in sessions:
                process.kill()
                process.wait()
            for text in seed.undo:
                self.undo(text)
        found = findings(answers)
        hints = findings(answers, "info")
        missed = seed.expected - (hints if seed.hint else found)
        extra = found - seed.expected - seed.allowed - {"my.cfg.unpersisted"}       # stays until a restart
        self.expect(f"{seed.name} is found", not missed, "missed " + ", ".join(sorted(missed)) if missed else "")
        self.expect(f"{seed.name} alone", not extra, describe(answers, extra))

    def do_work(self, seed):
        if seed.work:
            self.instance.sql(";\n".join(seed.work), prelude="SET SESSION query_cache_type = OFF")
        for user, password in seed.logins:
            subprocess.run([*self.instance.client(user, password), "-e", "SELECT 1"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=20)
        for _ in range(seed.bare_connects):
            self.instance.bare_connect()

    def undo(self, text):
        for _ in range(20):
            try:
                self.instance.sql(text)
                return
            except Refused as error:
                last = error
                time.sleep(0.3)
        print("FAIL undo", text, last)
        self.failed += 1


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    with Instance() as instance:
        for text in GOLDEN:
            instance.sql(text)
        instance.sql(f"CREATE USER rounds@localhost IDENTIFIED BY '{PASSWORD}'; GRANT {READER} ON *.* TO rounds@localhost")
        instance.sql(f"CREATE USER seer@localhost IDENTIFIED BY '{PASSWORD}'; GRANT PROCESS ON *.* TO seer@localhost")
        test = Test(instance, "-v" in sys.argv)
        if not words or words == ["golden"]:
            test.golden("root", None)
            test.golden("rounds", PRIVILEGES)
            test.golden("rounds", PRIVILEGES, "SET SESSION sql_mode = 'ANSI,TRADITIONAL,ONLY_FULL_GROUP_BY,NO_BACKSLASH_ESCAPES'")
            test.golden("rounds", PRIVILEGES, "SET SESSION tx_read_only = 1")
            test.golden("seer", {"process"})
        for seed in SEEDS:
            if not words or any(word in seed.name for word in words):
                try:
                    test.seed(seed)
                except Refused as error:
                    test.expect(seed.name, False, str(error))
    print(f"{test.failed} failed")
    sys.exit(test.failed > 0)


if __name__ == "__main__":
    main()
