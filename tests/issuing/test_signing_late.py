"""Issued awards that are unsigned are signed later, and failures do not block the others."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from issuing import tasks
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.models import Assertion, SignedCredential, StatusList
from issuing.states import AwardStatus
from issuing.status_lists import operations as status_lists
from reviewing import operations as reviewing
from submissions import operations as submissions
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    IssuerFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import evidence_of, is_marked_revoked, issued_award
from tests.issuing.third_party import schema_errors, verified_by_openbadgeslib

pytestmark = pytest.mark.django_db


def award_with_link(url):
    submission = DraftFactory()
    for criterion in submission.version.criteria.filter(required=True):
        submissions.write_text(submission, criterion, "What I did.")
        submissions.add_link(submission, criterion, url=url)
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    reviewer = reviewer_for(submission.badge_class)
    assignment = reviewing.claim(submission, by=reviewer)
    reviewing.send_review(assignment, by=reviewer, judgments=judge_all(assignment))
    issue_batch(now=timezone.now())
    return Assertion.objects.get(submission=submission)


@pytest.mark.parametrize(
    ("typed", "signed"),
    [
        ("https://school.example/plan|b", "https://school.example/plan%7Cb"),
        ("https://school.example/#/{4}", "https://school.example/#/%7B4%7D"),
        ('https://school.example/?q="a"<b>', "https://school.example/?q=%22a%22%3Cb%3E"),
        ("https://school.example/100%25/año", "https://school.example/100%25/año"),
        ("https://school.example/100%/?of=[1]", "https://school.example/100%25/?of=%5B1%5D"),
        ("https://colegio-ñandú.example/[a]", "https://xn--colegio-and-8db4j.example/%5Ba%5D"),
    ],
)
def test_evidence_at_any_url_that_browsers_open_can_be_shared(client, typed, signed):
    award = award_with_link(typed)
    link = next(item for item in evidence_of(award) if item.url)

    changes.share(award, shows_name=False, items=[link])

    credential = credentials.signed(award.public_id).json
    [shown] = json.loads(credential)["evidence"]
    hosted = client.get(f"/assertions/{award.public_id}").json()
    assert shown["id"] == hosted["evidence"][0]["id"] == signed
    assert schema_errors(json.loads(credential)) == []
    assert verified_by_openbadgeslib(credential)


def test_an_issuer_whose_key_cannot_be_decrypted_does_not_block_others():
    awards = [issued_award(badge_class=BadgeFactory(issuer=IssuerFactory())) for _ in range(3)]
    awards[0].badge_class.issuer.keys.update(sealed=b"of a copy that was restored without its key")
    SignedCredential.objects.all().delete()

    tasks.sign_due()

    signed = [credentials.signed(award.public_id) is not None for award in awards]
    assert signed == [False, True, True]
    due = StatusList.objects.filter(sign_again_at__lte=timezone.now() + timedelta(hours=2))
    assert [status_list.issuer for status_list in due] == [awards[0].badge_class.issuer]


def test_a_choice_saved_at_another_origin_is_signed_once_the_origin_is_back(settings):
    award = issued_award()
    original = settings.PUBLIC_ORIGIN
    settings.PUBLIC_ORIGIN = "https://staging.example.org"

    changes.share(award, shows_name=True, items=[])
    there = credentials.sign_due(now=timezone.now())
    meanwhile = credentials.signed(award.public_id)
    settings.PUBLIC_ORIGIN = original
    back = credentials.sign_due(now=timezone.now())

    assert (there, meanwhile, back) == ((0, [award.pk]), None, (1, []))
    assert award.recipient_name in credentials.signed(award.public_id).json


ANOTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="


def test_without_the_key_hidden_evidence_is_deleted_and_the_badge_is_signed_later(settings):
    award, original = issued_award(), settings.KEY_ENCRYPTION_KEYS
    item = next(item for item in evidence_of(award) if item.text)
    changes.share(award, shows_name=True, items=[item])
    settings.KEY_ENCRYPTION_KEYS = [ANOTHER_KEY]

    changes.share(award, shows_name=False, items=[])
    meanwhile = credentials.signed(award.public_id)
    settings.KEY_ENCRYPTION_KEYS = original
    tasks.sign_due()

    assert meanwhile is None
    credential = credentials.signed(award.public_id).json
    assert [word in credential for word in (item.text, award.recipient_name)] == [False, False]


def test_a_badge_revoked_without_the_key_is_marked_in_the_list_later(settings):
    award, original = issued_award(), settings.KEY_ENCRYPTION_KEYS
    settings.KEY_ENCRYPTION_KEYS = [ANOTHER_KEY]

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    bits = [is_marked_revoked(award)]
    settings.KEY_ENCRYPTION_KEYS = original
    tasks.sign_due()
    bits.append(is_marked_revoked(award))

    assert (award.status, bits) == (AwardStatus.REVOKED, [False, True])


def test_a_status_list_keeps_its_id_while_the_origin_is_wrong(settings):
    award, original = issued_award(), settings.PUBLIC_ORIGIN
    before = StatusList.objects.get().signed
    settings.PUBLIC_ORIGIN = "https://staging.example.org"

    status_lists.sign_due(now=timezone.now() + timedelta(days=2))
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    meanwhile = StatusList.objects.get().signed
    settings.PUBLIC_ORIGIN = original
    tasks.sign_due()

    assert (meanwhile, is_marked_revoked(award)) == (before, True)
    assert json.loads(StatusList.objects.get().signed)["id"] == json.loads(before)["id"]


def test_a_badge_signed_late_names_only_a_signed_list():
    award = issued_award()
    SignedCredential.objects.all().delete()
    StatusList.objects.update(signed="", signed_at=None)

    credentials.sign_due(now=timezone.now())

    named = json.loads(credentials.signed(award.public_id).json)["credentialStatus"]
    assert json.loads(StatusList.objects.get().signed)["id"] == named["statusListCredential"]
