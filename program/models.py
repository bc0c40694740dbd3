from __future__ import annotations

import uuid
from email.utils import parseaddr

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from program.colors import Look, look
from program.two_languages import Text, in_language, text_in_language
from serving.triggers import ChangesPages

THE_ONLY_KEY = 1
LONGEST_NAME = 60
LONGEST_PURPOSE = 240
LONGEST_FOOTER = 600
LONGEST_HOME_TEXT = 4000
LONGEST_TITLE = 100
LONGEST_PAGE = 20_000
LONGEST_STATEMENT = 3000
LONGEST_EMAIL_SUBJECT = 120
LONGEST_OPENING = 1000
# Leaves time to inform people.
FEWEST_EVIDENCE_DAYS = 60
MOST_EVIDENCE_DAYS = 3660


def logo_path(_program: Program, _filename: str) -> str:
    """A new name for each logo, so that browsers may keep what is at an address."""
    return f"program/{uuid.uuid4()}.png"


def languages_known() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


class ProgramQuerySet(models.QuerySet["Program"]):
    def current(self) -> Program:
        """The program; as it is by default while nobody has changed it."""
        return self.filter(pk=THE_ONLY_KEY).first() or Program()

    def as_json(self) -> models.QuerySet:
        """The one row as JSON, for statements that bring it along. See `Program.from_json`."""
        fields = [field.attname for field in Program._meta.concrete_fields]
        return self.filter(pk=THE_ONLY_KEY).values(
            whole=JSONObject(**{name: name for name in fields})
        )


class Program(models.Model):
    """What the program is called, what it is for, who runs it and how it looks. One row.

    Read it with `program.current.current()`; change it with `program.operations`.
    """

    name = models.CharField(_("name"), max_length=LONGEST_NAME, default="Educator Badges")
    name_es = models.CharField(_("name in Spanish"), max_length=LONGEST_NAME, blank=True)
    purpose = models.CharField(_("purpose"), max_length=LONGEST_PURPOSE, blank=True)
    purpose_es = models.CharField(_("purpose in Spanish"), max_length=LONGEST_PURPOSE, blank=True)
    office_name = models.CharField(_("name of the office"), max_length=200, blank=True)
    office_email = models.EmailField(_("email address of the office"), blank=True)
    postal_address = models.TextField(_("postal address"), max_length=500, blank=True)
    logo = models.ImageField(_("logo"), upload_to=logo_path, blank=True, editable=False)
    accent = models.CharField(
        _("accent color"), max_length=7, blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z")],
        help_text=_("Blank for the color that comes with the software."),
    )  # fmt: skip
    languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages offered"),
        default=languages_known,
    )  # fmt: skip
    home_text = models.TextField(_("text on the home page"), blank=True)
    home_text_es = models.TextField(_("text on the home page, in Spanish"), blank=True)
    footer_text = models.TextField(_("text at the foot of every page"), blank=True)
    footer_text_es = models.TextField(_("text at the foot of every page, in Spanish"), blank=True)

    # Here and not with the pages, so that the foot of a page asks for nothing more.
    # Whose public holidays are offered as closed days: codes of ISO 3166.
    holiday_country = models.CharField(_("country of holidays"), max_length=2, default="US")
    holiday_state = models.CharField(_("state of holidays"), max_length=10, blank=True)
    # Whether anybody may sign up for a mailing list: the foot of every page says so.
    offers_lists = models.BooleanField(default=False, editable=False)
    evidence_days = models.PositiveSmallIntegerField(
        _("days after which evidence is deleted"), null=True, blank=True,
        help_text="Counted from the end of a submission. Empty: evidence is kept.",
    )  # fmt: skip
    request_days = models.PositiveSmallIntegerField(
        _("days in which privacy requests are answered"), default=30
    )
    hidden_pages = ArrayField(
        models.CharField(max_length=20), verbose_name=_("hidden pages"), default=list, blank=True
    )

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("program")
        constraints = [
            models.CheckConstraint(name="one_program", condition=Q(pk=THE_ONLY_KEY)),
            models.CheckConstraint(name="program_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="program_offers_a_language", condition=Q(languages__len__gte=1)
            ),
            models.CheckConstraint(
                name="program_accent_is_a_color",
                condition=Q(accent="") | Q(accent__regex=r"^#[0-9a-f]{6}$"),
            ),
            models.CheckConstraint(
                name="evidence_is_kept_for_a_while",
                condition=Q(evidence_days=None)
                | Q(evidence_days__range=(FEWEST_EVIDENCE_DAYS, MOST_EVIDENCE_DAYS)),
            ),
        ]
        triggers = [ChangesPages("program_changes_pages")]

    def __str__(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name, self.name_es)

    @classmethod
    def from_json(cls, row: dict | None) -> Program:
        """From a row of `as_json`, or None if there is no row yet."""
        program = cls(**(row or {}))
        program._state.adding = row is None
        return program

    @property
    def purpose_text(self) -> Text:
        return text_in_language(self.purpose, self.purpose_es)

    @property
    def home(self) -> Text:
        return text_in_language(self.home_text, self.home_text_es)

    @property
    def footer(self) -> Text:
        return text_in_language(self.footer_text, self.footer_text_es)

    @property
    def office_address(self) -> tuple[str, str]:
        """Name and email address of the office that people write to; both can be empty."""
        if self.office_name or self.office_email:
            return self.office_name, self.office_email
        return parseaddr(settings.PROGRAM_OFFICE)

    @property
    def office(self) -> str:
        """“Juniper County Office of Education (badges@juniper.example)”."""
        name, address = self.office_address
        if name and address:
            return f"{name} ({address})"
        return name or address or _now("the program office")

    @property
    def look(self) -> Look | None:
        """The colors of pages and emails that differ from those of the software."""
        return look(self.accent) if self.accent else None

    def get_accent_url(self) -> str:
        """The address of the style sheet with the accent; "" without one."""
        return reverse("program:accent", args=[self.accent[1:]]) if self.accent else ""

    def get_logo_url(self) -> str:
        """The address of this logo; "" without one."""
        if not self.logo:
            return ""
        name = self.logo.name.rpartition("/")[2].removesuffix(".png")
        return reverse("program:logo", args=[name])


class Page(models.Model):
    """A page in the office's own words. Without a row, the default text is shown.

    The defaults are files (`default_pages/`). Read it with `program.pages.page_to_show`.
    """

    class Slug(models.TextChoices):
        FAQ = "faq", _("Questions and answers")
        HELP = "help", _("Help")
        RESOURCES = "resources", _("Resources")
        CONTACTS = "contacts", _("Contacts")
        PRIVACY = "privacy", _("Privacy")
        TERMS = "terms", _("Terms of use")
        ACCESSIBILITY = "accessibility", _("Accessibility")

    slug = models.CharField(_("page"), max_length=20, choices=Slug, unique=True)
    title = models.CharField(_("title"), max_length=LONGEST_TITLE, blank=True)
    title_es = models.CharField(_("title in Spanish"), max_length=LONGEST_TITLE, blank=True)
    body = models.TextField(_("text"), blank=True)
    body_es = models.TextField(_("text in Spanish"), blank=True)

    class Meta:
        verbose_name = _("own page")
        verbose_name_plural = _("own pages")
        constraints = [
            models.CheckConstraint(
                name="page_has_a_title_and_a_text",
                condition=~Q(title="", title_es="") & ~Q(body="", body_es=""),
            ),
        ]
        triggers = [ChangesPages("page_changes_pages")]

    def __str__(self) -> str:
        return self.get_slug_display()

    def get_absolute_url(self) -> str:
        return reverse("program:page", args=[self.slug])


class EmailWords(models.Model):
    """The office's own subject and opening of one kind of email. Without a row, the software's."""

    kind = models.CharField(max_length=50)
    language = models.CharField(max_length=10)
    subject = models.CharField(_("subject"), max_length=LONGEST_EMAIL_SUBJECT, blank=True)
    opening = models.CharField(_("opening text"), max_length=LONGEST_OPENING, blank=True)

    class Meta:
        verbose_name = _("own words in emails")
        verbose_name_plural = _("own words in emails")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"], name="own_words_once_for_each_kind_and_language"
            ),
            models.CheckConstraint(
                name="own_words_say_something", condition=~Q(subject="", opening="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class Statement(models.Model):
    """One version of what people declare when they send in evidence. It never changes.

    Read the one in force with `program.statements.in_force`.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("text"), blank=True)
    text_es = models.TextField(_("text in Spanish"), blank=True)
    is_default = models.BooleanField(default=False, help_text="It came with the software.")
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="statement_says_something", condition=~Q(text="", text_es="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="statement_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.shown.text}"

    @property
    def shown(self) -> Text:
        """For the language of the page, or else in the other."""
        return text_in_language(self.text, self.text_es)
