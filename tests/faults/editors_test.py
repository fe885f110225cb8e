#!/usr/bin/env python3
"""Fifty commands edit at once while fifty runs a second go on: none is told that the store is busy, each acknowledged
edit is true, and no second of any job is lost."""

import time
import unittest

import account
import crowd
import testbed

EDITORS = 50


class Editors(unittest.TestCase):
    def test_fifty_at_once_all_get_their_turn(self):
        with testbed.Testbed() as bed:
            first = int(time.time()) + 3
            editors = crowd.work(bed, EDITORS, 20_000 if testbed.long_form() else 500)
            self.assertEqual([failed for editor in editors for failed in editor.failed], [])
            last = bed.come_to_rest(*(f"run-{number}" for number in range(crowd.RUNS)))
            self.assertEqual(crowd.untrue(bed, editors), [])
            found = account.Verdicts()
            runs = bed.history()
            account.judge_occurrences(found, runs, first, last)
            self.assertEqual(found.all(), [])
            self.assertEqual({run["verdict"] for run in runs} - {"succeeded", "skipped", "coalesced"}, set())
            self.assertNotIn(" error ", bed.log_text())
            self.assertEqual(bed.stop(), 0)


if __name__ == "__main__":
    unittest.main()
