"""A daily inspection of a PostgreSQL server with 3,000 tables and 9,000 indexes, and of forty instances at once, some of which hang."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import workbench

TABLES = 3000
BIN = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
DAILY, LONGEST, FLEET = 2.0, 1000, 15.0  # s, ms, s


class Server:
    """On a socket in a folder of its own, run by the user postgres."""

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="rounds-pg-", dir="/tmp"))
        shutil.chown(self.dir, "postgres")
        self.owner("initdb", "-D", self.dir / "data", "-A", "trust")
        with open(self.dir / "data/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"port = 5432\nlisten_addresses = ''\nunix_socket_directories = '{self.dir}'\nfsync = off\nmax_connections = 100\n")
        self.owner("pg_ctl", "-D", self.dir / "data", "-w", "-l", self.dir / "log", "start")
        return self

    def __exit__(self, *_):
        self.owner("pg_ctl", "-D", self.dir / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.dir)

    def owner(self, program, *args):
        subprocess.run(["runuser", "-u", "postgres", "--", str(BIN / program), *map(str, args)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sql(self, text):
        subprocess.run(["psql", "-qX", "-h", str(self.dir), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "postgres"], input=text, text=True, check=True)


def fill(server):
    for begin in range(0, TABLES, 500):
        server.sql("BEGIN;" + "".join(f"CREATE TABLE t{n} (id int PRIMARY KEY, a int, b text); CREATE INDEX ON t{n} (a); CREATE INDEX ON t{n} (b);"
                                      for n in range(begin, min(begin + 500, TABLES))) + "COMMIT;")
    server.sql("ANALYZE")


def inspect(bed, *args):
    began = time.monotonic()
    done = bed.rounds("inspect", *args, "--json", "--fail-on", "critical")
    took = time.monotonic() - began
    return took, json.loads(done.stdout)


def daily(bed):
    inspect(bed, "big")
    took, document = min((inspect(bed, "big") for _ in range(3)), key=lambda pair: pair[0])
    statements = document["targets"][0]["statements"]
    longest = max(statements, key=lambda one: one["duration_ms"])
    ok = took <= DAILY and longest["duration_ms"] <= LONGEST
    print(f"daily     {took:.2f} s (at most {DAILY:.0f} s), {len(statements)} statements, the longest {longest['duration_ms']} ms ({longest['asked_by']}; "
          f"at most {LONGEST} ms)   {workbench.verdict(ok)}", flush=True)
    return ok


def fleet(bed, server):
    listeners = []
    for n in range(37):
        bed.must("target", "add", f"f{n}", "--engine", "postgresql", "--address", server.dir, "--user", "postgres")
    for n in range(3):  # they take connections and never say a word
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        bed.must("target", "add", f"hangs{n}", "--engine", "postgresql", "--address", "127.0.0.1", "--port", listener.getsockname()[1])
    took, document = inspect(bed, "f*", "hangs*")
    reached = sum(target["reached"] for target in document["targets"])
    ok = took <= FLEET and reached == 37 and len(document["targets"]) == 40
    print(f"forty     {took:.2f} s (at most {FLEET:.0f} s), {reached} of 37 reached, 3 hang   {workbench.verdict(ok)}", flush=True)
    return ok


def main():
    with workbench.Workbench() as bed, Server() as server:
        fill(server)
        bed.must("target", "add", "big", "--engine", "postgresql", "--address", server.dir, "--user", "postgres")
        good = daily(bed)
        good = fleet(bed, server) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
