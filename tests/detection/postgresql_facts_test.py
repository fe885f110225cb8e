#!/usr/bin/env python3
"""Checks of PostgreSQL whose defect cannot be seeded in a temporary folder (full disks, small machines, hours of growth, slow
storage): their SQL is asked over facts made by hand, as the program makes them."""

import pathlib
import re
import sqlite3
import sys
import tomllib

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "src/inspect/checks/postgresql"
HOUR, GIB = 3600, 2**30


def room(total, free, inodes=100, left=90, seconds=86400):
    """A data directory and its WAL on one disk, and databases that grow by a gigabyte in that time."""
    columns = ["role", "path", "device", "total_bytes", "available_bytes", "inodes", "inodes_available"]
    return {"disk": (columns, [["data", "/d", 1, total, free, inodes, left], ["wal", "/d/pg_wal", 1, total, free, inodes, left]]),
            "sizes_last": (["kind", "name", "bytes"], [["database", "shop", 5e9]]), "sizes_first": (["kind", "name", "bytes"], [["database", "shop", 4e9]]),
            "span": (["seconds"], [[seconds]])}


def memory(buffers, work, connections, ram):
    settings = [["shared_buffers", str(buffers // 8192)], ["work_mem", str(work // 1024)], ["max_connections", str(connections)]]
    return {"machine": (["cores", "ram_bytes"], [[4, ram]]), "settings_last": (["name", "value"], settings)}


def hourly(table, columns, values):
    return {table: (["at", *columns], [[i * HOUR, *value] for i, value in enumerate(values)])}


def growth(*gib):
    return hourly("sizes_samples", ["kind", "name", "bytes"], [["database", "shop", g * GIB] for g in gib])


def wal(*gib):
    return {**hourly("wal_samples", ["wal_bytes"], [[g * GIB] for g in gib]), "wal_delta": (["wal_records", "wal_fpi"], [[100, 50]])}


def activity(*rows):
    columns = ["client_backends", "usable_connections", "vacuum_workers", "vacuum_workers_allowed", "clock_s"]
    return {"activity_samples": (["at", *columns], [[i * 60, *row, i * 60 + 0.4] for i, row in enumerate(rows)]),
            "activity_last": (columns[:2], [list(rows[-1][:2])])}


def reads(blocks, ms):
    return {"database_delta": (["name", "blks_read", "read_ms"], [["shop", blocks, ms]])}


def writes(*row):
    return {"bgwriter_delta": (["buffers_checkpoint", "buffers_clean", "buffers_backend", "buffers_backend_fsync", "maxwritten_clean"], [list(row)])}


def statements():
    first = [["d", "d", 1, "r", 200, 2000.0], ["d", "d", 2, "r", 200, 2000.0]]
    grown = [[0, "d", "d", 1, "r", 200, 8000.0, "x"], [0, "d", "d", 2, "r", 200, 2100.0, "y"]]
    keys = ["db", "database", "queryid", "role", "calls", "total_ms"]
    return {"statements_last": (["db"], [["d"]]), "statements_first": (keys, first), "statements_delta": (["reset", *keys, "text"], grown)}


def conflicts(snapshot):
    return {"conflicts_delta": (["reset", "name", "tablespace", "lock", "snapshot", "bufferpin", "deadlock"], [[0, "shop", 0, 0, snapshot, 0, 0]])}


def certificate(days):
    return {"certificate": (["role", "path", "expires_s", "subject"], [["cert", "/c", None if days is None else days * 86400, "CN=a"]])}


def file(role, mode, owner=101):
    return {"file": (["role", "path", "kind", "mode", "owner", "server_owner", "bytes", "age_s"], [[role, "/d", "file", mode, owner, 101, 1, 1]])}


CASES = [
    ("run_connect", {"connection": (["target", "state", "reason", "took_ms"], [["a", "open", "", 1200]])}, {"a": "warning"}),
    ("run_disk", room(1e12, 6e11), {"/d": "ok"}), ("run_disk", room(1e11, 1.5e10), {"/d": "warning"}), ("run_disk", room(1e11, 9e9), {"/d": "critical"}),
    ("run_disk", room(1e13, 9e11), {"/d": "ok"}), ("run_disk", room(1e10, 5e9), {"/d": "critical"}), ("run_disk", room(1e12, 6e11, 100, 5), {"/d": "critical"}),
    ("run_disk", room(1e12, 6e11, 0, 0), {"/d": "ok"}), ("run_disk", room(1e10, 5e9, seconds=60), {"/d": "ok"}),
    ("perf_capacity", room(1e11, 6e10), {"/d": "warning"}), ("perf_capacity", room(1e13, 6e12), {"/d": "ok"}), ("perf_capacity", room(1e11, 6e10, seconds=60), {"/d": "skipped"}),
    ("cfg_memory", memory(4 << 30, 16 << 20, 100, 16 << 30), {"shared_buffers": "ok", "work_mem": "ok"}),
    ("cfg_memory", memory(128 << 20, 4 << 20, 100, 16 << 30), {"shared_buffers": "warning", "work_mem": "ok"}),
    ("cfg_memory", memory(10 << 30, 4 << 20, 100, 16 << 30), {"shared_buffers": "warning", "work_mem": "ok"}),
    ("cfg_memory", memory(4 << 30, 1 << 30, 100, 16 << 30), {"shared_buffers": "ok", "work_mem": "critical"}),
    ("run_growth", growth(10, 11, 12, 13, 14, 15), {"database shop": "ok"}), ("run_growth", growth(10, 11, 12, 13, 14, 20), {"database shop": "warning"}),
    ("run_growth", growth(10, 10, 10, 10, 10, 10.2), {"database shop": "ok"}), ("run_growth", growth(10, 20), {"instance": "skipped"}),
    ("perf_wal", wal(0, 2, 4, 6, 8, 10), {"wal": "ok"}), ("perf_wal", wal(0, 1, 2, 3, 4, 9), {"wal": "warning"}), ("perf_wal", wal(0, 2), {"wal": "skipped"}),
    ("run_vacuum_busy", activity((1, 50, 3, 3), (1, 50, 3, 3), (1, 50, 3, 3)), {"autovacuum": "warning"}),
    ("run_vacuum_busy", activity((1, 50, 3, 3), (1, 50, 1, 3), (1, 50, 3, 3)), {"autovacuum": "ok"}), ("run_vacuum_busy", activity((1, 50, 3, 3)), {"autovacuum": "skipped"}),
    ("run_connections", activity((49, 50, 0, 3), (1, 50, 0, 3)), {"connections": "critical"}),
    ("run_conflicts", conflicts(2), {"shop": "warning"}), ("run_conflicts", conflicts(0), {}),
    ("perf_io", reads(20000, 400000.0), {"shop": "warning"}), ("perf_io", reads(20000, 2000.0), {"shop": "ok"}),
    ("perf_io", reads(20000, 2000000.0), {"shop": "critical"}), ("perf_io", reads(20000, 0), {"shop": "skipped"}),
    ("perf_backend_writes", writes(40000, 10000, 200000, 0, 1), {"backends": "warning"}), ("perf_backend_writes", writes(4, 1, 20, 0, 0), {"backends": "ok"}),
    ("perf_backend_writes", writes(4, 1, 20, 3, 0), {"backends": "warning"}),
    ("perf_regressed", statements(), {"d 1": "warning"}),
    ("sec_cert", certificate(90), {"cert /c": "ok"}), ("sec_cert", certificate(-1), {"cert /c": "critical"}), ("sec_cert", certificate(None), {"cert /c": "skipped"}),
    ("sec_files", file("data_dir", 0o750), {"data_dir /d": "ok"}), ("sec_files", file("key", 0o640), {"key /d": "critical"}), ("sec_files", file("key", 0o640, 0), {"key /d": "ok"}),
    ("sec_files", file("data_dir", 0o700, 1000), {"data_dir /d": "critical"}), ("sec_files", file("config", 0o644, 0), {"config /d": "info"}),
]


def ask(name, tables):
    check = tomllib.loads((CHECKS / f"{name}.toml").read_text())
    facts = sqlite3.connect(":memory:")
    for table, (columns, rows) in tables.items():
        facts.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        facts.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)
    values = {name: value for name, value in check.get("thresholds", {}).items() if re.search(rf":{name}\b", check["sql"])}
    return {row[0]: row[1] for row in facts.execute(check["sql"], values)}


def main():
    failed = 0
    for name, tables, expected in CASES:
        got = ask(name, tables)
        if got != expected:
            failed += 1
            print(f"FAIL {name}: expected {expected}, got {got} from {tables}")
    print(f"{len(CASES)} cases, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
