"""A hardened MariaDB of our own in a temporary folder."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree


class Refused(Exception):
    pass


class Instance:
    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="myw-"))
        self.options = list(options)
        self.socket = self.folder / "s"
        self.server = None

    def __enter__(self):
        self.install()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self.small_tmp:
            subprocess.run(["umount", self.folder / "tmp"])
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self):
        account = pwd.getpwnam("mysql")
        self.folder.chmod(0o755)
        self.run_openssl()
        for path in [self.folder, *self.folder.iterdir()]:
            os.chown(path, account.pw_uid, account.pw_gid)
        for name in ("files", "tmp"):
            (self.folder / name).mkdir()
        # A small file system of its own, so that it can be filled.
        self.small_tmp = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", self.folder / "tmp"],
                                        capture_output=True).returncode == 0
        for name in ("files", "tmp"):
            os.chown(self.folder / name, account.pw_uid, account.pw_gid)
            (self.folder / name).chmod(0o700)
        subprocess.run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self.folder}/data",
                        "--skip-test-db", "--auth-root-authentication-method=socket"],
                       check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run_openssl(self, days=300):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=localhost",
                        "-keyout", "key.pem", "-out", "cert.pem"], cwd=self.folder, check=True, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        f = self.folder
        options = ["--no-defaults", f"--datadir={f}/data", f"--socket={self.socket}", f"--pid-file={f}/data/pid",
                   f"--log-error={f}/data/error.log", f"--tmpdir={f}/tmp", f"--secure-file-priv={f}/files",
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

    def restart(self, *options):
        """With these beside the usual options, until the next restart."""
        self.stop()
        usual, self.options = self.options, [*self.options, *options]
        try:
            self.start()
        finally:
            self.options = usual

    def crash(self):
        """Killed as by the kernel, and started again."""
        os.kill(int((self.folder / "data/pid").read_text()), signal.SIGKILL)
        self.server.wait(timeout=30)
        self.start()

    def damage(self, schema, table, data=b"\xde\xad\xbe\xef\xde\xad"):
        """Overwrites bytes in the middle of a leaf page of the table that is in use. The server must be stopped."""
        path = self.folder / f"data/{schema}/{table}.ibd"
        raw = path.read_bytes()
        size = 16384
        used = [at for at in range(0, len(raw), size)
                if raw[at + 24:at + 26] == b"\x45\xbf" and raw[at + 64:at + 66] == b"\0\0" and int.from_bytes(raw[at + 54:at + 56], "big") > 10]
        at = used[len(used) // 2]
        with open(path, "r+b") as file:
            file.seek(at + size // 2)
            file.write(data)

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
