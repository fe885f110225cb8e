#!/usr/bin/env python3
"""Seeds one defect after the other into a healthy SQLite database and asks `rounds inspect` what it finds.

Run as root: sqlite_test.py [-v] [word of a seed's name]. ROUNDS names another binary. Exits with 1 below 95% of the defects
with a star, below 85% of all, or when anything is said about a healthy database."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

from inspected import TIERS, Bed, Score
from sqlite_seeds import CONTROLS, GOLDEN, SEEDS


class Test:
    """What the seeds work with: `db`, `backups` (a folder), `children` (ended after the inspection)."""

    def __init__(self, bed, score):
        self.bed, self.score, self.children = bed, score, []
        self.place = bed.dir / "place"
        self.db, self.backups = self.place / "data/shop.db", self.place / "backups"

    def make(self, wal):
        """The golden database with seven daily copies."""
        shutil.rmtree(self.place, ignore_errors=True)
        for folder in (self.place, self.db.parent, self.backups):
            folder.mkdir(mode=0o700)
        with contextlib.closing(sqlite3.connect(self.db, isolation_level=None)) as db:
            if wal:
                db.execute("PRAGMA journal_mode = WAL")
            db.executescript(GOLDEN)
        for day in range(2, 9):
            path = self.backups / f"shop-2026110{day}.db"
            self.back_up(path)
            os.utime(path, (time.time() - (8 - day) * 86400 - 60,) * 2)

    def back_up(self, path=None):
        with contextlib.closing(sqlite3.connect(self.db)) as db, contextlib.closing(sqlite3.connect(path or self.newest())) as copy:
            db.backup(copy)

    def newest(self):
        return max(self.backups.iterdir(), key=lambda path: path.stat().st_mtime)

    def declare(self, **keys):
        keys = {key: value(self) if callable(value) else value for key, value in keys.items()}
        self.bed.target("sq", **{"engine": "sqlite", "path": self.db, "backups": f"{self.backups}/*.db", **keys})

    def golden(self, wal):
        self.make(wal)
        shutil.rmtree(self.bed.dir / "store")
        (self.bed.dir / "store").mkdir()
        self.declare()
        shutil.copytree(self.place, self.bed.dir / f"golden{wal}")
        self.bed.keep()
        for tier in TIERS:
            answer = self.bed.inspect("sq", tier)
            self.score.golden(tier, answer)
        if self.score.verbose:
            print("     hints:", answer.say(answer.found("info"), "info"))
            print("     slowest:", answer.slowest())
        shutil.copytree(self.bed.dir / "store", self.bed.dir / f"store{wal}")

    def try_seed(self, seed):
        shutil.rmtree(self.place)
        shutil.copytree(self.bed.dir / f"golden{seed.wal}", self.place)
        if seed.first:
            self.bed.back()
        else:
            shutil.rmtree(self.bed.dir / "store")
            shutil.copytree(self.bed.dir / f"store{seed.wal}", self.bed.dir / "store")
        if seed.target:
            self.declare(**seed.target)
        try:
            seed.act(self)
            answer = self.bed.inspect("sq", window=86400)
        except (OSError, RuntimeError, sqlite3.Error, IndexError, ValueError, subprocess.SubprocessError) as error:
            self.score.failed(seed.name, seed.expected or {"control"}, repr(error))
            return
        finally:
            for process in self.children:
                process.kill()
                process.wait()
            self.children = []
        if seed.expected:
            self.score.defect(seed.name, answer, seed.expected, seed.allowed, seed.hint)
        else:
            self.score.must_be_silent(seed.name, answer, seed.allowed)

    def full_disk(self):
        """A small file system that the database nearly fills; its own target."""
        place = self.bed.dir / "small"
        place.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", place], capture_output=True).returncode:
            self.score.notes.append("file systems cannot be mounted here: sq.run.disk was not seeded")
            return
        try:
            shutil.copy(self.bed.dir / "goldenFalse/data/shop.db", place / "shop.db")
            with contextlib.closing(sqlite3.connect(place / "shop.db", isolation_level=None)) as db:
                db.execute("INSERT INTO scrap VALUES (1000, randomblob(4000000))")
            self.bed.target("small", engine="sqlite", path=place / "shop.db", backups=f"{self.backups}/*.db")
            for name, free, severity in (("little room for VACUUM", 5_000_000, "warning"), ("disk nearly full", 1_000_000, "critical")):
                (place / "filler").write_bytes(b"x" * (shutil.disk_usage(place).free + size_of(place / "filler") - free))
                answer = self.bed.inspect("small")
                self.score.defect(name, answer, {"sq.run.disk"})
                self.score.must(f"{name} is {severity}", f"finding {severity}" in answer.why("sq.run.disk"), answer.why("sq.run.disk"))
        finally:
            subprocess.run(["umount", place], check=True)


def size_of(path):
    return path.stat().st_size if path.exists() else 0


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    score = Score("sqlite", "-v" in sys.argv)
    with Bed() as bed:
        test = Test(bed, score)
        test.golden(True)
        test.golden(False)
        for seed in [*SEEDS, *CONTROLS]:
            if not words or any(word in seed.name for word in words):
                test.try_seed(seed)
        if not words or "disk" in words:
            test.full_disk()
    sys.exit(score.finish())


if __name__ == "__main__":
    main()
