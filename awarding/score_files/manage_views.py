"""Coordinators upload files with test results, and say what their columns mean."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from awarding.lists.operations import batches
from awarding.lists.saving import save_read
from awarding.models import RememberedScoreColumn, ScoreRule, ScoreUpload
from awarding.score_files import layout
from awarding.score_files import operations as files
from awarding.score_files.forms import ScoreColumnsForm
from awarding.scores.forms import ScoreImportForm
from spreadsheets.file_formats import Unreadable


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = ScoreImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        agency = form.cleaned_data["agency"]
        known = RememberedScoreColumn.objects.filter(agency=agency)
        remembered = dict(known.values_list("heading", "field"))
        upload = save_read(
            form,
            partial(files.save, agency, by=request.user),
            read_file=partial(layout.read, remembered=remembered),
        )
        if upload:
            return _checked(upload)
    has_rules = ScoreRule.objects.coordinated_by(request.user).exists()
    context = {"form": form, "has_rules": has_rules}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/score_new.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def columns(request, public_id):
    """Each column with what it was taken for, to be changed."""
    upload = _get_upload(request, public_id)
    try:
        read = files.read_kept(upload)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("awarding:manage_score_new")
    form = ScoreColumnsForm(request.POST or None, upload=upload, read=read)
    if request.method == "POST":
        try:
            answer = _read_again(request, upload, form) or _assign(request, upload, form)
        except files.ChangedMeanwhile:
            messages.error(request, _("It changed in the meantime. Please check it again."))
            return redirect("awarding:manage_scores")
        if answer:
            return answer
    context = {"upload": upload, "form": form, "reading": read.as_json()}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/score_columns.html", context, status=status)


def _read_again(request, upload, form):
    choice = form.choice()
    if choice is None:
        return None
    try:
        files.read_kept(upload, choice=choice)
    except Unreadable as error:
        form.add_error(None, str(error))
        return None
    revision = form.data.get("revision", "")
    files.read_again(
        upload,
        choice=choice,
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
        by=request.user,
    )
    messages.success(request, _("We read the file again. Please check the columns."))
    return redirect(upload)


def _assign(request, upload, form):
    if not form.is_valid():
        return None
    files.assign(
        upload,
        fields=form.meanings,
        day_order=form.cleaned_data.get("day_order", ""),
        read=form.read,
        revision=form.cleaned_data["revision"],
        by=request.user,
    )
    return _checked(upload)


def _checked(upload):
    """The page of its results, once there are some; short lists are checked right away."""
    if upload.score_import is None:
        return redirect(upload)
    for award_list in upload.score_import.award_lists.order_by("pk"):
        batches.start_checking(award_list)
    return redirect(upload.score_import)


@coordinators_only
@require_POST
def discard(request, public_id):
    upload = _get_upload(request, public_id)
    try:
        files.discard(upload, by=request.user)
    except (files.ChangedMeanwhile, ScoreUpload.DoesNotExist):
        messages.error(request, _("It changed in the meantime. Please check it again."))
        return redirect("awarding:manage_scores")
    messages.success(request, _("The results are deleted. They awarded nothing."))
    return redirect("awarding:manage_scores")


def _get_upload(request, public_id):
    found = ScoreUpload.objects.coordinated_by(request.user)
    return get_object_or_404(found.select_related("agency", "made_by"), public_id=public_id)
