#!/usr/bin/env python3
"""Seeds what can be seeded on one machine, and asks `rounds inspect` about the host.

Run as root where file systems can be mounted: host_test.py [-v] [word of a seed's name]. ROUNDS names another binary. What
this machine really has is listed and is no fault; what cannot be seeded here is listed, too. Exits with 1 below 95% of the
defects with a star or 85% of all, or when a file system that nobody spoiled is called bad."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

from inspected import TIERS, Bed, Score

NOT_SEEDED = ("host.fs.forecast (needs three days of readings), host.mem.available and host.mem.swap (would starve the machine), "
              "host.disk.latency, host.disk.smart, host.disk.raid, host.mem.edac, host.hw.temp, host.net.errors (hardware), host.net.link, "
              "host.time.sync (the clock stays alone), host.os.reboot, host.os.release, host.os.updates, host.cpu.load (fifteen minutes)")


class Unseedable(Exception):
    pass


def run(*words, check=True):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    if check and done.returncode:
        raise Unseedable(f"{words[0]}: {done.stderr.strip()[:200]}")
    return done.stdout


class Test:
    def __init__(self, bed, score):
        self.bed, self.score = bed, score
        self.known = {}

    def golden(self):
        """Twice: the second is compared with the first."""
        self.bed.target("host", engine="host")
        self.bed.snapshot("host")
        time.sleep(1.1)
        for tier in TIERS:
            answer = self.bed.inspect("host", tier)
            self.score.tiers[tier] = answer.took_s
        self.known = {(e["id"], e["subject"]) for e in answer.entries if e["severity"] in ("warning", "critical")}
        for e in answer.entries:
            if (e["id"], e["subject"]) in self.known:
                self.score.notes.append(f"this machine: {e['id']} {e['severity']} {e['subject']}: {e['evidence']}")
        self.score.must("golden, every check answers", not any(e["outcome"] == "error" for e in answer.entries), answer.say(answer.found()))
        if self.score.verbose:
            print("     slowest:", answer.slowest())
            print("     skipped:", "; ".join(f"{e['id']}: {e['reason']}" for e in answer.entries if e["outcome"] == "skipped"))

    def inspect(self):
        """Without what the machine had before."""
        answer = self.bed.inspect_since_snapshot("host")
        passing = ("host.cpu.", "host.psi", "host.disk.latency", "host.os.kernel", "host.db.", "host.mem.swapping")
        answer.entries = [e for e in answer.entries if (e["id"], e["subject"]) not in self.known and not e["id"].startswith(passing)
                          or self.wanted(e)]
        return answer

    def wanted(self, entry):
        return entry["id"] in self.expected

    def seed(self, name, expected, make, allowed=(), hint=False, subject=None):
        """`make` is a generator: what stands after its yield takes the defect away."""
        self.expected = expected
        self.place = self.bed.dir / f"mounted {name}"             # a place of its own: it is compared with earlier readings
        self.place.mkdir()
        self.bed.snapshot("host")
        time.sleep(1.1)
        seed = make(self)
        try:
            next(seed)
            answer = self.inspect()
            if subject:
                answer.entries = [e for e in answer.entries if e["id"] not in expected or e["subject"] == subject(self)]
        except (Unseedable, OSError, subprocess.SubprocessError) as error:
            self.score.notes.append(f"not seeded: {name}: {error}")
            return
        finally:
            with contextlib.suppress(StopIteration, OSError, Unseedable):
                next(seed)
        if expected:
            self.score.defect(name, answer, expected, allowed, hint)
        else:
            self.score.must_be_silent(name, answer, allowed)


@contextlib.contextmanager
def tmpfs(test, options):
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", test.place)
    try:
        yield test.place
    finally:
        run("umount", test.place, check=False)


@contextlib.contextmanager
def loop(test, kind="ext4", options="rw"):
    image = test.bed.dir / "image"
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    run(f"mkfs.{kind}", "-q", *(["-F"] if kind == "ext4" else []), image)
    run("mount", "-o", f"loop,{options}", image, test.place)
    try:
        yield test.place
    finally:
        run("umount", "-l", test.place, check=False)


def fill(place, percent):
    total = shutil.disk_usage(place).total
    (place / "filler").write_bytes(b"x" * int(total * percent / 100))


def full_tmpfs(test):
    with tmpfs(test, "size=16m") as place:
        fill(place, 95)
        yield


def fairly_full_tmpfs(test):
    with tmpfs(test, "size=16m") as place:
        fill(place, 85)
        yield


def full_ext4(test):
    with loop(test) as place:
        fill(place, 92)
        yield


def no_inodes(test):
    with tmpfs(test, "size=16m,nr_inodes=1000") as place:
        for n in range(950):
            (place / str(n)).touch()
        yield


def no_inodes_ext4(test):
    with loop(test) as place:
        for n in range(int(os.statvfs(place).f_files * 0.85)):
            (place / str(n)).touch()
        yield


def remounted(test):
    with loop(test) as place:
        test.bed.snapshot("host")
        time.sleep(1.1)
        run("mount", "-o", "remount,ro", place)
        yield


def forced_read_only(test):
    """As the kernel does after an error."""
    with loop(test, options="errors=remount-ro") as place:
        test.bed.snapshot("host")
        device = run("findmnt", "-no", "SOURCE", place).strip().rsplit("/", 1)[1]
        trigger = pathlib.Path(f"/sys/fs/ext4/{device}/trigger_fs_error")
        if not trigger.exists():
            raise Unseedable("this kernel cannot be asked for an error of ext4")
        time.sleep(1.1)
        trigger.write_text("rounds")
        yield


def zombies(test):
    script = "import subprocess, sys\nc = [subprocess.Popen(['true']) for _ in range(15)]\nprint('x', flush=True)\nsys.stdin.read()\nfor p in c: p.wait()"
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    time.sleep(0.5)
    yield
    process.stdin.close()
    process.wait()


def oom(test):
    group = pathlib.Path("/sys/fs/cgroup/memory/rounds-detection")
    if not group.parent.exists():
        group = pathlib.Path("/sys/fs/cgroup/rounds-detection")
    group.mkdir()
    try:
        limit = next((group / name for name in ("memory.limit_in_bytes", "memory.max") if (group / name).exists()), None)
        if limit is None:
            raise Unseedable("no control group limits memory here")
        limit.write_text(str(32 << 20))
        script = "import os\nopen('%s/cgroup.procs', 'w').write(str(os.getpid()))\nx = [bytearray(1 << 20) for _ in range(200)]\n" % group
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
        if done.returncode != -signal.SIGKILL:
            raise Unseedable(f"the kernel did not kill: {done.returncode} {done.stderr[-200:]}")
        yield
    finally:
        time.sleep(0.2)
        group.rmdir()


def busy(test):
    processes = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(2 * os.cpu_count())]
    time.sleep(6)
    yield
    for process in processes:
        process.kill()
        process.wait()


def low_listener(test):
    for port in range(7001, 7050):
        with contextlib.suppress(OSError):
            with socket.create_server(("0.0.0.0", port)):
                yield
            return
    raise Unseedable("no free port")


def overflow(test):
    """A listener that accepts nothing, and more connections than its queue takes."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        clients = []
        for _ in range(12):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(server.getsockname())
            clients.append(client)
        time.sleep(2)
        yield
        for client in clients:
            client.close()


def healthy_mounts(test):
    with tmpfs(test, "size=16m"):
        yield


def read_only_from_the_start(test):
    with loop(test) as place:
        run("umount", place)
        run("mount", "-o", "loop,ro", test.bed.dir / "image", place)
        yield


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    score = Score("host", "-v" in sys.argv)
    score.notes.append("not seeded here: " + NOT_SEEDED)
    with Bed() as bed:
        test = Test(bed, score)
        test.golden()
        place = lambda test: str(test.place)  # noqa: E731
        for name, expected, make, subject in (
                ("tmpfs full", {"host.fs.space"}, full_tmpfs, place), ("tmpfs fairly full", {"host.fs.space"}, fairly_full_tmpfs, place),
                ("ext4 full", {"host.fs.space"}, full_ext4, place), ("tmpfs without inodes", {"host.fs.inodes"}, no_inodes, place),
                ("ext4 without inodes", {"host.fs.inodes"}, no_inodes_ext4, place),
                ("remounted read-only", {"host.fs.readonly"}, remounted, place),
                ("read-only after an error", {"host.fs.readonly"}, forced_read_only, place),
                ("zombies", {"host.os.zombies"}, zombies, None), ("killed for want of memory", {"host.mem.oom"}, oom, None),
                ("all cores busy", {"host.cpu.usage"}, busy, None), ("a new port", {"host.sec.ports"}, low_listener, None),
                ("a queue of connections overflows", {"host.net.tcp"}, overflow, None),
                ("a small healthy tmpfs", set(), healthy_mounts, None), ("mounted read-only on purpose", set(), read_only_from_the_start, None)):
            if not words or any(word in name for word in words):
                test.seed(name, expected, make, subject=subject)
    sys.exit(score.finish())


if __name__ == "__main__":
    main()
