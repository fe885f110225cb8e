"""Defects for a MariaDB instance, one after the other: what makes each, what finds it, what takes it away."""

import contextlib
import gzip
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mariadb_instance import Refused


def hashed(password):
    """What mysql_native_password keeps: so a seed may have a password that the policy refuses."""
    return "*" + hashlib.sha1(hashlib.sha1(password.encode()).digest()).hexdigest().upper()


UNCHECKED = "UNINSTALL PLUGIN simple_password_check"
CHECKED = "INSTALL PLUGIN simple_password_check SONAME 'simple_password_check'"


@dataclass
class Seed:
    name: str
    expected: set[str]                                        # ids that must be found above info, or at all if `hint`
    setup: list[str] = field(default_factory=list)
    undo: list[str] = field(default_factory=list)
    sessions: list[list[str]] = field(default_factory=list)   # each a session that stays open until the undo
    allowed: set[str] = field(default_factory=set)            # ids that may be found, too
    thresholds: dict = field(default_factory=dict)            # {"my.run.mdl": {"warning_s": 1}}: so that no test waits
    wait_s: float = 0
    hint: bool = False                                        # an info is what is expected
    work: list[str] = field(default_factory=list)             # run between the two readings
    logins: list[tuple[str, str]] = field(default_factory=list)   # (user, password) tried between the two readings
    bare_connects: int = 0                                    # connections that say nothing, between the two readings
    act: Callable | None = None                               # called with the Test, between the two readings
    clean: Callable | None = None                             # called with the Test, before the undo
    target: dict = field(default_factory=dict)                # keys of the target that differ, or functions of the Test


GOLDEN = [
    "CREATE DATABASE shop CHARACTER SET utf8mb4",
    "CREATE DATABASE `ledger-2` CHARACTER SET utf8mb4",
    """CREATE TABLE shop.customer (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL,
       mail VARCHAR(120) NOT NULL UNIQUE, made DATETIME NOT NULL, KEY (name))""",
    """CREATE TABLE shop.orders (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, customer BIGINT UNSIGNED NOT NULL,
       made DATETIME NOT NULL, amount DECIMAL(12, 2) NOT NULL, KEY (customer, made),
       CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES shop.customer (id))""",
    """CREATE TABLE shop.item (order_id BIGINT UNSIGNED NOT NULL, line INT NOT NULL, article VARCHAR(40) NOT NULL,
       PRIMARY KEY (order_id, line), FOREIGN KEY (order_id) REFERENCES shop.orders (id))""",
    """CREATE TABLE shop.visit (at DATE NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (at, id))
       PARTITION BY RANGE COLUMNS (at) (PARTITION p0 VALUES LESS THAN ('2026-01-01'),
       PARTITION p1 VALUES LESS THAN ('2036-01-01'))""",
    """CREATE TABLE `ledger-2`.`ent ry-ä` (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, text TEXT, FULLTEXT (text))""",
    "CREATE TABLE `ledger-2`.only_unique (code CHAR(8) NOT NULL UNIQUE, note TEXT)",
    "CREATE TABLE shop.priced (id INT PRIMARY KEY, price DECIMAL(10, 2)) WITH SYSTEM VERSIONING",
    "CREATE SEQUENCE shop.numbers",
    "CREATE VIEW shop.customers AS SELECT id, name FROM shop.customer",
    "CREATE PROCEDURE shop.touch() SELECT 1",
    "CREATE TRIGGER shop.stamp BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.made = IFNULL(NEW.made, NOW())",
    "INSERT INTO shop.customer (name, mail, made) SELECT CONCAT('n', seq), CONCAT('m', seq), NOW() FROM shop.seq_1_to_2000",
    "INSERT INTO shop.orders (customer, made, amount) SELECT 1 + seq MOD 2000, NOW(), seq FROM shop.seq_1_to_5000",
    "INSERT INTO shop.item SELECT seq, 1, 'pen' FROM shop.seq_1_to_5000",
    "CREATE USER app@'10.1.%' IDENTIFIED BY 'Vj6-kd83-Qp2x' REQUIRE SSL",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO app@'10.1.%'",
    "CREATE USER app@localhost IDENTIFIED BY 'Vj6-kd83-Qp2x'",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO app@localhost",
    "CREATE ROLE reporting",
    "GRANT SELECT ON shop.* TO reporting",
    "GRANT reporting TO app@localhost",
    "CREATE USER socketed@'%' IDENTIFIED VIA unix_socket",
    UNCHECKED,
    "CREATE USER locked@localhost ACCOUNT LOCK",
    CHECKED,
    "CREATE USER ed@localhost IDENTIFIED VIA ed25519 USING PASSWORD('Hw4-kkd7-Zn1q')",
]


def setting(name, value, before, expected, allowed=()):
    """SET GLOBAL: it is also lost at a restart, until the instance is started again."""
    return Seed(f"{name} = {value}", {expected}, [f"SET GLOBAL {name} = {value}"], [f"SET GLOBAL {name} = {before}"],
                allowed=set(allowed))


PW = "IDENTIFIED BY 'Tr9-ww31-Lm5c'"

OBJECTS = [
    Seed("table without key", {"my.obj.no_pk"}, ["CREATE TABLE shop.nokey (a INT)"], ["DROP TABLE shop.nokey"]),
    Seed("table with a nullable unique key", {"my.obj.no_pk"},
         ["CREATE TABLE `ledger-2`.`n k` (a INT UNIQUE, b INT)"], ["DROP TABLE `ledger-2`.`n k`"]),
    Seed("partitioned table without key", {"my.obj.no_pk"},
         ["CREATE TABLE shop.parts (a INT) PARTITION BY HASH (a) PARTITIONS 3"], ["DROP TABLE shop.parts"]),
    Seed("system versioned table without key", {"my.obj.no_pk"},
         ["CREATE TABLE shop.ver (a INT) WITH SYSTEM VERSIONING"], ["DROP TABLE shop.ver"]),
    Seed("two identical indexes", {"my.obj.dup_index"}, ["CREATE INDEX twin ON shop.customer (name)"],
         ["DROP INDEX twin ON shop.customer"]),
    Seed("index equal to the primary key", {"my.obj.dup_index"}, ["CREATE INDEX same ON shop.item (order_id, line)"],
         ["DROP INDEX same ON shop.item"]),
    Seed("prefix indexes twice", {"my.obj.dup_index"},
         ["CREATE TABLE `ledger-2`.pre (id INT PRIMARY KEY, t VARCHAR(100), KEY x (t(10)), KEY y (t(10)))"],
         ["DROP TABLE `ledger-2`.pre"]),
    Seed("unique and plain index on one column", {"my.obj.dup_index"}, ["CREATE INDEX plain ON shop.customer (mail)"],
         ["DROP INDEX plain ON shop.customer"]),
    Seed("other prefix length and order are no duplicate", set(),
         ["CREATE TABLE shop.odd (id INT PRIMARY KEY, t VARCHAR(100), KEY x (t(10)), KEY y (t(20), id), KEY z (t DESC))"],
         ["DROP TABLE shop.odd"]),
    Seed("index that another begins with", {"my.obj.redundant"}, ["CREATE INDEX short ON shop.orders (made)",
         "CREATE INDEX longer ON shop.orders (made, amount)"],
         ["DROP INDEX short ON shop.orders", "DROP INDEX longer ON shop.orders"], hint=True),
    Seed("redundant index of some size", {"my.obj.redundant"}, ["CREATE INDEX short ON shop.orders (made)",
         "CREATE INDEX longer ON shop.orders (made, amount)"],
         ["DROP INDEX short ON shop.orders", "DROP INDEX longer ON shop.orders"],
         thresholds={"my.obj.redundant": {"warning_bytes": 1024}}),
    Seed("shorter prefix of a column", {"my.obj.redundant"},
         ["CREATE TABLE shop.pre (id INT PRIMARY KEY, t VARCHAR(100), KEY x (t(10)), KEY y (t))"],
         ["DROP TABLE shop.pre"], thresholds={"my.obj.redundant": {"warning_bytes": 1024}}),
    Seed("tinyint counter", {"my.obj.autoinc"}, ["CREATE TABLE shop.tiny (i TINYINT AUTO_INCREMENT PRIMARY KEY)",
         "ALTER TABLE shop.tiny AUTO_INCREMENT = 120"], ["DROP TABLE shop.tiny"]),
    Seed("int counter", {"my.obj.autoinc"}, ["CREATE TABLE `ledger-2`.`big one` (i INT AUTO_INCREMENT PRIMARY KEY)",
         "ALTER TABLE `ledger-2`.`big one` AUTO_INCREMENT = 2000000000"], ["DROP TABLE `ledger-2`.`big one`"]),
    Seed("bigint unsigned counter in a second column", {"my.obj.autoinc"},
         ["CREATE TABLE shop.huge (a INT PRIMARY KEY, i BIGINT UNSIGNED AUTO_INCREMENT UNIQUE)",
          "INSERT INTO shop.huge VALUES (1, 17000000000000000000)"], ["DROP TABLE shop.huge"]),
    Seed("sequence near its end", {"my.obj.sequence"}, ["CREATE SEQUENCE `ledger-2`.`s q` MAXVALUE 100 NOCACHE",
         "SELECT SETVAL(`ledger-2`.`s q`, 95)"], ["DROP SEQUENCE `ledger-2`.`s q`"]),
    Seed("MyISAM", {"my.obj.engine"}, ["CREATE TABLE shop.old (a INT PRIMARY KEY) ENGINE=MyISAM"], ["DROP TABLE shop.old"]),
    Seed("Aria", {"my.obj.engine"}, ["CREATE TABLE shop.aria (a INT PRIMARY KEY) ENGINE=Aria"], ["DROP TABLE shop.aria"]),
    Seed("MEMORY", {"my.obj.engine"}, ["CREATE TABLE shop.mem (a INT PRIMARY KEY) ENGINE=MEMORY"], ["DROP TABLE shop.mem"]),
    Seed("partitioned Aria", {"my.obj.engine"},
         ["CREATE TABLE shop.pa (a INT PRIMARY KEY) ENGINE=Aria PARTITION BY HASH (a) PARTITIONS 2"], ["DROP TABLE shop.pa"]),
    Seed("orphan row", {"my.obj.orphan_fk"}, ["SET foreign_key_checks = 0; INSERT INTO shop.orders (customer, made, amount)"
         " VALUES (999999, NOW(), 1)"], ["DELETE FROM shop.orders WHERE customer = 999999"]),
    Seed("orphan of a key of two columns", {"my.obj.orphan_fk"},
         ["CREATE TABLE `ledger-2`.`pa r` (a INT, `b b` INT, PRIMARY KEY (a, `b b`))",
          "CREATE TABLE shop.`ch``ild` (id INT PRIMARY KEY, x INT, y INT, FOREIGN KEY (x, y) REFERENCES"
          " `ledger-2`.`pa r` (a, `b b`))",
          "SET foreign_key_checks = 0; INSERT INTO shop.`ch``ild` VALUES (1, NULL, 5), (2, 3, 4)"],
         ["DROP TABLE shop.`ch``ild`", "DROP TABLE `ledger-2`.`pa r`"]),
    Seed("parent table is gone", {"my.obj.orphan_fk"},
         ["CREATE TABLE shop.par (a INT PRIMARY KEY)",
          "CREATE TABLE shop.chi (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES shop.par (a))",
          "SET foreign_key_checks = 0; DROP TABLE shop.par"], ["DROP TABLE shop.chi"]),
    Seed("view on a dropped table", {"my.obj.view"}, ["CREATE TABLE shop.base (a INT PRIMARY KEY)",
         "CREATE VIEW shop.`br oken` AS SELECT a FROM shop.base", "DROP TABLE shop.base"], ["DROP VIEW shop.`br oken`"]),
    Seed("view on a dropped column", {"my.obj.view"}, ["CREATE TABLE shop.base (a INT PRIMARY KEY, b INT)",
         "CREATE VIEW `ledger-2`.v AS SELECT b FROM shop.base", "ALTER TABLE shop.base DROP b"],
         ["DROP VIEW `ledger-2`.v", "DROP TABLE shop.base"]),
    Seed("procedure of nobody", {"my.obj.definer"}, ["CREATE DEFINER = gone@localhost PROCEDURE shop.p() SELECT 1"],
         ["DROP PROCEDURE shop.p"]),
    Seed("view of nobody", {"my.obj.definer"}, ["CREATE DEFINER = gone@'10.%' VIEW shop.v AS SELECT 1 AS one"],
         ["DROP VIEW shop.v"]),
    Seed("trigger of nobody", {"my.obj.definer"}, ["CREATE DEFINER = gone@localhost TRIGGER shop.tr BEFORE DELETE ON"
         " shop.item FOR EACH ROW SET @a = 1"], ["DROP TRIGGER shop.tr"]),
    Seed("latin1", {"my.obj.charset"}, ["CREATE TABLE shop.lat (a VARCHAR(9) PRIMARY KEY) CHARACTER SET latin1"],
         ["DROP TABLE shop.lat"], hint=True),
    Seed("old statistics", {"my.obj.stats"},
         ["UPDATE mysql.innodb_table_stats SET last_update = NOW() - INTERVAL 60 DAY, n_rows = 5000 WHERE table_name = 'item'"],
         ["UPDATE mysql.innodb_table_stats SET last_update = NOW() WHERE table_name = 'item'"]),
    Seed("last partition has passed", {"my.obj.partition"},
         ["CREATE TABLE shop.pp (d DATETIME NOT NULL, id INT, PRIMARY KEY (d, id)) PARTITION BY RANGE (TO_DAYS(d))"
          " (PARTITION p0 VALUES LESS THAN (TO_DAYS('2024-01-01')), PARTITION p1 VALUES LESS THAN (TO_DAYS('2025-01-01')))"],
         ["DROP TABLE shop.pp"]),
    Seed("last partition by unix time has passed", {"my.obj.partition"},
         ["CREATE TABLE shop.pu (t TIMESTAMP NOT NULL, id INT, PRIMARY KEY (t, id)) PARTITION BY RANGE (UNIX_TIMESTAMP(t))"
          " (PARTITION p0 VALUES LESS THAN (1700000000))"], ["DROP TABLE shop.pu"]),
    Seed("last partition by year has passed", {"my.obj.partition"},
         ["CREATE TABLE shop.py (t DATE NOT NULL, id INT, PRIMARY KEY (t, id)) PARTITION BY RANGE (YEAR(t))"
          " (PARTITION p0 VALUES LESS THAN (2025))"], ["DROP TABLE shop.py"]),
    Seed("deleted range", {"my.obj.fragment"},
         ["CREATE TABLE shop.holes (id INT PRIMARY KEY, pad CHAR(200))",
          "INSERT INTO shop.holes SELECT seq, 'x' FROM shop.seq_1_to_60000", "DELETE FROM shop.holes WHERE id > 5000"],
         ["DROP TABLE shop.holes"], wait_s=3, thresholds={"my.obj.fragment": {"warning_bytes": 4194304}},
         allowed={"my.cfg.redo", "my.cfg.buffer_pool"}),
]

ACCOUNTS = [
    Seed("no password", {"my.sec.empty", "my.sec.any_host"}, [UNCHECKED, "CREATE USER nopw@'%'", CHECKED], ["DROP USER nopw@'%'"],
         allowed={"my.sec.tls"}),
    Seed("no password, privileged by a role", {"my.sec.empty", "my.sec.super"},
         [UNCHECKED, "CREATE ROLE boss", "GRANT SUPER ON *.* TO boss", "CREATE USER chief@localhost", "GRANT boss TO chief@localhost", CHECKED],
         ["DROP USER chief@localhost", "DROP ROLE boss"]),
    Seed("no password as the second way in", {"my.sec.empty"},
         [UNCHECKED, "CREATE USER two@localhost IDENTIFIED VIA unix_socket OR mysql_native_password", CHECKED], ["DROP USER two@localhost"]),
    Seed("socket first, then no password", {"my.sec.empty"},
         [UNCHECKED, "CREATE USER two@localhost IDENTIFIED VIA mysql_native_password OR unix_socket", CHECKED], ["DROP USER two@localhost"]),
    Seed("weak, and all privileges", {"my.sec.weak", "my.sec.any_host", "my.sec.super"},
         [UNCHECKED, f"CREATE USER weak@'%' IDENTIFIED BY PASSWORD '{hashed('weak')}'",
          "GRANT ALL ON *.* TO weak@'%' WITH GRANT OPTION", CHECKED], ["DROP USER weak@'%'"], allowed={"my.sec.tls"}),
    Seed("common password", {"my.sec.weak"}, [UNCHECKED, f"CREATE USER payroll@localhost IDENTIFIED BY PASSWORD '{hashed('123456')}'", CHECKED], ["DROP USER payroll@localhost"]),
    Seed("password made from the name", {"my.sec.weak"}, [UNCHECKED, f"CREATE USER billing@localhost IDENTIFIED BY PASSWORD '{hashed('Billing123')}'", CHECKED],
         ["DROP USER billing@localhost"]),
    Seed("anonymous", {"my.sec.anonymous"}, [f"CREATE USER ''@localhost {PW}"], ["DROP USER ''@localhost"]),
    Seed("anonymous at a host", {"my.sec.anonymous", "my.sec.empty"}, [UNCHECKED, "CREATE USER ''@'db1'", CHECKED], ["DROP USER ''@'db1'"],
         allowed={"my.sec.tls"}),
    Seed("any host, privileged", {"my.sec.any_host", "my.sec.super"},
         [f"CREATE USER remote@'%' {PW} REQUIRE SSL", "GRANT CREATE USER ON *.* TO remote@'%'"], ["DROP USER remote@'%'"]),
    Seed("any host", {"my.sec.any_host"}, [f"CREATE USER remote@'%.%' {PW} REQUIRE SSL"], ["DROP USER remote@'%.%'"]),
    Seed("root from elsewhere", {"my.sec.super"}, [f"CREATE USER root@'10.0.0.5' {PW} REQUIRE SSL",
         "GRANT ALL ON *.* TO root@'10.0.0.5'"], ["DROP USER root@'10.0.0.5'"]),
    Seed("SUPER", {"my.sec.super"}, [f"CREATE USER op@localhost {PW}", "GRANT SUPER ON *.* TO op@localhost"],
         ["DROP USER op@localhost"]),
    Seed("GRANT OPTION on a schema", {"my.sec.super"}, [f"CREATE USER op@localhost {PW}",
         "GRANT SELECT ON shop.* TO op@localhost WITH GRANT OPTION"], ["DROP USER op@localhost"]),
    Seed("may change accounts", {"my.sec.super"}, [f"CREATE USER op@localhost {PW}",
         "GRANT UPDATE ON mysql.* TO op@localhost"], ["DROP USER op@localhost"]),
    Seed("FILE", {"my.sec.files"}, [f"CREATE USER filer@localhost {PW}", "GRANT FILE ON *.* TO filer@localhost"],
         ["DROP USER filer@localhost"]),
    Seed("test database", {"my.sec.test_db"}, ["CREATE DATABASE test"], ["DROP DATABASE test"]),
    Seed("rights of PUBLIC", {"my.sec.test_db"}, ["GRANT SELECT ON shop.* TO PUBLIC"],
         ["REVOKE SELECT ON shop.* FROM PUBLIC"]),
    Seed("remote account without TLS", {"my.sec.tls"}, ["SET GLOBAL require_secure_transport = OFF",
         f"CREATE USER plain@'10.2.%' {PW}"], ["DROP USER plain@'10.2.%'", "SET GLOBAL require_secure_transport = ON"],
         ),
    Seed("TLS not required", {"my.sec.tls"}, ["SET GLOBAL require_secure_transport = OFF",
         "ALTER USER app@'10.1.%' REQUIRE NONE"], ["ALTER USER app@'10.1.%' REQUIRE SSL",
         "SET GLOBAL require_secure_transport = ON"]),
    Seed("old password", {"my.sec.plugin"}, [UNCHECKED, "SET GLOBAL secure_auth = OFF", "SET GLOBAL strict_password_validation = OFF",
         "CREATE USER aged@localhost IDENTIFIED VIA mysql_old_password USING '378b243e220ca493'", CHECKED],
         ["DROP USER aged@localhost", "SET GLOBAL secure_auth = ON", "SET GLOBAL strict_password_validation = ON"],
         ),
    Seed("no password check", {"my.sec.policy"}, [UNCHECKED], [CHECKED]),
    Seed("audit does not log", {"my.sec.audit"}, ["SET GLOBAL server_audit_logging = OFF"],
         ["SET GLOBAL server_audit_logging = ON"]),
]

SETTINGS = [
    setting("innodb_flush_log_at_trx_commit", 2, 1, "my.cfg.durability"),
    setting("innodb_flush_log_at_trx_commit", 0, 1, "my.cfg.durability"),
    setting("sync_binlog", 0, 1, "my.cfg.durability"),
    setting("sync_binlog", 100, 1, "my.cfg.durability"),
    setting("sql_mode", "''", "DEFAULT", "my.cfg.sql_mode"),
    setting("sql_mode", "'NO_ENGINE_SUBSTITUTION'", "DEFAULT", "my.cfg.sql_mode"),
    setting("sql_mode", "'ANSI'", "DEFAULT", "my.cfg.sql_mode"),
    setting("slow_query_log", 0, 1, "my.cfg.slow_log"),
    setting("log_output", "'NONE'", "'FILE'", "my.cfg.slow_log"),
    setting("long_query_time", 3600, 2, "my.cfg.slow_log"),
    setting("binlog_format", "'STATEMENT'", "'ROW'", "my.cfg.binlog_format"),
    setting("binlog_format", "'MIXED'", "'ROW'", "my.cfg.binlog_format"),
    setting("general_log", 1, 0, "my.cfg.general_log"),
    setting("slave_exec_mode", "'IDEMPOTENT'", "'STRICT'", "my.cfg.skip_errors"),
    setting("local_infile", 1, 0, "my.sec.files"),
    setting("binlog_expire_logs_seconds", 0, 604800, "my.bak.binlog_expiry"),
    setting("binlog_expire_logs_seconds", 3600, 604800, "my.bak.binlog_expiry"),
    setting("max_connections", 300, 50, "my.cfg.unpersisted", ["my.cfg.memory"]),
    Seed("event while the scheduler is off", {"my.run.events"}, ["SET GLOBAL event_scheduler = OFF",
         "CREATE EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1"], ["DROP EVENT shop.nightly",
         "SET GLOBAL event_scheduler = ON"]),
]

RUNNING = [
    Seed("idle in a transaction", {"my.run.long_trx"},
         sessions=[["START TRANSACTION WITH CONSISTENT SNAPSHOT", "SELECT COUNT(*) FROM shop.customer"]], wait_s=3,
         thresholds={"my.run.long_trx": {"warning_s": 2}}),
    Seed("open change", {"my.run.long_trx"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'x' WHERE id = 1"]], wait_s=3,
         thresholds={"my.run.long_trx": {"warning_s": 1, "critical_s": 2}}),
    Seed("orphan XA transaction", {"my.run.long_trx"},
         ["XA START 'lost'; UPDATE shop.customer SET name = 'y' WHERE id = 2; XA END 'lost'; XA PREPARE 'lost'"],
         ["XA ROLLBACK 'lost'"], wait_s=3, thresholds={"my.run.long_trx": {"warning_s": 1}}),
    Seed("same row twice", {"my.run.lock_wait"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'a' WHERE id = 3"],
                   ["BEGIN", "UPDATE shop.customer SET name = 'b' WHERE id = 3"]], wait_s=3,
         thresholds={"my.run.lock_wait": {"warning_s": 1}}),
    Seed("chain of three", {"my.run.lock_wait"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'a' WHERE id = 3"],
                   ["BEGIN", "UPDATE shop.customer SET name = 'b' WHERE id = 4", "DELETE FROM shop.item WHERE order_id = 1",
                    "UPDATE shop.customer SET name = 'b' WHERE id = 3"],
                   ["BEGIN", "UPDATE shop.customer SET name = 'c' WHERE id = 4"]], wait_s=3,
         thresholds={"my.run.lock_wait": {"warning_s": 1, "critical_s": 2}}),
    Seed("DDL behind a reader", {"my.run.mdl"}, undo=["ALTER TABLE shop.customer DROP COLUMN IF EXISTS z"],
         sessions=[["BEGIN", "SELECT COUNT(*) FROM shop.customer"], ["ALTER TABLE shop.customer ADD COLUMN z INT"]],
         wait_s=3, thresholds={"my.run.mdl": {"warning_s": 1}}),
    Seed("connections nearly used up", {"my.run.connections"}, ["SET GLOBAL max_connections = 10"],
         ["SET GLOBAL max_connections = 50"], sessions=[["SELECT 1"]] * 7, wait_s=1),
    Seed("primary cannot be reached", {"my.run.replica"},
         ["CHANGE MASTER 'far' TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='x', MASTER_PASSWORD='x'",
          "START SLAVE 'far'"], ["STOP SLAVE 'far'", "RESET SLAVE 'far' ALL"],
         allowed={"my.run.writable_replica", "my.log.replication"}, wait_s=1),
    Seed("replica that accepts writes, stopped", {"my.run.replica", "my.run.writable_replica"},
         ["CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='x', MASTER_PASSWORD='x'"],
         ["RESET SLAVE ALL"]),
    Seed("wrong logins and bare connections", {"my.log.auth", "my.run.aborted"}, logins=[("app", "no")] * 3, bare_connects=3, hint=True),
    Seed("three wrong logins", {"my.log.auth"}, logins=[("payer", "no")] * 3, hint=True),
    Seed("three bare connections", {"my.run.aborted"}, bare_connects=3, hint=True),
    Seed("many wrong logins", {"my.run.aborted", "my.log.auth"}, logins=[("app", "no")] * 22),
]

WORK = [
    Seed("joins without an index", {"my.perf.full_join"},
         ["CREATE TABLE shop.j1 (id INT PRIMARY KEY, a INT)", "CREATE TABLE shop.j2 (id INT PRIMARY KEY, a INT)",
          "INSERT INTO shop.j1 SELECT seq, seq FROM shop.seq_1_to_20", "INSERT INTO shop.j2 SELECT seq, seq FROM shop.seq_1_to_20"],
         ["DROP TABLE shop.j1", "DROP TABLE shop.j2"], work=["SELECT COUNT(*) FROM shop.j1 JOIN shop.j2 ON j1.a = j2.a"] * 300),
    Seed("temporary tables on the disk", {"my.perf.tmp_disk"}, ["CREATE TABLE shop.bl (id INT PRIMARY KEY, t TEXT)",
         "INSERT INTO shop.bl VALUES (1, 'a'), (2, 'b')"], ["DROP TABLE shop.bl"],
         work=["SELECT DISTINCT t FROM shop.bl ORDER BY id"] * 250 + ["SELECT t, COUNT(*) FROM shop.bl GROUP BY t"] * 250),
    Seed("sorts in several passes", {"my.perf.sort"},
         work=["SET sort_buffer_size = 32768; SELECT MAX(x) FROM (SELECT CONCAT(name, mail) AS x FROM shop.customer"
               " ORDER BY mail DESC, name LIMIT 1900) AS s"] * 30, allowed={"my.perf.tmp_disk"}),
    Seed("transactions beyond the cache", {"my.perf.binlog_spill"}, ["SET GLOBAL binlog_cache_size = 4096",
         "CREATE TABLE shop.sp (id INT PRIMARY KEY, t CHAR(200))"], ["DROP TABLE shop.sp",
         "SET GLOBAL binlog_cache_size = 32768"],
         work=["REPLACE INTO shop.sp SELECT seq, CONCAT(UUID(), REPEAT('x', 160)) FROM shop.seq_1_to_200"] * 15),
    Seed("slow statements", {"my.perf.slow"}, work=["SET long_query_time = 0; SELECT 1"] * 30),
    Seed("one statement", {"my.perf.top_sql"}, work=["SELECT SLEEP(0.5) FROM shop.customer WHERE id < 6"],
         thresholds={"my.perf.top_sql": {"at_least_s": 2}}, allowed={"my.perf.slow"}),
    Seed("deadlock", {"my.run.deadlocks"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'a' WHERE id = 10", "DO SLEEP(1)",
                    "UPDATE shop.customer SET name = 'a' WHERE id = 11"],
                   ["BEGIN", "UPDATE shop.customer SET name = 'b' WHERE id = 11", "DO SLEEP(1)",
                    "UPDATE shop.customer SET name = 'b' WHERE id = 10"]], wait_s=3),
    Seed("FLUSH STATUS is no restart", {"my.run.restart"}, work=["FLUSH STATUS"], hint=True, wait_s=8),
]



def restarted(*options):
    return lambda test: test.instance.restart(*options)


def as_before(test):
    test.instance.restart()


def aged(hours):
    def act(test):
        for path in test.backups.iterdir():
            os.utime(path, (time.time() - hours * 3600,) * 2)
    return act


def backup_is(change):
    """The newest backup becomes what `change` makes of the text of the dump."""
    return lambda test: test.newest().write_bytes(change(test.dump()))


def restored(test):
    test.restore_backups()


def backup(name, expected, act, **keys):
    return Seed(name, expected, act=act, clean=restored, **keys)


def no_backups(test):
    for path in test.backups.iterdir():
        path.unlink()


def without_footer(text):
    return b"\n".join(line for line in text.split(b"\n") if not line.startswith(b"-- Dump completed"))


def purge(test):
    """The logs go that a point in time since the backup needs."""
    for _ in range(2):
        test.instance.sql("FLUSH BINARY LOGS")
    last = test.instance.sql("SHOW BINARY LOGS")[-1]["Log_name"]
    test.instance.sql(f"PURGE BINARY LOGS TO '{last}'")


def mode(name, bits):
    return lambda test: (test.instance.folder / name).chmod(bits)


def certificate(days):
    def act(test):
        test.instance.run_openssl(days)
        test.instance.sql("FLUSH SSL")
    return act


def old_upgrade(test):
    (test.instance.folder / "data/mysql_upgrade_info").write_text("10.5.8-MariaDB")


def same_upgrade(test):
    (test.instance.folder / "data/mysql_upgrade_info").unlink()


def fill_tmp(percent):
    def act(test):
        place = test.instance.folder / "tmp"
        (place / "filler").write_bytes(b"x" * int(shutil.disk_usage(place).total * percent / 100))
    return act


def empty_tmp(test):
    (test.instance.folder / "tmp/filler").unlink()


def many_connections(test):
    for _ in range(120):
        subprocess.run([*test.instance.client(), "-e", "SELECT 1"], stdout=subprocess.DEVNULL, timeout=20)


def hurt(test):
    test.instance.stop()
    test.instance.damage("shop", "hurt")
    test.instance.start()
    with contextlib.suppress(Refused, RuntimeError):
        test.instance.sql("SELECT SUM(LENGTH(t)) FROM shop.hurt")


def on_data_disk(test):
    folder = test.instance.folder / "beside"
    folder.mkdir(exist_ok=True)
    shutil.copy(test.newest(), folder)
    return f"{folder}/*.gz"


BACKUPS = [
    backup("backup thirty hours old", {"my.bak.age"}, aged(30)),
    backup("backup three days old", {"my.bak.age"}, aged(72)),
    backup("no backup", {"my.bak.age"}, no_backups),
    backup("backup of 0 bytes", {"my.bak.valid", "my.bak.size"}, backup_is(lambda text: b""), allowed={"my.bak.age"}),
    backup("compressed backup cut short", {"my.bak.valid"}, backup_is(lambda text: gzip.compress(text)[:len(gzip.compress(text)) * 9 // 10])),
    backup("compressed backup with a wrong check sum", {"my.bak.valid"}, backup_is(lambda text: gzip.compress(text)[:-8] + b"12345678")),
    backup("dump without its last line", {"my.bak.valid"}, backup_is(lambda text: gzip.compress(without_footer(text)))),
    backup("plain dump cut short", {"my.bak.valid"}, lambda test: (test.backups / "new.sql").write_bytes(test.dump()[:-5000]),
           target={"backups": lambda test: f"{test.backups}/*"}),
    backup("backup of random bytes", {"my.bak.valid"}, lambda test: test.newest().write_bytes(os.urandom(len(test.kept)))),
    backup("half as large as the others", {"my.bak.size"}, backup_is(lambda text: gzip.compress(text)[:len(gzip.compress(text)) // 2]), allowed={"my.bak.valid"}),
    backup("a whole but tiny dump", {"my.bak.size"}, backup_is(lambda text: gzip.compress(text[:800] + b"\n-- Dump completed on 2026-11-22\n"))),
    Seed("backup on the disk of the data", {"my.bak.same_disk"}, target={"backups": on_data_disk}),
    Seed("binary logs purged since the backup", {"my.bak.binlog_gap"}, act=purge),
]

PLACES = [
    Seed("data directory for others", {"my.sec.mode"}, act=mode("data", 0o755), clean=mode("data", 0o700)),
    Seed("key for others", {"my.sec.mode"}, act=mode("key.pem", 0o644), clean=mode("key.pem", 0o600)),
    Seed("certificate ends in five days", {"my.sec.cert"}, act=certificate(5), clean=certificate(300)),
    Seed("certificate ends in twenty days", {"my.sec.cert"}, act=certificate(20), clean=certificate(300)),
    Seed("tables of an older release", {"my.obj.upgrade"}, act=old_upgrade, clean=same_upgrade),
    Seed("folder of temporary files nearly full", {"my.run.disk"}, act=fill_tmp(85), clean=empty_tmp),
    Seed("folder of temporary files full", {"my.run.disk"}, act=fill_tmp(97), clean=empty_tmp),
]

MORE = [
    setting("read_rnd_buffer_size", 1 << 30, 262144, "my.cfg.memory"),
    Seed("a setting differs from the last inspection", {"my.cfg.drift"}, ["SET GLOBAL max_allowed_packet = 33554432"],
         ["SET GLOBAL max_allowed_packet = DEFAULT"], hint=True),
    Seed("a table more than at the last inspection", {"my.obj.drift"}, ["CREATE TABLE shop.extra (id INT PRIMARY KEY)"],
         ["DROP TABLE shop.extra"], hint=True),
    Seed("a column more than at the last inspection", {"my.obj.drift"}, ["ALTER TABLE shop.item ADD COLUMN colour INT"],
         ["ALTER TABLE shop.item DROP COLUMN colour"], hint=True),
    Seed("many sessions at work", {"my.run.threads"}, sessions=[["SELECT SLEEP(12)"]] * 14, wait_s=0.5, undo=["DO SLEEP(12)"]),
    Seed("half a minute of waiting", {"my.run.lock_wait", "my.run.mdl"}, wait_s=32,
         undo=["ALTER TABLE shop.orders DROP COLUMN IF EXISTS z"], allowed={"my.perf.slow"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'a' WHERE id = 3"],
                   ["BEGIN", "UPDATE shop.customer SET name = 'b' WHERE id = 3"],
                   ["BEGIN", "SELECT COUNT(*) FROM shop.orders"], ["ALTER TABLE shop.orders ADD COLUMN z INT"]]),
    Seed("semi-synchronous, and no replica answers", {"my.run.semisync"}, ["SET GLOBAL rpl_semi_sync_master_timeout = 100",
         "SET GLOBAL rpl_semi_sync_master_enabled = ON", "INSERT INTO shop.visit VALUES ('2026-02-02', 1)"],
         ["SET GLOBAL rpl_semi_sync_master_enabled = OFF", "DELETE FROM shop.visit"]),
    Seed("an event fails", {"my.log.error"}, ["CREATE EVENT shop.fails ON SCHEDULE EVERY 1 SECOND DO INSERT INTO shop.nowhere VALUES (1)"],
         ["DROP EVENT shop.fails", "DO SLEEP(2)"], wait_s=2.5),
    Seed("new connections all the time", {"my.perf.thread_cache"}, ["SET GLOBAL thread_cache_size = 0"],
         ["SET GLOBAL thread_cache_size = DEFAULT"], act=many_connections),
    Seed("no room for open tables", {"my.perf.table_cache"}, ["SET GLOBAL table_open_cache = 10"], ["SET GLOBAL table_open_cache = 2000"],
         work=["SELECT COUNT(*) FROM shop.customer; SELECT COUNT(*) FROM shop.item; SELECT COUNT(*) FROM shop.orders; SELECT 1 FROM shop.visit;"
               " SELECT 1 FROM mysql.user LIMIT 1; SELECT 1 FROM mysql.db; SELECT 1 FROM mysql.proc LIMIT 1; SELECT 1 FROM mysql.event;"
               " SELECT 1 FROM `ledger-2`.only_unique; SELECT 1 FROM `ledger-2`.`ent ry-ä`; SELECT 1 FROM shop.priced; SELECT 1 FROM mysql.plugin;"
               " SELECT 1 FROM mysql.servers; SELECT 1 FROM mysql.func; SELECT 1 FROM mysql.help_topic LIMIT 1"] * 100),
    Seed("rows wait for each other", {"my.perf.row_lock"},
         sessions=[["BEGIN", "UPDATE shop.customer SET name = 'a' WHERE id = 3", "DO SLEEP(3)", "COMMIT"],
                   *[["UPDATE shop.customer SET name = 'b' WHERE id = 3"]] * 6], wait_s=3),
    Seed("more changes than the redo log holds", {"my.cfg.redo"}, ["CREATE TABLE shop.flood (id INT PRIMARY KEY, t CHAR(250))"],
         ["DROP TABLE shop.flood"], work=["REPLACE INTO shop.flood SELECT seq, UUID() FROM shop.seq_1_to_40000"] * 2,
         allowed={"my.run.checkpoint_age", "my.perf.binlog_spill"}),
    Seed("large table: a deleted range", {"my.obj.fragment"},
         ["CREATE TABLE shop.big (id INT PRIMARY KEY, pad CHAR(250), more CHAR(250))",
          "INSERT INTO shop.big SELECT seq, REPEAT('x', 200), REPEAT('y', 200) FROM shop.seq_1_to_200000"],
         ["DROP TABLE shop.big"], work=["DELETE FROM shop.big WHERE id BETWEEN 20001 AND 180000"], wait_s=6,
         thresholds={"my.obj.fragment": {"warning_bytes": 50_000_000}}, allowed={"my.cfg.redo", "my.cfg.buffer_pool", "my.perf.binlog_spill",
         "my.run.checkpoint_age", "my.perf.bp_hit", "my.perf.bp_wait", "my.run.disk"}),
    Seed("pages that do not fit into the buffer pool", {"my.perf.bp_hit"},
         ["CREATE TABLE shop.big (id INT PRIMARY KEY, pad CHAR(250), more CHAR(250))",
          "INSERT INTO shop.big SELECT seq, REPEAT('x', 200), REPEAT('y', 200) FROM shop.seq_1_to_80000"], ["DROP TABLE shop.big"],
         work=["SELECT COUNT(*) FROM shop.big WHERE more = 'z'"] * 4,
         allowed={"my.cfg.redo", "my.cfg.buffer_pool", "my.perf.binlog_spill", "my.run.checkpoint_age", "my.perf.bp_wait", "my.perf.top_sql"}),
]

SEEDS = OBJECTS + ACCOUNTS + SETTINGS + RUNNING + WORK + BACKUPS + PLACES + MORE

CONTROLS = [
    Seed("counters were reset within the window", set(), work=["FLUSH STATUS"]),
    Seed("counters of the performance schema were reset", set(),
         work=["TRUNCATE performance_schema.events_statements_summary_by_digest; TRUNCATE performance_schema.table_io_waits_summary_by_index_usage"]),
    Seed("every third row was deleted", set(), ["CREATE TABLE shop.third (id INT PRIMARY KEY, pad CHAR(200))",
         "INSERT INTO shop.third SELECT seq, 'x' FROM shop.seq_1_to_20000", "DELETE FROM shop.third WHERE id % 3 = 0"],
         ["DROP TABLE shop.third"]),
    Seed("a small table lost most rows", set(), ["CREATE TABLE shop.few (id INT PRIMARY KEY, pad CHAR(200))",
         "INSERT INTO shop.few SELECT seq, 'x' FROM shop.seq_1_to_300", "DELETE FROM shop.few WHERE id > 20"], ["DROP TABLE shop.few"]),
    Seed("one mistyped password", set(), logins=[("app", "no")]),
    Seed("a short transaction", set(), sessions=[["BEGIN", "SELECT COUNT(*) FROM shop.customer"]]),
    Seed("root by the socket alone", set(), ["CREATE USER adm@localhost IDENTIFIED VIA unix_socket"], ["DROP USER adm@localhost"]),
    Seed("a backup by mariadb-dump that is not compressed", set(), act=lambda test: (test.backups / "new.sql").write_bytes(test.dump()),
         clean=restored, target={"backups": lambda test: [f"{test.backups}/*.sql"]}),
    Seed("our own refused statements", set(), act=lambda test: (test.declare(user="seer"), test.bed.inspect("my"), test.declare())),
]

RESTARTED = {"my.run.restart", "my.run.semisync"}


def with_options(name, expected, *options, allowed=(), **keys):
    return Seed(name, expected, act=restarted(*options), clean=as_before, allowed=RESTARTED | set(allowed), **keys)


# They restart the server; the last ones leave it damaged.
LAST = [
    with_options("no binary log", {"my.bak.binlog_off"}, "--skip-log-bin"),
    with_options("no doublewrite buffer", {"my.cfg.durability"}, "--innodb-doublewrite=0"),
    with_options("forced recovery", {"my.cfg.force_recovery"}, "--innodb-force-recovery=1", allowed={"my.log.error"}),
    with_options("query cache", {"my.cfg.query_cache"}, "--query-cache-type=1", "--query-cache-size=1M"),
    with_options("files anywhere", {"my.sec.files"}, "--secure-file-priv="),
    with_options("no TLS", {"my.sec.tls"}, "--skip-ssl", "--require-secure-transport=off"),
    with_options("no performance schema", {"my.cfg.pfs"}, "--performance-schema=off", hint=True),
    with_options("no grant tables", {"my.sec.skip_grant"}, "--skip-grant-tables", allowed={"my.run.events", "my.log.error", "my.obj.blind", "my.sec.policy", "my.sec.audit"}),
    with_options("replica skips errors", {"my.cfg.skip_errors"}, "--slave-skip-errors=1062"),
    with_options("Chinese messages", set(), "--lc-messages=zh_CN"),
    with_options("a restart, nothing else", {"my.run.restart"}),
    Seed("the server was killed", {"my.log.crash", "my.run.restart"}, act=lambda test: test.instance.crash(), allowed={"my.log.error"}),
    Seed("6 bytes of a page in use", {"my.log.corrupt"}, ["CREATE TABLE shop.hurt (id INT PRIMARY KEY, t CHAR(200))",
         "INSERT INTO shop.hurt SELECT seq, REPEAT('h', 100) FROM shop.seq_1_to_4000"], act=hurt,
         allowed=RESTARTED | {"my.log.error", "my.obj.check", "my.log.crash"}),
]
