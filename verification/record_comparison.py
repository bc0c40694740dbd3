"""Compares a badge with its record, for hosted badges (Open Badges 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing, v2
from verification.report import Check, Report, Verdict, format_day, printable
from verification.well_formed import as_list

# Properties that the earner may change after the badge was issued.
CHANGEABLE_BY_EARNER = {"evidence", "narrative"}
# What a badge says. In everything else, the record of another site may have changed since.
_SUBSTANCE = {
    *("id", "uid", "type", "recipient", "badge", "issuedOn", "issued_on", "expires"),
    *("verify", "verification", "revoked", "salt"),
}
_DATES = {"issuedOn", "issued_on", "expires"}
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


IsMoved = Callable[[object, object], bool]


def compare_with_record(
    report: Report, document: dict | None, is_moved: IsMoved | None = None
) -> None:
    """Add a step that compares the file with the hosted document.

    `is_moved`, for records of other sites, says whether the first of two values is an old address
    of the second.
    """
    title = _("The file matches the issuer’s record")
    if document is None:
        words = _("Nothing to compare: no file was uploaded. This comes from the issuer’s record.")
        report.add_not_applicable(title, words)
        return
    names = document.keys() | report.document.keys()
    differing = {
        name for name in names if not _is_consistent(name, document, report.document, is_moved)
    }
    if parsing.json_equal(document, report.document):
        report.add_passed(title, _("Word for word."))
    elif not differing and document.keys() >= report.document.keys():
        report.add_passed(title, _("Everything in it means the same."))
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
            means=Verdict.DIFFERS,
        )
    elif is_moved and not differing & _SUBSTANCE:
        listed = ", ".join(sorted(printable(name) for name in differing)[:12])
        report.add_failed(
            title,
            _("The file differs from the record of today: %(names)s. Only the record counts.")
            % {"names": listed},
            means=Verdict.DIFFERS,
        )
    else:
        listed = ", ".join(sorted(printable(name) for name in differing)[:12])
        report.add_failed(
            title,
            _("The file was changed. Different from the record: %(names)s.") % {"names": listed},
            Check.UNCHANGED,
            means=Verdict.CHANGED,
        )


def compare_embedded(report: Report, embedded: object, badge_class: dict) -> None:
    """Add a step if the file contains its badge class, and that differs from the hosted one."""
    if not isinstance(embedded, dict):
        return
    differing = [
        name
        for name, value in embedded.items()
        if not name.startswith("@") and not _means_the_same(value, badge_class.get(name))
    ]
    if differing:
        listed = ", ".join(sorted(printable(name) for name in differing)[:12])
        report.add_failed(
            _("The description of the badge"),
            _("It differs from the issuer’s record of today: %(names)s. Only the record counts.")
            % {"names": listed},
            means=Verdict.DIFFERS,
        )


def _is_consistent(name: str, document: dict, record: dict, is_moved: IsMoved | None) -> bool:
    """Equal, or shown by the earner only after the file was downloaded."""
    if name in CHANGEABLE_BY_EARNER and name not in document:
        return True
    if name not in document or name not in record:
        return False
    ours, theirs = document[name], record[name]
    if parsing.json_equal(ours, theirs):
        return True
    if is_moved is None:
        return False
    if name in {"verify", "verification"} and isinstance(ours, dict) and isinstance(theirs, dict):
        return _is_same_verification(ours, theirs, is_moved)
    if name in _DATES and all(_DATETIME.fullmatch(str(value)) for value in (ours, theirs)):
        return parsing.parse_datetime(ours) == parsing.parse_datetime(theirs) is not None
    if name in {"type", "@type"}:
        return as_list(ours) == as_list(theirs)
    if name == "badge" and (isinstance(ours, dict) or isinstance(theirs, dict)):
        # What is embedded is compared with the badge class itself.
        ours, theirs = parsing.reference(ours), parsing.reference(theirs)
        return bool(ours) and (ours == theirs or is_moved(ours, theirs))
    return is_moved(ours, theirs)


def _is_same_verification(ours: dict, theirs: dict, is_moved: IsMoved) -> bool:
    ways = {"hosted": "HostedBadge", "signed": "SignedBadge"}
    ours, theirs = (
        value | {"type": ways.get(str(value.get("type")), value.get("type"))}
        for value in (ours, theirs)
    )
    return ours.keys() == theirs.keys() and all(
        parsing.json_equal(ours[name], theirs[name]) or is_moved(ours[name], theirs[name])
        for name in ours
    )


def _means_the_same(value: object, hosted: object) -> bool:
    """Equal; or a link and what it leads to."""
    if parsing.json_equal(value, hosted):
        return True
    is_link = isinstance(value, str) != isinstance(hosted, str)
    return (
        is_link
        and bool(parsing.reference(value))
        and (parsing.reference(value) == parsing.reference(hosted))
    )


def report_revoked(report: Report, reason: str, revoked_at: datetime | None) -> None:
    words = _("The issuer has revoked the badge.")
    if revoked_at:
        words = _("The issuer revoked the badge on %(date)s.") % {"date": format_day(revoked_at)}
    if reason:
        words += " " + _("Reason: %(reason)s") % {"reason": printable(reason)}
    report.add_failed(_("Status"), words, Check.STATUS, means=Verdict.REVOKED)


def report_replaced(report: Report, replaced_at: datetime) -> None:
    """Without the earlier name, which is for nobody but the earner to tell."""
    words = _(
        "On %(date)s the issuer made a new one for the same award, because the earner’s name or "
        "address had changed. Only the new one counts: open it to see whether it is valid."
    ) % {"date": format_day(replaced_at)}
    report.add_failed(_("Status"), words, Check.STATUS, means=Verdict.REPLACED)


def check_end(report: Report, expires: datetime | None, now: datetime) -> None:
    """Add whether it has expired, for a badge whose record is known."""
    title = _("Status")
    if expires is not None and expires <= now:
        words = _("It expired on %(date)s.") % {"date": format_day(expires)}
        report.add_failed(title, words, Check.DATES, means=Verdict.EXPIRED)
    elif expires:
        words = _("Valid until %(date)s.") % {"date": format_day(expires)}
        report.add_passed(title, words, Check.DATES)
    else:
        report.add_passed(title, _("Valid; it does not expire."), Check.DATES)


def check_recipient(report: Report, answer: bool | None, email: str) -> None:
    """Add a step about the recipient. `answer` is None if it cannot be determined."""
    title = _("Recipient")
    if not email.strip():
        report.add_open(
            title, _("Not checked. Enter the person’s email address to see whether it is theirs.")
        )
    elif answer:
        report.add_passed(title, _("It was issued to this email address."))
    elif answer is None:
        report.add_open(title, _("The badge does not name its recipient by email address."))
    else:
        report.add_failed(
            title,
            _("It was issued to another email address. People often have several: ask which one."),
            means=Verdict.OTHER_PERSON,
        )


def conclude(report: Report, expires: datetime | None, now: datetime, email: str) -> None:
    check_end(report, expires, now)
    check_recipient(report, v2.is_recipient(report.document.get("recipient"), email), email)
    changed = _(
        "The file was changed after it was issued. Don’t rely on it; check the issuer’s record."
    )
    is_changed = any(step.means is Verdict.CHANGED for step in report.steps)
    report.conclude(changed if is_changed else "")
