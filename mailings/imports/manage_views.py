"""Coordinators' pages of imports: a file and a statement, a look, adding, and undoing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding.lists.columns import ListReader
from awarding.spreadsheet_io import save_uploaded
from editing.shown import NotAsShown
from mailings.imports import operations as imports
from mailings.imports.forms import ImportForm
from mailings.models import MailingList, SubscriberImport
from mailings.states import ImportStatus, RowOutcome

PAGE_SIZE = 25


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, public_id):
    coordinated = MailingList.objects.coordinated_by(request.user)
    mailing_list = get_object_or_404(coordinated, public_id=public_id)
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid() and (made := _save(mailing_list, form, by=request.user)):
        return redirect(made)
    context = {"form": form, "mailing_list": mailing_list}
    status = 422 if posted else 200
    return render(request, "mailings/manage/import_new.html", context, status=status)


def _save(mailing_list, form, *, by):
    def save(*, reader, name):
        return imports.save(mailing_list, rows=reader.rows(), name=name, by=by, **form.statement)

    try:
        return save_uploaded(form, save, reader_class=ListReader)
    except imports.TooManyRows:
        words = _("This is more than 20,000 addresses. Split the file into several.")
        form.add_error("file" if form.cleaned_data["file"] else "pasted", words)


@coordinators_only
@require_safe
@never_cache
def look(request, public_id):
    found = _get(request, public_id)
    counts = imports.counts(found)
    chosen = request.GET.get("outcome", "")
    rows = found.rows.filter(outcome=chosen) if chosen in RowOutcome.values else found.rows.all()
    to_do = found.rows.filter(outcome=RowOutcome.NEW, is_done=False).count()
    context = {
        "found": found,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": [
            {"value": one.value, "label": one.label, "number": counts[one.value]}
            for one in RowOutcome
            if counts.get(one.value)
        ],
        "chosen": chosen,
        "new": counts.get(RowOutcome.NEW, 0),
        "to_do": to_do,
        "shown": imports.mark(found),
        "is_checked": found.status == ImportStatus.CHECKED,
        "is_running": found.status == ImportStatus.RUNNING,
        "is_undone": found.status == ImportStatus.UNDONE,
    }
    return render(request, "mailings/manage/import.html", context)


@coordinators_only
@require_POST
def start(request, public_id):
    found = _get(request, public_id)
    try:
        imports.start(found, by=request.user, shown=request.POST.get("shown", ""))
    except NotAsShown:
        messages.error(request, _("It has changed meanwhile. Look again, then decide."))
    except TransitionNotAllowed:
        messages.error(request, _("It was added already."))
    else:
        messages.success(request, _("The addresses are being added."))
    return redirect(found)


@coordinators_only
@require_POST
def discard(request, public_id):
    found = _get(request, public_id)
    try:
        imports.discard(found, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("It has begun already. You can undo it."))
        return redirect(found)
    messages.success(request, _("The file is deleted. Nobody was added."))
    return redirect("mailings:manage_lists")


@coordinators_only
@require_POST
def undo(request, public_id):
    found = _get(request, public_id)
    try:
        number = imports.undo(found, by=request.user, shown=request.POST.get("shown", ""))
    except NotAsShown:
        messages.error(request, _("It has changed meanwhile. Look again, then decide."))
    except imports.SentSince:
        messages.error(
            request, _("An announcement has gone to these addresses, so they stay on the list.")
        )
    except TransitionNotAllowed:
        messages.error(request, _("Nothing was added yet, so there is nothing to undo."))
    else:
        words = ngettext(
            "%(number)d address is off the list again.",
            "%(number)d addresses are off the list again.",
            number,
        )
        messages.success(request, words % {"number": number})
    return redirect(found)


def _get(request, public_id):
    found = SubscriberImport.objects.coordinated_by(request.user)
    return get_object_or_404(
        found.select_related("mailing_list__agency", "made_by"), public_id=public_id
    )
