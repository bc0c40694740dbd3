"""Text as Open Badges documents can carry it."""

import re

# Everything below space but tab and line ends, and DEL: other programs' canonical forms and
# some readers stumble over them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Without control characters, and without halves of characters that UTF-8 cannot write."""
    return _SURROGATE.sub("", _CONTROL.sub("", text))
