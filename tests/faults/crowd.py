"""Many editors at once: each adds, pauses, changes, resumes and removes jobs of its own, and knows what was acknowledged."""

import os
import sqlite3
import threading
import time

RUNS = 50  # jobs that are due every second meanwhile


class Editor(threading.Thread):
    """Does so many edits, one after the other. `state` is what the store has to say in the end."""

    def __init__(self, bed, name, count):
        super().__init__()
        self.bed = bed
        self.prefix = name
        self.count = count
        self.state = {}  # job: None when removed, else (paused, exit code)
        self.took = []   # ms, of each edit
        self.failed = []

    def edits(self):
        for number in range(self.count):
            job, step = f"{self.prefix}-{number // 5}", number % 5
            if step == 0:
                yield job, (False, 1), ["add", job, "--every", "1h", "--command", "exit 1"]
            elif step == 1:
                yield job, (True, 1), ["pause", job]
            elif step == 2:
                yield job, (True, 2), ["add", job, "--every", "1h", "--command", "exit 2", "--replace"]
            elif step == 3:
                yield job, (False, 2), ["resume", job]
            else:
                yield job, None, ["remove", job, "--yes"]

    def run(self):
        for job, state, args in self.edits():
            began = time.perf_counter()
            status = self.spawn(args)
            self.took.append((time.perf_counter() - began) * 1000)
            if status == 0:
                self.state[job] = state
            else:
                self.failed.append((args, status))

    def spawn(self, args):
        argv = self.bed.command(*args)
        actions = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in range(3)]
        pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def work(bed, editors, edits):
    """Lets so many editors make so many edits together, beside the runs; returns the editors."""
    bed.must("add", "-f", "-", text="".join(f'[job.run-{n}]\ntrigger = {{ every = "1s" }}\nexec = ["true"]\n'
                                            for n in range(RUNS)))
    bed.start()
    crowd = [Editor(bed, f"e{number}", edits // editors) for number in range(editors)]
    for editor in crowd:
        editor.start()
    for editor in crowd:
        editor.join()
    return crowd


def untrue(bed, crowd):
    """Acknowledged edits that the store does not tell of, and jobs that it made up."""
    db = sqlite3.connect(f"file:{bed.store}?mode=ro", uri=True)
    found = {name: None if removed else (bool(paused), 2 if "exit 2" in definition else 1)
             for name, removed, paused, definition in db.execute(
                 "SELECT name, removed_at_ms, paused_at_ms, definition FROM job WHERE name LIKE 'e%'")}
    damage = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    db.close()
    wanted = {job: state for editor in crowd for job, state in editor.state.items()}
    return damage + [f"{job} is {found.get(job)}, acknowledged as {wanted.get(job)}"
                     for job in {*found, *wanted} if found.get(job, 0) != wanted.get(job, 0)]
