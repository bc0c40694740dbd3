"""What emails say in the program's own words."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import program_managers_only
from accounts.permissions import root_of
from editing.shown import NotAsShown
from editing.views import compares_again
from mail.operations import queue_written_email
from office.people.email_words import KINDS
from office.settings.email_forms import EmailWordsForm
from office.settings.email_previews import preview
from program import operations
from program.email_words import NONE, VARIABLES, stored_words
from program.models import EmailWords


@program_managers_only
@require_safe
def email_list(request):
    own = set(EmailWords.objects.values_list("kind", "language"))
    rows = [
        {
            "kind": kind,
            "label": label,
            "languages": [
                {"code": code, "name": name, "is_own": (kind, code) in own}
                for code, name in settings.LANGUAGES
            ],
        }
        for kind, label in sorted(KINDS.items(), key=lambda one: str(one[1]))
    ]
    return render(request, "office/manage/emails.html", {"rows": rows})


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def email(request, kind, language):
    """The buttons “Preview” and “Send a test to myself” save nothing."""
    label, stored = _label(kind, language), stored_words(kind, language)
    form = EmailWordsForm(request.POST if request.method == "POST" else None, initial=stored)
    shown = preview(kind, language, stored)
    if form.is_bound and form.is_valid():
        words = {**NONE, **{name: form.cleaned_data[name] for name in NONE}}
        shown = preview(kind, language, words)
        if "test" in request.POST:
            queue_written_email(
                to=request.user.email, language=language, subject=shown.subject,
                text=shown.text, html="",
            )  # fmt: skip
            messages.success(request, _("A test is on its way to your own address."))
        elif "preview" not in request.POST:
            agency = root_of(request.user)
            operations.write_email(kind, language, by=request.user, agency=agency, edit=form.edit)
            messages.success(request, _("Saved. Emails that leave from now on say this."))
            return redirect("office:manage_email", kind, language)
    context = {
        "form": form,
        "label": label,
        "kind": kind,
        "language": language,
        "language_name": dict(settings.LANGUAGES)[language],
        "is_own": any(stored.values()),
        "mark": operations.email_mark(kind, language),
        "preview": shown,
        "variables": _variables(),
    }
    status = 422 if form.errors else 200
    return render(request, "office/manage/email.html", context, status=status)


@program_managers_only
@require_POST
def email_default(request, kind, language):
    _label(kind, language)
    try:
        operations.use_default_email(
            kind, language, by=request.user, agency=root_of(request.user),
            shown=request.POST.get("shown", ""),
        )  # fmt: skip
    except NotAsShown:
        messages.error(request, _("It was changed in another window. Look again, then decide."))
    else:
        messages.success(request, _("This email says again what comes with the software."))
    return redirect("office:manage_email", kind, language)


def _variables():
    words = {
        "subject": _("the subject that comes with the software"),
        "program": _("the name of the program"),
        "office": _("the name of the office"),
        "office_email": _("the email address of the office"),
    }
    return [(f"{{{name}}}", words[name]) for name in VARIABLES]


def _label(kind, language):
    if kind not in KINDS or language not in dict(settings.LANGUAGES):
        raise Http404
    return KINDS[kind]
