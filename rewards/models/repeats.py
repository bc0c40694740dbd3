from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rewards.models.draws import Draw
from serving.triggers import ChangesPages


class RepeatRequest(models.Model):
    """A coordinator asks to repeat a draw with other values; another one confirms or refuses."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("waits for another coordinator")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        OUTDATED = "outdated", _("something changed meanwhile")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="repeat_requests")
    mark = models.CharField(
        max_length=64, help_text="Of the new values, and of who loses and gains what."
    )
    reason = models.TextField(_("reason"))
    sealed_until = models.DateTimeField(
        null=True, help_text="Blank: the result is published at once."
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request to repeat a draw")
        verbose_name_plural = _("requests to repeat a draw")
        ordering = ["draw", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw"], condition=Q(outcome="open"), name="one_open_repeat_of_a_draw"
            ),
            models.CheckConstraint(
                name="an_answered_repeat_says_by_whom",
                condition=Q(outcome="open", answered_by=None, answered_at=None)
                | (~Q(outcome="open") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_repeat_is_confirmed_by_another_person",
                condition=~Q(outcome="confirmed") | ~Q(answered_by=F("asked_by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="what_a_repeat_asks_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "draw", "mark", "reason", "sealed_until", "asked_by", "asked_at"
                ),
            ),
            pgtrigger.Protect(
                name="an_answered_repeat_stays",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome="open"),
            ),
            pgtrigger.Protect(name="a_repeat_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.draw}: {self.reason}"


class DrawNote(models.Model):
    """What a coordinator adds to a draw, for everyone to read."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note on a draw")
        verbose_name_plural = _("notes on draws")
        ordering = ["draw", "pk"]
        triggers = [
            ChangesPages("draw_note_changes_pages"),
            pgtrigger.Protect(
                name="note_on_a_draw_stays", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return self.text
