#!/usr/bin/env python3
"""The judge of the kill test finds what it is there to find."""

import unittest

import account

SECOND = 1_000_000_000
FIRST = account.seconds("2026-01-01T00:00:01Z")


def row(run, second=1, **changes):
    due = f"2026-01-01T00:00:{second:02}Z"
    base = {"run": run, "job": "a", "due": due, "last_due": due, "count": 1, "attempt": 1, "phase": "ended",
            "verdict": "succeeded", "final": True, "reason": None, "exit_code": 0, "signal": None, "output_bytes": 5,
            "finished_at": "2026-01-01T00:00:30.000Z"}
    return base | changes


def execution(run, second=1, attempt=1, end=(0, 0, 5), parent=7):
    at = (FIRST - 1 + second) * SECOND
    due = f"2026-01-01T00:00:{second:02}Z"
    return account.Execution(run, attempt, parent, "a", due, at, end and account.End(*end, at + SECOND // 2))


class Judge(unittest.TestCase):
    def judge(self, runs, executions, keepers=(), last=1):
        return account.judge(runs, executions, list(keepers), FIRST, FIRST - 1 + last)

    def expect(self, kind, *args, **more):
        verdicts = self.judge(*args, **more)
        self.assertTrue(getattr(verdicts, kind), f"no {kind} found")

    def test_a_true_ledger_has_nothing_wrong(self):
        runs = [row(1), row(2, 2, verdict="missed", count=3, last_due="2026-01-01T00:00:04Z", attempt=0),
                row(3, 5, verdict="failed", exit_code=9, final=False),
                row(4, 5, verdict="killed", exit_code=None, signal=15, attempt=2)]
        executions = [execution(1), execution(3, 5, end=(9, 0, 5)), execution(4, 6, 2, end=(0, 15, 5))]
        executions[2] = executions[2]._replace(due=executions[1].due)
        self.assertEqual(self.judge(runs, executions, last=5).all(), [])

    def test_a_second_without_a_verdict_is_lost(self):
        self.expect("lost", [row(1), row(3, 3)], [execution(1), execution(3, 3)], last=3)

    def test_a_tail_without_a_verdict_is_lost(self):
        self.expect("lost", [row(1)], [execution(1)], last=2)

    def test_an_open_run_is_lost(self):
        self.expect("lost", [row(1, phase="running", verdict=None, final=False)], [execution(1)])

    def test_an_execution_without_a_row_is_lost(self):
        self.expect("lost", [row(1)], [execution(1), execution(2)])

    def test_a_run_that_executes_twice_is_double(self):
        self.expect("double", [row(1)], [execution(1), execution(1)])

    def test_an_occurrence_with_two_runs_is_double(self):
        self.expect("double", [row(1), row(2, final=False)], [execution(1), execution(2)])

    def test_a_due_with_two_verdicts_is_double(self):
        self.expect("double", [row(1), row(2, verdict="missed")], [execution(1)])

    def test_an_attempt_beside_the_one_before_is_double(self):
        self.expect("double", [row(1, final=False), row(2, attempt=2)], [execution(1), execution(2, attempt=2)])

    def test_another_exit_code_is_wrong(self):
        self.expect("wrong", [row(1)], [execution(1, end=(3, 0, 5))])

    def test_a_success_of_a_job_that_killed_itself_is_wrong(self):
        self.expect("wrong", [row(1)], [execution(1, end=(0, 9, 5))])

    def test_a_success_that_never_came_to_its_end_is_wrong(self):
        self.expect("wrong", [row(1)], [execution(1, end=None)])

    def test_a_timeout_before_its_time_is_wrong(self):
        self.expect("wrong", [row(1, verdict="timed_out")], [execution(1)])

    def test_lost_output_is_wrong(self):
        self.expect("wrong", [row(1, output_bytes=4)], [execution(1)])

    def test_a_success_that_never_began_is_wrong(self):
        self.expect("wrong", [row(1)], [])

    def test_a_missed_run_that_executed_is_wrong(self):
        self.expect("wrong", [row(1, verdict="missed")], [execution(1)])

    def test_unknown_wants_two_deaths(self):
        runs, executions = [row(1, verdict="unknown", exit_code=None)], [execution(1)]
        both = account.Keeper(7, 6, FIRST * SECOND, FIRST * SECOND)
        self.assertEqual(self.judge(runs, executions, [both]).all(), [])
        self.expect("wrong", runs, executions)
        self.expect("wrong", runs, executions, [both._replace(maker_killed_ns=0), account.Keeper(8, 6, 1, 1)])
        self.expect("wrong", runs, executions, [both._replace(killed_ns=(FIRST + 60) * SECOND)])
        later = account.Keeper(7, 6, (FIRST + 60) * SECOND, (FIRST + 60) * SECOND, (FIRST + 50) * SECOND)
        self.assertEqual(self.judge(runs, executions, [both, later]).all(), [], "another bearer of that id")
        self.expect("wrong", runs, executions, [both._replace(maker_killed_ns=0), later._replace(killed_ns=1, maker_killed_ns=0)])


if __name__ == "__main__":
    unittest.main()
