from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PageRevision(models.Model):
    """One row that every change of what public pages show sets to another number.

    A kept page belongs to the number that was read before the page was made (`kept_pages`).
    """

    number = models.BigIntegerField(help_text="The id of the transaction that changed something.")

    class Meta:
        verbose_name = _("page revision")
        verbose_name_plural = _("page revisions")
        constraints = [
            models.CheckConstraint(name="one_page_revision", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return str(self.number)
