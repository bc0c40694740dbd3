"""What the verify page shows of a report, next to the word of its verdict: facts and advice."""

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
from verification.report import Check, Finding, Report, Step, Verdict, host_of
from verification.well_formed import valid_from

_ADVICE = {
    Verdict.UNREADABLE: _(
        "Ask the person for the file as they downloaded it, for the link of the badge’s page, or "
        "for the code on the certificate."
    ),
    Verdict.NOT_FOUND: _("Copy the whole address or code again, or ask the person for the link."),
    Verdict.SOMETHING_ELSE: _(
        "Ask the person for the link of their own badge’s page, or for its file."
    ),
    Verdict.NOT_CHECKED: _(
        "This says nothing against the badge. Try again later, or ask the issuer whose name is on "
        "it."
    ),
}
# The badge is real, so whose it is can be asked.
_REAL = {
    *(Verdict.VALID, Verdict.EXPIRED, Verdict.NOT_YET, Verdict.SUSPENDED),
    *(Verdict.DIFFERS, Verdict.OTHER_PERSON),
}


@dataclass(frozen=True)
class Answer:
    report: Report

    @property
    def award(self) -> Assertion | None:
        return self.report.award

    @property
    def why(self) -> str:
        """The finding that decided, unless the badge is valid; it is not folded in."""
        verdict = self.report.verdict
        if verdict in {Verdict.VALID, Verdict.SEVERAL}:  # of several, the choices say it
            return ""
        decided = [step for step in self._steps() if step.means is verdict]
        if verdict is Verdict.NOT_CHECKED:
            needed = [step for step in self._steps(Finding.OPEN) if step.checks]
            decided = needed or self._steps(Finding.OPEN)[-1:]
        decided = decided or self._steps(Finding.FAILED)
        return decided[0].detail if decided else ""

    @property
    def advice(self) -> str | Promise:
        return _ADVICE.get(self.report.verdict, "")

    @property
    def is_confirmed(self) -> bool:
        """Does the issuer, or our record, say what is shown of the badge?"""
        reports = self.report.forms or [self.report]
        is_issuers = all(each.has_passed(Check.UNCHANGED, Check.ISSUER) for each in reports)
        return bool(self.award) or is_issuers

    @property
    def page(self) -> str:
        """The address of the award's page, in full: it is printed with the answer."""
        return addresses.page(self.award.get_absolute_url())

    @property
    def newer(self) -> str:
        """What to verify instead of a credential that was replaced; "" for any other."""
        if not self.report.replaced:
            return ""
        return own_addresses.code_address(self.award.short_code)

    @property
    def shows_criteria(self) -> bool:
        """For badges of other issuers: those issued here have a page that shows theirs."""
        return not self.award and bool(self.report.criteria or self.report.criteria_url)

    @property
    def criteria_host(self) -> str:
        return host_of(self.report.criteria_url)

    @property
    def is_real(self) -> bool:
        return self.report.verdict in _REAL

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
        if self.report.paper and not self.report.replaced:
            return own_addresses.code_address(self.award.short_code)
        return addresses.assertion_id(self.award.public_id)

    @cached_property
    def days(self) -> tuple[datetime | None, datetime | None]:
        """The day on which the badge was earned, if it is known, and that of its issue."""
        if self.award:
            later = self.award.issued_on if self.award.is_issued_later else None
            return self.award.awarded_on, later
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

    def _steps(self, finding: Finding | None = None) -> list[Step]:
        reports = [self.report, *self.report.forms]
        steps = [step for report in reports for step in report.steps]
        return [step for step in steps if finding in {None, step.finding}]
