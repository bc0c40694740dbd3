"""Verifies a badge and reports every step in plain language.

A hosted badge (Open Badges 1 and 2) is verified against the document at its own URL, a signed one
(2 and 3) by the issuer's signature. For badges issued here, documents, keys and status lists come
from the database; for others they are fetched.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from fetching.safe_fetch import Fetcher
from issuing import addresses
from verification import descriptions, own_addresses
from verification.local_badges import verify_local_badge
from verification.remote_badges import verify_remote_badge
from verification.remote_documents import WebSession
from verification.report import Finding, Report, Step, Verdict, VerdictReached
from verification.signed_badges import verify_signed_badge
from verification.signed_v2 import verify_signed_v2
from verification.two_formats import combine
from verification.uploaded import UploadedBadge, read_file, read_text
from verification.uploaded_papers import is_pdf, read_paper
from verification.web_addresses import fetch_address

__all__ = ["Finding", "Report", "Step", "Verdict", "verify"]


def verify(
    *,
    file: bytes = b"",
    text: str = "",
    email: str = "",
    fetcher: Fetcher | None = None,
    now: datetime | None = None,
) -> Report:
    """Verify a file, or a text: a URL, JSON or a VC-JWT. Always returns a report with a verdict.

    With `email`, it also checks whether the badge was issued to this address.
    """
    report = Report()
    now = now or timezone.now()
    with WebSession(fetcher or Fetcher()) as web:
        try:
            badges = _read(report, file, text)
            badges = _follow_address(report, badges, web)
        except VerdictReached:
            return report
        if len(badges) == 1:
            return _verify_one(report, badges[0], email, now, web)
        forms = [_verify_one(Report(), badge, email, now, web) for badge in badges]
        return combine(report, forms)


def _read(report: Report, file: bytes, text: str) -> list[UploadedBadge]:
    if is_pdf(file):
        return read_text(report, read_paper(report, file))
    if file:
        return read_file(report, file)
    return read_text(report, own_addresses.canonical(text))


def _follow_address(
    report: Report, badges: list[UploadedBadge], web: WebSession
) -> list[UploadedBadge]:
    """If the input is only a URL of another site, the badges found there."""
    only = badges[0]
    if len(badges) > 1 or not only.address or only.document or _is_ours(only):
        return badges
    return fetch_address(report, only, web)


def _verify_one(
    report: Report, badge: UploadedBadge, email: str, now: datetime, web: WebSession
) -> Report:
    try:
        if badge.signed is not None:
            verify_signed_badge(report, badge.signed, email, now, web)
        elif badge.signed_v2:
            verify_signed_v2(report, badge.signed_v2, email, now, web)
        elif _is_ours(badge):
            verify_local_badge(report, badge, email, now)
        else:
            verify_remote_badge(report, badge, email, now, web)
    except VerdictReached:
        pass
    if not report.award:
        descriptions.add_picture(report, badge.picture, web)
    return report


def _is_ours(badge: UploadedBadge) -> bool:
    """Spelled in any way, so that this site is never asked over the network."""
    return addresses.is_ours(own_addresses.canonical(badge.address))
