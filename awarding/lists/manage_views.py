"""Coordinators award a badge to many people: upload a list, preview it, award it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding import many_at_once
from awarding.lists.forms import AwardListForm
from awarding.lists.operations import batches, uploads
from awarding.lists.operations import lists as award_lists
from awarding.lists.saving import save_read
from awarding.models import AwardList, ColumnField, ListUpload
from awarding.spreadsheet_io import csv_download
from awarding.states import CAN_BE_UNDONE, ListStatus
from issuing import addresses
from mail.no_mailbox import shown_address

PAGE_SIZE = 25
ROWS_SHOWN = 5
PROBLEMS_SHOWN = 50


@coordinators_only
@require_safe
def award_list_index(request):
    lists = AwardList.objects.coordinated_by(request.user).with_badge().select_related("made_by")
    page = Paginator(lists, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = ListUpload.objects.coordinated_by(request.user).open().select_related("made_by")
    context = {"page": page, "waiting": waiting.defer("content", "columns")[:PAGE_SIZE]}
    return render(request, "awarding/manage/lists.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = AwardListForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        badge_class = form.cleaned_data["badge_class"]
        if upload := save_read(form, partial(uploads.save, badge_class, by=request.user)):
            # A short list is checked right away; the worker checks the rest of a longer one.
            made = list(upload.award_lists.order_by("pk"))
            for award_list in made:
                batches.start_checking(award_list)
            return redirect(made[0] if made else upload)
    context = {"form": form, "has_badges": form.fields["badge_class"].queryset.exists()}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/list_new.html", context, status=status)


@coordinators_only
@require_safe
@never_cache
def award_list(request, public_id):
    award_list = _get_list(request, public_id)
    problems = award_list.rows.to_fix()
    is_checked = award_list.status == ListStatus.CHECKED
    numbers = award_list.rows.counts()
    context = {
        "list": award_list,
        "version": award_list.badge_class.current_version,
        "numbers": numbers,
        "can_undo": award_list.status in CAN_BE_UNDONE and numbers["granted"] > numbers["ended"],
        "first_rows": award_list.rows.without_problem().order_by("pk")[:ROWS_SHOWN]
        if is_checked
        else (),
        "issued_from": _undo_deadline(award_list),
        "problems": problems[:PROBLEMS_SHOWN],
        "hours": award_list.badge_class.hours_before_issue,
        "many_minutes": many_at_once.wait_shown([award_list]) if is_checked else 0,
        "columns": _columns(award_list),
        "nameless": award_list.rows.nameless().count() if is_checked else 0,
        "first_narrative": award_list.rows.without_problem().exclude(narrative="").first()
        if is_checked
        else None,
        "first_public_link": _first_public_link(award_list) if is_checked else "",
        "can_change_columns": award_list.upload_id and award_list.upload.content_is_kept,
    }
    return render(request, "awarding/manage/list.html", context)


def _first_public_link(award_list):
    """The first link that the list shows with a badge; "" if it shows none."""
    upload = award_list.upload
    if upload is None or upload.column_of(ColumnField.PUBLIC_LINK) is None:
        return ""
    row = award_list.rows.without_problem().with_public_link().first()
    return next((link for link, is_shown in row.evidence if is_shown), "") if row else ""


def _has_links(upload):
    columns = (upload.column_of(ColumnField.EVIDENCE), upload.column_of(ColumnField.PUBLIC_LINK))
    return any(columns)


def _undo_deadline(award_list):
    """When the first award is issued; None if one has been, or none is pending."""
    if award_list.status not in CAN_BE_UNDONE:
        return None
    first = award_list.rows.cancellable().aggregate(first=Min("assertion__due_at"))["first"]
    return first if first and first > timezone.now() else None


def _columns(award_list):
    """Headings of the file, each with the field that it was read as and its first values."""
    if award_list.upload_id:
        return {
            "table": [
                {**column, "means": ColumnField(column["field"]).label}
                for column in award_list.upload.columns
            ],
            "has_samples": any(column["samples"] for column in award_list.upload.columns),
            "expires": award_list.upload.column_of(ColumnField.EXPIRES) is not None,
            "evidence": _has_links(award_list.upload)
            and award_list.rows.exclude(evidence_given="").exists(),
        }
    names = {
        "email": _("email address"),
        "name": _("name"),
        "first_name": _("first name"),
        "middle_name": _("middle name"),
        "last_name": _("last name"),
        "narrative": _("text"),
        "day": _("date"),
    }
    used = award_list.columns.get("used", {})
    return {
        "used": [(used[name], words) for name, words in names.items() if name in used],
        "unused": award_list.columns.get("unused", []),
    }


@coordinators_only
@require_safe
def problems(request, public_id):
    """The rows with a problem as CSV, in columns that can be corrected and uploaded again."""
    award_list = _get_list(request, public_id)

    def csv_rows():
        expire = award_list.rows.exclude(expires_given="").exists()
        have_ids = award_list.rows.exclude(ids_given="").exists()
        have_evidence = award_list.rows.exclude(evidence_given="").exists()
        yield [
            _("Line"), _("What to do"), _("Email"), _("Name"), _("Date"), _("Text"),
            *([_("Expires")] if expire else []),
            *([_("ID")] if have_ids else []),
            *([_("Evidence link")] if have_evidence else []),
        ]  # fmt: skip
        for row in award_list.rows.to_fix().iterator(chunk_size=2000):
            yield [
                row.line, row.get_problem_display(), shown_address(row.email), row.name,
                row.day_given,
                row.narrative, *([row.expires_given] if expire else []),
                *([row.ids_given] if have_ids else []),
                *([row.evidence_given] if have_evidence else []),
            ]  # fmt: skip

    return csv_download(csv_rows(), award_list.badge_class.slug, _("rows-to-fix"))


@coordinators_only
@require_safe
def result(request, public_id):
    """Every row with its outcome, as CSV."""
    award_list = _get_list(request, public_id)

    def csv_rows():
        yield [
            _("Line"), _("Email"), _("Name"), _("Date"), _("Result"), _("Why"),
            _("Status of the award"), _("Address of the badge"),
        ]  # fmt: skip
        rows = award_list.rows.select_related("assertion__version").iterator(chunk_size=2000)
        for row in rows:
            award = row.assertion
            yield [
                row.line, shown_address(row.email), row.name, row.day_given,
                row.get_outcome_display() or _("skipped"),
                row.get_problem_display(),
                award.get_status_display() if award else "",
                addresses.absolute(award.get_absolute_url()) if award else "",
            ]  # fmt: skip

    return csv_download(csv_rows(), award_list.badge_class.slug, _("result"))


@coordinators_only
@require_POST
def start(request, public_id):
    start_list = partial(award_lists.start, at_once="at_once" in request.POST)
    return _act(request, public_id, start_list, _("The list is being awarded."))


@coordinators_only
@require_POST
def stop(request, public_id):
    return _act(
        request, public_id, award_lists.stop, _("Stopped. Badges already awarded are not affected.")
    )


@coordinators_only
@require_POST
def resume(request, public_id):
    return _act(request, public_id, award_lists.resume, _("The list is continuing."))


@coordinators_only
@require_POST
def discard(request, public_id):
    award_list = _get_list(request, public_id)
    try:
        award_lists.discard(award_list, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("The list changed in the meantime. Please check it again."))
        return redirect(award_list)
    messages.success(request, _("The list is deleted. It awarded nothing."))
    return redirect("awarding:manage_lists")


def _act(request, public_id, operation, success):
    award_list = _get_list(request, public_id)
    try:
        operation(award_list, by=request.user)
    except award_lists.QuestionsOpen:
        messages.error(request, _("First say what the columns of the list mean."))
        return redirect(award_list.upload)
    except TransitionNotAllowed:
        messages.error(request, _("The list changed in the meantime. Please check it again."))
    else:
        messages.success(request, success)
    return redirect(award_list)


def _get_list(request, public_id):
    lists = AwardList.objects.coordinated_by(request.user).with_badge()
    lists = lists.select_related("made_by", "awarded_by", "undone_by", "upload")
    return get_object_or_404(lists.defer("upload__content"), public_id=public_id)
