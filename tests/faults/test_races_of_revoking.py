"""Revoking an award, and everything that signs or grants it again, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.operations import save_profile
from audit.moves import TransitionNotAllowed
from editing.forms import Edit
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, SignedCredential
from issuing.states import AwardStatus, GrantSource
from mail.models import OutgoingEmail
from tests.factories import (
    BadgeFactory,
    UserFactory,
    coordinator_for,
)
from tests.faults.moves import fresh
from tests.issuing.awards import is_marked_revoked, issued_award
from tests.races import at_once, meanwhile

BECAUSE = "A mistake."
YEAR = timedelta(days=365)

pytestmark = pytest.mark.django_db(transaction=True)


def renewable_award():
    badge = BadgeFactory(valid_months=12, renewable=True, renewal_days_before=60)
    return issued_award(badge_class=badge, now=timezone.now() - YEAR + timedelta(days=30))


def revoke(award):
    changes.revoke(fresh(award), by=coordinator_for(award.badge_class), reason=BECAUSE)


def grant_again(award):
    grant = Grant(award.recipient, award.version, GrantSource.LIST, key="again")
    return grant_all([grant], by=None)[0]


@pytest.mark.parametrize("first", ["revoke", "renew"])
def test_an_award_that_is_revoked_and_renewed_at_once_leaves_one_in_force(first):
    award = renewable_award()
    acts = [lambda: revoke(award), lambda: grant_again(award)]
    one, other = acts if first == "revoke" else reversed(acts)

    with meanwhile(other):
        one()
    issue_batch(now=timezone.now())

    renewal = Assertion.objects.exclude(pk=award.pk).get()
    assert fresh(award).status == AwardStatus.REVOKED
    assert is_marked_revoked(fresh(award))
    assert not is_marked_revoked(renewal)
    assert list(Assertion.objects.active()) == [renewal]
    assert renewal.renews_id == (None if first == "revoke" else award.pk)
    assert set(SignedCredential.objects.values_list("assertion", flat=True)) == {renewal.pk}


@pytest.mark.parametrize("first", ["revoke", "renew"])
def test_a_renewal_that_is_revoked_while_a_third_award_is_granted(first):
    award = renewable_award()
    renewal = grant_again(award).assertion
    issue_batch(now=timezone.now())

    def grant():
        again = Grant(award.recipient, award.version, GrantSource.LIST, key="third")
        return grant_all([again], by=None)

    acts = [lambda: revoke(renewal), grant]
    one, other = acts if first == "revoke" else reversed(acts)
    with meanwhile(other):
        one()

    assert Assertion.objects.active().filter(recipient=award.recipient).count() == 1
    assert fresh(renewal).status == AwardStatus.REVOKED


def share(award):
    changes.share(fresh(award), shows_name=True, items=[])


def sign_late(award):
    credentials.sign_due(now=timezone.now())


def say_name(award):
    save_profile(fresh(award.recipient), edit=Edit({"name": "Rosa", "language": "en"}))


def accept(award):
    endorsing.accept(award.endorsements.get(), by=award.recipient)


AGAIN = (share, sign_late, say_name, accept, revoke)


def nameless_award():
    person = UserFactory(name="", joined_at=None, invited_at=timezone.now())
    award = issued_award(earner=person)
    changes.share(award, shows_name=True, items=[])
    endorsing.offer(
        award, by=UserFactory(), name="Alder", url="https://alder.example", about="A university.",
        comment="Good.",
    )  # fmt: skip
    SignedCredential.objects.filter(assertion=award).delete()
    return award


@pytest.mark.long
@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize("turn", ["first", "last", "at once"])
def test_a_revoked_badge_is_not_signed_again(again, turn):
    award = nameless_award()
    acts = [lambda: revoke(award), lambda: again(award)]

    if turn == "at once":
        outcomes = at_once(*acts)
    else:
        outcomes = []
        for act in acts if turn == "first" else reversed(acts):
            outcomes += at_once(act)

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, TransitionNotAllowed) for each in refused), outcomes
    assert fresh(award).status == AwardStatus.REVOKED
    assert is_marked_revoked(fresh(award))
    assert not SignedCredential.objects.filter(assertion=award).exists()
    assert OutgoingEmail.objects.filter(kind="badge_revoked").count() == 1
