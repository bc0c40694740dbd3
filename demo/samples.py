"""Generates files like those educators send in: a photo of a wall, a PDF page, a table."""

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

# The texts are passed as data, so they are never interpreted as markup.
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
    """The file for an evidence row of the demo content."""
    return ContentFile(sample(item["file"], item["caption"], language))


@cache
def sample(file_name: str, caption: str, language: str = "en") -> bytes:
    """A sample file of the type of `file_name`. The same arguments give the same bytes."""
    rng = Random(f"{file_name} {caption}")
    match PurePath(file_name).suffix:
        case ".png":
            return _wall(rng)
        case ".pdf":
            return _page(caption, language, rng)
        case ".txt":
            return _table(caption, rng)
        case other:
            raise ValueError(f"No sample looks like {other!r}.")


def _wall(rng: Random) -> bytes:
    """A picture of slightly rotated sheets of paper on a wall, with illegible lines."""
    picture = Image.new("RGB", (480, 360), rng.choice(WALLS))
    for _ in range(rng.randint(3, 6)):
        sheet = _sheet(rng)
        x, y = rng.randint(10, 470 - sheet.width), rng.randint(5, 355 - sheet.height)
        shadow = Image.new("RGBA", sheet.size, (0, 0, 0, 0))
        shadow.paste((0, 0, 0, 70), mask=sheet.getchannel("A"))
        picture.paste(shadow, (x + 4, y + 5), shadow)
        picture.paste(sheet, (x, y), sheet)
    light = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180))).resize(picture.size)
    shade = Image.new("RGB", picture.size, "#1d1a16")
    picture = Image.composite(shade, picture, light.point(lambda value: value // 6))
    buffer = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).quantize(96).save(buffer, "PNG")
    return buffer.getvalue()


def _sheet(rng: Random) -> Image.Image:
    width, height = rng.randint(110, 190), rng.randint(100, 160)
    sheet = Image.new("RGBA", (width, height), rng.choice(PAPERS))
    pen, ink = ImageDraw.Draw(sheet), rng.choice(INKS)
    pen.rounded_rectangle((12, 12, width - rng.randint(20, 60), 22), 3, fill=ink)
    for y in range(36, height - 12, 13):
        pen.line((12, y, width - rng.randint(14, 70), y), fill=ink, width=2)
    return sheet.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)


def _page(caption: str, language: str, rng: Random) -> bytes:
    words = {
        "title": caption,
        "language": language,
        "rows": _rows(rng, language),
        "foot": {
            "en": "Names and faces were removed before this was sent in.",
            "es": "Se quitaron nombres y caras antes de enviar.",
        }[language],
    }
    return typst.compile(PAGE.encode(), sys_inputs={"words": json.dumps(words)})


def _table(caption: str, rng: Random) -> bytes:
    lines = [caption, "", "visit\tplace\treading"]
    for visit in (1, 2):
        lines += [f"{visit}\t{place}\t{rng.uniform(4, 19):.1f}" for place in "ABCDEF"]
    return "\n".join([*lines, ""]).encode()


def _rows(rng: Random, language: str) -> list[list[str]]:
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
    picked = rng.sample(notes, k=rng.randint(4, 5))
    return [[f"{day} {number}", note] for number, note in enumerate(picked, 1)]
