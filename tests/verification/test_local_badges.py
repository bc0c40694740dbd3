"""Signed badges of our own, and what others make of our name."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from issuing.awards.operations import changes
from issuing.documents import open_badges_2
from issuing.documents import operations as credentials
from openbadges import baking, dids, v2
from tests.factories import coordinator_for, png
from tests.issuing.awards import issued_award
from tests.issuing.credentials import ED25519, proven, token
from tests.verification.elsewhere import KID, Elsewhere, detail, rewritten
from verification import verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


def forms_of(award) -> tuple[dict, str]:
    made = credentials.signed(award.public_id)
    return json.loads(made.json), made.jwt


def ask(given_, **kwargs):
    """As anybody does, today, and without any network."""
    text = given_ if isinstance(given_, str) else json.dumps(given_)
    return verifier.verify(text=text, fetcher=Elsewhere(), **kwargs)


def test_our_own_holds_by_our_own_keys_and_lists():
    award = issued_award()

    for form in forms_of(award):
        report = ask(form, email=award.recipient_email)
        assert report.verdict is Verdict.VALID
        assert report.award == award
        assert [step for step in report.steps if step.finding is not Finding.HOLDS] == []


def test_our_own_that_was_revoked_says_why():
    award = issued_award()
    forms = forms_of(award)
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    for form in forms:
        report = ask(form)
        assert report.verdict is Verdict.REVOKED
        assert "Issued twice." in report.steps[-1].detail


def test_nobody_else_can_issue_in_our_name():
    award = issued_award()
    other = issued_award(badge_class=award.badge_class)
    document, made = forms_of(award)
    did = dids.did_key(ED25519.public_key())
    unproven = {name: value for name, value in document.items() if name != "proof"}
    unknown = f"http://localhost:8000/credentials/{uuid.uuid4()}"

    # Changed, and signed anew by somebody else: under their own name, and under ours.
    assert ask(proven(unproven | {"issuer": did})).verdict is Verdict.NOT_ISSUED
    assert ask(proven(unproven)).verdict is Verdict.WRONG_KEY
    assert ask(proven(unproven | {"id": unknown})).verdict is Verdict.NOT_ISSUED
    assert ask(document | {"id": forms_of(other)[0]["id"]}).verdict is Verdict.CHANGED
    assert ask(document | {"validFrom": "2020-01-01T00:00:00Z"}).verdict is Verdict.CHANGED
    assert ask(rewritten(made, name="Forged")).verdict is Verdict.CHANGED
    assert ask(token(unproven, kid=KID)).verdict is Verdict.WRONG_KEY


def test_our_own_from_before_evidence_was_shared_holds_and_a_newer_one_is_mentioned():
    award = issued_award(now=timezone.now() - timedelta(days=1))
    document, _made = forms_of(award)
    changes.share(award, shows_name=True, items=[])
    credentials.sign_due(now=timezone.now())

    report = ask(document)

    assert report.verdict is Verdict.VALID
    assert "newer" in detail(report, "Newer version")


def test_the_downloaded_picture_carries_both_and_both_hold(client):
    award = issued_award()
    document, _made = forms_of(award)
    hosted = v2.dumps(open_badges_2.assertion(award.public_id))
    with award.version.image.open() as art:
        file = baking.bake_png(art.read(), v2=hosted, v3=json.dumps(document))

    report = verifier.verify(file=file, email=award.recipient_email, fetcher=Elsewhere())

    assert report.verdict is Verdict.VALID
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.VALID]
    upload = {"file": SimpleUploadedFile("badge.png", file)}
    page = client.post("/verify/", upload).content.decode()
    assert "This badge holds." in page
    assert "Open Badges 2.0" in page
    assert "Open Badges 3.0" in page


def test_two_awards_of_ours_in_one_picture_are_not_one():
    award, other = issued_award(), issued_award()
    document, _made = forms_of(other)
    hosted = v2.dumps(open_badges_2.assertion(award.public_id))
    file = baking.bake_png(png(20), v2=hosted, v3=json.dumps(document))

    assert verifier.verify(file=file, fetcher=Elsewhere()).verdict is Verdict.INVALID
