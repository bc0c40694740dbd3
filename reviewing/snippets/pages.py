"""What the pages of reviewers and of coordinators have in common."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.agencies.operations import Closed
from reviewing.models.snippets import SnippetQuerySet
from reviewing.snippets import operations
from reviewing.snippets.forms import SnippetForm


def list_page(request, form: SnippetForm, *, template: str, context: dict):
    """The list with a form for one more, which names the agency if it is not the reviewer's own."""
    if request.method == "POST" and form.is_valid():
        try:
            operations.add(by=request.user, **form.cleaned_data)
        except operations.TooMany:
            form.say_too_many()
        except Closed:
            form.add_error("agency", _("This agency has closed. Choose another one."))
        else:
            messages.success(request, _("The snippet is saved."))
            return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def edit_page(
    request, snippets: SnippetQuerySet, pk: int, *, template: str, list_url: str, remove_url: str
):
    snippet = get_object_or_404(snippets, pk=pk)
    stored = {"name": snippet.name, "text": snippet.text}
    form = SnippetForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        operations.change(snippet, by=request.user, edit=form.edit)
        messages.success(request, _("The snippet is saved."))
        return redirect(list_url)
    context = {"form": form, "snippet": snippet, "list_url": list_url, "remove_url": remove_url}
    return render(request, template, context, status=422 if form.errors else 200)


def remove_and_return(request, snippets: SnippetQuerySet, pk: int, *, list_url: str):
    operations.remove(get_object_or_404(snippets, pk=pk), by=request.user)
    messages.success(request, _("The snippet is removed. Comments that have its words keep them."))
    return redirect(list_url)
