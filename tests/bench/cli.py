"""How long short commands take, from spawn to exit."""

import os
import sys
import time

import testbed
import workbench

JOBS = 10_000
TIMES = 200


def spawn_ms(argv):
    with open(os.devnull, "w") as null:
        actions = [(os.POSIX_SPAWN_DUP2, null.fileno(), 1)]
        begin = time.perf_counter()
        pid = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
        _, status = os.waitpid(pid, 0)
        took = (time.perf_counter() - begin) * 1000
    assert status == 0, argv
    return took


def measure(what, argv, limit):
    spawn_ms(argv)
    took = [spawn_ms(argv) for _ in range(TIMES)]
    median = workbench.quantile(took, 0.5)
    print(f"{what:32} best {min(took):6.2f}   median {median:6.2f} ms   (at most {limit}) "
          f"{workbench.verdict(median <= limit)}")
    return median <= limit


def main():
    with workbench.Workbench() as bed:
        bed.add_jobs(f'[job.job-{n:05}]\ntrigger = {{ cron = "0 3 * * *" }}\ncommand = "true"\n' for n in range(JOBS))
        twenty = bed.must("list", "job-0001?", "job-0002?", "--json").count('"name"')
        assert twenty == 20, twenty
        ok = [measure("rounds --version", [testbed.rounds_binary(), "--version"], 5),
              measure("rounds list, 20 of 10,000", bed.command("list", "job-0001?", "job-0002?"), 30)]
    return 0 if all(ok) else 1


if __name__ == "__main__":
    sys.exit(main())
