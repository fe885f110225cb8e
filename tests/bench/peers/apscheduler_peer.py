#!/usr/bin/python3
"""apscheduler_peer.py burst|steady|idle memory|sqlite COUNT FOLDER: APScheduler 3 on the work that rounds is given."""

import datetime
import os
import resource
import subprocess
import sys
import time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

HERE = os.path.dirname(os.path.abspath(__file__))
STAMP = os.environ.get("STAMP", "stamp")
STAMPS = os.environ.get("STAMPS", "stamps")


def job():
    subprocess.run([STAMP, STAMPS], check=True)


def make_scheduler(store, folder):
    stores = {"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/apscheduler.db")} if store == "sqlite" else {}
    return BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(20)}, jobstores=stores,
                               job_defaults={"misfire_grace_time": 3600, "max_instances": 100})


def starts():
    return sum(1 for _ in open(STAMPS)) if os.path.exists(STAMPS) else 0


def burst(scheduler, count):
    begin = time.time()
    due = int(begin) + max(5, count // 40)
    scheduler.start()
    for n in range(count):
        when = datetime.datetime.fromtimestamp(due, tz=datetime.timezone.utc)
        scheduler.add_job("apscheduler_peer:job", "date", run_date=when, id=str(n))
    print(f"  added {count} in {time.time() - begin:.2f} s")
    while starts() < count and time.time() < due + 120:
        time.sleep(0.2)
    subprocess.run([f"{HERE}/lateness.py", STAMPS, str(due)], check=True)


def steady(scheduler, count):
    scheduler.start()
    scheduler.add_job("apscheduler_peer:job", "cron", second="*")
    time.sleep(count + 0.5)
    subprocess.run([f"{HERE}/lateness.py", STAMPS], check=True)


def idle(scheduler, count):
    begin = time.time()
    scheduler.start(paused=True)
    for n in range(count):
        scheduler.add_job("apscheduler_peer:job", "cron", month=1, day=1, hour=3, id=str(n))
    print(f"  added {count} in {time.time() - begin:.2f} s")
    scheduler.resume()
    time.sleep(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
    time.sleep(10)
    wakes = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before
    pages = int(open("/proc/self/statm").read().split()[1])
    print(f"  {pages * os.sysconf('SC_PAGESIZE') / 2**20:.1f} MB resident, {wakes / 10:.1f} wake-ups a second")


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    mode, store, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    {"burst": burst, "steady": steady, "idle": idle}[mode](make_scheduler(store, folder), count)
    os._exit(0)  # its threads would linger
