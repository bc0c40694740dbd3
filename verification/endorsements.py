"""Checks the endorsements embedded in a badge, its achievement and its issuer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openbadges import parsing, vc_jwt
from verification import credential_status, signatures, well_formed
from verification.credential_status import CredentialStatus, StatusNotKnown
from verification.key_ownership import CannotCheck, NotIssuersKey
from verification.remote_documents import WebSession
from verification.report import Report, printable
from verification.signatures import Changed, Contradictory, NotSigned
from verification.well_formed import as_list, valid_from, valid_until

MOST_ENDORSEMENTS = 5


def check_endorsements(report: Report, credential: dict, now: datetime, web: WebSession) -> None:
    achievement = credential["credentialSubject"]["achievement"]
    places = [credential, achievement, credential.get("issuer"), achievement.get("creator")]
    found: list[dict | str] = []
    for place in places:
        if isinstance(place, dict):
            found += as_list(place.get("endorsement")) + as_list(place.get("endorsementJwt"))
    if not found:
        return
    details, valid = [], 0
    for endorsement in found[:MOST_ENDORSEMENTS]:
        name, why_not = _check_endorsement(endorsement, now, web)
        valid += not why_not
        details.append(f"{name}: {why_not or _('OK')}")
    total = len(found)
    text = ngettext(
        "%(holding)s of %(count)s endorsement is valid.",
        "%(holding)s of %(count)s endorsements are valid.",
        total,
    ) % {"holding": valid, "count": total}
    add_step = report.add_passed if valid == total else report.add_open
    add_step(_("Endorsements"), f"{text} {'; '.join(details)}")


def _check_endorsement(endorsement: object, now: datetime, web: WebSession) -> tuple[str, str]:
    """The endorser's name, and why the endorsement is not valid, or "" if it is."""
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
        status, _reason = credential_status.check_status(web, credential, now)
    except (Changed, Contradictory, NotSigned, NotIssuersKey):
        return name, _("not valid")
    except (CannotCheck, StatusNotKnown):
        return name, _("could not be checked")
    begins = parsing.parse_datetime(valid_from(credential))
    ends = parsing.parse_datetime(valid_until(credential)) or parsing.LATEST
    if status is not CredentialStatus.IN_FORCE or not begins <= now <= ends:
        return name, _("no longer valid")
    return name, ""
