"""How long `simulate` takes over a year of 1,000 jobs with an outage and both clock changes."""

import json
import sys
import time

import workbench

LIMIT_S = 15


def crontab():
    """10 jobs a minute, 90 hourly, 900 daily."""
    yield from ("* * * * *" for _ in range(10))
    yield from (f"{n % 60} * * * *" for n in range(90))
    yield from (f"{n % 60} {n % 24} * * *" for n in range(900))


def main():
    with workbench.Workbench() as bed:
        bed.write_job("".join(f'[job.job-{n:04}]\ncommand = "true"\ntimezone = "Europe/Berlin"\n'
                              f'trigger = {{ cron = "{cron}" }}\n' for n, cron in enumerate(crontab())))
        begin = time.perf_counter()
        said = bed.must("simulate", "--from", "2026-01-01", "--to", "2027-01-01",
                        "--down", "2026-03-28..2026-03-30", "--json", timeout=300)
        took = time.perf_counter() - begin
    starts = sum(job["starts"] for job in json.loads(said)["jobs"])
    print(f"{starts} starts in {took:.1f} s   (at most {LIMIT_S}) {workbench.verdict(took <= LIMIT_S)}")
    return 0 if took <= LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
