"""Numbers for Prometheus: what is due, for how long, and whether the worker reports.

They are read from the database with each scrape, so every web process gives the same answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from audit.models import UnwantedFile
from awarding.models import AwardList
from badgeproject.health import HEARTBEAT_KEY
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing.models import Decision
from rewards.models import DrandRound, Drawing

# The rows that each task works off, and since when the oldest of them is due.
QUEUES: dict[str, tuple[Callable[[datetime], QuerySet], str]] = {
    "awards": (lambda now: Assertion.objects.due(now=now), "due_at"),
    "emails": (lambda now: OutgoingEmail.objects.due(now=now), "due_at"),
    "decisions": (lambda now: Decision.objects.due(now=now), "takes_effect_at"),
    "award_lists": (lambda now: AwardList.objects.in_work(), "made_at"),
    "drawings": (lambda now: Drawing.objects.due_to_close(now=now), "rules__closes_at"),
    "drand_rounds": (lambda now: DrandRound.objects.due(now=now), "due_at"),
    "unwanted_files": (lambda now: UnwantedFile.objects.due(now=now), "due_at"),
}


@never_cache
@require_safe
def metrics(request):
    """For programs that send METRICS_TOKEN. Without it, the page does not exist."""
    if not settings.METRICS_TOKEN or not constant_time_compare(
        request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    ):
        raise Http404
    registry = CollectorRegistry()
    registry.register(DueRows())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class DueRows(Collector):
    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing is read when it is registered."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        due = GaugeMetricFamily("badges_due_rows", "Rows that are due", labels=["queue"])
        age = GaugeMetricFamily(
            "badges_oldest_due_seconds", "How long the oldest row has been due", labels=["queue"]
        )
        for name, (rows, field) in QUEUES.items():
            found = rows(now).order_by().aggregate(number=Count("pk"), since=Min(field))
            due.add_metric([name], found["number"])
            waited = (now - found["since"]).total_seconds() if found["since"] else 0
            age.add_metric([name], max(waited, 0))
        yield due
        yield age
        refused = OutgoingEmail.objects.refused().count()
        yield GaugeMetricFamily(
            "badges_refused_emails", "Emails that were refused for good", value=refused
        )
        last = cache.get(HEARTBEAT_KEY)
        yield GaugeMetricFamily(
            "badges_worker_silence_seconds",
            "Since when no worker has reported; -1 if none ever has",
            value=-1 if last is None else max(time.time() - last, 0),
        )
