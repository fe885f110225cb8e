"""The Celery application of celery.sh: COUNT entries due each minute, or one each second when COUNT is 0."""

import os
import subprocess

from celery import Celery
from celery.schedules import crontab

COUNT = int(os.environ["COUNT"])
REDIS = f"redis://127.0.0.1:{os.environ['REDIS_PORT']}"

app = Celery("celery_app", broker=f"{REDIS}/0", backend=f"{REDIS}/1")
app.conf.timezone = "UTC"
app.conf.beat_schedule = ({f"job-{n}": {"task": "stamp", "schedule": crontab()} for n in range(COUNT)}
                          or {"beat": {"task": "stamp", "schedule": 1.0}})


@app.task(name="stamp")
def stamp():
    subprocess.run([os.environ["STAMP"], os.environ["STAMPS"]], check=True)
