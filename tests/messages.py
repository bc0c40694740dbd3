"""The messages of the code and of the catalogue, read once for all tests of words."""

from __future__ import annotations

from functools import cache

import pytest
from babel.messages.catalog import Catalog

from badgeproject import translations

# Reading them takes seconds, so their tests stay in one process.
in_one_process = pytest.mark.xdist_group("messages")
extracted = cache(translations.extract_messages)


@cache
def spanish() -> Catalog:
    return translations.read("es")
