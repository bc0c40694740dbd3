"""What is written down in plain English, so that everyone keeps the same record, for each reader.

Acts stand in the book of the program; reasons stand in the published sequence, which is the same
for all. A coordinator's own words come through as they were written.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "drawing drafted": _("drawing drafted"),
    "drawing closed": _("list closed and published"),
    "drawing drawn": _("drawing drawn"),
    "drawing settled": _("drawing completed"),
    "drawing cancelled": _("drawing canceled"),
    "prizes written": _("prizes saved"),
    "excluded from the drawing": _("excluded from the drawing"),
    "let in again": _("admitted again"),
    "accounts are one person": _("accounts are one person"),
    "accounts count apart again": _("accounts count separately again"),
    "list disputed": _("list disputed"),
    "dispute answered": _("dispute answered"),
    "list corrected": _("list corrected"),
    "free chance taken": _("free entry taken"),
    "prize confirmed": _("prize confirmed"),
    "prize collected": _("prize collected"),
    "prize declined": _("prize declined"),
    "prize lapsed": _("prize not confirmed in time"),
    "drand round kept": _("drand round checked and saved"),
    "sponsor added": _("sponsor added"),
    "sponsor changed": _("sponsor changed"),
    "sponsors thanked": _("sponsors thanked"),
    "already served": _("already has a prize"),
    "badge revoked": _("badge revoked"),
    "declined": _("declined"),
    "not confirmed in time": _("not confirmed in time"),
    "staff of the program": _("staff of the program"),
    "the same person as another on the list": _("the same person as another on the list"),
}
_NUMBERED = {
    re.compile(r"rules (\d+) written"): _("rules %(number)s saved"),
    re.compile(r"drawing announced, rules (\d+)"): _("drawing announced, rules %(number)s"),
    re.compile(r"draw (\d+)"): _("draw %(number)s"),
}


def in_words(written: str) -> str:
    if words := _WORDS.get(written):
        return str(words)
    for pattern, words in _NUMBERED.items():
        if found := pattern.fullmatch(written):
            return str(words) % {"number": found[1]}
    return written
