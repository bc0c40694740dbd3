"""Coordinators make anchors, and say what a badge asks of its reviewers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from accounts.models import Agency, Membership
from audit.moves import TransitionNotAllowed
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from editing.views import compares_again
from reviewing.calibration.figures import figures_of_badge
from reviewing.calibration.forms import AnchorForm, NewAnchorForm, RulesForm
from reviewing.calibration.names import names_left
from reviewing.calibration.operations import anchors
from reviewing.calibration.readiness import is_behind, missing_parts
from reviewing.calibration.views import file_response
from reviewing.models import Anchor, AnchorEvidence, CalibrationRules, Qualification
from submissions import files
from submissions.evidence_views import limit_uploads

REFUSED = 422


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@compares_again
def calibration(request, slug):
    """The anchors of a badge, who has qualified, and what the badge asks."""
    badge = _badge(request, slug)
    form = RulesForm(
        request.POST if request.method == "POST" else None,
        initial=anchors.stored_rules(badge),
        reviewer_badges=_reviewer_badges(request, badge),
    )
    if form.is_bound and form.is_valid():
        anchors.change_rules(badge, by=request.user, edit=form.edit)
        messages.success(request, _("Saved."))
        return redirect("reviewing:manage_calibration", badge.slug)
    reached = Qualification.objects.filter(badge_class=badge, is_reached=True)
    context = {
        "badge": badge,
        "form": form,
        "anchors": [(one, is_behind(one)) for one in badge.anchors.with_verdicts()],
        "qualified": _latest_of_each(reached.select_related("reviewer")),
        "figures": figures_of_badge(badge),
        "today": timezone.localdate(),
    }
    status = REFUSED if form.errors else 200
    return render(request, "reviewing/manage/calibration.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def anchor_new(request, slug):
    badge = _badge(request, slug)
    form = NewAnchorForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return redirect(anchors.create(badge, by=request.user, **form.cleaned_data))
        except anchors.NameTaken:
            form.add_error("name", _name_taken())
    status = REFUSED if form.errors else 200
    context = {"badge": badge, "form": form}
    return render(request, "reviewing/manage/anchor_new.html", context, status=status)


@limit_uploads
@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@compares_again
def anchor(request, public_id):
    """The evidence and what was agreed about it. Every button saves what was typed."""
    found = _anchor(request, public_id)
    criteria = list(found.badge_class.published_version.criteria.all())
    form = AnchorForm(
        request.POST if request.method == "POST" else None,
        initial=anchors.stored(found),
        criteria=criteria,
    )
    refused = {}
    if form.is_bound and form.is_valid():
        try:
            anchors.write(found, by=request.user, edit=form.edit)
            refused = _change_files(request, found, criteria)
        except anchors.NameTaken:
            form.add_error("name", _name_taken())
        except anchors.ConsentWithdrawn:
            return _withdrawn(request, found)
    if refused:
        found = _anchor(request, public_id)  # what was not refused is in it now
    elif form.is_bound and not form.errors:
        if request.POST.get("action") == "publish":
            return _publish(request, found)
        messages.success(request, _("Saved."))
        return redirect(found)
    return _anchor_page(request, found, form, refused)


@coordinators_only
@require_POST
def anchor_act(request, public_id):
    found = _anchor(request, public_id)
    if request.POST.get("act") == "retire":
        anchors.retire(found, by=request.user)
        messages.success(request, _("Nobody is given it any more. What was answered stays."))
    elif request.POST.get("act") == "bring-back":
        try:
            anchors.bring_back(found, by=request.user)
        except anchors.ConsentWithdrawn:
            return _withdrawn(request, found)
        messages.success(request, _("Reviewers are given it again."))
    return redirect(found)


@coordinators_only
@require_safe
def anchor_file(request, public_id):
    coordinated = Anchor.objects.coordinated_by(request.user)
    evidence = AnchorEvidence.objects.exclude(file="").select_related(
        "anchor_version__anchor__badge_class__issuer"
    )
    found = get_object_or_404(evidence, public_id=public_id, anchor_version__anchor__in=coordinated)
    return file_response(request, found)


def _anchor_page(request, found: Anchor, form: AnchorForm, refused: dict[str, list[str]]):
    latest = anchors.latest_version(found)
    stored: dict[object, list[AnchorEvidence]] = {}
    for one in latest.evidence.all():
        if one.file:
            stored.setdefault(one.criterion.thread, []).append(one)
    context = {
        "anchor": found,
        "badge": found.badge_class,
        "form": form,
        "parts": [
            {
                "criterion": criterion,
                "files": stored.get(criterion.thread, []),
                "refused": refused.get(criterion.thread.hex, []),
                **form.fields_of(criterion),
            }
            for criterion in form.criteria
        ],
        "refused": refused,
        "is_draft": latest.published_at is None,
        "published": found.published_version,
        "missing": missing_parts(latest) if latest.published_at is None else [],
        "is_behind": is_behind(found),
        "names_left": names_left(found, latest),
        "withdrawn": found.consent is not None and not found.consent.is_in_force,
        "accept": files.ACCEPT,
    }
    status = REFUSED if form.errors or refused else 200
    return render(request, "reviewing/manage/anchor.html", context, status=status)


def _change_files(request, found: Anchor, criteria) -> dict[str, list[str]]:
    """Add and remove files. Why some were refused, by criterion."""
    if removed := request.POST.get("remove"):
        evidence = AnchorEvidence.objects.filter(anchor_version__anchor=found).exclude(file="")
        there = evidence.filter(public_id=removed).first() if _is_uuid(removed) else None
        if there:
            anchors.remove_file(found, there, by=request.user)
    refused: dict[str, list[str]] = {}
    for criterion in criteria:
        name = f"files_{criterion.thread.hex}"
        sentences = [files.too_large() for _each in request.too_large.get(name, ())]
        for upload in request.FILES.getlist(name):
            try:
                cleaned = files.clean_upload(upload)
                anchors.add_file(
                    found, criterion, by=request.user, file=cleaned.file,
                    content_type=cleaned.content_type,
                )  # fmt: skip
            except files.FileRefused as refusal:
                sentences.append(f"{upload.name}: {refusal}")
            except anchors.TooManyFiles:
                sentences.append(_("There are as many files as a criterion can have."))
        if sentences:
            refused[criterion.thread.hex] = sentences
    return refused


def _publish(request, found: Anchor):
    try:
        anchors.publish(found, by=request.user)
    except anchors.NotReady as refusal:
        messages.error(request, _("Saved, but not published yet: something is missing."))
        for sentence in refusal.sentences:
            messages.error(request, sentence)
    except TransitionNotAllowed:
        messages.info(request, _("There is nothing new to publish."))
    else:
        messages.success(request, _("Published. Reviewers read this version from now on."))
    return redirect(found)


def _withdrawn(request, found: Anchor):
    messages.error(
        request, _("The educator whose work it was has withdrawn. The copies are deleted.")
    )
    return redirect(found)


def _latest_of_each(reached) -> list[Qualification]:
    """The newest of each person, by name."""
    newest: dict[int, Qualification] = {}
    for one in reached.order_by("pk"):
        newest[one.reviewer.person_key] = one
    return sorted(newest.values(), key=lambda one: str(one.reviewer).casefold())


def _badge(request, slug) -> BadgeClass:
    agencies = Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)
    badges = BadgeClass.objects.filter(issuer__agency__in=agencies, current_version__isnull=False)
    badges = badges.select_related("current_version", "category", "issuer__agency")
    return get_object_or_404(badges.prefetch_related("current_version__criteria"), slug=slug)


def _reviewer_badges(request, badge: BadgeClass):
    """Badges of theirs that expire and can be earned again, and the one that is chosen."""
    agencies = Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)
    lasting = Q(
        issuer__agency__in=agencies, status=BadgeStatus.PUBLISHED, renewable=True,
        valid_months__isnull=False, pathway=None,
    )  # fmt: skip
    chosen = CalibrationRules.objects.filter(badge_class=badge).values("reviewer_badge")
    badges = BadgeClass.objects.filter(lasting | Q(pk__in=chosen)).exclude(pk=badge.pk)
    return badges.select_related("current_version").order_by("current_version__name", "pk")


def _anchor(request, public_id) -> Anchor:
    found = Anchor.objects.coordinated_by(request.user).with_contents()
    found = found.select_related(
        "badge_class__current_version",
        "badge_class__issuer__agency",
        "consent__submission__earner",
    ).prefetch_related("badge_class__current_version__criteria")
    return get_object_or_404(found, public_id=public_id)


def _name_taken() -> str:
    return _("Another anchor of this badge has this name. Choose a different one.")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
