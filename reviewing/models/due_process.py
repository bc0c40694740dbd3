"""What can happen to a submission beside its reviews: it is reopened, held, or appealed."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from postgres.erasure import ProtectUnlessErased
from reviewing.due_process_querysets import (
    AppealQuerySet,
    FeedbackAnswerQuerySet,
    IntegrityHoldQuerySet,
)
from reviewing.due_process_triggers import (
    HAS_A_READER,
    AboutADecisionInEffect,
    AnsweredOnce,
    ReadByTheUninvolved,
)
from reviewing.models.decisions import Decision
from reviewing.states import AppealOutcome, AppealStatus, Helpfulness, HoldStatus
from reviewing.triggers import NoConflict, NotTheEarner, TwoPeople
from submissions.models import Attempt, Submission

_DECIDED = [AppealStatus.CHANGED, AppealStatus.UPHELD]


class Reopening(models.Model):
    """A coordinator had a decided submission read again. Its earner reads the reason."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="reopenings")
    attempt = models.OneToOneField(
        Attempt, models.PROTECT, related_name="reopening",
        help_text="The same evidence, for the new reading.",
    )  # fmt: skip
    reason = models.TextField()
    by_others = models.BooleanField(help_text="Nobody reads it who has read it before.")
    reopened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reopened submission")
        verbose_name_plural = _("reopened submissions")
        ordering = ["pk"]
        triggers = [
            NotTheEarner(
                name="nobody_reopens_their_own_submission",
                submission="NEW.submission_id",
                person="reopened_by_id",
            ),
            ProtectUnlessErased(
                personal=["reason"], name="a_reopening_is_frozen", operation=pgtrigger.Update
            ),
            pgtrigger.Protect(name="a_reopening_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, reopened"


class IntegrityHold(models.Model):
    """A doubt whether the work is the earner's own. They are told, and can answer."""

    Status = HoldStatus

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    answer_until = models.DateTimeField(help_text="It is not confirmed before, without an answer.")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=HoldStatus, default=HoldStatus.OPEN)
    ended_because = models.TextField(blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(
        null=True, help_text="When coordinators are reminded that it waits for them."
    )

    objects = IntegrityHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold of a submission")
        verbose_name_plural = _("holds of submissions")
        ordering = ["placed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(status="open"), name="one_open_hold"
            ),
            models.CheckConstraint(
                name="a_hold_has_ended_unless_open",
                condition=Q(status="open", ended_at__isnull=True)
                | ~Q(status="open") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_second_person_confirms_a_hold",
                condition=~Q(status="confirmed")
                | Q(ended_by__isnull=False) & ~Q(ended_by=F("placed_by")),
            ),
            models.CheckConstraint(
                name="a_hold_is_confirmed_once_it_could_be_answered",
                condition=~Q(status="confirmed")
                | Q(answered_at__isnull=False)
                | Q(ended_at__gte=F("answer_until")),
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="hold_reminders", condition=Q(status="open"))
        ]
        triggers = [
            NotTheEarner(
                name="nobody_holds_their_own_submission",
                submission="NEW.submission_id",
                person="placed_by_id",
            ),
            NotTheEarner(
                name="nobody_ends_a_hold_of_their_own_submission",
                submission="NEW.submission_id",
                person="ended_by_id",
            ),
            TwoPeople(
                name="nobody_confirms_a_hold_with_another_account",
                first="placed_by_id",
                second="ended_by_id",
                condition=pgtrigger.Q(old__status="open", new__status="confirmed"),
            ),
            AnsweredOnce(name="a_hold_is_answered_once"),
            ProtectUnlessErased(
                personal=["reason"],
                name="what_is_held_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "submission", "reason", "placed_by", "placed_at", "answer_until"
                ),
            ),
            ProtectUnlessErased(
                personal=["reason", "answer", "ended_because"],
                name="an_ended_hold_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="a_hold_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, hold"

    def get_absolute_url(self) -> str:
        """Where a coordinator lifts or confirms it."""
        return reverse("reviewing:manage_hold", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == HoldStatus.OPEN


class Appeal(models.Model):
    """The earner asks somebody who had no part in it to look at a decision again. Once for each."""

    Status = AppealStatus

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="appeals")
    decision = models.OneToOneField(
        Decision, models.PROTECT, null=True, related_name="appeal", help_text="What it is about."
    )
    hold = models.OneToOneField(
        IntegrityHold, models.PROTECT, null=True, related_name="appeal",
        help_text="Or the confirmed hold that it is about.",
    )  # fmt: skip
    words = models.TextField()
    made_at = models.DateTimeField()
    due_on = models.DateField(help_text="By when an answer was promised.")
    reader = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=AppealStatus, default=AppealStatus.OPEN)
    outcome = models.CharField(max_length=10, choices=AppealOutcome, blank=True)
    reasons = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(
        null=True, help_text="When its reader is reminded; without a reader, the coordinators."
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(status="open"), name="one_open_appeal"
            ),
            models.CheckConstraint(
                name="an_appeal_is_about_one_thing",
                condition=Q(decision__isnull=False, hold__isnull=True)
                | Q(decision__isnull=True, hold__isnull=False),
            ),
            models.CheckConstraint(
                name="an_appeal_has_ended_unless_open",
                condition=Q(status="open", ended_at__isnull=True)
                | ~Q(status="open") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_appeal_is_decided_by_its_reader",
                condition=Q(status__in=_DECIDED, reader__isnull=False) & ~Q(outcome="")
                | ~Q(status__in=_DECIDED) & Q(outcome=""),
            ),
            models.CheckConstraint(
                name="an_appeal_is_upheld_or_changed_as_it_says",
                condition=~Q(status="upheld") & ~Q(outcome="uphold")
                | Q(status="upheld", outcome="uphold"),
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="appeal_reminders", condition=Q(status="open"))
        ]
        triggers = [
            NotTheEarner(
                name="nobody_reads_their_own_appeal",
                submission="NEW.submission_id",
                person="reader_id",
            ),
            NoConflict(
                name="nobody_reads_an_appeal_in_conflict",
                submission="NEW.submission_id",
                person="reader_id",
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=HAS_A_READER,
            ),
            ReadByTheUninvolved(name="an_appeal_is_read_by_the_uninvolved"),
            AboutADecisionInEffect(name="an_appeal_is_about_a_decision_in_effect"),
            ProtectUnlessErased(
                personal=["words"],
                name="what_is_appealed_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "submission", "decision", "hold", "words", "made_at", "due_on"
                ),
            ),
            ProtectUnlessErased(
                personal=["words", "reasons"],
                name="an_ended_appeal_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="an_appeal_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, appeal"

    def get_absolute_url(self) -> str:
        """Where its reader reads and decides it."""
        return reverse("reviewing:appeal", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == AppealStatus.OPEN


class FeedbackAnswer(models.Model):
    """What the earner said about the feedback of a decision, with one press."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="feedback_answer")
    helpful = models.CharField(max_length=6, choices=Helpfulness)
    answered_at = models.DateTimeField()

    objects = FeedbackAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer about feedback")
        verbose_name_plural = _("answers about feedback")

    def __str__(self) -> str:
        return f"{self.decision}: {self.get_helpful_display()}"
