"""A MariaDB of our own in a temporary folder, and the checks of src/inspect/checks/mariadb run on it."""

import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "src/inspect/checks/mariadb"
REPLICA_COLUMNS = ["Connection_name", "Slave_IO_Running", "Slave_SQL_Running", "Seconds_Behind_Master", "Last_IO_Errno",
                   "Last_SQL_Errno", "SQL_Delay"]
EMPTY_COLUMNS = {"replica": REPLICA_COLUMNS, "binlogs": ["Log_name", "File_size"]}
SEVERITIES = {"ok": 0, "skipped": 0, "info": 1, "warning": 2, "critical": 3}


# As the program asks: it waits for no lock and stops by itself.
LIMITS = "SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1, max_statement_time = 30"


class Refused(Exception):
    pass


def load():
    """All files of the folder by their name: checks by id, readings by name."""
    checks, readings = {}, {}
    for path in sorted(CHECKS.glob("*.toml")):
        data = tomllib.loads(path.read_text())
        if "reading" in data:
            readings[data["reading"]] = data
        elif not data["id"].startswith("my.log."):
            checks[data["id"]] = data
    return checks, readings


def with_literals(sql, values):
    """`:name` becomes a number; quoted text, casts and comments stay."""
    def literal(match):
        if match.group(1) is None:
            return match.group(0)
        value = values[match.group(1)]
        return "NULL" if value is None else repr(value)
    return re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|::|:([a-z_]+)", literal, sql)


class Instance:
    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="myw-"))
        self.options = options
        self.socket = self.folder / "s"
        self.server = None

    def __enter__(self):
        self.install()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self):
        account = pwd.getpwnam("mysql")
        self.folder.chmod(0o755)
        self.run_openssl()
        for path in [self.folder, *self.folder.iterdir()]:
            os.chown(path, account.pw_uid, account.pw_gid)
        (self.folder / "files").mkdir()
        os.chown(self.folder / "files", account.pw_uid, account.pw_gid)
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self.folder}/data",
                        "--skip-test-db", "--auth-root-authentication-method=socket"],
                       check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run_openssl(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "300", "-subj", "/CN=localhost",
                        "-keyout", "key.pem", "-out", "cert.pem"], cwd=self.folder, check=True, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        f = self.folder
        options = ["--no-defaults", f"--datadir={f}/data", f"--socket={self.socket}", f"--pid-file={f}/data/pid",
                   f"--log-error={f}/data/error.log", f"--tmpdir={f}/files", f"--secure-file-priv={f}/files",
                   "--bind-address=127.0.0.1", "--port=0", f"--port={self.port()}", "--innodb-buffer-pool-size=24M",
                   "--innodb-log-file-size=8M", "--key-buffer-size=1M", "--aria-pagecache-buffer-size=1M",
                   "--performance-schema=on", "--performance-schema-digests-size=1000", "--max-connections=50",
                   f"--ssl-cert={f}/cert.pem", f"--ssl-key={f}/key.pem", f"--ssl-ca={f}/cert.pem",
                   "--require-secure-transport=on", "--tls-version=TLSv1.2,TLSv1.3", "--server-id=1",
                   f"--log-bin={f}/data/bin", "--binlog-format=ROW", "--sync-binlog=1", "--binlog-expire-logs-seconds=604800",
                   "--slow-query-log=1", f"--slow-query-log-file={f}/data/slow.log", "--long-query-time=2",
                   "--local-infile=0", "--event-scheduler=on", "--default-password-lifetime=180",
                   "--plugin-load-add=simple_password_check", "--plugin-load-add=auth_ed25519",
                   "--plugin-load-add=server_audit", "--server-audit-logging=on", f"--server-audit-file-path={f}/data/audit.log",
                   "--server-audit-events=CONNECT", "--character-set-server=utf8mb4", "--skip-slave-start", *self.options]
        self.server = subprocess.Popen(["runuser", "-u", "mysql", "--", "/usr/sbin/mariadbd", *options],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.sql("SELECT 1")
                return
            except Refused:
                time.sleep(0.1)
        raise RuntimeError((f / "data/error.log").read_text()[-3000:])

    def port(self):
        if not hasattr(self, "port_"):
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.port_ = s.getsockname()[1]
        return self.port_

    def stop(self):
        if self.server is None:
            return
        try:
            self.sql("SHUTDOWN")
        except Refused:
            self.server.terminate()
        try:
            self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.server.kill()
        self.server = None

    def client(self, user="root", password=None):
        words = ["mariadb", "--no-defaults", f"--socket={self.socket}", f"--user={user}", "--default-character-set=utf8mb4"]
        return words + ([f"--password={password}"] if password else [])

    def sql(self, text, user="root", password=None, prelude=""):
        """The rows of the last statement, each as a dict."""
        return [dict(row) for row in self.cells(text, user, password, prelude)]

    def cells(self, text, user="root", password=None, prelude=""):
        """The rows of the last statement, each as a list of pairs: names may repeat."""
        results = self.results(text, user, password, prelude)
        return results[-1] if results else []

    def results(self, text, user="root", password=None, prelude=""):
        """Of each statement with rows, in order."""
        done = subprocess.run([*self.client(user, password), "--xml", f"--init-command={prelude}" if prelude else "--silent"],
                              input=text + ";\n", capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Refused(done.stderr.strip().splitlines()[-1])
        nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
        return [[[(cell.get("name"), None if cell.get(nil) == "true" else (cell.text or "")) for cell in row]
                 for row in ElementTree.fromstring(result)]
                for result in re.findall(r"<resultset.*?</resultset>", done.stdout, re.S)]

    def session(self, statements):
        """A client that stays connected and waits for more."""
        process = subprocess.Popen([*self.client(), "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, text=True)
        process.stdin.write(";\n".join(statements) + ";\n")
        process.stdin.flush()
        return process

    def bare_connect(self):
        with socket.create_connection(("127.0.0.1", self.port()), timeout=5) as s:
            s.recv(1)


class Inspector:
    """Runs the checks as the contract says: on the instance, or in SQLite on tables of facts and readings."""

    def __init__(self, instance, user="root", password=None, prelude="", privileges=None):
        self.instance, self.login, self.prelude = instance, (user, password), f"{prelude}; {LIMITS}" if prelude else LIMITS
        self.privileges = privileges
        self.checks, self.readings = load()
        self.samples = []
        self.before = None

    def may(self, data):
        return self.privileges is None or set(data.get("privilege", "").split()) <= self.privileges

    def rows(self, sql):
        return [tuple(value for _, value in row) for row in self.instance.cells(sql, *self.login, prelude=self.prelude)]

    def query(self, sql):
        return self.instance.sql(sql, *self.login, prelude=self.prelude)

    def batch(self, questions):
        """{name: rows} of {name: SQL} through one client: starting one for each takes longer than the answers."""
        text = ";\n".join(f"SELECT '{name}' AS mark; {sql}" for name, sql in questions.items())
        answers, name = {}, None
        for rows in self.instance.results(text, *self.login, prelude=self.prelude):
            if rows and rows[0][0][0] == "mark":
                name = rows[0][0][1]
                answers[name] = []
            else:
                answers[name] = rows
        return answers

    def take(self):
        questions = {name: data["sql"] for name, data in self.readings.items() if self.may(data)}
        taken = self.batch(questions)
        self.samples.append({"at": time.time(), **{name: [dict(row) for row in rows] for name, rows in taken.items()}})

    def measure(self):
        """{id: seconds} of what is asked of the instance, each with a client of its own."""
        took = {}
        for id, check in self.checks.items():
            if "probe" not in check and "each" not in check and self.may(check):
                started = time.monotonic()
                self.query(with_literals(check["sql"], {**check.get("thresholds", {}), "previous": None}))
                took[id] = time.monotonic() - started
        for name, data in self.readings.items():
            if self.may(data):
                started = time.monotonic()
                self.query(data["sql"])
                took["reading " + name] = time.monotonic() - started
        return took

    def run(self, facts, thresholds=None, skip=()):
        """{id: [(subject, severity, value, threshold, evidence)]} of all checks; a failure is the severity `error`."""
        asked = {id: check for id, check in self.checks.items()
                 if id not in skip and self.may(check)
                 and all(self.may(self.readings[name]) for name in check.get("readings", []))}
        values = {id: {**check.get("thresholds", {}), **(thresholds or {}).get(id, {}), "previous": None}
                  for id, check in asked.items()}
        plain = {id: with_literals(check["sql"], values[id]) for id, check in asked.items()
                 if "probe" not in check and "each" not in check}
        answers = {}
        try:
            for id, rows in self.batch(plain).items():
                answers[id] = [tuple(value for _, value in row) for row in rows]
        except Refused:
            pass                                                       # one of them fails: ask one by one
        for id, check in asked.items():
            if id not in answers:
                try:
                    answers[id] = self.answer(check, values[id], facts)
                except (Refused, sqlite3.Error) as error:
                    answers[id] = [("", "error", None, None, str(error))]
        return answers

    def answer(self, check, values, facts):
        if "each" in check:
            return self.answer_each(check, values)
        if "probe" not in check:
            return self.rows(with_literals(check["sql"], values))
        kind = check["kind"]
        if kind == "delta" and len(self.samples) < 2 or kind == "compared" and self.before is None:
            return [("", "skipped", None, None, "no reading")]
        database = sqlite3.connect(":memory:")
        make_facts(database, facts)
        self.make_readings(database, check.get("readings", []))
        return database.execute(check["sql"], {k: v for k, v in values.items() if ":" + k in check["sql"]}).fetchall()

    def answer_each(self, check, values):
        rows = []
        objects = {f"{n}": one for n, one in enumerate(self.query(with_literals(check["each"], values)))}
        try:
            answers = self.batch({n: one["statement"] for n, one in objects.items()})
        except Refused:
            answers = {}
        for n, one in objects.items():
            try:
                found = answers[n] if n in answers else self.instance.cells(one["statement"], *self.login, prelude=self.prelude)
                for row in found:
                    cells = [value for _, value in row]
                    if len(cells) < 5:
                        continue
                    subject, *middle, evidence = cells
                    rows.append((subject or one["subject"], *middle, evidence or one["evidence"]))
            except Refused as error:
                waits = "Lock wait timeout" in str(error) or "max_statement_time" in str(error)
                rows.append((one["subject"], "skipped" if waits else check.get("each_failure", "error"), None, None, str(error)))
        return rows

    def make_readings(self, database, names):
        last = self.samples[-1] if self.samples else {"at": 0}
        first = self.samples[0] if len(self.samples) > 1 else {"at": last["at"]}
        seconds = int(last["at"] - first["at"])
        put(database, "span", [{"seconds": seconds, "asked_seconds": 86400, "coverage": 100, "from_s": int(first["at"]),
                                "to_s": int(last["at"])}])
        for name in names:
            reading = self.readings[name]
            columns = EMPTY_COLUMNS.get(name) or list((last.get(name) or [{}])[0]) or reading["key"] + reading["counters"]
            if last.get(name):
                columns = list(last[name][0])
            put(database, name + "_last", last.get(name, []), columns)
            put(database, name + "_first", first.get(name, []), columns)
            put(database, name + "_before", (self.before or {}).get(name, []), columns)
            put(database, name + "_samples", [{"at": s["at"], **row} for s in self.samples for row in s.get(name, [])],
                ["at", *columns])
            put(database, name + "_delta", self.delta(reading, name, first, last), [*columns, "reset"])

    def delta(self, reading, name, first, last):
        def key(row):
            return tuple(row[k] for k in reading["key"])
        old = {key(row): row for row in first.get(name, [])}
        rows = []
        for row in last.get(name, []):
            grown, fell = dict(row), 0
            for column in reading["counters"]:
                was = int((old.get(key(row)) or {}).get(column) or 0)
                now = int(row[column] or 0)
                fell |= now < was
                grown[column] = now if now < was else now - was
            rows.append({**grown, "reset": int(fell)})
        return rows


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


def findings(answers, least="warning"):
    """The ids with a row at or above the severity."""
    return {id for id, rows in answers.items() if any(SEVERITIES.get(row[1], 3) >= SEVERITIES[least] for row in rows)}
