"""The program's own pages: the office's words, or else those that come with the software."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from program.models import Page, Program
from program.two_languages import Text, text_in_language

FOLDER = Path(__file__).parent / "default_pages"
FIELDS = ("title", "title_es", "body", "body_es")


class PageLink(NamedTuple):
    label: str
    url: str


class ShownPage(NamedTuple):
    """A page in the language of the reader, or else in the other."""

    slug: str
    title: Text
    body: Text


def links_to_pages(program: Program) -> list[PageLink]:
    """The pages that are shown, for the foot of every page."""
    return [
        PageLink(slug.label, reverse("program:page", args=[slug.value]))
        for slug in Page.Slug
        if slug.value not in program.hidden_pages
    ]


def page_to_show(slug: str, program: Program) -> ShownPage:
    return shown(slug, stored_texts(slug, program))


def shown(slug: str, texts: dict[str, str]) -> ShownPage:
    return ShownPage(
        slug,
        text_in_language(texts["title"], texts["title_es"]),
        text_in_language(texts["body"], texts["body_es"]),
    )


def in_each_language(slug: str, texts: dict[str, str]) -> list[tuple[str, ShownPage]]:
    """For a preview: what readers of each language see, with the language's own name."""
    seen = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            page = shown(slug, texts)
        seen.append((code, page))
    return seen


def stored_texts(slug: str, program: Program) -> dict[str, str]:
    """The texts of this page in both languages: the office's, or else the default ones."""
    page = Page.objects.filter(slug=slug).first()
    if page:
        return {name: getattr(page, name) for name in FIELDS}
    return default_texts(slug, program)


def default_texts(slug: str, program: Program) -> dict[str, str]:
    """The texts that come with the software, with the program's name and office in them."""
    texts = {}
    for language, ending in (("en", ""), ("es", "_es")):
        with translation.override(language):
            text = _file(slug, language)
            for gap, words in (
                ("{program}", str(program)),
                ("{office}", program.office),
                ("{address}", program.postal_address),
            ):
                text = text.replace(gap, words)
        heading, _newline, body = text.partition("\n")
        texts[f"title{ending}"] = heading.removeprefix("# ").strip()
        texts[f"body{ending}"] = body.strip()
    return texts


@cache
def _file(slug: str, language: str) -> str:
    return (FOLDER / f"{slug}.{language}.md").read_text(encoding="utf-8")
