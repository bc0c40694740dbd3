"""Mirrors of drand that answer as a test says, and a drawing that waits for a round."""

from __future__ import annotations

import json
from datetime import timedelta

from fetching.safe_fetch import Fetched, NotFetched
from rewards.drand import operations as rounds
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing
from tests.factories import UserFactory
from tests.rewards.drand_rounds import (
    CALENDAR,
    CLOSE,
    DRAW,
    EARNED,
    LOTTERY,
    ROUND,
    SIGNATURE,
)
from tests.rewards.drawing_factories import award_to_many, drafted


class Mirrors:
    """A fetcher with an answer for each mirror; other mirrors are down. Records the requests."""

    def __init__(self, **answers: object) -> None:
        self.answers, self.asked = answers, []

    def fetch(self, address: str) -> Fetched:
        host = address.split("/")[2].split(".")[0 if "cloudflare" not in address else 1]
        self.asked.append(host)
        if host not in self.answers:
            raise NotFetched(NotFetched.UNREACHABLE)
        answer = self.answers[host]
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Fetched(address, 200 if answer else 404, body)


def answer(number: int = ROUND, signature: str = SIGNATURE) -> dict:
    # The wrong randomness does not matter: the value is computed from the signature.
    return {"round": number, "randomness": "0" * 64, "signature": signature}


def waiting(*, now, sources=None, **kwargs) -> Drawing:
    """A closed drawing that needs the round."""
    now(EARNED - timedelta(days=20))
    drawing = drafted(**CALENDAR, sources=sources or [rounds.drand_source(DRAW), LOTTERY], **kwargs)
    drawings.announce(drawing, by=UserFactory(), now=EARNED - timedelta(days=20))
    award_to_many(4, now=EARNED)
    drawings.close(drawing, now=CLOSE)
    return Drawing.objects.get(pk=drawing.pk)
