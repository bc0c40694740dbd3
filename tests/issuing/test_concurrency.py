"""Concurrent changes of one award or key, and operations on stale objects."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.operations import save_profile
from awarding.pathways import operations as pathways
from catalog.pathways import operations as catalog_pathways
from editing.forms import Edit
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.keys.operations import revoke_key
from issuing.models import Assertion, CredentialText, IssuerKey, SignedCredential, StatusList
from issuing.states import GrantSource
from issuing.status_lists import operations as status_lists
from mail.models import OutgoingEmail
from openbadges.bitstrings import is_set
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import evidence_of, issued_award, waiting_award
from tests.races import meanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_https(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True


def revoke_key_of(award, kind=IssuerKey.Kind.ED25519):
    key = award.badge_class.issuer.keys.get(kind=kind, retired_at=None, revoked_at=None)
    by = coordinator_for(award.badge_class)
    revoke_key(key, by=by, reason="A copy of the server was stolen.")
    return key


def test_sharing_with_a_stale_object_after_a_revocation_signs_nothing():
    award = issued_award()
    stale = Assertion.objects.get(pk=award.pk)
    item = next(item for item in evidence_of(award) if item.text)
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")

    changes.share(stale, shows_name=True, items=[item])

    assert not SignedCredential.objects.filter(assertion=award).exists()
    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_sharing_with_a_stale_object_after_issuing_signs_the_badge_again():
    award = waiting_award()
    stale = Assertion.objects.get(pk=award.pk)
    issue_batch(now=award.due_at)

    changes.share(stale, shows_name=True, items=[])

    assert award.recipient_name in credentials.signed(award.public_id).json


def test_revoking_with_a_stale_object_after_issuing_sets_the_bit_in_the_status_list():
    award = waiting_award()
    stale = Assertion.objects.get(pk=award.pk)
    issue_batch(now=award.due_at)

    changes.revoke(stale, by=coordinator_for(award.badge_class), reason="A mistake.")

    encoded_list = json.loads(StatusList.objects.get().signed)["credentialSubject"]["encodedList"]
    assert is_set(encoded_list, Assertion.objects.get(pk=award.pk).status_index)


@pytest.mark.parametrize("kind", IssuerKey.Kind)
def test_credentials_signed_while_their_key_was_revoked_are_signed_again(on_https, kind):
    award = issued_award()
    key = revoke_key_of(award, kind)
    # The state after a batch that began before the revocation and committed after it.
    field = "jwt_key" if kind == IssuerKey.Kind.RSA else "integrity_key"
    signed = SignedCredential.objects.filter(assertion=award)
    signed.update(**{field: key})

    served = credentials.signed(award.public_id)
    in_work = [credentials.sign_due(now=timezone.now()) for _ in range(2)]

    assert served is None
    assert in_work == [(1, []), (0, [])]
    assert getattr(signed.get(), field).revoked_at is None
    assert credentials.signed(award.public_id) is not None


def test_evidence_hidden_after_a_key_revocation_is_deleted(on_https):
    award = issued_award()
    item = next(item for item in evidence_of(award) if item.text)
    changes.share(award, shows_name=False, items=[item])
    revoke_key_of(award)
    credentials.sign_due(now=timezone.now())

    changes.share(award, shows_name=False, items=[])

    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_a_key_revoked_twice_keeps_the_first_reason(on_https):
    award = issued_award()
    stale = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.RSA)
    revoke_key_of(award, IssuerKey.Kind.RSA)

    by = coordinator_for(award.badge_class)
    revoke_key(stale, by=by, reason="Pressed again.")

    key = IssuerKey.objects.get(pk=stale.pk)
    assert key.revocation_reason == "A copy of the server was stolen."


def test_a_new_list_is_signed_again_after_the_batch_that_created_it():
    issued_award()

    in_work = [status_lists.sign_due(now=timezone.now() + timedelta(seconds=1)) for _ in range(2)]

    assert in_work == [1, 0]


def test_a_shown_name_is_signed_once_it_is_known():
    earner = UserFactory(name="")
    award = issued_award(earner=earner)
    changes.share(award, shows_name=True, items=[])

    save_profile(earner, edit=Edit({"name": "Rosa Delgado", "language": "en"}))

    assert "Rosa Delgado" in credentials.signed(award.public_id).json


def test_an_award_granted_with_a_stale_user_has_the_new_name():
    person = UserFactory(name="", joined_at=None, invited_at=timezone.now())
    stale = User.objects.get(pk=person.pk)
    save_profile(person, edit=Edit({"name": "Rosa Núñez", "language": "es"}))
    version = BadgeFactory(waiting_hours=48).current_version

    grant_all([Grant(stale, version, GrantSource.LIST, key="1")], by=None)

    award, letter = Assertion.objects.get(), OutgoingEmail.objects.get(kind="award_waiting")
    assert (award.recipient_name, letter.language) == ("Rosa Núñez", "es")


@pytest.mark.django_db(transaction=True)
def test_a_grant_waiting_for_a_list_that_fills_up_uses_the_next_one(monkeypatch):
    monkeypatch.setattr(status_lists, "PLACES", 2)
    version = BadgeFactory().current_version
    people = [UserFactory() for _ in range(4)]

    def give(*numbers):
        grants = [Grant(people[n], version, GrantSource.LIST, key=str(n)) for n in numbers]
        return grant_all(grants, by=None)

    give(0)
    with meanwhile(lambda: give(3)):
        give(1, 2)

    places = StatusList.objects.order_by("number").values_list("number", "given_out")
    assert list(places) == [(1, 2), (2, 2)]


@pytest.mark.django_db(transaction=True)
def test_a_pathway_step_that_is_being_revoked_does_not_count():
    step, top = BadgeFactory(), BadgeFactory()
    catalog_pathways.create(top, steps=[step], by=None)
    award = issued_award(badge_class=step)

    with meanwhile(lambda: pathways.count_due_steps(now=timezone.now())):
        changes.revoke(award, by=coordinator_for(step), reason="Not theirs.")

    assert not Assertion.objects.filter(badge_class=top).exists()
