"""Awards for tests, created with the real operations."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement, StatusList
from issuing.status_lists import operations as status_lists
from openbadges.bitstrings import is_set
from submissions.models import EvidenceItem
from tests.factories import BadgeFactory, UserFactory, approved_submission, coordinator_for


def waiting_award(hours: int = 48, **kwargs) -> Assertion:
    kwargs.setdefault("badge_class", BadgeFactory(waiting_hours=hours))
    return Assertion.objects.get(submission=approved_submission(**kwargs))


def issued_award(now=None, **kwargs) -> Assertion:
    submission = approved_submission(now=now, **kwargs)
    issue_batch(now=now or timezone.now())
    return Assertion.objects.get(submission=submission)


def revoked_award(reason: str = "The evidence was somebody else’s.", **kwargs) -> Assertion:
    award = issued_award(**kwargs)
    changes.revoke(award, by=coordinator_for(award.badge_class), reason=reason)
    return award


def expired_award(**kwargs) -> Assertion:
    award = issued_award(now=timezone.now() - timedelta(days=400), **kwargs)
    Assertion.objects.filter(pk=award.pk).update(expires=timezone.now() - timedelta(days=1))
    award.refresh_from_db()
    return award


def offered_endorsement(target, *, by=None) -> Endorsement:
    """An endorsement of an award, a badge or an issuer that waits for the answer."""
    return endorsing.offer(
        target,
        by=by or UserFactory(),
        name="Alder University",
        url="https://alder.example",
        about="A university.",
        comment="We count it as a unit.",
    )


def due_awards(number: int) -> list[Assertion]:
    badge = BadgeFactory()
    people = User.objects.bulk_create(
        User(email=f"earner{n}@school.example", name=f"Earner {n}", password="!")
        for n in range(number)
    )
    now = timezone.now()
    awards = [
        Assertion(
            recipient=person,
            badge_class=badge,
            version=badge.current_version,
            recipient_name=person.name,
            recipient_email=person.email,
            due_at=now,
        )
        for person in people
    ]
    with transaction.atomic():
        status_lists.assign_places(awards, now=now)
        return Assertion.objects.bulk_create(awards)


def evidence_of(award: Assertion) -> list[EvidenceItem]:
    return list(EvidenceItem.objects.filter(attempt__submission=award.submission))


def signed(award: Assertion) -> credentials.ServedCredential:
    return credentials.signed(award.public_id)


def document(award: Assertion) -> dict:
    """The signed credential as JSON."""
    return json.loads(signed(award).json)


def is_marked_revoked(award: Assertion) -> bool:
    """Does the served status list mark the award as revoked?"""
    status_list = json.loads(StatusList.objects.get(pk=award.status_list_id).signed)
    return is_set(status_list["credentialSubject"]["encodedList"], award.status_index)


def fetch(client, address: str, **headers):
    """The response to software that requests a local URL."""
    path = address.removeprefix("http://localhost:8000")
    assert path.startswith("/"), address
    headers = {"Accept": "application/ld+json, application/json"} | headers
    return client.get(path, headers=headers)


def fetch_document(client, address: str) -> dict:
    answer = fetch(client, address)
    assert answer.status_code == 200, (address, answer.status_code)
    return json.loads(answer.content)
