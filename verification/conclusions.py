"""What follows from what was found, wherever the badge was issued."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing, v2
from verification.report import Report, Verdict, day, printable

# What an earner may change after the badge was sent out.
CHOSEN_LATER = {"evidence", "narrative"}


def compare(report: Report, document: dict | None) -> set[str]:
    """Which properties of the file are not as in the hosted document."""
    title = _("The file says what the issuer’s record says")
    if document is None:
        report.open(title, _("No file was given; what is said here comes from the record itself."))
        return set()
    names = document.keys() | report.document.keys()
    differing = {name for name in names if not _agree(name, document, report.document)}
    if not differing and document.keys() >= report.document.keys():
        report.holds(title, _("Word for word."))
    elif not differing:
        report.holds(
            title, _("All that it says. The earner shows more today than when the file was made.")
        )
    elif differing <= CHOSEN_LATER:
        report.fails(
            title,
            _(
                "The evidence or narrative differs. The earner may have changed what is shown "
                "since the file was made, or the file was changed. Only the record counts."
            ),
        )
    else:
        listed = ", ".join(sorted(printable(name) for name in differing)[:12])
        report.fails(
            title,
            _("The file was changed. Not as in the record: %(names)s.") % {"names": listed},
        )
    return differing


def _agree(name: str, document: dict, record: dict) -> bool:
    """A file from before the earner chose to show more claims nothing that is not so."""
    if name in CHOSEN_LATER and name not in document:
        return True
    return name in document and name in record and parsing.json_equal(document[name], record[name])


def say_revoked(report: Report, reason: str, revoked_at: datetime | None) -> None:
    words = _("The issuer has taken the badge back.")
    if revoked_at:
        words = _("The issuer took the badge back on %(date)s.") % {"date": day(revoked_at)}
    if reason:
        words += " " + _("Reason: %(reason)s") % {"reason": printable(reason)}
    report.fails(_("Status"), words)
    report.ends(Verdict.REVOKED, _("This badge was revoked. It no longer holds."))


def conclude(
    report: Report, expires: datetime | None, now: datetime, differing: set[str], email: str
) -> None:
    expired = expires is not None and expires <= now
    if expired:
        report.fails(_("Status"), _("It expired on %(date)s.") % {"date": day(expires)})
    elif expires:
        report.holds(_("Status"), _("In force until %(date)s.") % {"date": day(expires)})
    else:
        report.holds(_("Status"), _("In force; it does not expire."))
    is_theirs = _check_recipient(report, email)
    if differing and differing <= CHOSEN_LATER:
        report.ends(
            Verdict.CHANGED,
            _("The badge is real, but the file shows evidence that its record does not show."),
        )
    elif differing:
        report.ends(
            Verdict.CHANGED,
            _("The file is not as it was issued. Do not rely on it; look at the issuer’s record."),
        )
    elif is_theirs is False:
        report.ends(Verdict.OTHER_PERSON, _("The badge is real, but for another e-mail address."))
    elif expired:
        report.ends(Verdict.EXPIRED, _("This badge is real, and has expired."))
    else:
        report.ends(Verdict.VALID, _("This badge holds."))


def _check_recipient(report: Report, email: str) -> bool | None:
    title = _("Recipient")
    if not email.strip():
        report.open(
            title, _("Not checked. Type the person’s e-mail address to see whether it is theirs.")
        )
        return None
    answer = v2.is_recipient(report.document.get("recipient"), email)
    if answer:
        report.holds(title, _("It was issued to this e-mail address."))
    elif answer is None:
        report.open(title, _("The badge does not name its recipient by e-mail address."))
    else:
        report.fails(
            title,
            _("It was issued to another e-mail address. People often have several: ask which."),
        )
    return answer
