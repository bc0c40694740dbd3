"""What the pages of reviewers and of coordinators have in common."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reviewing.models import Snippet
from reviewing.snippets import operations
from reviewing.snippets.forms import SnippetForm


def list_page(request, form: SnippetForm, *, template: str, context: dict, **owner):
    """The list with a form for one more. A valid form names its agency, or `owner` is given."""
    if request.method == "POST" and form.is_valid():
        try:
            operations.add(**{**owner, **form.cleaned_data})
        except operations.TooMany:
            form.say_too_many()
        else:
            messages.success(request, _("The snippet is saved."))
            return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def edit_page(request, snippet: Snippet, *, template: str, list_url: str):
    stored = {"name": snippet.name, "text": snippet.text}
    form = SnippetForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        operations.change(snippet, edit=form.edit)
        messages.success(request, _("The snippet is saved."))
        return redirect(list_url)
    context = {"form": form, "snippet": snippet, "list_url": list_url}
    return render(request, template, context, status=422 if form.errors else 200)


def remove_and_return(request, snippet: Snippet, *, list_url: str):
    operations.remove(snippet)
    messages.success(request, _("The snippet is removed. Comments that have its words keep them."))
    return redirect(list_url)
