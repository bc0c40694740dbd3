"""Gathers the words that people read, and keeps the Spanish catalogue in step with them.

Django's own `makemessages` needs GNU gettext, which a small machine may not have; Babel reads
Python, and Django turns a template into something that Babel reads as Python.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from catalog import art_labels

METHODS = [("**/migrations/**", "ignore"), ("tests/**", "ignore"), ("bench/**", "ignore"),
           ("**.py", "python"), ("**.html", "badgeproject.translations:extract_template"),
           ("**.txt", "badgeproject.translations:extract_template")]  # fmt: skip
# Each is (keyword, positions of its texts), as Babel wants them; Django's names for gettext.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
FOLDERS = ["templates", "spreadsheets", "audit", "mail", "accounts", "catalog", "submissions",
           "reviewing", "issuing", "verification", "papers", "awarding", "rewards", "reporting",
           "demo", "badgeproject"]  # fmt: skip


def extract_template(fileobj, keywords, comment_tags, options):
    """For Babel: the messages of one Django template."""
    source = templatize(fileobj.read().decode())
    # What Django leaves between the messages is indented like HTML; Python would stumble over it.
    lines = "\n".join(line.strip() for line in source.splitlines())
    return extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def gather() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(settings.BASE_DIR / folder, method_map=METHODS, keywords=KEYWORDS)
        for name, _line, message, comments, context in found:
            # Without line numbers, so that the catalogue changes only when words do.
            catalog.add(
                message,
                locations=[(f"{folder}/{name}", None)],
                auto_comments=comments,
                context=context,
            )
    for context, label in art_labels.messages():
        catalog.add(label, locations=[("catalog/art", None)], context=context)
    return catalog


def path_of(language: str) -> Path:
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Bring the catalogue in step: new messages are empty, and those gone are dropped."""
    path = path_of(language)
    catalog = read(language) if path.exists() else _new(language)
    made_on = catalog.creation_date
    catalog.update(gather(), no_fuzzy_matching=True)
    # Only words make a difference between two versions of the file, not the hour.
    catalog.creation_date = made_on
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, omit_header=False, sort_output=True, width=100)
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    return [str(message.id) for message in catalog if message.id and not _is_whole(message.string)]


def _new(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="badges",
        fuzzy=False,
        header_comment=f"# What people read, in {language}. `manage.py messages` keeps it in step.",
    )


def _is_whole(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)
