"""The first page after sign-in. The role decides which sections it has."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Group
from accounts.permissions import is_coordinator, is_instructor, is_reviewer
from office.home import own
from office.today.counting import counts, sealed_keys
from postgres.counting import count_together
from reviewing.deadlines import paired_with_deadlines
from reviewing.models import Assignment, Decision
from reviewing.querysets import awaiting_review


@require_safe
@login_required
@never_cache
def home(request):
    now, user = timezone.now(), request.user
    awards = own.awards_in_force(user, now=now)
    context = {
        "turns": own.open_submissions(user),
        "decisions": own.decisions(user, now=now),
        "new_awards": [award for award in awards if award.issued_on > now - own.NEW_FOR][
            : own.MOST_SHOWN
        ],
        "has_awards": bool(awards),
        "nearest": own.nearest_pathway(awards),
        "coordinating": _coordinating(user, now) if is_coordinator(user) else None,
        "teaching": _teaching(user) if is_instructor(user) else None,
        "reviewing": _reviewing(user) if is_reviewer(user) else None,
    }
    return render(request, "office/home.html", context)


def _coordinating(user, now):
    waiting = [one for one in counts(user, now=now) if one.number]
    return {"waiting": waiting, "sealed_keys": sealed_keys(user)}


def _teaching(user):
    return list(Group.objects.taught_by(user).order_by("name", "pk")[: own.MOST_SHOWN])


def _reviewing(user):
    taken = Assignment.objects.visible_to(user).active().with_submission().with_waiting_decision()
    assignments = list(taken.order_by("submission__due_on", "pk"))
    return {
        "mine": paired_with_deadlines(assignments, today=timezone.localdate()),
        **count_together(
            waiting=awaiting_review(user),
            second_looks=Decision.objects.unconfirmed().second_looks_of(user),
        ),
    }
