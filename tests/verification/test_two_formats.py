"""A picture that carries both forms of a badge is judged for both."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from openbadges import baking, v2
from tests.factories import png
from tests.verification.elsewhere import HOST, NOW, badge, judge
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


def hosted_twin(name: str = "Teamwork") -> dict:
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


def carrying_both(signed: dict, twin: dict) -> bytes:
    return baking.bake_png(png(20), v2=json.dumps(twin[f"{HOST}/a/1"]), v3=json.dumps(signed))


def test_a_picture_with_both_forms_is_judged_for_both():
    twin = hosted_twin()

    report = judge(carrying_both(badge(), twin), twin)

    assert report.verdict is Verdict.VALID
    assert [(form.version, form.verdict) for form in report.forms] == [
        ("2.0", Verdict.VALID),
        ("3.0", Verdict.VALID),
    ]


def test_of_two_answers_the_graver_counts():
    twin = hosted_twin()

    report = judge(carrying_both(badge() | {"name": "Forged"}, twin), twin)

    assert report.verdict is Verdict.CHANGED
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.CHANGED]


def test_two_badges_in_one_picture_are_not_one():
    twin = hosted_twin("Leadership")

    assert judge(carrying_both(badge(), twin), twin).verdict is Verdict.INVALID
