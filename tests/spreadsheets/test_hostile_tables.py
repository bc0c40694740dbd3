"""Tables made to break a reader are refused in precise words; the process is limited besides."""

from __future__ import annotations

import contextlib
import io
import random
import time

import pytest
from openpyxl import Workbook

from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy
from spreadsheets import bounds, file_formats
from spreadsheets.file_formats import Unreadable
from tests.spreadsheets import bombs


def read(content: bytes):
    return list(file_formats.read(io.BytesIO(content)).lines)


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long if name == "many shared strings" else ())
        for name in [*bombs.XLSX, *bombs.TEXT]
    ],
)
def test_a_file_made_to_break_the_reader_is_refused_in_precise_words(name):
    content, words = (bombs.XLSX | bombs.TEXT)[name]
    assert len(content) <= file_formats.LARGEST_FILE

    with pytest.raises(Unreadable, match=words):
        read(content)


def test_the_shortest_bomb_is_as_short_as_it_looks():
    assert len(bombs.ROW_BILLION) < 2_500


def test_pasted_text_has_the_same_limits():
    with pytest.raises(Unreadable, match="1,000,000 characters"):
        file_formats.read_text("x" * 1_000_001)


@pytest.mark.parametrize(
    ("job", "limits"),
    [
        ("count_forever", Limits(seconds=1)),
        ("fill_memory", Limits(memory=128 * MEGABYTE)),
        ("turn_around", Limits(output=3)),
        ("end_badly", Limits()),
    ],
)
def test_a_run_that_is_ended_says_what_to_do(job, limits, monkeypatch):
    call = run.call

    def call_job(_function, data, *, limits, raises, **_choice):
        return call(f"tests.sandbox.jobs:{job}", data, limits=limits, raises=raises)

    monkeypatch.setattr(run, "call", call_job)
    monkeypatch.setattr(file_formats, "LIMITS", limits)

    with pytest.raises(Unreadable, match="too much time or memory"):
        read(b"Email\n")


def test_a_busy_site_says_when_to_try_again(monkeypatch):
    def busy(*_arguments, **_options):
        raise Busy

    monkeypatch.setattr(run, "call", busy)

    with pytest.raises(Unreadable, match="Try again in a minute"):
        read(b"Email\n")


@pytest.mark.long
def test_a_stray_cell_at_the_very_end_of_a_sheet_does_no_harm():
    workbook = Workbook()
    workbook.active.append(["Email"])
    workbook.active.cell(row=bounds.MOST_LINES, column=3, value=" ")
    workbook.active.cell(row=5, column=bounds.MOST_COLUMNS_IN_FILE, value="far")
    workbook.active.cell(row=7, column=1, value="a@b.example")

    assert read(saved(workbook)) == [(1, ["Email"]), (7, ["a@b.example"])]


def test_many_sheets_with_long_names_are_read():
    workbook = Workbook()
    for number in range(120):
        workbook.create_sheet(f"{'🎉' * 27}{number:03}").append([f"{'José ' * 100}{number}"])
    workbook.active.append(["a@b.example"])

    table = file_formats.read(io.BytesIO(saved(workbook)))

    assert list(table.lines) == [(1, ["a@b.example"])]
    assert len(table.sheets) == 40


@pytest.mark.long
@pytest.mark.parametrize(
    "unit", ["Ã©,", "Ã©" * 2_000, "a\nb\n\n", "a@b.example,,x,,y\n", "é\n", "a@"]
)
def test_pasted_text_is_judged_in_little_time(unit):
    words = f"{unit}\n" * 40_000
    began = time.process_time()

    with contextlib.suppress(Unreadable):
        file_formats.read_text(words[:4_000_000])

    assert time.process_time() - began < 15


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_read_or_refused_never_an_error(seed):
    chance = random.Random(seed)
    workbook = Workbook()
    for number in range(30):
        workbook.active.append([f"a{number}@b.example", number, "É" * number])
    whole = bytearray(saved(workbook))
    damaged = whole[: chance.randrange(len(whole))] if seed % 2 else whole
    for _change in range(seed):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)

    try:
        outcome = str(read(bytes(damaged)))
    except Unreadable as refusal:
        outcome = str(refusal)
    assert "a1@b.example" in outcome or outcome.endswith(".")
