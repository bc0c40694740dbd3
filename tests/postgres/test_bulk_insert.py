"""Many rows at once: what is there already is left out, and nothing stays behind."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mail.models import OutgoingEmail
from mail.operations import Letter, queue_emails

SOME = [str(number) for number in range(30)]
HOSTILE = {"text": 'a tab\t, a \\N, a line\nend, a quote " and \\.\n'}


def queue(keys, to="rosa@school.example"):
    now = timezone.now()
    queue_emails([Letter("about", key, to, "en", HOSTILE, now) for key in keys], now=now)


@pytest.mark.django_db
def test_letters_that_are_there_are_left_out_and_the_others_written():
    queue(["3"])
    queue(SOME)
    queue([*SOME, "new"])

    letters = OutgoingEmail.objects.all()
    assert sorted(letters.values_list("key", flat=True)) == sorted([*SOME, "new"])
    assert all(letter.context == HOSTILE for letter in letters)
    assert len({letter.message_id for letter in letters}) == 31


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("surroundings", [transaction.atomic, nullcontext])
def test_rows_that_cannot_be_written_leave_nothing_behind(surroundings):
    queue(["3"])
    with pytest.raises(IntegrityError), surroundings():
        queue(SOME, to=None)

    queue(SOME)

    assert OutgoingEmail.objects.count() == len(SOME)
