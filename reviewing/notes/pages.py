"""The page of internal notes, which coordinators and reviewers share."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reviewing.models import SubmissionNote
from reviewing.notes import operations
from reviewing.notes.forms import NoteForm


def notes_page(request, submission, *, template, names_earner, back_url):
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.write(submission, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("The note is saved."))
        return redirect(request.path)
    context = {
        "submission": submission,
        "notes": SubmissionNote.objects.shown_to(request.user, submission),
        "form": form,
        "about": submission.earner if names_earner else submission.pseudonym,
        "back_url": back_url,
    }
    return render(request, template, context, status=422 if form.errors else 200)
