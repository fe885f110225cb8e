#!/usr/bin/env python3
"""`rounds selftest` on a machine where all is well says so and leaves nothing behind, also when it is interrupted; what
goes wrong it says, and keeps the evidence."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import testbed

ONLY = {"kills": "--kills", "editors": "--edits", "stubborn": "--stubborn"}


def counts(**wanted):
    return [word for trial, option in ONLY.items() for word in (option, str(wanted.get(trial, 0)))]


class Selftest(unittest.TestCase):
    def setUp(self):
        testbed.adopt_orphans()
        self.dir = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rounds-")))
        self.addCleanup(self.expect_no_process)

    def expect_no_process(self):
        testbed.reap_strays()
        self.assertEqual(testbed.descendants(), [])

    def command(self, *args):
        return [testbed.rounds_binary(), "selftest", *args, "--store", str(self.dir / "rounds.db")]

    def start(self, *args):
        return subprocess.Popen(self.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)

    def finish(self, process):
        out, err = process.communicate(timeout=180)
        self.expect_no_process()
        return process.returncode, out, err

    def run_json(self, *args):
        status, out, err = self.finish(self.start("--json", *args))
        self.assertEqual(err, "")
        return status, json.loads(out)

    def private_folder(self):
        return next(self.dir.glob("rounds-selftest-*"), None)

    def test_all_is_well_and_nothing_is_left(self):
        subprocess.run([testbed.rounds_binary(), "add", "mine", "--every", "1h", "--command", "exit 1", "--store",
                        self.dir / "rounds.db"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = {path: path.stat().st_mtime_ns for path in self.dir.rglob("*")}
        status, out, err = self.finish(self.start(*counts(kills=8, editors=40, stubborn=5)))
        self.assertEqual((status, err), (0, ""), out)
        self.assertIn("\nok: ", out)
        self.assertEqual({path: path.stat().st_mtime_ns for path in self.dir.rglob("*")}, before)

    def test_programs_read_the_same_as_json(self):
        status, told = self.run_json("--seed", "7", *counts(editors=10))
        self.assertEqual((status, told["schema"], told["seed"], told["ok"]), (0, 1, 7, True))
        (trial,) = told["trials"]
        self.assertEqual({key: trial[key] for key in ("trial", "ok", "done", "refused", "untrue", "lost", "problems")},
                         {"trial": "editors", "ok": True, "done": 10, "refused": 0, "untrue": 0, "lost": 0,
                          "problems": []})

    def test_the_folder_is_kept_on_request(self):
        status, told = self.run_json("--keep", *counts(stubborn=1))
        self.assertEqual((status, told["folder"]), (0, str(self.private_folder())))
        self.assertTrue((self.private_folder() / "stubborn" / "rounds.db").exists())

    def interrupted_by(self, number):
        process = self.start(*counts(kills=1000))
        testbed.wait_until(lambda: self.private_folder() and any(self.private_folder().glob("kills/witness")), 30)
        testbed.wait_until(lambda: (self.private_folder() / "kills" / "witness").read_text().count("START") > 3, 30)
        os.kill(process.pid, number)
        status, _, _ = self.finish(process)
        self.assertEqual(list(self.dir.iterdir()), [])
        return status

    def test_an_interrupt_cleans_up(self):
        self.assertEqual(self.interrupted_by(signal.SIGINT), 130)

    def test_a_termination_cleans_up(self):
        self.assertEqual(self.interrupted_by(signal.SIGTERM), 143)

    def test_nothing_goes_on_when_the_test_itself_is_killed(self):
        process = self.start(*counts(editors=100_000))
        testbed.wait_until(lambda: self.private_folder() and any(self.private_folder().glob("editors/commands.log")), 30)
        process.kill()
        process.communicate()
        testbed.wait_until(self.no_process_left, 60)

    def no_process_left(self):
        testbed.reap_strays()
        return not testbed.descendants()

    def executed_again(self):
        """Runs a job of the test once more behind the back of rounds, as soon as one has run; returns its number."""
        witness = self.private_folder() / "kills" / "witness"
        _, run, attempt, _, job, due, _ = testbed.wait_until(
            lambda: witness.exists() and witness.read_text().endswith("\n") and witness.read_text().splitlines()[0].split(),
            30)
        part = pathlib.Path(testbed.rounds_binary()).parent / "libexec" / "rounds" / "selftest"
        subprocess.run([part, "witness", witness, "0", "1"], stdout=subprocess.DEVNULL, check=False,
                       env={"ROUNDS_RUN_ID": run, "ROUNDS_ATTEMPT": attempt, "ROUNDS_JOB": job, "ROUNDS_DUE": due})
        return run

    def test_a_run_that_executes_twice_is_found_and_the_evidence_kept(self):
        process = self.start(*counts(kills=4))
        testbed.wait_until(self.private_folder, 30)
        run = self.executed_again()
        status, out, _ = self.finish(process)
        self.assertEqual(status, 1)
        self.assertIn(f"kills: double: run {run} executed 2 times\n", out)
        self.assertIn(f"failed: kills did not hold. The evidence is in {self.private_folder()}\n", out)
        self.assertIn(f"run {run} executed 2 times", (self.private_folder() / "problems.txt").read_text())

    def test_a_scheduler_that_dies_of_itself_is_found(self):
        process = self.start("--json", *counts(editors=400))
        testbed.wait_until(lambda: self.private_folder() and any(self.private_folder().glob("editors/commands.log")), 30)
        log = (self.private_folder() / "editors" / "loop.log").read_text()
        os.kill(int(re.search(r"ready: pid (\d+)", log)[1]), signal.SIGKILL)
        status, out, _ = self.finish(process)
        (trial,) = json.loads(out)["trials"]
        self.assertEqual((status, trial["ok"]), (1, False))
        self.assertEqual(trial["problems"], ["the scheduler did not begin to listen, see loop.log"])
        self.assertTrue((self.private_folder() / "editors" / "loop.log").read_text().startswith(log))


if __name__ == "__main__":
    unittest.main()
