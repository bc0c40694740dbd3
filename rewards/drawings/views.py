"""Public pages of drawings, and the forms to take part and to follow."""

from pathlib import PurePosixPath

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import etag, require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import is_minor
from issuing.models import Assertion
from mail import unsubscribe
from rewards.chances import operations as entries
from rewards.chances import standing
from rewards.drawings import names
from rewards.drawings.operations import disputes
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Draw, Drawing, Follower, Prize, Seal
from rewards.permissions import can_manage
from rewards.picture_response import picture_response
from rewards.states import DrawingStatus

RECEIPTS_SHOWN = 200
BADGES_SHOWN = 4


@require_safe
def drawing_list(request):
    public = (
        Drawing.objects.public()
        .select_related("rules", "agency")
        .prefetch_related(Prefetch("prizes", Prize.objects.select_related("sponsor")))
    )
    collecting = public.filter(status=DrawingStatus.ANNOUNCED).order_by("rules__closes_at")
    groups = [
        (_("Open now"), _with_chances(collecting)),
        (_("The list is published"), public.filter(status=DrawingStatus.CLOSED)),
        (_("Drawn"), public.filter(status__in=[DrawingStatus.DRAWN, DrawingStatus.SETTLED])),
        (_("Canceled"), public.filter(status=DrawingStatus.CANCELLED)),
    ]
    groups = [(title, list(found)) for title, found in groups]
    context = {"groups": [(title, found) for title, found in groups if found]}
    return render(request, "rewards/drawing_list.html", context)


def _with_chances(collecting):
    found = list(collecting)
    odds = entries.odds_before_close(found)
    for drawing in found:
        drawing.chances, _people = odds[drawing.pk]
    return found


@require_safe
def drawing(request, slug):
    found = Drawing.objects.public().select_related("rules", "agency")
    followed = Follower.objects.filter(drawing=OuterRef("pk"), user=request.user.pk)
    draws = Draw.objects.filter(drawing=OuterRef("pk"))
    sealed = Seal.objects.closed().filter(draw__drawing=OuterRef("pk"))
    found = found.annotate(
        is_drawn=Exists(draws), is_sealed=Exists(sealed), is_followed=Exists(followed)
    )
    drawing = get_object_or_404(found, slug=slug)
    now = timezone.now()
    prizes = list(drawing.prizes.select_related("sponsor"))
    for prize in prizes:
        prize.drawing = drawing
    rules = drawing.rules
    rules.drawing = drawing
    last_list = standing.last_list_of(drawing)
    chances, people = entries.odds(drawing, last_list)
    mentioned = names.mentioned(rules)
    context = {
        "drawing": drawing,
        "rules": rules,
        "versions": drawing.rules_versions.exclude(announced_at=None),
        "prizes": prizes,
        "worth": sum(prize.worth * prize.quantity for prize in prizes),
        "pieces": sum(prize.quantity for prize in prizes),
        "commitment": drawings.commitment(drawing),
        "chances": chances,
        "people": people,
        "is_collecting": drawing.status == DrawingStatus.ANNOUNCED and now < rules.closes_at,
        "can_dispute": disputes.is_open(drawing, now=now),
        "last_list": last_list,
        "agencies": mentioned["agencies"],
        "categories": mentioned["categories"],
        "badges": mentioned["badge_classes"],
        "excluded_badges": mentioned["excluded_badge_classes"],
        "can_manage": request.user.is_authenticated and can_manage(request.user, drawing),
        "now": now,
    }
    if context["is_collecting"]:
        context["next_badges"] = _next_badges(request.user, rules)
    if request.user.is_authenticated:
        agencies = [agency.pk for agency in mentioned["agencies"]]
        context |= _my_entries(request.user, drawing, last_list)
        context["is_admitted"] = (
            context["is_collecting"]
            and not is_minor(request.user)
            and standing.admits(rules, request.user, agencies)
        )
    return render(request, "rewards/drawing.html", context)


def _next_badges(user, rules):
    """Some badges that count and that this person does not have, newest first."""
    badges = entries.badges_that_count(rules).for_cards()
    if user.is_authenticated:
        held = Assertion.objects.issued().of(user)
        badges = badges.exclude(pk__in=held.values("badge_class"))
    return list(badges.order_by("-current_version__published_at", "-pk")[:BADGES_SHOWN])


def _my_entries(user, drawing, last_list):
    found = standing.entries_on(last_list, user, drawing)
    shown = list(found.select_related("assertion__version")[: RECEIPTS_SHOWN + 1])
    count, has_free_entry = len(shown), any(entry.assertion is None for entry in shown)
    if count > RECEIPTS_SHOWN:
        count, has_free_entry = found.count(), found.filter(assertion=None).exists()
    why_excluded = standing.exclusion_reason(user, drawing)
    chances = 0 if why_excluded else standing.at_most(count, drawing)
    return {
        "my_chances": chances,
        "with_one_more": standing.at_most(chances + drawing.rules.chances_per_badge, drawing),
        "my_entries": shown[:RECEIPTS_SHOWN],
        "why_excluded": why_excluded,
        "took_free_entry": has_free_entry,
    }


@login_required
@require_POST
def free_entry(request, slug):
    drawing = public_drawing(slug)
    if is_minor(request.user):
        messages.info(request, _("No entry was added: minors take part in no drawing."))
        return redirect(f"{drawing.get_absolute_url()}#mine")
    try:
        entries.take_free_entry(drawing, user=request.user)
    except entries.CannotEnter:
        messages.info(
            request, _("No entry was added: the free entry is not open to you right now.")
        )
    else:
        messages.success(request, _("You have your free entry. Its receipt is below."))
    return redirect(f"{drawing.get_absolute_url()}#mine")


@login_required
@require_POST
def follow(request, slug):
    drawing = public_drawing(slug)
    wants = request.POST.get("follow") == "1"
    drawings.follow(drawing, user=request.user, wants=wants)
    if not wants:
        said = _("You will get no more emails about this drawing unless you win.")
    elif request.user.has_email:
        said = _("We will email you about the list, any changes, and the draw.")
    else:
        said = _("You will get messages about the list, any changes, and the draw.")
    messages.success(request, said)
    return redirect(f"{drawing.get_absolute_url()}#mine")


@csrf_exempt  # the signed link is the permission, and mail programs post without a page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_following(request, slug, token):
    """Opening the link from an email changes nothing, because mail scanners open every link."""
    drawing = public_drawing(slug)
    email = unsubscribe.email_from_token(token)
    about = email.context if email else {}
    if about.get("drawing") != drawing.pk or "user" not in about:
        raise Http404
    if request.method == "POST":
        user = get_object_or_404(User, pk=about["user"])
        drawings.follow(drawing, user=user, wants=False)
    context = {"drawing": drawing, "done": request.method == "POST"}
    response = render(request, "rewards/stop_following.html", context)
    response["Cache-Control"] = "no-store"
    return response


def public_drawing(slug):
    found = Drawing.objects.public().select_related("rules", "agency")
    return get_object_or_404(found, slug=slug)


def _prize_version(request, slug, position):
    """Asked before the view, so whoever may not see a draft learns nothing from it either."""
    pictured = Prize.objects.exclude(picture="").select_related("drawing__agency")
    found = get_object_or_404(pictured, drawing__slug=slug, position=position)
    if found.drawing.status == DrawingStatus.DRAFT and not can_manage(request.user, found.drawing):
        raise Http404
    request.prize = found
    return f'"{PurePosixPath(found.picture.name).stem}"'


@require_safe
@etag(_prize_version)
def prize_picture(request, slug, position):
    prize = request.prize
    return picture_response(prize.picture, public=prize.drawing.status != DrawingStatus.DRAFT)


def _donor_logo_version(request, slug, position):
    found = Prize.objects.filter(drawing__slug=slug, position=position)
    name = found.values_list("donor_logo", flat=True).first()
    return f'"{PurePosixPath(name).stem}"' if name else None


@require_safe
@etag(_donor_logo_version)
def donor_logo(request, slug, position):
    """The logo of the sponsor as it was when the drawing was announced."""
    pictured = Prize.objects.exclude(donor_logo="")
    found = get_object_or_404(pictured, drawing__slug=slug, position=position)
    return picture_response(found.donor_logo)
