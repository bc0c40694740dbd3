"""The editor of criteria, rubrics, standards and resources."""

from __future__ import annotations

import pytest

from tests.catalog.manage_pages import criterion, level, page

pytestmark = pytest.mark.django_db


def values(response):
    """The names of criteria and levels shown in the editor."""
    rows = response.context["rows"]
    return [
        (row.form["name"].value(), [lev.form["name"].value() for lev in row.levels])
        for row in rows.criteria
    ]


def test_criteria_rubrics_standards_and_resources_are_saved_in_order(client, coordinator, draft):
    posted = {
        "version": "1",
        **criterion(0),
        **level(0, "Starting"),
        **level(1, "Meets"),
        **criterion(1, name="Teach it", required=""),
        "alignment-0-target_framework": "ISTE",
        "alignment-0-target_code": "2.3",
        "alignment-0-target_name": "Citizen",
        "alignment-0-target_url": "https://standards.example/2.3",
        "resource-0-title": "A course",
        "resource-0-url": "https://learn.example/course",
        "resource-0-kind": "course",
    }

    response = client.post(page("criteria"), posted)

    version = draft.versions.get()
    assert response.status_code == 302
    assert [
        (c.name, c.required, c.accepts_files, c.accepts_links, [lev.name for lev in c.levels.all()])
        for c in version.criteria.all()
    ] == [
        ("Plan a lesson", True, True, False, ["Starting", "Meets"]),
        ("Teach it", False, True, False, []),
    ]
    assert [str(alignment) for alignment in version.alignments.all()] == ["2.3 Citizen"]
    assert [(r.title, r.kind) for r in draft.resources.all()] == [("A course", "course")]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ({"up": "criterion-1"}, [("B", []), ("A", ["low", "high"])]),
        ({"down": "criterion-0"}, [("B", []), ("A", ["low", "high"])]),
        ({"up": "criterion-0"}, [("A", ["low", "high"]), ("B", [])]),
        ({"down": "criterion-1"}, [("A", ["low", "high"]), ("B", [])]),
        ({"remove": "criterion-0"}, [("B", [])]),
        ({"add": "criterion"}, [("A", ["low", "high"]), ("B", []), (None, [])]),
        ({"add": "criterion-1-level"}, [("A", ["low", "high"]), ("B", [None])]),
        ({"remove": "criterion-0-level-0"}, [("A", ["high"]), ("B", [])]),
        ({"up": "criterion-0-level-1"}, [("A", ["high", "low"]), ("B", [])]),
        ({"remove": "criterion-99"}, [("A", ["low", "high"]), ("B", [])]),
        ({"add": "nonsense"}, [("A", ["low", "high"]), ("B", [])]),
        ({"add": "level"}, [("A", ["low", "high"]), ("B", [])]),
    ],
)
def test_rows_are_added_removed_and_moved_without_a_script(
    client, coordinator, draft, button, expected
):
    posted = {
        "version": "1",
        **criterion(0, name="A"),
        **level(0, "low"),
        **level(1, "high"),
        **criterion(1, name="B", evidence_prompt="half a sen"),
        **button,
    }

    response = client.post(page("criteria"), posted)

    assert response.status_code == 200
    assert values(response) == expected
    assert draft.versions.get().criteria.count() == 3
    if "remove" not in button or button["remove"] != "criterion-1":
        assert "half a sen" in response.text


def test_an_invalid_row_keeps_all_that_was_typed(client, coordinator, draft):
    posted = {
        "version": "1",
        **criterion(0, name="", accepts_files=""),
        **level(0, "Half a level"),
        "criterion-0-level-0-description": "",
        "alignment-0-target_name": "Citizen",
        "alignment-0-target_url": "not an address",
    }

    response = client.post(page("criteria"), posted)

    assert response.status_code == 422
    assert [(error["id"], error["label"]) for error in response.context["rows"].errors] == [
        ("id_criterion-0-name", "Criterion 1, Name of the criterion"),
        ("id_criterion-0-accepts_files", "Criterion 1, Files"),
        ("id_criterion-0-level-0-description", "Criterion 1, Level 1, What it looks like"),
        ("id_alignment-0-target_url", "Standard 1, Web address"),
    ]
    for typed in ("An aim that students can say.", "Half a level", "not an address"):
        assert typed in response.text
    assert draft.versions.get().criteria.count() == 3


def test_blank_rows_are_dropped(client, coordinator, draft):
    empty = {"criterion-1-name": "", "criterion-1-accepts_files": "on", "resource-0-title": " "}

    client.post(page("criteria"), {"version": "1", **criterion(0), **empty})

    assert [c.name for c in draft.versions.get().criteria.all()] == ["Plan a lesson"]


def test_the_number_of_rows_is_limited(client, coordinator, draft):
    posted = {"version": "1"}
    for number in range(25):
        posted |= criterion(number, name=f"C{number}")

    client.post(page("criteria"), posted)

    assert draft.versions.get().criteria.count() == 20


def test_resources_of_a_published_badge_change_without_a_new_version(
    client, coordinator, published
):
    response = client.get(page("criteria"))
    posted = {"version": "2", "resource-0-title": "A", "resource-0-url": "https://a.example"}
    for row in response.context["rows"]._all_rows():
        for bound in row.form:
            if value := bound.value():
                posted[bound.html_name] = "on" if value is True else value

    client.post(page("criteria"), posted)

    assert [resource.title for resource in published.resources.all()] == ["A"]
    assert published.versions.count() == 1


def test_changed_criteria_start_version_two(client, coordinator, published):
    client.post(page("criteria"), {"version": "2", **criterion(0, name="Only this")})

    first, second = published.versions.order_by("number")
    assert first.criteria.count() == 3
    assert [c.name for c in second.criteria.all()] == ["Only this"]
