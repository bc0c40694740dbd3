"""Bulk inserts skip existing rows, and leave nothing behind when they fail."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from mail.models import OutgoingEmail
from mail.operations import Letter, queue_emails
from postgres.bulk_insert import COPY_THRESHOLD, create_all, insert_rows

KEYS = [str(number) for number in range(30)]
HOSTILE = {"text": 'a tab\t, a \\N, a line\nend, a quote " and \\.\n'}


def queue(keys, to="rosa@school.example"):
    now = timezone.now()
    queue_emails([Letter("about", key, to, "en", HOSTILE, now) for key in keys], now=now)


@pytest.mark.django_db
def test_existing_rows_are_skipped_and_the_others_are_inserted():
    queue(["3"])
    queue(KEYS)
    queue([*KEYS, "new"])

    emails = OutgoingEmail.objects.all()
    assert sorted(emails.values_list("key", flat=True)) == sorted([*KEYS, "new"])
    assert all(email.context == HOSTILE for email in emails)
    assert len({email.message_id for email in emails}) == 31


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("surroundings", [transaction.atomic, nullcontext])
def test_a_failed_insert_leaves_nothing_behind(surroundings):
    queue(["3"])
    with pytest.raises(IntegrityError), surroundings():
        queue(KEYS, to=None)

    queue(KEYS)

    assert OutgoingEmail.objects.count() == len(KEYS)


@pytest.mark.django_db
def test_what_postgresql_computes_is_left_to_it():
    rows = [(f"person{number}@school.example", "Rosa Díaz") for number in range(COPY_THRESHOLD)]
    insert_rows(User, ["email", "name"], rows)
    create_all([User(email=f"other{number}@school.example") for number in range(COPY_THRESHOLD)])

    people = User.objects.filter(email__endswith="@school.example")
    assert people.count() == 2 * COPY_THRESHOLD
    assert all(person.person_key == person.pk for person in people)
