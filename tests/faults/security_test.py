#!/usr/bin/env python3
"""The rules of trust, one test a rule: who may write what decides, what is passed on to jobs, what is never spliced into
a shell, who may listen, and that everything read has a limit. Most of them are about root, and need it."""

import hashlib
import os
import pathlib
import re
import socket
import stat
import subprocess
import time
import unittest

import testbed

STRANGER = 61987  # a user who owns nothing
JOB = '[job.job]\ntrigger = { every = "1h" }\ncommand = "true"\n'
LIMIT = 1 << 20


class Trust(unittest.TestCase):
    """As root, files that anybody else may write decide nothing."""

    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root is refused what others may write: run this as root")
        self.bed = self.enterContext(testbed.Testbed())
        self.bed.write_job(JOB)
        self.file = self.bed.jobs_dir / "jobs.toml"

    def expect_job_file_refused(self, *words):
        done = self.bed.rounds("check")
        self.assertEqual(done.returncode, 65, done.stdout + done.stderr)
        for word in ("root runs nothing from there", *words):
            self.assertIn(word, done.stdout + done.stderr)
        self.assertEqual(self.bed.rounds("run", "--once").returncode, 0)
        self.assertNotIn("job", self.bed.jobs())

    def test_a_job_file_that_is_in_order_is_taken(self):
        self.bed.must("run", "--once")
        self.assertIn("job", self.bed.jobs())

    def test_a_job_file_that_its_group_may_write_is_refused(self):
        self.file.chmod(0o660)
        self.expect_job_file_refused("jobs.toml", "may be written by others", "chmod go-w")

    def test_a_job_file_that_all_may_write_is_refused(self):
        self.file.chmod(0o606)
        self.expect_job_file_refused("jobs.toml")

    def test_a_job_file_of_somebody_else_is_refused(self):
        os.chown(self.file, STRANGER, 0)
        self.expect_job_file_refused("jobs.toml", f"belongs to user {STRANGER}", "chown root")

    def test_a_job_folder_that_others_may_write_is_refused(self):
        for mode in (0o770, 0o707):
            with self.subTest(oct(mode)):
                self.bed.jobs_dir.chmod(mode)
                self.expect_job_file_refused("jobs.d", "may be written by others")

    def test_a_job_folder_of_somebody_else_is_refused(self):
        os.chown(self.bed.jobs_dir, STRANGER, 0)
        self.expect_job_file_refused("jobs.d", f"belongs to user {STRANGER}")

    def test_a_file_of_days_that_others_may_write_is_refused(self):
        days = self.bed.jobs_dir / "holidays"
        days.write_text("2026-12-25\n")
        self.bed.write_job(JOB + 'except = { file = "holidays" }\n')
        days.chmod(0o666)
        self.expect_job_file_refused("holidays")

    def test_settings_that_others_may_write_are_refused(self):
        config = self.bed.dir / "config.toml"
        config.write_text('timezone = "UTC"\n')
        config.chmod(0o666)
        done = self.bed.rounds("list", "--config", config)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("config.toml: may be written by others", done.stderr)

    def expect_store_refused(self, *words):
        for command in (["run", "--once"], ["run-now", "job"], ["add", "other", "--every", "1h", "--", "true"]):
            done = self.bed.rounds(*command)
            self.assertEqual(done.returncode, 77, f"{command}: {done.stdout}{done.stderr}")
            for word in words:
                self.assertIn(word, done.stderr)

    def test_a_store_that_others_may_write_is_refused(self):
        self.bed.must("run", "--once")
        self.bed.store.chmod(0o660)
        self.expect_store_refused("rounds.db", "may be written by others")

    def test_a_store_of_somebody_else_is_refused(self):
        """Else root would run what that user put into it, and leave files there that its owner cannot open."""
        self.bed.must("run", "--once")
        os.chown(self.bed.store, STRANGER, STRANGER)
        self.expect_store_refused("rounds.db", f"belongs to user {STRANGER}")
        self.bed.must("list")  # looking is allowed

    def test_a_store_in_a_folder_that_others_may_write_is_refused(self):
        self.bed.must("run", "--once")
        self.bed.dir.chmod(0o777)
        self.expect_store_refused("may be written by others")
        self.bed.dir.chmod(0o1777)  # as /tmp: others cannot put theirs in its place
        self.bed.must("run", "--once")


class Files(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.file = self.bed.jobs_dir / "odd.toml"

    def expect_refused(self, word):
        for args in (["check"], ["check", str(self.file)]):
            began = time.monotonic()
            done = self.bed.rounds(*args, timeout=10)
            self.assertIn(done.returncode, (65, 66, 77), done.stdout + done.stderr)
            self.assertIn(word, done.stdout + done.stderr)
            self.assertLess(time.monotonic() - began, 5)

    def test_a_pipe_is_not_waited_for(self):
        os.mkfifo(self.file, 0o600)
        self.expect_refused("not a regular file")

    def test_a_device_is_not_read(self):
        try:
            os.mknod(self.file, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # as /dev/zero
        except PermissionError as error:
            self.skipTest(f"no devices can be made here: {error}")
        self.expect_refused("not a regular file")

    def test_a_folder_is_no_file(self):
        self.file.mkdir()
        done = self.bed.rounds("check")
        self.assertEqual(done.returncode, 65)
        self.assertIn("not a regular file", done.stdout + done.stderr)

    def test_a_link_is_not_followed(self):
        self.file.symlink_to("/etc/passwd")
        self.expect_refused("symbolic link")
        self.assertNotIn("root:", self.bed.rounds("check").stdout)

    def test_nothing_is_read_beyond_its_limit(self):
        """Without an end: what would not stop reading would be killed by the time-out here."""
        for args in (["add", "-f", "-"], ["check", "-"]):
            with self.subTest(args[0]), open("/dev/zero", "rb") as endless:
                done = subprocess.run(self.bed.command(*args), stdin=endless, capture_output=True, timeout=20, check=False)
                self.assertEqual(done.returncode, 65)
                self.assertIn(b"limit is 1048576", done.stdout + done.stderr)
        config = self.bed.dir / "config.toml"
        config.write_bytes(b"#" * (LIMIT + 1))
        config.chmod(0o600)
        self.assertEqual(self.bed.rounds("list", "--config", config).returncode, 78)

    def test_unknown_keys_are_errors_in_every_file(self):
        self.bed.write_job(JOB + "commmand = 1\n")
        self.assertEqual(self.bed.rounds("check").returncode, 65)
        self.assertEqual(self.bed.rounds("add", "-f", self.bed.jobs_dir / "jobs.toml").returncode, 65)
        config = self.bed.dir / "config.toml"
        config.write_text("timezon = 'UTC'\n")
        config.chmod(0o600)
        done = self.bed.rounds("list", "--config", config)
        self.assertEqual(done.returncode, 78)
        self.assertIn('did you mean "timezone"?', done.stderr)

    def test_names_are_names(self):
        for name in ("", ".", "..", ".hidden", "-dash", "a/b", "../a", "a b", "a\nb", "a\0b", "a;b", "$(a)", "ä", "x" * 65):
            with self.subTest(name):
                quoted = "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04x}" for c in name)
                self.bed.write_job(JOB.replace("job.job", f'job."{quoted}"'))
                self.assertEqual(self.bed.rounds("check").returncode, 65)
                if "\0" not in name:
                    done = self.bed.rounds("add", "--every", "1h", "--", name, "true") if not name else \
                        self.bed.rounds("add", name, "--every", "1h", "--command", "true")
                    self.assertIn(done.returncode, (2, 65), done.stdout)
        for name in ("a", "A.b_c-9", "x" * 64):
            self.bed.must("add", name, "--every", "1h", "--", "true")

    def test_a_time_zone_is_no_path(self):
        zone = self.bed.dir / "zone"
        zone.write_bytes(pathlib.Path("/usr/share/zoneinfo/UTC").read_bytes())
        up = "../" * 8
        for name in (str(zone), f"{up}{zone}", f"Europe/{up}{zone}", "/etc/passwd"):
            with self.subTest(name):
                done = self.bed.rounds("next", "--cron", "0 0 * * *", "--tz", name)
                self.assertEqual(done.returncode, 2)
                self.assertIn("no such time zone", done.stderr)

    def test_a_file_name_cannot_forge_lines_of_the_log_or_control_a_terminal(self):
        (self.bed.jobs_dir / "a\n2026-01-01T00:00:00.000Z info forged\x1b[31m.toml").write_text("[job.x\n")
        self.bed.start()
        testbed.wait_until(lambda: "forged" in self.bed.log_text(), 10)
        said = self.bed.rounds("check")
        for text in (self.bed.log_text(), said.stdout + said.stderr):
            self.assertNotIn("\x1b", text)
            self.assertNotRegex(text, r"(?m)^2026-01-01T00:00:00.000Z info forged")


class Jobs(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.seen = self.bed.dir / "seen"

    def test_the_environment_of_a_job_is_made_of_an_allow_list(self):
        ours = {"LD_PRELOAD": "", "LD_LIBRARY_PATH": "/tmp/evil", "BASH_ENV": "/tmp/evil", "ENV": "/tmp/evil", "IFS": "x",
                "PYTHONPATH": "/tmp/evil", "SECRET": "s3cret", "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                "LC_TIME": "C", "TZ": "UTC", "BASH_FUNC_true%%": "() { evil; }", "PS4": "$(evil)", "HOME": "/"}
        self.bed.must("add", "job", "--every", "1d", "--env", "OWN=1", "--", "env", "-0")
        done = subprocess.run(self.bed.command("run-now", "job"), env=ours, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=30, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if line)
        unwanted = [name for name in found
                    if not re.fullmatch(r"HOME|USER|LOGNAME|SHELL|PATH|LANG|LC_\w+|OWN|ROUNDS_\w+", name)]
        self.assertEqual(unwanted, [])
        self.assertEqual((found["OWN"], found["LC_TIME"]), ("1", "C"))
        self.assertNotEqual(found["HOME"], "/", "the home is the user's, whatever the environment says")

    def test_a_job_cannot_ask_for_variables_that_change_what_programs_do(self):
        for name in ("LD_PRELOAD", "LD_AUDIT", "LD_anything", "BASH_ENV", "IFS"):
            with self.subTest(name):
                self.assertEqual(self.bed.rounds("add", "job", "--every", "1d", "--env", f"{name}=x", "--", "true").returncode, 2)
                self.bed.write_job(JOB + f'env = {{ {name} = "x" }}\n')
                self.assertEqual(self.bed.rounds("check").returncode, 65)

    def test_arguments_reach_a_job_as_they_are(self):
        evil = ["$(touch pwned)", "`touch pwned`", "; touch pwned", "a b", "*", "", "'\"", "--", "-c", "\n", "{{ job }}", "%s"]
        for task in (["--", "printf", r"%s\0"], ["--command", r'printf "%s\0" "$@"']):
            with self.subTest(task[0]):
                self.bed.must("add", "job", "--every", "1d", "--working-dir", self.bed.dir, "--replace", *task)
                done = subprocess.run([*self.bed.command("run-now", "job"), "--", *evil], stdin=subprocess.DEVNULL,
                                      capture_output=True, timeout=30, check=False)
                self.assertEqual(done.stdout.decode().split("\0")[:-1], evil)
        self.assertFalse((self.bed.dir / "pwned").exists())

    def test_arguments_and_environment_have_a_limit(self):
        big = "x" * 120_000
        refused = self.bed.rounds("add", "job", "--every", "1d", "--", "true", big, big)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("131072", refused.stderr)
        self.bed.must("add", "job", "--every", "1d", "--", "true")
        self.assertNotEqual(self.bed.rounds("run-now", "job", "--", big, big).returncode, 0)
        self.assertIn(self.bed.history("job")[0]["verdict"], ("not_started",))

    def test_another_user_is_become_wholly(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else: run this as root")
        program = "import os; print(os.getresuid(), os.getresgid(), os.getgroups()); os.setuid(0)"
        self.bed.must("add", "job", "--every", "1d", "--user", "nobody", "--working-dir", "/", "--", "/usr/bin/env", "python3", "-c", program)
        done = self.bed.rounds("run-now", "job")
        nobody = (65534,) * 3
        self.assertIn(f"{nobody} {nobody} [65534]\n", done.stdout)
        self.assertNotEqual(done.returncode, 0, "it could become root again")


class Secrets(unittest.TestCase):
    """Secrets by reference: the job has them, and nobody else finds them anywhere."""

    CANARY = "canary-7f3a"

    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.file = self.bed.dir / "secret"
        self.file.write_text(f"{self.CANARY}-file\n")
        self.file.chmod(0o600)
        credentials = self.bed.dir / "credentials"
        credentials.mkdir(0o700)
        (credentials / "token").write_text(f"{self.CANARY}-credential")
        (credentials / "token").chmod(0o600)
        printer = self.bed.dir / "printer"  # its argv must not have it either
        printer.write_text(f"#!/bin/sh\necho {self.CANARY}-command\n")
        printer.chmod(0o700)
        self.hidden = [self.file, credentials / "token", printer]
        for name, value in {"CREDENTIALS_DIRECTORY": str(credentials), "OURS": f"{self.CANARY}-env"}.items():
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
        self.sources = (f'A = {{ file = "{self.file}" }}, B = {{ credential = "token" }}, '
                        f'C = {{ command = ["{printer}"] }}, D = {{ env = "OURS" }}')

    def job(self, name, command, more=""):
        return (f'[job.{name}]\ntrigger = {{ every = "1d" }}\ncommand = \'\'\'{command}\'\'\'\n'
                f"secrets = {{ {self.sources} }}\n{more}")

    def found_in_files(self):
        """Names of the files below the testbed that have the canary in them."""
        everything = [path for path in self.bed.dir.rglob("*") if path.is_file() and path not in self.hidden]
        return [path.name for path in everything if self.CANARY.encode() in path.read_bytes()]

    def found_in_processes(self, exempt):
        """Where in /proc it can be seen: command lines of all, the environments of all but the jobs that have it."""
        found = []
        for process in testbed.descendants():
            for file in ("cmdline", "environ"):
                text = pathlib.Path(f"/proc/{process.pid}/{file}").read_bytes()
                if process.pid not in exempt and self.CANARY.encode() in text.replace(f"{self.CANARY}-env".encode(), b""):
                    found.append((process.name, file))
        return found

    def test_the_canary_is_in_the_environment_of_the_job_alone(self):
        expected = "-".join(f"{self.CANARY}-{kind}" for kind in ("file", "credential", "command", "env"))
        digest = hashlib.sha256(expected.encode()).hexdigest()
        proof = f'test "$(printf %s "$A-$B-$C-$D" | sha256sum)" = "{digest}  -" && exec sleep 60'
        self.bed.write_job(self.job("job", proof, 'on_failure = { command = "true" }\n'))
        self.bed.start()
        asked = self.bed.popen("run-now", "job")
        sleeper = testbed.wait_until(lambda: next((p for p in testbed.descendants() if p.name == "sleep"), None), 20)
        environment = pathlib.Path(f"/proc/{sleeper.pid}/environ").read_bytes()
        for kind in ("file", "credential", "command", "env"):
            self.assertIn(f"{self.CANARY}-{kind}".encode(), environment)
        self.assertEqual(self.found_in_processes({sleeper.pid}), [])
        self.bed.must("stop", "job")
        asked.wait(20)
        self.bed.must("backup", self.bed.dir / "copy.db")
        said = "".join(self.bed.rounds(*command).stdout for command in (
            ("show", "job"), ("show", "job", "--json"), ("history", "--json"), ("logs", "job"), ("events", "--json"),
            ("list", "--json"), ("explain", "job", "--at", "now"), ("status", "--json"), ("doctor",), ("check",)))
        self.assertNotIn(self.CANARY, said)
        self.assertNotIn(self.CANARY, self.bed.log_text())
        self.assertEqual(self.found_in_files(), [])
        self.assertIn("A from file", self.bed.must("show", "job"))

    def test_a_secret_that_cannot_be_had_is_a_start_that_failed_with_its_reason(self):
        self.bed.must("add", "-f", "-", text=self.job("job", "true"))
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 0)
        for harm, word in ((lambda: self.file.chmod(0o644), "open to others"), (self.file.unlink, "No such file")):
            harm()
            done = self.bed.rounds("run-now", "job")
            self.assertEqual(done.returncode, 125)
            self.assertRegex(done.stderr, f"secret: A: .*{word}")
            run = self.bed.history("job")[-1]
            self.assertEqual((run["verdict"], run["reason"]), ("not_started", "secret"))

    def test_a_program_that_fails_ends_a_run_now_without_a_loop(self):
        self.sources = 'A = { command = ["sh", "-c", "sleep 0.3; exit 3"] }'
        self.bed.must("add", "-f", "-", text=self.job("job", "true"))
        self.assertEqual(self.bed.rounds("run-now", "job").returncode, 125)
        self.assertEqual(self.bed.history("job")[-1]["reason"], "secret")

    def test_reading_takes_a_slot_and_no_time_of_the_loop(self):
        self.sources = 'A = { command = ["sh", "-c", "sleep 1; echo x"] }'
        self.bed.write_job(self.job("reads", "true") + '[job.stays]\ntrigger = { on = "start" }\ncommand = "exec sleep 1000"\n'
                           '[job.waits]\ntrigger = { every = "1d" }\ncommand = "true"\n')
        self.bed.start("--max-parallel", "2")
        testbed.wait_until(lambda: self.bed.history("stays"))
        first, second = self.bed.popen("run-now", "reads"), self.bed.popen("run-now", "waits")
        self.assertEqual((first.wait(10), second.wait(10)), (0, 0))
        ticks = sum(map(int, pathlib.Path(f"/proc/{self.bed.scheduler.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        self.assertLess(ticks, 50, "hundredths of a second: it span")

    def test_a_program_that_hangs_is_ended_with_what_it_started(self):
        self.sources = 'A = { command = ["sh", "-c", "sleep 1003; echo x"] }'
        self.bed.write_job(self.job("job", "true"))
        self.bed.start()
        asked = self.bed.popen("run-now", "job")
        testbed.wait_until(lambda: any(p.name == "sleep" for p in testbed.descendants()))
        self.bed.must("stop", "job")
        asked.wait(10)
        testbed.wait_until(lambda: not any(p.name in ("sh", "sleep") for p in testbed.descendants()))

    def test_a_program_that_fails_or_hangs_gives_no_secret_and_holds_nobody_up(self):
        self.sources = 'A = { command = ["sh", "-c", "echo canary-7f3a; exit 3"] }'
        failing = self.job("failing", "true")
        self.sources = 'A = { command = ["sleep", "1000"] }'
        self.bed.write_job(failing + self.job("hanging", "true") + '[job.free]\ntrigger = { every = "1s" }\ncommand = "true"\n')
        self.bed.start()
        self.assertEqual(self.bed.rounds("run-now", "failing").returncode, 125)
        self.assertEqual(self.bed.history("failing")[-1]["reason"], "secret")
        hanging = self.bed.popen("run-now", "hanging")
        self.bed.wait_for_runs("free", len(self.bed.history("free")) + 3)
        self.assertIsNone(hanging.poll())
        self.bed.must("stop", "hanging")
        hanging.wait(20)
        run = self.bed.history("hanging")[-1]
        self.assertEqual((run["verdict"], run["reason"]), ("cancelled", "stopped"))
        testbed.wait_until(lambda: not any(p.name == "sleep" for p in testbed.descendants()))
        self.assertEqual(self.bed.stop(), 0)
        self.assertNotIn("canary-7f3a", self.bed.log_text())


class Privacy(unittest.TestCase):
    """What rounds makes is for its user alone, whatever the umask; and nobody can speak to it from elsewhere."""

    def setUp(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.bed = self.enterContext(testbed.Testbed())
        self.bed.store = self.bed.dir / "made" / "by-rounds" / "rounds.db"
        self.bed.spool = self.bed.store.with_name("rounds.db.spool")
        self.bed.must("add", "job", "--now", "--command", "echo secret; exec sleep 100")
        self.bed.start()
        testbed.wait_until(lambda: any(p.name == "sleep" for p in testbed.descendants()), 10)

    def test_files_are_0600_in_folders_that_are_0700(self):
        found = {path: stat.S_IMODE(path.lstat().st_mode) for path in (self.bed.dir / "made").rglob("*")}
        kinds = {path.name.split(".")[-1] for path in found}
        self.assertLessEqual({"db", "db-wal", "db-shm", "queue", "maintenance", "lock", "spool", "out", "wake"}, kinds)
        for path, mode in found.items():
            self.assertEqual(oct(mode), oct(0o700 if path.is_dir() else 0o600), path)
        self.assertEqual(stat.S_IMODE((self.bed.dir / "made").stat().st_mode), 0o700)

    def test_no_process_listens_on_the_network(self):
        unix = {line.split()[6] for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]}
        for pid in (self.bed.scheduler.pid, *self.bed.keepers()):
            links = [os.readlink(fd) for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
            sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
            self.assertTrue(sockets)
            self.assertEqual(sockets - unix, set(), "a socket that is none of this machine alone")

    def test_the_keeper_hears_no_other_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can play another user: run this as root")
        keeper = next(self.bed.spool.glob("k*"))
        for path in (self.bed.dir, *keeper.parents[:3]):
            os.chmod(path, 0o755)  # as if somebody had been careless with all of them
        keeper.chmod(0o666)
        self.bed.kill_scheduler()  # so that the keeper takes connections
        child = os.fork()
        if child == 0:
            os._exit(self.call(keeper))
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)

    @staticmethod
    def call(keeper):
        """As a stranger: 0 when the keeper hangs up on our greeting."""
        os.setgroups([])
        os.setresuid(STRANGER, STRANGER, STRANGER)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
            line.settimeout(10)
            line.connect(str(keeper))
            try:
                line.send(b"\0\1\0\0\0")
                return 0 if line.recv(65536) == b"" else 1
            except (ConnectionResetError, BrokenPipeError):
                return 0
            except TimeoutError:
                return 2


if __name__ == "__main__":
    unittest.main()
