"""Word, PowerPoint, Excel and OpenDocument files with private data where it was found."""

from __future__ import annotations

from tests.submissions import samples

SECRET = samples.SECRET.decode()
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN = {
    "word": ("document", "wordprocessingml.document.main", "w", W),
    "ppt": ("presentation", "presentationml.presentation.main", "p", P),
    "xl": ("workbook", "spreadsheetml.sheet.main", "", X),
}


def relationships(*entries: tuple[str, str, str], external: bool = False) -> bytes:
    """Entries of id, last part of the type, target."""
    mode = ' TargetMode="External"' if external else ""
    inner = "".join(
        f'<Relationship Id="{rid}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'
        for rid, kind, target in entries
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inner}</Relationships>"
    ).encode()


def ooxml(folder: str, body: str, parts: dict[str, bytes | str] | None = None) -> bytes:
    """A document with this inside its main element, and with further parts."""
    main, kind, prefix, namespace = _MAIN[folder]
    root, colon = f"{prefix}:{main}" if prefix else main, ":" if prefix else ""
    added = {
        name: content if isinstance(content, bytes) else content.encode()
        for name, content in (parts or {}).items()
    }
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="application/xml"/>'
        for name in added
        if not name.endswith(".rels")
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/{folder}/{main}.xml" ContentType="application/{kind}+xml"/>'
        f"{overrides}</Types>"
    )
    document = (
        f'<{root} xmlns{colon}{prefix}="{namespace}" xmlns:r="{_OFFICE}" xmlns:a="{A}"'
        ' xmlns:w14="urn:w14" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:o"'
        f' xmlns:x15="urn:x15">{body}</{root}>'
    )
    return samples.archive(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": relationships(("rId1", "officeDocument", f"{folder}/{main}.xml")),
            f"{folder}/{main}.xml": document.encode(),
            **added,
        }
    )


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def open_document(
    body: str, parts: dict[str, bytes | str] | None = None, *, kind: str = "text", dc: str = "dc"
) -> bytes:
    content = (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0"'
        f' xmlns:draw="{_ODF}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' xmlns:{dc}="http://purl.org/dc/elements/1.1/" xmlns:meta="{_ODF}:meta:1.0"'
        f' xmlns:script="{_ODF}:script:1.0" xmlns:table="{_ODF}:table:1.0"'
        f' xmlns:config="{_ODF}:config:1.0">{body}</office:document-content>'
    )
    added = {
        name: part if isinstance(part, bytes) else part.encode()
        for name, part in (parts or {}).items()
    }
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}"/>' for name in added)
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{entries}</manifest:manifest>'
    )
    return samples.archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            **added,
        }
    )
