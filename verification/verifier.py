"""Does this badge hold? Answered step by step, in words for people who never saw a JSON file.

For a hosted badge (Open Badges 2.0) the only word that counts is the one at its own address. A
signed one (3.0) carries its word with it, and the signature has to be the issuer's. For badges
issued here addresses, keys and lists are in the database; for others they are fetched.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from fetching.safe_fetch import Fetcher
from issuing import addresses
from verification.local_badges import verify_ours
from verification.remote_badges import verify_elsewhere
from verification.remote_documents import Web
from verification.report import Finding, Report, Step, Stop, Verdict
from verification.signed_badges import verify_signed
from verification.two_formats import join
from verification.uploaded import Given, open_address, read_file, read_text

__all__ = ["Finding", "Report", "Step", "Verdict", "verify"]


def verify(
    *,
    file: bytes = b"",
    text: str = "",
    email: str = "",
    fetcher: Fetcher | None = None,
    now: datetime | None = None,
) -> Report:
    report = Report()
    now = now or timezone.now()
    with Web(fetcher or Fetcher()) as web:
        try:
            given = read_file(report, file) if file else [read_text(report, text)]
            given = _opened(report, given, web)
        except Stop:
            return report
        if len(given) == 1:
            return _judged(report, given[0], email, now, web)
        forms = [_judged(Report(), each, email, now, web) for each in given]
        return join(report, forms)


def _opened(report: Report, given: list[Given], web: Web) -> list[Given]:
    """A bare address of another site may lead to a badge of any kind."""
    only = given[0]
    if len(given) > 1 or only.signed or only.document or addresses.is_ours(only.address):
        return given
    return open_address(report, only, web)


def _judged(report: Report, given: Given, email: str, now: datetime, web: Web) -> Report:
    try:
        if given.signed is not None:
            verify_signed(report, given.signed, email, now, web)
        elif addresses.is_ours(given.address):
            verify_ours(report, given, email, now)
        else:
            verify_elsewhere(report, given, email, now, web)
    except Stop:
        pass
    return report
