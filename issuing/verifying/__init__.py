"""Does this badge hold? Answered step by step, in words for people who never saw a JSON file.

For a hosted badge the only word that counts is the one at its own address. For badges issued here
that word is in the database; for others it is fetched.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from issuing import addresses
from issuing.fetching import Fetcher
from issuing.verifying.elsewhere import verify_elsewhere
from issuing.verifying.given import read_file, read_text
from issuing.verifying.here import verify_ours
from issuing.verifying.report import Finding, Report, Step, Stop, Verdict

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
    try:
        given = read_file(report, file) if file else read_text(report, text)
        if addresses.is_ours(given.address):
            verify_ours(report, given, email, now)
        else:
            verify_elsewhere(report, given, email, now, fetcher or Fetcher())
    except Stop:
        pass
    return report
