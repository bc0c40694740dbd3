from __future__ import annotations

from django.db import transaction

from accounts.models import Agency, User
from editing.forms import Edit
from reviewing.models import Snippet

MOST = 100  # of one reviewer, and of one agency


class TooMany(Exception):
    """There are as many snippets as somebody can look through."""


@transaction.atomic
def add(
    *, name: str, text: str, owner: User | None = None, agency: Agency | None = None
) -> Snippet:
    """Keep words for one reviewer or for all reviewers of an agency. Raises TooMany.

    The same words under the same name are the same snippet: the button was pressed twice.
    """
    of_the_same = Snippet.objects.filter(owner=owner, agency=agency)
    if same := of_the_same.filter(name=name, text=text).first():
        return same
    if of_the_same.count() >= MOST:
        raise TooMany
    return Snippet.objects.create(owner=owner, agency=agency, name=name, text=text)


@transaction.atomic
def change(snippet: Snippet, *, edit: Edit) -> None:
    """Write what the edit changed. Raises EditConflict."""
    stored = Snippet.objects.select_for_update(no_key=True).get(pk=snippet.pk)
    edit.check({"name": stored.name, "text": stored.text})
    for field, value in edit.changes.items():
        setattr(stored, field, value)
    stored.save(update_fields=list(edit.changes))


@transaction.atomic
def remove(snippet: Snippet) -> None:
    """What was put into a comment stays there."""
    Snippet.objects.filter(pk=snippet.pk).delete()
