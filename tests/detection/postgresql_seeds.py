"""Defects of a PostgreSQL instance, as data: what makes each, which checks must find it, and how it is undone.

They are made for the golden instance of `postgresql.py`: a database `shop` with the schemas `sales` and `Odd Names`.
Statements are pairs of database and SQL; several in one text are sent one by one. `hold` are sessions that stay open while
the instance is inspected, each a database and the statements it has sent."""

import dataclasses

SQL = tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True)
class Seed:
    name: str
    expect: tuple[str, ...]
    setup: SQL = ()
    undo: SQL = ()
    hold: SQL = ()
    hba: tuple[str, ...] = ()  # lines that are put first in pg_hba.conf
    also: tuple[str, ...] = ()  # what follows from it and may be found, too
    thresholds: dict = dataclasses.field(default_factory=dict)  # id: {name: number}
    restart: bool = False  # after the setup and after the undoing
    action: str = ""  # what SQL cannot do: a method of the instance, without its `do_`, and what it is given
    wait_s: float = 0.0
    subject: str = ""  # a piece of the subject that must be named
    target: dict = dataclasses.field(default_factory=dict)  # other keys of the target
    tier: str = ""  # where that of the checks expected does not do


def shop(*statements: str) -> SQL:
    return tuple(("shop", s) for s in statements)


def system(name: str, value: str, undo_also: str = "") -> dict:
    return {"setup": shop(f"ALTER SYSTEM SET {name} = {value}", "SELECT pg_reload_conf()"),
            "undo": shop(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()"), "wait_s": 0.5}


SECONDS = {"warning_minutes": 0, "critical_minutes": 60}
DRIFT = ("pg.obj.drift", "pg.cfg.drift", "pg.obj.no_pk")

SEEDS = [
    # objects
    Seed("two identical indexes", ("pg.obj.dup_index",), shop("CREATE INDEX ord_a ON sales.orders (customer_id)", "CREATE INDEX ord_b ON sales.orders (customer_id)"),
         shop("DROP INDEX sales.ord_a", "DROP INDEX sales.ord_b"), subject="customer_id"),
    Seed("an index like the primary key", ("pg.obj.dup_index",), shop("CREATE INDEX cust_again ON sales.customer (id)"), shop("DROP INDEX sales.cust_again")),
    Seed("identical partial expression indexes in an odd schema", ("pg.obj.dup_index",),
         shop('CREATE INDEX "x 1" ON "Odd Names"."My ""Table""" (lower("A Name")) WHERE "A Name" IS NOT NULL',
              'CREATE INDEX "x 2" ON "Odd Names"."My ""Table""" ( lower("A Name") )   WHERE ("A Name" IS NOT NULL)'),
         shop('DROP INDEX "Odd Names"."x 1"', 'DROP INDEX "Odd Names"."x 2"')),
    Seed("identical indexes of a partitioned table", ("pg.obj.dup_index",), shop("CREATE INDEX pa ON sales.event (what)", "CREATE INDEX pb ON sales.event (what)"),
         shop("DROP INDEX sales.pa", "DROP INDEX sales.pb")),
    Seed("identical GIN indexes", ("pg.obj.dup_index",), shop("CREATE INDEX g1 ON sales.customer USING gin (tags)", "CREATE INDEX g2 ON sales.customer USING gin (tags)"),
         shop("DROP INDEX sales.g1", "DROP INDEX sales.g2")),
    Seed("a failed concurrent build", ("pg.obj.invalid_index",), shop("CREATE UNIQUE INDEX CONCURRENTLY u_bad ON sales.orders (status)"), shop("DROP INDEX sales.u_bad")),
    Seed("a partitioned index without its partitions", ("pg.obj.invalid_index",), shop("CREATE INDEX only_parent ON ONLY sales.event (what)"), shop("DROP INDEX sales.only_parent")),
    Seed("a prefix of another index", ("pg.obj.redundant",), shop("CREATE INDEX pre1 ON sales.orders (customer_id, status)", "CREATE INDEX pre2 ON sales.orders (customer_id, status, placed)"),
         shop("DROP INDEX sales.pre1", "DROP INDEX sales.pre2"), thresholds={"pg.obj.redundant": {"at_least_bytes": 100000}}),
    Seed("an index never scanned", ("pg.obj.unused",), shop("CREATE INDEX idle ON sales.orders (placed)"), shop("DROP INDEX sales.idle"),
         thresholds={"pg.obj.unused": {"at_least_bytes": 100000}}, subject="idle"),
    Seed("an expression index never scanned", ("pg.obj.unused",), shop("CREATE INDEX idle_x ON sales.orders ((id % 7))"), shop("DROP INDEX sales.idle_x"),
         thresholds={"pg.obj.unused": {"at_least_bytes": 100000}}, subject="idle_x"),
    Seed("a table without a key", ("pg.obj.no_pk",), shop("CREATE TABLE sales.nokey (a int, b text)"), shop("DROP TABLE sales.nokey"), subject="sales.nokey"),
    Seed("a published partitioned table without a key", ("pg.obj.no_pk",),
         shop("CREATE TABLE sales.nokey_p (a int) PARTITION BY LIST (a)", "CREATE TABLE sales.nokey_p1 PARTITION OF sales.nokey_p FOR VALUES IN (1)",
              "CREATE PUBLICATION pub FOR TABLE sales.nokey_p"), shop("DROP PUBLICATION pub", "DROP TABLE sales.nokey_p")),
    Seed("a unique index over a column that may be null", ("pg.obj.no_pk",), shop('CREATE TABLE "Odd Names"."N" (a int UNIQUE)'), shop('DROP TABLE "Odd Names"."N"')),
    Seed("a foreign key without an index", ("pg.obj.fk_index",), shop("CREATE TABLE sales.line (id int PRIMARY KEY, o int REFERENCES sales.orders)",
         "INSERT INTO sales.line SELECT g, 1 + g % 100 FROM generate_series(1, 12000) g", "ANALYZE sales.line"), shop("DROP TABLE sales.line")),
    Seed("a foreign key of another type", ("pg.obj.fk_type",), shop("CREATE TABLE sales.ft (id int PRIMARY KEY, c int REFERENCES sales.customer)", "CREATE INDEX ON sales.ft (c)"), shop("DROP TABLE sales.ft")),
    Seed("an int identity near its end", ("pg.obj.sequence",), shop("SELECT setval(pg_get_serial_sequence('sales.orders', 'id'), 2000000000)"),
         shop("SELECT setval(pg_get_serial_sequence('sales.orders', 'id'), 20000)")),
    Seed("an unowned bigint sequence for an int column", ("pg.obj.sequence",), shop('CREATE SEQUENCE "Odd Names"."S q"',
         """CREATE TABLE "Odd Names".u (id int PRIMARY KEY DEFAULT nextval('"Odd Names"."S q"'))""", """SELECT setval('"Odd Names"."S q"', 1800000000)"""),
         shop('DROP TABLE "Odd Names".u', 'DROP SEQUENCE "Odd Names"."S q"')),
    Seed("a smallserial", ("pg.obj.sequence",), shop("CREATE TABLE sales.small (id smallserial PRIMARY KEY)", "SELECT setval('sales.small_id_seq', 31000)"), shop("DROP TABLE sales.small")),
    Seed("a descending sequence", ("pg.obj.sequence",), shop("CREATE SEQUENCE sales.down INCREMENT -1 MINVALUE -1000 MAXVALUE -1", "SELECT setval('sales.down', -950)"), shop("DROP SEQUENCE sales.down")),
    Seed("a NOT VALID check", ("pg.obj.not_valid",), shop("ALTER TABLE sales.orders ADD CONSTRAINT later CHECK (id > 0) NOT VALID"), shop("ALTER TABLE sales.orders DROP CONSTRAINT later")),
    Seed("a NOT VALID foreign key", ("pg.obj.not_valid",), shop("ALTER TABLE sales.orders ADD CONSTRAINT later FOREIGN KEY (customer_id) REFERENCES sales.customer NOT VALID"),
         shop("ALTER TABLE sales.orders DROP CONSTRAINT later")),
    Seed("a NOT VALID check of a domain", ("pg.obj.not_valid",), shop('CREATE DOMAIN "Odd Names"."D" AS int', 'ALTER DOMAIN "Odd Names"."D" ADD CONSTRAINT pos CHECK (VALUE > 0) NOT VALID'), shop('DROP DOMAIN "Odd Names"."D"')),
    Seed("a disabled event trigger", ("pg.obj.trigger_off",), shop("CREATE FUNCTION sales.ev() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$", "CREATE EVENT TRIGGER guard ON ddl_command_end EXECUTE FUNCTION sales.ev()",
         "ALTER EVENT TRIGGER guard DISABLE"), shop("DROP EVENT TRIGGER guard", "DROP FUNCTION sales.ev")),
    Seed("a disabled rule", ("pg.obj.trigger_off",), shop("CREATE RULE r AS ON DELETE TO sales.event DO ALSO NOTHING", "ALTER TABLE sales.event DISABLE RULE r"), shop("DROP RULE r ON sales.event")),
    Seed("a disabled trigger", ("pg.obj.trigger_off",), shop("ALTER TABLE sales.customer DISABLE TRIGGER stamp"), shop("ALTER TABLE sales.customer ENABLE TRIGGER stamp")),
    Seed("all triggers disabled, those of foreign keys too", ("pg.obj.trigger_off",), shop("ALTER TABLE sales.orders DISABLE TRIGGER ALL"), shop("ALTER TABLE sales.orders ENABLE TRIGGER ALL")),
    Seed("an unlogged table", ("pg.obj.unlogged",), shop("CREATE UNLOGGED TABLE sales.quick (id int PRIMARY KEY)"), shop("DROP TABLE sales.quick")),
    Seed("an old extension", ("pg.obj.extension",), (("postgres", "DROP EXTENSION IF EXISTS pg_stat_statements"), ("postgres", "CREATE EXTENSION pg_stat_statements VERSION '1.9'")),
         (("postgres", "DROP EXTENSION pg_stat_statements"), ("postgres", "CREATE EXTENSION pg_stat_statements"))),
    Seed("a bloated table", ("pg.obj.bloat",), shop("CREATE TABLE sales.fat (id int PRIMARY KEY, t text) WITH (autovacuum_enabled = false)",
         "INSERT INTO sales.fat SELECT g, repeat('x', 200) FROM generate_series(1, 60000) g", "DELETE FROM sales.fat WHERE id % 10 <> 0", "VACUUM ANALYZE sales.fat"),
         shop("DROP TABLE sales.fat"), also=("pg.obj.autovacuum_off",), thresholds={"pg.obj.bloat": {"warning_bytes": 5000000}}),
    Seed("a table bloated by updates, in an odd schema", ("pg.obj.bloat",), shop('CREATE TABLE "Odd Names"."Fat One" (id int PRIMARY KEY, n int, t text) WITH (autovacuum_enabled = false)',
         """INSERT INTO "Odd Names"."Fat One" SELECT g, 0, repeat('x', 150) FROM generate_series(1, 20000) g""", *['UPDATE "Odd Names"."Fat One" SET n = n + 1'] * 3, 'VACUUM ANALYZE "Odd Names"."Fat One"'),
         shop('DROP TABLE "Odd Names"."Fat One"'), also=("pg.obj.autovacuum_off",), thresholds={"pg.obj.bloat": {"warning_bytes": 5000000}}),
    Seed("a bloated index", ("pg.obj.index_bloat",), shop("CREATE TABLE sales.fati (id int PRIMARY KEY) WITH (autovacuum_enabled = false)",
         "INSERT INTO sales.fati SELECT g FROM generate_series(1, 400000) g", "DELETE FROM sales.fati WHERE id % 10 <> 0", "VACUUM ANALYZE sales.fati"),
         shop("DROP TABLE sales.fati"), also=("pg.obj.autovacuum_off", "pg.obj.bloat"), thresholds={"pg.obj.index_bloat": {"warning_bytes": 5000000}}),
    Seed("dead rows", ("pg.obj.dead", "pg.obj.autovacuum_off"), shop("CREATE TABLE sales.dead (id int PRIMARY KEY, n int) WITH (autovacuum_enabled = off)",
         "INSERT INTO sales.dead SELECT g, 0 FROM generate_series(1, 15000) g", "ANALYZE sales.dead", "UPDATE sales.dead SET n = 1"),
         shop("DROP TABLE sales.dead"), also=("pg.obj.stats",), wait_s=1.2),
    Seed("dead rows against the table's own settings", ("pg.obj.dead",), shop("CREATE TABLE sales.dead2 (id int PRIMARY KEY, n int) WITH (autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100)",
         "INSERT INTO sales.dead2 SELECT g, 0 FROM generate_series(1, 60000) g", "ANALYZE sales.dead2", "DELETE FROM sales.dead2 WHERE id <= 11000"),
         shop("DROP TABLE sales.dead2"), also=("pg.obj.stats", "pg.obj.autovacuum_off"), wait_s=1.2),
    Seed("a table that was never analyzed", ("pg.obj.stats",), shop("CREATE TABLE sales.fresh (id int PRIMARY KEY) WITH (autovacuum_enabled = 0)",
         "INSERT INTO sales.fresh SELECT generate_series(1, 20000)"), shop("DROP TABLE sales.fresh"), also=("pg.obj.autovacuum_off",), wait_s=1.2),
    Seed("no range for tomorrow", ("pg.obj.partition",), shop("CREATE TABLE sales.log (at timestamptz NOT NULL, id int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
         "CREATE TABLE sales.log_old PARTITION OF sales.log FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"), shop("DROP TABLE sales.log")),
    Seed("no range for tomorrow, among dates and other columns", ("pg.obj.partition",), shop('CREATE TABLE "Odd Names"."Per Day" (d date, k text, PRIMARY KEY (d, k)) PARTITION BY RANGE (d, k)',
         """CREATE TABLE "Odd Names"."D1" PARTITION OF "Odd Names"."Per Day" FOR VALUES FROM ('2001-01-01', 'a') TO ('2020-03-04', 'z')""",
         "ALTER DATABASE shop SET DateStyle = 'German'"), shop('DROP TABLE "Odd Names"."Per Day"', "ALTER DATABASE shop RESET DateStyle")),
    Seed("rows in the default partition", ("pg.obj.partition",), shop("INSERT INTO sales.event SELECT '1999-01-01', g, 'x' FROM generate_series(1, 50) g"),
         shop("DELETE FROM sales.event WHERE at < '2000-01-01'", "VACUUM sales.event_rest"), wait_s=1.2),
    Seed("a collation of another version", ("pg.obj.collation",), shop("UPDATE pg_database SET datcollversion = '1.0' WHERE datname = 'shop'"),
         shop("UPDATE pg_database SET datcollversion = NULL WHERE datname = 'shop'")),
    # running
    Seed("a session idle in its transaction", ("pg.run.idle_in_tx",), hold=shop("BEGIN; SELECT 1"), thresholds={"pg.run.idle_in_tx": SECONDS}, wait_s=0.3),
    Seed("an aborted session idle in its transaction", ("pg.run.idle_in_tx",), hold=(("postgres", "BEGIN; SELECT 1/0"),), thresholds={"pg.run.idle_in_tx": SECONDS}, wait_s=0.3,
         also=("pg.run.rollbacks",)),
    Seed("a long transaction", ("pg.run.long_xact",), hold=shop("BEGIN; SELECT pg_sleep(20)"), thresholds={"pg.run.long_xact": SECONDS}, wait_s=0.3, also=("pg.perf.waits",)),
    Seed("a long transaction that idles", ("pg.run.long_xact",), hold=shop("BEGIN; DELETE FROM sales.customer WHERE id < 0"), thresholds={"pg.run.long_xact": SECONDS}, wait_s=0.3),
    Seed("two updates of one row", ("pg.run.blocked",), hold=shop("BEGIN; UPDATE sales.customer SET name = name WHERE id = 1", "UPDATE sales.customer SET name = name WHERE id = 1"),
         thresholds={"pg.run.blocked": {"warning_seconds": 0.2, "critical_seconds": 60}}, wait_s=0.6, also=("pg.perf.waits",)),
    Seed("a change of a table that waits, and those behind it", ("pg.run.blocked",), hold=shop("BEGIN; SELECT count(*) FROM sales.customer", "ALTER TABLE sales.customer ADD COLUMN later int", "SELECT name FROM sales.customer WHERE id = 1"),
         undo=shop("ALTER TABLE sales.customer DROP COLUMN IF EXISTS later"), thresholds={"pg.run.blocked": {"warning_seconds": 0.2, "critical_seconds": 60}}, wait_s=0.6, also=("pg.perf.waits",)),
    Seed("a forgotten prepared transaction", ("pg.run.prepared",), shop("BEGIN; DELETE FROM sales.customer WHERE id < 0; PREPARE TRANSACTION 'left behind'"), shop("ROLLBACK PREPARED 'left behind'"),
         thresholds={"pg.run.prepared": SECONDS}, wait_s=0.1),
    Seed("a prepared transaction with an odd name in another database", ("pg.run.prepared",), (("postgres", "BEGIN; CREATE TABLE public.p (a int PRIMARY KEY); PREPARE TRANSACTION 'it''s %s'"),),
         (("postgres", "ROLLBACK PREPARED 'it''s %s'"),), thresholds={"pg.run.prepared": SECONDS}, wait_s=0.1),
    Seed("an old database", ("pg.run.xid_age", "pg.obj.rel_freeze"), thresholds={"pg.run.xid_age": {"warning_ids": 1}, "pg.obj.rel_freeze": {"warning_ids": 1}}),
    Seed("a session that holds vacuum back", ("pg.run.xmin_holder",), hold=shop("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"), setup=shop("SELECT txid_current()"),
         thresholds={"pg.run.xmin_holder": {"warning_ids": 0}}, wait_s=0.3),
    Seed("few connections are left", ("pg.run.connections",), hold=shop(*["SELECT 1"] * 6), thresholds={"pg.run.connections": {"warning_percent": 5, "critical_percent": 50}}, wait_s=0.3),
    Seed("most connections are taken", ("pg.run.connections",), action="crowd 48"),
    Seed("no connection is left", ("pg.run.connections", "pg.log.resource"), action="crowd 62", also=("pg.run.sessions",)),
    Seed("a slot that is asked to keep what it never gives", ("pg.run.slot",), shop("SELECT pg_create_physical_replication_slot('idle_9', true)", *["SELECT pg_switch_wal(), txid_current()"] * 3),
         shop("SELECT pg_drop_replication_slot('idle_9')")),
    Seed("an unused physical slot", ("pg.run.slot", "pg.cfg.wal"), shop("SELECT pg_create_physical_replication_slot('gone', true)", "CREATE TABLE sales.w AS SELECT 1 AS a, repeat('y', 3000) FROM generate_series(1, 5000)",
         "SELECT pg_switch_wal()"), shop("SELECT pg_drop_replication_slot('gone')", "DROP TABLE sales.w"), also=("pg.obj.no_pk",),
         thresholds={"pg.run.slot": {"warning_bytes": 1000000}}),
    Seed("an unused logical slot", ("pg.run.slot", "pg.cfg.wal"), shop("SELECT pg_create_logical_replication_slot('cdc', 'test_decoding')", "SELECT txid_current(), pg_switch_wal()"), shop("SELECT pg_drop_replication_slot('cdc')")),
    Seed("a subscription without a worker", ("pg.run.subscription",), shop("CREATE SUBSCRIPTION sub CONNECTION 'host=/nonexistent dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)"),
         shop("DROP SUBSCRIPTION sub")),
    Seed("too much WAL", ("pg.run.wal_dir",), thresholds={"pg.run.wal_dir": {"warning_times": 0.001, "at_least_bytes": 1}}),
    Seed("a missing standby", ("pg.run.repl_lag",), thresholds={"pg.run.repl_lag": {"expected_standbys": 1}}),
    Seed("a synchronous standby that is not there", ("pg.run.repl_lag",), **system("synchronous_standby_names", "'node2'"), also=("pg.cfg.drift",)),
    Seed("a crash of one backend", ("pg.run.restart", "pg.log.crash"), action="kill_backend", also=("pg.run.sessions",)),
    Seed("a clean restart", ("pg.run.restart",), action="restart", also=("pg.run.sessions",)),
    Seed("a damaged block", ("pg.run.checksum", "pg.log.corruption"), shop("CREATE TABLE sales.hurt (id int PRIMARY KEY, t text)", "INSERT INTO sales.hurt SELECT g, repeat('z', 100) FROM generate_series(1, 2000) g", "CHECKPOINT"),
         shop("DROP TABLE sales.hurt", "SELECT pg_stat_reset()"), action="corrupt shop sales.hurt", also=("pg.run.restart", "pg.run.sessions")),
    Seed("a deadlock", ("pg.run.deadlocks",), action="deadlock", also=("pg.run.sessions",), wait_s=0.5),
    Seed("failing transactions", ("pg.run.rollbacks",), shop("DO $$ BEGIN FOR i IN 1..300 LOOP BEGIN PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN NULL; END; ROLLBACK; END LOOP; END $$"),
         thresholds={"pg.run.rollbacks": {"at_least": 200}}, wait_s=1.2),
    Seed("a terminated session", ("pg.run.sessions",), action="terminate", wait_s=1.2),
    # backup
    Seed("a failing archive command", ("pg.bak.archiver", "pg.bak.ready", "pg.log.archive"), shop("ALTER SYSTEM SET archive_command = 'false'", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.3)", "SELECT txid_current(), pg_switch_wal()"),
         shop("ALTER SYSTEM RESET archive_command", "SELECT pg_reload_conf()", "SELECT txid_current(), pg_switch_wal()", "SELECT pg_sleep(2.5)"), wait_s=2.0, also=("pg.cfg.drift",)),
    Seed("an archive directory that is gone", ("pg.bak.archiver",), shop("ALTER SYSTEM SET archive_command = 'cp %p /nonexistent/dir/%f'", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.3)", "SELECT txid_current(), pg_switch_wal()"),
         shop("ALTER SYSTEM RESET archive_command", "SELECT pg_reload_conf()", "SELECT txid_current(), pg_switch_wal()", "SELECT pg_sleep(2.5)"), wait_s=2.0, also=("pg.bak.ready", "pg.log.archive", "pg.cfg.drift")),
    Seed("an empty archive command", ("pg.bak.archiver",), **system("archive_command", "''"), also=("pg.cfg.drift",)),
    Seed("archiving switched off", ("pg.bak.archive_off",), shop("ALTER SYSTEM SET archive_mode = off"), shop("ALTER SYSTEM RESET archive_mode"), restart=True, also=("pg.run.restart", "pg.cfg.drift", "pg.run.sessions")),
    Seed("backups of three days ago", ("pg.bak.age",), action="backup old *", also=("pg.bak.window",)),
    Seed("one of two kinds of backups is old", ("pg.bak.age",), action="backup old base-*", subject="base-"),
    Seed("no backup any more", ("pg.bak.age",), action="backup gone *", also=("pg.bak.window",)),
    Seed("an empty backup", ("pg.bak.size", "pg.bak.valid"), action="backup empty"),
    Seed("a much smaller backup", ("pg.bak.size",), action="backup shrunk"),
    Seed("a custom dump cut in the middle", ("pg.bak.valid",), action="backup cut 0.5", also=("pg.bak.size",)),
    Seed("a custom dump that lacks its last bytes", ("pg.bak.valid",), action="backup cut 0.999"),
    Seed("a plain dump without its footer", ("pg.bak.valid",), action="backup plain without its footer"),
    Seed("a compressed dump that was cut", ("pg.bak.valid",), action="backup plain cut gzip"),
    Seed("a base backup that was cut", ("pg.bak.valid",), action="backup base"),
    Seed("backups that do not reach back", ("pg.bak.window",), target={"pitr_days": 30}),
    Seed("backups that are all young", ("pg.bak.window",), action="backup young"),
    Seed("no drill for long", ("pg.bak.restore_drill",), thresholds={"pg.bak.restore_drill": {"last_drill": 20240101}}),
    Seed("backups beside the data", ("pg.bak.same_disk",), thresholds={"pg.bak.same_disk": {"allowed": 0}}),
    # alerts
    Seed("wrong passwords", ("pg.log.auth",), action="logins 25 app"),
    Seed("guesses at accounts that do not exist", ("pg.log.auth",), action="logins 22 nobody"),
    Seed("too many sessions of a role", ("pg.log.resource",), shop("ALTER ROLE watcher CONNECTION LIMIT 0"), shop("ALTER ROLE watcher CONNECTION LIMIT -1"), action="refused_login"),
    Seed("a disk without room", ("pg.log.resource",), action="log [77] app@shop/x 53100 ERROR:  could not extend file \"base/5/16400\": No space left on device|[77] app@shop/x 53100 HINT:  Check free disk space."),
    Seed("no memory", ("pg.log.resource",), action="log [77] app@shop/x 53200 ERROR:  out of memory|[77] app@shop/x 53200 DETAIL:  Failed on request of size 1048576 in memory context \"ExecutorState\"."),
    Seed("a panic", ("pg.log.severe",), action="log [78] PANIC:  could not write to file \"pg_wal/xlogtemp.78\": Input/output error", also=("pg.log.corruption", "pg.log.resource")),
    Seed("a fatal error of a process", ("pg.log.severe",), action="log [79] FATAL:  could not access file \"missing_library\": No such file or directory"),
    Seed("a killed server", ("pg.log.crash", "pg.run.restart"), action="die", also=("pg.run.sessions",)),
    Seed("a lost block", ("pg.log.corruption",), action="log [80] app@shop/x XX001 ERROR:  could not read block 7 in file \"base/5/16401\": read only 0 of 8192 bytes"),
    Seed("a damaged index", ("pg.log.corruption",), action="log [80] app@shop/x XX002 ERROR:  index \"i\" contains unexpected zero page at block 3|[80] app@shop/x XX002 HINT:  Please REINDEX it."),
    Seed("checkpoints that hurry", ("pg.log.checkpoint",), action="log [81] LOG:  checkpoints are occurring too frequently (9 seconds apart)|[81] HINT:  Consider increasing the configuration parameter \"max_wal_size\"."),
    Seed("many errors more than before", ("pg.log.rate",), (("shop", "\n;".join(["SELECT no_such_column"] * 60)),), also=("pg.run.rollbacks",)),
    Seed("a log that begins within the window", ("pg.log.coverage",), action="rotated_log"),
    Seed("a backup that does not get on", ("pg.bak.stuck",), action="slow_backup", thresholds={"pg.bak.stuck": {"warning_hours": 0}}),
    # security
    Seed("a superuser without a password", ("pg.sec.no_password", "pg.sec.superusers"), shop("CREATE ROLE boss SUPERUSER LOGIN"), shop("DROP ROLE boss"), subject="boss"),
    Seed("a login without a password", ("pg.sec.no_password",), shop('CREATE ROLE "Some One" LOGIN'), shop('DROP ROLE "Some One"'), subject="Some One"),
    Seed("a superuser with a password", ("pg.sec.superusers",), shop("CREATE ROLE chief SUPERUSER LOGIN PASSWORD 'abc'"), shop("DROP ROLE chief")),
    Seed("a role that became superuser", ("pg.sec.superusers",), shop("ALTER ROLE app SUPERUSER"), shop("ALTER ROLE app NOSUPERUSER")),
    Seed("an MD5 password", ("pg.sec.hash",), shop("SET password_encryption = md5; CREATE ROLE old LOGIN PASSWORD 'x'"), shop("DROP ROLE old")),
    Seed("password_encryption md5", ("pg.sec.hash",), **system("password_encryption", "md5"), also=("pg.cfg.drift",)),
    Seed("trust for everybody", ("pg.sec.hba",), hba=("host all all 0.0.0.0/0 trust",), also=("pg.sec.hba_dead", "pg.sec.no_password")),
    Seed("trust on the socket", ("pg.sec.hba",), hba=("local shop app trust",), also=("pg.sec.hba_dead",)),
    Seed("trust for a network by its mask", ("pg.sec.hba",), hba=("host all all 10.0.0.0 255.0.0.0 trust",), also=("pg.sec.no_password",)),
    Seed("passwords in clear text", ("pg.sec.hba",), hba=("host shop app 10.1.0.0/16 password",)),
    Seed("any address", ("pg.sec.hba",), hba=("hostssl shop app all scram-sha-256",), also=("pg.sec.hba_dead",)),
    Seed("a shadowed rule", ("pg.sec.hba_dead",), hba=("hostssl all all 10.0.0.0/8 scram-sha-256", "hostssl shop app 10.2.0.0 255.255.0.0 scram-sha-256")),
    Seed("a rule with a mistake", ("pg.sec.hba_dead",), hba=("hostssl shop app 10.2.0.0/99 scram-sha-256",)),
    Seed("PUBLIC creates", ("pg.sec.public_create",), shop("GRANT CREATE ON SCHEMA sales TO PUBLIC"), shop("REVOKE CREATE ON SCHEMA sales FROM PUBLIC")),
    Seed("PUBLIC reads", ("pg.sec.public_grants",), shop("GRANT SELECT ON sales.customer TO PUBLIC"), shop("REVOKE SELECT ON sales.customer FROM PUBLIC")),
    Seed("PUBLIC writes a column", ("pg.sec.public_grants",), shop('GRANT UPDATE ("A Name") ON "Odd Names"."My ""Table""" TO PUBLIC'), shop('REVOKE UPDATE ("A Name") ON "Odd Names"."My ""Table""" FROM PUBLIC')),
    Seed("a definer without search_path", ("pg.sec.definer_path",), shop("CREATE FUNCTION sales.f(a int, text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"), shop("DROP FUNCTION sales.f")),
    Seed("policies without row security", ("pg.sec.rls",), shop("CREATE POLICY own ON sales.customer USING (true)"), shop("DROP POLICY own ON sales.customer")),
    Seed("TLS off for all addresses", ("pg.sec.tls",), shop("ALTER SYSTEM SET ssl = off", "ALTER SYSTEM SET listen_addresses = '*'"), shop("ALTER SYSTEM RESET ssl", "ALTER SYSTEM RESET listen_addresses"), restart=True,
         also=("pg.cfg.drift", "pg.sec.hba_dead", "pg.run.restart", "pg.run.sessions")),
    Seed("old TLS", ("pg.sec.tls",), **system("ssl_min_protocol_version", "'TLSv1'"), also=("pg.cfg.drift",)),
    Seed("BYPASSRLS", ("pg.sec.roles",), shop("ALTER ROLE app BYPASSRLS"), shop("ALTER ROLE app NOBYPASSRLS")),
    Seed("an unused replication role", ("pg.sec.roles",), shop("CREATE ROLE copier REPLICATION LOGIN PASSWORD 'x'"), shop("DROP ROLE copier")),
    Seed("an expired role", ("pg.sec.roles",), shop("CREATE ROLE former LOGIN PASSWORD 'x' VALID UNTIL '2020-01-01'"), shop("DROP ROLE former")),
    Seed("no log of connections", ("pg.sec.audit",), **system("log_connections", "off"), also=("pg.cfg.drift",)),
    Seed("a way to the operating system", ("pg.sec.escape",), shop("GRANT pg_execute_server_program TO app"), shop("REVOKE pg_execute_server_program FROM app")),
    Seed("a way to the operating system through a group", ("pg.sec.escape",), shop("CREATE ROLE ops", "GRANT pg_write_server_files TO ops", "GRANT ops TO app"), shop("DROP ROLE ops")),
    Seed("a data directory for everybody", ("pg.sec.files",), action="mode 755 ."),
    Seed("rules that everybody reads", ("pg.sec.files",), action="mode 644 pg_hba.conf"),
    Seed("a configuration that everybody writes", ("pg.sec.files",), action="mode 666 postgresql.conf"),
    Seed("a certificate that soon expires", ("pg.sec.cert",), action="certificate 20"),
    Seed("a certificate that expires in days", ("pg.sec.cert",), action="certificate 3"),
    # parameters
    Seed("fsync off", ("pg.cfg.durability",), **system("fsync", "off"), also=("pg.cfg.drift",)),
    Seed("full_page_writes off", ("pg.cfg.durability",), **system("full_page_writes", "off"), also=("pg.cfg.drift",)),
    Seed("synchronous_commit off", ("pg.cfg.durability", "pg.cfg.drift"), **system("synchronous_commit", "off")),
    Seed("no data checksums", ("pg.cfg.checksums",), action="checksums", also=("pg.run.restart", "pg.cfg.drift", "pg.run.sessions")),
    Seed("damaged pages passed over", ("pg.cfg.durability",), **system("zero_damaged_pages", "on"), also=("pg.cfg.drift",)),
    Seed("a value that waits for a restart", ("pg.cfg.pending",), **system("max_connections", "120")),
    Seed("a preloaded library that waits for a restart", ("pg.cfg.pending",), **system("shared_preload_libraries", "'pg_stat_statements', 'auto_explain'")),
    Seed("a mistyped value", ("pg.cfg.file",), action="config work_mem = 12banana"),
    Seed("an unknown parameter", ("pg.cfg.file",), action="config wrok_mem = 12MB"),
    Seed("autovacuum off", ("pg.cfg.autovacuum",), **system("autovacuum", "off"), also=("pg.cfg.drift",)),
    Seed("track_counts off", ("pg.cfg.autovacuum",), **system("track_counts", "off"), also=("pg.cfg.drift",)),
    Seed("autovacuum made slow", ("pg.cfg.autovacuum",), **system("autovacuum_vacuum_cost_delay", "'100ms'"), also=("pg.cfg.drift",)),
    Seed("a drifted archive command", ("pg.cfg.drift",), **system("archive_command", "'true'")),
    Seed("a drifted parameter", ("pg.cfg.drift",), **system("work_mem", "'5MB'")),
    Seed("very many connections", ("pg.cfg.connections",), thresholds={"pg.cfg.connections": {"most": 50}}),
    Seed("no timeouts", ("pg.cfg.timeouts",), shop("ALTER SYSTEM SET idle_in_transaction_session_timeout = 0", "ALTER SYSTEM SET lock_timeout = 0", "ALTER SYSTEM SET statement_timeout = 0", "SELECT pg_reload_conf()"),
         shop("ALTER SYSTEM RESET idle_in_transaction_session_timeout", "ALTER SYSTEM RESET lock_timeout", "ALTER SYSTEM RESET statement_timeout", "SELECT pg_reload_conf()"), wait_s=0.5, also=("pg.cfg.drift",)),
    Seed("a small max_wal_size", ("pg.cfg.wal",), **system("max_wal_size", "'64MB'"), also=("pg.cfg.drift",)),
    Seed("a prefix without the time", ("pg.cfg.logging",), **system("log_line_prefix", "'%p %u '"), also=("pg.cfg.drift",)),
    Seed("slow statements not logged", ("pg.cfg.logging",), **system("log_min_duration_statement", "-1"), also=("pg.cfg.drift",)),
    Seed("no times of input and output", ("pg.cfg.pgss",), **system("track_io_timing", "off"), also=("pg.cfg.drift",)),
    Seed("sequential scans forbidden", ("pg.cfg.planner",), **system("enable_seqscan", "off"), also=("pg.cfg.drift", "pg.perf.seqscan")),
    Seed("a risky setting of a role", ("pg.cfg.overrides",), shop("ALTER ROLE app SET synchronous_commit = off"), shop("ALTER ROLE app RESET synchronous_commit")),
    Seed("sorts larger than the memory", ("pg.cfg.memory",), **system("work_mem", "'2GB'"), subject="work_mem"),
    Seed("little shared memory", ("pg.cfg.memory",), thresholds={"pg.cfg.memory": {"low_percent": 15}}),
    # performance
    Seed("a sort on disk", ("pg.perf.temp",), shop("SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g, md5(g::text) FROM generate_series(1, 500000) g ORDER BY 2) s"), wait_s=1.2,
         also=("pg.perf.top_sql",)),
    Seed("one statement that takes all the time", ("pg.perf.top_sql",), shop("SELECT count(*) FROM generate_series(1, 3000000) g WHERE g % 3 = 1"), wait_s=0.2,
         thresholds={"pg.perf.top_sql": {"at_least_ms": 200}}, also=("pg.perf.temp",)),
    Seed("a slow wait in one statement", ("pg.perf.top_sql",), shop("SELECT pg_sleep(1)"), wait_s=0.2, thresholds={"pg.perf.top_sql": {"at_least_ms": 500}}),
    Seed("large tables read whole", ("pg.perf.seqscan",), shop(*["SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT count(*) FROM sales.orders WHERE status = 'x'"] * 25), wait_s=1.2,
         thresholds={"pg.perf.seqscan": {"at_least_rows": 10000}}, also=("pg.perf.top_sql",)),
    Seed("reads past the cache", ("pg.perf.cache",), thresholds={"pg.perf.cache": {"warning_percent": 101, "at_least_reads": 0, "critical_percent": 0}}),
    Seed("updates of an indexed column", ("pg.perf.hot",), shop("UPDATE sales.orders SET status = status || 'x' WHERE id <= 2000"), shop("UPDATE sales.orders SET status = 'new'", "VACUUM ANALYZE sales.orders"), wait_s=1.2,
         thresholds={"pg.perf.hot": {"at_least_updates": 1000}}, also=("pg.obj.stats",)),
    Seed("checkpoints asked for", ("pg.perf.checkpoints",), shop(*["CHECKPOINT"] * 12), wait_s=1.0),
    Seed("sessions that wait for one another", ("pg.perf.waits",), hold=shop("BEGIN; LOCK TABLE sales.event", *["SELECT count(*) FROM sales.event"] * 4), wait_s=0.5, also=("pg.run.blocked",)),
    Seed("a large table in one piece", ("pg.obj.large",), thresholds={"pg.obj.large": {"at_least_bytes": 1000000}}),
    Seed("a definition that changed", ("pg.obj.drift",), shop("ALTER TABLE sales.customer ADD COLUMN extra int"), shop("ALTER TABLE sales.customer DROP COLUMN extra")),
]

# Made once more as large and as long as the thresholds of the catalogue ask for; takes minutes.
FULL_SIZE = [
    Seed("a large index never scanned", ("pg.obj.unused",), shop("CREATE TABLE sales.wide (id int PRIMARY KEY, t text)", "ALTER TABLE sales.wide ALTER t SET STORAGE PLAIN",
         "INSERT INTO sales.wide SELECT g, (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 60) i) FROM generate_series(1, 60000) g", "CREATE INDEX wide_t ON sales.wide (t)", "ANALYZE sales.wide"),
         shop("DROP TABLE sales.wide"), subject="wide_t", also=("pg.perf.temp",), wait_s=1.2),
    Seed("a large table and index, mostly holes", ("pg.obj.bloat", "pg.obj.index_bloat"), shop("CREATE UNLOGGED TABLE sales.holes (id int PRIMARY KEY, t text) WITH (autovacuum_enabled = off)", "ALTER TABLE sales.holes ALTER t SET STORAGE PLAIN",
         "INSERT INTO sales.holes SELECT g, (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 50) i) FROM generate_series(1, 420000) g", "CREATE INDEX holes_t ON sales.holes (t)",
         "DELETE FROM sales.holes WHERE id % 5 <> 0", "VACUUM ANALYZE sales.holes"), shop("DROP TABLE sales.holes"), also=("pg.obj.unlogged", "pg.obj.autovacuum_off", "pg.log.checkpoint", "pg.run.wal_dir"), wait_s=1.2),
]

# What must not be found at all above info.
CONTROLS = [
    Seed("a primary key that nobody scanned", (), shop("CREATE TABLE sales.lonely (id int PRIMARY KEY)"), shop("DROP TABLE sales.lonely")),
    Seed("a small table, mostly holes", (), shop("CREATE TABLE sales.tiny (id int PRIMARY KEY, t text)", "INSERT INTO sales.tiny SELECT g, repeat('x', 100) FROM generate_series(1, 400) g",
         "DELETE FROM sales.tiny WHERE id > 80", "VACUUM ANALYZE sales.tiny"), shop("DROP TABLE sales.tiny")),
    Seed("statistics reset in the window", (), shop("SELECT pg_stat_reset_shared('bgwriter')", "SELECT pg_stat_reset_shared('wal')", "SELECT pg_stat_reset_shared('archiver')", "SELECT pg_stat_reset()"), wait_s=0.5),
    Seed("an index on other columns, orders and operators", (), shop("CREATE INDEX n1 ON sales.customer (name)", "CREATE INDEX n2 ON sales.customer (name DESC)", "CREATE INDEX n3 ON sales.customer (name text_pattern_ops)",
         'CREATE INDEX n4 ON sales.customer (name COLLATE "C")', "CREATE INDEX n5 ON sales.customer (name) WHERE id > 5", "CREATE INDEX n6 ON sales.customer USING hash (name)", "CREATE INDEX n7 ON sales.customer (name) INCLUDE (tags)"),
         shop(*[f"DROP INDEX sales.n{i}" for i in range(1, 8)])),
    Seed("extension members that PUBLIC reads", (), shop("CREATE EXTENSION pg_stat_statements SCHEMA sales"), shop("DROP EXTENSION pg_stat_statements")),
    Seed("a bigint column with a large number", (), shop("CREATE TABLE sales.big (id bigserial PRIMARY KEY)", "SELECT setval('sales.big_id_seq', 3000000000)"), shop("DROP TABLE sales.big")),
    Seed("a sequence that begins high", (), shop("CREATE SEQUENCE sales.high MINVALUE 900000 MAXVALUE 999999 START 900000", "SELECT nextval('sales.high')"), shop("DROP SEQUENCE sales.high")),
    Seed("a definer with search_path", (), shop("CREATE FUNCTION sales.g() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = sales, pg_temp AS 'SELECT 1'"), shop("DROP FUNCTION sales.g")),
    Seed("a locked table", (), hold=shop("BEGIN; LOCK TABLE sales.customer IN ACCESS EXCLUSIVE MODE"), wait_s=0.3),
    Seed("a log in Chinese, without errors", (), action="log [90] 日志:  数据库系统准备接受连接|[90] app@shop/x 00000 日志:  执行语句: SELECT 'ERROR: 错误'|[90] app@shop/x 01000 警告:  没有正在进行的事务"),
    Seed("refused questions of our own", (), action="log " + "|".join(["[91] watcher@shop/rounds 42501 ERROR:  permission denied for table customer"] * 30)),
    Seed("a login of a role that is not there", (), action="logins 2 nobody"),
    Seed("a server that is asked to checkpoint once", (), shop("CHECKPOINT")),
    Seed("a key of root's", (), action="root_key"),
    Seed("a cancelled statement and a duplicate key", (), shop("SET statement_timeout = 50; SELECT pg_sleep(1)", "INSERT INTO sales.orders (id, customer_id) VALUES (1, 1)")),
    Seed("a rewritten table", (), shop("CREATE TABLE sales.again AS SELECT * FROM sales.orders", "ALTER TABLE sales.again ADD PRIMARY KEY (id)", "VACUUM FULL sales.again", "ANALYZE sales.again"), shop("DROP TABLE sales.again"), wait_s=1.2),
    Seed("partitions with a key and indexes of their own", (), shop("CREATE TABLE sales.p (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d)", "CREATE TABLE sales.p1 PARTITION OF sales.p FOR VALUES FROM ('2000-01-01') TO ('2100-01-01')",
         "CREATE INDEX ON sales.p (d)"), shop("DROP TABLE sales.p")),
]

# What the first release must find before anything else.
STARRED = frozenset("""
    pg.run.connect pg.run.role pg.run.restart pg.run.connections pg.run.idle_in_tx pg.run.long_xact pg.run.blocked pg.run.prepared
    pg.run.xid_age pg.run.repl_lag pg.run.slot pg.run.disk pg.run.checksum pg.bak.archiver pg.bak.ready pg.bak.age pg.bak.size pg.bak.valid
    pg.log.severe pg.log.crash pg.log.corruption pg.log.resource pg.log.coverage pg.obj.invalid_index pg.obj.dup_index pg.obj.unused
    pg.obj.no_pk pg.obj.sequence pg.obj.bloat pg.obj.dead pg.sec.no_password pg.sec.hba pg.sec.superusers pg.sec.tls pg.sec.files
    pg.sec.version pg.cfg.durability pg.cfg.checksums pg.cfg.pending pg.cfg.drift pg.cfg.memory pg.cfg.autovacuum pg.perf.top_sql
    pg.perf.cache""".split())

# Information, not a warning, is what these say, or may say.
INFORMS = frozenset("""pg.obj.unused pg.obj.extension pg.obj.large pg.obj.drift pg.cfg.drift pg.cfg.pgss pg.cfg.overrides pg.cfg.hugepages
    pg.perf.hot pg.perf.seqscan pg.sec.roles""".split())
