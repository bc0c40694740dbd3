from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from accounts.models import Agency, Membership
from rewards.states import DrawingStatus, WinStatus

if TYPE_CHECKING:
    from accounts.models import User
    from rewards.models import DrandRound, Draw, Drawing, Entry, Seal, Sponsor, Win


class SponsorQuerySet(models.QuerySet["Sponsor"]):
    def current(self) -> SponsorQuerySet:
        return self.filter(is_current=True)

    def coordinated_by(self, user: User) -> SponsorQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )

    def usable_in(self, agency: Agency) -> SponsorQuerySet:
        """Sponsors that a drawing of this agency may name: its own, and those above and below.

        A name, a logo and a link are public. The email address stays with the coordinators.
        """
        related = Agency.objects.above(agency) | Agency.objects.within(agency)
        return self.filter(agency__in=related)


class DrawingQuerySet(models.QuerySet["Drawing"]):
    def public(self) -> DrawingQuerySet:
        """Drawings that anyone may see: all but drafts."""
        return self.exclude(status=DrawingStatus.DRAFT)

    def collecting(self) -> DrawingQuerySet:
        """Open drawings, in which newly issued badges may give chances."""
        return self.filter(status=DrawingStatus.ANNOUNCED)

    def coordinated_by(self, user: User) -> DrawingQuerySet:
        return self.filter(
            agency__in=Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        )

    def due_to_close(self, *, now: datetime) -> DrawingQuerySet:
        return self.filter(status=DrawingStatus.ANNOUNCED, rules__closes_at__lte=now)


class EntryQuerySet(models.QuerySet["Entry"]):
    def valid(self) -> EntryQuerySet:
        """Entries that are not voided."""
        return self.filter(voided_at=None)

    def of(self, user: User) -> EntryQuerySet:
        """Entries of this person, with any of their accounts."""
        people = self.model.user.field.related_model.objects
        return self.filter(user__in=people.same_person(user))

    def counted_once(self) -> EntryQuerySet:
        """Without what a person has twice, on two accounts: the earlier entry counts."""
        return self.exclude(self.is_a_copy())

    def is_a_copy(self) -> Q:
        """For valid entries: another account of the person has the same chance from earlier on."""
        same = Q(assertion__badge_class=OuterRef("assertion__badge_class")) | Q(
            Q(assertion=None), IsNull(OuterRef("assertion"), True)
        )
        earlier = Q(created_at__lt=OuterRef("created_at")) | Q(
            created_at=OuterRef("created_at"), pk__lt=OuterRef("pk")
        )
        others = self.model.objects.valid().filter(
            same,
            earlier,
            drawing=OuterRef("drawing"),
            user__person_key=OuterRef("user__person_key"),
            chance=OuterRef("chance"),
        )
        has_several = self.model.user.field.related_model.objects.exclude(linked_to=None)
        several = Q(user__person_key__in=has_several.values("person_key"))
        return several & Q(Exists(others.exclude(user=OuterRef("user"))))


class DrandRoundQuerySet(models.QuerySet["DrandRound"]):
    def due(self, *, now: datetime) -> DrandRoundQuerySet:
        """Rounds to be fetched now for a closed drawing."""
        return self.filter(signature="", due_at__lte=now, drawing__status=DrawingStatus.CLOSED)


class DrawQuerySet(models.QuerySet["Draw"]):
    def revealed(self) -> DrawQuerySet:
        """Draws whose result is not sealed."""
        return self.filter(Q(seal=None) | Q(seal__opened_at__isnull=False))


class SealQuerySet(models.QuerySet["Seal"]):
    def closed(self) -> SealQuerySet:
        return self.filter(opened_at=None)

    def due(self, *, now: datetime) -> SealQuerySet:
        """Results that nobody revealed on stage by the set time.

        A repeated draw has a time of its own, which counts for both.
        """
        again = self.model.draw.field.related_model.objects.filter(
            drawing=OuterRef("draw__drawing"), number__gt=OuterRef("draw__number")
        )
        return self.closed().filter(~Exists(again), opens_at__lte=now)


class WinQuerySet(models.QuerySet["Win"]):
    def revealed(self) -> WinQuerySet:
        """Wins that their winners and everybody may know of."""
        return self.filter(Q(draw__seal=None) | Q(draw__seal__opened_at__isnull=False))

    def overdue(self, *, now: datetime) -> WinQuerySet:
        return self.revealed().filter(
            status=WinStatus.TOLD, confirm_by__lte=now, draw__drawing__status=DrawingStatus.DRAWN
        )
