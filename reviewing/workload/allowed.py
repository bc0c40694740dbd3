"""Whether a reviewer may be given submissions, and why not: said before anything happens."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agency, Membership, User
from reviewing.conflicts import in_conflict, key_of
from reviewing.models import Assignment, ReviewerSettings
from reviewing.querysets import badges_not_qualified_for, reviewable_by
from submissions.models import Submission
from submissions.querysets import accounts_of


def may_be_given(to: User) -> QuerySet[Submission]:
    """Those that they may review, in a language that they read, and of which they have no place."""
    found = reviewable_by(to).exclude(Exists(_has_a_place(to)))
    return found.filter(_in_a_language_of(to)) if to.is_active else found.none()


def may_give(by: User) -> Q:
    """Not what the coordinator reads: whom it can be given would tell who else reads it."""
    blind = Assignment.objects.reading_blind(by).values("submission")
    return ~Q(pk__in=blind)


def why_not(to: User, submissions: Collection[int], *, by: User) -> dict[int, str]:
    """By the key of each submission that they may not be given, or not by this coordinator."""
    agencies = Agency.objects.where_user_is(to, Membership.Role.REVIEWER)
    rows = Submission.objects.filter(pk__in=submissions).annotate(
        may=_is(may_give(by) & Q(pk__in=may_be_given(to).order_by().values("pk"))),
        is_read_by_giver=_is(~may_give(by)),
        has_place=Exists(_has_a_place(to)),
        is_elsewhere=_is(~Q(badge_class__issuer__agency__in=agencies)),
        is_in_conflict=_is(in_conflict("earner__person_key", key_of(to))),
        is_unqualified=_is(Q(badge_class__in=badges_not_qualified_for(to))),
        is_in_a_language=_is(_in_a_language_of(to)),
    )
    return {row.pk: _reason(row) for row in rows if not row.may}


def _reason(row) -> str:
    if row.is_read_by_giver:
        return _("You read it yourself. You can only give it back to the queue.")
    if row.has_place:
        return _("They read it already.")
    if row.is_elsewhere:
        return _("They don’t review for this issuer.")
    if row.is_in_conflict:
        return _("They may not judge this educator’s work.")
    if row.is_unqualified:
        return _("They have not qualified for this badge.")
    if not row.is_in_a_language:
        return _("They don’t read its language.")
    return _("They have read it before, and somebody else was asked for.")


def _has_a_place(to: User) -> QuerySet[Assignment]:
    return Assignment.objects.active().filter(
        submission=OuterRef("pk"), reviewer__in=accounts_of(to)
    )


def _in_a_language_of(to: User) -> Q:
    settings = ReviewerSettings.objects.filter(user=to.pk).exclude(languages=[])
    reads = settings.filter(languages__contains=[OuterRef("version__language")])
    return ~Q(Exists(settings)) | Q(Exists(reads))


def _is(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())
