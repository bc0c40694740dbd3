"""Does this badge hold? Answered step by step, in words for people who never saw a JSON file.

For a hosted badge the only word that counts is the one at its own address. For badges issued here
that word is in the database; for others it is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from issuing import addresses, baking, documents
from issuing.fetching import Fetcher, NotFetched
from issuing.models import Assertion
from issuing.openbadges import reading, v2

JWS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
# What an earner may change after the badge was sent out.
CHOSEN_LATER = {"evidence", "narrative"}


class Verdict(Enum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CHANGED = "changed"
    OTHER_PERSON = "other_person"
    NOT_ISSUED = "not_issued"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not_checked"


class Finding(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


@dataclass(frozen=True)
class Step:
    finding: Finding
    title: str
    detail: str = ""


@dataclass
class Report:
    verdict: Verdict = Verdict.NOT_CHECKED
    headline: str = ""
    steps: list[Step] = field(default_factory=list)
    award: Assertion | None = None  # only if it was issued here
    badge_name: str = ""
    issuer_name: str = ""
    issuer_url: str = ""
    issued_on: datetime | None = None
    expires: datetime | None = None
    document: dict | None = None  # what counts: the hosted one

    @property
    def tone(self) -> str:
        """valid, invalid or unknown: how the page colors the verdict."""
        if self.verdict is Verdict.VALID:
            return "valid"
        neither = {Verdict.NOT_CHECKED, Verdict.UNREADABLE, Verdict.OTHER_PERSON, Verdict.EXPIRED}
        return "unknown" if self.verdict in neither else "invalid"

    def holds(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.HOLDS, title, detail))

    def fails(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.FAILS, title, detail))

    def open(self, title: str, detail: str = "") -> None:
        self.steps.append(Step(Finding.OPEN, title, detail))

    def ends(self, verdict: Verdict, headline: str) -> Report:
        self.verdict, self.headline = verdict, headline
        return self


class _Stop(Exception):
    """Nothing more can be said; the report has its verdict."""


@dataclass(frozen=True)
class Given:
    """What somebody brought: an address, a document, or both in one, and the picture it was in."""

    address: str = ""
    document: dict | None = None
    picture: bytes = b""


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
        given = _read_file(report, file) if file else _read_text(report, text)
        if addresses.is_ours(given.address):
            _verify_ours(report, given, email, now)
        else:
            _verify_elsewhere(report, given, email, now, fetcher or Fetcher())
    except _Stop:
        pass
    return report


# --- What was brought -----------------------------------------------------------------------------


def _read_file(report: Report, file: bytes) -> Given:
    if file[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        try:
            return _read_text(report, file.decode("utf-8-sig"))
        except UnicodeDecodeError:
            _unreadable(report, _("The file is not text that can be read as a badge."))
    try:
        baked = baking.unbake(file)
    except baking.CannotUnbake as error:
        _unreadable(report, _explain(error.trouble))
    return _read_text(report, baked.text, picture=baked.picture)


def _read_text(report: Report, text: str, picture: bytes = b"") -> Given:
    text = text.strip()
    if not text:
        _unreadable(report, _("Choose a file, or paste the badge’s address or its JSON."))
    if text.startswith("{"):
        return _read_document(report, text, picture)
    if JWS.fullmatch(text):
        report.open(_("This badge is signed, not hosted"))
        report.ends(
            Verdict.NOT_CHECKED,
            _("This is a signed badge. This page checks hosted badges only, so nothing is said."),
        )
        raise _Stop
    looks_like_an_address = "://" in text or "." in text or text.startswith("localhost")
    if len(text) > 2000 or len(text.split()) > 1 or not looks_like_an_address:
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    address = text if "://" in text else f"https://{text}"
    if not _host(address):
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    if picture:
        report.holds(
            _("Badge data found"), _("An older kind of badge: the picture holds an address.")
        )
    return Given(address=address, picture=picture)


def _read_document(report: Report, text: str, picture: bytes) -> Given:
    try:
        document = reading.parse(text)
    except reading.Unreadable:
        _unreadable(report, _("The badge data is damaged: it cannot be read as JSON."))
    if "credentialSubject" in document:
        report.open(_("This is an Open Badges 3.0 credential"))
        report.ends(
            Verdict.NOT_CHECKED,
            _("This page checks Open Badges 2.0. This is a 3.0 credential, so nothing is said."),
        )
        raise _Stop
    address = reading.reference(document)
    if not address.startswith(("http://", "https://")) or not _host(address):
        _unreadable(report, _("The badge data does not say at which address it can be checked."))
    where = _("It was inside the picture.") if picture else _("It is a badge in JSON.")
    report.holds(_("Badge data found"), where)
    return Given(address=address, document=document, picture=picture)


def _unreadable(report: Report, why: str) -> None:
    report.fails(_("No badge data found"), why)
    report.ends(Verdict.UNREADABLE, _("There is no badge here that can be checked."))
    raise _Stop


def _explain(trouble: baking.Trouble) -> str:
    return {
        baking.Trouble.TOO_LARGE: _("The file is larger than a badge can be. The limit is 10 MB."),
        baking.Trouble.NOT_AN_IMAGE: _(
            "The file is not a PNG or SVG picture. Many apps save pictures as JPEG and so remove "
            "the badge data: use the file as it was first downloaded."
        ),
        baking.Trouble.BROKEN: _(
            "The picture is damaged or breaks off. Download it once more and try again."
        ),
        baking.Trouble.NOTHING_BAKED: _(
            "It is a picture like any other. Phones, messengers and social networks often remove "
            "the badge data: use the file as it was first downloaded, or paste the address."
        ),
        baking.Trouble.NOT_TEXT: _("The badge data in the picture is damaged."),
        baking.Trouble.OPEN_BADGES_3: _(
            "The picture holds an Open Badges 3.0 credential. This page checks Open Badges 2.0."
        ),
    }[trouble]


# --- Issued here ----------------------------------------------------------------------------------


def _verify_ours(report: Report, given: Given, email: str, now: datetime) -> None:
    public_id = addresses.award_at(given.address)
    award = (
        Assertion.objects.published().with_badge().filter(public_id=public_id).first()
        if public_id
        else None
    )
    if award is None:
        report.fails(_("Issued here"), _("Our records hold no award at this address."))
        report.ends(Verdict.NOT_ISSUED, _("This badge was not issued here."))
        raise _Stop
    issuer = award.badge_class.issuer
    report.award = award
    report.badge_name, report.issuer_name = award.version.name, issuer.name
    report.issuer_url, report.issued_on, report.expires = issuer.url, award.issued_on, award.expires
    report.document = documents.assertion(award.public_id)
    report.holds(
        _("Issued here"),
        _("“%(badge)s”, issued by %(issuer)s.") % {"badge": award.version.name, "issuer": issuer},
    )
    if award.is_revoked:
        _say_revoked(report, award.revocation_reason, award.revoked_at)
        return
    differing = _compare(report, given.document)
    _compare_picture(report, given, award)
    report.holds(_("Date"), _("Issued on %(date)s.") % {"date": _day(award.issued_on)})
    _conclude(report, award.expires, now, differing, email)


def _compare(report: Report, document: dict | None) -> set[str]:
    """Which properties of the file are not as in the hosted document."""
    title = _("The file says what the issuer’s record says")
    if document is None:
        report.open(title, _("No file was given; what is said here comes from the record itself."))
        return set()
    names = document.keys() | report.document.keys()
    differing = {
        name
        for name in names
        if name not in document
        or name not in report.document
        or not reading.same(document[name], report.document[name])
    }
    if not differing:
        report.holds(title, _("Word for word."))
    elif differing <= CHOSEN_LATER:
        report.fails(
            title,
            _(
                "The evidence or narrative differs. The earner may have changed what is shown "
                "since the file was made, or the file was changed. Only the record counts."
            ),
        )
    else:
        listed = ", ".join(sorted(_printable(name) for name in differing)[:12])
        report.fails(
            title,
            _("The file was changed. Not as in the record: %(names)s.") % {"names": listed},
        )
    return differing


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


# --- Issued elsewhere -----------------------------------------------------------------------------


def _verify_elsewhere(
    report: Report, given: Given, email: str, now: datetime, fetcher: Fetcher
) -> None:
    host = _printable(_host(given.address))
    report.open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": host})
    status, hosted = _fetched(report, fetcher, given.address, _("The badge at its own address"))
    if status == 410 or hosted.get("revoked") is True:
        report.document = hosted
        _say_revoked(report, str(hosted.get("revocationReason") or "")[:500], None)
        return
    if reading.reference(hosted) != given.address:
        _invalid(report, _("The badge at its own address"), _("It gives another address as its."))
    if not reading.has_type(hosted, "Assertion"):
        _invalid(report, _("The badge at its own address"), _("It is not a badge award."))
    if "badge" not in hosted or "recipient" not in hosted:
        _invalid(report, _("The badge at its own address"), _("It is not complete."))
    report.document = hosted
    words = _("Found, as %(host)s has it.") % {"host": host}
    report.holds(_("The badge at its own address"), words)
    differing = _compare(report, given.document)
    _check_hosted(report, hosted)
    badge = _linked(report, fetcher, hosted["badge"], _("What was earned"), "BadgeClass")
    report.badge_name = _printable(badge.get("name"))
    report.holds(_("What was earned"), report.badge_name)
    issuer = _linked(report, fetcher, badge.get("issuer"), _("Issuer"), "Issuer", "Profile")
    report.issuer_name = _printable(issuer.get("name"))
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
    issued_on, expires = reading.moment(hosted.get("issuedOn")), None
    if issued_on is None or issued_on > now:
        _invalid(report, _("Date"), _("The date of issue is missing, unclear or in the future."))
    if "expires" in hosted:
        expires = reading.moment(hosted["expires"])
        if expires is None or expires < issued_on:
            _invalid(report, _("Date"), _("The end date is unclear or before the date of issue."))
    report.issued_on, report.expires = issued_on, expires
    report.holds(_("Date"), _("Issued on %(date)s.") % {"date": _day(issued_on)})
    _conclude(report, expires, now, differing, email)


def _check_hosted(report: Report, hosted: dict) -> None:
    verification = hosted.get("verification", hosted.get("verify"))
    if not isinstance(verification, dict) or not reading.has_type(
        verification, "HostedBadge", "hosted"
    ):
        report.open(_("How it is verified"), _("It is not a hosted badge."))
        report.ends(
            Verdict.NOT_CHECKED, _("This page checks hosted badges only, so nothing is said.")
        )
        raise _Stop


def _linked(report: Report, fetcher: Fetcher, link: object, title: str, *types: str) -> dict:
    address = reading.reference(link)
    status, document = _fetched(report, fetcher, address, title)
    if status != 200 or reading.reference(document) != address:
        _invalid(report, title, _("What stands at its address is something else."))
    if not reading.has_type(document, *types):
        _invalid(report, title, _("What stands at its address is something else."))
    return document


def _vouches_for(issuer: dict, address: str) -> bool:
    """Is the award in the scope of its issuer (Open Badges 2.0, section 4.4.1)?"""
    scope = issuer.get("verification")
    scope = scope if isinstance(scope, dict) else {}
    own = _site(reading.reference(issuer))
    origins, prefixes = scope.get("allowedOrigins") or own, scope.get("startsWith") or []
    origins = origins if isinstance(origins, list) else [origins]
    prefixes = prefixes if isinstance(prefixes, list) else [prefixes]
    return _site(address) in {str(origin).lower() for origin in origins} and (
        not prefixes or any(address.startswith(str(prefix)) for prefix in prefixes)
    )


def _fetched(report: Report, fetcher: Fetcher, address: str, title: str) -> tuple[int, dict]:
    host = _printable(_host(address) or address)[:200]
    try:
        answer = fetcher.fetch(address)
    except NotFetched as error:
        why = {
            NotFetched.ADDRESS: _("This is not an address on the public web."),
            NotFetched.PRIVATE: _("The address is not on the public web, so it is not opened."),
            NotFetched.SLOW: _("%(host)s did not answer in time. Try again later."),
            NotFetched.LARGE: _("%(host)s answered with more than a badge can be."),
            NotFetched.REDIRECTS: _("%(host)s sends us from one address to another."),
            NotFetched.UNREACHABLE: _("%(host)s cannot be reached. Try again later."),
        }[error.reason]
        _not_checked(report, title, why % {"host": host})
    if answer.status not in {200, 410}:
        _not_checked(
            report,
            title,
            _("%(host)s has nothing at this address (answer %(status)s).")
            % {"host": host, "status": answer.status},
        )
    try:
        return answer.status, reading.parse(answer.body.decode("utf-8-sig"))
    except (UnicodeDecodeError, reading.Unreadable):
        if answer.status == 410:
            return 410, {}
        _not_checked(report, title, _("%(host)s answers with no badge data.") % {"host": host})


def _not_checked(report: Report, title: str, why: str) -> None:
    report.open(title, why)
    report.ends(Verdict.NOT_CHECKED, _("It could not be checked, so nothing is said about it."))
    raise _Stop


def _invalid(report: Report, title: str, why: str) -> None:
    report.fails(title, why)
    report.ends(Verdict.INVALID, _("This badge does not hold."))
    raise _Stop


# --- What follows ---------------------------------------------------------------------------------


def _say_revoked(report: Report, reason: str, revoked_at: datetime | None) -> None:
    words = _("The issuer has taken the badge back.")
    if revoked_at:
        words = _("The issuer took the badge back on %(date)s.") % {"date": _day(revoked_at)}
    if reason:
        words += " " + _("Reason: %(reason)s") % {"reason": _printable(reason)}
    report.fails(_("Status"), words)
    report.ends(Verdict.REVOKED, _("This badge was revoked. It no longer holds."))


def _conclude(
    report: Report, expires: datetime | None, now: datetime, differing: set[str], email: str
) -> None:
    expired = expires is not None and expires <= now
    if expired:
        report.fails(_("Status"), _("It expired on %(date)s.") % {"date": _day(expires)})
    elif expires:
        report.holds(_("Status"), _("In force until %(date)s.") % {"date": _day(expires)})
    else:
        report.holds(_("Status"), _("In force; it does not expire."))
    is_theirs = _check_recipient(report, email)
    if differing:
        report.ends(
            Verdict.CHANGED,
            _("The file is not as it was issued. Do not rely on it; look at the issuer’s record."),
        )
    elif is_theirs is False:
        report.ends(Verdict.OTHER_PERSON, _("The badge is real, but for another e-mail address."))
    elif expired:
        report.ends(Verdict.EXPIRED, _("This badge is real, and has expired."))
    else:
        report.ends(Verdict.VALID, _("This badge holds."))


def _check_recipient(report: Report, email: str) -> bool | None:
    title = _("Recipient")
    if not email.strip():
        report.open(
            title, _("Not checked. Type the person’s e-mail address to see whether it is theirs.")
        )
        return None
    answer = v2.is_recipient(report.document.get("recipient"), email)
    if answer:
        report.holds(title, _("It was issued to this e-mail address."))
    elif answer is None:
        report.open(title, _("The badge does not name its recipient by e-mail address."))
    else:
        report.fails(
            title,
            _("It was issued to another e-mail address. People often have several: ask which."),
        )
    return answer


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _site(address: str) -> str:
    """Host and port: what an issuer vouches for. The address was fetched, so it parses."""
    return urlsplit(address).netloc.lower()


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def _printable(text: object) -> str:
    if isinstance(text, list) and text:
        text = text[0]
    return "".join(c for c in str(text or "") if c.isprintable())[:300]
