"""How often a reviewer says what other readers say, in words. The pairs are those of ADR 83."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from reviewing.agreement.figures import against_consensus, figures
from reviewing.agreement.formulas import Interval
from reviewing.agreement.pairs import Pair, pairs_of_readers
from reviewing.agreement.words import how_often, share_interval
from submissions.querysets import accounts_of


class Said(NamedTuple):
    sentence: str
    interval: str = ""


class OwnAgreement(NamedTuple):
    with_other: Said
    with_consensus: Said


def own_agreement(user: User) -> OwnAgreement | None:
    """None if nobody else has read what this person read, with any of their accounts."""
    own = set(accounts_of(user).values_list("pk", flat=True))
    pairs = [_as_one(pair, own, user.pk) for pair in pairs_of_readers(own)]
    if not pairs:
        return None
    together = figures(pairs)
    other = (
        _few(together.pairs)
        if together.are_few
        else _said(
            _("You and the other reader gave the same verdict %(often)s, n = %(number)s."),
            together.agreement or 0,
            together.pairs,
            together.interval,
        )
    )
    found = {one.reviewer: one for one in against_consensus(pairs)}.get(user.pk)
    if found is None or found.are_few:
        return OwnAgreement(other, _few(found.verdicts if found else 0))
    said = _said(
        _("Your verdict matched the consensus %(often)s, n = %(number)s."),
        found.share,
        found.verdicts,
        found.interval,
    )
    return OwnAgreement(other, said)


def _as_one(pair: Pair, own: Collection[int], key: int) -> Pair:
    return pair._replace(
        one=key if pair.one in own else pair.one, other=key if pair.other in own else pair.other
    )


def _said(words: str, share: float, number: int, interval: Interval | None) -> Said:
    values = {"often": how_often(share), "number": number_format(number, force_grouping=True)}
    return Said(words % values, share_interval(interval))


def _few(number: int) -> Said:
    return Said(_("Too few to say, n = %(number)s.") % {"number": number})
