from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailings.models.lists import MailingList, Subscription
from mailings.querysets import AnnouncementQuerySet
from mailings.states import AnnouncementStatus, LetterStatus
from program.two_languages import Text, in_language, text_in_language


class Announcement(models.Model):
    """A letter to everybody who confirmed one list. Its texts are fixed when sending begins."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, related_name="announcements", verbose_name=_("mailing list")
    )
    subject = models.CharField(_("subject"), max_length=150)
    subject_es = models.CharField(_("subject in Spanish"), max_length=150, blank=True)
    body = models.TextField(
        _("text"), max_length=20_000,
        help_text=_("You can use Markdown: **bold**, lists, links and headings."),
    )  # fmt: skip
    body_es = models.TextField(
        _("text in Spanish"), max_length=20_000, blank=True,
        help_text=_("Without it, everybody gets the other text."),
    )  # fmt: skip
    status = models.CharField(
        max_length=10, choices=AnnouncementStatus, default=AnnouncementStatus.DRAFT
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="announcement_started_unless_draft",
                condition=Q(status="draft", started_at__isnull=True)
                | (~Q(status="draft") & Q(started_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="announcement_finished_with_its_time",
                condition=Q(status="finished", finished_at__isnull=False)
                | (~Q(status="finished") & Q(finished_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.subject, self.subject_es)

    def get_absolute_url(self) -> str:
        return reverse("mailings:manage_announcement", args=[self.public_id])

    @property
    def body_text(self) -> Text:
        return text_in_language(self.body, self.body_es)

    @property
    def is_draft(self) -> bool:
        return self.status == AnnouncementStatus.DRAFT


class Letter(models.Model):
    """One address that an announcement goes to, once. Queued: its email is a row of `mail`."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="letters")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="letters")
    status = models.CharField(max_length=10, choices=LetterStatus, default=LetterStatus.WAITING)
    queued_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("email of an announcement")
        verbose_name_plural = _("emails of announcements")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "subscription"], name="one_letter_for_each_address"
            ),
            models.CheckConstraint(
                name="letter_queued_with_its_time",
                condition=Q(status="queued", queued_at__isnull=False)
                | (~Q(status="queued") & Q(queued_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["announcement", "id"], name="letter_waiting", condition=Q(status="waiting")
            ),
            models.Index(fields=["queued_at"], name="letter_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement}: {self.subscription.subscriber}"

    @property
    def key(self) -> str:
        """Of its email."""
        return f"{self.announcement_id}:{self.pk}"
