"""The coordinators' badge editor. Badges that the user doesn't manage are not found (404)."""

from __future__ import annotations

import hashlib
import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import coordinators_only
from accounts.permissions import manages_program
from audit.file_storage import NO_ROOM, NotStored, nothing_stored
from audit.moves import TransitionNotAllowed
from catalog import operations
from catalog.art import ArtSpec, ArtSpecError, render_png
from catalog.criteria_formset import CriteriaEditor
from catalog.editor_values import publishing_mark, stored_art, stored_details
from catalog.forms import ComposeArtForm, DetailsForm, UploadArtForm
from catalog.models import BadgeClass, BadgeVersion, Pathway
from catalog.readiness import remarks
from catalog.views import badge_context
from editing.shown import NotAsShown
from editing.views import compares_again

BADGES_PER_PAGE = 50
PREVIEW_SIZE = 400

# The page and anchor where each missing part is added.
FIELD_PAGES = {
    "description": ("catalog:manage_edit", "id_description"),
    "criteria": ("catalog:manage_criteria", "criteria"),
    "alignments": ("catalog:manage_criteria", "alignments"),
    "art": ("catalog:manage_art", "compose"),
    "image_alt": ("catalog:manage_art", "id_compose-image_alt"),
}


@coordinators_only
@require_safe
def badge_list(request):
    drafts = BadgeVersion.objects.filter(badge_class=OuterRef("pk"), published_at=None)
    badges = (
        BadgeClass.objects.managed_by(request.user)
        .select_related("current_version", "category", "issuer")
        .annotate(
            has_draft=Exists(drafts),
            draft_number=drafts.values("number")[:1],
            draft_name=drafts.values("name")[:1],
            number_of_versions=Count("versions"),
            last_published_at=Max("versions__published_at"),
        )
        .order_by("category__position", "slug")
    )
    status = request.GET.get("status", "")
    counts = dict(
        BadgeClass.objects.managed_by(request.user)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    if status in BadgeClass.Status.values:
        badges = badges.filter(status=status)
    context = {
        "page": Paginator(badges, BADGES_PER_PAGE).get_page(request.GET.get("page")),
        "status": status,
        "total": sum(counts.values()),
        "statuses": [
            (value, label, counts.get(value, 0)) for value, label in BadgeClass.Status.choices
        ],
        "can_manage_categories": manages_program(request.user),
    }
    return render(request, "catalog/manage/list.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    form = DetailsForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        rules = form.rules
        try:
            badge_class = operations.create_badge(
                slug=rules.pop("slug"),
                issuer=rules.pop("issuer"),
                category=rules.pop("category"),
                by=request.user,
                rules=rules,
                **form.version_fields,
            )
        except operations.SlugTaken:
            form.add_slug_taken_error()
        else:
            messages.success(request, _("The draft is saved. Next: its criteria."))
            return redirect("catalog:manage_criteria", badge_class.slug)
    return _render(request, "catalog/manage/create.html", {"form": form}, refused=form.errors)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    form = DetailsForm(
        request.POST or None,
        user=request.user,
        badge_class=badge_class,
        initial=stored_details(badge_class, shown),
    )
    moved_on = False
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_details(
                badge_class,
                number=_number(request),
                by=request.user,
                edit=form.edit,
            )
        except operations.VersionConflict:
            moved_on = True
        except operations.SlugTaken:
            form.add_slug_taken_error()
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:manage_edit", form.edit.changes.get("slug", badge_class.slug))
    context = {**editor_context(badge_class, shown, "edit"), "form": form, "moved_on": moved_on}
    return _render(request, "catalog/manage/edit.html", context, refused=form.errors or moved_on)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def criteria(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    refused = moved_on = False
    if request.method == "POST":
        rows = CriteriaEditor.from_post(request.POST, version=shown)
        if not rows.apply_button(request.POST):
            if rows.is_valid():
                try:
                    operations.save_content(
                        badge_class,
                        number=_number(request),
                        by=request.user,
                        seen=rows.seen,
                        **rows.contents,
                    )
                except operations.VersionConflict:
                    moved_on = True
                else:
                    messages.success(request, _("Saved."))
                    return redirect("catalog:manage_criteria", badge_class.slug)
            refused = True
    else:
        rows = CriteriaEditor.from_version(shown)
    context = {**editor_context(badge_class, shown, "criteria"), "rows": rows, "moved_on": moved_on}
    return _render(request, "catalog/manage/criteria.html", context, refused=refused)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def art(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    composed, uploaded = "compose" in request.POST, "upload" in request.POST
    previewed = "preview" in request.POST
    compose_form = ComposeArtForm(
        request.POST if composed or previewed else None,
        prefix="compose",
        initial=stored_art(shown),
    )
    upload_form = UploadArtForm(
        request.POST if uploaded else None,
        request.FILES if uploaded else None,
        prefix="upload",
        initial=stored_art(shown),
        has_image=bool(shown.image),
    )
    moved_on, status = False, None
    form = compose_form if composed else upload_form if uploaded else None
    if form is not None and form.is_valid():
        try:
            operations.save_art(
                badge_class,
                number=_number(request),
                by=request.user,
                alt=form.cleaned_data["image_alt"],
                edit=form.edit,
                **({"spec": form.spec} if composed else {"art": form.art}),
            )
        except operations.VersionConflict:
            moved_on = True
        except NotStored:
            form.add_error(None, nothing_stored())
            status = NO_ROOM
        else:
            messages.success(request, _("The artwork is saved."))
            return redirect("catalog:manage_art", badge_class.slug)
    refused = moved_on or (form is not None and bool(form.errors))
    context = {
        **editor_context(badge_class, shown, "art"),
        "compose_form": compose_form,
        "upload_form": upload_form,
        "preview_spec": compose_form.preview_spec.to_dict(),
        "previewed": previewed,
        "judged": composed,
        "moved_on": moved_on,
        "remarks": remarks(shown),
    }
    page = _render(request, "catalog/manage/art.html", context, refused=refused)
    page.status_code = status or page.status_code
    return page


@coordinators_only
@require_safe
def art_preview(request):
    """The composer's live preview. Nothing is saved."""
    try:
        spec = ArtSpec(**{name: request.GET[name] for name in ArtSpec().to_dict()
                          if name in request.GET})  # fmt: skip
    except ArtSpecError as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    text = json.dumps(spec.to_dict(), sort_keys=True)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(render_png(spec, size=PREVIEW_SIZE), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=3600"
    return response


@coordinators_only
@require_safe
def preview(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    context = {**badge_context(badge_class, shown), "preview": True, "frame": "preview"}
    return render(request, "catalog/manage/preview.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    shown = badge_class.version_to_edit()
    refused = not_as_shown = False
    missing = []
    if request.method == "POST":
        try:
            operations.publish(badge_class, by=request.user, shown=request.POST.get("shown", ""))
        except NotAsShown:
            refused = not_as_shown = True
        except operations.NotReadyToPublish as error:
            refused = True
            missing = error.missing
        else:
            messages.success(request, _("“%(name)s” is published.") % {"name": shown.name})
            return redirect("catalog:badge", badge_class.slug)
    prefetch_related_objects([shown], "criteria__levels", "criteria__questions", "alignments")
    if request.method != "POST" and shown.published_at is None:
        missing = operations.missing_parts(shown)
    context = {
        **editor_context(badge_class, shown, "publish"),
        "missing": [_with_link(part, badge_class) for part in missing],
        "remarks": remarks(shown),
        "nothing_to_publish": shown.published_at is not None,
        "not_as_shown": not_as_shown,
        "mark": publishing_mark(shown),
    }
    return _render(request, "catalog/manage/publish.html", context, refused=refused)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request, slug):
    return _move(
        request, slug, operations.retire, BadgeClass.Status.PUBLISHED, "catalog/manage/retire.html",
        with_pathways=True,
        done=_("The badge is retired. People in progress can finish."),
    )  # fmt: skip


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request, slug):
    return _move(
        request, slug, operations.bring_back, BadgeClass.Status.RETIRED,
        "catalog/manage/bring_back.html", done=_("Educators can start the badge again."),
    )  # fmt: skip


def _move(request, slug, operation, from_status, template, *, done, with_pathways=False):
    badge_class = get_managed_badge_or_404(request, slug)
    if request.method == "POST":
        try:
            operation(badge_class, by=request.user)
        except TransitionNotAllowed:
            badge_class.refresh_from_db(fields=["status"])
            messages.info(
                request,
                _("Nothing changed: the badge is %(status)s.")
                % {"status": badge_class.get_status_display()},
            )
        else:
            messages.success(request, done)
        return redirect("catalog:manage_edit", badge_class.slug)
    if badge_class.status != from_status:
        return redirect("catalog:manage_edit", badge_class.slug)
    shown = badge_class.version_to_edit()
    context = editor_context(badge_class, shown, "status")
    if with_pathways:
        mine = Pathway.objects.managed_by(request.user)
        known = Q(pk__in=Pathway.objects.readable().values("pk")) | Q(pk__in=mine.values("pk"))
        context["pathways"] = Pathway.objects.with_step(badge_class).filter(known).with_badge()
    return render(request, template, context)


def get_managed_badge_or_404(request, slug):
    badges = BadgeClass.objects.managed_by(request.user)
    badges = badges.select_related("current_version", "category", "issuer__agency")
    return get_object_or_404(badges, slug=slug)


def editor_context(badge_class, shown, page):
    """The context that all editor pages share: the badge and the version being edited."""
    return {
        "badge_class": badge_class,
        "version": shown,
        "number": shown.number_to_edit,
        "begins_version": shown.published_at is not None,
        "frame": page,
    }


def _number(request):
    """The version number that the submitted page was showing; 0 if it is not valid."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0


def _with_link(part, badge_class):
    if part.field not in FIELD_PAGES:
        return {"sentence": part.sentence, "url": ""}
    name, anchor = FIELD_PAGES[part.field]
    return {"sentence": part.sentence, "url": f"{reverse(name, args=[badge_class.slug])}#{anchor}"}


def _render(request, template, context, *, refused):
    return render(request, template, context, status=422 if refused else 200)
