"""Achievement, Profile, Alignment and ResultDescription."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from openbadges.text import clean, to_uri
from openbadges.v2 import without_empty


@dataclass(frozen=True)
class Profile:
    """An issuer, an assessor or an endorser."""

    id: str
    name: str
    url: str = ""
    email: str = ""
    description: str = ""
    image_url: str = ""
    image_caption: str = ""
    endorsements: tuple[dict, ...] = ()

    def document(self) -> dict:
        return without_empty(
            id=self.id,
            type=["Profile"],
            name=clean(self.name),
            url=to_uri(self.url),
            email=self.email,
            description=clean(self.description),
            image=image(self.image_url, self.image_caption),
            endorsement=list(self.endorsements),
        )


@dataclass(frozen=True)
class Alignment:
    """A standard in a framework. `target_type` is a term of Open Badges such as "CFItem", or ""."""

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""
    target_type: str = ""

    def document(self) -> dict:
        return without_empty(
            type=["Alignment"],
            targetName=clean(self.name),
            targetUrl=to_uri(self.url),
            targetDescription=clean(self.description),
            targetFramework=clean(self.framework),
            targetCode=clean(self.code),
            targetType=self.target_type,
        )


@dataclass(frozen=True)
class Level:
    """RubricCriterionLevel. `points` is a string in Open Badges."""

    id: str
    name: str
    level: str = ""
    description: str = ""
    points: str = ""

    def document(self) -> dict:
        return without_empty(
            id=self.id,
            type=["RubricCriterionLevel"],
            name=clean(self.name),
            level=self.level,
            points=self.points,
            description=clean(self.description),
        )


@dataclass(frozen=True)
class ResultDescription:
    """A criterion and its rubric levels."""

    id: str
    name: str
    result_type: str
    levels: tuple[Level, ...] = ()

    def document(self) -> dict:
        return without_empty(
            id=self.id,
            type=["ResultDescription"],
            name=clean(self.name),
            resultType=self.result_type,
            rubricCriterionLevel=[level.document() for level in self.levels],
        )


@dataclass(frozen=True)
class Achievement:
    """One version of a badge. `related` lists the other versions."""

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
            **without_empty(
                achievementType=self.achievement_type,
                name=clean(self.name),
                description=clean(self.description),
                image=image(self.image_url, self.image_caption),
            ),
            "criteria": without_empty(
                id=self.criteria_url, narrative=clean(self.criteria_narrative)
            ),
            **without_empty(
                creditsAvailable=number(self.credits_available),
                fieldOfStudy=clean(self.field_of_study),
                inLanguage=self.language,
                version=self.version,
                alignment=[alignment.document() for alignment in self.alignments],
                resultDescription=[result.document() for result in self.result_descriptions],
                tag=[tag for tag in map(clean, self.tags) if tag],
                related=[
                    {"id": id, "type": ["Related"], "version": version}
                    for id, version in self.related
                ],
                endorsement=list(self.endorsements),
            ),
        }


def image(url: str, caption: str = "") -> dict:
    """An Image. Displayers use the caption as alternative text."""
    return without_empty(id=url, type="Image", caption=clean(caption)) if url else {}


def number(value: Decimal) -> int | float:
    """A number as JSON writes it: 3 rather than 3.0, and 0.5."""
    return int(value) if value == int(value) else float(value)
