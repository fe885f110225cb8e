"""Defects for an SQLite database: what makes each in a copy of the golden one, and what has to find it."""

import contextlib
import gzip
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

GOLDEN = """
PRAGMA foreign_keys = ON;
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL UNIQUE);
CREATE TABLE "order" (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER NOT NULL REFERENCES customer, made TEXT NOT NULL,
  amount REAL NOT NULL CHECK (amount >= 0), note TEXT);
CREATE INDEX order_customer ON "order" (customer, made);
CREATE TABLE "it em" ("order" INTEGER NOT NULL REFERENCES "order" (id), line INTEGER NOT NULL, article TEXT,
  PRIMARY KEY ("order", line)) WITHOUT ROWID;
CREATE TABLE scrap (id INTEGER PRIMARY KEY, pad BLOB);
CREATE VIEW recent AS SELECT id, made FROM "order" WHERE made > '2026';
CREATE TRIGGER kept AFTER DELETE ON customer BEGIN DELETE FROM "order" WHERE customer = old.id; END;
WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO customer SELECT i, 'n' || i, 'm' || i FROM n;
WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
  INSERT INTO "order" SELECT i, 1 + i % 2000, '2026-10-01', i, 'a note of some length ' || i FROM n;
INSERT INTO "it em" SELECT id, 1, 'pen' FROM "order";
WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO scrap SELECT i, randomblob(3000) FROM n;
DELETE FROM scrap WHERE id > 10;
ANALYZE;
"""


@dataclass
class Seed:
    name: str
    expected: set[str]
    act: Callable                                             # called with the Test
    allowed: set[str] = field(default_factory=set)            # what else is right to say
    hint: bool = False                                        # an info is enough
    target: dict = field(default_factory=dict)                # keys of the target that differ, or functions of the Test
    first: bool = False                                       # no inspection came before
    wal: bool = False                                         # the golden database is in WAL mode


def run(text):
    """A seed that is some SQL."""
    def act(test):
        with contextlib.closing(sqlite3.connect(test.db, isolation_level=None)) as db:
            db.executescript(text)
    return act


def patch(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def page_of(path, name, kind, place=0.5):
    """Number and size of a page of that tree: one in the middle."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        pages = [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pageno", (name, kind))]
    return pages[int(len(pages) * place)], size


def damage_page(name, kind="leaf", at=0, data=b"\xff" * 8):
    def act(test):
        number, size = page_of(test.db, name, kind)
        patch(test.db, (number - 1) * size + at, data)
    return act


def damage_free_page(test):
    """A leaf of the list of free pages holds nothing; the first trunk names it."""
    raw = test.db.read_bytes()
    size = int.from_bytes(raw[16:18], "big")
    trunk = int.from_bytes(raw[32:36], "big")
    leaf = int.from_bytes(raw[(trunk - 1) * size + 8:(trunk - 1) * size + 12], "big")
    patch(test.db, (leaf - 1) * size, b"\xff" * 8)


def damage_indexed_text(test):
    """One letter in a row of a table: its index knows better."""
    raw = test.db.read_bytes()
    number, size = page_of(test.db, "customer", "leaf")
    at = raw.index(b"m", raw.index(b"n1", (number - 1) * size) + 2)
    patch(test.db, at, b"X")


def cut(pages):
    def act(test):
        os.truncate(test.db, test.db.stat().st_size - pages * 4096)
    return act


def scribble(bytes_from, count=None):
    def act(test):
        patch(test.db, bytes_from, random.Random(7).randbytes(count or test.db.stat().st_size - bytes_from))
    return act


def empty(test):
    os.truncate(test.db, 0)


def empty_without_backup(test):
    empty(test)
    shutil.rmtree(test.backups)
    test.backups.mkdir(mode=0o700)


def child(script, *args):
    """A Python of its own that runs `script` and says when it is ready; it dies without closing anything when killed."""
    process = subprocess.Popen([sys.executable, "-c", script, *map(str, args)], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    process.stdout.readline()
    return process


LOG_GROWS = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL"); db.execute("PRAGMA wal_autocheckpoint = 0")
db.execute("CREATE TABLE bulk (id INTEGER PRIMARY KEY, pad BLOB)")
db.execute("BEGIN")
for n in range(int(sys.argv[2])): db.execute("INSERT INTO bulk VALUES (?, randomblob(1000000))", (n,))
db.execute("COMMIT")
print("ready", flush=True)
if sys.argv[3] == "stays": sys.stdin.read()
os._exit(0)
"""

HALF_DONE = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 2"); db.execute("PRAGMA cache_spill = 2")
db.execute("BEGIN IMMEDIATE"); db.execute(sys.argv[2])
print("ready", flush=True)
os._exit(0)
"""

HOLDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
"""

PLAIN_COPY = """
import os, shutil, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL"); db.execute("PRAGMA wal_autocheckpoint = 0")
db.execute(sys.argv[3])
if sys.argv[2]: shutil.copy(sys.argv[1], sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
"""


def log_grows(megabytes, how):
    def act(test):
        process = child(LOG_GROWS, test.db, megabytes, how)
        if how == "stays":
            test.children.append(process)
        else:
            process.wait()
    return act


def half_done(statement):
    def act(test):
        child(HALF_DONE, test.db, statement).wait()
    return act


def holds(statement):
    def act(test):
        test.children.append(child(HOLDS, test.db, statement))
    return act


def plain_copy(statement):
    def act(test):
        test.children.append(child(PLAIN_COPY, test.db, test.newest(), statement))
    return act


def linked(name):
    def act(test):
        (test.db.parent / name).parent.mkdir(exist_ok=True)
        os.link(test.db, test.db.parent / name)
    return act


def version_of_writer(number):
    def act(test):
        patch(test.db, 96, number.to_bytes(4, "big"))
    return act


def logged(*lines):
    def act(test):
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 30))
        (test.db.parent / "app.log").write_text(f"{now} INFO started\n" + "".join(f"{now} ERROR {line}\n" for line in lines))
    return act


def aged(hours):
    def act(test):
        for path in test.backups.iterdir():
            os.utime(path, (time.time() - hours * 3600,) * 2)
    return act


def no_backup(test):
    for path in test.backups.iterdir():
        path.unlink()


def backup_is(data):
    def act(test):
        test.newest().write_bytes(data(test) if callable(data) else data)
    return act


def backup_after(text):
    """The newest copy, changed by some SQL."""
    def act(test):
        with contextlib.closing(sqlite3.connect(test.newest(), isolation_level=None)) as db:
            db.executescript(text)
    return act


def damage_backup(test):
    number, size = page_of(test.newest(), "order", "leaf")
    patch(test.newest(), (number - 1) * size, b"\xff" * 8)


def dump(test):
    with contextlib.closing(sqlite3.connect(test.db)) as db:
        return "\n".join(db.iterdump()).encode() + b"\n"


def backup_is_dump(change, suffix=".sql.gz"):
    """The newest backup is a dump; `change` makes bytes of bytes."""
    def act(test):
        data = dump(test)
        data = gzip.compress(data) if suffix.endswith("gz") else data
        test.newest().unlink()
        (test.backups / f"shop-20261109{suffix}").write_bytes(change(data))
    return act


DAMAGE = {"sq.obj.quick", "sq.obj.integrity", "sq.run.connect", "sq.obj.fk", "sq.perf.space", "sq.obj.drift", "sq.obj.view", "sq.obj.freelist",
          "sq.obj.dup_index", "sq.obj.stats", "sq.obj.autoinc", "sq.obj.fk_index", "sq.obj.no_pk", "sq.obj.redundant", "sq.run.header",
          "sq.cfg.layout"}
ANY = {"backups": lambda test: f"{test.backups}/*"}

SEEDS = [
    Seed("8 bytes in a leaf of a table", {"sq.obj.quick", "sq.obj.integrity"}, damage_page("order"), DAMAGE),
    Seed("8 bytes in a leaf of an index", {"sq.obj.quick", "sq.obj.integrity"}, damage_page("order_customer"), DAMAGE),
    Seed("8 bytes in a leaf of a table without rowid", {"sq.obj.quick"}, damage_page("it em"), DAMAGE),
    Seed("8 bytes after the header of a leaf", {"sq.obj.quick"}, damage_page("customer", at=8), DAMAGE),
    Seed("8 bytes in an inner page", {"sq.obj.quick"}, damage_page("order", "internal"), DAMAGE),
    Seed("8 bytes in an overflow page", {"sq.obj.quick"}, lambda test: (
        run("CREATE TABLE big (id INTEGER PRIMARY KEY, t BLOB); INSERT INTO big VALUES (1, randomblob(40000))")(test),
        damage_page("big", "overflow")(test)), DAMAGE),
    Seed("a letter of an indexed text", {"sq.obj.integrity"}, damage_indexed_text, DAMAGE),
    Seed("two pages less", {"sq.run.header"}, cut(2), DAMAGE),
    Seed("half a page less", {"sq.run.header"}, lambda test: os.truncate(test.db, test.db.stat().st_size - 2048), DAMAGE),
    Seed("50 bytes left", {"sq.run.header"}, lambda test: os.truncate(test.db, 50), DAMAGE),
    Seed("random bytes", {"sq.run.header"}, scribble(0), DAMAGE),
    Seed("random bytes in the first 100", {"sq.run.header"}, scribble(0, 100), DAMAGE),
    Seed("another text at the beginning", {"sq.run.header"}, lambda test: patch(test.db, 0, b"SQLite format 2\0"), DAMAGE),
    Seed("random bytes after the first page", {"sq.obj.quick"}, scribble(4096), DAMAGE),
    Seed("zero length after an inspection", {"sq.run.empty"}, empty, DAMAGE),
    Seed("zero length, declared to hold data", {"sq.run.empty"}, empty, DAMAGE, first=True,
         target={"thresholds": "sq.run.empty.min_bytes=4096"}),
    Seed("zero length, and backups with rows", {"sq.run.empty"}, empty, DAMAGE, first=True),
    Seed("the file is gone", {"sq.run.connect"}, lambda test: test.db.unlink(), DAMAGE),
    Seed("orphan", {"sq.obj.fk"}, run('INSERT INTO "order" VALUES (99999, 777777, \'2026-11-01\', 1, NULL)')),
    Seed("orphan in a table without rowid", {"sq.obj.fk"}, run('INSERT INTO "it em" VALUES (777777, 1, NULL)')),
    Seed("parent table is gone", {"sq.obj.fk"}, run('CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent);'
         'CREATE INDEX child_p ON child (p); INSERT INTO child VALUES (1, 5)')),
    Seed("row against its CHECK", {"sq.obj.integrity"}, run('PRAGMA ignore_check_constraints = ON;'
         'INSERT INTO "order" VALUES (99999, 1, \'2026-11-01\', -5, NULL)'), DAMAGE),
    Seed("rows against a CHECK of two columns", {"sq.obj.integrity"}, run('CREATE TABLE span (a INTEGER PRIMARY KEY, b INT, CHECK (b > a));'
         'PRAGMA ignore_check_constraints = ON; INSERT INTO span VALUES (1, 2), (5, 3), (7, 0)'), DAMAGE),
    Seed("NULL in a NOT NULL column", {"sq.obj.integrity"}, run('CREATE TABLE must (id INTEGER PRIMARY KEY, v TEXT);'
         "INSERT INTO must VALUES (1, NULL); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
         " 'CREATE TABLE must (id INTEGER PRIMARY KEY, v TEXT NOT NULL)' WHERE name = 'must'"), DAMAGE),
    Seed("twice the same in a unique index", {"sq.obj.integrity"}, run("CREATE TABLE once (id INTEGER PRIMARY KEY, v TEXT);"
         "CREATE INDEX once_v ON once (v); INSERT INTO once VALUES (1, 'a'), (2, 'a'); PRAGMA writable_schema = ON;"
         "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX once_v ON once (v)' WHERE name = 'once_v'"), DAMAGE),
    Seed("64 MB of log, and a reader that stays", {"sq.run.wal"}, log_grows(66, "stays"), {"sq.run.growth"}, wal=True),
    Seed("64 MB of log left behind", {"sq.run.wal"}, log_grows(66, "dies"), {"sq.run.growth"}),
    Seed("hot journal", {"sq.run.hot_journal"}, half_done('UPDATE "order" SET note = note || note'), DAMAGE),
    Seed("hot journal of a deletion", {"sq.run.hot_journal"}, half_done('DELETE FROM "it em"'), DAMAGE),
    Seed("a writer keeps its lock", {"sq.run.writer"}, holds("BEGIN IMMEDIATE")),
    Seed("a writer keeps its lock in WAL mode", {"sq.run.writer"}, holds("BEGIN IMMEDIATE"), wal=True),
    Seed("grew thirty times", {"sq.run.growth"}, run("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
         "INSERT INTO scrap SELECT 100 + i, randomblob(1000000) FROM n")),
    Seed("nothing was written for two days", {"sq.run.activity"}, lambda test: os.utime(test.db, (time.time() - 172800,) * 2),
         target={"thresholds": "sq.run.activity.expected_within_hours=24"}),
    Seed("file for all", {"sq.sec.mode"}, lambda test: test.db.chmod(0o666)),
    Seed("file for the group", {"sq.sec.mode"}, lambda test: test.db.chmod(0o664)),
    Seed("folder for all", {"sq.sec.mode"}, lambda test: test.db.parent.chmod(0o777)),
    Seed("second hard link", {"sq.sec.links"}, linked("again.db")),
    Seed("hard link in another folder", {"sq.sec.links"}, linked("old/shop.db")),
    Seed("two equal indexes", {"sq.obj.dup_index"}, run('CREATE INDEX twin ON "order" (customer, made)')),
    Seed("index beside UNIQUE", {"sq.obj.dup_index"}, run("CREATE INDEX mails ON customer (mail)")),
    Seed("two equal partial indexes on expressions", {"sq.obj.dup_index"}, run("CREATE INDEX one ON customer (lower(name)) WHERE id > 5;"
         "CREATE INDEX two ON customer (lower(name)) WHERE id > 5")),
    Seed("three equal unique indexes", {"sq.obj.dup_index"}, run("CREATE TABLE t3 (id INTEGER PRIMARY KEY, a, b);"
         "CREATE UNIQUE INDEX i1 ON t3 (a DESC, b); CREATE UNIQUE INDEX i2 ON t3 (a DESC, b); CREATE UNIQUE INDEX i3 ON t3 (a DESC, b)")),
    Seed("index that another begins with", {"sq.obj.redundant"}, run('CREATE INDEX short ON "order" (customer)'), hint=True),
    Seed("longer index beside a shorter one", {"sq.obj.redundant"}, run("CREATE INDEX a1 ON customer (name); CREATE INDEX a2 ON customer (name, id, mail)"), hint=True),
    Seed("table without key", {"sq.obj.no_pk"}, run("CREATE TABLE heap (a, b)"), hint=True),
    Seed("table with UNIQUE but no key", {"sq.obj.no_pk"}, run('CREATE TABLE "he ap" (a UNIQUE NOT NULL, b)'), hint=True),
    Seed("foreign key without index", {"sq.obj.fk_index"}, run("CREATE TABLE f (id INTEGER PRIMARY KEY, c INTEGER REFERENCES customer)")),
    Seed("foreign key of two columns without index", {"sq.obj.fk_index"}, run('CREATE TABLE f (id INTEGER PRIMARY KEY, o INT, l INT,'
         ' FOREIGN KEY (o, l) REFERENCES "it em" ("order", line)); CREATE INDEX f_l ON f (l)')),
    Seed("view on a dropped table", {"sq.obj.view"}, run("CREATE TABLE base (a); CREATE VIEW v AS SELECT a FROM base; DROP TABLE base")),
    Seed("view on a column that is not there", {"sq.obj.view"}, run('CREATE VIEW "v w" AS SELECT absent, 1 FROM customer AS c JOIN "order" AS o USING (gone)')),
    Seed("trigger that writes a dropped table", {"sq.obj.view"}, run("CREATE TABLE audit (a); CREATE TRIGGER tr AFTER INSERT ON customer"
         " BEGIN INSERT INTO audit VALUES (new.id); END; DROP TABLE audit")),
    Seed("AUTOINCREMENT at 80%", {"sq.obj.autoinc"}, run("UPDATE sqlite_sequence SET seq = 7400000000000000000 WHERE name = 'order'")),
    Seed("AUTOINCREMENT at its end", {"sq.obj.autoinc"}, run("CREATE TABLE \"last one\" (id INTEGER PRIMARY KEY AUTOINCREMENT);"
         "INSERT INTO \"last one\" VALUES (9223372036854775807)")),
    Seed("free pages", {"sq.obj.freelist"}, run("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
         "INSERT INTO scrap SELECT 100 + i, randomblob(1000000) FROM n; DELETE FROM scrap WHERE id >= 100"), {"sq.run.growth"}),
    Seed("free pages of a dropped table", {"sq.obj.freelist"}, run("CREATE TABLE gone AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
         " FROM n WHERE i < 15000) SELECT i, randomblob(1000) AS r FROM n; DROP TABLE gone"), {"sq.run.growth"}),
    Seed("large table without statistics", {"sq.obj.stats"}, run("CREATE TABLE many (id INTEGER PRIMARY KEY, a INT); CREATE INDEX many_a ON many (a);"
         "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO many SELECT i, i FROM n"), hint=True),
    Seed("schema was changed", {"sq.obj.drift"}, run("ALTER TABLE customer ADD COLUMN phone TEXT"), hint=True),
    Seed("user_version was changed", {"sq.obj.version"}, run("PRAGMA user_version = 42"), hint=True),
    Seed("old library", {"sq.cfg.library"}, version_of_writer(3_007_017)),
    Seed("rather old library", {"sq.cfg.library"}, version_of_writer(3_031_001)),
    Seed("pages half empty", {"sq.perf.space"}, run("CREATE TABLE holes (id INTEGER PRIMARY KEY, pad BLOB);"
         "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO holes SELECT i, zeroblob(450) FROM n;"
         "DELETE FROM holes WHERE id % 8 > 2"), {"sq.run.growth"}),
    Seed("the application met SQLITE_BUSY", {"sq.log.app"}, logged("sqlite3.OperationalError: database is locked (SQLITE_BUSY)"),
         target={"logs": lambda test: test.db.parent / "app.log"}),
    Seed("the application met damage", {"sq.log.app"}, logged("SQLITE_CORRUPT: database disk image is malformed"),
         target={"logs": lambda test: test.db.parent / "app.log"}),
    Seed("the application had no room", {"sq.log.app"}, logged("write failed: database or disk is full"),
         target={"logs": lambda test: test.db.parent / "app.log"}),
    Seed("the application says it in other words", {"sq.log.app"}, logged("java.sql.SQLException: [SQLITE_BUSY]  The database file is locked"),
         target={"logs": lambda test: test.db.parent / "app.log"}),
    Seed("backup three days old", {"sq.bak.age"}, aged(72)),
    Seed("backup thirty hours old", {"sq.bak.age"}, aged(30)),
    Seed("no backup at all", {"sq.bak.age"}, no_backup),
    Seed("backup of 0 bytes", {"sq.bak.valid"}, backup_is(b""), {"sq.bak.size", "sq.bak.age"}),
    Seed("backup cut short", {"sq.bak.valid"}, backup_is(lambda test: test.newest().read_bytes()[:40960]), {"sq.bak.size"}),
    Seed("backup cut inside a page", {"sq.bak.valid"}, backup_is(lambda test: test.newest().read_bytes()[:-1000]), {"sq.bak.size"}),
    Seed("backup of random bytes", {"sq.bak.valid"}, backup_is(random.Random(5).randbytes(50000))),
    Seed("backup with a damaged page", {"sq.bak.valid"}, damage_backup),
    Seed("backup without most rows", {"sq.bak.valid"}, backup_after('DELETE FROM "it em"; DELETE FROM "order"; DELETE FROM customer')),
    Seed("backup of an empty schema", {"sq.bak.valid"}, backup_after('DROP VIEW recent; DROP TABLE "it em"; DROP TABLE "order"; DROP TABLE customer; DROP TABLE scrap; VACUUM')),
    Seed("dump without its end", {"sq.bak.valid"}, backup_is_dump(lambda data: data[:len(data) // 2], ".sql"), target=ANY),
    Seed("compressed dump cut short", {"sq.bak.valid"}, backup_is_dump(lambda data: data[:len(data) // 2]), target=ANY),
    Seed("compressed dump with a wrong check sum", {"sq.bak.valid"}, backup_is_dump(lambda data: data[:-8] + b"\0" * 8), target=ANY),
    Seed("plain copy beside a long log", {"sq.bak.naive"}, plain_copy('UPDATE "order" SET note = note || \'!\''), {"sq.bak.valid"}, wal=True),
    Seed("plain copy that lacks new rows", {"sq.bak.naive"}, plain_copy("INSERT INTO customer SELECT id + 100000, name, mail || '@x' FROM customer"),
         {"sq.bak.valid"}, wal=True),
]

CONTROLS = [
    Seed("8 bytes in a free page", set(), damage_free_page),
    Seed("empty but declared, never had data", set(), empty_without_backup, first=True, allowed={"sq.bak.age"}),
    Seed("odd but healthy schema", set(), run('CREATE TABLE "a b""c" ("x y" INTEGER PRIMARY KEY, z GENERATED ALWAYS AS ("x y" + 1));'
         'CREATE INDEX "i i" ON "a b""c" (z DESC); CREATE INDEX "i j" ON "a b""c" (z); CREATE VIRTUAL TABLE ft USING fts5(t);'
         "INSERT INTO ft VALUES ('words'); CREATE TABLE pairs (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID")),
    Seed("small table with many holes", set(), run("DELETE FROM scrap")),
    Seed("a short log", set(), log_grows(2, "stays"), wal=True, allowed={"sq.run.growth"}),
    Seed("a reader stays", set(), holds("BEGIN")),
    Seed("dump as a backup", set(), backup_is_dump(lambda data: data), target=ANY),
    Seed("plain dump as a backup", set(), backup_is_dump(lambda data: data, ".sql"), target=ANY),
    Seed("a proper copy while a log is long", set(), lambda test: (
        test.children.append(child(PLAIN_COPY, test.db, "", 'UPDATE "order" SET note = note || \'!\'')), test.back_up()), wal=True),
    Seed("fewer than a thousand rows", set(), backup_after("DELETE FROM scrap")),
    Seed("rows that were deleted after the backup", set(), run('DELETE FROM "it em" WHERE line = 1')),
    Seed("a log without errors of SQLite", set(), logged("user typed a wrong password", "locked out of the building"),
         target={"logs": lambda test: test.db.parent / "app.log"}),
]
