"""What the shipped nginx configuration says, read without nginx."""

from __future__ import annotations

import re
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.urls import URLPattern, get_resolver

from bench.nginx import SHIPPED
from launcher.state import PROJECT
from tests.deploy.nginx_paths import kept_documents

# What a part of an address can be.
EXAMPLES = {"uuid": str(UUID(int=7)), "int": "7", "str": "key-1", "slug": "a-badge", "path": "x/y"}


def addresses(urlconf: str) -> dict[str, str]:
    """An example of each address, by the route."""
    return dict(_walk(get_resolver(urlconf).url_patterns, "/"))


def _walk(patterns, start):
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, re.sub(r"<(\w+):\w+>", lambda part: EXAMPLES[part[1]], route)
        else:
            yield from _walk(pattern.url_patterns, route)


DOCUMENTS = addresses(settings.DOCUMENT_URLCONF)


def test_every_public_document_is_answered_from_the_cache():
    kept = kept_documents()

    assert len(DOCUMENTS) > 20
    assert [route for route, address in DOCUMENTS.items() if not kept.search(address)] == []


def test_no_other_address_is_answered_from_the_cache():
    kept = kept_documents()
    pages = {k: v for k, v in addresses(settings.ROOT_URLCONF).items() if k not in DOCUMENTS}

    assert len(pages) > 150
    assert [route for route, address in pages.items() if kept.search(address)] == []


def test_the_pattern_of_nginx_begins_as_the_short_way_does():
    kept = kept_documents().pattern
    starts = {route.strip("/").partition("/")[0] for route in DOCUMENTS}
    named = set(re.findall(r"(?<=[(|])[a-z.\\-]+(?=[)|/])", kept))

    assert {name.replace("\\", "") for name in named} == starts


def test_nothing_is_answered_that_is_older_than_it_may_be():
    lines = (SHIPPED / "site.conf").read_text()

    assert re.findall(r"proxy_cache_valid (.*);", lines) == ["200 404 410 10s"]
    assert re.findall(r"proxy_cache_use_stale (.*);", lines) == ["off"]
    assert "background_update" not in lines


def test_the_guide_includes_the_files_and_repeats_none_of_their_lines():
    guide = (PROJECT / "docs" / "install.md").read_text()
    lines = set(chain.from_iterable(_lines(path.read_text()) for path in SHIPPED.iterdir()))
    both = {line for line in _lines(guide) if line in lines}

    assert "include /srv/badges/app/deploy/nginx/http.conf;" in guide
    assert "include /srv/badges/app/deploy/nginx/site.conf;" in guide
    assert {line for line in both if line.startswith(("proxy_", "log_format", "gzip"))} == set()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
