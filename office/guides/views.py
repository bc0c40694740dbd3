"""One page for each role, to print and to hand out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from program.languages import offered
from serving.documents import public_document
from serving.qr_codes import qr_svg

FOLDER = Path(__file__).parent / "texts"
GUIDES = {
    "earner": _("For earners"),
    "reviewer": _("For reviewers"),
    "coordinator": _("For coordinators"),
    "instructor": _("For instructors"),
}


@cache
def text_of(role: str, language: str) -> tuple[str, str]:
    """Title and text; the first line of a file is its title."""
    title, _newline, text = (FOLDER / f"{role}.{language}.md").read_text("utf-8").partition("\n")
    return title.removeprefix("# "), text.strip()


@require_safe
def guides(request):
    languages = [(code, name) for code, name in settings.LANGUAGES if code in offered()]
    context = {"guides": GUIDES.items(), "languages": languages}
    return render(request, "office/guides.html", context)


@require_safe
def guide(request, role, language):
    if role not in GUIDES or language not in offered():
        raise Http404
    title, text = text_of(role, language)
    context = {
        "title": title,
        "text": text,
        "guide_language": language,
        "sign_in": settings.PUBLIC_ORIGIN + reverse("account_login"),
    }
    with translation.override(language):
        context["label"] = str(GUIDES[role])
    return render(request, "office/guide.html", context)


@public_document
def qr(request):
    """Leads to the sign-in."""
    picture = qr_svg(settings.PUBLIC_ORIGIN + reverse("account_login"))
    return HttpResponse(picture, content_type="image/svg+xml")
