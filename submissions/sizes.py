"""The sizes of files, as people read them."""

from __future__ import annotations

import re

from django.template.defaultfilters import filesizeformat
from django.utils.formats import get_format


def size_words(size: int) -> str:
    """“20 MB” rather than Django’s “20.0 MB”; “1.2 MB” stays."""
    point = re.escape(get_format("DECIMAL_SEPARATOR"))
    return re.sub(rf"{point}0(?=\D)", "", filesizeformat(size))
