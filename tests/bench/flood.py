"""`yes` for 20 s: how much disk its output takes, how much memory we do, and whether the job was held up."""

import subprocess
import sys
import time

import testbed
import workbench

SECONDS = 20
CAP = 1 << 20


def blocks(path):
    return path.stat().st_blocks * 512


def bare(folder, seconds):
    """Bytes that `yes` writes to a file in that time, without us."""
    file = folder / "bare"
    with open(file, "wb") as out:
        process = subprocess.Popen(["yes"], stdout=out)
        time.sleep(seconds)
        process.kill()
        process.wait()
    size = file.stat().st_size
    file.unlink()
    return size


def main():
    with workbench.Workbench() as bed:
        short = bare(bed.dir, 0.3)
        full_rate = bare(bed.dir, 2) / 2
        bed.write_job(f'[job.floods]\ntrigger = {{ on = "start" }}\nexec = ["yes"]\ntimeout = "{SECONDS}s"\n')
        bed.start()
        keeper = bed.keepers()[0]
        output = testbed.wait_until(lambda: next(bed.spool.glob("*.out"), None))
        end = time.monotonic() + SECONDS - 1
        most, memory = 0, []
        while time.monotonic() < end:
            most = max(most, blocks(output))
            memory.append(workbench.proc_status(bed.scheduler.pid, "VmRSS") + workbench.proc_status(keeper, "VmRSS"))
            time.sleep(0.02)
        run = bed.wait_for_runs("floods", seconds=60)[0]
        left = sum(blocks(path) for path in bed.spool.glob("*.out"))
        bed.stop()
    rate = run["output_bytes"] / SECONDS
    disk = most <= CAP + short
    kept = left <= CAP
    flat = memory[-1] - memory[len(memory) // 10] <= 512
    print(f"most on disk   {most / 1e6:8.1f} MB   (at most 1 MiB and what bare yes writes in 0.3 s: {(CAP + short) / 1e6:.1f} MB)   "
          f"{workbench.verdict(disk)}")
    print(f"kept           {left / 1024:8.1f} KiB  (at most 1024)   {workbench.verdict(kept)}")
    print(f"memory         {memory[len(memory) // 10] / 1024:.1f} MB at first, {memory[-1] / 1024:.1f} MB at last   {workbench.verdict(flat)}")
    print(f"written        {rate / 1e6:8.1f} MB/s, bare yes {full_rate / 1e6:.1f} MB/s")
    return 0 if disk and kept and flat else 1


if __name__ == "__main__":
    sys.exit(main())
