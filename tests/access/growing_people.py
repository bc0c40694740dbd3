"""Rows for `growing.py` about new credentials, and about what emails say."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Agency, User
from editing.forms import Edit
from issuing.models import Assertion
from issuing.replacements.operations import asking
from issuing.replacements.operations.batches import replace_batch
from office.people.email_words import KINDS
from program import operations as program


def replace_again(award: Assertion, many: int) -> None:
    """The earner asks for a new credential after each change of their name."""
    person = award.recipient
    for number in range(many):
        User.objects.filter(pk=person.pk).update(name=f"Rosa {number}")
        asking.ask([award], by=person)
        due_at = award.replacement_requests.open().get().due_at
        done, failed = replace_batch(now=due_at + timedelta(seconds=1))
        assert (done, failed) == (1, [])


def refuse_again(award: Assertion, many: int, *, by: User) -> None:
    """Nothing of the credential changes, and the earner reads each refusal."""
    for _number in range(many):
        request = award.replacement_requests.create(
            status="asked", asked_by=award.recipient, due_at=award.issued_on
        )
        asking.refuse(request, by=by, reason="The name has not changed.")


def write_emails(agency: Agency, many: int, *, by: User) -> None:
    for kind in sorted(KINDS)[:many]:
        edit = Edit({"subject": "Good news", "opening": "Hello!"})
        program.write_email(kind, "en", by=by, agency=agency, edit=edit)
