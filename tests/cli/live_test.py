#!/usr/bin/env python3
"""Commands that wait and follow, beside a scheduler that works."""

import json
import subprocess
import unittest

import testbed


def job(name, command, more=""):
    return f'[job.{name}]\ntrigger = {{ at = 2099-01-01T00:00:00Z }}\ncommand = """{command}"""\n{more}\n'


class WithScheduler(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.gate = self.bed.dir / "gate"

    def begin(self, *jobs, text=None):
        self.bed.write_job(text or "".join(jobs))
        self.bed.start()

    def detach(self, name, *more):
        """Asks for a run of the job and returns its number."""
        return self.bed.must("run-now", name, "--detach", *more).strip()

    def follow(self, *args):
        """Starts a command whose output is read beside it."""
        return subprocess.Popen(self.bed.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def held(self):
        """A command that goes on until the gate is opened."""
        return f"mkfifo -m 600 {self.gate} 2>/dev/null; echo waiting; read line < {self.gate}"

    def open_gate(self):
        testbed.wait_until(self.gate.exists)
        with open(self.gate, "w", encoding="utf-8") as gate:  # blocks until the job reads
            gate.write("go\n")


class Wait(WithScheduler):
    def test_ends_with_the_status_of_the_run(self):
        self.begin(job("slow", self.held() + "; exit 3"))
        run = self.detach("slow")
        waiting = self.follow("wait", run)
        self.open_gate()
        out, err = waiting.communicate(timeout=30)
        self.assertEqual((waiting.returncode, out.decode()), (3, f"run {run} of slow: failed exit 3\n"), err)

    def test_goes_on_through_retries(self):
        count = self.bed.dir / "count"
        command = f"echo x >> {count}; test $(wc -l < {count}) -ge 3"
        self.begin(job("stubborn", command, 'retry = { max_attempts = 3, backoff = "constant", initial_delay = "1s" }'))
        run = self.detach("stubborn", "--retry")
        done = self.bed.rounds("wait", run, "--json", "--columns", "attempt,verdict,final")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["runs"], [{"attempt": 3, "verdict": "succeeded", "final": True}])

    def test_without_a_scheduler_says_so_and_waits_for_one(self):
        self.begin(job("slow", self.held()))
        run = self.detach("slow")
        testbed.wait_until(self.gate.exists)
        self.bed.kill_scheduler()
        waiting = self.follow("wait", run)
        self.assertIn(b"no scheduler runs", waiting.stderr.readline())
        self.bed.start()
        self.open_gate()
        out, _ = waiting.communicate(timeout=30)
        self.assertEqual((waiting.returncode, out.decode()), (0, f"run {run} of slow: succeeded\n"))


if __name__ == "__main__":
    unittest.main()
