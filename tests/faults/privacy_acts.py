"""Acts about what is kept of people, to be killed. `acts.py` lists them."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Membership, User
from privacy import operations as privacy
from privacy.closing import operations as closing
from privacy.models import PrivacyRequest
from privacy.retention import operations as retention
from tests.factories import AgencyFactory, AssignmentFactory, MembershipFactory, coordinator_for
from tests.privacy.retaining import NOW, decided, delete_after, with_badge

BECAUSE = "A mistake."


def tell_of_the_end_of_evidence():
    """The day is computed, and then its earner is informed."""
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


def root_coordinator() -> User:
    return MembershipFactory(agency=AgencyFactory(), role=Membership.Role.COORDINATOR).user


def erase_a_person():
    """With a badge and evidence; done once, also if it is pressed again."""
    submission = decided()
    with_badge(submission)
    by = root_coordinator()

    def erase():
        person = User.objects.get(pk=submission.earner_id)
        if not privacy.is_erased(person):
            privacy.erase(person, by=by)

    return erase


def refuse_an_erasure():
    person = AssignmentFactory().submission.earner
    asked, by = privacy.ask(person, by=person), root_coordinator()

    def refuse():
        request = PrivacyRequest.objects.get(pk=asked.pk)
        if request.is_waiting:
            privacy.refuse(request, reason=BECAUSE, by=by)

    return refuse


def ask_to_close_an_account():
    """Of a reviewer, who has claimed a review."""
    reviewer = AssignmentFactory().reviewer
    return lambda: closing.ask(reviewer, keeps_badges=True, now=NOW)


def close_an_account():
    submission = decided()
    with_badge(submission)
    closing.ask(submission.earner, keeps_badges=True, now=NOW)
    return lambda: closing.end_next(now=NOW + timedelta(days=15))
