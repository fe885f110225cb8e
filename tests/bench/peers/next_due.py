#!/usr/bin/python3
"""What one next due costs croniter and APScheduler, for the schedules of ../due_bench.cc."""

import datetime
import time

import pytz
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

SCHEDULES = [("*/5 * * * *", "UTC"), ("30 2 * * *", "America/New_York"), ("0 8 * * 3", "Asia/Shanghai"),
             ("0 0 1 1,7 *", "Europe/London"), ("0 0 29 2 *", "UTC"), ("15 10 * * 1-5", "Australia/Lord_Howe")]


def microseconds(step, times):
    begin = time.perf_counter()
    for _ in range(times):
        step()
    return (time.perf_counter() - begin) / times * 1e6


for expression, zone in SCHEDULES:
    start = pytz.timezone(zone).localize(datetime.datetime(2026, 3, 1))
    walker = croniter(expression, start)
    trigger, due = CronTrigger.from_crontab(expression, timezone=pytz.timezone(zone)), [start]

    def advance():
        due[0] = trigger.get_next_fire_time(due[0], due[0])

    by_croniter = microseconds(lambda: walker.get_next(datetime.datetime), 300)
    by_apscheduler = microseconds(advance, 10 if "29 2" in expression else 100)
    print(f"  {expression:16} {zone:20} croniter {by_croniter:7.1f} us   APScheduler {by_apscheduler:8.1f} us")
