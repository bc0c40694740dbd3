"""Finds, reads, removes and inserts the elements of an SVG that carry a badge.

It works on the text of the file and never serializes the XML, so the rest of the drawing stays
byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

NAMESPACE_V2 = "http://openbadges.org"
NAMESPACE_V3 = "https://purl.imsglobal.org/ob/v3p0"
_CARRIERS = {f"{NAMESPACE_V2} assertion": 2, f"{NAMESPACE_V3} credential": 3}
_NAMESPACES = {NAMESPACE_V2.encode(), NAMESPACE_V3.encode()}
_ROOTS = {"http://www.w3.org/2000/svg svg", "svg"}
MOST_ELEMENTS = 200_000
DEEPEST = 2_000
# Characters that XML cannot contain. JSON strings can escape them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PREFIX = b"xmlns:openbadges"


class NotSvg(ValueError):
    """The SVG cannot be read. `is_svg` is False if the file is something else entirely."""

    def __init__(self, message: str, *, is_svg: bool = True) -> None:
        super().__init__(message)
        self.is_svg = is_svg


@dataclass
class _Carrier:
    version: int
    start: int
    last_tag: int = 0
    verify: str = ""
    content: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.content).strip()


def looks_like_xml(file: bytes) -> bool:
    """Also recognizes a byte order mark, and UTF-16."""
    start = file[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] == b"<" or start[:2] in {b"\xff\xfe", b"\xfe\xff"}


def read(svg: bytes) -> tuple[str, str]:
    """The Open Badges 2.0 and 3.0 texts, "" if missing. Of several, the first counts."""
    scan = _Scan(svg)
    texts: dict[int, str] = {}
    for carrier in scan.carriers:
        # For 2.0, the text says more than the URL in `verify`. For 3.0, `verify` holds the JWT.
        both = [carrier.text, carrier.verify.strip()]
        found = both if carrier.version == 2 else both[::-1]
        texts.setdefault(carrier.version, found[0] or found[1])
    return texts.get(2, ""), texts.get(3, "")


def is_repeated(svg: bytes) -> bool:
    """Does it carry more than one badge of a version?"""
    versions = [carrier.version for carrier in _Scan(svg).carriers]
    return len(set(versions)) < len(versions)


def write(svg: bytes, *, v2: str | None, v2_id: str | None, v3: str | None) -> bytes:
    before, root, rest = _without_carriers(svg)
    carriers = []
    if v2 is not None:
        verify = f" verify={quoteattr(v2_id)}" if v2_id else ""
        carriers.append((NAMESPACE_V2, "assertion", verify, v2))
    if v3 is not None:
        is_document = v3.lstrip().startswith("{")
        verify = "" if is_document else f" verify={quoteattr(v3.strip())}"
        carriers.append((NAMESPACE_V3, "credential", verify, v3 if is_document else ""))
    # Both versions use the same prefix for different namespaces, so the root can declare only one.
    # If the art declares the prefix itself, both elements declare their own namespace.
    on_root = ""
    if carriers and not _declarations(root):
        on_root = carriers[-1][0]
        root = root[:-1] + f" xmlns:openbadges={quoteattr(on_root)}>".encode()
    elements = []
    for namespace, name, verify, text in carriers:
        declared = "" if namespace == on_root else f" xmlns:openbadges={quoteattr(namespace)}"
        start = f"<openbadges:{name}{declared}{verify}>"
        elements.append(f"{start}{_cdata(text)}</openbadges:{name}>")
    baked = before + root + "".join(elements).encode() + rest
    if len(_Scan(baked).carriers) != len(carriers):
        raise NotSvg("The art is an SVG that cannot carry a badge.")
    return baked


def _without_carriers(svg: bytes) -> tuple[bytes, bytes, bytes]:
    """The art without badges, as (before the root, opening tag of the root, rest)."""
    scan = _Scan(svg)
    if scan.encoding.lower() not in {"", "utf-8", "utf8", "us-ascii"}:
        raise NotSvg("The art is not written in UTF-8. Save it as a plain SVG.")
    try:
        svg.decode()
    except UnicodeDecodeError:
        raise NotSvg("The art is not written in UTF-8. Save it as a plain SVG.") from None
    opened_at = at = _end_of_tag(svg, scan.root)
    root, kept = svg[scan.root : opened_at], []
    for carrier in scan.carriers:
        kept.append(svg[at : carrier.start])
        at = _end_of_tag(svg, carrier.start)
        if svg[at - 2 : at] != b"/>":
            at = _end_of_tag(svg, carrier.last_tag)
    rest = b"".join([*kept, svg[at:]])
    for declared in reversed(_declarations(root)):
        if declared[2] in _NAMESPACES or declared[3] in _NAMESPACES:
            root = root[: declared.start()] + root[declared.end() :]
    if root.endswith(b"/>"):
        name = re.split(rb"[\s/>]", root[1:], maxsplit=1)[0]
        root, rest = root[:-2].rstrip() + b">", b"</" + name + b">" + rest
    return svg[: scan.root], root, rest


def _declarations(root: bytes) -> list[re.Match]:
    """The declarations of the prefix `openbadges` in an opening tag."""
    return [match for match in _ATTRIBUTE.finditer(root) if match[1] == _PREFIX]


class _Scan:
    """One pass over the file without building a tree, so deep nesting does no harm."""

    def __init__(self, svg: bytes) -> None:
        self.encoding, self.root = "", -1
        self.carriers: list[_Carrier] = []
        self._depth = self._elements = 0
        self._current: _Carrier | None = None
        self._current_depth = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.buffer_text = True
        try:
            parser.Parse(svg, True)
        except (expat.ExpatError, LookupError, UnicodeError, ValueError) as error:
            if isinstance(error, NotSvg):
                raise
            raise NotSvg(
                "The art is a broken SVG: it breaks off or was damaged.",
                is_svg=self.root >= 0 or b"<svg" in svg[:4096],
            ) from None

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or ""

    def _entity(self, *_declaration: object) -> NoReturn:
        raise NotSvg("The art is an SVG that defines entities. Save it as a plain SVG.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.root < 0:
            self.root = self._parser.CurrentByteIndex
            if name not in _ROOTS:
                raise NotSvg("The art is not an SVG.", is_svg=False)
        self._depth += 1
        self._elements += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise NotSvg("The art is an SVG of too many parts.")
        if self._current is None and name in _CARRIERS:
            self._current_depth = self._depth
            self._current = _Carrier(
                _CARRIERS[name], self._parser.CurrentByteIndex, verify=attributes.get("verify", "")
            )

    def _end(self, _name: str) -> None:
        if self._current is not None and self._depth == self._current_depth:
            self._current.last_tag = self._parser.CurrentByteIndex
            self.carriers.append(self._current)
            self._current = None
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._current is not None and self._depth == self._current_depth:
            self._current.content.append(text)


def _end_of_tag(svg: bytes, start: int) -> int:
    """The end of the tag that begins at `start`. A > in a quoted attribute does not end it."""
    quote = None
    for at in range(start, len(svg)):
        byte = svg[at]
        if quote is None and byte == 0x3E:
            return at + 1
        if byte in (0x22, 0x27) and quote in (None, byte):
            quote = byte if quote is None else None
    return len(svg)


def _cdata(text: str) -> str:
    if not text:
        return ""
    text = _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if text.lstrip().startswith("{"):
        # In JSON, ]]> occurs only inside strings, where it can be escaped. This keeps one CDATA
        # section, because much software reads only the first.
        text = text.replace("]]>", r"]]\u003e")
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
