"""Files that look like what educators send in: a photographed wall, a scanned page, a table."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import PurePath
from random import Random

import typst
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from demo.content import Row

CONTENT_TYPES = {".png": "image/png", ".pdf": "application/pdf", ".txt": "text/plain"}
WALLS = ("#d8cfc0", "#c9d3cf", "#d9d2dc", "#cfd6df", "#e0d5c5")
PAPERS = ("#fffdf4", "#fdf6d8", "#eaf4ea", "#fbe9e4", "#e8eff8")
INKS = ("#30343f", "#2b4c7e", "#7b2d26", "#2f5d3a")

# The words come in as data and are never read as markup.
PAGE = """
#let words = json(bytes(sys.inputs.words))
#set document(title: words.title)
#set page(paper: "us-letter", margin: 1in)
#set text(size: 11pt, lang: words.language)
#text(size: 18pt, weight: "bold")[#words.title]
#v(0.2in)
#table(
  columns: (1fr, 4fr),
  inset: 8pt,
  stroke: 0.5pt + luma(170),
  ..words.rows.flatten()
)
#v(0.2in)
#words.foot
"""


def content_type(file_name: str) -> str:
    return CONTENT_TYPES[PurePath(file_name).suffix]


def evidence(item: Row, language: str) -> ContentFile:
    """The file that a piece of written evidence speaks of."""
    return ContentFile(sample(item["file"], item["caption"], language))


@cache
def sample(file_name: str, caption: str, language: str = "en") -> bytes:
    """The same name and caption always give the same picture or page."""
    chance = Random(f"{file_name} {caption}")
    match PurePath(file_name).suffix:
        case ".png":
            return _wall(chance)
        case ".pdf":
            return _page(caption, language, chance)
        case ".txt":
            return _table(caption, chance)
        case other:
            raise ValueError(f"No sample looks like {other!r}.")


def _wall(chance: Random) -> bytes:
    """Sheets of paper on a classroom wall, a little askew, with lines too far away to read."""
    picture = Image.new("RGB", (480, 360), chance.choice(WALLS))
    for _ in range(chance.randint(3, 6)):
        sheet = _sheet(chance)
        place = (chance.randint(10, 470 - sheet.width), chance.randint(5, 355 - sheet.height))
        shadow = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
        shadow.paste((0, 0, 0, 70), mask=sheet.getchannel("A"))
        picture.paste(shadow, (place[0] + 4, place[1] + 5), shadow)
        picture.paste(sheet, place, sheet)
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180))).resize(picture.size)
    shade = Image.new("RGB", picture.size, "#1d1a16")
    picture = Image.composite(shade, picture, light.point(lambda value: value // 6))
    kept = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).quantize(96).save(kept, "PNG")
    return kept.getvalue()


def _sheet(chance: Random) -> Image.Image:
    width, height = chance.randint(110, 190), chance.randint(100, 160)
    sheet = Image.new("RGBA", (width, height), chance.choice(PAPERS))
    pen, ink = ImageDraw.Draw(sheet), chance.choice(INKS)
    pen.rounded_rectangle((12, 12, width - chance.randint(20, 60), 22), 3, fill=ink)
    for y in range(36, height - 12, 13):
        pen.line((12, y, width - chance.randint(14, 70), y), fill=ink, width=2)
    return sheet.rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)


def _page(caption: str, language: str, chance: Random) -> bytes:
    words = {
        "title": caption,
        "language": language,
        "rows": _rows(chance, language),
        "foot": {
            "en": "Names and faces were removed before this was sent in.",
            "es": "Se quitaron nombres y caras antes de enviar.",
        }[language],
    }
    return typst.compile(PAGE.encode(), sys_inputs={"words": json.dumps(words)})


def _table(caption: str, chance: Random) -> bytes:
    lines = [caption, "", "visit\tplace\treading"]
    for visit in (1, 2):
        lines += [f"{visit}\t{place}\t{chance.uniform(4, 19):.1f}" for place in "ABCDEF"]
    return "\n".join([*lines, ""]).encode()


def _rows(chance: Random, language: str) -> list[list[str]]:
    notes = {
        "en": (
            "Planned with students; two changes to the wording.",
            "Tried with the whole class. Three pairs needed the second example.",
            "Quiet start, then more questions than time.",
            "Moved the check to the beginning. Worked better.",
            "Student A explained it to student B without being asked.",
            "Not as hoped: too many steps at once. Cut two.",
            "Second try with the changed sheet.",
            "Families told; four answered.",
        ),
        "es": (
            "Lo planeamos con el grupo; dos cambios.",
            "Primera prueba con todos. Tres parejas pidieron otro ejemplo.",
            "Salió mejor al empezar con la pregunta.",
            "Segunda prueba con la hoja corregida.",
            "Se avisó a las familias; respondieron cuatro.",
        ),
    }[language]
    day = {"en": "Day", "es": "Día"}[language]
    picked = chance.sample(notes, k=chance.randint(4, 5))
    return [[f"{day} {number}", note] for number, note in enumerate(picked, 1)]
