"""How learners without email sign in: the code of their class, a user name and a secret."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import ClassCodeQuerySet, ClassSignInQuerySet
from serving.triggers import ChangesPages


class ClassCode(models.Model):
    """The code of a group, under which its learners sign in. It has one at a time, or none."""

    group = models.ForeignKey("accounts.Group", models.PROTECT, related_name="class_codes")
    code = models.CharField(max_length=8, unique=True)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ClassCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("class code")
        verbose_name_plural = _("class codes")
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(ended_at=None), name="one_current_code_per_group"
            )
        ]
        # The home page names this way to sign in.
        triggers = [ChangesPages("class_code_changes_pages")]

    def __str__(self) -> str:
        return self.in_groups

    @property
    def in_groups(self) -> str:
        """The code as it is printed: 7KQ2-M9XH."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def get_sign_in_url(self) -> str:
        return reverse("accounts:class_sign_in", args=[self.in_groups])


class ClassSignIn(models.Model):
    """Somebody's user name and secret in one group. They work while the group is open: ADR 76."""

    group = models.ForeignKey("accounts.Group", models.PROTECT, related_name="class_sign_ins")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="class_sign_ins")
    user_name = models.CharField(_("user name"), max_length=40)
    # Different for each secret, so that nothing counted or signed in with an earlier one goes on.
    salt = models.UUIDField(default=uuid.uuid4)
    secret_hash = models.CharField(max_length=64)
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ClassSignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in with a class code")
        verbose_name_plural = _("sign-ins with class codes")
        constraints = [
            # For good: the card of somebody who left never opens the account of somebody else.
            models.UniqueConstraint(
                fields=["group", "user_name"], name="a_user_name_of_a_group_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["group", "user"],
                condition=Q(ended_at=None),
                name="one_current_class_sign_in_per_group",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended_class_sign_in_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.group}"
