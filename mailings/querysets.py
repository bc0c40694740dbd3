from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from accounts.models import Agency, Membership, User
from mailings.states import ImportStatus, Purpose, SubscriptionStatus

if TYPE_CHECKING:
    from mailings.models import Announcement, MailingList, SubscriberImport, Subscription


class MailingListQuerySet(models.QuerySet["MailingList"]):
    def coordinated_by(self, user: User) -> MailingListQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )

    def open_to_everyone(self) -> MailingListQuerySet:
        """The lists that anybody may sign up for."""
        return self.filter(is_open=True)

    def with_counts(self) -> MailingListQuerySet:
        counts = {
            status.value: Count("subscriptions", filter=Q(subscriptions__status=status))
            for status in SubscriptionStatus
        }
        return self.annotate(**counts).order_by("position", "name", "pk")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def pending(self) -> SubscriptionQuerySet:
        return self.filter(status=SubscriptionStatus.PENDING)

    def confirmed(self) -> SubscriptionQuerySet:
        return self.filter(status=SubscriptionStatus.CONFIRMED)

    def current(self) -> SubscriptionQuerySet:
        return self.exclude(status=SubscriptionStatus.ENDED)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def coordinated_by(self, user: User) -> AnnouncementQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        theirs = Q(purpose=Purpose.NEWS, mailing_list__agency__in=agencies)
        return self.filter(theirs | Q(purpose=Purpose.SERVICE, agency__in=agencies))


class SubscriberImportQuerySet(models.QuerySet["SubscriberImport"]):
    def coordinated_by(self, user: User) -> SubscriberImportQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(mailing_list__agency__in=agencies)

    def running(self) -> SubscriberImportQuerySet:
        return self.filter(status=ImportStatus.RUNNING)
