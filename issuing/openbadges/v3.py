"""Open Badges 3.0: the OpenBadgeCredential, the achievement in it and who vouches for it.

Names and sections are those of the Open Badges 3.0 specification (1EdTech, document version 2.0,
April 2025; the data model is its appendix B.1). Empty properties are left out, lists are lists
also of one, dates are written in UTC to the second. Nothing here signs: see `data_integrity` and
`vc_jwt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from issuing.openbadges.text import address, clean
from issuing.openbadges.v2 import date, filled, hashed_identity

# In this order. The third defines the schema's type; without it that name would be signed as an
# address that nobody meant.
CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
ENDORSEMENT_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"
)


@dataclass(frozen=True)
class Profile:
    """Who vouches, who assessed, who endorses."""

    id: str
    name: str
    url: str = ""
    email: str = ""
    description: str = ""
    endorsements: tuple[dict, ...] = ()

    def document(self) -> dict:
        return filled(
            id=self.id,
            type=["Profile"],
            name=clean(self.name),
            url=address(self.url),
            email=self.email,
            description=clean(self.description),
            endorsement=list(self.endorsements),
        )


@dataclass(frozen=True)
class Alignment:
    """A standard it maps to. `target_type` is one of the standard's, such as "CFItem", or empty."""

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""
    target_type: str = ""

    def document(self) -> dict:
        return filled(
            type=["Alignment"],
            targetName=clean(self.name),
            targetUrl=address(self.url),
            targetDescription=clean(self.description),
            targetFramework=clean(self.framework),
            targetCode=clean(self.code),
            targetType=self.target_type,
        )


@dataclass(frozen=True)
class Level:
    """RubricCriterionLevel. `points` is a text in the standard."""

    id: str
    name: str
    level: str = ""
    description: str = ""
    points: str = ""

    def document(self) -> dict:
        return filled(
            id=self.id,
            type=["RubricCriterionLevel"],
            name=clean(self.name),
            level=self.level,
            points=self.points,
            description=clean(self.description),
        )


@dataclass(frozen=True)
class ResultDescription:
    """Something that is judged, and the levels it may reach."""

    id: str
    name: str
    result_type: str
    levels: tuple[Level, ...] = ()

    def document(self) -> dict:
        return filled(
            id=self.id,
            type=["ResultDescription"],
            name=clean(self.name),
            resultType=self.result_type,
            rubricCriterionLevel=[level.document() for level in self.levels],
        )


@dataclass(frozen=True)
class Result:
    """How one thing was judged. The ids are those of the descriptions."""

    described_by: str
    achieved_level: str = ""
    status: str = ""
    value: str = ""

    def document(self) -> dict:
        return filled(
            type=["Result"],
            resultDescription=self.described_by,
            achievedLevel=self.achieved_level,
            status=self.status,
            value=self.value,
        )


@dataclass(frozen=True)
class Achievement:
    """What was earned, in one version. `related` maps the other versions' ids."""

    id: str
    name: str
    description: str
    image_url: str
    image_caption: str
    criteria_url: str
    criteria_narrative: str  # Markdown
    achievement_type: str = ""
    credits_available: Decimal = Decimal(0)
    field_of_study: str = ""
    language: str = ""
    version: str = ""
    alignments: tuple[Alignment, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()  # (id, version)
    endorsements: tuple[dict, ...] = ()

    def document(self) -> dict:
        return {
            "id": self.id,
            "type": ["Achievement"],
            **filled(
                achievementType=self.achievement_type,
                name=clean(self.name),
                description=clean(self.description),
                image=image(self.image_url, self.image_caption),
            ),
            "criteria": filled(id=self.criteria_url, narrative=clean(self.criteria_narrative)),
            **filled(
                creditsAvailable=number(self.credits_available),
                fieldOfStudy=clean(self.field_of_study),
                inLanguage=self.language,
                version=self.version,
                alignment=[alignment.document() for alignment in self.alignments],
                resultDescription=[each.document() for each in self.result_descriptions],
                tag=[tag for tag in map(clean, self.tags) if tag],
                related=[
                    {"id": id, "type": ["Related"], "version": version}
                    for id, version in self.related
                ],
                endorsement=list(self.endorsements),
            ),
        }


@dataclass(frozen=True)
class Evidence:
    """`url` is where it can be read; a text has only a narrative."""

    name: str = ""
    url: str = ""
    narrative: str = ""
    genre: str = ""

    def document(self) -> dict:
        return filled(
            id=address(self.url),
            type=["Evidence"],
            name=clean(self.name),
            narrative=clean(self.narrative),
            genre=clean(self.genre),
        )


@dataclass(frozen=True)
class Recipient:
    """Who earned it: an id of this award's own, and an address that is only told as a hash.

    The subject's id means nothing elsewhere. A VC-JWT needs one, and giving each
    award another keeps two awards of one person from being linked by it.
    """

    subject_id: str
    identity_hash: str
    salt: str
    name: str = ""  # only if the earner shows it

    @classmethod
    def of(cls, *, subject_id: str, email: str, salt: str, name: str = "") -> Recipient:
        return cls(subject_id, hashed_identity(email, salt), salt, name)

    def identifiers(self) -> list[dict]:
        """IdentityObject: no property beyond these is allowed."""
        hashed = {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": self.identity_hash,
            "identityType": "emailAddress",
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


@dataclass(frozen=True)
class Credential:
    """AchievementCredential. Dates are texts already: see `date`.

    `valid_from` moves on when the same award is signed anew; `awarded` stays the day of the award.
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
            **filled(image=self.achievement.get("image")),
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            **filled(validUntil=self.valid_until),
            "awardedDate": self.awarded,
            "credentialSubject": {
                "id": self.recipient.subject_id,
                "type": ["AchievementSubject"],
                "identifier": self.recipient.identifiers(),
                "achievement": self.achievement,
                **filled(
                    image=image(self.image_url),
                    narrative=clean(self.narrative),
                    creditsEarned=number(self.credits_earned),
                    result=[result.document() for result in self.results],
                    source=self.source,
                ),
            },
            **filled(
                evidence=[item.document() for item in self.evidence],
                endorsement=list(self.endorsements),
                credentialStatus=self.status and self.status.document(),
            ),
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }


@dataclass(frozen=True)
class Endorsement:
    """EndorsementCredential: `endorser` speaks for whatever has the id `subject_id`."""

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


def image(url: str, caption: str = "") -> dict:
    """The caption is what readers use as the alternative text."""
    return filled(id=url, type="Image", caption=clean(caption)) if url else {}


def number(value: Decimal) -> int | float:
    """As JSON has it: 3, not 3.0, and 0.5."""
    return int(value) if value == int(value) else float(value)
