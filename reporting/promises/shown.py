"""Published numbers as a page says them. Rows written by an earlier release may lack some."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reporting.models import PublishedNumbers
from reviewing.agreement.words import percent

SHARES = (
    *("on_time", "returned", "approved_later", "read_twice"),
    *("appealed", "changed_on_appeal"),
)


@dataclass(frozen=True)
class Shown:
    """A number with the days it covers, which may be those of several quarters."""

    value: str
    first: date
    last: date


def latest(rows: Iterable[PublishedNumbers]) -> dict[str, Shown]:
    """The latest published value of each number."""
    found: dict[str, Shown] = {}
    for row in rows:
        for name, shown in values(row).items():
            found.setdefault(name, shown)
    return found


def values(row: PublishedNumbers) -> dict[str, Shown]:
    """What was published about a quarter, without what was left out."""
    found = {}
    issued, answers = row.numbers.get("badges_issued"), row.numbers.get("first_answers")
    if issued:
        found["issued"] = _shown(number_format(issued["count"], force_grouping=True), issued)
    if answers:
        found["answers"] = _shown(number_format(answers["count"], force_grouping=True), answers)
        found["days"] = _shown(_decimal(answers["median_days"]), answers)
        for name in SHARES:
            if answers.get(name):
                found[name] = _shown(in_words(answers[name]), answers)
    agreement = row.numbers.get("agreement")
    if agreement:
        found["same"] = _shown(in_words(agreement["same"]), agreement)
    return found


def in_words(share: dict) -> str:
    """A share as a page says it: exact, or with the bound that protects few people."""
    if share["share"] is not None:
        return percent(share["share"])
    if share["at_least"] is not None:
        return _("at least %(share)s") % {"share": percent(share["at_least"])}
    return _("at most %(share)s") % {"share": percent(share["at_most"])}


def _decimal(value: float) -> str:
    return number_format(value, decimal_pos=0 if value == int(value) else 1)


def _shown(value: str, covers: dict) -> Shown:
    return Shown(value, date.fromisoformat(covers["first"]), date.fromisoformat(covers["last"]))
