"""Templates are read line by line: one tag or one sentence each."""

from __future__ import annotations

from django.conf import settings

FOLDER = settings.BASE_DIR / "templates"
LONGEST = 120
# Django wants a tag on one line, and an include that passes much is longer than it should be.
SHARE_ALLOWED = 0.01


def every_line() -> list[tuple[str, str]]:
    """The lines of all pages and letters, each with the place where it stands."""
    return [
        (f"{path.relative_to(FOLDER)}:{number}", line)
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in {".html", ".txt"}
        for number, line in enumerate(path.read_text().splitlines(), start=1)
    ]


def test_hardly_a_line_of_a_template_is_longer_than_120_characters():
    written = every_line()
    too_long = [f"{place} ({len(line)})" for place, line in written if len(line) > LONGEST]

    assert written
    assert len(too_long) < SHARE_ALLOWED * len(written), "\n".join(too_long)
