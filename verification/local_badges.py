"""Verifies an Open Badge 2.0 that was issued here, from the database."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import addresses
from issuing.documents import open_badges_2
from issuing.models import Assertion
from verification.record_comparison import compare_with_record, conclude, report_revoked
from verification.report import Check, Report, Verdict, format_day
from verification.uploaded import UploadedBadge


def verify_local_badge(report: Report, badge: UploadedBadge, email: str, now: datetime) -> None:
    report.version = "2.0"
    public_id = addresses.award_id_in(badge.address)
    award = (
        Assertion.objects.published().with_badge().filter(public_id=public_id).first()
        if public_id
        else None
    )
    if award is None:
        report.add_failed(
            _("Issued here"),
            _(
                "We have no award at this address. If it was typed or cut off, compare it with "
                "the one you were given."
            ),
            Check.ISSUER,
            means=Verdict.NOT_ISSUED,
        )
        report.stop()
    issuer = award.badge_class.issuer
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, issuer.name
    report.issuer_url, report.issued_on, report.expires = issuer.url, award.issued_on, award.expires
    report.document = open_badges_2.assertion(award.public_id)
    report.add_passed(
        _("Issued here"),
        _("“%(badge)s”, issued by %(issuer)s.") % {"badge": award.version.name, "issuer": issuer},
        *(Check.ISSUER, Check.FORM, Check.UNCHANGED, Check.STATUS),  # it is our own record
    )
    if award.is_revoked:
        report_revoked(report, award.revocation_reason, award.revoked_at)
        report.stop()
    compare_with_record(report, badge.document)
    _compare_picture(report, badge, award)
    report.add_passed(_("Date"), _("Issued on %(date)s.") % {"date": format_day(award.issued_on)})
    conclude(report, award.expires, now, email)


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
