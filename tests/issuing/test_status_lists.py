"""Status lists: an index for every award, and signed lists of revoked awards."""

import json
from datetime import timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing.keys import identity
from issuing.models import Assertion, IssuerKey, SignedCredential, StatusList
from issuing.models.status_lists import PLACES
from issuing.status_lists import operations as status_lists
from openbadges import data_integrity
from tests.factories import BadgeFactory
from tests.issuing.awards import (
    document,
    fetch,
    is_marked_revoked,
    issued_award,
    revoked_award,
    waiting_award,
)

pytestmark = pytest.mark.django_db


def test_revoking_sets_only_the_bit_of_this_award():
    badge_class = BadgeFactory()
    valid = issued_award(badge_class=badge_class)
    before = is_marked_revoked(valid)

    revoked = revoked_award(badge_class=badge_class)

    assert (before, is_marked_revoked(valid), is_marked_revoked(revoked)) == (False, False, True)
    assert valid.status_list == revoked.status_list


def test_a_status_list_is_signed_by_its_issuer_and_has_an_expiry_date(client):
    award = issued_award()

    answer = fetch(client, document(award)["credentialStatus"]["statusListCredential"])

    status_list = json.loads(answer.content)
    (proof,) = status_list.pop("proof")
    key = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    data_integrity.verify(status_list, proof, identity.public_key(key))
    assert status_list["issuer"] == document(award)["issuer"]["id"]
    assert status_list["validUntil"] > status_list["validFrom"]
    assert answer["Cache-Control"] == "public, max-age=60"


def test_a_revoked_award_returns_410_in_every_form_without_personal_data(client):
    award = revoked_award(reason="Issued by mistake.")

    answers = [
        client.get(path, headers={"Accept": "application/json"})
        for path in (
            f"/credentials/{award.public_id}",
            f"/credentials/{award.public_id}.jwt",
            f"/assertions/{award.public_id}",
        )
    ]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert all("Issued by mistake." in answer.content.decode() for answer in answers)
    assert not any(award.salt in answer.content.decode() for answer in answers)
    assert not SignedCredential.objects.filter(assertion=award).exists()


def test_when_a_list_is_full_the_next_award_creates_another():
    first = issued_award()
    StatusList.objects.filter(pk=first.status_list_id).update(given_out=PLACES)

    second = issued_award(badge_class=first.badge_class)

    assert [s.number for s in StatusList.objects.all()] == [1, 2]
    assert second.status_list.number == 2
    assert (
        document(second)["credentialStatus"]["statusListCredential"]
        != (document(first)["credentialStatus"]["statusListCredential"])
    )


def test_an_index_is_never_assigned_twice():
    first = issued_award()
    second = waiting_award(badge_class=first.badge_class)

    keeps = "issuing.Assertion:assertion_keeps_its_credential_unless_replaced"
    with pgtrigger.ignore(keeps), pytest.raises(IntegrityError), transaction.atomic():
        Assertion.objects.filter(pk=second.pk).update(
            status_list=first.status_list, status_index=first.status_index
        )
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Assertion.objects.filter(pk=first.pk).update(status_index=first.status_index ^ 1)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        StatusList.objects.update(given_out=0)


def test_lists_are_signed_again_long_before_they_expire():
    award = issued_award()
    status_lists.sign_due(now=timezone.now())
    before = StatusList.objects.get().signed_at
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)

    signed_early = status_lists.sign_due(now=timezone.now())
    signed_again = status_lists.sign_due(now=tomorrow)

    assert (signed_early, signed_again) == (0, 1)
    assert StatusList.objects.get().signed_at > before
    assert is_marked_revoked(award) is False
