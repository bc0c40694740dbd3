"""Verifying signed badges that were issued here, and forgeries of them."""

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
from tests.verification.elsewhere import KID, FakeSite, detail, rewritten
from verification import verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


def forms_of(award) -> tuple[dict, str]:
    signed = credentials.signed(award.public_id)
    return json.loads(signed.json), signed.jwt


def verify_today(badge, **kwargs):
    """Verify without network access, at the current time."""
    text = badge if isinstance(badge, str) else json.dumps(badge)
    return verifier.verify(text=text, fetcher=FakeSite(), **kwargs)


def test_a_local_signed_badge_is_valid():
    award = issued_award()

    for form in forms_of(award):
        report = verify_today(form, email=award.recipient_email)
        assert report.verdict is Verdict.VALID
        assert report.award == award
        assert [step for step in report.steps if step.finding is not Finding.PASSED] == []


def test_a_revoked_local_badge_is_reported_with_its_reason():
    award = issued_award()
    forms = forms_of(award)
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    for form in forms:
        report = verify_today(form)
        assert report.verdict is Verdict.REVOKED
        assert "Issued twice." in report.steps[-1].detail


def test_nobody_else_can_issue_in_the_name_of_a_local_issuer():
    award = issued_award()
    other = issued_award(badge_class=award.badge_class)
    document, jwt = forms_of(award)
    did = dids.did_key(ED25519.public_key())
    unproven = {name: value for name, value in document.items() if name != "proof"}
    unknown = f"http://localhost:8000/credentials/{uuid.uuid4()}"

    # Changed and signed by somebody else: in their own name, and in the issuer's.
    assert verify_today(proven(unproven | {"issuer": did})).verdict is Verdict.NOT_ISSUED
    assert verify_today(proven(unproven)).verdict is Verdict.WRONG_KEY
    assert verify_today(proven(unproven | {"id": unknown})).verdict is Verdict.NOT_ISSUED
    assert verify_today(document | {"id": forms_of(other)[0]["id"]}).verdict is Verdict.CHANGED
    assert verify_today(document | {"validFrom": "2020-01-01T00:00:00Z"}).verdict is Verdict.CHANGED
    assert verify_today(rewritten(jwt, name="Forged")).verdict is Verdict.CHANGED
    assert verify_today(token(unproven, kid=KID)).verdict is Verdict.WRONG_KEY


def test_an_older_copy_of_a_local_badge_is_valid_and_the_newer_version_is_mentioned():
    award = issued_award(now=timezone.now() - timedelta(days=1))
    document, _jwt = forms_of(award)
    changes.share(award, shows_name=True, items=[])
    credentials.sign_due(now=timezone.now())

    report = verify_today(document)

    assert report.verdict is Verdict.VALID
    assert "newer" in detail(report, "Newer version")


def test_the_downloaded_image_carries_both_versions_and_both_are_valid(client):
    award = issued_award()
    document, _jwt = forms_of(award)
    hosted = v2.dumps(open_badges_2.assertion(award.public_id))
    with award.version.image.open() as art:
        file = baking.bake_png(art.read(), v2=hosted, v3=json.dumps(document))

    report = verifier.verify(file=file, email=award.recipient_email, fetcher=FakeSite())

    assert report.verdict is Verdict.VALID
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.VALID]
    upload = {"file": SimpleUploadedFile("badge.png", file)}
    page = client.post("/verify/", upload).content.decode()
    assert "This badge is valid." in page
    assert "Open Badges 2.0" in page
    assert "Open Badges 3.0" in page


def test_an_image_with_two_different_local_awards_is_invalid():
    award, other = issued_award(), issued_award()
    document, _jwt = forms_of(other)
    hosted = v2.dumps(open_badges_2.assertion(award.public_id))
    file = baking.bake_png(png(20), v2=hosted, v3=json.dumps(document))

    assert verifier.verify(file=file, fetcher=FakeSite()).verdict is Verdict.INVALID
