"""A new credential of an award changes nothing of its entries: ADR 63."""

import pytest

from issuing.models import Assertion
from issuing.replacements.operations import asking
from issuing.replacements.operations.batches import replace_batch
from rewards.models import EntryList
from tests.issuing.replacing import rename
from tests.rewards.drawing_factories import CLOSE, closed, listed_entries, person_codes_on

pytestmark = pytest.mark.django_db


def test_a_new_credential_keeps_the_entry_and_the_frozen_list():
    drawing = closed(awards=3)
    frozen = EntryList.objects.get(drawing=drawing)
    entries, codes, digest = listed_entries(drawing), person_codes_on(frozen), frozen.sha256
    award = entries[0].assertion
    number = award.public_id
    rename(award.recipient, "Ana Robles")

    asking.ask([award], by=award.recipient, now=CLOSE)
    replace_batch(now=CLOSE)

    frozen.refresh_from_db()
    assert Assertion.objects.get(pk=award.pk).public_id != number
    assert listed_entries(drawing) == entries
    assert (person_codes_on(frozen), frozen.sha256) == (codes, digest)
