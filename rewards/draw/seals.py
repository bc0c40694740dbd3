"""Sealing the result of a draw, so that it is learned on stage (ADR 104)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from rewards.models import Draw, Drawing, Seal


def as_published(inputs: dict) -> bytes:
    """The bytes of inputs.json."""
    return json.dumps(inputs, ensure_ascii=False, indent=2).encode() + b"\n"


def can_be_sealed(drawing: Drawing) -> bool:
    """A published draw gave the secret away, so anyone can compute a repeated one."""
    return not drawing.draws.revealed().exists()


def seal(draw: Draw, inputs_of: Callable[[Draw], dict], *, until: datetime | None) -> None:
    """Keep the result back, and the digest of what will be published. In the caller's transaction.

    Without `until`, sealed draws before this one open, too: they have the same secret.
    """
    if until is None:
        still = Seal.objects.closed().filter(draw__drawing=draw.drawing_id)
        still.update(opened_at=draw.drawn_at, opened_by=draw.drawn_by)
        return
    # The keys in the order in which PostgreSQL keeps them, as they are published later.
    draw.refresh_from_db(fields=["sources"])
    content = as_published(inputs_of(draw))
    Seal.objects.create(
        draw=draw,
        inputs=content.decode(),
        sha256=hashlib.sha256(content).hexdigest(),
        opens_at=until,
    )


def matches(seal: Seal) -> bool:
    """Whether what was sealed has the digest that was published with the draw."""
    return hashlib.sha256(seal.inputs.encode()).hexdigest() == seal.sha256
