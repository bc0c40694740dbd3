from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.models import Agency, Membership
from catalog import search
from catalog.states import BadgeStatus, PathwayStatus

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import BadgeClass, Category, Issuer, Pathway


class BadgeClassQuerySet(models.QuerySet["BadgeClass"]):
    def published(self) -> BadgeClassQuerySet:
        """Badges that can be earned today."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def readable(self) -> BadgeClassQuerySet:
        """Badges with a public page, including retired ones, which people have earned."""
        return self.exclude(current_version=None)

    def managed_by(self, user: User) -> BadgeClassQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(issuer__agency__in=agencies)

    def for_cards(self) -> BadgeClassQuerySet:
        criteria = (
            self.model.current_version.field.related_model.objects.filter(
                pk=OuterRef("current_version")
            )
            .annotate(number_of_criteria=Count("criteria"))
            .values("number_of_criteria")
        )
        return self.select_related("current_version", "category", "issuer").annotate(
            number_of_criteria=Coalesce(Subquery(criteria), 0)
        )

    def with_facets(self) -> BadgeClassQuerySet:
        """Distinct pairs of category and issuer, for the catalog's filters."""
        return self.order_by().values(
            "category__slug", "category__name", "category__name_es", "category__position",
            "issuer__public_id", "issuer__name",
        ).distinct()  # fmt: skip

    def matching(self, words: str) -> BadgeClassQuerySet:
        """Badges that match these words, best first, despite typos and missing accents.

        Every word must be found in the badge's texts, category, tags or standards.
        """
        words = search.without_accents(words).strip()
        versions = self.model.current_version.field.related_model
        alignments = versions.alignments.rel.related_model.objects.all()
        found = self.alias(
            tags_as_text=Cast("current_version__tags", TextField()),
            about=search.unaccented("current_version__about"),
        )
        rank = TrigramWordSimilarity(words, search.unaccented("current_version__name"))
        typed = search.words_of(words)
        for number, word in enumerate(typed):
            name = f"similarity_{number}"
            found = found.alias(**{name: search.similarity(word, alignments)}).filter(
                Q(**{f"{name}__gte": search.MIN_SIMILARITY})
                | Q(current_version__name__unaccent__icontains=word)
            )
            rank += F(name)
        if not typed:
            return self
        return found.alias(rank=rank).order_by("-rank", "current_version__name", "pk")


class CategoryQuerySet(models.QuerySet["Category"]):
    def offered(self) -> CategoryQuerySet:
        """Categories that a badge can be put into."""
        return self.filter(retired_at=None)

    def with_number_of_badges(self) -> CategoryQuerySet:
        return self.annotate(number_of_badges=Count("badge_classes"))


class IssuerQuerySet(models.QuerySet["Issuer"]):
    def managed_by(self, user: User) -> IssuerQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(agency__in=agencies)


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def active(self) -> PathwayQuerySet:
        """Pathways whose badge is currently awarded to people who complete them."""
        return self.filter(status=PathwayStatus.ACTIVE, badge_class__status=BadgeStatus.PUBLISHED)

    def with_step(self, badge_class: BadgeClass) -> PathwayQuerySet:
        """Pathways that include this badge."""
        return self.filter(steps__badge_class=badge_class)

    def readable(self) -> PathwayQuerySet:
        """Pathways with a public page: they have steps, and their badge has a public page."""
        has_steps = Exists(self.model.steps.rel.related_model.objects.filter(
            pathway=OuterRef("pk")
        ))  # fmt: skip
        return self.filter(has_steps).exclude(badge_class__current_version=None)

    def with_badge(self) -> PathwayQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        )

    def with_step_keys(self) -> PathwayQuerySet:
        """With the keys of the badges that are the steps, in order, as `step_keys`."""
        steps = self.model.steps.rel.related_model.objects.filter(pathway=OuterRef("pk"))
        keys = steps.order_by("position").values("badge_class")
        return self.annotate(step_keys=ArraySubquery(keys))

    def managed_by(self, user: User) -> PathwayQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)
