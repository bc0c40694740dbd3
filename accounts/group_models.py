"""Groups: the classes and cohorts of an agency, their members and their instructors."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import GroupMemberQuerySet, GroupQuerySet
from serving.triggers import ChangesPages


class Group(models.Model):
    """A class or cohort. A group that has closed stays, with everybody who was in it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(
        "accounts.Agency", models.PROTECT, related_name="groups", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=150)
    school_year = models.CharField(
        _("school year"), max_length=40, blank=True, help_text=_("For example 2026–27.")
    )
    external_id = models.CharField(
        _("ID elsewhere"), max_length=255, blank=True,
        help_text=_("The ID of this group in the system from which it is imported, if any."),
    )  # fmt: skip
    # A coordinator says so: then they add learners without email, and make their cards.
    instructors_add_learners = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "external_id"],
                condition=~Q(external_id=""),
                name="one_group_per_id_of_an_agency",
            ),
        ]
        # The home page names the way to sign in with a class code while there is a class.
        triggers = [ChangesPages("group_changes_pages")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:manage_group", args=[self.public_id])


class GroupMember(models.Model):
    """Somebody's time in a group, as a member or as an instructor.

    Who was there stays readable: a row gets its end and is never changed after that. An instructor
    sees the group only while they also have the role of an instructor at its agency.
    """

    class Part(models.TextChoices):
        MEMBER = "member", _("member")
        INSTRUCTOR = "instructor", _("instructor")

    group = models.ForeignKey(Group, models.PROTECT, related_name="people")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="group_places")
    part = models.CharField(_("part"), max_length=12, choices=Part, default=Part.MEMBER)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in a group")
        verbose_name_plural = _("people in groups")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "user"],
                condition=Q(ended_at__isnull=True),
                name="one_current_place_in_a_group",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended_place_in_a_group_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        return (self.user_id,)


class SchoolYearMove(models.Model):
    """The groups of one school year were closed, and perhaps copied to the next one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("accounts.Agency", models.PROTECT, related_name="+")
    from_year = models.CharField(max_length=40)
    to_year = models.CharField(max_length=40)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # Keys of the groups that were closed and of their copies, and former last days of roles.
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("move to a school year")
        verbose_name_plural = _("moves to a school year")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.from_year} → {self.to_year}"
