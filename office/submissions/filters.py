"""The filters of all submissions. They are in the address, so that a view can be shared."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from reviewing.models import Assignment
from reviewing.without_reviewer import nobody_can_take, reviewer_is_gone
from submissions.models import Submission
from submissions.querysets import accounts_of
from submissions.states import Status

WITH_REVIEWERS = (Status.SUBMITTED, Status.IN_REVIEW)


class SubmissionFilterForm(forms.Form):
    NEEDS = [
        ("", _("Any")),
        ("late", _("Late")),
        ("nobody", _("Nobody can review it")),
        ("gone", _("The reviewer has left")),
    ]
    SORTS = [
        ("-sent", _("Newest first")),
        ("sent", _("Oldest first")),
        ("due", _("Due first")),
        ("badge", _("Badge")),
        ("earner", _("Educator")),
    ]
    STATUSES = [("", _("Any"))] + [
        (value, label) for value, label in Status.choices if value != Status.DRAFT
    ]

    q = forms.CharField(label=_("Educator"), required=False, max_length=100)
    badge = forms.CharField(label=_("Badge"), required=False, max_length=100)
    reviewer = forms.CharField(label=_("Reviewer"), required=False, max_length=100)
    school = forms.CharField(label=_("School"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    needs = forms.ChoiceField(label=_("Stuck"), choices=NEEDS, required=False)
    first = forms.DateField(
        label=_("Sent from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Sent until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def apply(
        self, found: QuerySet[Submission], *, user: User, now: datetime
    ) -> QuerySet[Submission]:
        """What can't be read is shown as an error and filters nothing."""
        values = self.cleaned_data
        for name, narrow in self._by_words.items():
            for word in values.get(name, "").split()[:8]:
                found = found.filter(narrow(word, user))
        if status := values.get("status"):
            found = found.filter(status=status)
        match values.get("needs"):
            case "late":
                found = late(found, now=now)
            case "nobody":
                found = nobody_can_take(not_read_by(user, found))
            case "gone":
                found = reviewer_is_gone(not_read_by(user, found))
        if first := values.get("first"):
            found = found.filter(submitted_at__gte=_midnight(first))
        if (last := values.get("last")) and last < date.max:
            found = found.filter(submitted_at__lt=_midnight(last + timedelta(days=1)))
        return found

    @property
    def _by_words(self):
        return {
            "q": lambda word, _user: (
                Q(earner__name__icontains=word) | Q(earner__email__icontains=word)
            ),
            "badge": lambda word, _user: Q(version__name__icontains=word),
            "reviewer": _read_by,
            "school": _works_at,
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields if name != "sort")

    @property
    def uses_more(self) -> bool:
        """One of the filters that are folded away is used, or can't be read."""
        names = ("reviewer", "school", "first", "last")
        return any(self.cleaned_data.get(name) or name in self.errors for name in names)


def late(found: QuerySet[Submission], *, now: datetime) -> QuerySet[Submission]:
    return found.filter(status__in=WITH_REVIEWERS, due_on__lt=timezone.localdate(now))


def not_read_by(user: User, found: QuerySet[Submission]) -> QuerySet[Submission]:
    """Without those that this coordinator is reading: that a place is open or empty tells of it.

    Whoever has finished may learn that somebody else is needed, or nobody would look for one.
    """
    reading = Assignment.objects.unfinished().filter(reviewer__in=accounts_of(user))
    return found.exclude(pk__in=reading.values("submission"))


def _read_by(word: str, user: User) -> Exists:
    """Submissions that this person reads or has decided, as far as this user may know it."""
    kept = Assignment.objects.filter(released_at=None, submission=OuterRef("pk"))
    name = Q(reviewer__name__icontains=word) | Q(reviewer__email__icontains=word)
    blind = Assignment.objects.reading_blind(user).filter(submission=OuterRef("submission"))
    return Exists(kept.filter(name).filter(Q(reviewer__in=accounts_of(user)) | ~Exists(blind)))


def _works_at(word: str, _user: User) -> Exists:
    workplaces = Membership.objects.workplaces().current().filter(user=OuterRef("earner"))
    return Exists(workplaces.filter(agency__name__icontains=word))


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
