"""Every address of the product, read from the URL table."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SOMETHING = {"slug": "something", "uuid": uuid.UUID(int=7), "int": 7, "str": "something"}


@dataclass(frozen=True)
class NamedAddress:
    name: str
    route: str
    pattern: URLPattern

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """Name and kind of each argument; the kind is empty in regular expressions."""
        plain = re.findall(r"<(\w+):(\w+)>", self.route)
        bare = re.findall(r"<(\w+)>", self.route)
        return [(name, kind) for kind, name in plain] + [(name, "") for name in bare]

    @property
    def is_managed(self) -> bool:
        return self.route.startswith("manage/")


def named_addresses() -> Iterator[NamedAddress]:
    for name, route, pattern in _patterns(get_resolver()):
        if name:
            yield NamedAddress(name, route, pattern)


def unnamed_routes() -> Iterator[str]:
    return (route for name, route, _pattern in _patterns(get_resolver()) if not name)


def _patterns(resolver, before="", namespace="") -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = namespace or (f"{pattern.namespace}:" if pattern.namespace else "")
            yield from _patterns(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield pattern.name and namespace + pattern.name, route, pattern
