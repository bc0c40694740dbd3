from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, Greatest

from accounts.models import Agency, Membership
from catalog.states import BadgeStatus, PathwayStatus

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import BadgeClass

# Below this, a match is an accident of letters rather than a slip of the finger.
LEAST_SIMILARITY = 0.45
# A sentence is not a search: past this many words each one costs time and says nothing new.
MOST_WORDS = 8
# Too short to tell one badge from another ("de", "in", "a").
SHORTEST_WORD = 3


def _plain(place: str) -> Func:
    """The text without accents: people type "evaluacion" and mean "evaluación"."""
    return Func(F(place), function="unaccent", output_field=TextField())


def _without_accents(words: str) -> str:
    """What unaccent does to a text, done once here rather than once for every badge."""
    apart = unicodedata.normalize("NFKD", words)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


class BadgeClassQuerySet(models.QuerySet):
    def published(self) -> BadgeClassQuerySet:
        """What can be earned today."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def readable(self) -> BadgeClassQuerySet:
        """What has a public page: a retired badge keeps its page, because people hold it."""
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
        """Rows of the distinct pairs of category and issuer, for the catalog's filters."""
        return self.order_by().values(
            "category__slug", "category__name", "category__position",
            "issuer__public_id", "issuer__name",
        ).distinct()  # fmt: skip

    def matching(self, words: str) -> BadgeClassQuerySet:
        """Badges about these words, best first; forgives accents and slips of the finger.

        Every word must be found somewhere: in the name, the category, the tags or the description.
        """
        words = _without_accents(words).strip()
        typed = words.split()[:MOST_WORDS]
        typed = [word for word in typed if len(word) >= SHORTEST_WORD] or typed
        if not typed:
            return self
        places = {
            "current_version__name": 1.0,
            "category__name": 0.9,
            "tags_as_text": 0.9,
            "current_version__description": 0.8,
        }
        found = self.alias(tags_as_text=Cast("current_version__tags", TextField()))
        rank = TrigramWordSimilarity(words, _plain("current_version__name"))
        for number, word in enumerate(typed):
            likeness = Greatest(
                *(
                    TrigramWordSimilarity(word, _plain(place)) * weight
                    for place, weight in places.items()
                )
            )
            name = f"likeness_{number}"
            found = found.alias(**{name: likeness}).filter(
                Q(**{f"{name}__gte": LEAST_SIMILARITY})
                | Q(current_version__name__unaccent__icontains=word)
            )
            rank += F(name)
        return found.alias(rank=rank).order_by("-rank", "current_version__name", "pk")


class PathwayQuerySet(models.QuerySet):
    def active(self) -> PathwayQuerySet:
        """Whose badge is awarded today to whoever holds every step."""
        return self.filter(status=PathwayStatus.ACTIVE, badge_class__status=BadgeStatus.PUBLISHED)

    def with_step(self, badge_class: BadgeClass) -> PathwayQuerySet:
        """That this badge is a step of."""
        return self.filter(steps__badge_class=badge_class)

    def readable(self) -> PathwayQuerySet:
        """What has a public page: the badge at its end has one, and there are steps to it."""
        leads_somewhere = Exists(self.model.steps.rel.related_model.objects.filter(
            pathway=OuterRef("pk")
        ))  # fmt: skip
        return self.filter(leads_somewhere).exclude(badge_class__current_version=None)

    def with_badge(self) -> PathwayQuerySet:
        return self.select_related(
            "badge_class__current_version", "badge_class__category", "badge_class__issuer__agency"
        ).prefetch_related("steps")

    def managed_by(self, user: User) -> PathwayQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(badge_class__issuer__agency__in=agencies)
