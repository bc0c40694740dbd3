"""A file that carries a badge twice: each form is judged, and both have to be of one badge."""

from __future__ import annotations

from django.utils.translation import gettext as _

from verification.report import Report, Verdict

# What is said of the whole if the forms differ: the first of these that is said of either.
_WORST_FIRST = [
    Verdict.REVOKED,
    Verdict.CHANGED,
    Verdict.WRONG_KEY,
    Verdict.NOT_ISSUED,
    Verdict.INVALID,
    Verdict.OTHER_PERSON,
    Verdict.SUSPENDED,
    Verdict.EXPIRED,
    Verdict.NOT_YET,
    Verdict.UNREADABLE,
    Verdict.NOT_CHECKED,
    Verdict.VALID,
]


def join(report: Report, forms: list[Report]) -> Report:
    worst = min(forms, key=lambda form: _WORST_FIRST.index(form.verdict))
    report.forms = forms
    report.award, report.document = worst.award, worst.document
    for name in ("badge_name", "issuer_name", "issuer_url", "issued_on", "expires"):
        values = [getattr(form, name) for form in (worst, *forms)]
        setattr(report, name, next((value for value in values if value), values[0]))
    if not _are_one(*forms):
        report.fails(
            _("Both are the same badge"),
            _("The picture carries two badges that are not the same: “%(one)s” and “%(other)s”.")
            % {"one": forms[0].badge_name, "other": forms[1].badge_name},
        )
        return report.ends(
            Verdict.INVALID, _("This picture was put together from different badges.")
        )
    if forms[0].verdict is forms[1].verdict:
        report.holds(_("Both are the same badge"), _("And the answer is the same for both."))
    else:
        report.open(
            _("Both are the same badge"),
            _("The answers differ; here is the graver one. See below for each."),
        )
    return report.ends(worst.verdict, worst.headline)


def _are_one(one: Report, other: Report) -> bool:
    if one.award or other.award:
        # Where our records hold neither or only one, the verdicts say what is wrong.
        return not (one.award and other.award) or one.award == other.award
    return not (one.badge_name and other.badge_name) or one.badge_name == other.badge_name
