"""A PDF on the verify page: our papers lead to their codes. The file itself proves nothing."""

from __future__ import annotations

import json
from typing import NoReturn

from django.utils.translation import gettext as _

from issuing import short_codes
from issuing.addresses import is_ours
from issuing.models import Assertion, ReplacedCredential
from openbadges.baking import LARGEST_IMAGE
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped
from verification import own_addresses
from verification.report import Choice, Report, Verdict

# Other links to this site that are looked up one by one, as in a résumé.
MOST_OTHER_LINKS = 20
LIMITS = Limits(memory=512 * MEGABYTE, processor_seconds=5, seconds=15, output=2 * MEGABYTE)


def is_pdf(data: bytes) -> bool:
    """As viewers see it: the mark may come after some other bytes."""
    return b"%PDF-" in data[:1024] and not data.lstrip().startswith(
        (b"\x89PNG", b"{", b"<", b"eyJ")
    )


def read_paper(report: Report, file: bytes) -> str:
    """The address of the one award that this PDF leads to. Raises VerdictReached otherwise."""
    title = _("What is in the PDF")
    report.paper = "pdf"
    if len(file) > LARGEST_IMAGE:
        _stop(report, title, _("The file is larger than a badge can be. The limit is 10 MB."))
    addresses = _addresses_in(file, report, title)
    own = [url for url in map(own_addresses.canonical, addresses) if is_ours(url)]
    codes = [code for url in own if (code := own_addresses.code_in(url))]
    by_code = _by_code(codes)
    awards = _awards(by_code, codes, [url for url in own if not own_addresses.code_in(url)])
    if not awards and codes:
        words = _("It has a code, but our records contain no badge with this code.")
        report.add_open(title, words, means=Verdict.NOT_FOUND)
        report.stop(_("We have no badge with the code in this PDF."))
    if not awards:
        _stop(
            report,
            title,
            _(
                "It contains no code of ours. A PDF is a picture of a badge and proves nothing: "
                "ask for the badge’s own file or its link, and verify that."
            ),
        )
    if len(awards) > 1:
        report.choices = [_choice(award) for award in awards]
        words = _("The PDF lists several of our badges.")
        report.add_open(title, words, means=Verdict.SEVERAL)
        report.stop(_("Which one do you want to check?"))
    # As it is printed: also a code from before a newer credential replaced that one.
    own_code = next((code for code in codes if code in by_code), awards[0].short_code)
    words = _("The code %(code)s.") % {"code": short_codes.in_groups(own_code)}
    report.add_passed(title, words)
    return own_addresses.code_address(own_code)


def _addresses_in(file: bytes, report: Report, title: str) -> list[str]:
    try:
        reply = run.call("verification.pdf_links:read", file, limits=LIMITS)
    except Busy:
        _stop(report, title, _("The site is busy reading other files. Try again in a minute."))
    except Stopped:
        _stop(report, title, _not_readable("damage"))
    if reply.value:
        _stop(report, title, _not_readable(reply.value))
    return json.loads(reply.data)


def _not_readable(why: str) -> str:
    if why == "password":
        return _("The PDF needs a password, so nothing in it was read. Type its code instead.")
    return _("The PDF is damaged or too complicated. Download it again, or type its code.")


def _by_code(codes: list[str]) -> dict[str, Assertion]:
    """The awards by these codes, also by codes of credentials that newer ones have replaced."""
    published = Assertion.objects.published().with_badge()
    by_code = {award.short_code: award for award in published.filter(short_code__in=codes)}
    replaced = ReplacedCredential.objects.filter(short_code__in=codes)
    earlier = dict(replaced.values_list("short_code", "assertion"))
    awards = published.in_bulk(earlier.values())
    return by_code | {code: awards[key] for code, key in earlier.items()}


def _awards(by_code: dict[str, Assertion], codes: list[str], other: list[str]) -> list[Assertion]:
    """In the order in which the paper names them."""
    found = [by_code[code] for code in codes if code in by_code]
    links = dict.fromkeys(other)
    found += filter(
        None, (own_addresses.look_up(url).award for url in list(links)[:MOST_OTHER_LINKS])
    )
    return list(dict.fromkeys(found))


def _choice(award: Assertion) -> Choice:
    return Choice(
        name=f"{award.version.name} ({award.code_in_groups})",
        issuer_name=award.badge_class.issuer.name,
        text=own_addresses.code_address(award.short_code),
    )


def _stop(report: Report, title: str, words: str) -> NoReturn:
    report.add_open(title, words, means=Verdict.UNREADABLE)
    report.stop()
