from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from serving.triggers import ChangesPages


class PublishedNumbers(models.Model):
    """What the program published about a quarter. It never changes, whatever happens later.

    `numbers` is the JSON that anyone can read: docs/promises.md.
    """

    first = models.DateField()
    last = models.DateField(unique=True)
    numbers = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("published numbers")
        verbose_name_plural = _("published numbers")
        ordering = ["-last"]
        triggers = [
            ChangesPages("publishing_numbers_changes_pages"),
            pgtrigger.Protect(
                name="published_numbers_are_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
