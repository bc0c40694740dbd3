"""Two hands on one award or key at the same moment: what one saw before is not what is."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import save_profile
from awarding.pathways import operations as pathways
from catalog.pathways import operations as catalog_pathways
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_https(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True


def revoke_its_key(award, kind=IssuerKey.Kind.ED25519):
    key = award.badge_class.issuer.keys.get(kind=kind, retired_at=None, revoked_at=None)
    by = coordinator_for(award.badge_class)
    revoke_key(key, by=by, reason="A copy of the server was stolen.")
    return key


def test_what_is_chosen_to_be_shown_just_after_a_revocation_is_not_signed():
    award = issued_award()
    seen_before = Assertion.objects.get(pk=award.pk)
    item = next(item for item in evidence_of(award) if item.text)
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")

    changes.share(seen_before, shows_name=True, items=[item])

    assert not SignedCredential.objects.filter(assertion=award).exists()
    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_what_is_chosen_to_be_shown_just_after_the_issue_is_signed():
    award = waiting_award()
    seen_before = Assertion.objects.get(pk=award.pk)
    issue_batch(now=award.due_at)

    changes.share(seen_before, shows_name=True, items=[])

    assert award.recipient_name in credentials.signed(award.public_id).json


def test_an_award_that_was_issued_since_its_page_was_opened_is_revoked_in_the_list_too():
    award = waiting_award()
    seen_before = Assertion.objects.get(pk=award.pk)
    issue_batch(now=award.due_at)

    changes.revoke(seen_before, by=coordinator_for(award.badge_class), reason="A mistake.")

    told = json.loads(StatusList.objects.get().signed)["credentialSubject"]["encodedList"]
    assert is_set(told, Assertion.objects.get(pk=award.pk).status_index)


@pytest.mark.parametrize("kind", IssuerKey.Kind)
def test_what_a_batch_signs_while_its_key_is_revoked_is_signed_anew(on_https, kind):
    award = issued_award()
    key = revoke_its_key(award, kind)
    # As a batch leaves it that began before, and commits after: the revocation did not see it.
    field = "jwt_key" if kind == IssuerKey.Kind.RSA else "integrity_key"
    signed = SignedCredential.objects.filter(assertion=award)
    signed.update(**{field: key})

    handed_out = credentials.signed(award.public_id)
    in_work = [credentials.sign_due(now=timezone.now()) for _ in range(2)]

    assert handed_out is None
    assert in_work == [(1, []), (0, [])]
    assert getattr(signed.get(), field).revoked_at is None
    assert credentials.signed(award.public_id) is not None


def test_a_key_that_is_revoked_leaves_no_evidence_behind_that_is_hidden_later(on_https):
    award = issued_award()
    item = next(item for item in evidence_of(award) if item.text)
    changes.share(award, shows_name=False, items=[item])
    revoke_its_key(award)
    credentials.sign_due(now=timezone.now())

    changes.share(award, shows_name=False, items=[])

    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_a_key_revoked_twice_keeps_the_first_reason(on_https):
    award = issued_award()
    seen_before = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.RSA)
    revoke_its_key(award, IssuerKey.Kind.RSA)

    by = coordinator_for(award.badge_class)
    revoke_key(seen_before, by=by, reason="Pressed again.")

    key = IssuerKey.objects.get(pk=seen_before.pk)
    assert key.revocation_reason == "A copy of the server was stolen."


def test_a_new_list_is_signed_once_more_after_the_batch_that_opened_it():
    issued_award()

    in_work = [status_lists.sign_due(now=timezone.now() + timedelta(seconds=1)) for _ in range(2)]

    assert in_work == [1, 0]


def test_a_name_that_is_shown_before_it_is_known_is_signed_when_it_is():
    earner = UserFactory(name="")
    award = issued_award(earner=earner)
    changes.share(award, shows_name=True, items=[])

    save_profile(earner, name="Rosa Delgado", language="en")

    assert "Rosa Delgado" in credentials.signed(award.public_id).json


def test_an_award_granted_just_after_somebody_said_their_name_carries_it():
    person = UserFactory(name="", joined_at=None, invited_at=timezone.now())
    seen_before = User.objects.get(pk=person.pk)
    save_profile(person, name="Rosa Núñez", language="es")
    version = BadgeFactory(waiting_hours=48).current_version

    grant_all([Grant(seen_before, version, GrantSource.LIST, key="1")], by=None)

    award, letter = Assertion.objects.get(), OutgoingEmail.objects.get(kind="award_waiting")
    assert (award.recipient_name, letter.language) == ("Rosa Núñez", "es")


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_the_last_place_of_a_list_finds_the_next_one(monkeypatch):
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
def test_a_step_that_is_being_revoked_does_not_count():
    step, top = BadgeFactory(), BadgeFactory()
    catalog_pathways.create(top, steps=[step], by=None)
    award = issued_award(badge_class=step)

    with meanwhile(lambda: pathways.count_due_steps(now=timezone.now())):
        changes.revoke(award, by=coordinator_for(step), reason="Not theirs.")

    assert not Assertion.objects.filter(badge_class=top).exists()


@contextmanager
def meanwhile(act):
    """The block is one transaction, which ends once the act has come to wait for it."""

    def act_and_hang_up():
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            yield
            acting = other.submit(act_and_hang_up)
            until_somebody_waits()
        acting.result()


def until_somebody_waits():
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("Nobody came to wait.")
