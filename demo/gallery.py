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

CRITERION = {
    "name": "Three documents repaired",
    "description": "Three documents in use now have real headings, lists, described images, "
    "enough contrast, and a title and language set.",
    "evidence": "Before and after of each document, as files. Different kinds if you can.",
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


def gallery_context() -> dict[str, Any]:
    refused = SampleForm({"title": "", "reflection": "We read aloud.", "grade": "m"})
    refused.full_clean()
    return {
        "pins": [{"name": name, "image": pin(name)} for name in PINS],
        "cards": [{**card, "image": pin(card["pin"])} for card in CARDS],
        "rings": [
            {"image": pin("readers"), "states": ["open"] * 5, "says": "Nothing met yet"},
            {"image": pin("readers"), "says": "Returned: two met, one not yet",
             "states": ["met", "not_yet", "met", "open", "open"]},
            {"image": pin("ai"), "states": ["met", "met", "open"], "says": "Two of three met"},
            {"image": pin("citizen"), "states": ["met"] * 5, "says": "All five met"},
            {"image": pin("computing"), "states": ["not_yet"], "says": "One criterion, not yet"},
            {"image": pin("adults"), "states": ["met"] * 7 + ["open"] * 5, "says": "Twelve"},
        ],
        "statuses": [
            "draft", "submitted", "in_review", "returned", "approved", "declined", "withdrawn",
            "pending", "issued", "revoked", "met", "not_yet", "published", "retired",
        ],
        "palettes": CHOICES["palette"].items(),
        "criterion": CRITERION,
        "rubric": RUBRIC,
        "accepts": [_("files"), _("links")],
        "steps": STEPS_UNDER_WAY,
        "steps_stopped": STEPS_STOPPED,
        "form": SampleForm(),
        "refused_form": refused,
        "page": Paginator(range(240), 12).page(7),
        "hero": pin("readers", 600),
        "award": pin("citizen", 600),
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
