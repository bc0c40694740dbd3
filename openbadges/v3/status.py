"""Bitstring Status List 1.0: the list of what was revoked, and an award's place in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openbadges.v2 import date
from openbadges.v3.context import CONTEXT


@dataclass(frozen=True)
class StatusEntry:
    """Bitstring Status List 1.0, section 2.1: where to look whether it was revoked."""

    list_url: str
    index: str
    id: str

    def document(self) -> dict:
        return {
            "id": self.id,
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": self.index,
            "statusListCredential": self.list_url,
        }


def status_list(
    *, id: str, issuer: str, encoded: str, valid_from: datetime, valid_until: datetime
) -> dict:
    """Bitstring Status List 1.0, section 2.2, before it is signed."""
    return {
        "@context": [CONTEXT[0]],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": date(valid_from),
        "validUntil": date(valid_until),
        "credentialSubject": {
            "id": f"{id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }
