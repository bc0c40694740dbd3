"""Text and URLs in the form that every Open Badges verifier accepts."""

import re
from urllib.parse import quote

# Control characters except tab and line ends, and DEL: software canonicalizes them differently.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Browsers accept these in a URL; RFC 3986 does not.
_NOT_IN_A_URI = re.compile(r"[\x00-\x20<>\"{}|^`\\\[\]\x7f]|%(?![0-9A-Fa-f]{2})")
_HTTP_URL = re.compile(
    r"(https?://)((?:[^/?#]*@)?)([^/?#@]*?)((?::[0-9]*)?)((?:[/?#].*)?)", re.IGNORECASE | re.DOTALL
)
# Python's IDNA 2003 codec maps these to other letters than browsers do.
_AMBIGUOUS_IN_IDNA = re.compile("[ß\u03c2\u200c\u200d]")


def clean(text: str) -> str:
    """The text without control characters and lone surrogates, and with tabs as four spaces.

    RDFC-1.0 escapes a tab differently from its predecessor, which some wallets still use. Four
    spaces mean the same in Markdown.
    """
    return _SURROGATE.sub("", _CONTROL.sub("", text)).replace("\t", "    ")


def has_unwritable_characters(text: str) -> bool:
    """Whether `clean` would drop characters. Tabs do not count: they become spaces."""
    return _CONTROL.search(text) is not None or _SURROGATE.search(text) is not None


def to_uri(url: str) -> str:
    """A typed URL as a valid URI (RFC 3986) that leads to the same place."""
    parts = _HTTP_URL.fullmatch(url)
    if parts is None:
        return _percent_encode(url)
    scheme, account, host, port, rest = parts.groups()
    host = _percent_encode(_to_ascii_host(host), allowed="[]")
    return scheme + _percent_encode(account) + host + port + _percent_encode(rest)


def _percent_encode(text: str, allowed: str = "") -> str:
    return _NOT_IN_A_URI.sub(
        lambda found: found[0] if found[0] in allowed else quote(found[0]), text
    )


def _to_ascii_host(host: str) -> str:
    """An internationalized host name in ASCII (IDNA), if it is unambiguous."""
    if _AMBIGUOUS_IN_IDNA.search(host):
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
