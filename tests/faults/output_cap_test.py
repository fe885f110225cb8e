#!/usr/bin/env python3
"""Of a large output head and tail are kept, and the job never notices."""

import time
import unittest

import testbed

CAP = 1 << 20
PAGE = 4096


class OutputCap(unittest.TestCase):
    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())

    def outputs(self):
        return [path.stat() for path in self.bed.spool.glob("*.out")]

    def on_disk(self):
        return sum(info.st_blocks * 512 for info in self.outputs())

    def run_of(self, job):
        return self.bed.wait_for_runs(job, seconds=60)[0]

    def test_a_long_output_keeps_its_head_and_its_tail(self):
        self.bed.write_job('[job.counts]\ntrigger = { on = "start" }\ncommand = "seq 1 1000000"\n')
        self.bed.start()
        run = self.run_of("counts")
        self.assertEqual(run["verdict"], "succeeded")
        self.assertEqual(run["output_bytes"], sum(len(str(n)) + 1 for n in range(1, 1000001)))
        self.assertTrue(run["output_truncated"])
        self.assertLessEqual(self.on_disk(), CAP)
        text = self.bed.must("logs", run["run"])
        self.assertTrue(text.startswith("1\n2\n3\n"))
        self.assertTrue(text.endswith("\n999999\n1000000\n"))
        self.assertNotIn("\0", text)
        self.assertGreater(len(text), CAP - 2 * PAGE)

    def test_an_output_up_to_the_cap_is_whole(self):
        self.bed.write_job(f'[job.fits]\ntrigger = {{ on = "start" }}\ncommand = "head -c {CAP} /dev/zero | tr \'\\\\000\' x"\n')
        self.bed.start()
        run = self.run_of("fits")
        self.assertFalse(run["output_truncated"])
        self.assertEqual(self.bed.must("logs", run["run"]), "x" * CAP)

    def test_the_middle_is_punched_out_while_the_job_goes_on(self):
        self.bed.write_job('[job.floods]\ntrigger = { on = "start" }\nexec = ["yes"]\noutput_max = "128 KiB"\n')
        self.bed.start()
        gone = lambda: any(info.st_size > 16 * info.st_blocks * 512 for info in self.outputs())
        testbed.wait_until(gone)
        self.bed.must("stop", "floods")
        run = self.run_of("floods")
        self.assertTrue(run["output_truncated"])
        self.assertLessEqual(self.on_disk(), 128 * 1024)

    def test_a_job_that_begins_to_flood_after_a_silence_is_seen(self):
        go = self.bed.dir / "go"
        self.bed.write_job('[job.wakes]\ntrigger = { on = "start" }\noutput_max = "64 KiB"\n'
                           f'command = "echo first; while [ ! -e {go} ]; do sleep 0.05; done; exec yes"\n')
        self.bed.start()
        testbed.wait_until(lambda: any(info.st_size == 6 for info in self.outputs()))
        time.sleep(1)  # a silence: long enough for the loop to wait for the kernel's word
        go.touch()
        testbed.wait_until(lambda: any(info.st_size > 16 * info.st_blocks * 512 for info in self.outputs()))
        self.bed.must("stop", "wakes")
        self.assertTrue(self.bed.must("logs", self.run_of("wakes")["run"]).startswith("first\ny\ny\n"))

    def test_run_now_without_a_loop_keeps_the_output_small_too(self):
        self.bed.must("add", "floods", "--every", "1h", "--output-max", "128 KiB", "--", "yes")
        run = self.bed.popen("run-now", "floods")
        testbed.wait_until(lambda: any(info.st_size > 64 * info.st_blocks * 512 for info in self.outputs()))
        run.terminate()
        run.wait(30)
        self.assertTrue(self.bed.history("floods")[0]["output_truncated"])
        self.assertLessEqual(self.on_disk(), 128 * 1024)

    def test_a_job_that_truncates_its_own_output_is_marked(self):
        done = self.bed.dir / "done"
        self.bed.write_job('[job.again]\ntrigger = { on = "start" }\n'
                           f'command = "seq 1 1000; sleep 0.4; : > /dev/stdout; echo rest; sleep 0.4; touch {done}"\n')
        self.bed.start()
        testbed.wait_until(done.exists)
        run = self.run_of("again")
        self.assertTrue(run["output_truncated"])
        self.assertEqual(self.bed.must("logs", run["run"]), "rest\n")


if __name__ == "__main__":
    unittest.main()
