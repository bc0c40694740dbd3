"""Imports of agencies, people, roles and groups from files: what each row would do, and did."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class RosterImport(models.Model):
    """A file that a coordinator brought for the part of the tree below `agency`."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("being checked")
        FAILED = "failed", _("not checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    invites = models.BooleanField(default=False)
    # Roles and places that earlier files gave and this one no longer has come to an end.
    ends_missing = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.CHECKING)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="When the worker goes on with it.")
    ended_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField(default=0, help_text="How many the file has.")
    checks = models.PositiveSmallIntegerField(default=0, help_text="How often a check began.")
    clear_at = models.DateTimeField(
        null=True, help_text="When the names and addresses in its rows are cleared."
    )
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of a roster")
        verbose_name_plural = _("imports of rosters")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="roster_is_due_while_it_runs",
                condition=Q(status__in=["checking", "running", "undoing"], due_at__isnull=False)
                | (~Q(status__in=["checking", "running", "undoing"]) & Q(due_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:manage_roster", args=[self.public_id])


class RosterFile(models.Model):
    """What was read from the file, until it is checked: compressed JSON, one record on a line."""

    roster = models.OneToOneField(RosterImport, models.CASCADE, related_name="file")
    packed = models.BinaryField()

    class Meta:
        verbose_name = _("file of a roster")
        verbose_name_plural = _("files of rosters")

    def __str__(self) -> str:
        return self.roster.file_name


class RosterRow(models.Model):
    """One row of the file, what it would do when it was checked, and what came of it."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        ROLE = "role", _("person")
        GROUP = "group", _("group")
        PLACE = "place", _("person in a group")

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("the same")
        ENDED = "ended", _("ends")
        REFUSED = "refused", _("refused")

    roster = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=6, choices=Kind)
    where = models.CharField(max_length=60)  # file and line
    label = models.CharField(max_length=500)
    data = models.JSONField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    problem = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)
    # What this row made or changed: keys and former values. Undoing takes back only this.
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("row of a roster")
        verbose_name_plural = _("rows of rosters")
        ordering = ["pk"]
        indexes = [models.Index(fields=["roster", "outcome"])]

    def __str__(self) -> str:
        return self.label


class RosterId(models.Model):
    """The ID by which the files of an agency name an agency or a person."""

    scope = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=255)
    agency = models.ForeignKey(
        "accounts.Agency", models.CASCADE, null=True, related_name="roster_ids"
    )
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="roster_ids")

    class Meta:
        verbose_name = _("ID in rosters")
        verbose_name_plural = _("IDs in rosters")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "identifier"],
                condition=Q(agency__isnull=False),
                name="one_agency_per_roster_id",
            ),
            models.UniqueConstraint(
                fields=["scope", "identifier"],
                condition=Q(user__isnull=False),
                name="one_person_per_roster_id",
            ),
            models.CheckConstraint(
                name="roster_id_names_one_thing",
                condition=Q(agency__isnull=False, user__isnull=True)
                | Q(agency__isnull=True, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.identifier
