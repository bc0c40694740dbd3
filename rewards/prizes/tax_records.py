"""Prizes with their winners, values and years, as CSV for filing tax forms."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.no_mailbox import shown_address
from rewards.models import Win
from rewards.states import ACTIVE
from spreadsheets.writing import csv_lines


def active_wins(drawings: QuerySet) -> QuerySet[Win]:
    return (
        Win.objects.revealed()
        .filter(draw__drawing__in=drawings, status__in=ACTIVE)
        .select_related("prize__sponsor", "draw__drawing", "line__entry__user")
        .order_by("draw__drawing", "prize__position", "piece")
    )


def tax_csv(wins: QuerySet[Win]) -> Iterator[str]:
    return csv_lines(_rows(wins))


def _rows(wins: QuerySet[Win]) -> Iterator[list[str]]:
    yield [
        _("Year"), _("Drawing"), _("Name"), _("Email address"), _("Prize"), _("Value in dollars"),
        _("Sponsor"), _("Status"), _("Confirmed"), _("Collected"), _("Handed over"), _("Receipt"),
    ]  # fmt: skip
    for win in wins:
        user = win.line.entry.user
        # For taxes, the year in which the prize is collected counts.
        when = timezone.localtime(win.collected_at or win.confirmed_at or win.told_at)
        yield [
            str(when.year),
            str(win.draw.drawing),
            user.name,
            shown_address(user.email),
            str(win.prize),
            f"{win.prize.worth:.2f}",
            str(win.prize.donor or ""),
            win.get_status_display(),
            _date(win.confirmed_at),
            _date(win.collected_at),
            win.collected_note,
            win.line.entry.token,
        ]


def _date(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d") if at else ""
