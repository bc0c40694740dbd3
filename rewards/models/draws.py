from __future__ import annotations

import secrets

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from issuing.models import Assertion
from rewards.models.drawings import Drawing, Prize
from rewards.models.values import TypedValue
from rewards.querysets import DrawQuerySet, EntryQuerySet, WinQuerySet
from rewards.spoken_receipts import spoken_receipt
from rewards.states import ACTIVE, GIVEN_UP, WinStatus


def new_token() -> str:
    """Identifies an entry in the published list to its earner, and to nobody else."""
    return secrets.token_hex(8)


class Entry(models.Model):
    """One chance. Its token is the earner's receipt. The badge that gave it is not published."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="entries")
    user = models.ForeignKey(User, models.PROTECT, related_name="entries")
    assertion = models.ForeignKey(
        Assertion, models.PROTECT, null=True, related_name="entries",
        help_text=_("Blank for a free entry."),
    )  # fmt: skip
    chance = models.PositiveIntegerField(default=1)
    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True)
    voided_because = models.CharField(max_length=200, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        ordering = ["created_at", "pk"]
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "assertion", "chance"], name="one_entry_per_award_and_chance"
            ),
            models.UniqueConstraint(
                fields=["drawing", "user"],
                condition=Q(assertion__isnull=True),
                name="one_free_entry_per_person",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="entry_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="entry_keeps_its_token",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("token", "drawing", "user", "assertion"),
            ),
        ]

    def __str__(self) -> str:
        return self.token


class EntryList(models.Model):
    """A frozen and published list of entries. An upheld dispute makes a new list."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="lists")
    number = models.PositiveIntegerField(default=1)
    frozen_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Of entries.csv, in hexadecimal.")
    reason = models.TextField(blank=True, help_text="Why the list before this one was corrected.")

    class Meta:
        verbose_name = _("entry list")
        verbose_name_plural = _("entry lists")
        ordering = ["drawing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "number"], name="one_list_per_number")
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_list_stays", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.drawing}, list {self.number}"

    def spoken(self, number: int) -> str:
        """Words for the receipt of this line, to be said aloud."""
        return spoken_receipt(number, count=self.count, sha256=self.sha256)


class ListPiece(models.Model):
    """Consecutive lines of a frozen list, exactly as published.

    A line has its number, the token of the entry, and a code for the person. Lines with the same
    code belong to one person, so anyone can see that nobody won twice; the code is different in
    every list and does not reveal the person. The pieces in order make up the published bytes.
    With pieces, a list of a million entries takes only a few thousand rows.
    """

    entry_list = models.ForeignKey(EntryList, models.PROTECT, related_name="pieces", db_index=False)
    first = models.PositiveIntegerField(help_text="The number of its first line.")
    first_token = models.CharField(max_length=16, help_text="The receipt of its first line.")
    text = models.TextField()

    class Meta:
        verbose_name = _("part of an entry list")
        verbose_name_plural = _("parts of entry lists")
        ordering = ["entry_list", "first"]
        constraints = [
            models.UniqueConstraint(fields=["entry_list", "first"], name="one_piece_per_place")
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_piece_stays", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_list}, from {self.first}"


class ListedEntry(models.Model):
    """A line of a frozen list and its entry, for lines to which a win or a skip refers."""

    entry_list = models.ForeignKey(
        EntryList, models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField()
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    person = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("listed entry")
        verbose_name_plural = _("listed entries")
        ordering = ["entry_list", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry_list", "number"], name="one_line_per_number"),
            models.UniqueConstraint(fields=["entry", "entry_list"], name="one_line_per_entry"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_line_stays", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.entry}"


class Draw(models.Model):
    """A draw and the values of its sources. Never changed."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="draws")
    entry_list = models.ForeignKey(EntryList, models.PROTECT, related_name="draws")
    number = models.PositiveIntegerField(default=1)
    # Each is {"name": ..., "kind": ..., "values": [...]}, in the announced order, secret last.
    sources = models.JSONField()
    key = models.TextField()
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    reason = models.TextField(blank=True, help_text="Why the draw before this one was repeated.")
    typed_values = models.ManyToManyField(
        TypedValue, related_name="+", help_text="Two people's for each source that was typed in."
    )

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["drawing", "-number"]
        constraints = [
            # Refuses the second of two concurrent draws. A deliberately repeated draw has the next
            # number, and a reason.
            models.UniqueConstraint(fields=["drawing", "number"], name="one_draw_per_number"),
            models.CheckConstraint(
                name="a_repeated_draw_has_a_reason", condition=Q(number=1) | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="draw_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.drawing}, draw {self.number}"

    @property
    def is_sealed(self) -> bool:
        """Whether its winners are still kept from everybody but the coordinators who present."""
        seal = getattr(self, "seal", None)
        return seal is not None and seal.opened_at is None


class Skip(models.Model):
    """A person who cannot win in this draw, or an entry that no longer counts.

    Found after the list was frozen. The numbers of the list do not change.
    """

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="skips")
    person = models.CharField(max_length=16, blank=True)
    line = models.ForeignKey(ListedEntry, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("skipped entry")
        verbose_name_plural = _("skipped entries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="skip_is_of_a_person_or_of_one_entry",
                condition=Q(person="", line__isnull=False) | (~Q(person="") & Q(line__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["draw", "person", "line"],
                nulls_distinct=False,
                name="skipped_once_in_a_draw",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="skip_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.person or self.line}: {self.reason}"


class Win(models.Model):
    """A prize and its winner, until it is collected or passed on to the next person."""

    Status = WinStatus

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="wins")
    prize = models.ForeignKey(Prize, models.PROTECT, related_name="wins")
    piece = models.PositiveIntegerField(help_text="Which of the prize's quantity, from 1.")
    position = models.PositiveIntegerField(help_text="Place in the sequence of the draw.")
    line = models.ForeignKey(ListedEntry, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=WinStatus, default=WinStatus.TOLD)
    told_at = models.DateTimeField()
    confirm_by = models.DateTimeField()
    given_up = models.PositiveIntegerField(
        null=True, help_text="Which of the draw's prizes was given up first, second, ..., from 1."
    )
    given_up_because = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    collected_note = models.CharField(
        max_length=200, blank=True, help_text=_("By whom, and where.")
    )
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+",
        help_text="The first win of this prize by this person, if a repeated draw confirmed it.",
    )  # fmt: skip
    shows_name = models.BooleanField(
        default=False, help_text=_("The winner agreed to their name on the results page.")
    )

    objects = WinQuerySet.as_manager()

    class Meta:
        verbose_name = _("win")
        verbose_name_plural = _("wins")
        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="one_win_per_position"),
            models.UniqueConstraint(
                fields=["draw", "given_up"], name="prizes_are_given_up_in_order"
            ),
            models.CheckConstraint(
                name="a_prize_given_up_has_its_turn_and_reason",
                condition=Q(status__in=sorted(GIVEN_UP), given_up__isnull=False)
                | (~Q(status__in=sorted(GIVEN_UP)) & Q(given_up__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["draw", "prize", "piece"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="a_prize_stands_with_one_winner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prize} ({self.piece}): {self.line.entry}"

    @property
    def goes_on_as(self) -> Win:
        """The same prize with the same winner in the last draw; itself if there is no other."""
        first = self.continues_id or self.pk
        return Win.objects.filter(continues=first).order_by("pk").last() or self

    @property
    def public_name(self) -> str:
        """The name, if the winner agreed to show it; never the email address."""
        return self.line.entry.user.name if self.shows_name else ""
