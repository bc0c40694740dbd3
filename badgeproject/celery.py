"""The Celery app. Tasks only process due rows; no information is only in the broker."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeproject.settings")

app = Celery("badgeproject")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["badgeproject"], related_name="health")


@worker_process_init.connect
def collect_garbage_less_often(**kwargs) -> None:
    """Batches create about 100,000 objects that live as long as the batch, without cycles.

    With Python's default thresholds, a sixth of a bulk award's time was garbage collection.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
