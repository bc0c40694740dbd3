"""Which addresses the shipped nginx configuration answers from the cache of documents."""

from __future__ import annotations

import re

from bench.nginx import SHIPPED

_LOCATION = re.compile(r"^location (?P<how>= |~ )?(?P<what>\S+) \{\n(?P<lines>.*?)^\}", re.M | re.S)


def kept_documents() -> re.Pattern[str]:
    """The pattern of the one location with that cache."""
    locations = list(_LOCATION.finditer((SHIPPED / "site.conf").read_text()))
    [(how, what)] = [
        (found["how"], found["what"])
        for found in locations
        if "proxy_cache badges_documents;" in found["lines"]
    ]
    assert how == "~ "
    return re.compile(what)
