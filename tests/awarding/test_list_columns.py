"""What the columns of an uploaded list mean: judged by headings and values, asked if in doubt."""

from __future__ import annotations

import pytest

from awarding.lists import value_kinds
from awarding.lists.understanding import lay_out, understand
from awarding.models import ColumnField
from spreadsheets import file_formats


def understood(words, **remembered):
    layout = lay_out(list(file_formats.read_text(words).lines))
    return understand(layout, remembered=remembered)


def fields(words, **remembered) -> list[tuple[str, str]]:
    return [(str(column.field), column.asked) for column in understood(words, **remembered)]


def table(heading, *values) -> str:
    """A list with addresses and one more column."""
    rows = [f'p{number}@school.example,"{value}"' for number, value in enumerate(values)]
    return "\n".join([f'Email,"{heading}"', *rows])


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Earned", ["1", "0", ""]),
        ("Earned", ["yes", "no"]),
        ("Completed", ["TRUE", "FALSE"]),
        ("Passed?", ["Pass", "Fail"]),
        ("Completion status", ["Complete", "In progress"]),
        ("Status", ["Completed", "Enrolled"]),
        ("Attended session 1", ["x", ""]),
        ("Pre/Post", ["Pre", "Post"]),
        ("Level", ["3", "4"]),
        ("Grade", ["A", "B-"]),
        ("Result", ["awarded", "skipped"]),
        ("Score", ["8 / 10", "3 / 10"]),
        ("Date", ["yes", "no"]),
        ("Text", ["si", "no"]),
        ("Badge earned", ["1", "0"]),
        ("Aprobado", ["Sí", "No"]),
        ("Estado", ["Terminado", "En curso"]),
        ("Obtenida", ["1", ""]),
        ("¿Asistió?", ["sí", "no"]),
        ("Calificación", ["9", "5"]),
        ("Workshop 1", ["1", "0"]),
        ("Lunch", ["yes", ""]),
        ("8/12", ["P", "A"]),
        ("State", ["accepted", "revoked"]),
        ("Duration (Minutes)", ["60", "10"]),
        ("Passed", ["3/14/2026", "no"]),
        ("Modules", ["5/5", "2/5"]),
        ("Course", ["100%", "35%"]),
        ("Badge 1", ["One", "Two"]),
        ("Second insignia", ["Uno", ""]),
        ("Earned", ["1.0", "0.0"]),
    ],
)
def test_a_column_that_looks_as_if_it_decides_is_asked_about(heading, values):
    assert fields(table(heading, *values))[1] == ("decides", "decides")


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Site", ["Main", "North"]),
        ("Agreed to the terms", ["yes", "yes"]),
        ("Phone", ["555-0100", "555-0101"]),
        ("Notes", ["Late twice; do not email", "ok with all"]),
        ("Comments", ["private", "words"]),
        ("Reason", ["because", "why"]),
        ("Motivo", ["porque", "dos"]),
        ("Comentarios", ["tarde", "bien"]),
        ("Description", ["Led the circle", "Words"]),
        ("Private narrative", ["secret", "words"]),
        ("Supervisor Email", ["x@school.example", "y@school.example"]),
        ("Badge image", ["https://b.example/1.png", "https://b.example/2.png"]),
        ("Survey", ["100%", "100%"]),
    ],
)
def test_a_column_that_is_nothing_of_a_list_is_not_used(heading, values):
    assert fields(table(heading, *values))[1] == ("ignored", "")


@pytest.mark.parametrize(
    ("heading", "values", "field"),
    [
        ("Date", ["2026-03-14", "3/15/2026", ""], "day"),
        ("Earned", ["2026-03-14", "3/15/2026"], "day"),
        ("Issued At", ["3/14/25", "3/15/25"], "day"),
        ("Date completed", ["3/14/25", "3/15/25"], "day"),
        ("Timestamp", ["3/14/2025", "3/15/2025"], "day"),
        ("Expires At", ["2027-03-14", ""], "expires"),
        ("Vence", ["2027-03-14", ""], "expires"),
        ("Narrative", ["Led it.", ""], "narrative"),
        ("Evidence narrative", ["Led it.", ""], "narrative"),
        ("Qué hizo", ["Dirigió la sesión", ""], "narrative"),
        ("Evidence URL", ["https://example.org/e1", ""], "evidence"),
        ("StudentID", ["1001", "1002"], "id"),
        ("Issued To First Name", ["Ana", "Ben"], "name"),
        ("Nombre del participante", ["Ana", "Ben"], "name"),
        ("Student Name", ["Ana Arroyo", "Ben Ito"], "name"),
        ("Name", ["Tester 1", "Tester 2"], "name"),
        ("Name (Original Name)", ["Ana Arroyo", "Ben Ito"], "name"),
        ("MI", ["J", ""], "middle_name"),
        ("Vigencia", ["2027-01-01", ""], "expires"),
        ("Public narrative", ["Led it.", ""], "narrative"),
        ("Apellidos, Nombre", ["Arroyo, Ana", "Ito, Ben"], "name"),
        ("2. Full name", ["Ana Arroyo", "Ben Ito"], "name"),
        ("Q3_Full name", ["Ana Arroyo", "Ben Ito"], "name"),
        ("What is your full name?", ["Ana Arroyo", "Ben Ito"], "name"),
        ("¿Cuál es su nombre completo?", ["Ana Arroyo", "Ben Ito"], "name"),
        ("Name as you would like it to appear on the certificate", ["Ana", "Ben"], "name"),
        ("Emp #", ["00123", "04567"], "id"),
        ("Evidence URL 2", ["https://example.org/e1", ""], "evidence"),
        ("Segundo apellido", ["Díaz", ""], "further_last_name"),
        ("Suffix", ["Jr.", ""], "suffix"),
        ("Expires", ["Never", "12/31/2027"], "expires"),
    ],
)
def test_a_column_with_a_known_heading_and_fitting_values_is_taken_for_it(heading, values, field):
    assert fields(table(heading, *values))[1] == (field, "")


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Date", ["Ana Arroyo", "Ben Ito", "Cy Oduya"], ("ignored", "unfit")),
        ("Date", ["1", "2", "3"], ("ignored", "unfit")),
        ("Name", ["1001", "1002"], ("ignored", "unfit")),
        ("Expires", ["soon", "no idea"], ("ignored", "unfit")),
        ("Evidence", ["on paper", "in class"], ("ignored", "unfit")),
        ("Date", ["2026-03-14", "2026-03-15", "in May"], ("day", "doubtful")),
    ],
)
def test_a_column_whose_values_dont_fit_is_not_its_field_and_is_asked_about(
    heading, values, expected
):
    assert fields(table(heading, *values))[1] == expected


def test_a_column_of_completion_without_any_date_is_asked_about():
    assert fields(table("Earned", "", ""))[1] == ("day", "no_day")


def test_an_empty_column_is_not_the_name_if_a_filled_one_can_be():
    words = "Email,Name,Your email,Your name\nanonymous,,ana@b.example,Ana Arroyo"

    assert fields(words) == [
        ("ignored", "unfit"), ("ignored", ""), ("email", ""), ("name", ""),
    ]  # fmt: skip


def test_of_two_columns_of_dates_with_one_heading_a_person_chooses():
    words = "Email,Date,Date\na@b.example,3/1/2026,4/1/2026"

    assert fields(words)[1:] == [("day", ""), ("ignored", "second")]


@pytest.mark.parametrize(
    ("heading", "values", "order"),
    [
        ("Date", ["03/04/2026", "13/02/2026"], "day"),
        ("Date", ["03/04/2026", "13/02/2026", "05/25/2026"], "month"),
        ("Date", ["03/04/2026 14:05:22", "13/02/2026"], "day"),
        ("Fecha", ["03/04/2026", "05/06/2026"], "day"),
        ("Vence", ["03/04/2036"], "day"),
        ("Fecha", ["03/04/2026", "05/25/2026"], ""),
        ("Date", ["03/04/2026", "05/06/2026"], ""),
        ("Date", ["03/03/2026", "13/02/2026"], ""),
    ],
)
def test_dates_that_are_not_plainly_with_the_month_first_are_asked_about(heading, values, order):
    column = understood(table(heading, *values))[1]

    assert (column.day_order, column.asked) == (order, "order" if order else "")


def test_a_column_that_is_hidden_in_the_file_is_asked_about_if_it_would_be_used():
    layout = lay_out(list(file_formats.read_text("Email,Narrative,Note\na@b.x,Led,late").lines))

    found = understand(layout, remembered={}, hidden=[1, 2, 9])

    assert [(str(column.field), column.asked) for column in found] == [
        ("email", ""), ("narrative", "hidden"), ("ignored", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "asked"), [("Completed", "no_day"), ("Fecha de finalización", "no_day"),
                           ("Date", ""), ("Issue date", "")]
)  # fmt: skip
def test_people_without_a_date_in_a_column_of_completion_are_asked_about(heading, asked):
    assert fields(table(heading, "2026-03-14", ""))[1] == ("day", asked)


def test_an_email_column_without_addresses_is_none_and_the_addresses_are_found():
    words = "Email,Contact\nyes,ana@school.example\nno,ben@school.example"

    assert fields(words) == [("decides", "decides"), ("email", "by_values")]


def test_of_two_columns_with_addresses_a_person_chooses():
    words = "Email,Work email\na@home.example,a@school.example"

    assert fields(words) == [("email", ""), ("ignored", "second")]


def test_wrong_addresses_are_a_matter_of_their_rows():
    assert fields("Email,Name\nana@school.example,Ana\nwrong,Ben") == [("email", ""), ("name", "")]


def test_unknown_headings_are_found_above_the_first_address():
    words = "Spring cohort\nWho,Where\nana@school.example,Main\nben@school.example,North"

    columns = understood(words)

    assert [(column.heading, str(column.field), column.asked) for column in columns] == [
        ("Who", "email", "by_values"),
        ("Where", "ignored", ""),
    ]


def test_a_table_without_headings_is_asked_about():
    words = "ana@school.example,Ana,2026-03-14\nben@school.example,Ben,2026-03-15"

    assert fields(words) == [("email", "by_values"), ("ignored", ""), ("ignored", "")]


def test_what_a_person_said_before_is_taken_if_the_values_fit():
    words = table("When", "2026-03-14", "2026-03-15")

    [_email, column] = understood(words, when=ColumnField.DAY)

    assert (column.field, column.asked, column.remembered) == ("day", "", "day")
    assert fields(table("When", "yes", "no"), when="day")[1] == ("decides", "decides")


def test_notes_that_were_public_once_are_asked_about_each_time():
    assert fields(table("Notes", "Led it."), notes="narrative")[1] == ("narrative", "public")


def test_a_column_that_decided_nothing_last_time_is_asked_about_again():
    [_email, column] = understood(table("Status", "Completed", "Dropped"), status="ignored")

    assert (column.field, column.asked, column.remembered) == ("decides", "decides", "ignored")


@pytest.mark.parametrize(
    ("values", "is_flipped"),
    [
        (["Arroyo, Ana", "Ito, Ben J."], True),
        (["Ito, Ben, PhD"], True),
        (["Ana Arroyo, PhD", "Ben Ito, Jr."], False),
        (["Ana Arroyo", "Ben Ito", "Oduya, Cy"], False),
        (["Arroyo, Ana", "Ito, Ben", "Cy Oduya"], True),
    ],
)
def test_last_names_that_come_first_are_noticed(values, is_flipped):
    assert understood(table("Name", *values))[1].last_name_first == is_flipped


@pytest.mark.parametrize("words", ["Email,Name", "Name\nRosa", "Spring cohort"])
def test_without_any_person_or_address_there_is_nothing_to_ask(words):
    with pytest.raises(file_formats.Unreadable):
        lay_out(list(file_formats.read_text(words).lines))


def test_what_the_database_refuses_is_not_kept_of_a_cell():
    column = understood(table("Status\x00", "a\x00\x01", "b"))[1]

    assert (column.heading, column.samples, column.values) == (
        "Status",
        ["a", "b"],
        [["a", "a", 1], ["b", "b", 1]],
    )


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Nota", ["9.5", "7"], "decides"),
        ("Nota", ["Dirigió la sesión", "Llegó tarde"], "ignored"),
        ("Status comment", ["private", "words"], "ignored"),
    ],
)
def test_remarks_decide_nothing_and_marks_do(heading, values, expected):
    assert understood(table(heading, *values))[1].field == expected


@pytest.mark.parametrize(
    ("value", "number"),
    [("85%", 85), ("8 / 10", 8), ("1,512", 1512), ("8,5", 8.5), ("204*", 204), ("-3", -3),
     ("1,512.25", 1512.25), ("N/A", None), ("Level 4", None), ("", None), ("1.2.3", None)],
)  # fmt: skip
def test_numbers_are_found_in_scores(value, number):
    found = value_kinds.number_in(value)

    assert (found is None) == (number is None)
    assert found is None or float(found) == number
