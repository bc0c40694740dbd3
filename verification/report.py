"""The report on a badge: the steps checked, the verdict, and what the badge says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from issuing.models import Assertion, ReplacedCredential
from verification.verdicts import Check, Finding, Kind, Step, Verdict, is_passed, verdict_of

__all__ = ["Check", "Choice", "Finding", "Kind", "Report", "Step", "Verdict", "VerdictReached"]


@dataclass(frozen=True)
class Choice:
    """One of several badges in a file. `text` is that badge alone; it can be verified as it is."""

    name: str
    issuer_name: str
    text: str


@dataclass
class Report:
    verdict: Verdict = Verdict.NOT_CHECKED
    headline: str = ""
    steps: list[Step] = field(default_factory=list)
    award: Assertion | None = None  # only if it was issued here
    # Set if what was given is an earlier credential of the award, which a newer one has replaced.
    replaced: ReplacedCredential | None = None
    badge_name: str = ""
    issuer_name: str = ""
    issuer_url: str = ""
    issued_on: datetime | None = None
    expires: datetime | None = None
    document: dict | None = None  # the authoritative one: hosted or signed
    version: str = ""  # of Open Badges: "1.0", "2.0" or "3.0"
    forms: list[Report] = field(default_factory=list)  # one per version if a file carries both
    choices: list[Choice] = field(default_factory=list)  # if the file contains several badges
    paper: str = ""  # "code" or "pdf" if the question came from one of our papers
    # What the badge says of itself, for badges of other issuers. Plain text, shortened.
    description: str = ""
    criteria: str = ""  # Markdown
    criteria_url: str = ""  # http or https
    image: str = ""  # a data: URI of a PNG that was decoded and written again here
    image_alt: str = ""
    image_source: str = ""  # where the badge says its image is; never given to a browser

    @property
    def kind(self) -> Kind:
        return self.verdict.kind

    @property
    def tone(self) -> str:
        """The color of the verdict: see `Kind.tone`."""
        return self.kind.tone

    def add_passed(self, title: str, detail: str = "", *checks: Check) -> None:
        self.steps.append(Step(Finding.PASSED, title, detail, frozenset(checks)))

    def add_failed(
        self, title: str, detail: str = "", *checks: Check, means: Verdict | None = None
    ) -> None:
        self.steps.append(Step(Finding.FAILED, title, detail, frozenset(checks), means))

    def add_open(
        self, title: str, detail: str = "", *checks: Check, means: Verdict | None = None
    ) -> None:
        self.steps.append(Step(Finding.OPEN, title, detail, frozenset(checks), means))

    def add_not_applicable(self, title: str, detail: str = "", *checks: Check) -> None:
        self.steps.append(Step(Finding.NOT_APPLICABLE, title, detail, frozenset(checks)))

    def has_passed(self, *checks: Check) -> bool:
        return all(is_passed(self.steps, check) for check in checks)

    def set_verdict(self, verdict: Verdict, headline: str) -> Report:
        self.verdict, self.headline = verdict, headline
        return self

    def conclude(self, headline: str = "") -> Report:
        """Set the verdict that follows from the steps, with its usual headline or this one."""
        verdict = verdict_of(self.steps)
        return self.set_verdict(verdict, headline or headline_of(verdict, self.steps))

    def stop(self, headline: str = "") -> NoReturn:
        """Conclude now: no further checks follow."""
        self.conclude(headline)
        raise VerdictReached

    def stop_as_not_issued(self) -> NoReturn:
        """The document claims to be issued here, but there is no record of it."""
        self.add_failed(
            _("Issued here"),
            _("It says so, but our records contain no such award. Someone else made this file."),
            Check.ISSUER,
            means=Verdict.NOT_ISSUED,
        )
        self.stop()


class VerdictReached(Exception):
    """The report has its final verdict; no further checks follow."""


def headline_of(verdict: Verdict, steps: Iterable[Step]) -> str:
    """The verdict in one to three sentences, with what else is known."""
    steps = list(steps)
    is_signed = is_passed(steps, Check.UNCHANGED) and is_passed(steps, Check.ISSUER)
    if verdict is Verdict.NOT_CHECKED:
        return _headline_of_not_checked(steps, is_signed=is_signed)
    sentences = [_HEADLINES[verdict]()]
    follows_rules = not any(
        Check.FORM in step.checks and step.finding is Finding.FAILED for step in steps
    )
    if verdict is Verdict.INVALID and is_signed and not follows_rules:
        sentences = [_("This badge does not follow the rules of Open Badges.")]
        sentences.append(_("It is as its issuer made it; nothing was changed."))
    elif verdict is Verdict.REVOKED and not follows_rules:
        sentences.append(
            _("Its signature is good, but it does not follow the rules of Open Badges.")
        )
    if (
        is_signed
        and any(_is_open(step, Check.STATUS) for step in steps)
        and (verdict in {Verdict.EXPIRED, Verdict.NOT_YET, Verdict.OTHER_PERSON, Verdict.INVALID})
    ):
        sentences.append(_("We could not check whether it was revoked."))
    return " ".join(sentences)


def _headline_of_not_checked(steps: list[Step], *, is_signed: bool) -> str:
    if is_signed and any(_is_open(step, Check.STATUS) for step in steps):
        return _(
            "The badge is signed by its issuer, but we could not check whether it has been "
            "revoked since."
        )
    if not is_signed and is_passed(steps, Check.UNCHANGED):
        return _("It has not changed since it was signed, but we could not check who signed it.")
    return _("It could not be checked, so this page makes no claim about it.")


def _is_open(step: Step, check: Check) -> bool:
    return check in step.checks and step.finding is Finding.OPEN


_HEADLINES = {
    Verdict.VALID: lambda: _("This badge is valid."),
    Verdict.EXPIRED: lambda: _("This badge is real but has expired."),
    Verdict.NOT_YET: lambda: _("This badge is real but not valid yet."),
    Verdict.SUSPENDED: lambda: _("This badge is real but suspended for now."),
    Verdict.REVOKED: lambda: _("This badge was revoked. It is no longer valid."),
    Verdict.REPLACED: lambda: _(
        "This is an earlier version of a real badge. A newer one has replaced it."
    ),
    Verdict.CHANGED: lambda: _("This badge was changed after it was signed."),
    Verdict.WRONG_KEY: lambda: _(
        "The signature is not the issuer’s. Someone else may have made this badge."
    ),
    Verdict.NOT_ISSUED: lambda: _("This badge was not issued here."),
    Verdict.INVALID: lambda: _("This badge is not valid."),
    Verdict.DIFFERS: lambda: _(
        "The badge is real, but the file is not the same as its record. Only the record counts."
    ),
    Verdict.OTHER_PERSON: lambda: _("The badge is real, but for another email address."),
    Verdict.SOMETHING_ELSE: lambda: _("This is not somebody’s badge."),
    Verdict.NOT_FOUND: lambda: _("We have no award at this address."),
    Verdict.SEVERAL: lambda: _("There are several badges here. Choose the one to verify."),
    Verdict.UNREADABLE: lambda: _("There is no badge here that can be checked."),
}


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def site_of(address: str) -> str:
    """Host and port, which define an issuer's scope; "" for an invalid URL."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    site = parts.netloc.lower()
    return site.removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ""))


def format_day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def printable(text: object) -> str:
    if isinstance(text, list) and text:
        text = text[0]
    return "".join(c for c in str(text or "") if c.isprintable())[:300]
