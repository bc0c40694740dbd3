"""A badge of another issuer: its record is fetched from the address that it names."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openbadges import parsing
from verification.conclusions import compare, conclude, say_revoked
from verification.remote_documents import NotAnswered, Web, nothing_there
from verification.report import Report, Stop, Verdict, day, host_of, printable, site_of
from verification.uploaded import Given


def verify_elsewhere(report: Report, given: Given, email: str, now: datetime, web: Web) -> None:
    report.version = "2.0"
    host = printable(host_of(given.address))
    report.open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": host})
    _follow(report, given, email, now, web)


def _follow(report: Report, given: Given, email: str, now: datetime, web: Web) -> None:
    host = printable(host_of(given.address))
    status, hosted = _fetched(report, web, given.address, _("The badge at its own address"))
    if status == 410 or hosted.get("revoked") is True:
        report.document = hosted
        say_revoked(report, str(hosted.get("revocationReason") or "")[:500], None)
        return
    if parsing.reference(hosted) != given.address:
        _invalid(report, _("The badge at its own address"), _("It gives another address as its."))
    if not parsing.has_type(hosted, "Assertion"):
        _invalid(report, _("The badge at its own address"), _("It is not a badge award."))
    if "badge" not in hosted or "recipient" not in hosted:
        _invalid(report, _("The badge at its own address"), _("It is not complete."))
    report.document = hosted
    words = _("Found, as %(host)s has it.") % {"host": host}
    report.holds(_("The badge at its own address"), words)
    differing = compare(report, given.document)
    _check_hosted(report, hosted)
    badge = _linked(report, web, hosted["badge"], _("What was earned"), "BadgeClass")
    report.badge_name = printable(badge.get("name"))
    report.holds(_("What was earned"), report.badge_name)
    issuer = _linked(report, web, badge.get("issuer"), _("Issuer"), "Issuer", "Profile")
    report.issuer_name = printable(issuer.get("name"))
    if not _vouches_for(issuer, given.address):
        _invalid(
            report,
            _("Issuer"),
            _("The badge and its issuer are at different sites, so neither vouches for the other."),
        )
    report.holds(
        _("Issuer"),
        _("%(name)s, at %(host)s. Whether you trust this issuer is for you to judge.")
        % {"name": report.issuer_name, "host": host},
    )
    issued_on, expires = parsing.parse_datetime(hosted.get("issuedOn")), None
    if issued_on is None or issued_on > now:
        _invalid(report, _("Date"), _("The date of issue is missing, unclear or in the future."))
    if "expires" in hosted:
        expires = parsing.parse_datetime(hosted["expires"])
        if expires is None or expires < issued_on:
            _invalid(report, _("Date"), _("The end date is unclear or before the date of issue."))
    report.issued_on, report.expires = issued_on, expires
    report.holds(_("Date"), _("Issued on %(date)s.") % {"date": day(issued_on)})
    conclude(report, expires, now, differing, email)


def _check_hosted(report: Report, hosted: dict) -> None:
    verification = hosted.get("verification", hosted.get("verify"))
    if not isinstance(verification, dict) or not parsing.has_type(
        verification, "HostedBadge", "hosted"
    ):
        report.open(_("How it is verified"), _("It is not a hosted badge."))
        report.ends(
            Verdict.NOT_CHECKED, _("This page checks hosted badges only, so nothing is said.")
        )
        raise Stop


def _linked(report: Report, web: Web, link: object, title: str, *types: str) -> dict:
    address = parsing.reference(link)
    status, document = _fetched(report, web, address, title)
    if status != 200 or parsing.reference(document) != address:
        _invalid(report, title, _("What stands at its address is something else."))
    if not parsing.has_type(document, *types):
        _invalid(report, title, _("What stands at its address is something else."))
    return document


def _vouches_for(issuer: dict, address: str) -> bool:
    """Is the award in the scope of its issuer (Open Badges 2.0, section 4.4.1)?"""
    scope = issuer.get("verification")
    scope = scope if isinstance(scope, dict) else {}
    own = site_of(parsing.reference(issuer))
    origins, prefixes = scope.get("allowedOrigins") or own, scope.get("startsWith") or []
    origins = origins if isinstance(origins, list) else [origins]
    prefixes = prefixes if isinstance(prefixes, list) else [prefixes]
    return site_of(address) in {str(origin).lower() for origin in origins} and (
        not prefixes or any(address.startswith(str(prefix)) for prefix in prefixes)
    )


def _fetched(report: Report, web: Web, address: str, title: str) -> tuple[int, dict]:
    try:
        answer = web.get(address)
        if answer.status not in {200, 410}:
            raise NotAnswered(nothing_there(address, answer.status))
        if answer.status == 200:
            return 200, web.document(address)
    except NotAnswered as error:
        _not_checked(report, title, str(error))
    try:
        return 410, parsing.parse(answer.body.decode("utf-8-sig"))
    except (UnicodeDecodeError, parsing.Unreadable):
        return 410, {}


def _not_checked(report: Report, title: str, why: str) -> None:
    report.open(title, why)
    report.ends(Verdict.NOT_CHECKED, _("It could not be checked, so nothing is said about it."))
    raise Stop


def _invalid(report: Report, title: str, why: str) -> None:
    report.fails(title, why)
    report.ends(Verdict.INVALID, _("This badge does not hold."))
    raise Stop
