"""What people declare when they send in evidence: its words, its versions, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import program_managers_only
from accounts.permissions import root_of
from editing.shown import NotAsShown
from editing.views import compares_again
from office.settings.forms import StatementForm
from program import operations, statements


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def statement(request):
    """The button “Preview” shows what was typed and saves nothing."""
    in_force = statements.in_force()
    data = request.POST if request.method == "POST" else None
    form = StatementForm(data, initial=statements.texts_of(in_force))
    previews = []
    if form.is_bound and form.is_valid():
        if "preview" not in request.POST:
            operations.write_statement(
                by=request.user, agency=root_of(request.user), edit=form.edit
            )
            messages.success(request, _("Saved. Who sends in evidence from now on accepts this."))
            return redirect("office:manage_statement")
        previews = statements.in_each_language(form.cleaned_data)
    context = {
        "form": form,
        "label": _("Statement"),
        "statement": in_force,
        "earlier": statements.earlier(in_force),
        "previews": previews,
    }
    status = 422 if form.errors else 200
    return render(request, "office/manage/statement.html", context, status=status)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def statement_default(request):
    """Shows the text that comes with the software, with a button to use it."""
    not_as_shown = False
    if request.method == "POST":
        try:
            operations.use_default_statement(
                by=request.user,
                agency=root_of(request.user),
                shown=request.POST.get("shown", ""),
            )
        except NotAsShown:
            not_as_shown = True
        else:
            messages.success(request, _("The statement has the default text again."))
            return redirect("office:manage_statement")
    context = {
        "label": _("Statement"),
        "page_url": reverse("office:manage_statement"),
        "mark": statements.mark(statements.in_force()),
        "not_as_shown": not_as_shown,
        "previews": statements.in_each_language(statements.default_texts()),
    }
    status = 422 if not_as_shown else 200
    return render(request, "office/manage/statement_default.html", context, status=status)
