"""Reads rosters: CSV of agencies or of people, and the CSV files of OneRoster 1.2 in a ZIP.

No Django: it runs in a process of its own. The result is records of four kinds, each a dictionary
of texts: agencies, people with a role, groups, and places in groups. demographics.csv is never
opened.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterable

from sandbox.refusals import gettext_noop as _
from spreadsheets import bounds, delimited, encodings, formulas
from spreadsheets.bounds import Unreadable
from spreadsheets.words import normalize

MOST_FILES = 40
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
_SMALL = 1024 * 1024
_FILES = ("orgs", "users", "roles", "classes", "enrollments", "academicsessions")

Record = dict[str, str]
# Headings as people spell them, in English and Spanish.
_HEADINGS = {
    "id": "id, sourcedid, sourced id, external id, agency id, school id, user id, person id, "
    "sis id, identificador, codigo",
    "name": "name, full name, agency, agency name, school name, org name, nombre, institucion, "
    "nombre completo, nombre de la institucion",
    "kind": "kind, type, org type, tipo, clase",
    "parent": "parent, parent id, parentsourcedid, part of, parent agency, parte de, pertenece a",
    "email": "email, e mail, email address, e mail address, mail, correo, correo electronico",
    "first": "first name, given name, givenname, first, nombres",
    "last": "last name, family name, familyname, last, surname, apellido, apellidos",
    "role": "role, rol, papel, funcion",
    "place": "agency, agency id, agency name, school, school id, school name, org, orgsourcedid, "
    "institucion, escuela",
    "ends": "last day, ends, ends on, end date, enddate, ultimo dia, hasta",
    "status": "status, estado",
}
_BY_HEADING = {
    field: {heading.strip() for heading in words.split(",")} for field, words in _HEADINGS.items()
}


def json_records(data: bytes, *, with_students: bool) -> tuple[dict[str, int], bytes]:
    """How many rows were left out because they are of students or guardians; and the records."""
    left_out = {"students": 0}
    if data.startswith(b"PK\x03\x04"):
        records = _one_roster(data, with_students, left_out)
    else:
        records = _plain(data)
    out = io.BytesIO()
    for record in records:
        out.write(json.dumps(record).encode() + b"\n")
    return left_out, out.getvalue()


def _lines(data: bytes) -> list[tuple[int, list[str]]]:
    found = bounds.within(delimited.rows(encodings.decode(data, "").text))
    return [
        (number, [formulas.unescape(cell.strip()) for cell in cells])
        for number, cells in found
        if cells
    ]


def _plain(data: bytes) -> Iterable[Record]:
    """A list of people if it has a column of addresses, otherwise a list of agencies."""
    lines = _lines(data)
    if not lines:
        raise Unreadable(_("This file is empty."))
    heads = [normalize(cell) for cell in lines[0][1]]
    is_people = not _BY_HEADING["email"].isdisjoint(heads)
    wanted = (
        ("email", "id", "first", "last", "role", "place", "ends", "status", "name")
        if is_people
        else ("parent", "kind", "id", "status", "name")
    )
    columns: dict[str, int] = {}
    for field in wanted:
        for index, head in enumerate(heads):
            if head in _BY_HEADING[field] and index not in columns.values():
                columns[field] = index
                break
    needed = {"email", "role", "place"} if is_people else {"name", "kind"}
    if needed - columns.keys():
        raise Unreadable(
            _(
                "The first row must name the columns. A list of agencies needs Name and Kind; a "
                "list of people needs Email, Role and Agency."
            )
        )
    for number, cells in lines[1:]:
        row = {field: cells[i] if i < len(cells) else "" for field, i in columns.items()}
        row["where"] = str(number)
        row["what"] = "role" if is_people else "agency"
        if is_people and not row.get("name"):
            row["name"] = f"{row.pop('first', '')} {row.pop('last', '')}".strip()
        yield row


# --- OneRoster ------------------------------------------------------------------------------------


def _one_roster(data: bytes, with_students: bool, left_out: dict[str, int]) -> Iterable[Record]:
    files = _unpacked(data)
    _check_manifest(files.get("manifest"))
    tables = {name: _table(name, files[name]) for name in _FILES if name in files}
    if "orgs" not in tables and "users" not in tables:
        raise Unreadable(_("This ZIP has neither orgs.csv nor users.csv, so it is no OneRoster."))
    for row in tables.get("orgs", ()):
        yield _record(
            "agency", row, id=row.get("sourcedid"), name=row.get("name"), kind=row.get("type"),
            parent=row.get("parentsourcedid"),
        )  # fmt: skip
    users = {row.get("sourcedid", ""): row for row in tables.get("users", ())}
    roles = {}
    for row in tables.get("roles", ()):
        user = users.get(row.get("usersourcedid", ""))
        role = _role_of(row.get("role", ""))
        if role == "student":
            roles[row.get("usersourcedid", "")] = "student"
        if role == "other" or (role == "student" and not with_students):
            left_out["students"] += 1
            continue
        yield _record(
            "role", {**row, "status": _gone(row, user)}, id=row.get("usersourcedid"),
            email=(user or {}).get("email"), name=_name(user or {}),
            role="student" if role == "student" else "teacher",
            place=row.get("orgsourcedid"), ends=row.get("enddate"),
            problem="" if user else "no_user",
        )  # fmt: skip
    years = _school_years(tables.get("academicsessions", ()))
    for row in tables.get("classes", ()):
        terms = row.get("termsourcedids", "").split(",")
        yield _record(
            "group", row, id=row.get("sourcedid"), name=row.get("title"),
            place=row.get("schoolsourcedid"),
            year=next((years[term.strip()] for term in terms if term.strip() in years), ""),
        )  # fmt: skip
    for row in tables.get("enrollments", ()):
        role = _role_of(row.get("role", ""))
        user = users.get(row.get("usersourcedid", ""))
        if role == "other" or (role == "student" and not with_students):
            left_out["students"] += 1
            continue
        yield _record(
            "place", {**row, "status": _gone(row, user)}, id=row.get("usersourcedid"),
            email=(user or {}).get("email"), name=_name(user or {}),
            group=row.get("classsourcedid"), place=row.get("schoolsourcedid"),
            part="member" if role == "student" else "instructor",
            problem="" if user else "no_user",
        )  # fmt: skip


def _unpacked(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise Unreadable(_("This ZIP has more files than OneRoster knows."))
            for entry in entries:
                path = entry.filename.replace("\\", "/")
                name = path.rpartition("/")[2].lower().removesuffix(".csv")
                if name not in (*_FILES, "manifest") or path.startswith("__MACOSX/"):
                    continue
                if name in found:
                    raise Unreadable(_("A file is in this ZIP twice."))
                most = LARGEST_UNPACKED - size
                with archive.open(entry) as packed:
                    found[name] = packed.read(most + 1)
                size += len(found[name])
                unpacked = len(found[name])
                if size > LARGEST_UNPACKED or (
                    unpacked > _SMALL and unpacked > MOST_RATIO * max(entry.compress_size, 1)
                ):
                    raise Unreadable(_("This ZIP unpacks to far more than a roster. Check it."))
    except (
        zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError,
        ValueError,
    ):  # fmt: skip
        raise Unreadable(_("This ZIP can’t be opened. Export it again.")) from None
    return found


def _check_manifest(data: bytes | None) -> None:
    if data is None:
        raise Unreadable(_("This ZIP has no manifest.csv, so it is no OneRoster export."))
    said = {cells[0].lower(): cells[1].lower() for _number, cells in _lines(data) if len(cells) > 1}
    if said.get("oneroster.version", "1.2") not in ("1.2", "1.1"):
        raise Unreadable(_("Only OneRoster 1.2 can be read. Export it in that version."))
    if "delta" in said.values():
        raise Unreadable(
            _(
                "This export contains only changes (delta). Export everything (bulk), because what "
                "is missing can be told only then."
            )
        )


def _table(name: str, data: bytes) -> list[Record]:
    lines = _lines(data)
    if not lines:
        return []
    heads = ["".join(normalize(cell).split()) for cell in lines[0][1]]
    if "sourcedid" not in heads:
        raise Unreadable(_("The first row of %(name)s.csv has no column sourcedId."), name=name)
    found = []
    for number, cells in lines[1:]:
        row = dict(zip(heads, cells, strict=False))
        row["where"] = f"{name}.csv {number}"
        found.append(row)
    return found


def _record(what: str, row: Record, **fields: str | None) -> Record:
    texts = {field: value or "" for field, value in fields.items()}
    return {"what": what, "where": row["where"], "status": row.get("status", ""), **texts}


def _gone(row: Record, user: Record | None) -> str:
    status = row.get("status", "")
    is_off = bool(user) and (
        user.get("status", "").lower() in ("tobedeleted", "inactive")
        or user.get("enableduser", "").lower() == "false"
    )
    return "tobedeleted" if is_off else status


def _role_of(word: str) -> str:
    word = word.lower()
    if word == "student":
        return "student"
    return "other" if word in ("guardian", "parent", "relative", "") else "staff"


def _name(user: Record) -> str:
    first = user.get("preferredgivenname") or user.get("givenname", "")
    last = user.get("preferredfamilyname") or user.get("familyname", "")
    return f"{first} {last}".strip()


def _school_years(sessions: Iterable[Record]) -> dict[str, str]:
    """By session: the year in which it ends, written as people do: 2026–27."""
    found = {}
    for row in sessions:
        year = row.get("schoolyear", "")
        if year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 0:
            found[row.get("sourcedid", "")] = f"{int(year) - 1:04}–{year[2:]}"
    return found
