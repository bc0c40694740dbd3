from __future__ import annotations

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import is_coordinator
from issuing import addresses, operations, short_codes, verifying
from issuing import card as cards
from issuing.baking import LARGEST_IMAGE
from issuing.forms import AwardFilterForm, PaperForm, ReasonForm, RevokeForm, ShareForm, VerifyForm
from issuing.models import Assertion, Endorsement
from issuing.openbadges.v2 import dumps
from issuing.permissions import can_endorse, can_share
from issuing.rates import is_too_often
from issuing.serving import BRIEFLY
from issuing.sharing import share_links
from issuing.sources import pathways
from issuing.states import PUBLISHED, AwardStatus
from issuing.validity import is_due_for_renewal

A_PAGE = 25


# --- For everyone ---------------------------------------------------------------------------------


@require_GET
def award(request, public_id):
    """An award in public; to its earner alone also while it waits."""
    award = get_object_or_404(
        Assertion.objects.readable_by(request.user).with_badge(), public_id=public_id
    )
    is_mine = can_share(request.user, award)
    context = {
        "award": award,
        "version": award.version,
        "issuer": award.badge_class.issuer,
        "is_mine": is_mine,
        "now": timezone.now(),
        "page_url": addresses.absolute(award.get_absolute_url()),
    }
    if award.status not in PUBLISHED:
        return render(request, "issuing/award_waiting.html", context)
    if award.is_revoked:
        return render(request, "issuing/award_revoked.html", context, status=410)
    context |= {
        "earner": award.recipient_name if award.shows_name else _("An educator"),
        "criteria": award.version.criteria.prefetch_related("levels"),
        "alignments": award.version.alignments.all(),
        "shared_evidence": award.shared_evidence.select_related("item__criterion"),
        "card_url": addresses.absolute(f"{award.get_absolute_url()}card.png"),
        "json_url": addresses.assertion_id(award.public_id),
        "credential_url": addresses.credential_id(award.public_id),
        "share_links": share_links(award) if is_mine else [],
        "endorsements": Endorsement.objects.accepted().filter(assertion=award),
        "endorse_url": _where_to_endorse(request.user, award),
        "paper_form": PaperForm() if is_mine else None,
    }
    return render(request, "issuing/award.html", context | _about_renewal(award, is_mine))


def _about_renewal(award, is_mine):
    """The newer award of the same badge; where there is none, whether its earner can earn one."""
    renewal = award.renewals.issued().first() if award.renewed_at else None
    # An earner who keeps their name off this page is not named by way of the newer one.
    names_more = renewal is not None and renewal.shows_name and not award.shows_name
    is_current = is_mine and award.renewed_at is None
    return {
        "renewal": renewal,
        "shows_renewal": is_mine or not names_more,
        "can_be_renewed": is_current and is_due_for_renewal(award, now=timezone.now()),
    }


def _where_to_endorse(user, award):
    may = user.is_authenticated and can_endorse(user, award)
    return reverse("issuing:endorse_award", args=[award.public_id]) if may else ""


@require_GET
def card(request, public_id):
    """The picture for previews of the award's page. It says no more than the page does."""
    award = get_object_or_404(
        Assertion.objects.issued().select_related("version", "badge_class__issuer"),
        public_id=public_id,
    )
    told = {
        "badge": award.version.name,
        "earner": _("Awarded to %s") % award.recipient_name
        if award.shows_name
        else _("Earned by an educator"),
        "issuer": award.badge_class.issuer.name,
        "date": date_format(timezone.localtime(award.issued_on), "DATE_FORMAT"),
    }
    spec = dumps({**told, "art": award.version.image.name})
    key = hashlib.sha256(spec.encode()).hexdigest()[:32]
    response = get_conditional_response(request, etag=f'"{key}"')
    if response is None:
        response = HttpResponse(_drawn(key, award, told), content_type="image/png")
    response["ETag"] = f'"{key}"'
    response["Cache-Control"] = BRIEFLY
    if not award.is_listed:
        response["X-Robots-Tag"] = "noindex"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _drawn(key, award, told):
    picture = cache.get(f"card:{key}")
    if picture is None:
        with award.version.image.open() as art:
            picture = cards.draw(art=art.read(), **told)
        cache.set(f"card:{key}", picture, timeout=24 * 3600)
    return picture


@csrf_exempt  # it changes nothing, and programs may ask too
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def verify(request, as_json=False):
    wants_json = as_json or (
        request.accepts("application/json") and not request.accepts("text/html")
    )
    address = request.GET.get("address", "")
    report, status, context = None, 200, {}
    if request.method == "OPTIONS":
        return _to_programs(HttpResponse(status=204))
    if request.method == "POST":
        form = _what_was_brought(request)
        if is_too_often(request, "verify", times=40, seconds=600):
            status, context = 429, {"too_often": True}
        elif form.is_valid():
            file = form.cleaned_data["file"]
            report = verifying.verify(
                file=file.read() if file else b"",
                text=_meant(form.cleaned_data["text"]),
                email=form.cleaned_data["email"],
            )
        else:
            status = 422
    elif address and addresses.is_ours(address):
        form = VerifyForm(initial={"text": address})
        report = verifying.verify(text=address)
    else:
        # A link may fill in another site's address; only a person's own press opens it.
        form = VerifyForm(initial={"text": address})
    if wants_json:
        return _to_programs(JsonResponse(_in_json(report, form, context), status=status))
    context |= {"form": form, "report": report, "public_award": report and report.award}
    response = render(request, "issuing/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _what_was_brought(request):
    """A form, or, from programs, the badge itself as the body: a picture, JSON or a signed text."""
    if request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return VerifyForm(request.POST, request.FILES)
    # Read here, and no further than a badge can be: `request.body` ends sooner.
    file = SimpleUploadedFile("badge", request.read(LARGEST_IMAGE + 1))
    return VerifyForm({"email": request.GET.get("email", "")}, {"file": file})


def _in_json(report, form, context):
    if report is None:
        problems = form.errors.get_json_data() if form.is_bound else {}
        if context.get("too_often"):
            problems = {"__all__": [{"message": _("Too many questions. Wait some minutes.")}]}
        return {"verdict": None, "problems": problems}
    return {
        "verdict": report.verdict.value,
        "headline": report.headline,
        "version": report.version,
        "steps": _steps_in_json(report),
        "forms": [
            {
                "version": each.version,
                "verdict": each.verdict.value,
                "headline": each.headline,
                "steps": _steps_in_json(each),
                "document": each.document,
            }
            for each in report.forms
        ],
        "badge": report.badge_name,
        "issuer": report.issuer_name,
        "issuedOn": report.issued_on and report.issued_on.isoformat(),
        "expires": report.expires and report.expires.isoformat(),
        "document": report.document,
    }


def _steps_in_json(report):
    return [
        {"finding": step.finding.value, "title": step.title, "detail": step.detail}
        for step in report.steps
    ]


def _meant(text):
    """A code from a paper, typed here, means the address of its award."""
    code = short_codes.read(text) if len(text) < 60 else ""
    found = code and Assertion.objects.published().filter(short_code=code).first()
    return addresses.assertion_id(found.public_id) if found else text


def _to_programs(response):
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response["Cache-Control"] = "no-store"
    return response


# --- For earners ----------------------------------------------------------------------------------


@login_required
@require_GET
def my_awards(request):
    awards = list(Assertion.objects.of(request.user).with_badge())
    of = {status: [award for award in awards if award.status == status] for status in AwardStatus}
    renewed = {award.renews_id for award in of[AwardStatus.ISSUED]}
    waiting = sorted(of[AwardStatus.PENDING] + of[AwardStatus.HELD], key=lambda award: award.due_at)
    now = timezone.now()
    for award in of[AwardStatus.ISSUED]:
        is_current = award.renewed_at is None
        award.can_be_renewed = is_current and is_due_for_renewal(award, now=now)
    context = {
        # What was renewed has made room for its renewal.
        "earned": [award for award in of[AwardStatus.ISSUED] if award.pk not in renewed],
        "waiting": waiting,
        "revoked": of[AwardStatus.REVOKED],
        "now": now,
    }
    return render(request, "issuing/my_awards.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request, public_id):
    award = get_object_or_404(
        Assertion.objects.of(request.user).issued().with_badge(), public_id=public_id
    )
    initial = {
        "shows_name": award.shows_name,
        "is_listed": award.is_listed,
        "items": list(award.shared_evidence.values_list("item_id", flat=True)),
    }
    form = ShareForm(request.POST or None, initial=initial, assertion=award)
    if request.method == "POST":
        # A form whose boxes are all empty is an answer too.
        form = ShareForm(request.POST, assertion=award)
        if form.is_valid():
            operations.share(
                award,
                shows_name=form.cleaned_data["shows_name"],
                is_listed=form.cleaned_data["is_listed"],
                items=list(form.cleaned_data.get("items", [])),
            )
            messages.success(request, _("Saved. The page shows what you chose."))
            return redirect(award)
    context = {"award": award, "version": award.version, "form": form}
    return render(request, "issuing/share.html", context, status=422 if form.errors else 200)


# --- For coordinators -----------------------------------------------------------------------------


@login_required
@require_GET
def awards_admin(request):
    if not is_coordinator(request.user):
        raise Http404
    form = AwardFilterForm(request.GET)
    awards = Assertion.objects.coordinated_by(request.user).with_badge().newest_first()
    if form.is_valid():
        awards = awards.matching(form.cleaned_data["q"])
        if status := form.cleaned_data["status"]:
            awards = awards.filter(status=status)
    page = Paginator(awards, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in ("q", "status")),
    }
    return render(request, "issuing/awards_admin.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request, public_id):
    return _with_reason(
        request, public_id, act="hold", do=operations.hold, done=_("The award is on hold.")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, public_id):
    return _with_reason(
        request, public_id, act="cancel", do=operations.cancel, done=_("The award is cancelled.")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, public_id):
    return _with_reason(
        request,
        public_id,
        act="revoke",
        do=operations.revoke,
        done=_("The badge is revoked. Its earner gets a letter."),
        form_class=RevokeForm,
    )


@login_required
@require_POST
def release(request, public_id):
    award = _coordinated(request, public_id)
    try:
        operations.release(award, by=request.user)
    except operations.TransitionNotAllowed:
        messages.error(request, _("The award has moved on in the meantime. Look at it again."))
    else:
        messages.success(request, _("The award goes on. It is issued at its time."))
    return redirect("issuing:awards_admin")


def _with_reason(request, public_id, *, act, do, done, form_class=ReasonForm):
    """A page that says what the act does and asks why; with an answer, the act."""
    award = _coordinated(request, public_id)
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            do(award, by=request.user, reason=form.cleaned_data["reason"])
        except operations.TransitionNotAllowed:
            messages.error(request, _("The award has moved on in the meantime. Look at it again."))
        else:
            messages.success(request, done)
        return redirect("issuing:awards_admin")
    context = {
        "award": award,
        "version": award.version,
        "form": form,
        "act": act,
        "counted_for": pathways.ends_counting(award) if act == "revoke" else (),
    }
    status = 422 if form.errors else 200
    return render(request, "issuing/confirm.html", context, status=status)


def _coordinated(request, public_id):
    return get_object_or_404(
        Assertion.objects.coordinated_by(request.user).with_badge(), public_id=public_id
    )
