"""Verifying an image that carries a badge as Open Badges 2.0 and as 3.0."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from openbadges import baking, v2
from tests.factories import png
from tests.verification.elsewhere import HOST, NOW, signed_badge, verify
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


def hosted_version(name: str = "Teamwork") -> dict:
    return {
        f"{HOST}/a/1": v2.Assertion(
            id=f"{HOST}/a/1",
            badge_id=f"{HOST}/b/1",
            image_url="",
            email="rosa@school.example",
            salt="salt",
            issued_on=NOW - timedelta(days=30),
        ).document(),
        f"{HOST}/b/1": v2.BadgeClass(
            id=f"{HOST}/b/1",
            name=name,
            description="x",
            image_url=f"{HOST}/b/1.png",
            image_caption="",
            criteria_url=f"{HOST}/b/1",
            criteria_narrative="",
            issuer_id=f"{HOST}/i/1",
        ).document(),
        f"{HOST}/i/1": v2.Issuer(
            id=f"{HOST}/i/1", name="Elsewhere College", url=HOST, email="a@elsewhere.example"
        ).document(),
    }


def carrying_both(signed: dict, hosted: dict) -> bytes:
    return baking.bake_png(png(20), v2=json.dumps(hosted[f"{HOST}/a/1"]), v3=json.dumps(signed))


def test_an_image_with_both_versions_is_verified_for_both():
    hosted = hosted_version()

    report = verify(carrying_both(signed_badge(), hosted), hosted)

    assert report.verdict is Verdict.VALID
    assert [(form.version, form.verdict) for form in report.forms] == [
        ("2.0", Verdict.VALID),
        ("3.0", Verdict.VALID),
    ]


def test_of_two_verdicts_the_more_serious_counts():
    hosted = hosted_version()

    report = verify(carrying_both(signed_badge() | {"name": "Forged"}, hosted), hosted)

    assert report.verdict is Verdict.CHANGED
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.CHANGED]


def test_an_image_with_two_different_badges_is_invalid():
    hosted = hosted_version("Leadership")

    assert verify(carrying_both(signed_badge(), hosted), hosted).verdict is Verdict.INVALID
