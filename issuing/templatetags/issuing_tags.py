from django import template
from django.urls import reverse
from django.utils import timezone

from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_endorse
from issuing.states import STANDING

register = template.Library()

SHOWN = 3


@register.simple_tag
def holders_count(badge_class):
    """How many people hold the badge today."""
    return Assertion.objects.issued().filter(badge_class=badge_class, renewed_at=None).count()


@register.simple_tag(takes_context=True)
def award_of_mine(context, badge_class):
    """The badge as this person holds it today, if they do, and whether it can be renewed now."""
    user = context["user"]
    if not user.is_authenticated:
        return None
    mine = Assertion.objects.issued().of(user).filter(badge_class=badge_class)
    award = mine.select_related("badge_class").first()
    if award:
        is_current = award.renewed_at is None
        award.can_be_renewed = is_current and is_due_for_renewal(award, now=timezone.now())
    return award


@register.inclusion_tag("issuing/_waiting_for_you.html", takes_context=True)
def badges_waiting_for_me(context):
    """What was given to somebody before they came: theirs already, and on its way to them."""
    mine = Assertion.objects.of(context["user"]).filter(status__in=STANDING)
    return {"awards": list(mine.with_badge().newest_first()[:SHOWN]), "count": mine.count()}


@register.inclusion_tag("issuing/_endorsements.html", takes_context=True)
def endorsements(context, badge_class):
    """What outside parties say of a badge, and where this person can add their word."""
    user, version = context["user"], badge_class.current_version
    may = version is not None and user.is_authenticated and can_endorse(user, version)
    return {
        "endorsements": Endorsement.objects.accepted()
        .filter(version__badge_class=badge_class)
        .select_related("version"),
        "endorse_url": reverse("issuing:endorse_badge", args=[badge_class.slug]) if may else "",
        "number": version.number if version else 0,
    }


@register.inclusion_tag("issuing/_award_progress.html")
def award_progress(submission):
    """What became of an approved submission: waiting until when, issued, revoked."""
    awards = Assertion.objects.select_related("version")
    award = awards.filter(submission=submission).first()
    if award is None and submission.status == submission.Status.APPROVED:
        # The badge was given to them from elsewhere before their evidence was approved.
        awards = awards.standing().of(submission.earner)
        award = awards.filter(badge_class=submission.badge_class_id).first()
    return {"award": award, "now": timezone.now()}
