"""Verifies a hosted badge of another site (Open Badges 2.0), fetched from the URL it names."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import (
    Report,
    Verdict,
    VerdictReached,
    format_day,
    host_of,
    printable,
    site_of,
)
from verification.uploaded import UploadedBadge
from verification.verdicts import compare_with_record, conclude, report_revoked


def verify_remote_badge(
    report: Report, badge: UploadedBadge, email: str, now: datetime, web: WebSession
) -> None:
    report.version = "2.0"
    host = printable(host_of(badge.address))
    report.add_open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": host})
    _verify_hosted(report, badge, email, now, web)


def _verify_hosted(
    report: Report, badge: UploadedBadge, email: str, now: datetime, web: WebSession
) -> None:
    host = printable(host_of(badge.address))
    status, hosted = _fetch(report, web, badge.address, _("The badge at its own address"))
    if status == 410 or hosted.get("revoked") is True:
        report.document = hosted
        report_revoked(report, str(hosted.get("revocationReason") or "")[:500], None)
        return
    if parsing.reference(hosted) != badge.address:
        _invalid(
            report, _("The badge at its own address"), _("It lists another address as its own.")
        )
    if not parsing.has_type(hosted, "Assertion"):
        _invalid(report, _("The badge at its own address"), _("It is not a badge award."))
    if "badge" not in hosted or "recipient" not in hosted:
        _invalid(report, _("The badge at its own address"), _("It is not complete."))
    report.document = hosted
    words = _("Found, as published by %(host)s.") % {"host": host}
    report.add_passed(_("The badge at its own address"), words)
    differing = compare_with_record(report, badge.document)
    _check_hosted(report, hosted)
    badge_class = _fetch_linked(report, web, hosted["badge"], _("What was earned"), "BadgeClass")
    report.badge_name = printable(badge_class.get("name"))
    report.add_passed(_("What was earned"), report.badge_name)
    issuer = _fetch_linked(report, web, badge_class.get("issuer"), _("Issuer"), "Issuer", "Profile")
    report.issuer_name = printable(issuer.get("name"))
    if not _vouches_for(issuer, badge.address):
        _invalid(
            report,
            _("Issuer"),
            _("The badge and its issuer are on different sites, so neither confirms the other."),
        )
    report.add_passed(
        _("Issuer"),
        _("%(name)s, at %(host)s. You decide whether to trust this issuer.")
        % {"name": report.issuer_name, "host": host},
    )
    issued_on, expires = parsing.parse_datetime(hosted.get("issuedOn")), None
    if issued_on is None or issued_on > now:
        _invalid(report, _("Date"), _("The date of issue is missing, unclear, or in the future."))
    if "expires" in hosted:
        expires = parsing.parse_datetime(hosted["expires"])
        if expires is None or expires < issued_on:
            _invalid(report, _("Date"), _("The end date is unclear or before the date of issue."))
    report.issued_on, report.expires = issued_on, expires
    report.add_passed(_("Date"), _("Issued on %(date)s.") % {"date": format_day(issued_on)})
    conclude(report, expires, now, differing, email)


def _check_hosted(report: Report, hosted: dict) -> None:
    verification = hosted.get("verification", hosted.get("verify"))
    if not isinstance(verification, dict) or not parsing.has_type(
        verification, "HostedBadge", "hosted"
    ):
        report.add_open(_("How it is verified"), _("It is not a hosted badge."))
        report.set_verdict(
            Verdict.NOT_CHECKED,
            _("This page checks only hosted badges, so it makes no claim here."),
        )
        raise VerdictReached


def _fetch_linked(report: Report, web: WebSession, link: object, title: str, *types: str) -> dict:
    address = parsing.reference(link)
    status, document = _fetch(report, web, address, title)
    if status != 200 or parsing.reference(document) != address:
        _invalid(report, title, _("There is something else at its address."))
    if not parsing.has_type(document, *types):
        _invalid(report, title, _("There is something else at its address."))
    return document


def _vouches_for(issuer: dict, address: str) -> bool:
    """Is the assertion in the scope of its issuer (Open Badges 2.0, section 4.4.1)?"""
    scope = issuer.get("verification")
    scope = scope if isinstance(scope, dict) else {}
    own = site_of(parsing.reference(issuer))
    origins, prefixes = scope.get("allowedOrigins") or own, scope.get("startsWith") or []
    origins = origins if isinstance(origins, list) else [origins]
    prefixes = prefixes if isinstance(prefixes, list) else [prefixes]
    return site_of(address) in {str(origin).lower() for origin in origins} and (
        not prefixes or any(address.startswith(str(prefix)) for prefix in prefixes)
    )


def _fetch(report: Report, web: WebSession, address: str, title: str) -> tuple[int, dict]:
    try:
        answer = web.get(address)
        if answer.status not in {200, 410}:
            raise NotAnswered(not_found_message(address, answer.status))
        if answer.status == 200:
            return 200, web.document(address)
    except NotAnswered as error:
        _not_checked(report, title, str(error))
    try:
        return 410, parsing.parse(answer.body.decode("utf-8-sig"))
    except (UnicodeDecodeError, parsing.Unreadable):
        return 410, {}


def _not_checked(report: Report, title: str, why: str) -> None:
    report.add_open(title, why)
    report.set_verdict(
        Verdict.NOT_CHECKED, _("It could not be checked, so this page makes no claim about it.")
    )
    raise VerdictReached


def _invalid(report: Report, title: str, why: str) -> None:
    report.add_failed(title, why)
    report.set_verdict(Verdict.INVALID, _("This badge is not valid."))
    raise VerdictReached
