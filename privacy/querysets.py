from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.models import Agency, Membership, User
from privacy.states import WAITING, RequestStatus

if TYPE_CHECKING:
    from privacy.models import (
        AccountClosing,
        EvidenceDeadline,
        EvidenceHold,
        PersonalCopy,
        PrivacyRequest,
    )


class PersonalCopyQuerySet(models.QuerySet["PersonalCopy"]):
    def of(self, user: User) -> PersonalCopyQuerySet:
        """Only of this account: somebody else may undo a link before it is downloaded."""
        return self.filter(person=user)

    def current(self, *, now: datetime) -> PersonalCopyQuerySet:
        return self.filter(models.Q(gone_at=None) | models.Q(gone_at__gt=now))


class PrivacyRequestQuerySet(models.QuerySet["PrivacyRequest"]):
    def of(self, user: User) -> PrivacyRequestQuerySet:
        """Also those that the person made with another of their accounts."""
        return self.filter(person__in=User.objects.same_person(user))

    def decided_by(self, user: User) -> PrivacyRequestQuerySet:
        """Of people who belong to no agency that this coordinator does not coordinate."""
        reach = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        elsewhere = Membership.objects.current().exclude(agency__in=reach)
        people = User.objects.filter(pk__in=elsewhere.values("user")).values("person_key")
        return self.exclude(person__person_key__in=people).select_related("person", "handled_by")

    def waiting(self) -> PrivacyRequestQuerySet:
        return self.filter(status__in=WAITING)

    def late(self, *, now: datetime) -> PrivacyRequestQuerySet:
        """On hold, nothing is late."""
        return self.filter(status=RequestStatus.OPEN, due_on__lt=timezone.localdate(now))


class AccountClosingQuerySet(models.QuerySet["AccountClosing"]):
    def of(self, user: User) -> AccountClosingQuerySet:
        """Linked accounts close together."""
        return self.filter(person__in=User.objects.same_person(user))

    def waiting(self) -> AccountClosingQuerySet:
        return self.filter(kept_at=None, ended_at=None)

    def due(self, *, now: datetime) -> AccountClosingQuerySet:
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")


class EvidenceHoldQuerySet(models.QuerySet["EvidenceHold"]):
    def in_force(self, *, today: date) -> EvidenceHoldQuerySet:
        has_ended = models.Q(ends_on__lt=today)
        return self.filter(lifted_at=None).exclude(has_ended)


class EvidenceDeadlineQuerySet(models.QuerySet["EvidenceDeadline"]):
    def of_other_days(self, days: int | None) -> EvidenceDeadlineQuerySet:
        """Not over, and not computed from the setting as it is now."""
        is_current = models.Q(days=days)
        return self.filter(is_over=False).exclude(is_current)

    def to_tell(self, *, now: datetime, ahead: timedelta) -> EvidenceDeadlineQuerySet:
        return self.filter(due_at__lte=now + ahead, told_at=None)

    def to_delete(self, *, now: datetime) -> EvidenceDeadlineQuerySet:
        return self.filter(due_at__lte=now, told_at__isnull=False)
