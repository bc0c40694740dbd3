"""A hosted badge of a site elsewhere, with its badge class and issuer."""

from __future__ import annotations

from datetime import timedelta

from openbadges import v2
from tests.verification.elsewhere import HOST, NOW


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
