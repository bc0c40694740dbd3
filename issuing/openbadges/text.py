"""Text as Open Badges documents can carry it."""

import re
from urllib.parse import quote

# Everything below space but tab and line ends, and DEL: other programs' canonical forms and
# some readers stumble over them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# RFC 3987: browsers take these in an address, and its grammar does not.
_NOT_IN_AN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f]")


def clean(text: str) -> str:
    """Without control characters, and without halves of characters that UTF-8 cannot write.

    A tab becomes the spaces that Markdown reads it as: RDFC-1.0 spells it otherwise than the rules
    before it did, by which some wallets still verify.
    """
    return _SURROGATE.sub("", _CONTROL.sub("", text)).replace("\t", "    ")


def address(url: str) -> str:
    """An address that somebody typed, written as an IRI: it leads to the same place."""
    return _NOT_IN_AN_IRI.sub(lambda found: quote(found[0]), url)
