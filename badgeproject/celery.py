"""The worker. It only works off rows that are due; nothing exists in the broker alone."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeproject.settings")

app = Celery("badgeproject")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["badgeproject"], related_name="health")
