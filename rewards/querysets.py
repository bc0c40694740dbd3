from __future__ import annotations

from django.db import models


class SponsorQuerySet(models.QuerySet):
    def current(self) -> SponsorQuerySet:
        return self.filter(is_current=True)
