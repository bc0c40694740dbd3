import re

from docs import draw


def test_the_architecture_page_shows_the_code_as_it_is():
    page = draw.PAGE.read_text()

    assert draw.drawn(page) == page, "run: python docs/draw.py"


def test_every_app_is_in_the_graph():
    graph = draw.app_graph()

    for app in draw.layers():
        assert f" {app}" in graph


def test_every_decision_has_a_status_and_is_listed():
    index = (draw.ROOT / "docs" / "adr" / "README.md").read_text()

    for record in sorted((draw.ROOT / "docs" / "adr").glob("0*.md")):
        assert re.search(r"^Status: (accepted|amended by|superseded by)", record.read_text(), re.M)
        assert f"({record.name})" in index


def test_files_that_the_documents_name_exist():
    named = [
        (str(page.relative_to(draw.ROOT)), path)
        for page in [draw.ROOT / "CONTRIBUTING.md", *(draw.ROOT / "docs").rglob("*.md")]
        for path in re.findall(r"`((?:[a-z_]+/)+[a-z_0-9.-]+\.py)\b", page.read_text())
    ]

    assert len(named) > 50
    assert [(page, path) for page, path in named if not (draw.ROOT / path).exists()] == []


def test_nothing_is_listed_twice():
    """Two changes at the same time can each leave their own version of a line."""
    architecture = draw.PAGE.read_text()
    subjects = architecture.split("| app | subjects |")[1].split("\n\n")[0]
    locks = architecture.split("## Locks")[1].split("\n- ")[0]
    index = (draw.ROOT / "docs" / "adr" / "README.md").read_text()
    for text, line in (
        (subjects, r"^\| (`\w+`) \|"),
        (locks, r"^(\d+)\. "),
        (index, r"^\| \[(\d+)\."),
    ):
        listed = re.findall(line, text, re.MULTILINE)

        assert listed
        assert [one for one in listed if listed.count(one) > 1] == []
