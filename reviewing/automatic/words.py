"""Why somebody was given a submission, in one sentence, for reviewers and coordinators only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

_KNOWS = {
    "badge": gettext_lazy("knows this badge well"),
    "category": gettext_lazy("knows this category well"),
    "unsaid": gettext_lazy("has named no field"),
    "other": gettext_lazy("knows other fields better"),
}


def sentence(why: Mapping[str, Any]) -> str:
    in_hand = ngettext(
        "%(count)s other review in hand", "%(count)s other reviews in hand", why["in_hand"]
    )
    waited = ngettext(
        "the submission had waited %(count)s day",
        "the submission had waited %(count)s days",
        why["waited_days"],
    )
    parts = {
        "knows": _KNOWS[why["knows"]],
        "in_hand": in_hand % {"count": why["in_hand"]},
        "waited": waited % {"count": why["waited_days"]},
    }
    if why["is_urgent"]:
        return (
            _(
                "Assigned automatically: urgent, so to the reviewer with least in hand "
                "(%(in_hand)s); %(waited)s."
            )
            % parts
        )
    return _("Assigned automatically: %(knows)s, %(in_hand)s; %(waited)s.") % parts
