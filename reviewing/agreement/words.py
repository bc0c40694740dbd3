"""How often two people agree, in words and in percent."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviewing.agreement.formulas import Interval


def how_often(share: float) -> str:
    """In tenths, and never "always" or "never" for what is only nearly so."""
    tenths = round(share * 10)
    if share == 1:
        return _("every time")
    if tenths == 10:
        return _("more than 9 times in 10")
    if tenths == 0:
        return _("less than once in 10 times")
    return ngettext("%(tenths)s time in 10", "%(tenths)s times in 10", tenths) % {"tenths": tenths}


def percent(share: float) -> str:
    # Translators: a share in percent; Spanish has a space before the sign.
    return _("%(number)s%%") % {"number": round(share * 100)}


def share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def share_interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": percent(interval.low), "high": percent(interval.high)
    }  # fmt: skip
