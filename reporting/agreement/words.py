"""Agreement in words first, then in numbers."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reviewing.agreement.figures import Figures
from reviewing.agreement.formulas import Interval
from reviewing.agreement.words import how_often


def sentence(figures: Figures) -> str:
    if figures.are_few:
        return _("Too few to say how well two readers agree, n = %(pairs)s.") % {
            "pairs": number_format(figures.pairs, force_grouping=True)
        }
    return _("Two readers of the same work gave the same answer %(often)s, n = %(pairs)s.") % {
        "often": how_often(figures.agreement or 0),
        "pairs": number_format(figures.pairs, force_grouping=True),
    }


def skew(figures: Figures) -> str:
    """What to keep in mind where nearly all verdicts are the same; "" if they are not."""
    if figures.are_few or not figures.skewed_to:
        return ""
    if figures.skewed_to == "met":
        return _(
            "Nearly all verdicts are “met”. Two readers then agree often, even if they look at "
            "little. Look at how they agree on “not yet”."
        )
    return _(
        "Nearly all verdicts are “not yet”. Two readers then agree often, even if they look at "
        "little. Look at how they agree on “met”."
    )


def coefficient(value: float | None) -> str:
    return "–" if value is None else number_format(value, decimal_pos=2)


def coefficient_interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": coefficient(interval.low), "high": coefficient(interval.high)
    }  # fmt: skip
