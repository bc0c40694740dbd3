"""Bitstring Status List 1.0 (W3C): the list of revoked awards, and an award's entry in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openbadges.v2 import format_datetime
from openbadges.v3.context import CONTEXT


@dataclass(frozen=True)
class StatusEntry:
    """BitstringStatusListEntry (section 2.1): the list and index of an award."""

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
    """BitstringStatusListCredential (section 2.2), before it is signed."""
    return {
        "@context": [CONTEXT[0]],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_datetime(valid_from),
        "validUntil": format_datetime(valid_until),
        "credentialSubject": {
            "id": f"{id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }
