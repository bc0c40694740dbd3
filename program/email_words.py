"""What emails say in the program's own words: a subject and an opening text for each kind.

Variables are replaced by name, once, and nothing else in the text means anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from program.models import EmailWords, Program

VARIABLES = ("subject", "program", "office", "office_email")
LONGEST_FILLED_SUBJECT = 250
_VARIABLE = re.compile(r"\{\s*([^{}\s]*)\s*\}")


def unknown_variables(text: str) -> list[str]:
    """What looks like a variable and is none."""
    return [name for name in _VARIABLE.findall(text) if name not in VARIABLES]


def fill(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def values_of(program: Program, subject: str) -> dict[str, str]:
    """`subject` is the subject that the email has without own words."""
    office, address = program.office_address
    return {"subject": subject, "program": str(program), "office": office, "office_email": address}


def stored_words(kind: str, language: str) -> dict[str, str]:
    """The stored texts; empty where the email has those of the software."""
    words = EmailWords.objects.filter(kind=kind, language=language).first()
    return {"subject": words.subject, "opening": words.opening} if words else NONE


NONE = {"subject": "", "opening": ""}
