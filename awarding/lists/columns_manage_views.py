"""Coordinators say what the columns of an uploaded list mean."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding.lists import reading
from awarding.lists.columns_forms import ColumnsForm
from awarding.lists.operations import batches, uploads
from awarding.models import ListUpload
from spreadsheets.file_formats import Unreadable


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def columns(request, public_id):
    """Each column with what it was taken for, to be changed; and the lists that it made."""
    upload = _get_upload(request, public_id)
    form = ColumnsForm(request.POST or None, upload=upload, user=request.user)
    if request.method == "POST":
        try:
            answer = _read_again(request, upload, form) or _assign(request, upload, form)
        except uploads.ChangedMeanwhile:
            messages.error(request, _("The list changed in the meantime. Please check it again."))
            answer = redirect(upload)
        except uploads.DeletedMeanwhile:
            messages.error(request, _("The list was deleted in the meantime. Upload it again."))
            answer = redirect("awarding:manage_list_new")
        if answer:
            return answer
    lists = list(upload.award_lists.with_badge().order_by("pk"))
    context = {
        "upload": upload,
        "form": form,
        "lists": [(award_list, award_list.rows.counts()) for award_list in lists],
        "can_change": upload.content is not None,
        "questions": sum(bool(column["asked"]) for column in upload.columns),
    }
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/list_columns.html", context, status=status)


def _read_again(request, upload, form):
    """Read another sheet, encoding or the hidden rows, if the form asks for that."""
    choice = form.choice()
    if choice is None or upload.content is None:
        return None
    revision = form.data.get("revision", "")
    try:
        read = reading.read_kept(upload, choice=choice)
    except Unreadable as error:
        form.add_error(None, str(error))
        return None
    uploads.read_again(
        upload,
        read=read,
        said=form.said(),
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
        by=request.user,
    )
    messages.success(request, _("We read the file again. Please check the columns."))
    return redirect(upload)


def _assign(request, upload, form):
    if not form.is_valid() or upload.content is None:
        return None
    try:
        made = uploads.assign(
            upload,
            answers=form.answers(),
            read=reading.read_kept(upload),
            revision=form.cleaned_data["revision"],
            by=request.user,
        )
    except uploads.NobodyLeft:
        form.add_error(None, _("No row would get a badge. Choose a badge for some of them."))
        return None
    for award_list in made:
        batches.start_checking(award_list)
    return redirect(made[0] if len(made) == 1 else upload)


@coordinators_only
@require_POST
def discard(request, public_id):
    upload = _get_upload(request, public_id)
    try:
        uploads.discard(upload, by=request.user)
    except ListUpload.DoesNotExist:
        pass  # somebody else was faster
    except TransitionNotAllowed:
        messages.error(request, _("The list changed in the meantime. Please check it again."))
        return redirect(upload)
    messages.success(request, _("The list is deleted. It awarded nothing."))
    return redirect("awarding:manage_lists")


def _get_upload(request, public_id):
    found = ListUpload.objects.coordinated_by(request.user)
    found = found.select_related("agency", "made_by", "badge_class__current_version")
    return get_object_or_404(found, public_id=public_id)
