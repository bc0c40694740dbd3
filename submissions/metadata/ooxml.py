"""What is private, or loads by itself, in the parts of Word, PowerPoint and Excel documents.

Comments and tracked changes keep their texts; "Author" takes the place of their authors.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from submissions.metadata import HasMacros, HasObjects
from submissions.metadata.part_names import renamed
from submissions.metadata.xml_rewriting import DROP, Attributes, Change, Rewriter, local_name

AUTHOR = "Author"
_LONG_AGO = "2000-01-01T00:00:00"

_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = b"http://schemas.openxmlformats.org/"
# Parts with metadata about people and machines, by the relationship that leads to them. They are
# replaced by empty ones.
_BLANK = {
    "core-properties": _XML
    + b'<cp:coreProperties xmlns:cp="%spackage/2006/metadata/core-properties"/>' % _SCHEMAS,
    "extended-properties": _XML
    + b'<Properties xmlns="%sofficeDocument/2006/extended-properties"/>' % _SCHEMAS,
    "custom-properties": _XML
    + b'<Properties xmlns="%sofficeDocument/2006/custom-properties"/>' % _SCHEMAS,
}
_PROPERTIES = {
    "docProps/core.xml": "core-properties",
    "docProps/app.xml": "extended-properties",
    "docProps/custom.xml": "custom-properties",
}
# Parts that nobody sees: other programs' data, printers, caches of other files, histories,
# signatures (which a change makes invalid), add-ins.
_DROPPED_PARTS = re.compile(
    r"^(customXml/|docMetadata/|_xmlsignatures/|customUI/|userCustomization/|\[trash\]/"
    r"|docProps/thumbnail|(word|xl|ppt)/(printerSettings|webextensions|externalLinks|revisions"
    r"|changesInfos|customProperty|customizations|attachedToolbars)"
    r"|ppt/revisionInfo)",
    re.IGNORECASE,
)
_MACROS = re.compile(r"vbaProject|vbaData|/activeX/|/macrosheets/", re.IGNORECASE)

# Relationships, by the last part of their type.
_LINK = "hyperlink"
_DROPPED_RELATIONSHIPS = {
    *("attachedTemplate", "printerSettings", "customXml", "customXmlProps", "thumbnail"),
    *("externalLink", "externalLinkPath", "customProperty", "frame", "subDocument"),
    *("mailMergeSource", "mailMergeHeaderSource", "transform", "webextensiontaskpanes"),
    *("changesInfo", "revisionInfo", "revisionHeaders", "usernames", "classificationlabels"),
    *("extensibility", "keyMapCustomizations", "attachedToolbars", "recipientData"),
}
_LINK_TARGET = re.compile(r"\s*(https?|mailto|tel):|#", re.IGNORECASE)

_DROPPED = {
    *("rsids", "attachedTemplate", "docVars", "docId", "mailMerge", "saveThroughXslt"),
    *("attachedSchema", "linkStyles", "dataBinding", "absPath", "fileSharing", "revisionPtr"),
    *("customWorkbookViews", "customSheetViews", "webPublishing", "webPublishItems", "htmlPubPr"),
    *("mentions", "tskHistory", "taskHistory", "externalReferences", "presenceInfo"),
}
# Attributes by (element, attribute); "*" is any element. None removes the attribute.
_ATTRIBUTES: dict[tuple[str, str], str | None] = {
    ("*", "author"): AUTHOR,
    ("*", "initials"): "A",
    ("*", "date"): None,
    ("*", "dateUtc"): None,
    ("*", "userId"): "",
    ("*", "providerId"): "None",
    ("*", "userName"): AUTHOR,
    ("permStart", "ed"): None,
    ("cmAuthor", "name"): AUTHOR,
    ("author", "name"): AUTHOR,
    ("person", "displayName"): AUTHOR,
    ("cm", "dt"): None,
    ("threadedComment", "dT"): None,
    ("scenario", "user"): None,
    ("imagedata", "title"): None,
    **{
        (element, attribute): value
        for element in ("cm", "reply")
        for attribute, value in {
            "created": _LONG_AGO, "startDate": None, "dueDate": None, "assignedTo": None,
        }.items()
    },
    **{
        ("pivotCacheDefinition", name): None
        for name in ("refreshedBy", "refreshedDate", "refreshedDateIso")
    },
    **{
        ("connection", name): None
        for name in (
            *("sourceFile", "odcFile", "description", "refreshOnLoad", "interval", "keepAlive"),
            *("savePassword", "singleSignOnId"),
        )
    },
    ("dbPr", "connection"): "",
    ("dbPr", "command"): None,
    ("dbPr", "serverCommand"): None,
    ("olapPr", "localConnection"): None,
    ("webPr", "url"): None,
    ("webPr", "post"): None,
    ("webPr", "editPage"): None,
    ("textPr", "sourceFile"): None,
    ("queryTable", "refreshOnLoad"): None,
}  # fmt: skip
_REVISION_SAVE = re.compile(r"rsid\w*$")
# Names and descriptions of pictures that are a path or the name of a file.
_PATH = re.compile(
    r"[a-z]:\\|\\\\|file:|/(users|home|volumes)/|^[^ ]*\.\w{2,4}$|\.(jpe?g|png|heic|gif|tiff?)$",
    re.IGNORECASE,
)
_PICTURE_TEXTS = {"name": "Picture", "descr": None, "alt": None, "title": None}
# Attributes that name a relationship, and elements that mean nothing without it.
_RELATIONSHIP_IDS = {"id", "embed", "link", "href", "pict", "relid"}
_NOTHING_WITHOUT = {
    *("attachedTemplate", "externalReference", "externalData", "videoFile", "audioFile"),
    *("quickTimeFile", "media", "subDoc", "custData", "customPr", "sourceFileName", "OLEObject"),
    *("dataSource", "headerSource", "oleLink"),
}
_CLICKS = {"hlinkClick", "hlinkHover", "hlinkMouseOver"}

_EXTERNAL_FORMULA = re.compile(
    r"\[\d+\][^\[\]!]*!|\b(WEBSERVICE|IMAGE|RTD|DDE|CALL|REGISTER)\s*\(", re.I
)
_FORMULAS = re.compile(r"^xl/(worksheets/|workbook|chartsheets/)|/charts/")  # not those of Word
_LOADING_FIELD = re.compile(
    r"\s*(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON)\b",
    re.IGNORECASE,
)
# A part without any of these words needs no change.
INTERESTING = re.compile(
    rb"<!|<\?(?!xml )|\0|rsid|[Aa]uthor|nitials|\bdate|[dD]T=|\bdt=|userId|[uU]serName|providerId"
    rb"|\bed=|displayName|created|refreshed|\buser=|[cC]onnection|dbPr|webPr|textPr|olapPr"
    rb"|queryTable|NvPr|docPr|imagedata|shape\b|instr|[<:]f[ >]|definedName|fldChar|tagLst"
    rb"|altChunk|" + b"|".join(name.encode() for name in sorted(_DROPPED))
)


@dataclass
class Removed:
    """Parts and relationships that are removed, to which other parts may still refer."""

    parts: set[str] = field(default_factory=set)
    blank: dict[str, bytes] = field(
        default_factory=lambda: {name: _BLANK[kind] for name, kind in _PROPERTIES.items()}
    )
    ids: dict[str, set[str]] = field(default_factory=dict)  # by the name of the source part
    renamed: dict[str, str] = field(default_factory=dict)  # parts with another name


def check_types(types: bytes, names: set[str]) -> None:
    """Raises HasMacros."""
    if b"macroEnabled" in types or b"vbaProject" in types or b"macrosheet" in types:
        raise HasMacros
    if b"activeX" in types or any(_MACROS.search(f"/{name}") for name in names):
        raise HasMacros


def is_dropped(name: str) -> bool:
    return _DROPPED_PARTS.match(name) is not None


def strip_relationships(name: str, content: bytes, removed: Removed) -> bytes:
    """Keep relationships to parts that are kept, and links to websites."""
    folder, _, file_name = name.rpartition("_rels/")
    source = folder + file_name.removesuffix(".rels")
    ids = removed.ids.setdefault(source, set())

    def decide(element: str, attributes: Attributes) -> Change | None:
        if local_name(element) != "Relationship":
            return None
        folder = posixpath.dirname(source)
        if _keeps_relationship(attributes, folder, removed):
            if attributes.get("TargetMode") == "External":
                return None
            target = attributes.get("Target", "")
            return _changed(attributes, "Target", renamed(target, folder, removed.renamed))
        ids.add(attributes.get("Id", ""))
        return DROP

    return Rewriter(decide).rewrite(content)


def _keeps_relationship(attributes: Attributes, folder: str, removed: Removed) -> bool:
    kind = attributes.get("Type", "").rpartition("/")[2]
    target = attributes.get("Target", "")
    if kind == "aFChunk":  # another document, which is read when this one is opened
        raise HasObjects
    if kind == "control":
        raise HasMacros
    if kind in _DROPPED_RELATIONSHIPS:
        return False
    if attributes.get("TargetMode") == "External":
        return kind == _LINK and _LINK_TARGET.match(target) is not None
    if kind == _LINK and target.startswith("#"):
        return True
    path = posixpath.normpath(posixpath.join("/", folder, unquote(target.partition("#")[0])))
    path = path.lstrip("/")
    if kind in _BLANK and not folder:
        removed.blank[path] = _BLANK[kind]
    return path not in removed.parts


def strip_types(content: bytes, removed: Removed) -> bytes:
    """[Content_Types].xml without the parts that were removed."""

    def decide(element: str, attributes: Attributes) -> Change | None:
        if local_name(element) != "Override":
            return None
        part = attributes.get("PartName", "")
        if part.lstrip("/") in removed.parts:
            return DROP
        return _changed(attributes, "PartName", renamed(part, "", removed.renamed))

    return Rewriter(decide).rewrite(content)


def _changed(attributes: Attributes, name: str, value: str) -> Change | None:
    if attributes.get(name, "") == value:
        return None
    return Change(attributes={**attributes, name: value})


def strip_part(name: str, content: bytes, removed: Removed) -> bytes:
    """An XML part without people, and without what refers to removed parts. Raises HasObjects."""
    ids = removed.ids.get(name, set())
    if not ids and not INTERESTING.search(content):
        return content
    part = _Part(name, ids)
    part.rewriter = Rewriter(part.decide)
    stripped = part.rewriter.rewrite(content)
    if part.loads_others:  # fields of several pieces, known at their end
        return b"".join(part.rewriter.out)
    return stripped


def strip_old_drawing(content: bytes) -> bytes:
    """A drawing that is not well formed, without the names of the files of its pictures."""
    return re.sub(rb"\s(o:title|alt|o:href|src)\s*=\s*(\"[^\"]*\"|'[^']*')", b"", content)


class _Part:
    """The decisions about one part. Fields and shared formulas extend over several elements."""

    rewriter: Rewriter

    def __init__(self, name: str, removed_ids: set[str]) -> None:
        self.name, self.removed_ids = name, removed_ids
        self.loads_others = False
        self._fields: list[list[tuple[str, int]]] = []
        self._dropped_formulas: set[str] = set()

    def decide(self, element: str, attributes: Attributes) -> Change | None:
        """For `Rewriter`. None keeps the element as it is."""
        local = local_name(element)
        if local in _DROPPED or (local == "person" and self.name.startswith("word/")):
            return DROP
        if local == "tag" and self.name.startswith("ppt/"):
            return DROP
        if local == "altChunk":
            raise HasObjects
        if local in {"f", "definedName"} and _FORMULAS.search(self.name):
            return Change(on_text=lambda text, _place: self._formula(local, text, attributes))
        if local == "author" and not attributes and self.name.startswith("xl/"):
            return Change(on_text=_comment_author)
        if local == "instrText":
            return Change(on_text=self._instruction)
        if local == "fldChar":
            self._field_mark(next((v for k, v in attributes.items() if k.endswith("Type")), ""))
        kept = self._attributes(local, attributes)
        if kept is None:
            return DROP
        return Change(attributes=kept) if kept != attributes else None

    def _attributes(self, local: str, attributes: Attributes) -> Attributes | None:
        """The attributes to keep; None if the element means nothing without one of them."""
        kept = {}
        for key, value in attributes.items():
            name, has_prefix = local_name(key), ":" in key and not key.startswith("xmlns")
            new: str | None = value
            if has_prefix and name in _RELATIONSHIP_IDS and value in self.removed_ids:
                if local in _NOTHING_WITHOUT:
                    return None
                new = "" if local in _CLICKS else None
            elif (local, name) in _ATTRIBUTES:
                new = _ATTRIBUTES[local, name]
            elif ("*", name) in _ATTRIBUTES and (has_prefix or name != "date"):
                new = _ATTRIBUTES["*", name]
            elif has_prefix and _REVISION_SAVE.match(name):
                new = None
            elif name in _PICTURE_TEXTS and local in {"cNvPr", "docPr", "shape"}:
                new = _PICTURE_TEXTS[name] if _PATH.search(value) else value
            elif local == "fldSimple" and name == "instr" and _LOADING_FIELD.match(value):
                new = " QUOTE "
            elif local == "connection" and name == "name":
                new = f"Connection {attributes.get('id', '')}".strip()
            if new is not None:
                kept[key] = new
        return kept

    def _formula(self, local: str, text: str, attributes: Attributes) -> str | None:
        """Cells keep the values of formulas that read other files, like Excel's “Break Links”."""
        shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        if _EXTERNAL_FORMULA.search(text) or (shared and shared in self._dropped_formulas):
            self._dropped_formulas.add(shared)
            return "#REF!" if "/charts/" in self.name else None
        return text

    def _instruction(self, text: str, place: int) -> str:
        if self._fields and text:
            self._fields[-1].append((text, place))
            return text
        return "" if _LOADING_FIELD.match(text) else text

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append([])
        elif self._fields:
            pieces = self._fields[-1]
            if _LOADING_FIELD.match("".join(text for text, _place in pieces)):
                self.loads_others = True
                for _text, place in pieces:
                    self.rewriter.out[place] = b""
            if kind == "end":
                self._fields.pop()


def _comment_author(text: str, _place: int) -> str:
    return text if text.startswith("tc={") else AUTHOR  # a mark of a conversation, not a name
