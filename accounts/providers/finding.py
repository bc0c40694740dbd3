from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import IdentityProvider


def open_providers(words: str = "") -> QuerySet[IdentityProvider]:
    """Providers that people can sign in with, by each of these words."""
    found = IdentityProvider.objects.filter(is_enabled=True, agency__closed_at=None)
    for word in words.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(agency__name__icontains=word)
            | Q(agency__domains__domain__icontains=word)
        )
    return found.select_related("agency").distinct()
