"""What is found about a badge, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format

from issuing.models import Assertion


class Verdict(Enum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    CHANGED = "changed"
    WRONG_KEY = "wrong_key"
    NOT_YET = "not_yet"
    OTHER_PERSON = "other_person"
    NOT_ISSUED = "not_issued"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not_checked"


# Neither good nor bad news about the badge itself.
_NEITHER = {
    Verdict.NOT_CHECKED,
    Verdict.UNREADABLE,
    Verdict.OTHER_PERSON,
    Verdict.EXPIRED,
    Verdict.NOT_YET,
    Verdict.SUSPENDED,
}


class Finding(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


@dataclass(frozen=True)
class Step:
    finding: Finding
    title: str
    detail: str = ""


@dataclass
class Report:
    verdict: Verdict = Verdict.NOT_CHECKED
    headline: str = ""
    steps: list[Step] = field(default_factory=list)
    award: Assertion | None = None  # only if it was issued here
    badge_name: str = ""
    issuer_name: str = ""
    issuer_url: str = ""
    issued_on: datetime | None = None
    expires: datetime | None = None
    document: dict | None = None  # what counts: the hosted one, or the one that was signed
    version: str = ""  # of Open Badges: "2.0" or "3.0"
    forms: list[Report] = field(default_factory=list)  # if a file carries both, each by itself

    @property
    def tone(self) -> str:
        """valid, invalid or unknown: how the page colors the verdict."""
        if self.verdict is Verdict.VALID:
            return "valid"
        return "unknown" if self.verdict in _NEITHER else "invalid"

    def holds(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.HOLDS, title, detail))

    def fails(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.FAILS, title, detail))

    def open(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.OPEN, title, detail))

    def ends(self, verdict: Verdict, headline: str) -> Report:
        self.verdict, self.headline = verdict, headline
        return self


class Stop(Exception):
    """Nothing more can be said; the report has its verdict."""


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def site_of(address: str) -> str:
    """Host and port: what an issuer vouches for. The address was fetched, so it parses."""
    return urlsplit(address).netloc.lower()


def day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def printable(text: object) -> str:
    if isinstance(text, list) and text:
        text = text[0]
    return "".join(c for c in str(text or "") if c.isprintable())[:300]
