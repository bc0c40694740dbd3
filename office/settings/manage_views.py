"""The settings of the program, for the coordinators of the agency at the root."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import program_managers_only
from accounts.permissions import root_of
from audit.file_storage import NO_ROOM, NotStored, nothing_stored
from editing.shown import NotAsShown
from editing.views import compares_again
from office.settings.contents import rows, swatches
from office.settings.forms import AccentForm, LogoForm, PrivacyForm, ProgramForm, TextsForm
from program import operations


@program_managers_only
@require_GET
def overview(request):
    return render(request, "office/manage/settings.html", {"rows": rows(root_of(request.user))})


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def program(request):
    return _change(
        request,
        ProgramForm,
        "office:manage_program",
        heading=_("Name and office"),
        lead=_("What people read first, and whom they ask."),
    )


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def texts(request):
    return _change(
        request,
        TextsForm,
        "office:manage_texts",
        heading=_("Texts"),
        lead=_("Your own words on the home page and at the foot of every page."),
    )


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def privacy(request):
    return _change(
        request,
        PrivacyForm,
        "office:manage_privacy",
        heading=_("Privacy"),
        lead=_("How long evidence is kept, and by when requests about privacy are answered."),
        saved=_("Saved. Deadlines are counted again within the hour."),
    )


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def look(request):
    """A button with a color saves it at once; every page shows it from then on."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "swatch" in data:
        data["accent"] = data["swatch"]
    form = AccentForm(data, initial=operations.stored())
    if form.is_bound and form.is_valid():
        operations.change(by=request.user, agency=root_of(request.user), edit=form.edit)
        messages.success(request, _("Saved. This is how it looks now, on every page."))
        return redirect("office:manage_look")
    return _look_page(request, form=form)


@program_managers_only
@require_POST
@compares_again
def logo(request):
    if "remove" in request.POST:
        return _remove_logo(request)
    form = LogoForm(request.POST, request.FILES, initial=operations.stored_logo())
    if not form.is_valid():
        return _look_page(request, logo_form=form)
    if form.png:
        try:
            agency = root_of(request.user)
            operations.save_logo(form.png, by=request.user, agency=agency, edit=form.edit)
        except NotStored:
            form.add_error("logo", nothing_stored())
            return _look_page(request, logo_form=form, status=NO_ROOM)
        messages.success(request, _("The logo is saved. Every page shows it."))
    return redirect("office:manage_look")


def _remove_logo(request):
    try:
        operations.remove_logo(
            by=request.user, agency=root_of(request.user), shown=request.POST.get("shown", "")
        )
    except NotAsShown:
        return _look_page(request, not_as_shown=True)
    messages.success(request, _("The logo is removed."))
    return redirect("office:manage_look")


def _change(request, form_class, address, *, heading, lead, saved=""):
    data = request.POST if request.method == "POST" else None
    form = form_class(data, initial=operations.stored())
    if form.is_bound and form.is_valid():
        operations.change(by=request.user, agency=root_of(request.user), edit=form.edit)
        messages.success(request, saved or _("Saved. Every page shows it from now on."))
        return redirect(address)
    status = 422 if form.errors else 200
    context = {"form": form, "heading": heading, "lead": lead}
    return render(request, "office/manage/settings_form.html", context, status=status)


def _look_page(request, *, form=None, logo_form=None, not_as_shown=False, status=422):
    forms = [form, logo_form]
    context = {
        "form": form or AccentForm(initial=operations.stored()),
        "logo_form": logo_form or LogoForm(initial=operations.stored_logo()),
        "not_as_shown": not_as_shown,
        "mark": operations.logo_mark(),
        "swatches": swatches(),
    }
    is_refused = not_as_shown or any(form and form.errors for form in forms)
    status = status if is_refused else 200
    return render(request, "office/manage/settings_look.html", context, status=status)
