"""Names with letters beyond ASCII, from files that do not say how they were written."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadsheets import encodings
from spreadsheets.encodings import LABELS, SINGLE_BYTES, decode, repaired, text_in
from spreadsheets.file_formats import Choice, Reading, read, read_text

# Each list is one file. In some of them there is only one letter to judge by.
NAMES = [
    "José Peña;Zoë Muñoz", "María José Ñáñez;Sofía Ibáñez;Agüero", "Ramón", "Núñez", "Peña",
    "Úrsula Íñigo;Óscar Ángel", "PEÑA GARCÍA;JOSÉ ÁLVAREZ", "García;Martínez", "Inés Begoña",
    "François Lefèvre;Renée;Chloé", "João Gonçalves;Conceição", "Jürgen Schäfer;Björn",
    "Ångström;Søren Østergård", "Señora Díaz ¿qué?;¡Sí!", "5.º grado;Andrés",
]  # fmt: skip
APOSTROPHES = ["O’Neill;D’Angelo", "Ana’s class;didn’t", "Smith–Jones;José", "“Peña”", "Ana – Lee"]
SCRIPTS = "Мария;李娜;ἄννα;नेहा;Nguyễn Thị Hồng;Ana 🎉"


def file_of(names: str, encoding: str) -> bytes:
    rows = [f"{name},person{n}@school.example" for n, name in enumerate(names.split(";"))]
    return "\r\n".join(["Name,Email", *rows]).encode(encoding)


def names_in(table) -> str:
    return ";".join(cells[0] for number, cells in table.lines if number > 1)


@pytest.mark.parametrize(
    "encoding", ["windows-1252", "macintosh", "iso-8859-15", "ibm850", "ibm437"]
)
@pytest.mark.parametrize("names", [*NAMES, *APOSTROPHES])
def test_names_are_read_or_the_right_reading_is_offered(names, encoding):
    codec = SINGLE_BYTES[encoding]
    try:
        data = file_of(names, codec)
    except UnicodeEncodeError:
        return  # this encoding could not have written these names

    found = decode(data)

    offered = [found.text, *(text_in(data, other) for other in found.others)]
    assert data.decode(codec) in offered
    if encoding in {"windows-1252", "macintosh"}:
        assert found.text == data.decode(codec)


@pytest.mark.parametrize("names", ["Žižek Dušan", "Peña;Žofia"])
def test_letters_that_only_latin_9_has_here_are_read(names):
    assert decode(file_of(names, "iso8859-15")).text == file_of(names, "utf-8").decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("names", ["José Peña", SCRIPTS, "Ana"])
def test_unicode_is_certain(names, encoding):
    table = read(io.BytesIO(file_of(names, encoding)))

    assert (names_in(table), table.readings) == (names, ())
    assert table.encoding in {"utf-8", "utf-16", "utf-32"}


def test_the_file_of_excel_on_a_mac_says_how_it_was_read():
    table = read(io.BytesIO(file_of("José Peña;Zoë Muñoz", "mac_roman")))

    assert names_in(table) == "José Peña;Zoë Muñoz"
    assert (table.encoding, table.label) == ("macintosh", "Mac (Mac OS Roman)")


def test_another_plausible_reading_shows_the_same_cells():
    data = file_of("Ana;Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}", "cp850")

    table = read(io.BytesIO(data))
    chosen = read(io.BytesIO(data), choice=Choice(encoding="ibm850"))

    assert (table.encoding, table.doubtful) == ("macintosh", ("Zoâ",))
    assert table.readings == (Reading("ibm850", "MS-DOS (code page 850)", ("Zoë",)),)
    assert (names_in(chosen), chosen.encoding, chosen.doubtful) == ("Ana;Zoë", "ibm850", ("Zoë",))
    assert chosen.readings == (Reading("macintosh", "Mac (Mac OS Roman)", ("Zoâ",)),)


@pytest.mark.parametrize("choice", ["", "nonsense", "utf-16"])
def test_an_encoding_that_the_file_can_not_have_is_decided_by_the_reader(choice):
    table = read(io.BytesIO(file_of("José Peña", "cp1252")), choice=Choice(encoding=choice))

    assert (names_in(table), table.encoding) == ("José Peña", "windows-1252")


@pytest.mark.parametrize("taken_for", ["cp1252", "latin-1", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("names", ["José Peña;Zoë Muñoz", "Núñez;Lucía;O’Neill", "Conceição"])
def test_names_that_were_garbled_before_are_repaired_and_the_file_as_it_is_offered(
    names, taken_for
):
    garbled = names.encode().decode(taken_for)

    table = read(io.BytesIO(file_of(garbled, "utf-8")))
    as_it_is = read(io.BytesIO(file_of(garbled, "utf-8")), choice=Choice(encoding="utf-8"))

    assert (names_in(table), table.encoding) == (names, "repaired")
    assert table.doubtful == tuple(name for name in names.split(";"))
    assert table.readings == (Reading("utf-8", "Unicode (UTF-8)", tuple(garbled.split(";"))),)
    assert (names_in(as_it_is), as_it_is.encoding) == (garbled, "utf-8")
    assert [reading.encoding for reading in as_it_is.readings] == ["repaired"]


@pytest.mark.parametrize(
    ("garbled", "right"),
    [
        ("Ã\x81lvarez", "Álvarez"), ("GarcÃ\xada", "García"), ("JosÃƒÂ©", "José"),
        ("â€œyesâ€\x9d", "“yes”"), ("NicolÃ\xa0", "Nicolà"), ("Oâ€™Neill", "O’Neill"),
        ("Ã\x91uÃ±oa", "Ñuñoa"),
    ],
)  # fmt: skip
def test_garbled_words_are_repaired(garbled, right):
    assert repaired(garbled) == right


def test_only_the_garbled_names_of_a_table_are_repaired():
    table = read_text("Name,Email\nJosÃ© PeÃ±a,a@b.example\nZoë Muñoz,b@b.example\nAna,c@b.example")

    assert names_in(table) == "José Peña;Zoë Muñoz;Ana"


def test_two_files_put_together_are_read():
    data = file_of("José;Zoë", "utf-8") + b"\r\n" + "Peña,c@b.example".encode("cp1252")

    table = read(io.BytesIO(data))

    assert (names_in(table), table.encoding) == ("José;Zoë;Peña", "utf-8-windows-1252")


def test_a_file_that_ends_within_a_letter_is_read():
    data = file_of("José;Zoë;Muñoz", "utf-8") + b"\r\nJos\xc3"

    assert names_in(read(io.BytesIO(data))).startswith("José;Zoë;Muñoz;Jos")


@given(st.sampled_from([name for names in NAMES for name in names.split(";")]))
def test_a_right_name_is_never_repaired(name):
    assert repaired(name) == name


@given(st.text(max_size=60))
def test_repairing_ends(words):
    assert repaired(repaired(words)) == repaired(words) or not words.isascii()


@given(st.binary(min_size=1, max_size=200).filter(lambda data: b"\0" not in data))
def test_every_encoding_has_a_label_and_every_file_some_text(data):
    if data.startswith((b"%PDF", b"\xff\xfe", b"\xfe\xff")):
        return

    found = decode(data)

    assert {found.encoding, *found.others} <= set(LABELS)
    assert found.encoding not in found.others
    assert [encodings.text_in(data, other) for other in found.others].count(found.text) == 0
