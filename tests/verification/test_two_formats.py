"""Verifying an image that carries a badge as Open Badges 2.0 and as 3.0."""

from __future__ import annotations

import json

import pytest

from openbadges import baking
from tests.factories import png
from tests.verification.elsewhere import HOST, signed_badge, verify
from tests.verification.hosted_elsewhere import hosted_version
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


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
