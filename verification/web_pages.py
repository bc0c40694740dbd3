"""Web pages about a badge: the link to the badge in them, or where to look for it.

Pages of strangers are read in one pass: every step moves forward, whatever the page contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

from verification.report import host_of

LARGEST_PAGE = 300_000  # bytes that are searched for a link
LONGEST_TAG = 2_000  # characters
_FIRST_TAG = re.compile(rb"<([A-Za-z][A-Za-z0-9:_-]*)")
_PROLOG = re.compile(rb"<!--.*?(?:-->|\Z)|<[?!][^>]*>", re.DOTALL)
_NAME = re.compile(r"[\s/]*([^\s/=]+)\s*")
_BARE_VALUE = re.compile(r"[^\s]*")
_BADGE_MEDIA_TYPES = {
    "application/ld+json",
    "application/json",
    "application/vc",
    "application/vc+ld+json",
    "application/vc+jwt",
}
# What is skipped as a whole, and how it ends.
_SKIPPED = {"<!--": "-->", "<script": "</script", "<style": "</style"}


def is_page(body: bytes) -> bool:
    """Is it HTML, rather than an SVG or data?"""
    start = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return False
    if start[:14].lower() == b"<!doctype html":
        return True
    first = _FIRST_TAG.search(_PROLOG.sub(b"", start))
    return first is None or first[1].lower().rpartition(b":")[2] != b"svg"


def badge_link(body: bytes, url: str) -> str:
    """The URL of a badge that a page names with `<link rel="alternate">`, or ""."""
    for tag in _link_tags(body[:LARGEST_PAGE].decode("utf-8", "replace")):
        found = _attributes(tag)
        is_alternate = "alternate" in found.get("rel", "").lower().split()
        media_type = found.get("type", "").partition(";")[0].strip().lower()
        if is_alternate and media_type in _BADGE_MEDIA_TYPES and found.get("href"):
            try:
                return urljoin(url, unescape(found["href"]))
            except ValueError:
                return ""
    return _link_of_platform(url)


def hint(url: str) -> str:
    """How to get at the badge behind a page."""
    host = host_of(url)
    for name, words in _PLATFORMS.items():
        if name in host.split(".") or host.endswith("." + name) or host == name:
            return words()
    return _(
        "Look on that page for “Download”, “Share”, or “Open Badge”, and upload the PNG or JSON "
        "file that you get. If there is none, ask the earner for it."
    )


def _link_tags(page: str) -> Iterator[str]:
    """The text inside each `<link …>`, outside comments and scripts."""
    lower, at = page.lower(), 0
    if len(lower) != len(page):  # a few letters have a longer lowercase form
        lower = page
    while (at := lower.find("<", at)) >= 0:
        skipped = next((start for start in _SKIPPED if lower.startswith(start, at)), "")
        if skipped:
            at = lower.find(_SKIPPED[skipped], at + len(skipped))
            if at < 0:
                return
        elif lower.startswith("<link", at):
            end = lower.find(">", at, at + LONGEST_TAG)
            if end >= 0:
                yield page[at + len("<link") : end]
        at += 1


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while name := _NAME.match(tag, at):
        at, value = name.end(), ""
        if tag[at : at + 1] == "=":
            at += 1
            while tag[at : at + 1].isspace():
                at += 1
            mark = tag[at : at + 1]
            if mark in {'"', "'"}:
                end = tag.find(mark, at + 1)
                end = end if end >= 0 else len(tag)
                value, at = tag[at + 1 : end], end + 1
            elif bare := _BARE_VALUE.match(tag, at):
                value, at = bare[0], bare.end()
        found.setdefault(name[1].lower(), value)
    return found


def _link_of_platform(url: str) -> str:
    """The badge's own address, where the page's address says it."""
    parts = urlsplit(url)
    if parts.path.endswith("/badges/badge.php"):  # Moodle
        for code in parse_qs(parts.query).get("hash", [])[:1]:
            return urljoin(url, f"assertion.php?b={quote(code, safe='')}")
    return ""


_PLATFORMS = {
    "credly": lambda: _(
        "On Credly, the earner opens the badge, chooses “Share”, then “Download badge image”. "
        "Upload that file; a link to the page is not enough."
    ),
    "badgr": lambda: _(
        "On Badgr and Canvas Credentials, the earner opens the badge and downloads it, as an image "
        "or as JSON. Upload that file."
    ),
    "canvascredentials": lambda: _(
        "On Badgr and Canvas Credentials, the earner opens the badge and downloads it, as an image "
        "or as JSON. Upload that file."
    ),
    "openbadgepassport": lambda: _(
        "On Open Badge Passport, open the badge and choose “Download”. Upload that file."
    ),
    "openbadgefactory": lambda: _(
        "On Open Badge Factory, the earner downloads the badge as an image. Upload that file."
    ),
    "accredible": lambda: _(
        "On Accredible, the earner opens the credential and downloads the Open Badge. Upload that "
        "file."
    ),
}
