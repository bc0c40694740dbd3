from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from catalog.querysets import IssuerQuerySet
from serving.triggers import ChangesPages


def logo_path(issuer: Issuer, filename: str) -> str:
    """A new name for each logo: signed badges go on naming the one they were issued with."""
    return f"logos/{issuer.public_id}/{uuid.uuid4()}.png"


LONGEST_WAIT_OF_MANY = 7 * 24 * 60  # minutes
LONGEST_WAIT_OF_DECISIONS = 24 * 60
LONGEST_TIME_TO_APPEAL = 365  # days
LONGEST_TIME_TO_BEGIN = 20  # working days
LONGEST_TIME_TO_ANSWER = 90


class Issuer(models.Model):
    """The organization that issues badges: the Issuer Profile of Open Badges 2.0 and 3.0."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="issuers")
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("web address"))
    email = models.EmailField(
        _("public email address"),
        help_text=_("An office address, not a person’s: Open Badges makes it public."),
    )
    description = models.TextField(_("description"), blank=True)
    logo = models.ImageField(_("logo"), upload_to=logo_path, blank=True, editable=False)
    logo_alt = models.CharField(
        _("description of the logo"), max_length=250, blank=True, editable=False
    )
    linkedin_id = models.CharField(
        _("LinkedIn organization ID"), max_length=20, blank=True,
        validators=[RegexValidator(r"^\d+\Z", _("Enter the number only, for example 1337."))],
        help_text=_(
            "The number of its LinkedIn page. A badge that is added to a LinkedIn profile then "
            "shows the page’s logo and links to it."
        ),
    )  # fmt: skip
    waiting_hours = models.PositiveIntegerField(
        _("waiting period in hours"),
        default=0,
        help_text=_("Between approval and issue, unless a badge says otherwise."),
    )
    many_wait_minutes = models.PositiveIntegerField(
        _("wait before many badges go out, in minutes"),
        default=60,
        validators=[MaxValueValidator(LONGEST_WAIT_OF_MANY)],
        help_text=_(
            "Badges for more than 20 people at once, from a list, test scores, or another program, "
            "wait this long, so that a mistake can be undone before anyone hears of it. 0 means "
            "that they go out at once. If a badge’s own waiting period is longer, it applies."
        ),
    )
    decision_wait_minutes = models.PositiveIntegerField(
        _("wait before a reviewer’s decision takes effect, in minutes"),
        default=10,
        validators=[MaxValueValidator(LONGEST_WAIT_OF_DECISIONS)],
        help_text=_(
            "Until then the reviewer can take the decision back, and the educator doesn’t know of "
            "it. 0 means that it takes effect at once."
        ),
    )

    appeal_days = models.PositiveSmallIntegerField(
        _("days to appeal a decision"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIME_TO_APPEAL)],
        help_text=_("From the moment the educator is told. Each decision can be appealed once."),
    )
    appeal_answer_days = models.PositiveSmallIntegerField(
        _("working days until an appeal is answered"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIME_TO_ANSWER)],
        help_text=_("The educator is promised an answer by that day."),
    )
    hold_answer_days = models.PositiveSmallIntegerField(
        _("days to answer a hold"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIME_TO_ANSWER)],
        help_text=_(
            "When a submission is put on hold because of a doubt, its educator has this long to "
            "answer."
        ),
    )

    assigns_reviewers = models.BooleanField(
        _("assign submissions to reviewers automatically"),
        default=False,
        help_text=_(
            "A quarter of an hour after a submission arrives, it is given to the reviewer who fits "
            "best by load and by what they know. Reviewers can still take the next one themselves."
        ),
    )
    days_to_begin = models.PositiveSmallIntegerField(
        _("working days to begin a review"),
        default=0,
        validators=[MaxValueValidator(LONGEST_TIME_TO_BEGIN)],
        help_text=_(
            "If its reviewer has written nothing by then, the submission returns to the queue, "
            "after a reminder. 0 means that it stays with them."
        ),
    )

    checks_names = models.BooleanField(
        _("check names before reissue"),
        default=False,
        help_text=_(
            "When an educator has changed their name or address and asks for new badges, a "
            "coordinator looks first."
        ),
    )

    objects = IssuerQuerySet.as_manager()

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="issuer_logo_has_a_description",
                condition=Q(logo="", logo_alt="") | (~Q(logo="") & ~Q(logo_alt="")),
            ),
        ]
        triggers = [ChangesPages("issuer_changes_pages")]

    def __str__(self) -> str:
        return self.name

    def get_logo_url(self) -> str:
        """The address of this logo, also after it was replaced; "" without one."""
        if not self.logo:
            return ""
        name = self.logo.name.rpartition("/")[2].removesuffix(".png")
        return reverse("catalog:issuer_logo", args=[self.public_id, name])
