from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User


class PersonIdQuerySet(models.QuerySet["PersonId"]):
    def coordinated_by(self, user: User) -> PersonIdQuerySet:
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        return self.filter(agency__in=agencies)

    def matching(self, words: str) -> PersonIdQuerySet:
        """Those in whose ID, name or address all the words are."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(identifier__icontains=word)
                | Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(person__email__icontains=word)
            )
        return found


class PersonId(models.Model):
    """An ID by which an agency knows a person. Only its coordinators see it."""

    class Kind(models.TextChoices):
        STUDENT = "student", _("student ID")
        STAFF = "staff", _("staff ID")
        OTHER = "other", _("another ID")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    kind = models.CharField(
        max_length=8, choices=Kind, default=Kind.STUDENT, verbose_name=_("kind")
    )
    identifier = models.CharField(max_length=60, verbose_name=_("ID"))
    email = models.EmailField(verbose_name=_("email"))
    name = models.CharField(max_length=150, blank=True, verbose_name=_("name"))
    person = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+",
        help_text="Their account, if the address was theirs. Its address can change.",
    )  # fmt: skip
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = PersonIdQuerySet.as_manager()

    class Meta:
        verbose_name = _("ID of a person")
        verbose_name_plural = _("IDs of people")
        ordering = ["identifier", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("identifier"), "agency", name="one_person_per_id_of_an_agency"
            )
        ]

    def __str__(self) -> str:
        # The activity log shows it to people who may not see IDs.
        return gettext("ID of a person")

    def get_absolute_url(self) -> str:
        return reverse("awarding:manage_id", args=[self.pk])

    @property
    def address(self) -> str:
        """Where their badges go: the address of the account if they have one."""
        return self.person.email if self.person else self.email
