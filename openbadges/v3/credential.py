"""AchievementCredential: an award, its recipient, results and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from openbadges import v2
from openbadges.text import clean
from openbadges.v2 import hashed_identity, without_empty
from openbadges.v3.achievement import image, number
from openbadges.v3.context import CONTEXT
from openbadges.v3.status_list import StatusEntry

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)


@dataclass(frozen=True)
class Result:
    """The judgment of one criterion. The ids are those of its ResultDescription and levels."""

    described_by: str
    achieved_level: str = ""
    status: str = ""
    value: str = ""

    def document(self) -> dict:
        return without_empty(
            type=["Result"],
            resultDescription=self.described_by,
            achievedLevel=self.achieved_level,
            status=self.status,
            value=self.value,
        )


@dataclass(frozen=True)
class Evidence(v2.Evidence):
    """As in 2.0, except that `type` is a list."""

    def document(self) -> dict:
        return super().document() | {"type": ["Evidence"]}


@dataclass(frozen=True)
class Recipient:
    """The recipient: a subject id of this award only, and a hashed email address.

    Somebody without email has the URN of their account instead of it.

    A VC-JWT requires a subject id. It differs per award, so that the awards of one person cannot
    be linked by it.
    """

    subject_id: str
    identity_hash: str
    salt: str
    name: str = ""  # only if the earner shows it
    identity_type: str = "emailAddress"

    BY_EMAIL: ClassVar[str] = "emailAddress"
    BY_URN: ClassVar[str] = "identifier"

    @classmethod
    def of(cls, *, subject_id: str, email: str, salt: str, name: str = "") -> Recipient:
        return cls(subject_id, hashed_identity(email, salt), salt, name)

    def identifiers(self) -> list[dict]:
        """IdentityObjects. The schema allows no other properties."""
        hashed = {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": self.identity_hash,
            "identityType": self.identity_type,
            "salt": self.salt,
        }
        if not self.name:
            return [hashed]
        shown = {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": clean(self.name),
            "identityType": "name",
        }
        return [hashed, shown]


@dataclass(frozen=True)
class Credential:
    """AchievementCredential. Datetimes are already text: see `v2.format_datetime`.

    `valid_from` changes each time the award is signed again; `awarded` stays the date of the award.
    """

    id: str
    issuer: dict
    achievement: dict
    recipient: Recipient
    valid_from: str
    awarded: str
    valid_until: str = ""
    image_url: str = ""  # this person's baked image
    narrative: str = ""
    credits_earned: Decimal = Decimal(0)
    results: tuple[Result, ...] = ()
    source: dict | None = None
    evidence: tuple[Evidence, ...] = ()
    endorsements: tuple[dict, ...] = ()
    status: StatusEntry | None = None

    def document(self) -> dict:
        return {
            "@context": list(CONTEXT),
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": self.achievement["name"],
            **without_empty(image=self.achievement.get("image")),
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            **without_empty(validUntil=self.valid_until),
            "awardedDate": self.awarded,
            "credentialSubject": {
                "id": self.recipient.subject_id,
                "type": ["AchievementSubject"],
                "identifier": self.recipient.identifiers(),
                "achievement": self.achievement,
                **without_empty(
                    image=image(self.image_url),
                    narrative=clean(self.narrative),
                    creditsEarned=number(self.credits_earned),
                    result=[result.document() for result in self.results],
                    source=self.source,
                ),
            },
            **without_empty(
                evidence=[item.document() for item in self.evidence],
                endorsement=list(self.endorsements),
                credentialStatus=self.status and self.status.document(),
            ),
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }
