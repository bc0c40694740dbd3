"""Extracts the translatable messages, and updates the Spanish catalog with them.

Django's own `makemessages` needs GNU gettext, which a small machine may not have. Babel extracts
from Python, and Django's `templatize` makes templates readable for it.
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
# Function names and the positions of their messages, as Babel expects them.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
FOLDERS = ["templates", "editing", "spreadsheets", "audit", "program", "mail", "accounts",
           "catalog", "submissions", "reviewing", "issuing", "verification", "papers", "awarding",
           "rewards", "mailings", "privacy", "reporting", "office", "demo",
           "badgeproject"]  # fmt: skip


def extract_template(fileobj, keywords, comment_tags, options):
    """Babel extraction method for Django templates."""
    source = templatize(fileobj.read().decode())
    # The text that Django leaves between the messages is indented like HTML, not like Python.
    lines = "\n".join(line.strip() for line in source.splitlines())
    return extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def extract_messages() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(settings.BASE_DIR / folder, method_map=METHODS, keywords=KEYWORDS)
        for name, _line, message, comments, context in found:
            # Without line numbers, so that the catalog changes only when messages do.
            catalog.add(
                message,
                locations=[(f"{folder}/{name}", None)],
                auto_comments=comments,
                context=context,
            )
    for context, label in art_labels.messages():
        catalog.add(label, locations=[("catalog/art", None)], context=context)
    return catalog


def catalog_path(language: str) -> Path:
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with catalog_path(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Update the catalog: new messages are added untranslated, unused ones are removed."""
    path = catalog_path(language)
    catalog = read(language) if path.exists() else _new(language)
    creation_date = catalog.creation_date
    catalog.update(extract_messages(), no_fuzzy_matching=True)
    # Keep the date, so that the file changes only when messages do.
    catalog.creation_date = creation_date
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, omit_header=False, sort_output=True, width=100)
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    return [
        str(message.id) for message in catalog if message.id and not _is_translated(message.string)
    ]


def _new(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="badges",
        fuzzy=False,
        header_comment=f"# What people read, in {language}. `manage.py messages` keeps it in step.",
    )


def _is_translated(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)
