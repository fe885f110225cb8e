#!/usr/bin/env python3
"""The checks of MariaDB that read facts and readings, on tables made by hand: each case says what must come out."""

import pathlib
import re
import sqlite3
import sys
import tomllib

CHECKS_DIR = pathlib.Path(__file__).resolve().parents[2] / "src/inspect/checks/mariadb"


def load():
    """All files of the folder by their name: checks by id, readings by name."""
    checks, readings = {}, {}
    for path in sorted(CHECKS_DIR.glob("*.toml")):
        data = tomllib.loads(path.read_text())
        if "reading" in data:
            readings[data["reading"]] = data
        elif not data["id"].startswith("my.log."):
            checks[data["id"]] = data
    return checks, readings


def number(text):
    """Whole numbers as such; the rest stays text, as a client that knows the types of columns would have it."""
    if isinstance(text, str) and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    return text


def put(database, table, rows, columns=None):
    columns = columns or list(rows[0])
    names = ", ".join(f'"{c}"' for c in columns)
    database.execute(f'CREATE TABLE "{table}" ({names})')
    database.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})',
                         [[row.get(c) if c == "value" and table.startswith("variables") else number(row.get(c)) for c in columns]
                          for row in rows])


FACTS = {
    "connection": "target state reason took_ms",
    "declared": "pattern",
    "backup": "path bytes age_s",
    "content": "path kind problem rows",
    "file": "role path kind mode owner server_owner bytes age_s",
    "disk": "role path device total_bytes available_bytes inodes inodes_available",
    "certificate": "role path expires_s subject",
    "machine": "cores ram_bytes",
    "upgrade": "path version",
}


def make_facts(database, facts):
    """`facts` holds rows as tuples by table; a table that it does not name is empty."""
    for table, columns in FACTS.items():
        names = columns.split()
        put(database, table, [dict(zip(names, row)) for row in facts.get(table, [])], names)


DAY, GB = 86400, 1 << 30
CHECKS, READINGS = load()


def ask(id, facts=None, readings=None, seconds=3600, **thresholds):
    """`readings` holds tables by name: status_last, status_delta …; those it does not name are empty."""
    check = CHECKS[id]
    database = sqlite3.connect(":memory:")
    make_facts(database, facts or {})
    put(database, "span", [{"seconds": seconds, "asked_seconds": seconds, "coverage": 100, "from_s": 1000,
                            "to_s": 1000 + seconds}])
    readings = dict(readings or {})
    for name in check.get("readings", []):
        for suffix in ("last", "first", "before", "samples", "delta"):
            table = f"{name}_{suffix}"
            put(database, table, readings.get(table, []), columns_of(name, readings.get(table), suffix))
    values = {**check.get("thresholds", {}), **thresholds}
    return database.execute(check["sql"], {k: v for k, v in values.items() if ":" + k in check["sql"]}).fetchall()


def columns_of(name, rows, suffix):
    columns = {"status": ["name", "value"], "state": ["name", "value"], "variables": ["name", "value"],
               "sizes": ["schema_name", "bytes"], "binlogs": ["Log_name", "File_size"],
               "instance": ["name", "version", "started_s"], "tables": ["schema_name", "object_name", "print"],
               "replica": ["Connection_name", "Slave_IO_Running", "Slave_SQL_Running", "Seconds_Behind_Master",
                           "Last_IO_Errno", "Last_SQL_Errno", "SQL_Delay"],
               "indexes": ["schema_name", "table_name", "index_name", "fetches", "bytes"],
               "statements": ["schema_name", "digest", "digest_text", "calls", "time_us", "rows_examined",
                              "rows_sent"]}[name]
    return (["at"] if suffix == "samples" else []) + columns + (["reset"] if suffix == "delta" else [])


def named(reset=0, **values):
    return [{"name": name, "value": value, "reset": reset} for name, value in values.items()]


def status(last=None, **grown):
    return {"status_delta": named(**grown), "status_last": named(**(last or grown))}


def backups(*rows):
    return {"declared": [("/b/*.gz",)], "backup": [(f"/b/{p}", b, int(a * 3600)) for p, b, a in rows]}


def content(kind, problem=None):
    return {"declared": [("/b/*",)], "content": [("/b/x", kind, problem, None)]}


def disk(available, inodes_available=10**6, device=1):
    return ("data", "/data", device, 1000 * GB, available, 10**6, inodes_available)


def channel(io="Yes", sql="Yes", behind=0, delay=0, name=""):
    return {"replica_last": [{"Connection_name": name, "Slave_IO_Running": io, "Slave_SQL_Running": sql,
                              "Seconds_Behind_Master": behind, "Last_IO_Errno": 0, "Last_SQL_Errno": 0,
                              "SQL_Delay": delay}]}


def statement(calls, time_us, digest="ab", text="SELECT ?", db="shop"):
    return {"schema_name": db, "digest": digest, "digest_text": text, "calls": calls, "time_us": time_us,
            "rows_examined": 1, "rows_sent": 1, "reset": 0}


def logs(*names, at=None):
    return [{**({"at": at} if at is not None else {}), "Log_name": name, "File_size": 500} for name in names]


def file(role, mode, owner=100, server_owner=100):
    return {"file": [(role, "/p", "file", mode, owner, server_owner, 0, 0)]}


MACHINE = {"machine": [(4, 8 * GB)]}
BASE = {"innodb_buffer_pool_size": str(4 * GB), "sort_buffer_size": str(1 << 21), "max_connections": "100"}

CASES = [
    ("my.run.connect", "ok", dict(facts={"connection": [("db", "open", "", 5)]})),
    ("my.run.connect", "warning", dict(facts={"connection": [("db", "open", "", 1500)]})),
    ("my.run.connect", "critical", dict(facts={"connection": [("db", "unreachable", "refused", None)]})),
    ("my.run.connect", "skipped", dict(facts={"connection": [("db", "closed", "not asked", None)]})),
    ("my.run.restart", "ok", dict(readings=status(last=dict(uptime=9000, uptime_since_flush_status=9000),
                                                  uptime=3600, uptime_since_flush_status=3600))),
    ("my.run.restart", "warning", dict(readings=status(last=dict(uptime=900, uptime_since_flush_status=900),
                                                       uptime=600, uptime_since_flush_status=600))),
    ("my.run.restart", "info", dict(readings=status(last=dict(uptime=9000, uptime_since_flush_status=9),
                                                    uptime=3600, uptime_since_flush_status=9))),
    ("my.run.connections", "ok", dict(readings={"state_last": named(threads_connected=5, max_used_connections=9),
                                                "variables_last": named(max_connections="100")})),
    ("my.run.connections", "warning", dict(readings={"state_last": named(threads_connected=5, max_used_connections=81),
                                                     "variables_last": named(max_connections="100")})),
    ("my.run.connections", "critical", dict(readings={"state_last": named(threads_connected=97, max_used_connections=97),
                                                      "variables_last": named(max_connections="100")})),
    ("my.run.connections", "critical", dict(readings={"status_delta": named(connection_errors_max_connections=1)})),
    ("my.run.aborted", None, dict(readings=status(connections=100, aborted_connects=2, aborted_clients=0))),
    ("my.run.aborted", "info", dict(readings=status(connections=100, aborted_connects=6, aborted_connects_preauth=3))),
    ("my.run.aborted", "warning", dict(readings=status(connections=100, aborted_clients=30, aborted_connects=0))),
    ("my.run.aborted", None, dict(readings=status(connections=100000, aborted_clients=30, aborted_connects=0))),
    ("my.run.threads", "ok", dict(facts=MACHINE, readings={"state_last": named(threads_running=10)})),
    ("my.run.threads", "warning", dict(facts=MACHINE, readings={"state_last": named(threads_running=18)})),
    ("my.run.threads", "critical", dict(facts=MACHINE, readings={"state_last": named(threads_running=40)})),
    ("my.run.replica", None, {}),
    ("my.run.replica", "ok", dict(readings=channel())),
    ("my.run.replica", "critical", dict(readings=channel(io="Connecting"))),
    ("my.run.replica", "critical", dict(readings=channel(sql="No", name="ch-2"))),
    ("my.run.lag", "ok", dict(readings=channel(behind=30))),
    ("my.run.lag", "ok", dict(readings=channel(behind=3605, delay=3600))),
    ("my.run.lag", "warning", dict(readings=channel(behind=60))),
    ("my.run.lag", "critical", dict(readings=channel(behind=400))),
    ("my.run.lag", "skipped", dict(readings=channel(behind=None, io="No"))),
    ("my.run.writable_replica", None, dict(readings={"variables_last": named(read_only="OFF")})),
    ("my.run.writable_replica", "warning", dict(readings={**channel(), "variables_last": named(read_only="OFF")})),
    ("my.run.writable_replica", None, dict(readings={**channel(), "variables_last": named(read_only="ON")})),
    ("my.run.disk", "ok", dict(facts={"disk": [disk(500 * GB)]})),
    ("my.run.disk", "ok", dict(facts={"disk": [disk(150 * GB)]})),
    ("my.run.disk", "warning", dict(facts={"disk": [disk(90 * GB)]})),
    ("my.run.disk", "critical", dict(facts={"disk": [disk(10 * GB)]})),
    ("my.run.disk", "critical", dict(facts={"disk": [disk(500 * GB, inodes_available=1000)]})),
    ("my.run.deadlocks", "ok", dict(readings=status(innodb_deadlocks=0))),
    ("my.run.deadlocks", "warning", dict(readings=status(innodb_deadlocks=1), seconds=10)),
    ("my.run.deadlocks", "critical", dict(readings=status(innodb_deadlocks=70))),
    ("my.bak.age", "info", {}),
    ("my.bak.age", "ok", dict(facts=backups(("a.gz", 10, 3)))),
    ("my.bak.age", "warning", dict(facts=backups(("a.gz", 10, 30)))),
    ("my.bak.age", "critical", dict(facts=backups(("a.gz", 10, 72)))),
    ("my.bak.age", "critical", dict(facts=backups(("a.gz", 0, 1), ("b.gz", 10, 72)))),
    ("my.bak.age", "critical", dict(facts=backups())),
    ("my.bak.size", "ok", dict(facts=backups(*[(f"d-2026110{9 - n}.gz", 1000 + n, 24 * n) for n in range(8)]))),
    ("my.bak.size", "warning", dict(facts=backups(("d-20261109.gz", 600, 1), ("d-20261108.gz", 1000, 25),
                                                  ("d-20261107.gz", 1000, 49)))),
    ("my.bak.size", "critical", dict(facts=backups(("d-20261109.gz", 90, 1), ("d-20261108.gz", 1000, 25)))),
    ("my.bak.size", "critical", dict(facts=backups(("d-20261109.gz", 0, 1)))),
    ("my.bak.size", "ok", dict(facts=backups(("small-20261109.gz", 10, 1), ("large-20261109.gz", 1000, 1)))),
    ("my.bak.valid", "ok", dict(facts=content("dump"))),
    ("my.bak.valid", "critical", dict(facts=content("dump", "the footer is missing"))),
    ("my.bak.valid", "critical", dict(facts=content("empty"))),
    ("my.bak.valid", "warning", dict(facts=content("other"))),
    ("my.bak.valid", "skipped", dict(facts=content("none"))),
    ("my.bak.valid", "skipped", dict(facts=content("unreadable", "permission denied"))),
    ("my.bak.binlog_gap", None, dict(facts=backups(("a.gz", 9, 0.5)), readings={
        "binlogs_last": logs("b.1", "b.2"), "binlogs_samples": logs("b.1", at=1000) + logs("b.1", "b.2", at=4600)})),
    ("my.bak.binlog_gap", "critical", dict(facts=backups(("a.gz", 9, 5)), readings={
        "binlogs_last": logs("b.7"), "binlogs_samples": logs("b.1", "b.2", at=1000) + logs("b.7", at=4600)})),
    ("my.bak.binlog_gap", None, dict(facts=backups(("a.gz", 9, 0.2)), readings={
        "binlogs_last": logs("b.7"), "binlogs_samples": logs("b.1", "b.2", at=1000) + logs("b.7", at=4600)})),
    ("my.bak.binlog_expiry", None, dict(readings={"variables_last": named(log_bin="OFF")})),
    ("my.bak.binlog_expiry", "ok", dict(readings={"variables_last": named(log_bin="ON", expire_logs_days="7.0",
                                                                          binlog_expire_logs_seconds="604800")})),
    ("my.bak.binlog_expiry", "warning", dict(readings={"variables_last": named(log_bin="ON", expire_logs_days="0.0")})),
    ("my.bak.binlog_expiry", "warning", dict(facts=backups(("a", 1, 1), ("b", 1, 169)), readings={
        "variables_last": named(log_bin="ON", binlog_expire_logs_seconds="259200")})),
    ("my.bak.drill", "info", {}),
    ("my.bak.drill", "critical", dict(drilled_on=20200131)),
    ("my.bak.drill", "ok", dict(drilled_on=20991231)),
    ("my.bak.same_disk", None, dict(facts={"disk": [disk(GB), ("backup", "/b", 2, GB, GB, 0, 0)]})),
    ("my.bak.same_disk", "warning", dict(facts={"disk": [disk(GB), ("backup", "/b", 1, GB, GB, 0, 0)]})),
    ("my.obj.unused", "skipped", dict(readings={"variables_last": named(performance_schema="OFF")})),
    ("my.obj.unused", "info", dict(readings={
        "indexes_last": [dict(schema_name="s", table_name="t", index_name="i", fetches=0, bytes=1 << 24)],
        "indexes_delta": [dict(schema_name="s", table_name="t", index_name="i", fetches=0, bytes=1 << 24, reset=0)]})),
    ("my.obj.drift", "info", dict(readings={"tables_last": [dict(schema_name="s", object_name="t", print="A")]})),
    ("my.obj.drift", "info", dict(readings={"tables_before": [dict(schema_name="s", object_name="t", print="A")]})),
    ("my.obj.drift", None, dict(readings={"tables_last": [dict(schema_name="s", object_name="t", print="A")],
                                          "tables_before": [dict(schema_name="s", object_name="t", print="A")]})),
    ("my.obj.upgrade", "ok", dict(facts={"upgrade": [("/i", "10.11.19-MariaDB\n")]},
                                  readings={"instance_last": [dict(name="server", version="10.11.19-MariaDB-0+deb12u1")]})),
    ("my.obj.upgrade", "warning", dict(facts={"upgrade": [("/i", "10.5.1-MariaDB")]},
                                       readings={"instance_last": [dict(name="server", version="10.11.19-MariaDB")]})),
    ("my.sec.cert", "ok", dict(facts={"certificate": [("cert", "/c", 90 * DAY, "x")]})),
    ("my.sec.cert", "warning", dict(facts={"certificate": [("cert", "/c", 20 * DAY, "x")]})),
    ("my.sec.cert", "critical", dict(facts={"certificate": [("cert", "/c", -DAY, "x")]})),
    ("my.sec.mode", "ok", dict(facts=file("data_dir", 0o40750))),
    ("my.sec.mode", "critical", dict(facts=file("data_dir", 0o40755))),
    ("my.sec.mode", "warning", dict(facts=file("data_dir", 0o40711))),
    ("my.sec.mode", "critical", dict(facts=file("key", 0o100644))),
    ("my.sec.mode", "ok", dict(facts=file("key", 0o100640, owner=0))),
    ("my.sec.mode", "critical", dict(facts=file("config", 0o100666))),
    ("my.sec.mode", "ok", dict(facts=file("config", 0o100644, owner=0))),
    ("my.cfg.buffer_pool", "ok", dict(facts=MACHINE, readings={"variables_last": named(**BASE)})),
    ("my.cfg.buffer_pool", "warning", dict(facts=MACHINE, readings={
        "variables_last": named(innodb_buffer_pool_size=str(7 * GB))})),
    ("my.cfg.buffer_pool", "warning", dict(facts=MACHINE, readings={
        "variables_last": named(innodb_buffer_pool_size=str(1 << 27)),
        "sizes_last": [dict(schema_name="shop", bytes=GB)]})),
    ("my.cfg.memory", "ok", dict(facts=MACHINE, readings={"variables_last": named(**BASE),
                                                          "state_last": named(max_used_connections=50)})),
    ("my.cfg.memory", "critical", dict(facts=MACHINE, readings={
        "variables_last": named(**{**BASE, "sort_buffer_size": str(GB)}), "state_last": named(max_used_connections=9)})),
    ("my.cfg.memory", "warning", dict(facts=MACHINE, readings={
        "variables_last": named(**{**BASE, "sort_buffer_size": str(GB)}), "state_last": named(max_used_connections=1)})),
    ("my.cfg.redo", "ok", dict(readings={**status(innodb_os_log_written=10**6),
                                         "variables_last": named(innodb_log_file_size="100000000")}, seconds=1)),
    ("my.cfg.redo", "warning", dict(readings={**status(innodb_os_log_written=10**9),
                                              "variables_last": named(innodb_log_file_size="100000000")})),
    ("my.cfg.drift", "info", dict(readings={"variables_last": named(x="1"), "variables_before": named(x="2")})),
    ("my.cfg.files", "warning", dict(readings={"state_last": named(open_files=900, open_tables=1),
                                               "variables_last": named(open_files_limit="1000", table_open_cache="400")})),
    ("my.perf.top_sql", "skipped", dict(readings={"variables_last": named(performance_schema="OFF")})),
    ("my.perf.top_sql", None, dict(readings={"statements_delta": [statement(5, 10**6)],
                                             "statements_last": [statement(5, 10**6)]})),
    ("my.perf.top_sql", "warning", dict(readings={"statements_delta": [statement(5, 10**8)],
                                                  "statements_last": [statement(5, 10**8)]})),
    ("my.perf.regressed", "warning", dict(readings={"statements_delta": [statement(200, 200 * 9000)],
                                                    "statements_last": [statement(400, 1)],
                                                    "statements_first": [statement(200, 200 * 2000)]})),
    ("my.perf.bp_hit", "ok", dict(readings=status(innodb_buffer_pool_reads=1500, innodb_buffer_pool_read_requests=3000))),
    ("my.perf.bp_hit", "critical", dict(readings=status(innodb_buffer_pool_reads=9000,
                                                        innodb_buffer_pool_read_requests=90000))),
    ("my.perf.bp_hit", "warning", dict(readings=status(innodb_buffer_pool_reads=9000,
                                                       innodb_buffer_pool_read_requests=400000))),
    ("my.perf.bp_wait", "warning", dict(readings=status(innodb_buffer_pool_wait_free=1))),
    ("my.perf.log_wait", "warning", dict(readings=status(innodb_log_waits=3))),
    ("my.perf.log_wait", "ok", dict(readings=status(innodb_log_waits=0))),
    ("my.perf.table_cache", "warning", dict(readings=status(table_open_cache_misses=500, table_open_cache_hits=1000,
                                                            table_open_cache_overflows=400))),
    ("my.perf.thread_cache", "warning", dict(readings=status(threads_created=90, connections=100))),
    ("my.perf.row_lock", "warning", dict(readings=status(innodb_row_lock_time=9000, innodb_row_lock_waits=10))),
    ("my.perf.row_lock", "ok", dict(readings=status(innodb_row_lock_time=90, innodb_row_lock_waits=10))),
    ("my.perf.capacity", "skipped", dict(facts={"disk": [disk(GB)]}, readings={
        "sizes_first": [dict(schema_name="s", bytes=GB)], "sizes_last": [dict(schema_name="s", bytes=2 * GB)]})),
    ("my.perf.capacity", "warning", dict(facts={"disk": [disk(10 * GB)]}, seconds=2 * DAY, readings={
        "sizes_first": [dict(schema_name="s", bytes=GB)], "sizes_last": [dict(schema_name="s", bytes=2 * GB)]})),
]


def main():
    order = ["ok", "skipped", "info", "warning", "critical"]
    failed = 0
    for id, expected, case in CASES:
        try:
            rows = ask(id, **case)
            worst = max((row[1] for row in rows), key=order.index, default=None)
        except sqlite3.Error as error:
            rows, worst = [], str(error)
        if worst != expected:
            failed += 1
            print(f"FAIL {id}: {worst}, not {expected}: {rows}")
    untried = {id for id, check in CHECKS.items() if "probe" in check} - {id for id, _, _ in CASES}
    print(f"{len(CASES)} cases, {failed} failed; covered elsewhere: {', '.join(sorted(untried))}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
