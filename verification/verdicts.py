"""The verdicts on a badge, what kind of answer each is, and how the checks lead to one.

A verdict is a pure function of the findings (`verdict_of`). "False" needs proof: a signature or a
record that contradicts the file, or a key that is not the issuer's. A check that is missing or not
possible leads to "could not be checked", never to "false" and never to "valid". See ADR 37.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(Enum):
    """The values are part of the API (docs/verify-api.md)."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    CHANGED = "changed"
    WRONG_KEY = "wrong_key"
    NOT_ISSUED = "not_issued"
    INVALID = "invalid"
    DIFFERS = "differs"
    OTHER_PERSON = "other_person"
    NOT_CHECKED = "not_checked"
    SOMETHING_ELSE = "something_else"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"

    @property
    def kind(self) -> Kind:
        return _KINDS[self]


class Kind(Enum):
    """What a verdict says, coarsely: the page shows one word, one color and one shape for each."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_IN_FORCE = "not_in_force"
    REVOKED = "revoked"
    REPLACED = "replaced"
    FALSE = "false"
    NOT_BY_THE_LETTER = "not_by_the_letter"
    OTHER_PERSON = "other_person"
    NOT_CHECKED = "not_checked"
    SOMETHING_ELSE = "something_else"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    NO_BADGE = "no_badge"

    @property
    def word(self) -> Promise:
        return _LOOKS[self].word

    @property
    def tone(self) -> str:
        """The color: "valid", "caution", "invalid", or "unknown": neither for nor against."""
        return _LOOKS[self].tone

    @property
    def shape(self) -> str:
        return _LOOKS[self].shape


class _Look(NamedTuple):
    word: Promise
    tone: str
    shape: str


_LOOKS = {
    Kind.VALID: _Look(_("Valid"), "valid", "check"),
    Kind.EXPIRED: _Look(_("Expired"), "caution", "clock"),
    Kind.NOT_IN_FORCE: _Look(_("Not in force"), "caution", "pause"),
    Kind.REVOKED: _Look(_("Revoked"), "invalid", "stop"),
    Kind.REPLACED: _Look(pgettext_lazy("verdict", "Replaced"), "caution", "arrow"),
    Kind.FALSE: _Look(_("False"), "invalid", "cross"),
    Kind.NOT_BY_THE_LETTER: _Look(_("Irregular"), "caution", "exclamation"),
    Kind.OTHER_PERSON: _Look(_("No match"), "caution", "person"),
    Kind.NOT_CHECKED: _Look(_("Could not be checked"), "unknown", "question"),
    Kind.SOMETHING_ELSE: _Look(_("Something else"), "unknown", "document"),
    Kind.SEVERAL: _Look(_("Several badges"), "unknown", "stack"),
    Kind.NOT_FOUND: _Look(_("Not found"), "unknown", "magnifier"),
    Kind.NO_BADGE: _Look(_("No badge found"), "unknown", "frame"),
}

_KINDS = {
    Verdict.VALID: Kind.VALID,
    Verdict.EXPIRED: Kind.EXPIRED,
    Verdict.NOT_YET: Kind.NOT_IN_FORCE,
    Verdict.SUSPENDED: Kind.NOT_IN_FORCE,
    Verdict.REVOKED: Kind.REVOKED,
    Verdict.REPLACED: Kind.REPLACED,
    Verdict.CHANGED: Kind.FALSE,
    Verdict.WRONG_KEY: Kind.FALSE,
    Verdict.NOT_ISSUED: Kind.FALSE,
    Verdict.INVALID: Kind.NOT_BY_THE_LETTER,
    Verdict.DIFFERS: Kind.NOT_BY_THE_LETTER,
    Verdict.OTHER_PERSON: Kind.OTHER_PERSON,
    Verdict.NOT_CHECKED: Kind.NOT_CHECKED,
    Verdict.SOMETHING_ELSE: Kind.SOMETHING_ELSE,
    Verdict.SEVERAL: Kind.SEVERAL,
    Verdict.NOT_FOUND: Kind.NOT_FOUND,
    Verdict.UNREADABLE: Kind.NO_BADGE,
}

# Of several verdicts that findings lead to, the first in this list counts.
MOST_SERIOUS_FIRST = [
    Verdict.NOT_ISSUED,
    Verdict.CHANGED,
    Verdict.WRONG_KEY,
    Verdict.REVOKED,
    Verdict.REPLACED,
    Verdict.INVALID,
    Verdict.DIFFERS,
    Verdict.OTHER_PERSON,
    Verdict.SUSPENDED,
    Verdict.EXPIRED,
    Verdict.NOT_YET,
    Verdict.SEVERAL,
    Verdict.SOMETHING_ELSE,
    Verdict.NOT_FOUND,
    Verdict.UNREADABLE,
    Verdict.NOT_CHECKED,
    Verdict.VALID,
]
_NOT_A_BADGE = {
    *(Verdict.SEVERAL, Verdict.SOMETHING_ELSE),
    *(Verdict.NOT_FOUND, Verdict.UNREADABLE),
}
_FALSE = {verdict for verdict, kind in _KINDS.items() if kind is Kind.FALSE}


class Finding(Enum):
    """The outcome of one check. The values are part of the API."""

    PASSED = "holds"
    FAILED = "fails"
    OPEN = "open"  # could not be checked
    NOT_APPLICABLE = "not_applicable"


class Check(Enum):
    """The checks that a verdict depends on. Other steps of a report only inform."""

    FORM = "form"  # it follows the standard
    UNCHANGED = "unchanged"  # it is what was signed, or what is on record
    ISSUER = "issuer"  # the key or the record is the issuer's
    STATUS = "status"  # it was not revoked
    DATES = "dates"


@dataclass(frozen=True)
class Step:
    """One line of a report, with the checks that it answers.

    `means` is the verdict that this finding leads to on its own.
    """

    finding: Finding
    title: str
    detail: str = ""
    checks: frozenset[Check] = frozenset()
    means: Verdict | None = None


def verdict_of(steps: Iterable[Step]) -> Verdict:
    """The verdict that follows from the findings. VALID only if every check was made and passed."""
    steps = list(steps)
    meant = {step.means for step in steps if step.means}
    if decisive := meant & (_NOT_A_BADGE | _FALSE):
        return most_serious(decisive)
    not_passed = {check for check in Check if not is_passed(steps, check)}
    if not_passed & {Check.UNCHANGED, Check.ISSUER}:
        # What a document says about its own dates and status counts only if its issuer says it.
        return most_serious(meant & {Verdict.INVALID} | {Verdict.NOT_CHECKED})
    return most_serious(meant | {Verdict.NOT_CHECKED if not_passed else Verdict.VALID})


def is_passed(steps: Iterable[Step], check: Check) -> bool:
    """Was this check made, and passed each time? A check that does not apply counts as passed."""
    findings = [step.finding for step in steps if check in step.checks]
    return bool(findings) and set(findings) <= {Finding.PASSED, Finding.NOT_APPLICABLE}


def most_serious(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=MOST_SERIOUS_FIRST.index)
