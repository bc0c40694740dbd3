"""What the verify page shows of a report: one word with a color and a shape, and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issuing import addresses
from issuing.models import Assertion
from openbadges import parsing
from verification import own_addresses
from verification.report import Finding, Report, Step
from verification.well_formed import valid_from


@dataclass(frozen=True)
class Look:
    """`tone` is a color, `shape` a sign that differs in its outline from those of other tones."""

    word: str | Promise
    tone: str
    shape: str


_UNKNOWN = Look(_("Could not be checked"), "unknown", "question")
_LOOKS = {
    "valid": Look(_("Valid"), "valid", "check"),
    "expired": Look(_("Expired"), "ended", "clock"),
    "not_yet": Look(_("Not valid yet"), "ended", "clock"),
    "suspended": Look(_("Suspended"), "ended", "pause"),
    "other_person": Look(_("No match"), "ended", "person"),
    "differs": Look(_("Differs"), "ended", "exclamation"),
    "revoked": Look(_("Revoked"), "invalid", "stop"),
    "changed": Look(_("Changed"), "invalid", "cross"),
    "wrong_key": Look(_("Not valid"), "invalid", "cross"),
    "not_issued": Look(_("Not valid"), "invalid", "cross"),
    "invalid": Look(_("Not valid"), "ended", "exclamation"),
    "not_checked": _UNKNOWN,
    "not_found": Look(_("Not found"), "unknown", "document"),
    "unreadable": Look(_("No badge found"), "unknown", "document"),
    "something_else": Look(_("Not an award"), "unknown", "document"),
    "several": Look(_("Several badges"), "unknown", "document"),
}
_ADVICE = {
    "unreadable": _(
        "Ask the person for the file as they downloaded it, for the link of the badge’s page, or "
        "for the code on the certificate."
    ),
    "not_found": _("Copy the whole address or code again, or ask the person for the link."),
    "something_else": _("Ask the person for the link of their own badge’s page, or for its file."),
    "not_checked": _(
        "This says nothing against the badge. Try again later, or ask the issuer whose name is on "
        "it."
    ),
}
# The badge is real, so whose it is can be asked.
_REAL = {"valid", "expired", "not_yet", "suspended", "differs", "other_person"}


@dataclass(frozen=True)
class Answer:
    report: Report

    @property
    def award(self) -> Assertion | None:
        return self.report.award

    @property
    def look(self) -> Look:
        return _LOOKS.get(self.report.verdict.value, _UNKNOWN)

    @property
    def why(self) -> str:
        """The finding that decided, unless the badge is valid; it is not hidden in the details."""
        if self.report.verdict.value == "valid":
            return ""
        decided = self._steps(Finding.FAILED) or self._steps(Finding.OPEN)
        return decided[-1 if decided[0].finding is Finding.OPEN else 0].detail if decided else ""

    @property
    def advice(self) -> str | Promise:
        return _ADVICE.get(self.report.verdict.value, "")

    @property
    def is_real(self) -> bool:
        return self.report.verdict.value in _REAL

    @property
    def names_recipient(self) -> bool:
        """Only a badge in force names people, and only if they show their name themselves."""
        return bool(self.award and self.is_real and self.award.shows_name)

    @property
    def asks_recipient(self) -> bool:
        return bool(self.award and self.is_real and not self.award.shows_name)

    @property
    def address(self) -> str:
        """What the question came from, to ask about the same award again."""
        if self.report.paper:
            return own_addresses.code_address(self.award.short_code)
        return addresses.assertion_id(self.award.public_id)

    @cached_property
    def days(self) -> tuple[datetime | None, datetime | None]:
        """The day on which the badge was earned, if it is known, and that of its issue."""
        if self.award:
            return self.award.earned_on, self.award.issued_on
        document = self.report.document or {}
        earned = parsing.parse_datetime(document.get("awardedDate"))
        return earned, parsing.parse_datetime(valid_from(document)) or self.report.issued_on

    @property
    def earned_on(self) -> datetime | None:
        return self.days[0]

    @property
    def issued_on(self) -> datetime | None:
        return self.days[1]

    @property
    def number_passed(self) -> int:
        return len(self._steps(Finding.PASSED))

    @property
    def number_failed(self) -> int:
        return len(self._steps(Finding.FAILED))

    @property
    def number_open(self) -> int:
        return len(self._steps(Finding.OPEN))

    def _steps(self, finding: Finding) -> list[Step]:
        reports = [self.report, *self.report.forms]
        return [step for report in reports for step in report.steps if step.finding is finding]
