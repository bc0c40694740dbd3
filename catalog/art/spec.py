"""What a badge's art looks like, as a small dictionary that is stored with the badge."""

import unicodedata
from dataclasses import asdict, dataclass, fields
from typing import Any

from catalog.art.icons import ICONS
from catalog.art.palette import METALS, PALETTES
from catalog.art.patterns import PATTERNS
from catalog.art.shapes import SHAPES

TEXT_LIMIT = 20

RIMS = {
    "polished": "Polished",
    "beaded": "Beaded",
    "milled": "Milled",
    "rope": "Rope",
    "enameled": "Enameled band",
    "double": "Double line",
}
FIELDS = {"disc": "Round field", "same": "Field like the outline", "glass": "Under glass"}
RIBBONS = {"banner": "Banner with tails", "plate": "Engraved plate"}

CHOICES: dict[str, dict[str, str]] = {
    "shape": {name: label for name, (label, _) in SHAPES.items()},
    "palette": {name: palette.label for name, palette in PALETTES.items()},
    "metal": {name: metal.label for name, metal in METALS.items()},
    "rim": RIMS,
    "pattern": {name: label for name, (label, _) in PATTERNS.items()},
    "field": FIELDS,
    "icon": ICONS,
    "ribbon": RIBBONS,
}


class ArtSpecError(ValueError):
    """An invalid value; `field` names the choice, the message says why."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class ArtSpec:
    """The choices for a badge's art. `text` is on the ribbon; without text there is no ribbon."""

    shape: str = "circle"
    palette: str = "lapis"
    icon: str = "book-open"
    metal: str = "gold"
    rim: str = "polished"
    pattern: str = "rays"
    field: str = "disc"
    ribbon: str = "banner"
    text: str = ""

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if not isinstance(value, str) or value not in choices:
                raise ArtSpecError(
                    name, f"{name}: {str(value)[:40]!r} is not one of {', '.join(choices)}."
                )
        _check_text(self.text)

    @classmethod
    def from_dict(cls, values: Any) -> "ArtSpec":
        if not isinstance(values, dict):
            raise ArtSpecError("art", "art: a dictionary of choices is needed.")
        known = {field.name for field in fields(cls)}
        for name in values:
            if name not in known:
                raise ArtSpecError(
                    str(name)[:40], f"{str(name)[:40]}: badge art has no such choice."
                )
        return cls(**values)

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


def _check_text(text: Any) -> None:
    if not isinstance(text, str):
        raise ArtSpecError("text", "text: write the ribbon's words as text.")
    if len(text) > TEXT_LIMIT:
        raise ArtSpecError("text", f"text: at most {TEXT_LIMIT} characters fit on the ribbon.")
    if text != text.strip():
        raise ArtSpecError("text", "text: remove the space at the beginning or the end.")
    for character in text:
        latin = "LATIN" in unicodedata.name(character, "") and ord(character) < 0x250
        if not (latin or character in "0123456789 .,:;!?¡¿&+-–/%#'’()*@"):
            raise ArtSpecError(
                "text",
                f"text: {character!r} can't be engraved; use letters, digits and plain signs.",
            )
