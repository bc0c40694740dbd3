"""How long an answer should be, if the badge asks for a number of words."""

from __future__ import annotations

import re

# “200 words”, “200-300 words”, “200 to 300 words”, “200 palabras”, “1,000 words”.
_ASKED = re.compile(
    r"(\d[\d.,]*)(?:\s*(?:-|–|to|a|or|o)\s*\d[\d.,]*)?\s+(?:words|palabras)\b", re.IGNORECASE
)
MOST_ASKED = 20_000
# A text that has half of it is not “far under” it.
SHARE = 0.5


def words_asked(prompt: str) -> int:
    """The smallest number of words that a prompt asks for; 0 if it names none, or only a limit."""
    found = _ASKED.search(prompt)
    if not found or re.search(
        r"(at most|up to|no more than|maximum|como máximo|hasta|no más de)\s*$",
        prompt[: found.start()], re.IGNORECASE,
    ):  # fmt: skip
        return 0
    number = int(re.sub(r"\D", "", found[1]))
    return number if number <= MOST_ASKED else 0


def count_words(text: str) -> int:
    return len(re.findall(r"\w+(?:[’'-]\w+)*", text))


def is_far_under(words: int, asked: int) -> bool:
    return words < asked * SHARE
