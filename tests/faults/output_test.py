#!/usr/bin/env python3
"""What jobs write is kept to the byte, whatever it is and however much; terminals are shown it escaped. And a job is
given three descriptors, whoever started the scheduler with whatever open."""

import hashlib
import os
import pathlib
import pty
import subprocess
import time
import unittest

import testbed

NASTY = {
    "NUL": b"before\0after\n",
    "escapes": b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b1m \x7f\n",
    "bad UTF-8": b"\xff\xfe \xc3\x28 \xed\xa0\x80 \xf5\x80\x80\x80\n",
    "carriage": b"\x08\x08over\rwritten\x0b\x0c\n",
    "every byte": bytes(range(256)),
    "no newline": b"no newline at its end",
    "empty": b"",
}


class Output(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())

    def add(self, name, command, *more):
        self.bed.must("add", name, "--every", "1d", "--command", command, *more)

    def run_once(self, name, status=0):
        """Runs it now, without a loop; returns the bytes that run-now passed on."""
        done = subprocess.run(self.bed.command("run-now", name), stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def logs(self, name):
        return subprocess.run(self.bed.command("logs", name), capture_output=True, timeout=30, check=True).stdout

    def on_terminal(self, name):
        """What `logs` writes to a terminal."""
        master, slave = pty.openpty()
        process = subprocess.Popen(self.bed.command("logs", name), stdout=slave, stdin=slave, stderr=slave,
                                   env={**os.environ, "TERM": "xterm", "PAGER": "cat"})
        os.close(slave)
        shown = b""
        try:
            while block := os.read(master, 65536):
                shown += block
        except OSError:  # the last writer has left
            pass
        os.close(master)
        self.assertEqual(process.wait(30), 0)
        return shown

    def test_every_byte_is_kept_and_given_back(self):
        for number, (what, data) in enumerate(NASTY.items()):
            with self.subTest(what):
                file = self.bed.dir / f"data-{number}"
                file.write_bytes(data)
                self.add(f"job-{number}", f"cat {file}")
                self.assertEqual(self.run_once(f"job-{number}"), data)
                self.assertEqual(self.logs(f"job-{number}"), data)
                self.assertEqual(self.bed.history(f"job-{number}")[0]["output_bytes"], len(data))

    def test_a_terminal_is_shown_no_control_character_but_newline_and_tab(self):
        file = self.bed.dir / "data"
        file.write_bytes(b"".join(NASTY.values()) + b"\ta tab\n")
        self.add("nasty", f"cat {file}")
        self.run_once("nasty")
        shown = self.on_terminal("nasty").replace(b"\r\n", b"\n")  # the terminal's own doing
        self.assertEqual(set(shown) & ({*range(32), 127} - {10, 9}), set())
        text = shown.decode()  # which is valid UTF-8
        self.assertEqual([c for c in text if 0x80 <= ord(c) < 0xA0], [], "C1 controls")
        for word in ("before", "red", "over", "a tab"):
            self.assertIn(word, text)

    def test_a_name_and_a_reason_cannot_control_a_terminal(self):
        self.add("plain", "true", "--description", "\x1b[31mred\x07")
        self.bed.must("pause", "plain", "--reason", "\x1b]0;title\x07")
        for command in (["list"], ["show", "plain"], ["next", "plain"]):
            with self.subTest(command[0]):
                done = self.bed.rounds(*command)
                self.assertEqual(set(done.stdout) & set("\x1b\x07"), set(), done.stdout)

    def test_large_output_is_whole(self):
        size = 300_000_000 if testbed.long_form() else 20_000_000
        self.add("large", f"head -c {size} /dev/zero | tr '\\0' 'x'; echo end >&2", "--output-max", "1 GiB")
        began = time.monotonic()
        passed_on = self.run_once("large")
        self.assertEqual(len(passed_on), size + 4)
        kept = self.logs("large")
        wanted = hashlib.sha256(b"x" * size + b"end\n").hexdigest()
        self.assertEqual([hashlib.sha256(data).hexdigest() for data in (passed_on, kept)], [wanted] * 2)
        self.assertLess(time.monotonic() - began, 60)

    def test_many_jobs_that_write_much_at_once_are_told_apart(self):
        size, names = 1_000_000, [f"writer-{number}" for number in range(8)]
        self.bed.must("add", "-f", "-", text="".join(
            f'[job.{name}]\ntrigger = {{ on = "start" }}\noutput_max = "8 MiB"\n'
            f'command = "yes {name} | head -c {size}; yes {name} | head -c {size} >&2"\n' for name in names))
        self.bed.must("run", "--once", timeout=60)
        for name in names:
            line = f"{name}\n".encode()
            half = (line * (size // len(line) + 1))[:size]
            self.assertEqual(self.logs(name), half * 2, name)

    def test_a_job_that_never_stops_writing_is_stopped_by_its_timeout(self):
        """Also without a loop, where run-now has to read what the job writes and to end it in time."""
        self.add("endless", "exec yes", "--timeout", "1s", "--kill-grace", "1s")
        done = subprocess.run(self.bed.command("run-now", "endless"), stdout=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(done.returncode, 124)
        run = self.bed.history("endless")[0]
        self.assertEqual(run["verdict"], "timed_out")
        self.assertGreater(run["output_bytes"], 0)

    def test_text_for_programs_is_valid_whatever_a_job_wrote(self):
        file = self.bed.dir / "data"
        file.write_bytes(b"".join(NASTY.values()))
        self.add("nasty", f"cat {file}")
        self.run_once("nasty")
        shown = subprocess.run(self.bed.command("logs", "nasty", "--json"), capture_output=True, timeout=30, check=True).stdout
        testbed.json.loads(shown.decode())  # UTF-8, and JSON


class Descriptors(unittest.TestCase):
    """A job has descriptors 0, 1 and 2 and no other, and none of them is the scheduler's."""

    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        for name in ("one", "two"):
            self.bed.must("add", name, "--now", "--", "sleep", "100")

    def expect_three(self):
        def sleepers():
            """both jobs at work"""
            found = [p.pid for p in testbed.descendants() if p.name == "sleep"]
            return found if len(found) == 2 else None

        for pid in testbed.wait_until(sleepers, 20):
            place = pathlib.Path(f"/proc/{pid}/fd")
            found = {fd.name: os.readlink(fd) for fd in place.iterdir()}
            self.assertEqual(set(found), {"0", "1", "2"}, found)
            self.assertEqual(found["0"], "/dev/null")
            self.assertEqual({pathlib.Path(found[fd]).parent for fd in "12"}, {self.bed.spool})

    def launch(self, descriptors):
        """A scheduler that inherits these; as in `start`, but not closed on the way."""
        with open(self.bed.log, "ab") as log:
            self.bed.scheduler = subprocess.Popen(self.bed.command("run"), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                  pass_fds=descriptors, start_new_session=True)

    def test_of_a_plain_scheduler(self):
        self.launch([])
        self.expect_three()

    def test_of_a_scheduler_that_was_started_with_others_open(self):
        pipes = [fd for _ in range(40) for fd in os.pipe()]
        self.launch(pipes)
        self.expect_three()

    def test_of_a_scheduler_that_was_started_without_any(self):
        closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *self.bed.command("run")]
        self.bed.scheduler = subprocess.Popen(closed, start_new_session=True)
        self.expect_three()


if __name__ == "__main__":
    unittest.main()
