"""Verifies an Open Badge 2.0 that was issued here, from the database."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from django.utils.translation import gettext as _

from issuing import dates
from issuing.documents import open_badges_2
from issuing.models import Assertion
from openbadges import parsing
from verification import own_addresses
from verification.record_comparison import (
    compare_with_record,
    conclude,
    report_replaced,
    report_revoked,
)
from verification.report import Check, Report, Verdict
from verification.uploaded import UploadedBadge


def verify_local_badge(report: Report, badge: UploadedBadge, email: str, now: datetime) -> None:
    report.version = "2.0"
    found = own_addresses.look_up(badge.address)
    award = found.award
    if award is None:
        _explain_what_it_is(report, badge, found)
    report.paper = report.paper or ("code" if found.code else "")
    issuer = award.badge_class.issuer
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, issuer.name
    report.issuer_url, report.expires = issuer.url, award.expires
    report.issued_on = award.awarded_on  # as `issuedOn` of the document
    report.document = open_badges_2.assertion(award.public_id)
    report.add_passed(
        _("Issued here"),
        _("“%(badge)s”, issued by %(issuer)s.") % {"badge": award.version.name, "issuer": issuer},
        *(Check.ISSUER, Check.FORM, Check.UNCHANGED, Check.STATUS),  # it is our own record
    )
    if found.replaced:
        report.replaced = found.replaced
        report.document = open_badges_2.replaced(found.replaced.public_id)
        report_replaced(report, found.replaced.replaced_at)
        report.stop()
    if award.is_revoked:
        report_revoked(report, award.revocation_reason, award.revoked_at)
        report.stop()
    compare_with_record(report, badge.document)
    _compare_picture(report, badge, award)
    report.add_passed(_("Date"), f"{dates.in_words(award)}.")
    conclude(report, award.expires, now, email)


def _explain_what_it_is(
    report: Report, badge: UploadedBadge, found: own_addresses.Found
) -> NoReturn:
    """Say what was given, if it is no award: only a file that claims to be one is accused."""
    document = badge.document
    claims_to_be_one = badge.picture or (
        document and (parsing.has_type(document, "Assertion") or not found.words)
    )
    if claims_to_be_one:
        report.stop_as_not_issued()
    title = _("What is at the address")
    if found.words:
        report.add_open(title, found.words, means=Verdict.SOMETHING_ELSE)
        report.stop(_("This is not somebody’s award."))
    if found.code:
        words = _("Compare it with the printed one, group by group.")
        report.add_open(title, words, means=Verdict.NOT_FOUND)
        report.stop(_("We have no badge with this code."))
    words = _("If it was typed or cut off, compare it with the one you were given.")
    report.add_open(title, words, means=Verdict.NOT_FOUND)
    report.stop(_("We have no award at this address."))


def _compare_picture(report: Report, badge: UploadedBadge, award: Assertion) -> None:
    if not badge.picture:
        return
    title = _("The image is the badge’s own")
    try:
        with award.version.image.open() as art:
            is_same = art.read() == badge.picture
    except OSError:
        return
    if is_same:
        report.add_passed(title)
    else:
        report.add_open(
            title,
            _("Not exactly; a program may have saved it again. Trust the image shown here."),
        )
