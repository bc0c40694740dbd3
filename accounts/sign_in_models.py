"""Where people are signed in. `accounts.models` includes it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignedInBrowser(models.Model):
    """A browser in which somebody has signed in, as long as its session lasts.

    The browser is kept by the words of `accounts.browsers`, not by what it says of itself.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="signed_in_browsers")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signed-in browser")
        verbose_name_plural = _("signed-in browsers")
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.browser}, {self.system}"
