"""Reviewers practice and qualify."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Agency, Membership
from catalog.models import BadgeClass
from reviewing.calibration.figures import figures_of_reviewer
from reviewing.calibration.forms import AnswerForm
from reviewing.calibration.ladder import ladder, ladders
from reviewing.calibration.operations import readings
from reviewing.calibration.pages import answered, parts_to_judge
from reviewing.calibration.readiness import usable
from reviewing.models import Anchor, AnchorEvidence, AnchorReading, Qualification
from reviewing.permissions import can_read_anchor
from reviewing.states import AnchorUse
from reviewing.views import reviewers_only
from submissions import files
from submissions.views import media_type, policy_of

REFUSED = 422


@reviewers_only
@require_safe
def calibration(request):
    """The badges for which this reviewer can practice or has to qualify."""
    badges = list(_badges(request.user).select_related("current_version", "category"))
    rows = list(zip(badges, ladders(badges, request.user), strict=True))
    return render(request, "reviewing/calibration/list.html", {"rows": rows})


@reviewers_only
@require_safe
def calibration_badge(request, slug):
    badge = _badge(request, slug)
    practice = usable(badge, AnchorUse.PRACTICE)
    own = {"reviewer": request.user, "use": AnchorUse.PRACTICE, "anchor_version__in": practice}
    read = set(AnchorReading.objects.filter(**own).values_list("anchor_version", flat=True))
    known = ladder(badge, request.user)
    context = {
        "badge": badge,
        "ladder": known,
        "practice": [(one, one.pk in read) for one in practice],
        "figures": figures_of_reviewer(badge, request.user),
        "tries": [one for one in known.tries if one.finished_at and one.judged],
    }
    return render(request, "reviewing/calibration/badge.html", context)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request, public_id):
    """One anchor: a form, and once it is answered what was agreed and why."""
    version = _practiced(request, public_id)
    badge = version.anchor.badge_class
    reading = AnchorReading(anchor_version=version, version=badge.published_version)
    own = {"reviewer": request.user, "anchor_version": version, "use": AnchorUse.PRACTICE}
    given = AnchorReading.objects.filter(**own).first()
    context = {"badge": badge}
    if given is None:
        criteria = readings.criteria_to_judge(reading)
        form = AnswerForm(request.POST if request.method == "POST" else None, criteria=criteria)
        if not form.is_valid():
            parts = parts_to_judge(version, criteria, list(form))
            status = REFUSED if form.errors else 200
            context |= {"form": form, "parts": parts}
            return render(request, "reviewing/calibration/practice.html", context, status=status)
        try:
            readings.practice(version, by=request.user, verdicts=form.verdicts)
        except readings.AlreadyAnswered:
            messages.info(request, _("You have answered it before. Your first answer counts."))
        return redirect("reviewing:practice", public_id)
    if request.method == "POST":
        messages.info(request, _("You have answered it before. Your first answer counts."))
        return redirect("reviewing:practice", public_id)
    context |= {"answered": answered(given)}
    return render(request, "reviewing/calibration/practiced.html", context)


@reviewers_only
@require_POST
def begin(request, slug):
    badge = _badge(request, slug)
    try:
        return redirect(readings.begin(badge, by=request.user))
    except readings.NotAllowed:
        messages.error(request, _("You can qualify once you hold this badge yourself."))
    except readings.TooSoon:
        messages.info(request, _("You can try again tomorrow. Until then, practice."))
    except readings.NothingToRead:
        messages.error(request, _("There is nothing to read for this badge at the moment."))
    return redirect("reviewing:calibration_badge", badge.slug)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def qualification(request, pk):
    """The next piece of work; the result once all are answered."""
    own = Qualification.objects.filter(reviewer=request.user)
    found = get_object_or_404(own.select_related("badge_class__current_version"), pk=pk)
    given = list(found.readings.filter(dropped_at=None).select_related("anchor_version", "version"))
    if request.method == "POST":
        return _answer(request, found, given)
    if found.finished_at:
        return _result(request, found, given)
    reading = next(one for one in given if not one.answered_at)
    form = AnswerForm(criteria=readings.criteria_to_judge(reading))
    return _reading_page(request, found, reading, given, form)


@reviewers_only
@require_safe
def anchor_file(request, public_id):
    found = AnchorEvidence.objects.exclude(file="").select_related(
        "anchor_version__anchor__badge_class__issuer"
    )
    return file_response(request, get_object_or_404(found, public_id=public_id))


def file_response(request, evidence: AnchorEvidence):
    """Without permission, 404 does not reveal that it exists."""
    if not can_read_anchor(request.user, evidence):
        raise Http404
    try:
        response = FileResponse(
            evidence.file.open("rb"),
            as_attachment=evidence.content_type not in files.SHOWN_INLINE,
            filename=evidence.neutral_name,
            content_type=media_type(evidence),
        )
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Security-Policy"] = policy_of(evidence.content_type)
    return response


def _answer(request, found: Qualification, given: list[AnchorReading]):
    """The form says which reading it is about: another window may have gone on."""
    posted = request.POST.get("reading", "")
    reading = next((one for one in given if str(one.pk) == posted), None)
    if reading is None or reading.answered_at or found.finished_at:
        messages.info(request, _("It was answered in another window. Your first answer counts."))
        return redirect(found)
    form = AnswerForm(request.POST, criteria=readings.criteria_to_judge(reading))
    if not form.is_valid():
        return _reading_page(request, found, reading, given, form, status=REFUSED)
    try:
        readings.answer(reading, by=request.user, verdicts=form.verdicts)
    except readings.AlreadyAnswered:
        messages.info(request, _("It was answered in another window. Your first answer counts."))
    except readings.TakenOut:
        messages.info(request, _("This one was taken out meanwhile. It does not count."))
    return redirect(found)


def _reading_page(request, found, reading, given, form, *, status=200):
    context = {
        "qualification": found,
        "badge": found.badge_class,
        "reading": reading,
        "place": sum(bool(one.answered_at) for one in given) + 1,
        "total": len(given),
        "form": form,
        "parts": parts_to_judge(reading.anchor_version, form.criteria, list(form)),
    }
    return render(request, "reviewing/calibration/reading.html", context, status=status)


def _result(request, found: Qualification, given: list[AnchorReading]):
    """What was agreed is shown to whoever has qualified: the others read the same work again."""
    shown = [answered(one) for one in given] if found.is_reached else []
    context = {
        "qualification": found,
        "badge": found.badge_class,
        "answered": shown,
        "percent": round(found.share * 100),
        "again_at": found.finished_at + readings.AGAIN_AFTER
        if readings.too_soon(found, now=timezone.now())
        else None,
    }
    return render(request, "reviewing/calibration/result.html", context)


def _badges(user):
    """Of the agencies for which they review: with anchors or with something to qualify for."""
    agencies = Agency.objects.where_user_is(user, Membership.Role.REVIEWER)
    with_anchors = Anchor.objects.in_use().values("badge_class")
    badges = BadgeClass.objects.filter(issuer__agency__in=agencies, current_version__isnull=False)
    return badges.filter(pk__in=with_anchors).order_by("current_version__name", "pk")


def _badge(request, slug) -> BadgeClass:
    found = _badges(request.user).select_related("current_version", "category", "issuer__agency")
    return get_object_or_404(found.prefetch_related("current_version__criteria"), slug=slug)


def _practiced(request, public_id):
    """What is published now. Whoever has answered it may read it again after it is retired."""
    agencies = Agency.objects.where_user_is(request.user, Membership.Role.REVIEWER)
    anchors = Anchor.objects.in_use().filter(
        use=AnchorUse.PRACTICE, badge_class__issuer__agency__in=agencies
    )
    anchor = get_object_or_404(
        anchors.select_related("badge_class__current_version", "badge_class__category"),
        public_id=public_id,
    )
    version = anchor.published_version
    version.anchor = anchor
    return version
