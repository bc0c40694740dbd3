"""The report on a badge: the steps checked, and the verdict."""

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


# Verdicts that do not say whether the badge is genuine, or that it is no longer in force.
_NEUTRAL = {
    Verdict.NOT_CHECKED,
    Verdict.UNREADABLE,
    Verdict.OTHER_PERSON,
    Verdict.EXPIRED,
    Verdict.NOT_YET,
    Verdict.SUSPENDED,
}


class Finding(Enum):
    PASSED = "holds"
    FAILED = "fails"
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
    document: dict | None = None  # the authoritative one: hosted or signed
    version: str = ""  # of Open Badges: "2.0" or "3.0"
    forms: list[Report] = field(default_factory=list)  # one per version if a file carries both

    @property
    def tone(self) -> str:
        """The color of the verdict: "valid", "invalid" or "unknown"."""
        if self.verdict is Verdict.VALID:
            return "valid"
        return "unknown" if self.verdict in _NEUTRAL else "invalid"

    def add_passed(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.PASSED, title, detail))

    def add_failed(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.FAILED, title, detail))

    def add_open(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.OPEN, title, detail))

    def set_verdict(self, verdict: Verdict, headline: str) -> Report:
        self.verdict, self.headline = verdict, headline
        return self


class VerdictReached(Exception):
    """The report has its final verdict; no further checks follow."""


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def site_of(address: str) -> str:
    """Host and port, which define an issuer's scope. The URL must be valid."""
    return urlsplit(address).netloc.lower()


def format_day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def printable(text: object) -> str:
    if isinstance(text, list) and text:
        text = text[0]
    return "".join(c for c in str(text or "") if c.isprintable())[:300]
