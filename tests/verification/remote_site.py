"""A site elsewhere that issued an Open Badge 2.0."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone

from fetching.safe_fetch import Fetched, NotFetched
from openbadges import v2
from verification import verifier

HOST = "https://badges.elsewhere.example"


class FakeSite:
    """A fetcher that answers from a dict of URL to (status, document)."""

    def __init__(self, answers: dict) -> None:
        self.answers = answers

    def fetch(self, url: str) -> Fetched:
        if url not in self.answers:
            raise NotFetched(NotFetched.UNREACHABLE)
        status, document = self.answers[url]
        return Fetched(url, status, json.dumps(document).encode())


def other_site(**changes) -> dict:
    now = timezone.now()
    assertion = v2.Assertion(
        id=f"{HOST}/a/1",
        badge_id=f"{HOST}/b/1",
        image_url="",
        email="rosa@school.example",
        salt="salt",
        issued_on=now - timedelta(days=30),
    ).document()
    badge = v2.BadgeClass(
        id=f"{HOST}/b/1",
        name="Another badge",
        description="From elsewhere.",
        image_url=f"{HOST}/b/1.png",
        image_caption="",
        criteria_url=f"{HOST}/b/1/criteria",
        criteria_narrative="",
        issuer_id=f"{HOST}/i/1",
    ).document()
    issuer = v2.Issuer(
        id=f"{HOST}/i/1", name="Elsewhere College", url=HOST, email="badges@elsewhere.example"
    ).document()
    return {
        f"{HOST}/a/1": (200, assertion | changes),
        f"{HOST}/b/1": (200, badge),
        f"{HOST}/i/1": (200, issuer),
    }


def verify_remote(site: dict, **kwargs):
    return verifier.verify(text=f"{HOST}/a/1", fetcher=FakeSite(site), **kwargs)
