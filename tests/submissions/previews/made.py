"""Files with previews, and small documents to make previews of."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import typst
from django.core.files.base import ContentFile
from django.utils import timezone
from openpyxl import Workbook

from submissions import operations as submissions
from submissions.models import EvidenceItem, FilePreview, evidence_files, evidence_path
from submissions.previews import operations
from tests.factories import DraftFactory

PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = f"{_OFFICE}wordprocessingml.document"
EXCEL = f"{_OFFICE}spreadsheetml.sheet"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"


def pdf(pages: int = 3) -> bytes:
    source = "\n#pagebreak()\n".join(
        f"= Lesson {number}\nWe wrote." for number in range(1, pages + 1)
    )
    return typst.compile(source.encode())


def word(*paragraphs: str, links: dict[str, str] | None = None) -> bytes:
    """A document with a heading, then these paragraphs, then links."""
    links = links or {}
    body = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{_run("My lesson")}</w:p>'
    body += "".join(f"<w:p>{_run(text)}</w:p>" for text in paragraphs)
    body += "".join(
        f'<w:p><w:hyperlink r:id="link{number}">{_run(text)}</w:hyperlink></w:p>'
        for number, text in enumerate(links)
    )
    related = "".join(
        f'<Relationship Id="link{number}" Type="{_R}/hyperlink" Target="{to}" '
        'TargetMode="External"/>'
        for number, to in enumerate(links.values())
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_P}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_P}/relationships"><Relationship Id="d" '
        f'Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}</w:body>'
        "</w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_P}/relationships">{related}'
        "</Relationships>",
        "word/styles.xml": f'<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" '
        'w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def _run(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r><w:t xml:space="preserve">{escaped}</w:t></w:r>'


def workbook(rows: int = 3) -> bytes:
    book = Workbook()
    book.active.title = "Minutes"
    book.active.append(["Pupil", "Day", "Minutes"])
    for number in range(rows):
        book.active.append([f"Pupil <{number}>", date(2026, 3, 1), number * 1.5])
    hidden = book.create_sheet("Names")
    hidden.append(["Ada"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_table(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def sent_with(*files: tuple[bytes, str], **kwargs):
    """A submission that was sent in with these files, each with its type."""
    draft = DraftFactory(**kwargs)
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    for number, (data, kind) in enumerate(files):
        submissions.add_file(
            draft,
            criterion,
            file=ContentFile(data),
            file_name=f"My own file {number}",
            content_type=kind,
        )
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    return draft


def make_all() -> int:
    """The worker’s part. How many it were."""
    count = 0
    while operations.make_next(now=timezone.now()):
        count += 1
    return count


def add_preview(item: EvidenceItem) -> FilePreview:
    """One page and some words, without the work of making them."""
    preview, _is_new = FilePreview.objects.update_or_create(
        submission=item.attempt.submission,
        source=item.file.name,
        defaults={
            "content_type": item.content_type,
            "status": FilePreview.Status.READY,
            "due_at": timezone.now(),
            "page_count": 1,
            "parts": [{"kind": "words", "text": "What is written there."}],
        },
    )
    name = evidence_files().save(evidence_path(), ContentFile(b"a picture"))
    preview.pages.create(number=1, width=1, height=1, file=name)
    return preview
