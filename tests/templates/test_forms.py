"""What is wrong in a field is said by us, next to the field and in the person's language.

The browser would stop the form with a message of its own, in words that nobody here has written.
"""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.S)
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
INCLUDED = re.compile(r'{% include "([^"]+)"')
CHECKED_BY_BROWSERS = re.compile(
    r"components/field|\brequired\b|\bpattern=|\bminlength="
    r'|type="(?:email|url|number|date|time|datetime-local|month)"'
    r"|{{ ?(?:\w+\.)*(?:form|field|\w+_form)[\w.]* ?}}"
)


def with_pieces(text: str) -> str:
    """The text, and after each include what it includes."""
    text = COMMENT.sub("", text)
    pieces = [TEMPLATES / name for name in INCLUDED.findall(text)]
    return "".join([text, *(with_pieces(piece.read_text()) for piece in pieces)])


def forms() -> list[tuple[str, str, str]]:
    return [
        (path.relative_to(TEMPLATES).as_posix(), attributes, content)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for attributes, content in FORM.findall(COMMENT.sub("", path.read_text()))
    ]


def test_no_form_with_fields_is_checked_by_the_browser():
    found = forms()

    checked = [
        (path, attributes)
        for path, attributes, content in found
        if "novalidate" not in attributes and CHECKED_BY_BROWSERS.search(with_pieces(content))
    ]
    assert len(found) > 200
    assert checked == []
