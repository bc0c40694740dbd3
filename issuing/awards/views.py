"""The public page of an award, and the earner's pages."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from editing.views import compares_again
from issuing import addresses, dates
from issuing.awards import kept_cards, preview_image
from issuing.awards.forms import ShareForm
from issuing.awards.once import once_for_each_badge
from issuing.awards.operations import changes, minors
from issuing.awards.page_version import page_version
from issuing.awards.share_links import share_links
from issuing.documents import replacements
from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_endorse, can_share, can_show
from issuing.states import ACTIVE, PUBLISHED, AwardStatus
from openbadges.v2 import dumps
from serving.documents import CACHE_BRIEFLY, public_document, unchanged_response
from serving.kept_pages import kept_page
from submissions.models import EvidenceItem

# How long the page congratulates its earner.
NEW_FOR = timedelta(days=7)

# --- For everyone ---------------------------------------------------------------------------------


@require_GET
@kept_page(version=page_version, has_times=False)  # that it expired is part of its version
def award(request, public_id):
    """The page of an award. Before it is issued, only its earner sees it.

    The address that it had before its credential was replaced leads to the one it has now.
    """
    if now := replacements.current_id(public_id):
        return redirect("issuing:award", now)
    award = get_object_or_404(
        Assertion.objects.readable_by(request.user).with_badge(), public_id=public_id
    )
    may_share = can_share(request.user, award)
    shown_as_to_others = may_share and not award.is_private and request.GET.get("as") == "others"
    is_mine = may_share and not shown_as_to_others
    now = timezone.now()
    context = {
        "award": award,
        "version": award.version,
        "issuer": award.badge_class.issuer,
        "is_mine": is_mine,
        "shown_as_to_others": shown_as_to_others,
        "now": now,
        "page_url": addresses.absolute(award.get_absolute_url()),
    }
    if award.status not in PUBLISHED:
        return render(request, "issuing/award_waiting.html", context)
    if award.is_revoked:
        return render(request, "issuing/award_revoked.html", context, status=410)
    context |= {
        "is_new": is_mine and award.issued_on > now - NEW_FOR,
        "earner": award.recipient_name if award.shows_name else _("An educator"),
        "criteria": award.version.criteria.prefetch_related("levels"),
        "alignments": award.version.alignments.all(),
        "shared_evidence": _shared_evidence(award),
        "card_url": addresses.absolute(f"{award.get_absolute_url()}card.png"),
        "json_url": addresses.assertion_id(award.public_id),
        "credential_url": addresses.credential_id(award.public_id),
        "share_links": share_links(award) if is_mine and not award.is_private else [],
        "can_open": is_mine and award.is_private and can_show(request.user, award),
        "endorsements": Endorsement.objects.accepted().filter(assertion=award),
        "endorse_url": _endorse_url(request.user, award),
    }
    return render(request, "issuing/award.html", context | _renewal_context(award, is_mine))


def _shared_evidence(award):
    """What is shown with the badge. Files without a title have the name of their download."""
    shown = list(award.shared_evidence.select_related("item__criterion", "link"))
    files = [one.item for one in shown if one.item and one.item.file and not one.item.title]
    if files:
        attempts = {item.attempt_id for item in files}
        rows = EvidenceItem.objects.filter(attempt__in=attempts).numbered()
        numbers = dict(rows.values_list("pk", "number"))
        for item in files:
            item.number = numbers[item.pk]
    return shown


def _renewal_context(award, is_mine):
    """The award that renewed this one, or whether the earner can renew it now."""
    renewal = award.renewals.issued().first() if award.renewed_at else None
    # If the name is hidden here, a public link to the newer award must not reveal it.
    names_more = renewal is not None and renewal.shows_name and not award.shows_name
    is_current = is_mine and award.renewed_at is None
    return {
        "renewal": renewal,
        "shows_renewal": is_mine or not names_more,
        "can_be_renewed": is_current and is_due_for_renewal(award, now=timezone.now()),
    }


def _endorse_url(user, award):
    may = user.is_authenticated and can_endorse(user, award)
    return reverse("issuing:endorse_award", args=[award.public_id]) if may else ""


@public_document
def card(request, public_id):
    """The preview image of the award's page. It shows no more than the page does.

    Its words are in the badge's language: the sites that fetch it have none of their own.
    """
    if now := replacements.current_id(public_id):
        return redirect("issuing:card", now)
    awards = Assertion.objects.issued().filter(is_private=False)
    awards = awards.select_related("version", "badge_class__issuer")
    award = get_object_or_404(awards, public_id=public_id)
    with translation.override(_language_of(award.version)):
        texts = {
            "badge": award.version.name,
            "earner": _("Awarded to %s") % award.recipient_name
            if award.shows_name
            else _("Earned by an educator"),
            "issuer": award.badge_class.issuer.name,
            "dates": dates.lines(award),
        }
    spec = dumps({**texts, "art": award.version.image.name})
    key = hashlib.sha256(spec.encode()).hexdigest()[:32]
    # A cache keeps the headers, too, so other ones need another tag.
    etag = f'"{key}{"" if award.is_listed else "-unlisted"}"'
    response = unchanged_response(request, etag)
    if response is None:
        response = HttpResponse(_preview(key, award, texts), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_BRIEFLY
    if not award.is_listed:
        response["X-Robots-Tag"] = "noindex"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _language_of(version) -> str:
    offered = dict(settings.LANGUAGES)
    return version.language if version.language in offered else settings.LANGUAGE_CODE


def _preview(key, award, texts):
    picture = kept_cards.read(award.public_id, key)
    if picture is None:
        with award.version.image.open() as art:
            picture = preview_image.draw(art=art.read(), **texts)
        kept_cards.keep(award.public_id, key, picture)
    return picture


# --- For earners ----------------------------------------------------------------------------------


@login_required
@require_GET
def my_awards(request):
    awards = list(Assertion.objects.of(request.user).with_badge())
    by_status = {
        status: [award for award in awards if award.status == status] for status in AwardStatus
    }
    renewed = {award.renews_id for award in by_status[AwardStatus.ISSUED]}
    waiting = sorted(
        by_status[AwardStatus.PENDING] + by_status[AwardStatus.HELD], key=lambda award: award.due_at
    )
    active_badges = {award.badge_class_id for award in awards if award.status in ACTIVE}
    now = timezone.now()
    # A renewed award is replaced by its renewal.
    held = [award for award in by_status[AwardStatus.ISSUED] if award.pk not in renewed]
    earned = once_for_each_badge(held)
    for award in earned:
        is_current = award.renewed_at is None
        award.can_be_renewed = is_current and is_due_for_renewal(award, now=now)
    context = {
        "earned": earned,
        "waiting": waiting,
        "revoked": by_status[AwardStatus.REVOKED],
        "cancelled": [
            award
            for award in by_status[AwardStatus.CANCELLED]
            if award.badge_class_id not in active_badges
        ],
        "now": now,
    }
    return render(request, "issuing/my_awards.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def share(request, public_id):
    if now := replacements.current_id(public_id):
        return redirect("issuing:share", now)
    award = get_object_or_404(
        Assertion.objects.of(request.user).issued().with_badge(), public_id=public_id
    )
    if award.is_private:
        return _is_private(request, award)
    # A form without any checked box is valid, too.
    data = request.POST if request.method == "POST" else None
    form = ShareForm(data, initial=changes.stored_choice(award), assertion=award)
    if request.method == "POST" and form.is_valid():
        changes.share(
            award,
            shows_name=form.cleaned_data["shows_name"],
            is_listed=form.cleaned_data["is_listed"],
            items=list(form.cleaned_data.get("items", [])),
            links=list(form.cleaned_data.get("links", [])),
            edit=form.edit,
        )
        messages.success(request, _("Saved. The page shows what you chose."))
        return redirect(award)
    context = {"award": award, "version": award.version, "form": form}
    return render(request, "issuing/share.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def show_name(request, public_id):
    """Show or hide the earner's name, and change nothing else that the page shows."""
    award = get_object_or_404(
        Assertion.objects.of(request.user).issued().with_badge(), public_id=public_id
    )
    if award.is_private:
        return _is_private(request, award)
    shows_name = request.POST.get("shows_name") == "yes"
    changes.show_name(award, shows_name=shows_name)
    if shows_name:
        messages.success(request, _("Saved. The page shows your name."))
    else:
        messages.success(request, _("Saved. The page does not show your name."))
    return redirect(award)


@login_required
@require_POST
def open_page(request, public_id):
    """Somebody who is no longer a minor lets others see the page of a badge."""
    award = get_object_or_404(
        Assertion.objects.of(request.user).published().with_badge(), public_id=public_id
    )
    try:
        minors.open_page(award, by=request.user)
    except changes.NotPublic:
        return _is_private(request, award)
    messages.success(request, _("Everyone with the link can see the page now, without your name."))
    return redirect(award)


def _is_private(request, award):
    if can_show(request.user, award):
        messages.info(request, _("This badge is private. Open its page first."))
    else:
        messages.info(request, _("Your badges are private until you come of age."))
    return redirect(award)
