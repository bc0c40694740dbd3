"""What a web worker holds after many requests of all kinds: it should be level without renewal."""

from __future__ import annotations

import random

from django.conf import settings
from django.test import Client

from accounts.models import User
from bench import load, servers
from bench.__main__ import say
from catalog.models import BadgeClass
from issuing.models import Assertion

STEPS = 5
MOST = 90_000_000  # bytes of a worker
SEED = 2026


def measure(*, requests: int) -> None:
    """Mixed requests in equal steps, and the memory of the largest worker after each."""
    mixed = _mixed(random.Random(SEED), requests // STEPS)
    say("\nMemory of the largest web worker, with its part of what workers share (PSS)")
    with servers.serving(servers.PRODUCT) as server:
        say(f"{'after the start':<28}{max(server.memory()) / 1e6:>8.0f} MB")
        for step in range(1, STEPS + 1):
            load.send_once(server.port, mixed)
            used = max(server.memory())
            missed = "  above its target" if used > MOST else ""
            say(f"{f'after {step * len(mixed):,} requests':<28}{used / 1e6:>8.0f} MB{missed}")
    say(f"(target: at most {MOST // 10**6} MB, and level)")


def _mixed(chosen: random.Random, count: int) -> list[bytes]:
    """Requests of programs and visitors, one in six by somebody who is signed in."""
    awards = list(
        Assertion.objects.filter(signed__isnull=False).values_list("public_id", flat=True)[:200]
    )
    badges = [badge.get_absolute_url() for badge in BadgeClass.objects.published()[:50]]
    everyday = [
        *(f"/assertions/{uuid}" for uuid in awards),
        *(f"/credentials/{uuid}" for uuid in awards),
        *(f"/assertions/{uuid}/badge.png" for uuid in awards),
        *(f"/awards/{uuid}/" for uuid in awards),
        *badges, "/", "/badges/", "/badges/?q=media", "/pathways/", "/verify/", "/drawings/",
    ]  # fmt: skip
    cards = [f"/awards/{uuid}/card.png" for uuid in awards[:20]]
    signed_in = ["/", "/badges/", "/my-badges/", "/submissions/", *badges[:10]]
    earners = [(_session(award.recipient), _papers(award)) for award in _awards_of_people()]
    shares = (
        [load.request(path) for path in chosen.choices(everyday, k=count * 80 // 100)],
        [load.request(path) for path in chosen.choices(cards, k=count * 3 // 100)],
        [
            load.request(chosen.choice(signed_in), cookie=chosen.choice(earners)[0])
            for _ in range(count * 15 // 100)
        ],
        [
            load.request(chosen.choice(papers), cookie=session)
            for session, papers in chosen.choices(earners, k=count * 9 // 1000)
        ],
    )
    mixed = [request for share in shares for request in share]
    chosen.shuffle(mixed)
    return mixed


def _awards_of_people() -> list[Assertion]:
    """One award of each of some people. Papers are limited: 100 in ten minutes for one network."""
    signed = Assertion.objects.filter(signed__isnull=False).select_related("recipient")
    return list({award.recipient_id: award for award in signed.order_by("pk")[:40]}.values())


def _papers(award: Assertion) -> list[str]:
    return [f"/awards/{award.public_id}/{name}.pdf" for name in ("certificate", "wallet-card")]


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
