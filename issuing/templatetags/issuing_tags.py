from django import template
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from issuing import dates
from issuing.award_steps import award_steps, dated
from issuing.awards import rules
from issuing.awards.rules import Standing
from issuing.expiry import is_due_for_renewal
from issuing.holders import count_holders
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_endorse, state_among
from issuing.states import ACTIVE
from submissions.models import Submission

register = template.Library()

MAX_SHOWN = 3

register.simple_tag(dates.facts, name="dates_of")
register.simple_tag(dates.in_words, name="dates_in_words")


@register.simple_tag
def holders_count(badge_class):
    """The number of people who have the badge."""
    if badge_class.current_version_id is None:
        return 0
    return count_holders(badge_class__pk=badge_class.pk)


@register.simple_tag
def badges_held_by(account):
    """The names of the badges of one account, for a coordinator who sees it."""
    awards = Assertion.objects.active().filter(recipient=account).select_related("version")
    return [award.version.name for award in awards.newest_first()]


@register.simple_tag(takes_context=True)
def awards_of_mine(context, badge_class, pathways=()):
    """The user's awards, issued or to come, of this badge and of all badges of these pathways."""
    user = context["user"]
    if not user.is_authenticated:
        return []
    keys = {badge_class.pk}.union(*([one.badge_class_id, *one.step_keys] for one in pathways))
    awards = Assertion.objects.of(user).filter(status__in=ACTIVE, badge_class__in=keys)
    return list(awards.select_related("badge_class"))


@register.simple_tag
def award_of_mine(awards, badge_class):
    """The issued one of the user's awards of this badge, or None, with `can_be_renewed` set."""
    for award in awards:
        if award.badge_class_id == badge_class.pk and award.status == award.Status.ISSUED:
            is_current = award.renewed_at is None
            award.can_be_renewed = is_current and is_due_for_renewal(award, now=timezone.now())
            return award
    return None


@register.simple_tag(takes_context=True)
def my_badges(context):
    """Where the signed-in user stands with each badge: its status for a chip, by badge.

    One question for all cards of a page. A badge they have says so, also while they renew it.
    """
    user = context["user"]
    if not user.is_authenticated:
        return {}
    valid = Q(expires=None) | Q(expires__gt=timezone.now())
    awards = Assertion.objects.of(user).filter(valid, status__in=ACTIVE, renewed_at=None)
    submissions = Submission.objects.of(user).open()
    columns = "badge_class", "status"
    found = awards.values_list(*columns).union(submissions.values_list(*columns))
    ranked = sorted(found, key=lambda row: (row[1] == Assertion.Status.ISSUED, row[1]))
    return dict(ranked)


@register.simple_tag
def card_chip(mine, badge_class, status="", label=""):
    """The chip of a card: where the user (`my_badges`) stands with the badge, or else this one."""
    match own := (mine or {}).get(badge_class.pk, ""):
        case "":
            return {"status": status, "label": label}
        case "issued":
            label = _("You have it")
        case "submitted" | "in_review":
            label = _("With a reviewer")
        case "pending" | "held":
            label = _("Waiting to be issued")
        case _:
            label = ""  # the usual word
    return {"status": own, "label": label}


@register.simple_tag
def state_of_mine(awards, badge_class):
    """Whether one of the user's awards of this badge is valid or due for renewal."""
    return state_among(awards, badge_class, now=timezone.now())


@register.inclusion_tag("issuing/_waiting_for_you.html", takes_context=True)
def badges_waiting_for_me(context):
    """Awards that a new user received before they signed up, issued or pending."""
    awards = Assertion.objects.of(context["user"]).filter(status__in=ACTIVE)
    return {"awards": list(awards.with_badge().newest_first()[:MAX_SHOWN]), "count": awards.count()}


@register.inclusion_tag("issuing/_endorsements.html", takes_context=True)
def endorsements(context, badge_class):
    """The endorsements of a badge, and the URL where the user can add one."""
    user, version = context["user"], badge_class.current_version
    if version is None:
        return {"endorsements": [], "endorse_url": "", "number": 0}
    may = user.is_authenticated and can_endorse(user, version)
    return {
        "endorsements": Endorsement.objects.accepted()
        .filter(version__badge_class=badge_class)
        .select_related("version"),
        "endorse_url": reverse("issuing:endorse_badge", args=[badge_class.slug]) if may else "",
        "number": version.number,
    }


@register.inclusion_tag("issuing/_award_progress.html")
def award_progress(submission):
    """The award of an approved submission in words for its earner: due when, issued or revoked."""
    return {"award": _award_of(submission), "now": timezone.now()}


@register.inclusion_tag("issuing/_award_for_coordinators.html")
def award_for_coordinators(submission):
    """The award of an approved submission in words for a coordinator."""
    return {"award": _award_of(submission)}


@register.simple_tag
def with_award(steps, submission):
    """The steps of a submission's timeline, and what has become of its award."""
    award = _award_of(submission)
    return [*steps, *award_steps(award, now=timezone.now())] if award else steps


@register.simple_tag
def award_if_reopened(submission):
    """What happens to the award of a submission that is read again: now, and by what is decided."""
    award = _award_of(submission)
    if award is None or award.status not in ACTIVE:
        return []
    meanwhile = "issued" if award.status == award.Status.ISSUED else "held"
    return [
        rules.in_words(Standing.IN_DOUBT, award.status),
        format_lazy(_("If it is approved again: {effect}"), effect=_then(True, meanwhile)),
        format_lazy(_("If it is not: {effect}"), effect=_then(False, meanwhile)),
    ]


@register.simple_tag
def award_if_held(submission):
    award = _award_of(submission)
    if award is None or award.status not in ACTIVE:
        return []
    return [rules.in_words(Standing.IN_DOUBT, award.status)]


@register.simple_tag
def award_if_confirmed(submission):
    award = _award_of(submission)
    if award is None or award.status not in ACTIVE:
        return []
    effect = rules.in_words(Standing.NOT_EARNED, award.status)
    return [format_lazy(_("If it is confirmed: {effect}"), effect=effect)]


def _then(is_approved, award):
    return rules.in_words(Standing.EARNED if is_approved else Standing.NOT_EARNED, award)


@register.simple_tag
def history_with_award(steps, submission):
    """The history of a submission, with its awards between the other steps."""
    awards = Assertion.objects.filter(submission=submission)
    found = [*steps]
    for award in awards:
        found += [{"at": at, "what": what, "words": words} for at, what, words in dated(award)]
    return sorted(found, key=lambda step: step["at"] if isinstance(step, dict) else step.at)


def _award_of(submission):
    # A page asks twice: for the timeline and for what to do next.
    if not hasattr(submission, "its_award"):
        submission.its_award = _look_up_award_of(submission)
    return submission.its_award


def _look_up_award_of(submission):
    awards = Assertion.objects.select_related("version")
    # A reopened submission may have an earlier award that was ended.
    award = awards.filter(submission=submission).order_by("-pk").first()
    if award is None and submission.status == submission.Status.APPROVED:
        # They received the badge from another source before their evidence was approved.
        awards = awards.active().of(submission.earner)
        award = awards.filter(badge_class=submission.badge_class_id).first()
    return award


@register.simple_tag(takes_context=True)
def earlier_names_of_mine(context):
    """How many issued badges of the user carry another name or address than they have now."""
    return Assertion.objects.of(context["user"]).with_earlier_names().count()
