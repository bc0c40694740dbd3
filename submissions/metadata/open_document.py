"""What is private, or loads by itself, in the parts of OpenDocument files.

Annotations and tracked changes keep their texts; "Author" takes the place of their authors.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable

from submissions.metadata.ooxml import Removed
from submissions.metadata.part_names import renamed
from submissions.metadata.xml_rewriting import DROP, Attributes, Change, Rewriter, local_name

AUTHOR = "Author"
BLANK_META = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' office:version="1.2"><office:meta/></office:document-meta>'
)
# Previews, printers, caches, earlier versions, signatures (which a change makes invalid).
_DROPPED_PARTS = re.compile(
    r"^(.*/)?(Thumbnails/|Versions/|VersionList\.xml$|layout-cache$|manifest\.rdf$"
    r"|META-INF/(documentsignatures|macrosignatures)|Configurations2/(accelerator|toolbar|menubar))"
)
_MACROS = re.compile(r"^(.*/)?(Basic|Scripts)/")
_DROPPED = {
    *("scripts", "script", "dde-source", "dde-connection-decls", "dde-links", "table-source"),
    *("section-source", "cell-range-source", "database-source-table", "database-source-sql"),
    *("database-source-query", "date-string", "sender-initials", "applet", "plugin"),
}
_AUTHORS = {"creator", "initial-creator", "creator-initials"}
_DROPPED_ATTRIBUTES = {"rsid", "paragraph-rsid", "chg-author", "chg-date-time"}
# Writers choose prefixes; these are the usual ones.
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:oasis:names:tc:opendocument:xmlns:meta:1.0": "meta",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:script:1.0": "script",
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
}
# Settings of a person's computer. Others influence how the document looks.
_PRIVATE_SETTINGS = re.compile(
    r"Printer(Name|Setup|FileName)|CurrentDatabase|Rsid|RedlineProtectionKey|Url|Path",
    re.IGNORECASE,
)
_LINK_TARGET = re.compile(r"\s*(https?|mailto|tel):|#", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|/|\\|\.\./)", re.IGNORECASE)
_INTERESTING = re.compile(
    rb"<!|<\?(?!xml )|\0|creator|initials|script|dde|href|rsid|binary-data|date-string|applet"
    rb"|plugin|config-item|-source|full-path|change-info|annotation|chg-author"
)


def is_dropped(name: str) -> bool:
    return _DROPPED_PARTS.match(name) is not None


def is_macro(name: str) -> bool:
    """True for macros. Empty libraries contain only an index."""
    is_list = name.endswith(("script-lc.xml", "script-lb.xml", "/"))
    return _MACROS.match(name) is not None and not is_list


def is_meta(name: str) -> bool:
    """True for document information, also of a document inside."""
    return name == "meta.xml" or name.endswith("/meta.xml")


def strip_part(
    name: str, content: bytes, removed: Removed, strip_image: Callable[[bytes], bytes]
) -> bytes:
    if not _INTERESTING.search(content):
        return content
    part = _Part(posixpath.dirname(name), removed, strip_image)
    return Rewriter(part.decide).rewrite(content)


class _Part:
    def __init__(
        self, folder: str, removed: Removed, strip_image: Callable[[bytes], bytes]
    ) -> None:
        self.removed, self.strip_image = removed.parts, strip_image
        self.folder, self.renamed = folder, removed.renamed
        self._prefixes: dict[str, str] = {}

    def decide(self, element: str, attributes: Attributes) -> Change | None:
        """For `Rewriter`. None keeps the element as it is."""
        for key, value in attributes.items():
            if key.startswith("xmlns") and value in _PREFIXES:
                self._prefixes[local_name(key) if ":" in key else ""] = _PREFIXES[value]
        prefix, _, local = element.rpartition(":")
        prefix = self._prefixes.get(prefix, prefix)
        if local in _DROPPED or (prefix == "script" and local == "event-listener"):
            return DROP
        if (prefix, local) in {("dc", "date"), ("meta", "creation-date")}:
            return DROP
        if local in _AUTHORS and prefix in {"dc", "meta", "loext"}:
            return Change(on_text=lambda _text, _place: AUTHOR)
        if local == "binary-data":
            return Change(on_text=self._image)
        if local == "config-item" and _PRIVATE_SETTINGS.search(_value(attributes, "name")):
            return DROP
        if local == "file-entry" and self._is_removed(attributes):
            return DROP
        kept = {
            key: self._named_anew(local, key, value)
            for key, value in attributes.items()
            if local_name(key) not in _DROPPED_ATTRIBUTES and self._keeps(local, key, value)
        }
        if local in {"image", "object"} and _value(attributes, "href") and not _value(kept, "href"):
            return DROP
        return Change(attributes=kept) if kept != attributes else None

    def _keeps(self, local: str, key: str, value: str) -> bool:
        """Links to websites are kept; whatever else is loaded must be in the document."""
        if local_name(key) != "href" or key == "href":
            return True
        if local == "a":
            return _LINK_TARGET.match(value) is not None
        return not _ELSEWHERE.match(value) and value.removeprefix("./") not in self.removed

    def _named_anew(self, local: str, key: str, value: str) -> str:
        """References to parts whose names are replaced. The list counts from the beginning."""
        if local_name(key) == "full-path":
            return renamed(value, "", self.renamed)
        if local_name(key) == "href" and key != "href" and local != "a":
            return renamed(value, self.folder, self.renamed)
        return value

    def _is_removed(self, attributes: Attributes) -> bool:
        path = _value(attributes, "full-path")
        return path in self.removed or is_dropped(path)

    def _image(self, text: str, _place: int) -> str | None:
        try:
            image = base64.b64decode(text)
        except ValueError:
            return None
        return base64.b64encode(self.strip_image(image)).decode()


def _value(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if local_name(key) == name), "")
