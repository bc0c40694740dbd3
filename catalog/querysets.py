from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from accounts.models import Agency, Membership

if TYPE_CHECKING:
    from accounts.models import User

# Below this, a match is an accident of letters rather than a slip of the finger.
LEAST_SIMILARITY = 0.45


class BadgeClassQuerySet(models.QuerySet):
    def published(self) -> BadgeClassQuerySet:
        """What can be earned today."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def readable(self) -> BadgeClassQuerySet:
        """What has a public page: a retired badge keeps its page, because people hold it."""
        return self.exclude(current_version=None)

    def managed_by(self, user: User) -> BadgeClassQuerySet:
        agencies = Agency.objects.where(user, Membership.Role.COORDINATOR)
        return self.filter(issuer__agency__in=agencies)

    def for_cards(self) -> BadgeClassQuerySet:
        return self.select_related("current_version", "category", "issuer")

    def matching(self, words: str) -> BadgeClassQuerySet:
        """Badges about these words, best first; forgives a slip of the finger."""
        words = words.strip()
        if not words:
            return self
        name, about = F("current_version__name"), F("current_version__description")
        similarity = Greatest(
            TrigramWordSimilarity(Value(words), name),
            TrigramWordSimilarity(Value(words), F("category__name")) * 0.9,
            TrigramWordSimilarity(Value(words), about) * 0.8,
        )
        return (
            self.annotate(similarity=similarity)
            .filter(Q(similarity__gte=LEAST_SIMILARITY) | Q(current_version__name__icontains=words))
            .order_by("-similarity", "current_version__name")
        )
