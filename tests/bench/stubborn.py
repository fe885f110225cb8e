"""A thousand jobs that ignore TERM, fork twice, leave their session and keep their output open are stopped at once: is
any process of theirs left one second after the grace?"""

import sys
import time

import testbed
import workbench

COUNT = 1000
BROOD = ("self", "child", "stubborn", "orphan", "session", "holder")  # `self`: the job's own process ignores TERM
GRACE = 5  # s
EACH = len(BROOD)


def main():
    with workbench.Workbench() as bed:
        (bed.dir / "config.toml").write_text(f"max_parallel = {COUNT}\npools = {{ default = {COUNT} }}\n")
        (bed.dir / "config.toml").chmod(0o600)
        bed.start("--config", bed.dir / "config.toml")
        due, pids = testbed.next_second(5), bed.dir / "pids"
        argv = [str(workbench.TREE), str(pids), *BROOD]
        bed.add_jobs(f"[job.stubborn-{job}]\ntrigger = {{ at = {testbed.utc(due)} }}\nexec = {argv!r}\nkill_grace = '{GRACE}s'\n"
                     for job in range(COUNT))
        testbed.wait_until(lambda: pids.exists() and len(pids.read_text().split()) == COUNT * EACH, 120, 0.2)
        began = time.monotonic()
        bed.must("stop", *(f"stubborn-{job}" for job in range(COUNT)), timeout=60)
        asked = time.monotonic()
        time.sleep(GRACE + 1)  # that is the question
        alive = {p.pid for p in testbed.processes().values() if p.state not in "ZX"} & set(map(int, pids.read_text().split()))
        testbed.wait_until(lambda: bed.status()["runs"]["running"] == 0, 30)
        verdicts = [run["verdict"] for run in bed.history("-n", "100000")]
        stopped = bed.stop() == 0
    ok = not alive and verdicts == ["killed"] * COUNT and stopped
    print(f"jobs     {COUNT}, {COUNT * EACH} processes, all asked to stop within {asked - began:.1f} s")
    print(f"left     {len(alive)} one second after the grace of {GRACE} s; {verdicts.count('killed')} runs killed   {workbench.verdict(ok)}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
