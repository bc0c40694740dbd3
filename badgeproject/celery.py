"""The worker. It only works off rows that are due; nothing exists in the broker alone."""

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
def look_for_cycles_less_often(**kwargs) -> None:
    """A batch makes some hundred thousand objects that live as long as it does, and no cycles.

    Python looks at them again and again; a sixth of the time of a bulk award went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
