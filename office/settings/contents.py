"""The settings, with what each changes and what it is now."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Agency, ClosedDay
from program import colors
from program.current import current
from program.models import EmailWords, Program
from program.pages import links_to_pages
from program.statements import in_force

# In the order of program.colors.SWATCHES.
NAMES_OF_COLORS = [
    gettext_lazy("Petrol"),
    gettext_lazy("Blue"),
    gettext_lazy("Indigo"),
    gettext_lazy("Purple"),
    gettext_lazy("Raspberry"),
    gettext_lazy("Brick red"),
    gettext_lazy("Bronze"),
    gettext_lazy("Olive"),
]


class Row(NamedTuple):
    label: str
    url: str
    changes: str
    now: str


def swatches() -> list[tuple[str, str]]:
    return list(zip(colors.SWATCHES, NAMES_OF_COLORS, strict=True))


def _closed_days(agency: Agency | None) -> str:
    days = ClosedDay.objects.filter(agency=agency, date__gte=timezone.localdate()).count()
    return ngettext("%(count)s day to come", "%(count)s days to come", days) % {"count": days}


def rows(agency: Agency | None) -> list[Row]:
    program = current()
    return [
        *_rows_of_the_program(program, agency),
        *_rows_of_texts(program),
        *_rows_of_the_look(program),
    ]


def _rows_of_the_program(program: Program, agency: Agency | None) -> list[Row]:
    languages = {code: str(name) for code, name in settings.LANGUAGES}
    offered = ", ".join(languages[code] for code in program.languages if code in languages)
    return [
        Row(
            _("Name and purpose"),
            reverse("office:manage_program"),
            _("The top of every page and email, the home page, and what search engines say."),
            str(program),
        ),
        Row(
            _("Office"),
            reverse("office:manage_program") + "#id_office_name",
            _("Whom people are told to ask, and who reads answers to emails."),
            program.office,
        ),
        Row(
            _("Languages"),
            reverse("office:manage_program") + "#id_languages",
            _("The languages in which people can read the pages."),
            offered,
        ),
        Row(
            _("Closed days"),
            reverse("office:manage_closed_days"),
            _("Due dates, reminders, and turnaround: they count working days only."),
            _closed_days(agency),
        ),
        Row(
            _("Privacy"),
            reverse("office:manage_privacy"),
            _("When evidence is deleted, and by when requests about privacy are answered."),
            _evidence_days(program.evidence_days),
        ),
    ]


def _evidence_days(days: int | None) -> str:
    if days is None:
        return _("Evidence is kept")
    return ngettext(
        "Evidence is deleted after %(days)s day", "Evidence is deleted after %(days)s days", days
    ) % {"days": days}


def _rows_of_texts(program: Program) -> list[Row]:
    shown = len(links_to_pages(program))
    own_texts = [text for text in (program.home, program.footer) if text]
    return [
        Row(
            _("Texts"),
            reverse("office:manage_texts"),
            _("A section of the home page, and the foot of every page."),
            _("Your own words") if own_texts else _("As the software comes"),
        ),
        Row(
            _("Pages"),
            reverse("office:manage_pages"),
            _("Questions and answers, contacts, privacy and others, linked at the foot."),
            ngettext("%(count)s page is shown", "%(count)s pages are shown", shown)
            % {"count": shown},
        ),
        Row(
            _("Statement"),
            reverse("office:manage_statement"),
            _("What people declare when they send in evidence. Each change is a new version."),
            _("As the software comes") if in_force().is_default else _("Your own words"),
        ),
        Row(
            _("Emails"),
            reverse("office:manage_emails"),
            _("Subject and opening text of each kind of email."),
            _("Your own words") if EmailWords.objects.exists() else _("As the software comes"),
        ),
    ]


def _rows_of_the_look(program: Program) -> list[Row]:
    return [
        Row(
            _("Logo"),
            reverse("office:manage_look") + "#logo",
            _("The top of every page."),
            _("Your own") if program.logo else _("The mark of the software"),
        ),
        Row(
            _("Accent color"),
            reverse("office:manage_look"),
            _("Buttons, links, and the line below the header."),
            program.accent or _("The color of the software"),
        ),
    ]
