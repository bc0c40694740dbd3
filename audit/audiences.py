"""Who may read each text that somebody writes: one registry, to which every app adds its own texts.

`audiences.py` of each app lists its text fields and the notes of its acts, with the readers of
each. The activity log and the exports ask here; `tests/access/test_every_note.py` writes each text,
reads every page as everyone, and fails when somebody else can read it or when a field is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Reader(Enum):
    """A kind of person. Each means the people of the record's own agency, not of another."""

    EVERYONE = "everyone, without an account"
    SIGNED_IN = "everyone with an account"
    CONCERNED = "the person whom it concerns: the earner, the winner, the writer of a dispute"
    REVIEWER = "the assigned reviewer"
    SECOND_REVIEWER = "the other reviewers of the agency, who may confirm a decision"
    COORDINATOR = "the coordinators of the agency and of those above it"
    REPORTER = "the reporters of the agency and of those above it"
    INSTRUCTOR = "the instructors of the group"
    ENDORSER = "the endorser"
    SPONSOR = "the sponsor, by email"
    PROGRAM = "another program, with a token of the agency"
    OPERATOR = "the operator"


Audience = frozenset[Reader]

EVERYONE: Audience = frozenset(Reader)
OPERATORS: Audience = frozenset({Reader.OPERATOR})
COORDINATORS: Audience = frozenset({Reader.COORDINATOR, Reader.OPERATOR})
REPORTERS: Audience = frozenset({Reader.COORDINATOR, Reader.REPORTER, Reader.OPERATOR})
NOBODY: Audience = frozenset()


def with_readers(audience: Audience, *readers: Reader) -> Audience:
    return audience | frozenset(readers)


def everyone_once(state: str, *, before: Audience) -> dict[str, Audience]:
    """Readers by state: `before` while the record is a draft, everyone from `state` on."""
    return {"draft": before, state: EVERYONE}


@dataclass(frozen=True)
class ActAudience:
    """Who may read the note of an act, who acted, and what it was about.

    Everyone who may open the activity log reads that it happened, and when.
    """

    note: Audience
    actor: Audience
    subject: Audience


# Who reads a text can depend on the state of its record, for example draft and published.
_texts: dict[str, dict[str, Audience]] = {}
_from_the_program: set[str] = set()
_acts: dict[str, ActAudience] = {}

ALWAYS = "always"


def register_texts(app: str, texts: Mapping[str, Audience | Mapping[str, Audience]]) -> None:
    """`texts` are the audiences by "Model.field"; by state, if they differ."""
    for field, audience in texts.items():
        by_state = audience if isinstance(audience, Mapping) else {ALWAYS: audience}
        _texts[f"{app}.{field}"] = dict(by_state)


def register_program_texts(app: str, fields: Iterable[str]) -> None:
    """Fields that no person writes: keys, digests, names of files, what the program noted."""
    _from_the_program.update(f"{app}.{field}" for field in fields)


def register_act(
    act: str,
    *,
    note: Audience = COORDINATORS,
    actor: Audience = REPORTERS,
    subject: Audience = REPORTERS,
) -> None:
    """Numbers in the act are written as #: "draw #"."""
    _acts[act] = ActAudience(note, actor, subject)


def audience_of_act(act: str) -> ActAudience:
    """An unknown act keeps its note with the coordinators."""
    unknown = ActAudience(COORDINATORS, REPORTERS, REPORTERS)
    return _acts.get(_numbers_left_out(act), unknown)


def acts_kept_from(reader: Reader, part: Literal["actor", "subject"]) -> list[str]:
    """Acts whose actor or subject this reader may not know; those without numbers, for a query."""
    return [act for act, audience in _acts.items() if reader not in getattr(audience, part)]


def is_registered_act(act: str) -> bool:
    return _numbers_left_out(act) in _acts


def registered_texts() -> dict[str, dict[str, Audience]]:
    return _texts


def is_registered_text(field: str) -> bool:
    return field in _texts or field in _from_the_program


def _numbers_left_out(act: str) -> str:
    return re.sub(r"\d+", "#", act)


# The subject, the actor and the note of an entry have the audience of its act.
register_program_texts(
    "audit",
    [
        "AuditEntry.act",
        "AuditEntry.subject",
        "AuditEntry.subject_key",
        "AuditEntry.note",
        "UnwantedFile.field",
        "UnwantedFile.name",
    ],
)
