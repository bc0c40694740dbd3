"""Who speaks for a badge, its achievement and its issuer, and whether their signatures hold."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openbadges import parsing, vc_jwt
from verification import credential_status, signatures, well_formed
from verification.credential_status import CannotSay, Standing
from verification.key_ownership import NotKnown, NotTheIssuers
from verification.remote_documents import Web
from verification.report import Report, printable
from verification.signatures import Changed, NotSigned, Unclear
from verification.well_formed import listed, valid_from, valid_until

MOST_ENDORSEMENTS = 5


def count(report: Report, credential: dict, now: datetime, web: Web) -> None:
    achievement = credential["credentialSubject"]["achievement"]
    places = [credential, achievement, credential.get("issuer"), achievement.get("creator")]
    found: list[dict | str] = []
    for place in places:
        if isinstance(place, dict):
            found += listed(place.get("endorsement")) + listed(place.get("endorsementJwt"))
    if not found:
        return
    words, holding = [], 0
    for endorsement in found[:MOST_ENDORSEMENTS]:
        name, why_not = _endorser(endorsement, now, web)
        holding += not why_not
        words.append(f"{name}: {why_not or _('holds')}")
    total = len(found)
    text = ngettext(
        "%(holding)s of %(count)s endorsement holds.",
        "%(holding)s of %(count)s endorsements hold.",
        total,
    ) % {"holding": holding, "count": total}
    say = report.holds if holding == total else report.open
    say(_("Endorsements"), f"{text} {'; '.join(words)}")


def _endorser(endorsement: object, now: datetime, web: Web) -> tuple[str, str]:
    """Who endorses, and why it does not count, if it does not."""
    is_text = isinstance(endorsement, str) and vc_jwt.looks_like_jwt(endorsement)
    if not isinstance(endorsement, dict) and not is_text:
        return "?", _("not readable")
    name = "?"
    try:
        credential = signatures.read(endorsement)
        issuer = credential.get("issuer")
        name = issuer.get("name") if isinstance(issuer, dict) else ""
        name = printable(name or parsing.reference(issuer)) or "?"
        if well_formed.endorsement_problems(credential):
            return name, _("not readable")
        signatures.check(web, endorsement)
        standing, _reason = credential_status.of(web, credential, now)
    except (Changed, Unclear, NotSigned, NotTheIssuers):
        return name, _("does not hold")
    except (NotKnown, CannotSay):
        return name, _("could not be checked")
    begins = parsing.parse_datetime(valid_from(credential))
    ends = parsing.parse_datetime(valid_until(credential)) or parsing.LATEST
    if standing is not Standing.IN_FORCE or not begins <= now <= ends:
        return name, _("no longer in force")
    return name, ""
