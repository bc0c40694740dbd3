"""Reads what every web worker needs before they are forked, so that they share its memory.

Views, templates and translations are otherwise read with the first request that needs them, once
in each worker: eighty megabytes instead of thirty. Nothing here opens a connection.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template import engines
from django.urls import URLResolver, get_resolver
from django.utils import translation


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
    """Those of the demo have tags of the demo, which a real program does not have."""
    engine = engines["django"].engine
    has_demo = apps.is_installed("demo")
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in sorted(Path(folder).rglob("*.html")):
            if path.is_relative_to(Path(folder, "demo")) and not has_demo:
                continue
            engine.get_template(str(path.relative_to(folder)))
