from __future__ import annotations

import uuid
from datetime import date, datetime

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject, Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AgencyQuerySet, MembershipQuerySet
from accounts.triggers import LINK_OF_NO_CHAIN, ONLY_LEARNS_WITHOUT_EMAIL
from accounts.workdays import add_working_days
from mail.no_mailbox import has_no_mailbox
from postgres.trigrams import TrigramIndex
from serving.triggers import ChangesPages, LinkingChangesPages


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)

    def with_memberships(self) -> QuerySet[User]:
        """With all memberships, also past and unconfirmed ones, as `known_memberships`.

        And with the keys of all accounts of this person, as `known_accounts`.
        `may_need_second_step` is true for somebody without one if any agency requires it, and
        `known_as_minor` for a minor.
        """
        fields = ("role", "agency_id", "confirmed_at", "ended_at", "ends_on")
        memberships = Membership.objects.filter(user=OuterRef("pk")).values(
            known=JSONObject(**{field: field for field in fields}, above="agency__parent_id")
        )
        accounts = User.objects.filter(person_key=OuterRef("person_key")).order_by("pk")
        marks = MinorMark.objects.in_force().of_person(OuterRef("person_key"))
        return self.annotate(
            known_as_minor=Exists(marks),
            known_memberships=ArraySubquery(memberships),
            known_accounts=ArraySubquery(accounts.values("pk")),
            may_need_second_step=Exists(Agency.objects.exclude(second_step_roles=[]))
            & ~Exists(second_steps().filter(user=OuterRef("pk"))),
        )

    def same_person(self, user: User | AnonymousUser | int) -> QuerySet[User]:
        """The account itself, and all that are linked with it."""
        key = user if isinstance(user, int) else user.pk
        return self.filter(person_key__in=self.filter(pk=key).values("person_key"))

    def minors(self) -> QuerySet[User]:
        """All accounts of people who are minors now."""
        return self.filter(Exists(MinorMark.objects.in_force().of_person(OuterRef("person_key"))))

    def members_with_address(self, address: str) -> QuerySet[User]:
        """People who signed up with this lower-case address, or confirmed it later."""
        confirmed = Q(emailaddress__email=address, emailaddress__verified=True)
        return self.filter(Q(email=address) | confirmed, joined_at__isnull=False)


class User(AbstractBaseUser, PermissionsMixin):
    """Anyone with an account. Permissions follow from memberships, not from flags."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(
        _("name"),
        max_length=150,
        help_text=_("As it should appear on a certificate."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=[("en", "English"), ("es", "Español")], default="en"
    )
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(
        _("joined"), default=timezone.now, null=True, editable=False,
        help_text=_("Blank for someone who was invited and has not answered yet."),
    )  # fmt: skip
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    # A person with several accounts is known by the main one: ADR 62.
    linked_to = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="linked_accounts",
        verbose_name=_("main account of the person"),
    )  # fmt: skip
    person_key = models.GeneratedField(
        expression=Coalesce("linked_to", "id"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        db_index=True,
        help_text="The key of the main account. Whatever is counted by person is counted by this.",
    )
    signed_out_at = models.DateTimeField(
        _("signed out"), null=True, editable=False,
        help_text="Sessions from before are over, also if the account is active again.",
    )  # fmt: skip
    closes_at = models.DateTimeField(
        _("closes"), null=True, editable=False,
        help_text="Its person asked for it, and can only come back until then (ADR 75).",
    )  # fmt: skip

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [
            # For the search of coordinators: parts of names and addresses.
            TrigramIndex(of="name", name="user_name_parts"),
            TrigramIndex(of="email", name="user_email_parts"),
        ]
        constraints = [
            models.CheckConstraint(name="email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="person_joined_or_was_invited",
                condition=Q(joined_at__isnull=False) | Q(invited_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_is_not_linked_to_itself", condition=~Q(linked_to=models.F("id"))
            ),
        ]
        triggers = [LINK_OF_NO_CHAIN, LinkingChangesPages("linking_changes_pages")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def _get_session_auth_hash(self, secret: bytes | str | None = None) -> str:
        """Sessions also end when a coordinator deactivates the account."""
        known = f"{self.password} {self.signed_out_at.isoformat()}" if self.signed_out_at else ""
        salt = "accounts.models.User.get_session_auth_hash"
        return salted_hmac(
            salt, known or self.password, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def concerned_ids(self) -> tuple[int, ...]:
        """A search for this person finds entries of the activity log about them."""
        return (self.pk,)

    @property
    def has_email(self) -> bool:
        """False for somebody who signs in with the code of their class: ADR 76."""
        return not has_no_mailbox(self.email)

    @property
    def main_account(self) -> User:
        """The account by which the person is known: this one, or the one that it is linked to."""
        return self.linked_to or self

    @property
    def is_invited(self) -> bool:
        """The address is not confirmed: this person was invited and has not signed up yet."""
        return self.joined_at is None


class AgencyKind(models.TextChoices):
    CONSORTIUM = "consortium", _("consortium")
    COUNTY_OFFICE = "county_office", _("county office")
    DISTRICT = "district", _("district")
    SCHOOL = "school", _("school")
    ADULT_SCHOOL = "adult_school", _("adult school")
    COLLEGE = "college", _("college")


class Agency(models.Model):
    """A county office, district, school or college. Agencies form a tree."""

    Kind = AgencyKind
    # Colleagues there do not review each other.
    SCHOOLS = (AgencyKind.SCHOOL, AgencyKind.ADULT_SCHOOL)

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name in addresses"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("merged into"),
    )  # fmt: skip
    # Here and in the agencies below. People with one of these roles need a second step to sign in.
    second_step_roles = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, editable=False
    )

    # Here and in the agencies below. People who name such a place as their first one are minors.
    learners_are_minors = models.BooleanField(
        _("learners here are minors"), default=False, editable=False
    )
    # What minors here and below may not do before a guardian agrees: `ConsentPurpose`.
    consent_needed_for = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, editable=False
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [
            models.CheckConstraint(
                name="agency_is_not_its_own_parent", condition=~Q(parent=models.F("id"))
            ),
            models.CheckConstraint(
                name="agency_is_of_a_known_kind",
                condition=Q(kind__in=AgencyKind.values),
            ),
            models.CheckConstraint(
                name="merged_agency_has_closed",
                condition=Q(merged_into=None) | Q(closed_at__isnull=False),
            ),
        ]
        triggers = [ChangesPages("agency_changes_pages")]
        indexes = [
            models.Index(
                "id", name="agencies_with_a_second_step", condition=~Q(second_step_roles=[])
            )
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def lineage(self) -> set[int]:
        """The keys of the agency itself and of everything it belongs to."""
        return set(Agency.objects.above(self).values_list("pk", flat=True))

    def working_day_after(self, start: datetime, days: int) -> date:
        """The date `days` working days after `start`.

        Closed days of the agency and of the agencies above it do not count.
        """
        first = timezone.localdate(start)
        closed = ClosedDay.objects.filter(
            agency__in=Agency.objects.above(self), date__gte=first
        ).values_list("date", flat=True)
        return add_working_days(first, days, set(closed))


class Membership(models.Model):
    """A user's role in an agency. It includes every agency below.

    Anyone may say that they work somewhere: that gives no rights until a coordinator confirms it.
    A membership that has ended stays, because former colleagues do not review each other. Ask for
    `confirmed()` where a membership gives something, and for all of them where it is a conflict of
    interest: docs/architecture.md, Memberships.
    """

    class Role(models.TextChoices):
        EARNER = "earner", _("earner")
        REVIEWER = "reviewer", _("reviewer")
        COORDINATOR = "coordinator", _("coordinator")
        REPORTER = "reporter", _("reporter")
        INSTRUCTOR = "instructor", _("instructor")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    # The person said so. A role that somebody else gave says nothing about whose account it is.
    is_chosen = models.BooleanField(_("chosen by the person"), default=False, editable=False)
    # From midnight on it gives no rights; a task gives the row its end.
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Leave it blank for a role without end.")
    )
    told_of_last_day = models.DateField(
        null=True, editable=False, help_text="The last day of which people have been told by email."
    )
    is_refused = models.BooleanField(_("refused"), default=False, editable=False)
    # A coordinator said that they have left. People who said so themselves are not brought back.
    is_removed = models.BooleanField(_("removed"), default=False, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_current_membership_per_role",
            ),
            models.CheckConstraint(
                name="only_a_workplace_may_be_unconfirmed",
                condition=Q(role="earner") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refused_membership_has_ended_unconfirmed",
                condition=Q(is_refused=False)
                | Q(ended_at__isnull=False, confirmed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="removed_membership_was_confirmed_and_has_ended",
                condition=Q(is_removed=False)
                | Q(ended_at__isnull=False, confirmed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on"],
                name="membership_with_last_day",
                condition=Q(ended_at=None, ends_on__isnull=False),
            )
        ]
        triggers = [
            ONLY_LEARNS_WITHOUT_EMAIL,
            pgtrigger.Protect(
                name="ended_membership_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.agency}"


def second_steps() -> QuerySet[Authenticator]:
    """Apps with codes, and passkeys. Recovery codes are only for the day that these are lost."""
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


# At the end, because they refer to the account.
from allauth.mfa.models import Authenticator  # noqa: E402

from accounts.account_models import AccountLink, AddressChange, SignUp  # noqa: E402, F401
from accounts.class_models import ClassCode, ClassSignIn  # noqa: E402, F401
from accounts.closed_day_models import ClosedDay  # noqa: E402
from accounts.group_models import Group, GroupMember, SchoolYearMove  # noqa: E402, F401
from accounts.minor_models import ConsentPurpose, GuardianConsent, MinorMark  # noqa: E402, F401
from accounts.provider_models import (  # noqa: E402, F401
    AgencyDomain,
    IdentityProvider,
    ProviderAccount,
    SamlAnswer,
    SamlDetails,
    SignInRule,
)
from accounts.roster_models import RosterFile, RosterId, RosterImport, RosterRow  # noqa: E402, F401
from accounts.set_up_models import SetUp  # noqa: E402, F401
from accounts.sign_in_models import SignedInBrowser  # noqa: E402, F401
