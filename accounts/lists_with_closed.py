"""A page of a list in which what has closed is hidden until somebody asks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


class ListWithClosed:
    """`mine` are the rows of this person, with `closed_at` and a method `named_like`."""

    def __init__(self, request: HttpRequest, mine: Any, form: forms.Form) -> None:
        self.request, self.mine, self.form = request, mine, form
        self.words = form.cleaned_data["q"] if form.is_valid() else ""
        self.with_closed = request.GET.get("closed") == "1"
        shown = mine if self.with_closed else mine.filter(closed_at=None)
        self.shown = shown.named_like(self.words)

    def context(self, rows: QuerySet, *, size: int) -> dict[str, Any]:
        return {
            "page": Paginator(rows, size).get_page(self.request.GET.get("page")),
            "form": self.form,
            "is_filtered": bool(self.words),
            "with_closed": self.with_closed,
            "closed_count": self.mine.exclude(closed_at=None).count(),
        }
