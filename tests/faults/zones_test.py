#!/usr/bin/env python3
"""The zone database is updated under a running loop: the loop starts its own program anew, and nothing else changes but
the dues that other rules put elsewhere."""

import os
import pathlib
import shutil
import subprocess
import unittest

import testbed

SYSTEM = pathlib.Path("/usr/share/zoneinfo")


def sql(bed, query):
    return subprocess.run(["sqlite3", "-cmd", ".timeout 5000", f"file:{bed.store}?mode=ro", query], capture_output=True,
                          text=True, check=True).stdout.split("\n")[:-1]


@unittest.skipUnless((SYSTEM / "Europe/Berlin").exists(), "this machine has no zone database")
class Zones(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.folder = self.bed.dir / "zoneinfo"
        (self.folder / "Europe").mkdir(parents=True)
        shutil.copy(SYSTEM / "Etc/UTC", self.folder / "UTC")
        self.install("Europe/Berlin", "2026a")
        os.environ["TZDIR"] = str(self.folder)
        self.addCleanup(os.environ.pop, "TZDIR")
        self.bed.write_job('[job.daily]\ncommand = "true"\ntimezone = "Europe/Test"\ntrigger = { cron = "30 12 * * *" }\n'
                           '[job.steady]\ncommand = "true"\ntrigger = { every = "10h" }\n'
                           '[job.once]\ncommand = "true"\ntrigger = { on = "start" }\n'
                           '[job.long]\ncommand = "sleep 1000"\ntrigger = { on = "start" }\n')
        self.bed.start()
        testbed.wait_until(lambda: self.phase("long") == "running", 10)

    def install(self, zone, version):
        """As packages do it: each file aside, then renamed."""
        for source, name in [(SYSTEM / zone, "Europe/Test"), (None, "tzdata.zi")]:
            aside = self.folder / "aside"
            aside.write_bytes(source.read_bytes() if source else f"# version {version}\n".encode())
            aside.rename(self.folder / name)

    def phase(self, job):
        runs = self.bed.history(job)
        return runs[-1]["phase"] if runs else None

    def events(self):
        return [line.split("|") for line in sql(self.bed, "SELECT kind, job FROM event ORDER BY id")]

    def test_an_update_moves_the_dues_and_nothing_else(self):
        before, status = self.bed.jobs(), self.bed.status()
        self.install("America/New_York", "2026b")
        testbed.wait_until(lambda: ["due_moved", "daily"] in self.events(), 20)
        testbed.wait_until(lambda: self.bed.status().get("running"), 10)
        after = self.bed.jobs()
        self.assertNotEqual(after["daily"]["next_due"], before["daily"]["next_due"])
        self.assertIn(after["daily"]["next_due"][11:], ("16:30:00Z", "17:30:00Z"), "12:30 in New York")
        self.assertEqual(after["steady"]["next_due"], before["steady"]["next_due"], "elapsed time has no zone")
        self.assertEqual(self.bed.status()["scheduler_pid"], status["scheduler_pid"])
        self.assertEqual(self.bed.scheduler.poll(), None)
        self.assertEqual(len(self.bed.history("once")), 1, "no start of the loop for its jobs")
        self.assertEqual(self.events().count(["loop_started", ""]), 1)

        self.bed.must("stop", "long")
        run = testbed.wait_until(lambda: next((r for r in self.bed.history("long") if r["final"]), None), 20)
        self.assertEqual((run["verdict"], run["reason"]), ("killed", "stopped"), "its old keeper still tells of it")
        self.assertEqual(self.bed.stop(), 0)

    def test_other_files_there_change_nothing(self):
        (self.folder / "leapseconds").write_text("#\n")
        self.bed.scheduler.send_signal(1)
        self.install("Europe/Berlin", "2026a")
        testbed.wait_until(lambda: self.bed.history("once"), 10)
        self.assertEqual(self.bed.stop(10) if self.bed.rounds("stop", "long") else None, 0)
        self.assertNotIn("zones_updated", [kind for kind, _ in self.events()])


if __name__ == "__main__":
    unittest.main()
