"""Acts about what is kept of people, to be killed. `acts.py` lists them."""

from __future__ import annotations

from datetime import timedelta

from privacy.retention import operations as retention
from tests.factories import coordinator_for
from tests.privacy.retaining import NOW, decided, delete_after

BECAUSE = "A mistake."


def tell_of_the_end_of_evidence():
    """The day is computed, and then its earner is told."""
    decided()
    delete_after(365)

    def tell():
        retention.follow_the_setting(now=NOW)
        retention.tell_next(now=NOW)

    return tell


def delete_evidence():
    """Of two submissions, each in a transaction of its own."""
    for _ in range(2):
        decided()
    delete_after(365)
    retention.follow_the_setting(now=NOW)
    retention.tell_next(now=NOW)

    def delete():
        while retention.delete_next(now=NOW + timedelta(days=31)):
            pass

    return delete


def hold_evidence():
    submission = decided()
    by = coordinator_for(submission.badge_class)
    return lambda: retention.hold(submission, reason=BECAUSE, by=by, now=NOW)
