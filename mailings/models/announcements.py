from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from mailings.models.audiences import Audience
from mailings.models.lists import MailingList, Subscription
from mailings.querysets import AnnouncementQuerySet
from mailings.states import AnnouncementStatus, LetterStatus, Purpose
from program.two_languages import Text, in_language, text_in_language


class Announcement(Audience):
    """News for those who confirmed a list, or a service letter to people with an account.

    Its texts and its recipients are fixed when sending begins.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(
        _("what it is"), max_length=10, choices=Purpose, default=Purpose.NEWS
    )
    mailing_list = models.ForeignKey(
        MailingList, models.PROTECT, null=True, blank=True, related_name="announcements",
        verbose_name=_("mailing list"), help_text=_("For news."),
    )  # fmt: skip
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
            models.CheckConstraint(
                name="news_have_a_list_and_service_letters_an_agency",
                condition=Q(purpose="news", mailing_list__isnull=False)
                | Q(purpose="service", mailing_list=None, agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.subject, self.subject_es)

    def get_absolute_url(self) -> str:
        return reverse("mailings:manage_announcement", args=[self.public_id])

    @property
    def owner(self) -> Agency:
        """Its coordinators write and send it."""
        return self.mailing_list.agency if self.mailing_list else self.agency

    @property
    def is_news(self) -> bool:
        return self.purpose == Purpose.NEWS

    @property
    def body_text(self) -> Text:
        return text_in_language(self.body, self.body_es)

    @property
    def is_draft(self) -> bool:
        return self.status == AnnouncementStatus.DRAFT


class Letter(models.Model):
    """One address that an announcement goes to, once. Queued: its email is a row of `mail`.

    Of a subscription, or of a person's main account.
    """

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="letters")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, related_name="letters"
    )
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="letters_of_announcements"
    )
    status = models.CharField(max_length=10, choices=LetterStatus, default=LetterStatus.WAITING)
    queued_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("email of an announcement")
        verbose_name_plural = _("emails of announcements")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "subscription"], name="one_letter_for_each_address"
            ),
            models.UniqueConstraint(
                fields=["announcement", "user"], name="one_letter_for_each_account"
            ),
            models.CheckConstraint(
                name="letter_to_a_subscription_or_an_account",
                condition=Q(subscription=None, user__isnull=False)
                | Q(subscription__isnull=False, user=None),
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
        return f"{self.announcement}: {self.user or self.subscription.subscriber}"

    @property
    def key(self) -> str:
        """Of its email."""
        return f"{self.announcement_id}:{self.pk}"


class NoAnnouncements(models.Model):
    """This person wants no announcements from the program. The row is of their main account."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wish to get no announcements")
        verbose_name_plural = _("wishes to get no announcements")

    def __str__(self) -> str:
        return str(self.user)
