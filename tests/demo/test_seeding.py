"""The demo program in the database: a small one, with the badges that its printed people need."""

from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, User
from audit.models import AuditEntry
from catalog.models import BadgeVersion
from demo import content, seeding
from issuing.models import Assertion, SharedEvidence
from mail.models import OutgoingEmail
from reviewing.models import (
    Assignment,
    CriterionJudgment,
    Decision,
    DecisionBasis,
    Place,
    ReadingPlan,
    Review,
)
from rewards.models import Win
from submissions.models import Attempt, EvidenceItem, StatusChange, Submission
from tests.demo.small_program import NOW

pytestmark = pytest.mark.django_db

# What differs from one first day to the next: keys, unguessable names and salts.
CHANCE = {
    "id", "public_id", "short_code", "salt", "thread", "file", "image", "vector",
    "message_id", "password", "key", "status_index", "source_key",
    "seed",
    "person_key",  # follows from the id and from `linked_to`, which is compared
}  # fmt: skip
MODELS = (
    User,
    Membership,
    BadgeVersion,
    Submission,
    Attempt,
    EvidenceItem,
    StatusChange,
    ReadingPlan,
    Place,
    Assignment,
    Review,
    CriterionJudgment,
    Decision,
    DecisionBasis,
    Assertion,
    SharedEvidence,
    AuditEntry,
    OutgoingEmail,
)


def rows_of(model):
    """Every row as text in which a relation reads as what it points to."""
    return sorted(str(_plain(row)) for row in model.objects.all())


def _plain(row):
    values = {}
    for field in row._meta.concrete_fields:
        if field.name in CHANCE or (field.name == "context" and row._meta.model is OutgoingEmail):
            continue
        value = getattr(row, field.attname)
        if field.is_relation and value is not None:
            value = _name(getattr(row, field.name))
        if isinstance(value, memoryview):
            value = bytes(value)  # as text, a view is only an address in memory
        values[field.name] = value
    if isinstance(row, AuditEntry):
        # A submission is called by its public id there, an award by badge and person.
        values["subject"] = values["subject"].split(" (Educator")[0]
        values["subject_key"] = values["subject_key"].split(":")[0]
        people = User.objects.filter(pk__in=row.people).order_by("name")
        values["people"] = [str(person) for person in people]
    if isinstance(row, BadgeVersion):
        values.pop("published_by")
    if isinstance(row, EvidenceItem):
        values["answers"] = [(each["asked"], each["answer"]) for each in row.answers]
    return values


def _name(thing):
    match thing:
        case Submission():
            return f"{thing.earner.email} {thing.badge_class.slug} {thing.started_at}"
        case Attempt():
            return f"{_name(thing.submission)} {thing.number}"
        case Place():
            return f"{_name(thing.attempt)} reader {thing.number}"
        case Decision():
            return f"{_name(thing.attempt)} {thing.status} {thing.decided_by.email}"
        case Review():
            return f"{_name(thing.attempt)} {thing.reviewer.email}"
        case Assertion():
            return _name(thing.submission)
        case EvidenceItem():
            return f"{_name(thing.attempt)} {thing.criterion} {thing}"
        case BadgeVersion():
            return f"{thing.badge_class.slug} {thing.number}"
        case _:
            return str(thing)


def everything():
    rows = {model.__name__: rows_of(model) for model in MODELS}
    rows["met"] = sorted(
        f"{_name(met.submission)} {met.criterion}"
        for met in Submission.met_criteria.through.objects.all()
    )
    rows["letters about"] = sorted(_about(letter) for letter in OutgoingEmail.objects.all())
    return rows


def _about(letter):
    for what, model in {"submission": Submission, "assertion": Assertion}.items():
        if what in letter.context:
            return f"{letter.kind} {_name(model.objects.get(pk=letter.context[what]))}"
    return f"{letter.kind} {letter.to}"


@pytest.mark.long
def test_both_hands_write_the_same_rows(small):
    with transaction.atomic():
        seeding.seed(now=NOW, content=small, submissions=40, by_operations=True)
        told_by_operations = everything()
        transaction.set_rollback(True)

    seeding.seed(now=NOW, content=small, submissions=40)

    written_in_bulk = everything()
    assert written_in_bulk.keys() == told_by_operations.keys()
    for name, rows in written_in_bulk.items():
        assert rows == told_by_operations[name], name


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_command_resets_everything(small, monkeypatch, capsys):
    monkeypatch.setattr(content, "read", lambda: small)
    real = seeding.seed
    monkeypatch.setattr(seeding, "seed", partial(real, submissions=40))
    call_command("demo")
    steps = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    User.objects.create_user("visitor@example.org", name="A visitor")
    stray = storages["evidence"].save("ab/stray", ContentFile(b"left behind"))

    call_command("demo", "--if-empty")
    visitors_stay = User.objects.filter(email="visitor@example.org").exists()
    said_of_nothing = capsys.readouterr().out
    call_command("demo")

    assert steps[:-1] == [f"{number} of 5" for number in range(1, 6)]
    assert said_of_nothing == ""
    assert visitors_stay
    assert not User.objects.filter(email="visitor@example.org").exists()
    assert not storages["evidence"].exists(stray)
    assert User.objects.exclude(joined_at=None).count() == 68


def test_the_command_refuses_outside_demo_mode(settings):
    settings.DEMO = False
    before = timezone.now()
    User.objects.create_user("somebody@example.org", name="Somebody real")

    with pytest.raises(CommandError):
        call_command("demo")

    assert User.objects.filter(joined_at__gte=before).exists()


def test_accounts_are_printed_one_a_line(capsys):
    call_command("demo_accounts")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=2) for line in lines] == [
        *([role, email, seeding.DEMO_PASSWORD] for role, email in seeding.printed_accounts()),
        ["learner", "amayat11", "204060 (/class/DEM0-C1AS/)"],
    ]


@pytest.mark.long
def test_the_demo_has_the_same_winners_each_time(small):
    winners = []
    for _ in range(2):
        with transaction.atomic():
            seeding.seed(now=NOW, content=small, submissions=50)
            wins = Win.objects.order_by("position")
            winners.append(list(wins.values_list("prize__name", "line__entry__user__email")))
            transaction.set_rollback(True)

    assert winners[0] == winners[1] != []
