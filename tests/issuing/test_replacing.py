"""A new credential replaces the old one after a change of name or address: ADR 63."""

import json
from datetime import timedelta
from functools import partial

import pgtrigger
import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import ReasonMissing, TransitionNotAllowed
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.keys.operations import rotate
from issuing.models import Assertion, Endorsement, ReplacedCredential, ReplacementRequest
from issuing.models.assertions import CREDENTIAL_FIELDS
from issuing.replacements.operations import asking
from issuing.replacements.operations.batches import replace_batch
from mail.models import OutgoingEmail
from openbadges.v2 import hashed_identity
from tests.accounts.links import link
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import (
    document,
    expired_award,
    fetch,
    fetch_document,
    is_marked_revoked,
    issued_award,
    offered_endorsement,
    revoked_award,
    waiting_award,
)
from tests.issuing.replacing import asked, rename, renamed_award, replace, replaced_award
from tests.races import at_once

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def values(award) -> dict:
    return {name: getattr(award, name) for name in CREDENTIAL_FIELDS}


def test_the_award_stays_and_everything_of_its_credential_is_new():
    was, award = replaced_award("Ana Robles")

    assert award.pk == was.pk
    assert award.status == Assertion.Status.ISSUED
    assert (award.recipient_name, award.recipient_email) == ("Ana Robles", was.recipient_email)
    assert award.issued_on == was.issued_on
    assert award.version == was.version
    changed = {name for name in CREDENTIAL_FIELDS if values(award)[name] != values(was)[name]}
    assert changed == {"public_id", "short_code", "recipient_name", "salt", "status_index"}
    (kept,) = ReplacedCredential.objects.all()
    assert values(kept) == values(was)
    (request,) = ReplacementRequest.objects.all()
    assert (request.status, request.ended_at is None) == ("done", False)


def test_old_documents_say_that_they_are_revoked_and_name_the_new_ones(client):
    was, award = replaced_award("Ana Robles")
    old, new = was.public_id, award.public_id

    answers = {
        path: fetch(client, path)
        for path in (f"/assertions/{old}", f"/credentials/{old}", f"/credentials/{old}.jwt")
    }
    picture = client.get(f"/assertions/{old}/badge.png")

    assert {answer.status_code for answer in (*answers.values(), picture)} == {410}
    assert json.loads(answers[f"/assertions/{old}"].content) == {
        "@context": "https://w3id.org/openbadges/v2",
        "id": f"{SITE}/assertions/{old}",
        "type": "Assertion",
        "revoked": True,
        "revocationReason": "Replaced by a newer credential for the same award.",
        "related": {"type": "Assertion", "id": f"{SITE}/assertions/{new}"},
    }
    assert json.loads(answers[f"/credentials/{old}.jwt"].content) == {
        "id": f"{SITE}/credentials/{old}",
        "revoked": True,
        "revocationReason": "Replaced by a newer credential for the same award.",
        "replacedBy": f"{SITE}/credentials/{new}",
    }
    assert is_marked_revoked(ReplacedCredential.objects.get())
    assert not is_marked_revoked(award)


def test_new_documents_carry_the_new_name_and_a_new_hash(client):
    was = renamed_award("Ana Robles")
    changes.share(was, shows_name=True, items=[])
    award = Assertion.objects.get(pk=was.pk)
    replace(award)

    credential = document(award)
    hosted = fetch_document(client, f"/assertions/{award.public_id}")

    assert credential["id"] == f"{SITE}/credentials/{award.public_id}"
    assert "Ana Robles" in json.dumps(credential)
    assert was.recipient_name not in str(credential)
    hashed = hashed_identity(award.recipient_email, award.salt)
    assert hosted["recipient"]["identity"] == hashed
    assert hosted["issuedOn"][:10] == f"{was.issued_on:%Y-%m-%d}"
    assert credential["validFrom"] >= f"{award.replaced_credentials.get().replaced_at:%Y-%m-%dT%H}"


def test_old_addresses_of_the_page_lead_to_the_new_page(client):
    was, award = replaced_award()
    old, new = was.public_id, award.public_id
    paths = ("/awards/{}/", "/awards/{}/card.png")

    first = client.get(f"/awards/{old}/")
    led = {path: client.get(path.format(old)).headers["Location"] for path in paths}

    assert first.status_code == 302
    assert client.get(first.headers["Location"]).status_code == 200
    assert led == {path: path.format(new) for path in paths}


def test_replacing_again_leads_the_oldest_address_to_the_newest_page(client):
    first, award = replaced_award("Ana Robles")
    rename(award.recipient, "Ana Robles Soto")
    replace(award)

    assert client.get(f"/awards/{first.public_id}/").headers["Location"] == award.get_absolute_url()
    assert ReplacedCredential.objects.filter(assertion=award).count() == 2
    assert award.recipient_name == "Ana Robles Soto"


def test_another_address_is_a_reason_too():
    award = issued_award()
    User.objects.filter(pk=award.recipient_id).update(email="new@school.example")

    replace(award)

    assert award.recipient_email == "new@school.example"


def test_asking_without_a_change_and_asking_twice_does_nothing():
    unchanged, award = issued_award(), renamed_award()

    numbers = [
        asking.ask([unchanged], by=unchanged.recipient),
        asking.ask([award], by=award.recipient),
        asking.ask([award], by=award.recipient),
    ]

    assert numbers == [0, 1, 0]


def test_only_issued_badges_are_replaced_also_expired_ones():
    revoked, waiting, expired = revoked_award(), waiting_award(), expired_award()
    held, canceled = waiting_award(), waiting_award()
    changes.hold(held, by=coordinator_for(held.badge_class), reason="A question.")
    changes.cancel(canceled, by=coordinator_for(canceled.badge_class), reason="A mistake.")
    awards = [revoked, waiting, held, canceled, expired]
    for award in awards:
        rename(award.recipient, "Another Name")

    numbers = [asking.ask([award], by=award.recipient) for award in awards]

    assert numbers == [0, 0, 0, 0, 1]


def test_a_badge_that_is_revoked_before_it_is_replaced_stays_revoked():
    award = renamed_award()
    request = asked(award)
    by = coordinator_for(award.badge_class)
    changes.revoke(award, by=by, reason="A mistake.")

    assert replace_batch(now=request.due_at) == (1, [])

    request.refresh_from_db()
    assert request.status == "dropped"
    assert not ReplacedCredential.objects.exists()


def test_revoking_after_a_replacement_revokes_the_new_one_also_from_an_old_window(client):
    stale = renamed_award()
    award = Assertion.objects.get(pk=stale.pk)
    replace(award)

    changes.revoke(stale, by=coordinator_for(stale.badge_class), reason="A mistake.")

    award.refresh_from_db()
    assert award.is_revoked
    assert is_marked_revoked(award)
    assert fetch(client, f"/assertions/{award.public_id}").status_code == 410
    assert OutgoingEmail.objects.filter(kind="badge_revoked", key=award.public_id).exists()


def test_the_waiting_time_of_the_badge_applies():
    award = waiting_award(hours=48)
    issue_batch(now=award.due_at)
    award.refresh_from_db()
    rename(award.recipient, "Ana Robles")
    now = timezone.now()
    request = asked(award, now=now)

    early = replace_batch(now=now + timedelta(hours=47))
    later = replace_batch(now=now + timedelta(hours=48))

    assert (request.due_at - now, early, later) == (timedelta(hours=48), (0, []), (1, []))


def test_one_email_tells_of_all_new_badges_of_a_person():
    person = UserFactory(name="Ana Perez")
    issuer = BadgeFactory().issuer
    awards = [issued_award(earner=person, badge_class=BadgeFactory(issuer=issuer)) for _ in "ab"]
    rename(person, "Ana Robles")

    asking.ask(awards, by=person)
    replace_batch(now=timezone.now())

    (email,) = OutgoingEmail.objects.filter(kind="badges_replaced")
    assert email.to == person.email
    assert sorted(email.context["assertions"]) == sorted(award.pk for award in awards)


def test_endorsements_of_the_award_name_its_new_id(client):
    award = renamed_award()
    changes.share(award, shows_name=True, items=[])
    endorsement = offered_endorsement(award)
    endorsing.accept(endorsement, by=award.recipient)
    replace(award)

    endorsement.refresh_from_db()
    subject = json.loads(endorsement.credential)["credentialSubject"]["id"]

    assert subject == f"{SITE}/assertions/{award.public_id}"
    assert document(award)["endorsement"][0]["credentialSubject"]["id"] == subject


def test_an_endorsement_accepted_from_an_old_window_names_the_new_id():
    award = renamed_award()
    changes.share(award, shows_name=True, items=[])
    endorsement = offered_endorsement(award)
    stale = Endorsement.objects.select_related("assertion").get(pk=endorsement.pk)
    replace(award)

    endorsing.accept(stale, by=award.recipient)

    subject = json.loads(stale.credential)["credentialSubject"]["id"]
    assert subject == f"{SITE}/assertions/{award.public_id}"


def test_a_rotated_key_signs_the_new_credential(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True
    award = renamed_award()
    rotate(award.badge_class.issuer, by=coordinator_for(award.badge_class))

    replace(award)

    assert award.signed.integrity_key.retired_at is None


def test_without_access_to_the_key_the_earlier_credential_stays_valid(settings):
    award = renamed_award()
    request = asked(award)
    settings.KEY_ENCRYPTION_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="]

    done, failed = replace_batch(now=request.due_at)

    assert (done, failed) == (0, [request.pk])
    assert not ReplacedCredential.objects.exists()


def test_a_badge_of_a_linked_account_gets_the_name_of_the_person_and_keeps_its_address():
    main, other = UserFactory(name="Ana Robles"), UserFactory(name="A. Perez")
    award = issued_award(earner=other)
    link(other, main)

    replace(award, by=main)

    assert (award.recipient_name, award.recipient_email) == ("Ana Robles", other.email)
    assert OutgoingEmail.objects.get(kind="badges_replaced").to == main.email


def test_somebody_else_needs_a_reason_and_the_log_keeps_it():
    award = renamed_award()
    by = coordinator_for(award.badge_class)

    with pytest.raises(ReasonMissing):
        asking.ask([award], by=by, reason=" ")
    asking.ask([award], by=by, reason="She called.")

    assert ReplacementRequest.objects.get().asked_by == by


def test_where_names_are_checked_a_request_waits_for_a_coordinator():
    award = renamed_award()
    issuer = award.badge_class.issuer
    issuer.checks_names = True
    issuer.save()
    request = asked(award)
    by = coordinator_for(award.badge_class)

    unchecked = replace_batch(now=request.due_at)
    asking.allow(request, by=by)
    checked = replace_batch(now=request.due_at)

    assert (unchecked, checked) == ((0, []), (1, []))
    with pytest.raises(TransitionNotAllowed):
        asking.refuse(request, by=by, reason="Too late.")


def test_a_refused_request_leaves_the_badge_as_it_is_and_tells_the_earner():
    award = renamed_award()
    request = asked(award)

    asking.refuse(request, by=coordinator_for(award.badge_class), reason="Please call us.")

    request.refresh_from_db()
    assert (request.status, request.refusal) == ("refused", "Please call us.")
    assert replace_batch(now=request.due_at) == (0, [])
    assert OutgoingEmail.objects.filter(kind="replacement_refused").count() == 1


@pytest.mark.parametrize("name", CREDENTIAL_FIELDS)
def test_the_database_lets_nothing_of_a_credential_change_alone(name):
    award = renamed_award()
    other = issued_award()
    value = 7 if name == "status_index" else getattr(other, name)
    if name == "status_list":
        value = other.status_list

    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Assertion.objects.filter(pk=award.pk).update(**{name: value})


def test_the_database_keeps_replaced_credentials():
    replaced_award()
    kept = ReplacedCredential.objects.all()

    for act in (lambda: kept.update(recipient_name="?"), kept.delete):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            act()
    assert pgtrigger.registered()
    assert kept.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_one():
    award = renamed_award()
    ask = partial(asking.ask, [award], by=award.recipient)

    at_once(ask, ask)

    assert ReplacementRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_replace_a_credential_once():
    award = renamed_award()
    request = asked(award)

    outcomes = at_once(*[partial(replace_batch, now=request.due_at)] * 2)

    assert sorted(outcomes, key=str) == [(0, []), (1, [])]
    assert ReplacedCredential.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_revoking_and_replacing_at_once_leaves_a_revoked_badge():
    award = renamed_award()
    request, by = asked(award), coordinator_for(award.badge_class)
    stale = Assertion.objects.get(pk=award.pk)

    outcomes = at_once(
        partial(replace_batch, now=request.due_at),
        partial(changes.revoke, stale, by=by, reason="A mistake."),
    )

    assert not [each for each in outcomes if isinstance(each, Exception)]
    award.refresh_from_db()
    assert award.is_revoked
    assert is_marked_revoked(award)
    assert all(is_marked_revoked(kept) for kept in ReplacedCredential.objects.all())
