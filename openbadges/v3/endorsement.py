"""EndorsementCredential: an endorsement of an award, a badge or an issuer."""

from __future__ import annotations

from dataclasses import dataclass

from openbadges.text import clean
from openbadges.v3.context import CONTEXT

ENDORSEMENT_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"
)


@dataclass(frozen=True)
class Endorsement:
    """`endorser` is a Profile document; `subject_id` is the id of what is endorsed."""

    id: str
    name: str
    endorser: dict
    subject_id: str
    comment: str
    valid_from: str

    def document(self) -> dict:
        return {
            "@context": list(CONTEXT),
            "id": self.id,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": clean(self.name),
            "issuer": self.endorser,
            "validFrom": self.valid_from,
            "credentialSubject": {
                "id": self.subject_id,
                "type": ["EndorsementSubject"],
                "endorsementComment": clean(self.comment),
            },
            "credentialSchema": [
                {"id": ENDORSEMENT_SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}
            ],
        }
