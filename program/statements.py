"""What people declare when they send in evidence: own work, students, permissions. In versions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation

from editing.fingerprints import fingerprint
from program.models import Statement
from program.two_languages import Text, text_in_language

FOLDER = Path(__file__).parent / "default_statement"
FIELDS = ("text", "text_es")


def in_force() -> Statement:
    """The newest version. It is unsaved while it is the software's own and nobody accepted it."""
    newest = Statement.objects.order_by("-number").first()
    if newest and not (newest.is_default and texts_of(newest) != default_texts()):
        return newest
    number = newest.number + 1 if newest else 1
    return Statement(number=number, is_default=True, begun_at=timezone.now(), **default_texts())


def kept_in_force() -> Statement:
    """As `in_force`, saved. It runs in the caller's transaction; two at once keep one version."""
    found = in_force()
    if found.pk is None:
        Statement.objects.bulk_create([found], ignore_conflicts=True)
        found = Statement.objects.get(number=found.number)
    return found


def mark(statement: Statement) -> str:
    """What a page posts to say which version it showed."""
    return fingerprint([statement.number, statement.text, statement.text_es])


def texts_of(statement: Statement) -> dict[str, str]:
    return {name: getattr(statement, name) for name in FIELDS}


def stored_texts() -> dict[str, str]:
    return texts_of(in_force())


def default_texts() -> dict[str, str]:
    return {"text": _file("en"), "text_es": _file("es")}


def in_each_language(texts: dict[str, str]) -> list[tuple[str, Text]]:
    """For a preview: what readers of each language see."""
    seen = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            seen.append((code, text_in_language(texts["text"], texts["text_es"])))
    return seen


def earlier(than: Statement) -> Iterable[Statement]:
    """Newest first."""
    return Statement.objects.filter(number__lt=than.number).order_by("-number")


def next_number() -> int:
    return (Statement.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1


@cache
def _file(language: str) -> str:
    return (FOLDER / f"{language}.md").read_text(encoding="utf-8").strip()
