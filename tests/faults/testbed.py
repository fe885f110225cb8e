"""What the black-box tests share: a store, a folder of job files, and a scheduler that may be ill-treated."""

import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36
NEVER_RAN = 0x40  # PF_FORKNOEXEC in the flags of /proc/PID/stat: a child on its way to exec


def long_form():
    """True when the full figures are asked for."""
    return os.environ.get("ROUNDS_LONG") == "1"


def sanitized():
    """True when rounds is built with a sanitizer: right as ever, but several times slower."""
    return bool(os.environ.get("ROUNDS_SANITIZE"))


def rounds_binary():
    """The binary under test: ROUNDS_BIN, which ctest sets."""
    path = os.environ.get("ROUNDS_BIN")
    if not path:
        sys.exit("set ROUNDS_BIN to the rounds binary (ctest does it)")
    return os.path.abspath(path)


def helper(name):
    """A small program of this folder (witness, tree), built beside the binary's tests; ROUNDS_HELPERS says where."""
    return os.path.join(os.path.abspath(os.environ["ROUNDS_HELPERS"]), name)


def adopt_orphans():
    """Makes this process the parent of whatever loses its own: nothing that rounds leaves behind can hide from us."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Process(NamedTuple):
    pid: int
    parent: int
    name: str
    state: str
    flags: int


def processes():
    """Every process of the system by its id."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = pathlib.Path("/proc", entry, "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
        found[int(entry)] = Process(int(entry), int(rest[1]), name, rest[0], int(rest[6]))
    return found


def alive(pid):
    """True while the process exists and is no zombie."""
    process = processes().get(pid)
    return process is not None and process.state not in "ZX"


def wait_until(condition, seconds=10, step=0.02):
    """Waits for a condition and returns what it gave; an AssertionError when it does not come true in time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"nothing after {seconds} s: {getattr(condition, '__doc__', None) or condition}")
        time.sleep(step)


def next_second(ahead):
    """The first whole second that is at least `ahead` seconds away."""
    return int(time.time() + ahead) + 1


def utc(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Testbed:
    """Owns a temporary folder and the scheduler that works in it."""

    def __init__(self, parent=None):
        adopt_orphans()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="rounds-", dir=parent))
        self.jobs_dir = self.dir / "jobs.d"
        self.jobs_dir.mkdir(mode=0o700)
        self.store = self.dir / "rounds.db"
        self.spool = self.dir / "rounds.db.spool"
        self.log = self.dir / "loop.log"
        self.scheduler = None

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        self.kill_everything()
        reports = self.sanitizer_reports()
        if error and os.environ.get("ROUNDS_KEEP"):
            print(f"kept: {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
        assert not reports, f"a sanitizer found something:\n{reports}"

    # Job files.

    def write_job(self, text, file="jobs.toml"):
        """Puts a job file in place the way editors do: written aside, then renamed."""
        aside = self.jobs_dir / f".{file}.new"
        aside.write_bytes(text if isinstance(text, bytes) else text.encode())
        aside.chmod(0o600)
        aside.rename(self.jobs_dir / file)

    # Commands.

    def command(self, *args):
        return [rounds_binary(), *map(str, args), "--store", str(self.store), "--jobs-dir", str(self.jobs_dir)]

    def rounds(self, *args, text=None, timeout=30):
        """Runs one command to its end."""
        argv = [*map(str, args)]
        split = argv.index("--") if "--" in argv else len(argv)
        return subprocess.run(
            [*self.command(*argv[:split]), *argv[split:]],
            input=text, stdin=None if text is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", timeout=timeout)

    def popen(self, *args):
        """Starts one command beside the test."""
        return subprocess.Popen(self.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def must(self, *args, **more):
        """The same, for a command that has to succeed; returns what it printed."""
        done = self.rounds(*args, **more)
        assert done.returncode == 0, f"rounds {' '.join(map(str, args))}: exit {done.returncode}: {done.stderr}"
        return done.stdout

    def history(self, *jobs):
        """The ledger, oldest first."""
        return json.loads(self.must("history", "--json", *jobs))["runs"][::-1]

    def jobs(self):
        return {job["name"]: job for job in json.loads(self.must("list", "--json"))["jobs"]}

    def status(self):
        """Empty while there is no store, or none with tables yet."""
        return json.loads(self.rounds("status", "--json").stdout or "{}")

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for_runs(self, job, count=1, seconds=15):
        """The job's ended occurrences, as soon as there are that many."""

        def enough():
            runs = [run for run in self.history(job) if run["final"]]
            return runs if len(runs) >= count else None

        enough.__doc__ = f"{count} final verdicts of {job}"
        return wait_until(enough, seconds, 0.1)

    def come_to_rest(self, *jobs):
        """Pauses these jobs, or all, and waits until no run is open; returns the last due that was surely before that."""
        began = int(time.time())
        self.must("pause", *(jobs or ["--all"]), timeout=60)
        wait_until(lambda: all(run["phase"] == "ended" for run in self.history(*jobs)), 60, 0.1)
        return began - 2

    def sanitizer_reports(self):
        """What was found in a scheduler or a keeper, also in one that was killed or restarted."""
        texts = [self.log_text(), *(path.read_text(errors="replace") for path in self.spool.glob("sanitizer.*"))]
        return "".join(text for text in texts if "Sanitizer" in text or "runtime error:" in text)

    # The scheduler.

    def launch(self, *args):
        """Starts `rounds run` and returns at once."""
        with open(self.log, "ab") as log:
            self.scheduler = subprocess.Popen(self.command("run", *args), stdin=subprocess.DEVNULL, stdout=log,
                                              stderr=log, start_new_session=True)
        return self.scheduler

    def start(self, *args):
        """Starts `rounds run` and returns when it is at work."""
        self.launch(*args)

        def at_work():
            assert self.scheduler.poll() is None, f"the loop ended with {self.scheduler.returncode}: {self.log_text()}"
            status = self.status()
            return status.get("running") and status.get("keeper_pid")

        wait_until(at_work, 20)
        return self.scheduler

    def stop(self, seconds=60):
        """Stops the scheduler gracefully; returns its exit status."""
        self.scheduler.terminate()
        return self.scheduler.wait(seconds)

    def kill_scheduler(self):
        self.scheduler.kill()
        self.scheduler.wait()

    def keepers(self):
        """The keepers at work: children of the scheduler, or ours when they lost it."""
        parents = {os.getpid(), self.scheduler.pid if self.scheduler else 0}
        return [p.pid for p in processes().values()
                if p.name == "keeper" and p.parent in parents and p.state not in "ZX" and not p.flags & NEVER_RAN]

    def kill_everything(self):
        """Leaves no process of this test behind."""
        if self.scheduler and self.scheduler.poll() is None:
            self.kill_scheduler()
        while strays := [p.pid for p in descendants()]:
            for pid in strays:
                with contextlib.suppress(ProcessLookupError):  # its own parent may bury it meanwhile
                    os.kill(pid, signal.SIGKILL)
            reap_strays()


def descendants():
    """Every process below this one; with `adopt_orphans`, whoever their parents were."""
    table = processes()

    def is_ours(process):
        while process and process.pid != os.getpid():
            process = table.get(process.parent)
        return process is not None

    return [p for p in table.values() if p.pid != os.getpid() and is_ours(p)]


def reap_strays(but=None):
    """Buries the dead that were adopted; returns the wait status of each by its id."""
    buried = {}
    for process in processes().values():
        if process.parent == os.getpid() and process.pid != but and process.state == "Z":
            with contextlib.suppress(ChildProcessError):  # a thread of the test that waits for it was quicker
                pid, status = os.waitpid(process.pid, os.WNOHANG)
                if pid:
                    buried[pid] = status
    return buried
