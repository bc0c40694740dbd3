"""The contents of certificates, wallet cards and transcripts, in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from accounts.models import User
from catalog.models import Issuer
from issuing import addresses, dates
from issuing.models import Assertion
from papers import typesetting
from program.current import current

# More badges than anyone earns; keeps the time for a transcript at a few seconds.
LONGEST_TRANSCRIPT = 500
THUMBNAIL = 144  # pixels


def certificate(award: Assertion, *, size: str, landscape: bool) -> bytes:
    with translation.override(_language(award)):
        title = _("Certificate: %(badge)s") % {"badge": award.version.name}
        return typesetting.certificate(
            _frame(award, title, size), _award(award), landscape=landscape
        )


def card(award: Assertion, *, size: str = "letter", sheet: bool = False) -> bytes:
    with translation.override(_language(award)):
        title = _("Card: %(badge)s") % {"badge": award.version.name}
        return typesetting.card(_frame(award, title, size), _award(award), sheet=sheet)


def transcript(user: User, awards: Sequence[Assertion], *, size: str) -> bytes:
    """A PDF of the awards in the given order, with hours and units, up to LONGEST_TRANSCRIPT."""
    with translation.override(user.language):
        shown, today = awards[:LONGEST_TRANSCRIPT], dates.day(timezone.now())
        program = current()
        as_of = _("As of %(date)s, from the records of %(program)s.") % {
            "date": today,
            "program": program,
        }
        if len(shown) < len(awards):
            as_of += " " + _("Showing the newest %(shown)s of %(all)s badges.") % {
                "shown": len(shown),
                "all": len(awards),
            }
        frame = typesetting.Frame(
            title=_("Transcript of badges: %(name)s") % {"name": user.name},
            about=as_of,
            author=str(program),
            language=user.language,
            address=addresses.absolute(reverse("verification:code_ask")),
            shown_address=_shown_address(),
            code="",
            size=size,
            words={
                "heading": _("Transcript of badges"),
                "made": as_of,
                "columns": [
                    _("Badge"),
                    _("Issued by"),
                    _("Earned on"),
                    _("Valid until"),
                    _("Hours"),
                    _("Units"),
                    _("Code"),
                ],
                "page": _("Page %(number)s of %(count)s") % {"number": "\n", "count": "\n"},
                "scan": _("QR code of the page where the codes are checked"),
                "check_all": _(
                    "Each badge has a code. Enter it at this address to see what our records "
                    "say: whether the badge is real and still valid."
                ),
            },
        )
        art = _thumbnails(shown)
        rows = [_row(award, art[award.version.image.name]) for award in shown]
        return typesetting.transcript(frame, name=user.name, rows=rows, totals=_totals(shown))


def _frame(award: Assertion, title: str, size: str = "letter") -> typesetting.Frame:
    about = _("“%(badge)s”, awarded to %(name)s by %(issuer)s.") % {
        "badge": award.version.name,
        "name": award.recipient_name,
        "issuer": award.badge_class.issuer.name,
    }
    expired = award.expires and _("Expired on %(date)s") % {"date": dates.day(award.expires)}
    return typesetting.Frame(
        title=title,
        about=about,
        author=award.badge_class.issuer.name,
        language=translation.get_language(),
        address=_address(award),
        shown_address=_shown_address(),
        code=award.code_in_groups,
        size=size,
        words={
            "to": _("Awarded to"),
            "earned": _("for earning the badge"),
            "shown": _("Earned by showing"),
            "more": [_("and %(number)s more") % {"number": n + 1} for n in range(60)],
            "check": _("Check this badge at"),
            "scan": _("QR code that opens the record of this badge"),
            "expired": expired or "",
            "expired_short": _("Expired"),
        },
    )


def _award(award: Assertion) -> typesetting.Award:
    version = award.version
    facts = [(label, dates.day(moment)) for label, moment in dates.facts(award)]
    if award.expires:
        facts.append(
            (_("Expired on") if award.is_expired else _("Valid until"), dates.day(award.expires))
        )
    if learning := _learning(version.hours, version.units):
        facts.append((_("Learning time"), learning))
    with version.image.open() as art:
        picture = art.read()
    return typesetting.Award(
        name=award.recipient_name or _("An educator"),
        badge=version.name,
        description=version.description,
        issuer=award.badge_class.issuer.name,
        badge_language=version.language,
        logo=_logo(award.badge_class.issuer),
        logo_alt=award.badge_class.issuer.logo_alt,
        art=picture,
        art_alt=version.image_alt,
        facts=facts,
        criteria=[criterion.name for criterion in version.criteria.all()],
        is_expired=award.is_expired,
    )


def _logo(issuer: Issuer) -> bytes:
    if not issuer.logo:
        return b""
    with issuer.logo.open() as file:
        return file.read()


def _row(award: Assertion, art: bytes) -> typesetting.Row:
    version = award.version
    until = _("does not expire")
    if award.expires:
        until = dates.day(award.expires, short=True)
        until = _("expired %(date)s") % {"date": until} if award.is_expired else until
    return typesetting.Row(
        badge=version.name,
        badge_language=version.language,
        issuer=award.badge_class.issuer.name,
        art=art,
        dates=_dates(award),
        until=until,
        is_expired=award.is_expired,
        hours=_number(version.hours) if version.hours else "",
        units=_number(version.units) if version.units else "",
        address=_address(award),
        code=award.code_in_groups,
    )


def _dates(award: Assertion) -> str:
    earned = dates.day(award.awarded_on, short=True)
    if not award.is_issued_later:
        return earned
    issued = _("issued %(date)s") % {"date": dates.day(award.issued_on, short=True)}
    return f"{earned} ({issued})"


def _totals(awards: Sequence[Assertion]) -> list[tuple[str, str]]:
    hours = sum((award.version.hours for award in awards), Decimal(0))
    units = sum((award.version.units for award in awards), Decimal(0))
    totals = [(_("Badges"), str(len(awards)))]
    if hours:
        totals.append((_("Hours of learning"), _number(hours)))
    if units:
        totals.append((_("University units"), _number(units)))
    return totals


def _learning(hours: Decimal, units: Decimal) -> str:
    parts = []
    if hours:
        words = ngettext("%(shown)s hour", "%(shown)s hours", _for_plural(hours))
        parts.append(words % {"shown": _number(hours)})
    if units:
        words = ngettext("%(shown)s unit", "%(shown)s units", _for_plural(units))
        parts.append(words % {"shown": _number(units)})
    return ", ".join(parts)


def _language(award: Assertion) -> str:
    """The earner's language unless it is English; then the badge's."""
    earner, badge = award.recipient.language, award.version.language
    return earner if earner != "en" else badge


def _address(award: Assertion) -> str:
    return addresses.absolute(reverse("verification:code", args=[award.short_code]))


def _shown_address() -> str:
    """The URL as people type it: without the scheme and the trailing slash."""
    ask = addresses.absolute(reverse("verification:code_ask"))
    return ask.partition("://")[2].rstrip("/")


def _number(value: Decimal) -> str:
    """Without trailing zeros: 12, 12.5."""
    return number_format(Decimal(format(value.normalize(), "f")))


def _for_plural(value: Decimal) -> int:
    return 1 if value == 1 else 2


def _thumbnails(awards: Sequence[Assertion]) -> dict[str, bytes]:
    """The art of the rows by file name, kept for all processes because art files never change."""
    keys = {award.version.image.name: f"row-art:{award.version.image.name}" for award in awards}
    kept = cache.get_many(keys.values())
    made = {key: _thumbnail(name) for name, key in keys.items() if key not in kept}
    if made:
        cache.set_many(made, timeout=7 * 24 * 3600)
    kept |= made
    return {name: kept[key] for name, key in keys.items()}


def _thumbnail(name: str) -> bytes:
    with default_storage.open(name) as art, Image.open(art) as picture:
        small = picture.convert("RGBA").resize((THUMBNAIL, THUMBNAIL), reducing_gap=2)
    out = io.BytesIO()
    small.save(out, "PNG", compress_level=3)
    return out.getvalue()
