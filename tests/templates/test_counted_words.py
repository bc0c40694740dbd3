"""A number and its noun agree: “1 prize”, never “1 prizes”."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rewards.templatetags.rewards_tags import entries, people, prizes

TEMPLATES = Path(__file__).parents[2] / "templates"
SENTENCE = re.compile(
    r"{%\s*(?:blocktranslate|blocktrans)\b[^%]*%}(.*?){%\s*end(?:blocktranslate|blocktrans)\s*%}",
    re.S,
)
NOUNS = (
    "awards badges criteria days entries hours months people prizes reviews rows steps submissions"
    " units weeks"
)
COUNTED = re.compile(r"{{ (\w+) }}\s+(" + "|".join(NOUNS.split()) + r")\b")
# More of these than are shown, or more than the ones next to them: never one.
MANY = {"total", "many"}


def test_no_sentence_with_a_number_has_only_a_plural():
    wrong = [
        (path.relative_to(TEMPLATES).as_posix(), found[0])
        for path in TEMPLATES.rglob("*.html")
        for text in SENTENCE.findall(path.read_text())
        for found in COUNTED.finditer(text.split("{% plural %}")[0])
        if found[1] not in MANY
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("words", "one", "many"),
    [(entries, "1 entry", "1,200 entries"), (people, "1 person", "1,200 people"),
     (prizes, "1 prize", "1,200 prizes")],
)  # fmt: skip
def test_parts_of_sentences_agree_with_their_number(words, one, many):
    assert (words(1), words(1200)) == (one, many)
