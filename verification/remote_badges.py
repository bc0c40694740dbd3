"""Verifies a hosted badge of another site (Open Badges 1 and 2), fetched from the URL it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing
from verification import descriptions, hosted_forms, moved_addresses
from verification.record_comparison import (
    compare_embedded,
    compare_with_record,
    conclude,
    report_revoked,
)
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import Check, Report, Verdict, format_day, host_of, printable, site_of
from verification.uploaded import UploadedBadge


def verify_remote_badge(
    report: Report, badge: UploadedBadge, email: str, now: datetime, web: WebSession
) -> None:
    title = _("The badge at its own address")
    report.version = "2.0"
    host = printable(host_of(badge.address))
    report.add_open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": host})
    record = _fetch_record(report, web, badge.address, title)
    report.version = hosted_forms.version_of(record.document)
    if record.is_gone or record.document.get("revoked") is True:
        report.document = record.document
        words = _("Found, as published by %(host)s.") % {"host": host}
        report.add_passed(title, words, Check.UNCHANGED, Check.ISSUER)
        report_revoked(report, str(record.document.get("revocationReason") or "")[:500], None)
        report.stop()
    _check_record(report, record, title)
    report.document = record.document
    words = _("Found, as published by %(host)s.") % {"host": printable(host_of(record.address))}
    report.add_passed(title, " ".join([words, *record.remarks]), Check.UNCHANGED)
    compare_with_record(
        report, badge.document, lambda old, new: moved_addresses.is_moved(web, record, old, new)
    )
    badge_class = _check_badge_class_and_issuer(report, record, web)
    if badge.document:
        compare_embedded(report, badge.document.get("badge"), badge_class)
    expires = check_dates(report, record.document, now)
    report.add_passed(_("Revoked?"), _("No: its record is there."), Check.STATUS)
    conclude(report, expires, now, email)


@dataclass
class _Record(moved_addresses.Found):
    is_gone: bool = False


def _fetch_record(report: Report, web: WebSession, address: str, title: str) -> _Record:
    """The document at the address or, if it says that it has moved, at its new address."""
    try:
        return _Record(**vars(moved_addresses.follow(web, address, hosted_forms.address_of)))
    except moved_addresses.Gone as gone:
        return _Record(address, gone.document, is_gone=True)
    except NotAnswered as error:
        report.add_open(title, str(error), Check.UNCHANGED)
        report.stop()


def _check_record(report: Report, record: _Record, title: str) -> None:
    document = record.document
    if hosted_forms.address_of(document) not in {record.address, ""}:
        _invalid(report, title, _("It lists another address as its own."))
    if not hosted_forms.is_assertion(document):
        _invalid(report, title, _("It is not a badge award."))
    if "badge" not in document or "recipient" not in document:
        _invalid(report, title, _("It is not complete."))
    how = hosted_forms.verification_of(document)
    if how and not parsing.has_type(how, "HostedBadge", "hosted"):
        report.add_open(_("How it is verified"), _("It is not a hosted badge."), Check.UNCHANGED)
        report.stop(_("This page checks only hosted badges, so it makes no claim here."))
    report.add_passed(
        _("Follows the standard"),
        _("Open Badges %(version)s.") % {"version": report.version},
        Check.FORM,
    )


def _check_badge_class_and_issuer(report: Report, record: _Record, web: WebSession) -> dict:
    title = _("What was earned")
    badge_class, _address = fetch_linked(
        report, web, record.document["badge"], title, hosted_forms.is_badge_class
    )
    descriptions.describe_badge_class(report, badge_class)
    report.add_passed(title, report.badge_name)
    issuer, address = fetch_linked(
        report, web, badge_class.get("issuer"), _("Issuer"), hosted_forms.is_issuer
    )
    descriptions.describe_issuer(report, issuer)
    if not _vouches_for(issuer, address or hosted_forms.origin_of(issuer), record.address):
        _invalid(
            report,
            _("Issuer"),
            _("The badge and its issuer are on different sites, so neither confirms the other."),
        )
    report.add_passed(_("Issuer"), issuer_detail(report, record.address), Check.ISSUER)
    return badge_class


def issuer_detail(report: Report, address: str) -> str:
    return _("%(name)s, at %(host)s. You decide whether to trust this issuer.") % {
        "name": report.issuer_name,
        "host": printable(host_of(address)),
    }


def fetch_linked(
    report: Report, web: WebSession, link: object, title: str, is_right
) -> tuple[dict, str]:
    """The document behind a link, and its address; an old badge may embed it (address "")."""
    address = parsing.reference(link)
    if isinstance(link, dict) and not address and hosted_forms.is_old_embedded(link):
        return link, ""
    try:
        found = moved_addresses.follow(web, address, hosted_forms.address_of)
    except moved_addresses.Gone:
        report.add_open(title, not_found_message(address, 410), Check.ISSUER)
        report.stop()
    except NotAnswered as error:
        report.add_open(title, str(error), Check.ISSUER)
        report.stop()
    if hosted_forms.address_of(found.document) not in {found.address, ""} or not is_right(
        found.document
    ):
        _invalid(report, title, _("There is something else at its address."))
    return found.document, found.address


def check_dates(report: Report, document: dict, now: datetime) -> datetime | None:
    """Add a step about the date of issue; the end date, if there is one."""
    issued_on, ends = hosted_forms.dates_of(document)
    report.issued_on = issued_on
    if issued_on is None or issued_on > now:
        _invalid(report, _("Date"), _("The date of issue is missing, unclear, or in the future."))
    if ends is not None:
        report.expires = hosted_forms.read_date(document, ends)
        if report.expires is None or report.expires < issued_on:
            _invalid(report, _("Date"), _("The end date is unclear or before the date of issue."))
    words = _("Issued on %(date)s.") % {"date": format_day(issued_on)}
    report.add_passed(_("Date"), words, Check.DATES)
    return report.expires


def _vouches_for(issuer: dict, issuer_address: str, address: str) -> bool:
    """Is the assertion in the scope of its issuer (Open Badges 2.0, section 4.4.1)?"""
    scope = issuer.get("verification")
    scope = scope if isinstance(scope, dict) else {}
    origins, prefixes = scope.get("allowedOrigins") or [], scope.get("startsWith") or []
    origins = origins if isinstance(origins, list) else [origins]
    prefixes = prefixes if isinstance(prefixes, list) else [prefixes]
    # Host names, by the standard. Some issuers write whole URLs.
    allowed = {site_of(str(o)) if "://" in str(o) else str(o).lower() for o in origins}
    return site_of(address) in (allowed or {site_of(issuer_address)}) and (
        not prefixes or any(address.startswith(str(prefix)) for prefix in prefixes)
    )


def _invalid(report: Report, title: str, why: str) -> None:
    report.add_failed(title, why, Check.FORM, means=Verdict.INVALID)
    report.stop()
