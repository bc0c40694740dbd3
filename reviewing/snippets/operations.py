from __future__ import annotations

from django.db import transaction

from accounts.agencies.operations import lock_open
from accounts.models import Agency, User
from accounts.operations import lock_people
from audit.operations import record
from editing.forms import Edit
from reviewing.models import Snippet

MOST = 100  # of one reviewer, and of one agency


class TooMany(Exception):
    """There are as many snippets as somebody can look through."""


@transaction.atomic
def add(*, name: str, text: str, by: User, agency: Agency | None = None) -> Snippet:
    """Keep words for oneself, or for all reviewers of an agency. Raises TooMany or Closed.

    The same words under the same name are the same snippet: the button was pressed twice.
    """
    # Locked, so that what is added at the same moment is counted, too.
    if agency:
        agency = lock_open(agency)
    else:
        lock_people([by])
    owner = None if agency else by
    of_the_same = Snippet.objects.filter(owner=owner, agency=agency)
    if same := of_the_same.filter(name=name, text=text).first():
        return same
    if of_the_same.count() >= MOST:
        raise TooMany
    snippet = Snippet.objects.create(owner=owner, agency=agency, name=name, text=text)
    _record("snippet added", snippet, by=by)
    return snippet


@transaction.atomic
def change(snippet: Snippet, *, by: User, edit: Edit) -> None:
    """Write what the edit changed. Raises EditConflict."""
    stored = _lock(snippet)
    edit.check({"name": stored.name, "text": stored.text})
    for field, value in edit.changes.items():
        setattr(stored, field, value)
    stored.save(update_fields=list(edit.changes))
    if edit.changes:
        _record("snippet changed", stored, by=by)


@transaction.atomic
def remove(snippet: Snippet, *, by: User) -> None:
    """What was put into a comment stays there."""
    stored = _lock(snippet)
    _record("snippet removed", stored, by=by)
    stored.delete()


def _lock(snippet: Snippet) -> Snippet:
    return Snippet.objects.select_for_update(no_key=True).get(pk=snippet.pk)


def _record(act: str, snippet: Snippet, *, by: User) -> None:
    """What coordinators change is in their activity log."""
    if snippet.agency:
        record(act, snippet, by=by, agency=snippet.agency)
