"""Who reviews what, for coordinators: the load, giving open reviews to others, and an email."""

from __future__ import annotations

from statistics import median

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from accounts.models import User
from mail.composing import NotWanted, compose
from mail.models import OutgoingEmail
from reviewing.models import Assignment
from reviewing.operations import ReviewerNotAllowed
from reviewing.workload import operations
from reviewing.workload.allowed import why_not
from reviewing.workload.coordinated import in_order, open_places, reviewer_rows, reviewers_of
from reviewing.workload.forms import (
    MOST_AT_ONCE,
    MoveForm,
    OpenReviewsForm,
    ToForm,
    chosen_keys,
)

PER_PAGE = 50


@coordinators_only
@require_safe
@never_cache
def reviews(request):
    now = timezone.now()
    today = timezone.localdate(now)
    rows = reviewer_rows(request.user, now=now)
    form, places = _filtered(request, [row.reviewer for row in rows], today=today)
    sort = request.GET.get("sort", "-in_hand")
    counts = sorted(row.in_hand for row in rows)
    context = {
        "rows": in_order(rows, sort),
        "sort": sort,
        "least": counts[0] if counts else 0,
        "most": counts[-1] if counts else 0,
        "median": int(median(counts)) if counts else 0,
        "filters": form,
        "places": Paginator(places, PER_PAGE).get_page(request.GET.get("page")),
        "to": ToForm(reviewers=_to(request)),
        "today": today,
        "query": _query(request),
        "most_at_once": MOST_AT_ONCE,
    }
    status = 422 if form.errors else 200
    return render(request, "reviewing/manage/reviews.html", context, status=status)


@coordinators_only
@require_POST
def move(request):
    """First says what would happen to each of them; then does it, each on its own."""
    chosen = _chosen(request)
    places = list(open_places(request.user).filter(pk__in=chosen)[: MOST_AT_ONCE + 1])
    if not chosen or len(chosen) > MOST_AT_ONCE:
        words = _("Choose at least one submission, and at most %(most)s.")
        messages.error(request, words % {"most": MOST_AT_ONCE})
        return _back(request)
    is_sure = "confirm" in request.POST
    form = MoveForm(
        request.POST if is_sure else None,
        reviewers=_to(request),
        initial={"to": request.POST.get("to", "")},
    )
    if is_sure and form.is_valid():
        _say(request, *_move_all(request, places, chosen, form.cleaned_data))
        return _back(request)
    picked = ToForm(request.POST, reviewers=_to(request))
    if not picked.is_valid():
        messages.error(request, picked.errors["to"][0])
        return _back(request)
    to = picked.cleaned_data["to"]
    refused = _refused(places, to=to, by=request.user)
    context = {
        "form": form,
        "to": to,
        "can": [one for one in places if one.pk not in refused],
        "cannot": [(one, refused[one.pk]) for one in places if one.pk in refused],
        "gone": len(chosen) - len(places),
        "query": _query(request),
    }
    status = 422 if form.errors else 200
    return render(request, "reviewing/manage/reviews_move.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def email(request):
    """Who would get an email about what, as the filters say; then one email to each."""
    now = timezone.now()
    _form, places = _filtered(request, _people(request), today=timezone.localdate(now))
    waiting = _by_person(places)
    keys = {operations.email_key(person, now=now): person.pk for person in waiting}
    sent = OutgoingEmail.objects.filter(kind="open_reviews", key__in=keys)
    had_one = {keys[key] for key in sent.values_list("key", flat=True)}
    if request.method == "POST":
        asked = set(request.POST.getlist("people"))
        chosen = [
            (person, [one.pk for one in rows])
            for person, rows in waiting.items()
            if str(person.pk) in asked and person.pk not in had_one
        ]
        operations.write_to(chosen, now=now)
        _say_how_many(request, len(chosen))
        return _back(request)
    to_write = [(person, rows) for person, rows in waiting.items() if person.pk not in had_one]
    context = {
        "to_write": to_write,
        "had_one": [person for person in waiting if person.pk in had_one],
        "preview": _preview(*to_write[0]) if to_write else None,
        "today": timezone.localdate(now),
        "query": _query(request),
    }
    return render(request, "reviewing/manage/reviews_email.html", context)


def _filtered(request, people, *, today):
    places = open_places(request.user)
    badges = places.order_by("attempt__submission__version__name").values_list(
        "attempt__submission__badge_class__slug", "attempt__submission__version__name"
    )
    form = OpenReviewsForm(request.GET, people=people, badges=dict(badges.distinct()).items())
    form.is_valid()
    return form, form.apply(places, today=today)


def _chosen(request):
    """The ticked rows, or all of the list that the filters give."""
    if "all" not in request.POST:
        return chosen_keys(request.POST.getlist("rows"))
    _form, places = _filtered(request, _people(request), today=timezone.localdate())
    return {
        one.pk: one.reading[0].pk if one.reading else None for one in places[: MOST_AT_ONCE + 1]
    }


def _refused(places, *, to, by):
    """Why a place would stay where it is, by its key."""
    if to is None:
        return {one.pk: _("It is in the queue already.") for one in places if not one.reading}
    reasons = why_not(to, [one.attempt.submission_id for one in places], by=by)
    return {
        one.pk: reasons[one.attempt.submission_id]
        for one in places
        if one.attempt.submission_id in reasons
    }


def _move_all(request, places, chosen, values):
    """How many were moved, and the names of those that were not, with the reason."""
    moved, left = 0, []
    for place in places:
        try:
            operations.move(
                place,
                reader=chosen[place.pk],
                to=values["to"],
                by=request.user,
                reason=values["reason"],
            )
        except operations.ChangedMeanwhile:
            left.append((place, _("It was decided or changed meanwhile.")))
        except ReviewerNotAllowed:
            left.append((place, _("They may not read it.")))
        else:
            moved += 1
    gone = len(chosen) - len(places)
    return moved, left, gone


def _say(request, moved, left, gone):
    if moved:
        words = ngettext(
            "%(count)s submission was moved, and its reviewer got an email.",
            "%(count)s submissions were moved, and their reviewers got an email.",
            moved,
        )
        messages.success(request, words % {"count": moved})
    for place, why in left:
        submission = place.attempt.submission
        messages.info(request, f"{submission.version.name}, {submission.pseudonym}: {why}")
    if gone:
        words = ngettext(
            "%(count)s is not open any more.", "%(count)s are not open any more.", gone
        )
        messages.info(request, words % {"count": gone})


def _people(request):
    """Reviewers, and others who have something left."""
    reading = Assignment.objects.unfinished().filter(place__in=open_places(request.user))
    left = reading.values("reviewer__person_key")
    return User.objects.filter(Q(pk__in=reviewers_of(request.user)) | Q(pk__in=left))


def _by_person(places):
    """Assignments by the account that has them, most urgent first."""
    found = {}
    for place in places:
        for assignment in place.reading:
            if assignment.reviewer.is_active:
                found.setdefault(assignment.reviewer, []).append(assignment)
                assignment.shown = place.attempt.submission
    return found


def _preview(person, rows):
    """None if all of these reviews were finished since the list was read."""
    context = {"assignments": [one.pk for one in rows]}
    email = OutgoingEmail(
        kind="open_reviews", to=person.email, language=person.language, context=context
    )
    try:
        return compose(email)
    except NotWanted:
        return None


def _say_how_many(request, count):
    if count:
        words = ngettext("%(count)s email is queued.", "%(count)s emails are queued.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.warning(request, _("No email is queued: choose somebody who still needs one."))


def _to(request):
    return reviewers_of(request.user).order_by("name", "pk")


def _query(request):
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def _back(request):
    return redirect(reverse("reviewing:manage_reviews") + _query(request))
