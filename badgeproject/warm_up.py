"""Reads what every web worker needs before they are forked, so that they share its memory.

Views, translations and the templates of public pages are otherwise read with the first request
that needs them, once in each worker. Nothing here opens a connection.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template import engines
from django.urls import URLResolver, get_resolver
from django.utils import translation

# Folders of templates. Those of `manage` and `emails` within them are left out.
_PUBLIC = {"catalog", "components", "issuing", "program", "submissions", "verification"}


def warm_up() -> None:
    for addresses in (None, settings.DOCUMENT_URLCONF):
        _read_addresses(get_resolver(addresses))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Badges")
    _read_templates()


def _read_addresses(resolver: URLResolver) -> None:
    resolver._populate()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _read_addresses(pattern)


def _read_templates() -> None:
    """Those of pages that anybody may open. Few workers need the others; all would hold them."""
    engine = engines["django"].engine
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in sorted(Path(folder).rglob("*.html")):
            name = path.relative_to(folder)
            if _PUBLIC.issuperset(name.parts[:-1]) and name.parts[:-1]:
                engine.get_template(str(name))
