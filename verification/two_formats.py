"""Combines the reports on an image that carries a badge as Open Badges 2.0 and as 3.0."""

from __future__ import annotations

from django.utils.translation import gettext as _

from verification.report import Report, Verdict
from verification.verdicts import MOST_SERIOUS_FIRST

_DESCRIPTION = (
    *("badge_name", "issuer_name", "issuer_url", "issued_on", "expires"),
    *("description", "criteria", "criteria_url", "image", "image_alt"),
)


def combine(report: Report, forms: list[Report]) -> Report:
    """Fill in the report of an image from those of its forms. The most serious verdict counts."""
    worst = min(forms, key=lambda form: MOST_SERIOUS_FIRST.index(form.verdict))
    report.forms = forms
    report.award, report.document = worst.award, worst.document
    report.replaced = worst.replaced
    for name in _DESCRIPTION:
        values = [getattr(form, name) for form in (worst, *forms)]
        setattr(report, name, next((value for value in values if value), values[0]))
    if not _are_same_badge(*forms):
        report.add_failed(
            _("Both are the same badge"),
            _("The image contains two different badges: “%(one)s” and “%(other)s”.")
            % {"one": forms[0].badge_name, "other": forms[1].badge_name},
        )
        return report.set_verdict(
            Verdict.INVALID, _("This image was put together from different badges.")
        )
    if forms[0].verdict is forms[1].verdict:
        report.add_passed(_("Both are the same badge"), _("And the answer is the same for both."))
    else:
        report.add_open(
            _("Both are the same badge"),
            _("The answers differ; the more serious one is shown here. See below for each."),
        )
    return report.set_verdict(worst.verdict, worst.headline)


def _are_same_badge(first: Report, second: Report) -> bool:
    if first.award or second.award:
        # If only one was issued here, its own verdict says what is wrong.
        return not (first.award and second.award) or first.award == second.award
    return not (first.badge_name and second.badge_name) or first.badge_name == second.badge_name
