"""A badge that was issued here: its record is in the database."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import addresses
from issuing.documents import open_badges_2
from issuing.models import Assertion
from verification.conclusions import compare, conclude, say_revoked
from verification.report import Report, Stop, Verdict, day
from verification.uploaded import Given


def verify_ours(report: Report, given: Given, email: str, now: datetime) -> None:
    report.version = "2.0"
    public_id = addresses.award_at(given.address)
    award = (
        Assertion.objects.published().with_badge().filter(public_id=public_id).first()
        if public_id
        else None
    )
    if award is None:
        report.fails(
            _("Issued here"),
            _(
                "Our records hold no award at this address. If it was typed or cut off, compare it"
                " with the one that you were given."
            ),
        )
        report.ends(Verdict.NOT_ISSUED, _("This badge was not issued here."))
        raise Stop
    issuer = award.badge_class.issuer
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, issuer.name
    report.issuer_url, report.issued_on, report.expires = issuer.url, award.issued_on, award.expires
    report.document = open_badges_2.assertion(award.public_id)
    report.holds(
        _("Issued here"),
        _("“%(badge)s”, issued by %(issuer)s.") % {"badge": award.version.name, "issuer": issuer},
    )
    if award.is_revoked:
        say_revoked(report, award.revocation_reason, award.revoked_at)
        return
    differing = compare(report, given.document)
    _compare_picture(report, given, award)
    report.holds(_("Date"), _("Issued on %(date)s.") % {"date": day(award.issued_on)})
    conclude(report, award.expires, now, differing, email)


def _compare_picture(report: Report, given: Given, award: Assertion) -> None:
    if not given.picture:
        return
    title = _("The picture is the badge’s own")
    try:
        with award.version.image.open() as art:
            is_same = art.read() == given.picture
    except OSError:
        return
    if is_same:
        report.holds(title)
    else:
        report.open(
            title,
            _("Not exactly; a program may have saved it anew. Trust the picture shown here."),
        )
