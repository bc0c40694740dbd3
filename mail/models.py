from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.querysets import MessageQuerySet, OutgoingEmailQuerySet


class OutgoingEmail(models.Model):
    """An email that is due, or was. The row makes sure that it is sent; the worker sends it.

    The row stores what the email is about, not its text. The app that queued it (`kind`) composes
    it when it is sent, so attachments are never stored twice.
    """

    class Status(models.TextChoices):
        DUE = "due", _("due")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("rejected by the receiving server")
        UNWANTED = "unwanted", _("not sent: the recipient does not want emails")
        KEPT = "kept", _("kept as a message: the recipient has no email")

    kind = models.CharField(max_length=60)
    key = models.CharField(
        max_length=200, help_text="What the letter is about; one letter of a kind for each key."
    )
    to = models.EmailField()
    language = models.CharField(max_length=10, default="en")
    context = models.JSONField(default=dict)
    # The same for every attempt: if a worker dies between the server's "accepted" and our commit,
    # the second copy has the same id and the mailbox shows one email.
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DUE)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(
        default=0, help_text="How often the receiving server said no for good."
    )
    last_error = models.TextField(blank=True)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("email")
        verbose_name_plural = _("emails")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_letter_per_kind_and_key"),
            models.CheckConstraint(
                name="email_has_sent_at_when_sent",
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="email_due", condition=Q(status__in=["due", "sending"])
            ),
            models.Index(fields=["queued_at"], name="email_refused", condition=Q(status="refused")),
            models.Index(fields=["to", "-queued_at"], name="email_to"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key}) to {self.to}"


class Message(models.Model):
    """What an email would have said to somebody without email, who reads it when signed in."""

    # Of the account, as emails have it.
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["to", "-kept_at"], name="message_to")]

    def __str__(self) -> str:
        return self.subject


class MailRefusal(models.Model):
    """An address without an account that wants no more emails. Deleted on sign-up."""

    email = models.EmailField(_("email address"), unique=True)
    refused_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("refusal of emails")
        verbose_name_plural = _("refusals of emails")
        constraints = [
            models.CheckConstraint(
                name="refusing_email_is_lower_case", condition=Q(email=Lower("email"))
            )
        ]

    def __str__(self) -> str:
        return self.email
