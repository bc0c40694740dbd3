"""A public source as announced: when its value can be known, and what it must look like.

A source is one of `DrawingRules.sources`. All of it is published, and none of it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rewards import rfc3797


def known_from(source: dict) -> datetime:
    """The first moment at which somebody may know the value."""
    if "at" in source:
        return datetime.fromisoformat(source["at"])
    return _moment_of(source, time.min)


def known_by(source: dict) -> datetime:
    """The moment from which anyone can look the value up: its day is over, unless it has a time."""
    if "at" in source:
        return datetime.fromisoformat(source["at"])
    return _moment_of(source, time.max)


def all_known_by(sources: Iterable[dict]) -> datetime | None:
    """When the last of them can be looked up; None without a source."""
    return max(map(known_by, sources), default=None)


def canonical(source: dict, values: Sequence[str]) -> str:
    """The part of the key that follows from these values. Raises rfc3797.BadSource."""
    return rfc3797.key_string([{"kind": source["kind"], "values": list(values)}])


def shape_error(source: dict, values: Sequence[str]) -> str:
    """Why these values are not what the source was announced to give; empty if they are."""
    if source["kind"] != "numbers":
        return ""
    numbers = [Decimal(value) for value in values]
    if len(numbers) != source["count"]:
        return ngettext(
            "The rules announced %(count)s number; you typed %(typed)s.",
            "The rules announced %(count)s numbers; you typed %(typed)s.",
            source["count"],
        ) % {"count": source["count"], "typed": len(numbers)}
    lowest, highest = source.get("lowest"), source.get("highest")
    if lowest is not None and highest is not None:
        for number in numbers:
            if not lowest <= number <= highest or number != number.to_integral_value():
                return _("The rules announced whole numbers from %(lowest)s to %(highest)s.") % {
                    "lowest": lowest,
                    "highest": highest,
                }
    if source.get("distinct") and len(set(numbers)) < len(numbers):
        return _("The rules announced numbers that are all different.")
    return ""


def _moment_of(source: dict, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(source["when"]), at))
