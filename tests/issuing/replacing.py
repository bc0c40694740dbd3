"""Awards whose credentials were replaced, made with the real operations."""

from __future__ import annotations

from django.utils import timezone

from accounts.operations import save_profile
from editing.forms import Edit
from issuing.models import Assertion, ReplacementRequest
from issuing.replacements.operations import asking
from issuing.replacements.operations.batches import replace_batch
from tests.issuing.awards import issued_award


def rename(person, name: str) -> None:
    """The person saves another name in their profile."""
    person.refresh_from_db()
    save_profile(person, edit=Edit({"name": name}))
    person.refresh_from_db()


def renamed_award(name: str = "Ana Robles", **kwargs) -> Assertion:
    """An issued award that carries an earlier name of its earner."""
    award = issued_award(**kwargs)
    rename(award.recipient, name)
    return award


def asked(award: Assertion, **kwargs) -> ReplacementRequest:
    asking.ask([award], by=award.recipient, **kwargs)
    return ReplacementRequest.objects.open().get(assertion=award)


def replace(*awards: Assertion, by=None, reason: str = "") -> None:
    """Ask for new credentials, and let the worker make them."""
    for award in awards:
        asking.ask([award], by=by or award.recipient, reason=reason)
    due = ReplacementRequest.objects.order_by("-due_at").values_list("due_at", flat=True).first()
    done, failed = replace_batch(now=max(due, timezone.now()))
    assert (done, failed) == (len(awards), [])
    for award in awards:
        award.refresh_from_db()


def replaced_award(name: str = "Ana Robles", **kwargs) -> tuple[Assertion, Assertion]:
    """The award as it was, and as it is now."""
    was = renamed_award(name, **kwargs)
    award = Assertion.objects.get(pk=was.pk)
    replace(award)
    return was, award
