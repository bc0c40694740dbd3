"""A badge of somebody without email is issued at once, and anybody can check it: ADR 76."""

from __future__ import annotations

import hashlib
import json

import pytest

from issuing import addresses
from issuing.documents import baked_images
from issuing.models import Assertion
from mail.models import Message, OutgoingEmail
from mail.no_mailbox import DOMAIN, urn_of
from mail.tasks import send_due_emails
from openbadges import baking
from tests.accounts.classes import learner_without_email
from tests.factories import UserFactory
from tests.issuing.awards import document, fetch_document, issued_award, signed
from tests.issuing.third_party import schema_errors, verified_by_openbadgeslib
from tests.verification.elsewhere import FakeSite
from verification import names, verifier
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def award() -> Assertion:
    return issued_award(earner=learner_without_email("Ana Ruiz"))


def hash_of(identity: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((identity + salt).encode()).hexdigest()


def test_the_hosted_document_names_no_email_address(client, award):
    recipient = fetch_document(client, addresses.assertion_id(award.public_id))["recipient"]

    urn = urn_of(award.recipient.email)
    assert urn.startswith("urn:uuid:")
    assert recipient == {
        "type": "id",
        "hashed": True,
        "salt": award.salt,
        "identity": hash_of(urn, award.salt),
    }


def test_the_credential_fits_the_schema_and_other_software_verifies_it(award):
    credential = document(award)

    [identifier] = credential["credentialSubject"]["identifier"]
    assert schema_errors(credential) == []
    assert verified_by_openbadgeslib(signed(award).json).achievement.name == award.version.name
    assert identifier["identityType"] == "identifier"
    assert identifier["identityHash"] == hash_of(urn_of(award.recipient.email), award.salt)


def test_two_awards_of_one_badge_with_and_without_email_differ_in_kind(award):
    other = issued_award(badge_class=award.badge_class, earner=UserFactory())

    kinds = [
        document(one)["credentialSubject"]["identifier"][0]["identityType"]
        for one in (award, other)
    ]

    assert kinds == ["identifier", "emailAddress"]


def test_the_invented_address_is_in_no_document(client, award):
    baked = baking.unbake(baked_images.baked_png(award))
    hosted = fetch_document(client, addresses.assertion_id(award.public_id))

    texts = [baked.v2, baked.v3, json.dumps(hosted), signed(award).json, signed(award).jwt]

    assert [text for text in texts if DOMAIN in (text or "")] == []


def test_our_verifier_finds_it_valid_and_does_not_say_whose_address_it_is(award):
    for form in (signed(award).json, signed(award).jwt):
        report = verifier.verify(text=form, fetcher=FakeSite())
        assert (report.verdict, report.award) == (Verdict.VALID, award)

    asked = verifier.verify(text=signed(award).json, fetcher=FakeSite(), email="ana@x.example")
    assert asked.verdict is Verdict.VALID
    assert names.is_for(award, "Ana Ruiz")
    assert not names.is_for(award, "ana@x.example")


def test_the_email_about_the_badge_is_a_message(client, award):
    send_due_emails()

    subjects = Message.objects.filter(to=award.recipient.email).values_list("subject", flat=True)
    waiting = OutgoingEmail.objects.filter(to=award.recipient.email).exclude(status="kept")
    assert any(award.version.name in subject for subject in subjects)
    assert not waiting.exists()
