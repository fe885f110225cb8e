"""What tests share whose jobs write a witness file beside the ledger."""

import re
import unittest

import testbed


class WitnessedCase(unittest.TestCase):
    """A testbed, and the file to which each job of it appends what it does."""

    def setUp(self):
        self.bed = self.enterContext(testbed.Testbed())
        self.witness = self.bed.dir / "witness"
        self.witness.touch(0o600)

    def starts(self):
        return self.witness.read_text().count("START")

    def wait_for_starts(self, more):
        wanted = self.starts() + more
        testbed.wait_until(lambda: self.starts() >= wanted, 20)

    def wait_for_word(self, pattern, since=0):
        return testbed.wait_until(lambda: re.search(pattern, self.bed.log_text()[since:]), 20)
