"""Translates acts of the audit log and reasons of a draw, which are saved in English.

They are saved in English because the published sequence must be the same for everyone. Text that
coordinators wrote is not translated.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

_TRANSLATIONS = {
    "drawing drafted": _("drawing drafted"),
    "drawing closed": _("list closed and published"),
    "drawing settled": _("drawing completed"),
    "drawing cancelled": _("drawing canceled"),
    "prizes written": _("prizes saved"),
    "excluded from the drawing": _("excluded from the drawing"),
    "let in again": _("admitted again"),
    "list disputed": _("list disputed"),
    "dispute answered": _("dispute answered"),
    "list corrected": _("list corrected"),
    "free chance taken": _("free entry taken"),
    "prize confirmed": _("prize confirmed"),
    "prize collected": _("prize collected"),
    "prize declined": _("prize declined"),
    "prize lapsed": _("prize not confirmed in time"),
    "value typed": _("value of a source typed in"),
    "repeat asked for": _("repeat of the draw asked for"),
    "repeat refused": _("repeat of the draw refused"),
    "repeat withdrawn": _("request to repeat the draw withdrawn"),
    "note on a draw": _("note on the draw published"),
    "drand round kept": _("drand round checked and saved"),
    "result revealed": _("result revealed"),
    "sponsor added": _("sponsor added"),
    "sponsor changed": _("sponsor changed"),
    "sponsors thanked": _("sponsors thanked"),
    "already served": _("already has a prize"),
    "badge revoked": _("badge revoked"),
    "not eligible": _("not eligible"),
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


def translate_note(note: str) -> str:
    if translation := _TRANSLATIONS.get(note):
        return str(translation)
    for pattern, translation in _NUMBERED.items():
        if match := pattern.fullmatch(note):
            return str(translation) % {"number": match[1]}
    return note
