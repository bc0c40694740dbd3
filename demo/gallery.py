"""Sample data for the gallery: every component in every state, with realistically long texts."""

import base64
from functools import cache
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from catalog.art import CHOICES, ArtSpec, render_png

PINS = {
    "readers": ArtSpec(
        shape="hexagon", palette="poppy", icon="sprout", rim="beaded", pattern="hills",
        text="Level 1",
    ),
    "citizen": ArtSpec(
        shape="shield", palette="lapis", icon="shield-check", rim="rope", pattern="rays"
    ),
    "access": ArtSpec(
        shape="tile", palette="manzanita", icon="accessibility", metal="copper", pattern="quilt"
    ),
    "ai": ArtSpec(
        shape="octagon", palette="dusk", icon="brain-circuit", metal="nickel", rim="double",
        pattern="orbit",
    ),
    "languages": ArtSpec(
        shape="flower", palette="coral", icon="languages", rim="enameled", pattern="scales"
    ),
    "computing": ArtSpec(
        shape="arch", palette="lagoon", icon="cpu", metal="nickel", rim="milled", pattern="waves"
    ),
    "leading": ArtSpec(
        shape="crest", palette="redwood", icon="mountain", metal="copper", pattern="peaks",
        text="Líder", ribbon="plate",
    ),
    "adults": ArtSpec(
        shape="scallop", palette="marigold", icon="graduation-cap", pattern="petals"
    ),
    "assessment": ArtSpec(
        shape="pennant", palette="meadow", icon="target", rim="milled", pattern="rings"
    ),
}  # fmt: skip


@cache
def pin(name: str, size: int = 360) -> str:
    """A composed pin as a data URL, so the gallery needs no files and no database."""
    return "data:image/png;base64," + base64.b64encode(render_png(PINS[name], size)).decode()


class SampleForm(forms.Form):
    title = forms.CharField(
        label=_("Title of your evidence"), max_length=120, help_text=_("Reviewers see this first.")
    )
    reflection = forms.CharField(
        label=_("What changed in your classroom?"),
        widget=forms.Textarea,
        help_text=_("Between 100 and 300 words. Leave students’ names out."),
        required=False,
    )
    document = forms.FileField(
        label=_("File"), help_text=_("PDF, image, or slides, up to 20 MB."), required=False
    )
    grade = forms.ChoiceField(
        label=_("Grade level"), choices=[("k", "TK–2"), ("m", "3–5"), ("s", "6–8"), ("h", "9–12")]
    )
    judgment = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("met", _("Met")), ("not_yet", _("Not yet"))],
        help_text=_("A comment is required for “not yet”."),
    )
    own_work = forms.BooleanField(
        label=_("This is my own work, and no student can be recognized in it."),
    )


RUBRIC = [
    SimpleNamespace(name="Starting", description="Some images lack descriptions."),
    SimpleNamespace(
        name="Meets", description="Structure, descriptions, contrast and language are right."
    ),
    SimpleNamespace(
        name="Extends", description="The reading order was checked with a screen reader."
    ),
]

_DOCUMENTS_REPAIRED = (
    "Three documents in use now have real headings, lists, described images, enough contrast, and "
    "a title and language set."
)
CRITERIA = [
    {"number": 1, "name": "Three documents repaired", "description": _DOCUMENTS_REPAIRED,
     "evidence": "Before and after of each document, as files. Different kinds if you can.",
     "accepts": [_("files"), _("links")], "levels": RUBRIC, "target": 1},
    {"number": 2, "name": "Three documents repaired", "description": _DOCUMENTS_REPAIRED,
     "state": "met", "comment": "The before and after of the field-trip letter is exactly what "
     "colleagues will want to copy."},
    {"number": 3, "name": "Lo que el verificador automático no vio, y cómo usted lo encontró al "
     "escuchar el documento completo", "description": _DOCUMENTS_REPAIRED, "state": "not_yet",
     "comment": "The screenshot shows the report. Say in a few sentences what you found without "
     "it.", "optional": True},
]  # fmt: skip

NOTICES = [
    {"text": "Reviewers are away from December 21 to January 4; dates already count that in."},
    {"level": "success", "title": "Sent in", "text": "A reviewer answers by Friday, November 27."},
    {"level": "warning", "title": "One criterion is not yet met",
     "text": "Change only that one; the other four are kept."},
    {"level": "error", "title": "This file can’t be opened",
     "text": "It says it is a PDF but begins like a program. Save it again as PDF and try once "
     "more."},
]  # fmt: skip

EVIDENCE = [
    {"name": "field-trip-letter-after-the-repair-with-headings-and-alt-text-final-2.pdf",
     "url": "#", "about": "PDF, 1.2 MB, November 9", "changed": True},
    {"name": "What I heard", "text": "When I listened to my own worksheet, it took forty seconds "
     "to reach the first question."},
]  # fmt: skip

TICKETS = [
    {"token": "9f3c0a71be52d846", "words": "Digital Citizenship", "url": "#"},
    {"token": "0b7e44d19ac3f265", "words": "Free chance", "note": "Number 1,204 in the list"},
    {"token": "c21d8f6603b9e75a", "url": "#",
     "words": "Accesibilidad de los documentos que las familias de verdad leen"},
]  # fmt: skip

EMPTY_STATE = {
    "title": "No badge yet",
    "text": "Your first one begins with evidence you probably have already.",
    "url": "#",
    "action": "Find a badge",
    "heading": 3,
}

STEPS_UNDER_WAY = [
    {"state": "done", "title": "You sent it in", "when": "Monday, November 9"},
    {"state": "done", "title": "A reviewer read it", "when": "Thursday, November 12",
     "detail": "Three of five criteria met, one not yet."},
    {"state": "now", "title": "Your turn", "when": "by Friday, December 4",
     "detail": "Change what was not yet met, and send it again. What was met stays met."},
    {"state": "later", "title": "A reviewer reads the change",
     "detail": "Usually within 5 working days."},
    {"state": "later", "title": "Your badge is issued"},
]  # fmt: skip

STEPS_STOPPED = [
    {"state": "done", "title": "Usted la envió", "when": "lunes 9 de noviembre"},
    {"state": "stopped", "title": "No fue otorgada", "when": "martes 24 de noviembre",
     "detail": "La agencia explicó el motivo y dice cómo apelar."},
]  # fmt: skip

CARDS = [
    {"pin": "readers", "palette": "poppy", "name": "Growing Readers", "total": 4, "hours": 6,
     "category": "Assessment and instruction", "level": "foundation", "holders": 128,
     "summary": "Plan, teach and study three small-group lessons that move beginning readers "
     "forward."},
    {"pin": "citizen", "palette": "lapis", "name": "Ciudadanía digital para toda la comunidad "
     "escolar y las familias", "total": 5, "hours": 8,
     "category": "Ciudadanía digital y biblioteca", "level": "practicante", "holders": 1,
     "summary": "Enseñe a estudiantes y familias a convivir en línea con respeto, y muestre qué "
     "cambió en su escuela después de un semestre de trabajo compartido con colegas."},
    {"pin": "ai", "palette": "dusk", "name": "AI, Out Loud", "total": 3, "met": 1, "not_yet": 1,
     "progress": True, "category": "AI in teaching", "status": "returned",
     "summary": "Say when it helped, show what you checked."},
    {"pin": "adults", "palette": "marigold", "name": "Night School Navigator", "total": 6,
     "met": 6, "category": "Adult education", "status": "issued",
     "summary": "Help adult learners plan a path that fits around work and children."},
]  # fmt: skip


def _prizes() -> list[SimpleNamespace]:
    """Prizes with and without picture, description and sponsor, single and multiple, for adults."""
    shop = SimpleNamespace(name="Paper Lantern Books", url="#", logo_url="", get_absolute_url="#")
    return [
        SimpleNamespace(
            position=1, name="Twelve ukuleles for your classroom, tuned", worth=1080, quantity=1,
            donor=shop, description="With cases, a tuner and one visit to get everybody started.",
            adults_only=False, picture="drawn", picture_alt="A round pin with a sprout",
            get_picture_url=pin("readers", 600),
        ),
        SimpleNamespace(
            position=2, name="A Saturday in the museum’s workshop", worth=180, quantity=3,
            donor=shop, description="", adults_only=True, picture="",
        ),
        SimpleNamespace(
            position=3, name="Una caja de libros ilustrados en español y en inglés", worth=120,
            quantity=40, donor=None, description="Doce libros, elegidos con usted.",
            adults_only=False, picture="",
        ),
    ]  # fmt: skip


def _rings() -> list[dict[str, Any]]:
    """Every stage of progress; the last one as it looks just after a decision."""
    rings = [
        {"image": pin("readers"), "states": ["open"] * 5, "says": "Nothing met yet"},
        {"image": pin("readers"), "says": "Returned: two met, one not yet",
         "states": ["met", "not_yet", "met", "open", "open"]},
        {"image": pin("ai"), "states": ["met", "met", "open"], "says": "Two of three met"},
        {"image": pin("citizen"), "states": ["met"] * 5, "says": "All five met"},
        {"image": pin("computing"), "states": ["not_yet"], "says": "One criterion, not yet"},
        {"image": pin("adults"), "states": ["met"] * 7 + ["open"] * 5, "says": "Twelve",
         "fresh": True},
    ]  # fmt: skip
    return [{**ring, "progress": True} for ring in rings]


def gallery_context() -> dict[str, Any]:
    refused = SampleForm({"title": "", "reflection": "We read aloud.", "grade": "m"})
    refused.full_clean()
    return {
        "pins": [{"name": name, "image": pin(name)} for name in PINS],
        "cards": [{**card, "url": "#", "image": pin(card["pin"])} for card in CARDS],
        "rings": _rings(),
        "statuses": [
            "draft", "submitted", "in_review", "returned", "approved", "declined", "withdrawn",
            "pending", "issued", "revoked", "met", "not_yet", "published", "retired",
        ],
        "palettes": CHOICES["palette"].items(),
        "criteria": CRITERIA,
        "notices": NOTICES,
        "evidence": EVIDENCE,
        "tickets": TICKETS,
        "empty_state": EMPTY_STATE,
        "steps": STEPS_UNDER_WAY,
        "steps_stopped": STEPS_STOPPED,
        "form": SampleForm(),
        "refused_form": refused,
        "page": Paginator(range(240), 12).page(7),
        "hero": {"image": pin("readers", 600), "total": 4,
                 "alt": "Orange hexagon with a seedling above green hills"},
        "award": {"image": pin("citizen", 600), "total": 5, "met": 5, "eager": True,
                  "alt": "Blue shield with a rope rim"},
        "prizes": _prizes(),
        "rows": [
            {"badge": "Accessible Documents", "earner": "Earner 7F3K", "status": "submitted",
             "due": "Nov 27", "attempt": 1},
            {"badge": "Ciudadanía digital para toda la comunidad escolar y las familias",
             "earner": "Earner 2QWD", "status": "in_review", "due": "Nov 24", "attempt": 2},
            {"badge": "AI, Out Loud", "earner": "Guadalupe Ochoa-Villaseñor",
             "status": "approved", "due": "–", "attempt": 3},
        ],
        "json_sample": '{\n  "@context": "https://w3id.org/openbadges/v2",\n  '
        '"type": "Assertion",\n  "issuedOn": "2026-11-20T17:04:00Z"\n}',
    }  # fmt: skip
