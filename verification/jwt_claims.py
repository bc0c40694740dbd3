"""The credential in the payload of a VC-JWT, and the registered claims that repeat parts of it.

Open Badges 3.0 and W3C VC-JOSE-COSE have the credential itself as payload. The older data model
(1.1, section 6.3.1) wraps it in `vc` and allows leaving out what a registered claim says; some
software does the same with the current data model.
"""

from __future__ import annotations

from datetime import UTC, datetime

from openbadges import parsing
from verification.well_formed import VALID_FROM, VALID_UNTIL, uses_data_model_1

_CLAIMS = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"}


def credential_of(payload: dict) -> dict:
    """The credential, with what only the claims say: id, issuer, dates and recipient."""
    wrapped = payload.get("vc")
    if not isinstance(wrapped, dict):
        return {name: value for name, value in payload.items() if name not in _CLAIMS}
    older = uses_data_model_1(wrapped)
    begins = payload.get("nbf", payload.get("iat"))
    claims = {"id": payload.get("jti"), "issuer": payload.get("iss")}
    # Under the names of its own data model, and only if it has no dates of its own.
    if not any(name in wrapped for name in VALID_FROM):
        claims[VALID_FROM[older]] = _to_datetime(begins)
    if not any(name in wrapped for name in VALID_UNTIL):
        claims[VALID_UNTIL[older]] = _to_datetime(payload.get("exp"))
    credential = {name: value for name, value in claims.items() if value} | wrapped
    subject = credential.get("credentialSubject")
    if isinstance(subject, dict) and payload.get("sub"):
        credential["credentialSubject"] = {"id": payload["sub"]} | subject
    return credential


def contradictions(payload: dict, credential: dict) -> list[str]:
    """The registered claims that say something else than the credential."""
    older = uses_data_model_1(credential)
    pairs = [
        ("iss", parsing.reference(credential.get("issuer"))),
        ("jti", parsing.reference(credential)),
        ("sub", parsing.reference(credential.get("credentialSubject"))),
        ("nbf", _to_numeric_date(credential.get(VALID_FROM[older]))),
        ("exp", _to_numeric_date(credential.get(VALID_UNTIL[older]))),
    ]
    differing = [
        claim
        for claim, value in pairs
        if claim in payload and value not in ("", None) and not _equals_claim(payload[claim], value)
    ]
    if "exp" in payload and credential.get(VALID_UNTIL[older]) is None:
        differing.append("exp")
    return differing


def _equals_claim(claim: object, value: object) -> bool:
    if isinstance(value, int):
        # Software rounds fractions of a second up or down.
        is_number = isinstance(claim, int | float) and not isinstance(claim, bool)
        return is_number and value - 1 < claim < value + 2
    return claim == value


def _to_datetime(seconds: object) -> str:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _to_numeric_date(value: object) -> int | None:
    moment = parsing.parse_datetime(value)
    return None if moment is None else int(moment.timestamp())
