"""Several counts in one statement."""

from __future__ import annotations

from django.db.models import Count, QuerySet, Value


def count_together(**rows: QuerySet) -> dict[str, int]:
    """The number of rows of each queryset, by its name."""
    first, *others = [
        found.order_by()
        .annotate(counted_as=Value(name))
        .values("counted_as")
        .annotate(number=Count("pk"))
        .values_list("counted_as", "number")
        for name, found in rows.items()
    ]
    return dict.fromkeys(rows, 0) | dict(first.union(*others, all=True))
