"""A form carries its token wherever it is included from.

"only" keeps everything of the page from the part, the token too: the form looks right, and every
press of its button is refused.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"

INCLUDE = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)%}')


def test_part_with_a_form_is_given_its_token():
    texts = {
        str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")
    }

    def asks_for_token(name: str) -> bool:
        text = texts.get(name, "")
        return "{% csrf_token %}" in text or any(
            asks_for_token(part) for part, _ in INCLUDE.findall(text) if part != name
        )

    without = [
        f"{name}: {part}"
        for name, text in texts.items()
        for part, words in INCLUDE.findall(text)
        if "only" in words.split() and "csrf_token=" not in words and asks_for_token(part)
    ]

    assert without == []
