"""Coordinators keep the IDs of their people: import them, find them, correct them."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from awarding.ids import operations as ids
from awarding.ids.forms import IdImportForm, PersonIdForm
from awarding.ids.reading import IdReader
from awarding.models import PersonId
from awarding.spreadsheet_io import save_uploaded
from editing.views import compares_again

PAGE_SIZE = 50
PROBLEMS_SHOWN = 50


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_ids(request):
    """All IDs, a search, and an import, which tells the rows that it left out."""
    form = IdImportForm(request.POST or None, request.FILES or None, user=request.user)
    imported = None
    if request.method == "POST" and form.is_valid():
        save = partial(_import, form.cleaned_data["agency"], request.user)
        imported = save_uploaded(form, save, reader_class=IdReader)
    if imported and not imported.problems:
        messages.success(request, _summary(imported))
        return redirect("awarding:manage_ids")
    words = request.GET.get("q", "").strip()
    found = PersonId.objects.coordinated_by(request.user).matching(words)
    page = Paginator(found.select_related("agency", "person"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form, "page": page, "words": words, "imported": imported,
        "summary": _summary(imported) if imported else "",
        "problems": imported.problems[:PROBLEMS_SHOWN] if imported else [],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/ids.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def person_id(request, pk):
    found = _get(request, pk)
    form = PersonIdForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_bound and form.is_valid():
        ids.save_id(form.instance, edit=form.edit, by=request.user)
        messages.success(request, _("The ID is saved."))
        return redirect("awarding:manage_ids")
    status = 422 if form.is_bound else 200
    context = {"form": form, "found": found}
    return render(request, "awarding/manage/id.html", context, status=status)


@coordinators_only
@require_POST
def remove(request, pk):
    ids.remove_id(_get(request, pk), by=request.user)
    messages.success(request, _("The ID is removed. Badges already awarded are not affected."))
    return redirect("awarding:manage_ids")


def _import(agency, by, *, reader, name):
    return ids.import_ids(agency, reader.rows(), by=by)


def _summary(imported):
    added = ngettext("%(number)s ID is added.", "%(number)s IDs are added.", imported.added)
    known = ngettext(
        "%(number)s was known already.", "%(number)s were known already.", imported.known
    )
    words = added % {"number": imported.added}
    return f"{words} {known % {'number': imported.known}}" if imported.known else words


def _get(request, pk):
    found = PersonId.objects.coordinated_by(request.user).select_related("agency", "person")
    return get_object_or_404(found, pk=pk)
