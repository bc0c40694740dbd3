"""What is issued and not signed is signed by the sweep, and nothing that cannot be stops it."""

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
from tests.issuing.awards import bit_of, evidence_of, issued_award
from tests.issuing.outside import schema_errors, verified_by_openbadgeslib

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
def test_evidence_at_any_address_that_browsers_open_can_be_shown(client, typed, signed):
    award = award_with_link(typed)
    link = next(item for item in evidence_of(award) if item.url)

    changes.share(award, shows_name=False, items=[link])

    credential = credentials.signed(award.public_id).json
    [shown] = json.loads(credential)["evidence"]
    hosted = client.get(f"/assertions/{award.public_id}").json()
    assert shown["id"] == hosted["evidence"][0]["id"] == signed
    assert schema_errors(json.loads(credential)) == []
    assert verified_by_openbadgeslib(credential)


def test_an_issuer_whose_key_cannot_be_opened_keeps_no_other_waiting():
    awards = [issued_award(badge_class=BadgeFactory(issuer=IssuerFactory())) for _ in range(3)]
    awards[0].badge_class.issuer.keys.update(sealed=b"of a copy that was restored without its key")
    SignedCredential.objects.all().delete()

    tasks.sign_due()

    signed = [credentials.signed(award.public_id) is not None for award in awards]
    assert signed == [False, True, True]
    due = StatusList.objects.filter(sign_again_at__lte=timezone.now() + timedelta(hours=2))
    assert [status_list.issuer for status_list in due] == [awards[0].badge_class.issuer]


def test_at_another_origin_a_choice_is_kept_and_signed_once_the_origin_is_back(settings):
    award = issued_award()
    kept = settings.PUBLIC_ORIGIN
    settings.PUBLIC_ORIGIN = "https://staging.example.org"

    changes.share(award, shows_name=True, items=[])
    there = credentials.sign_due(now=timezone.now())
    in_between = credentials.signed(award.public_id)
    settings.PUBLIC_ORIGIN = kept
    back = credentials.sign_due(now=timezone.now())

    assert (there, in_between, back) == ((0, [award.pk]), None, (1, []))
    assert award.recipient_name in credentials.signed(award.public_id).json


ANOTHER_KEY = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="


def test_without_the_key_what_is_hidden_is_gone_and_the_rest_is_signed_once_it_is_back(settings):
    award, kept = issued_award(), settings.KEY_ENCRYPTION_KEYS
    item = next(item for item in evidence_of(award) if item.text)
    changes.share(award, shows_name=True, items=[item])
    settings.KEY_ENCRYPTION_KEYS = [ANOTHER_KEY]

    changes.share(award, shows_name=False, items=[])
    in_between = credentials.signed(award.public_id)
    settings.KEY_ENCRYPTION_KEYS = kept
    tasks.sign_due()

    assert in_between is None
    credential = credentials.signed(award.public_id).json
    assert [word in credential for word in (item.text, award.recipient_name)] == [False, False]


def test_a_badge_is_revoked_without_the_key_and_the_list_says_so_once_it_is_back(settings):
    award, kept = issued_award(), settings.KEY_ENCRYPTION_KEYS
    settings.KEY_ENCRYPTION_KEYS = [ANOTHER_KEY]

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    bits = [bit_of(award)]
    settings.KEY_ENCRYPTION_KEYS = kept
    tasks.sign_due()
    bits.append(bit_of(award))

    assert (award.status, bits) == (AwardStatus.REVOKED, [False, True])


def test_a_list_keeps_its_address_while_the_origin_is_set_wrong(settings):
    award, kept = issued_award(), settings.PUBLIC_ORIGIN
    before = StatusList.objects.get().signed
    settings.PUBLIC_ORIGIN = "https://staging.example.org"

    status_lists.sign_due(now=timezone.now() + timedelta(days=2))
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    in_between = StatusList.objects.get().signed
    settings.PUBLIC_ORIGIN = kept
    tasks.sign_due()

    assert (in_between, bit_of(award)) == (before, True)
    assert json.loads(StatusList.objects.get().signed)["id"] == json.loads(before)["id"]


def test_what_is_signed_late_names_no_list_that_is_not_signed():
    award = issued_award()
    SignedCredential.objects.all().delete()
    StatusList.objects.update(signed="", signed_at=None)

    credentials.sign_due(now=timezone.now())

    named = json.loads(credentials.signed(award.public_id).json)["credentialStatus"]
    assert json.loads(StatusList.objects.get().signed)["id"] == named["statusListCredential"]
