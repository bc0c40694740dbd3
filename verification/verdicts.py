"""Comparing a badge with its record, and the verdict, for hosted badges (Open Badges 2.0)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing, v2
from verification.report import Report, Verdict, format_day, printable

# Properties that the earner may change after the badge was issued.
CHANGEABLE_BY_EARNER = {"evidence", "narrative"}


def compare_with_record(report: Report, document: dict | None) -> set[str]:
    """Add a step that compares the file with the hosted document; the names that differ."""
    title = _("The file matches the issuer’s record")
    if document is None:
        report.add_open(title, _("No file was uploaded. This comes from our record."))
        return set()
    names = document.keys() | report.document.keys()
    differing = {name for name in names if not _is_consistent(name, document, report.document)}
    if not differing and document.keys() >= report.document.keys():
        report.add_passed(title, _("Word for word."))
    elif not differing:
        report.add_passed(
            title,
            _(
                "Everything in it matches. The earner shows more now than when the file was "
                "created."
            ),
        )
    elif differing <= CHANGEABLE_BY_EARNER:
        report.add_failed(
            title,
            _(
                "The evidence or narrative differs. The earner may have changed what is shown "
                "since the file was created, or the file was changed. Only the record counts."
            ),
        )
    else:
        listed = ", ".join(sorted(printable(name) for name in differing)[:12])
        report.add_failed(
            title,
            _("The file was changed. Different from the record: %(names)s.") % {"names": listed},
        )
    return differing


def _is_consistent(name: str, document: dict, record: dict) -> bool:
    """Equal, or shown by the earner only after the file was downloaded."""
    if name in CHANGEABLE_BY_EARNER and name not in document:
        return True
    return name in document and name in record and parsing.json_equal(document[name], record[name])


def report_revoked(report: Report, reason: str, revoked_at: datetime | None) -> None:
    words = _("The issuer has revoked the badge.")
    if revoked_at:
        words = _("The issuer revoked the badge on %(date)s.") % {"date": format_day(revoked_at)}
    if reason:
        words += " " + _("Reason: %(reason)s") % {"reason": printable(reason)}
    report.add_failed(_("Status"), words)
    report.set_verdict(Verdict.REVOKED, _("This badge was revoked. It is no longer valid."))


def conclude(
    report: Report, expires: datetime | None, now: datetime, differing: set[str], email: str
) -> None:
    expired = expires is not None and expires <= now
    if expired:
        report.add_failed(_("Status"), _("It expired on %(date)s.") % {"date": format_day(expires)})
    elif expires:
        report.add_passed(_("Status"), _("Valid until %(date)s.") % {"date": format_day(expires)})
    else:
        report.add_passed(_("Status"), _("Valid; it does not expire."))
    matches_recipient = _check_recipient(report, email)
    if differing and differing <= CHANGEABLE_BY_EARNER:
        report.set_verdict(
            Verdict.CHANGED,
            _("The badge is real, but the file shows evidence that its record does not show."),
        )
    elif differing:
        report.set_verdict(
            Verdict.CHANGED,
            _(
                "The file was changed after it was issued. Don’t rely on it; check the issuer’s "
                "record."
            ),
        )
    elif matches_recipient is False:
        report.set_verdict(
            Verdict.OTHER_PERSON, _("The badge is real, but for another email address.")
        )
    elif expired:
        report.set_verdict(Verdict.EXPIRED, _("This badge is real but has expired."))
    else:
        report.set_verdict(Verdict.VALID, _("This badge is valid."))


def _check_recipient(report: Report, email: str) -> bool | None:
    title = _("Recipient")
    if not email.strip():
        report.add_open(
            title, _("Not checked. Enter the person’s email address to see whether it is theirs.")
        )
        return None
    answer = v2.is_recipient(report.document.get("recipient"), email)
    if answer:
        report.add_passed(title, _("It was issued to this email address."))
    elif answer is None:
        report.add_open(title, _("The badge does not name its recipient by email address."))
    else:
        report.add_failed(
            title,
            _("It was issued to another email address. People often have several: ask which one."),
        )
    return answer
