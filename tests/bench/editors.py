"""Fifty commands that edit at once, while fifty runs a second go on: how long does one take?"""

import sys
import time

import crowd
import workbench

EDITORS = 50
EDITS = 20_000
LIMIT = 300  # ms


def main():
    with workbench.Workbench() as bed:
        began = time.monotonic()
        editors = crowd.work(bed, EDITORS, EDITS)
        seconds = time.monotonic() - began
        untrue = crowd.untrue(bed, editors)
        bed.stop()
    took = [ms for editor in editors for ms in editor.took]
    failed = [failure for editor in editors for failure in editor.failed]
    p99 = workbench.quantile(took, 0.99)
    ok = not failed and not untrue and p99 <= LIMIT
    print(f"edits    {len(took)} by {EDITORS} at once, {len(took) / seconds:.0f} a second")
    print(f"failed   {len(failed)}, {len(untrue)} untrue")
    print(f"took     {workbench.summary(took)}")
    print(f"limit    p99 of {LIMIT} ms   {workbench.verdict(ok)}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
