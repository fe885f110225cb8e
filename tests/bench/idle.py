"""100,000 jobs, none due: memory of the two processes, and whether either wakes up."""

import sys
import time

import workbench

COUNT = 100_000
SECONDS = 30
SCHEDULER_KIB, KEEPER_KIB = 16 * 1024, 4 * 1024


def main():
    with workbench.Workbench() as bed:
        begin = time.monotonic()
        bed.add_jobs(f'[job.idle-{n}]\ntrigger = {{ cron = "0 3 1 1 *" }}\ncommand = "true"\n' for n in range(COUNT))
        print(f"added      {COUNT} jobs in {time.monotonic() - begin:.1f} s", flush=True)
        bed.start()
        pids = {"scheduler": bed.scheduler.pid, "keeper": bed.keepers()[0]}
        time.sleep(3)
        before = {name: workbench.proc_status(pid, "voluntary_ctxt_switches") for name, pid in pids.items()}
        time.sleep(SECONDS)
        ok = True
        for name, pid in pids.items():
            size, limit = workbench.proc_status(pid, "VmRSS"), {"scheduler": SCHEDULER_KIB, "keeper": KEEPER_KIB}[name]
            wakes = workbench.proc_status(pid, "voluntary_ctxt_switches") - before[name]
            good = size <= limit and wakes == 0
            ok = ok and good
            print(f"{name:10} {size / 1024:5.1f} MB resident (at most {limit // 1024}), "
                  f"{wakes} wake-ups in {SECONDS} s   {workbench.verdict(good)}")
        bed.stop()
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
