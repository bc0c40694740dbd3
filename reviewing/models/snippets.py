from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User

Role = Membership.Role


class SnippetQuerySet(models.QuerySet["Snippet"]):
    def of(self, user: User) -> SnippetQuerySet:
        """The reviewer's own."""
        return self.filter(owner=user)

    def shared_with(self, user: User) -> SnippetQuerySet:
        """Those of the agencies for which the user reviews, and of the agencies above them."""
        agencies = Agency.objects.above_where_user_is(user, Role.REVIEWER)
        return self.filter(agency__in=agencies).select_related("agency")

    def coordinated_by(self, user: User) -> SnippetQuerySet:
        agencies = Agency.objects.where_user_is(user, Role.COORDINATOR)
        return self.filter(agency__in=agencies).select_related("agency")


class Snippet(models.Model):
    """Words that are put into comments again and again: a reviewer's own, or an agency's."""

    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="snippets")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80)
    text = models.TextField()

    objects = SnippetQuerySet.as_manager()

    class Meta:
        verbose_name = _("snippet")
        verbose_name_plural = _("snippets")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="snippet_is_of_a_reviewer_or_of_an_agency",
                condition=Q(owner__isnull=False, agency__isnull=True)
                | Q(owner__isnull=True, agency__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reviewing:snippet", args=[self.pk])

    def get_manage_url(self) -> str:
        return reverse("reviewing:manage_snippet", args=[self.pk])
