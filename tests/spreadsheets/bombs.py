"""Small files made to keep a reader of tables busy, or to fill its memory."""

from __future__ import annotations

import io
import zipfile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(
    rows: str = "", *, shared: str = "", styles: str = "", workbook: str = "", first: str = ""
) -> bytes:
    """An XLSX file with these rows, shared strings and styles, as XML. `first` begins the sheet."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        f'<sheet name="One" sheetId="1" r:id="rId1"/></sheets>{workbook}</workbook>',
        "xl/worksheets/sheet1.xml": f'{first}<worksheet xmlns="{_MAIN}"><sheetData>{rows}'
        "</sheetData></worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def cell(text: str, place: str = "") -> str:
    placed = f' r="{place}"' if place else ""
    return f'<c t="inlineStr"{placed}><is><t>{text}</t></is></c>'


HEADING = f"<row>{cell('Email')}</row>"

ROW_BILLION = workbook(f'{HEADING}<row r="1000000000">{cell("a@b.example")}</row>')
ROW_BILLION_AS_FLOAT = workbook(f'{HEADING}<row r="1e9">{cell("a@b.example")}</row>')
ROW_BILLION_WITH_UNDERSCORES = workbook(f'{HEADING}<row r="1_000_000_000"/>')
CELL_BILLION = workbook(f"{HEADING}<row>{cell('a@b.example', 'A1000000000')}</row>")
COLUMN_FAR = workbook(f"{HEADING}<row>{cell('a@b.example', 'ZZZZ2')}</row>")


def empty_rows(number: int = 2_000_000) -> bytes:
    return workbook(HEADING + "<row/>" * number)


def wide_row(number: int = 20_000) -> bytes:
    return workbook(f"{HEADING}<row>{'<c/>' * number}</row>")


def deep() -> bytes:
    return workbook(f"{HEADING}{'<a>' * 100_000}{'</a>' * 100_000}")


def deep_workbook() -> bytes:
    return workbook(HEADING, workbook="<a>" * 100_000 + "</a>" * 100_000)


def many_styles() -> bytes:
    return workbook(HEADING, styles=f"<cellXfs>{'<xf/>' * 400_000}</cellXfs>")


def many_shared_strings() -> bytes:
    return workbook(HEADING, shared="<si><t/></si>" * 3_000_000)


def repeated_shared_string() -> bytes:
    """Forty megabytes of text, from one string of a hundred thousand characters."""
    rows = '<row><c t="s"><v>0</v></c></row>' * 400
    return workbook(HEADING + rows, shared=f"<si><t>{'x' * 100_000}</t></si>")


def many_parts() -> bytes:
    file = io.BytesIO(ROW_BILLION)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(3_000):
            archive.writestr(f"xl/{number}.bin", b"")
    return file.getvalue()


def late_document_type() -> bytes:
    """A document type after more of a comment than a look at the beginning would read."""
    entities = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    return workbook(
        f"<row>{cell('&b;')}</row>",
        first=f'<?xml version="1.0"?><!--{"-x" * 5_000}-->{entities}',
    )


XLSX = {
    "a row number of a billion": (ROW_BILLION, "1,000,000,000 rows or more; the most is 1,048,576"),
    "a row number as a float": (ROW_BILLION_AS_FLOAT, "rows or more; the most is 1,048,576"),
    "a row number with underscores": (ROW_BILLION_WITH_UNDERSCORES, "rows or more; the most is"),
    "a cell in row a billion": (CELL_BILLION, "1,000,000,000 rows or more"),
    "a column far away": (COLUMN_FAR, "475,254 columns or more; the most is 16,384"),
    "millions of empty rows": (empty_rows(), "1,048,577 rows or more"),
    "a wide row": (wide_row(), "16,385 columns or more"),
    "deep XML": (deep(), "more in this file than we can read"),
    "deep XML in the workbook": (deep_workbook(), "more in this file than we can read"),
    "many styles": (many_styles(), "more in this file than we can read"),
    "many shared strings": (many_shared_strings(), "more in this file than we can read"),
    "a shared string again and again": (repeated_shared_string(), "20,000,000 characters"),
    "many parts": (many_parts(), "unpacks to more than we can read"),
    "a late document type": (late_document_type(), "not a table we can read"),
}
TEXT = {
    "one line of ten megabytes": (b"x" * 10_000_000, "Line 1 has more than 1,000,000 characters"),
    "one line of commas": (b"," * 10_000_000, "Line 1 has more than 1,000,000 characters"),
    "a hundred thousand columns": (b"Email" + b"," * 100_000, "100,001 columns or more"),
    "a million columns in a second line": (
        b"Email\n" + b"," * 999_999, "1,000,000 columns or more"
    ),
    "millions of empty lines": (b"\n" * 9_000_000, "1,048,577 rows or more"),
    "lines of nothing but commas": (b",,,\n" * 2_000_000, "1,048,577 rows or more"),
    "a long quotation": (b'Email,"' + b"x\n" * 500_000, "Is a quotation mark missing?"),
    "more cells than are read": (b"x,y,z,x,y,z,x,y,z,x,y,z,x,y,z,x\n" * 40_000, "600,000 cells"),
}  # fmt: skip
