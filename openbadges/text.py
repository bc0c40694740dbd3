"""Text as Open Badges documents can carry it."""

import re
from urllib.parse import quote

# Everything below space but tab and line ends, and DEL: other programs' canonical forms and
# some readers stumble over them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Browsers take these in an address; the grammar of URIs (RFC 3986) does not.
_NOT_IN_A_URI = re.compile(r"[\x00-\x20<>\"{}|^`\\\[\]\x7f]|%(?![0-9A-Fa-f]{2})")
_PARTS = re.compile(
    r"(https?://)((?:[^/?#]*@)?)([^/?#@]*?)((?::[0-9]*)?)((?:[/?#].*)?)", re.IGNORECASE | re.DOTALL
)
# What Python's codec takes for other letters than browsers do.
_READ_IN_TWO_WAYS = re.compile("[ß\u03c2\u200c\u200d]")


def clean(text: str) -> str:
    """Without control characters, and without halves of characters that UTF-8 cannot write.

    A tab becomes the spaces that Markdown reads it as: RDFC-1.0 spells it otherwise than the rules
    before it did, by which some wallets still verify.
    """
    return _SURROGATE.sub("", _CONTROL.sub("", text)).replace("\t", "    ")


def holds_unwritable(text: str) -> bool:
    """Whether `clean` leaves something out. A tab is not lost: it is written as spaces."""
    return _CONTROL.search(text) is not None or _SURROGATE.search(text) is not None


def address(url: str) -> str:
    """An address that somebody typed, as every verifier takes it: it leads to the same place."""
    parts = _PARTS.fullmatch(url)
    if parts is None:
        return _in_uri(url)
    scheme, account, host, port, rest = parts.groups()
    host = _in_uri(_in_ascii(host), allowed="[]")
    return scheme + _in_uri(account) + host + port + _in_uri(rest)


def _in_uri(text: str, allowed: str = "") -> str:
    return _NOT_IN_A_URI.sub(
        lambda found: found[0] if found[0] in allowed else quote(found[0]), text
    )


def _in_ascii(host: str) -> str:
    """A host in letters of any script, as the name system spells it."""
    if _READ_IN_TWO_WAYS.search(host):
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
