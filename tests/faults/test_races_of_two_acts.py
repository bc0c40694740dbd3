"""Two different acts at the same moment, on the same badge, award or token: real commits."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import find_or_invite
from audit.models import AuditEntry
from awarding.models import ScoreRule
from awarding.programs.operations import award_requests, tokens
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from catalog import operations as catalog
from catalog.criteria_content import CriterionContent
from catalog.editor_values import publishing_mark
from catalog.models import BadgeClass, Pathway
from catalog.pathways import operations as pathways
from editing.forms import Edit, EditConflict
from editing.shown import NotAsShown
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource
from mail import operations as mail
from mail.models import MailRefusal, OutgoingEmail
from rewards.chances import operations as chances
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from spreadsheets.file_formats import read_text
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    DraftBadgeFactory,
    UserFactory,
    coordinator_for,
)
from tests.faults.moves import fresh
from tests.races import at_once, meanwhile
from tests.rewards.drawing_factories import IN_THE_PERIOD, announced

pytestmark = pytest.mark.django_db(transaction=True)

BECAUSE = "A mistake."
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


# --- Publishing and editing -----------------------------------------------------------------------


def details(badge, by):
    edit = Edit({"name": "Another name"})
    catalog.save_details(badge, number=1, by=by, edit=edit)


def criteria(badge, by):
    catalog.save_content(
        badge, number=1, by=by, criteria=[CriterionContent("Another name", "Show it.", "A file.")],
        alignments=[], resources=[],
    )  # fmt: skip


def artwork(badge, by):
    catalog.save_art(badge, number=1, by=by, alt="Another name")


EDITS = (details, criteria, artwork)


def names_in(version) -> set[str]:
    names = version.criteria.values_list("name", flat=True)
    return {version.name, version.image_alt, *names}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("first", ["edit", "publish"])
def test_what_is_published_is_what_was_shown(edit, first):
    badge = DraftBadgeFactory()
    by = coordinator_for(badge)
    shown = publishing_mark(badge.versions.get())

    def change():
        edit(BadgeClass.objects.get(pk=badge.pk), by)

    def publish():
        catalog.publish(BadgeClass.objects.get(pk=badge.pk), by=by, shown=shown)

    acts = {"edit": (change, publish), "publish": (publish, change)}[first]
    refusals = []

    def second():
        try:
            acts[1]()
        except (NotAsShown, catalog.VersionConflict) as refusal:
            refusals.append(type(refusal))

    with meanwhile(second):
        acts[0]()

    version = badge.versions.get()  # no second version was left behind
    is_changed = "Another name" in names_in(version)
    assert (bool(version.published_at), is_changed) == (first == "publish", first == "edit")
    assert refusals == [NotAsShown if first == "edit" else catalog.VersionConflict]


def test_of_many_who_edit_and_publish_at_once_none_is_half_done():
    badge = DraftBadgeFactory()
    by = coordinator_for(badge)

    def doing(act):
        return lambda: act(BadgeClass.objects.get(pk=badge.pk), by)

    outcomes = at_once(
        *map(doing, EDITS), lambda: catalog.publish(BadgeClass.objects.get(pk=badge.pk), by=by)
    )

    refused = [each for each in outcomes if each is not None and isinstance(each, Exception)]
    assert all(isinstance(each, catalog.VersionConflict) for each in refused), outcomes
    version = badge.versions.get()
    assert version.published_at
    assert version.criteria.exists()


# --- Unsubscribing and sending --------------------------------------------------------------------

ROSA = "rosa@school.example"


def invited_with_letters(number: int) -> User:
    person = find_or_invite([(ROSA, "", "en")])[ROSA]
    badges = [BadgeFactory() for _ in range(number)]
    grants = [Grant(person, b.current_version, GrantSource.API, key=str(b.pk)) for b in badges]
    grant_all(grants, by=None)
    issue_batch(now=timezone.now())
    return person


def send_all():
    while email := mail.lease_email(now=timezone.now()):
        mail.send_email(email)


def test_letters_are_sent_before_somebody_unsubscribes_and_never_after():
    invited_with_letters(6)
    sent_before = []

    def stop():
        mail.stop_emails_to(ROSA)
        sent_before.append(len(outbox.outbox))

    outcomes = at_once(send_all, send_all, stop)

    letters = OutgoingEmail.objects.filter(to=ROSA)
    statuses = set(letters.values_list("status", flat=True))
    sent = letters.filter(status="sent").count()
    assert outcomes == [None] * 3
    assert statuses <= {"sent", "unwanted"}
    # Only what each of the two workers was handing over at that moment.
    assert len(outbox.outbox) == sent <= sent_before[0] + 2


def test_somebody_who_unsubscribes_twice_at_once_has_unsubscribed():
    invited_with_letters(1)

    outcomes = at_once(*[lambda: mail.stop_emails_to(ROSA)] * 4)

    assert outcomes == [None] * 4
    assert MailRefusal.objects.count() == 1


# --- A token, and an award by it ------------------------------------------------------------------


def test_a_token_that_was_revoked_meanwhile_awards_nothing():
    badge = BadgeFactory()
    token, secret = tokens.make_token(badge.issuer.agency, name="Course", by=UserFactory())
    answers = []

    def call():
        answers.append(
            Client().post(
                "/api/v1/awards",
                json.dumps({"badge": badge.slug, "email": ROSA, "name": "Rosa", "key": "1"}),
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
        )

    with meanwhile(call):  # the call has found its token in force, and waits
        tokens.revoke_token(token, by=UserFactory())

    assert answers[0].status_code == 401
    assert answers[0].json()["error"]
    assert "Bearer" in answers[0]["WWW-Authenticate"]
    assert not Assertion.objects.exists()
    assert not User.objects.filter(email=ROSA).exists()


def test_a_token_is_revoked_after_the_awards_that_it_is_making():
    badge = BadgeFactory()
    token, _secret = tokens.make_token(badge.issuer.agency, name="Course", by=UserFactory())
    request = {"badge": badge.slug, "email": ROSA, "name": "Rosa", "key": "1"}

    with meanwhile(lambda: tokens.revoke_token(fresh(token), by=UserFactory())):
        [result] = award_requests.award_all(token, [request])

    assert result.is_new
    assert fresh(token).revoked_at
    with pytest.raises(tokens.Revoked):
        award_requests.award_all(token, [{**request, "key": "2"}])


# --- Removing in two windows ----------------------------------------------------------------------


def a_pathway():
    top = BadgeFactory()
    pathway = pathways.create(top, steps=[BadgeFactory()], by=None)
    return lambda: pathways.remove(fresh(pathway), by=coordinator_for(top))


def a_score_rule():
    badge = BadgeFactory()
    rule = scores.add_rule(
        badge, kind=ScoreRule.Kind.SCORE, test="Math", at_least=Decimal(1), by=UserFactory()
    )
    return lambda: scores.remove_rule(fresh(rule), by=UserFactory())


def results_of_a_test():
    words = (
        "Email,Name,Test,Date,Pre-test,Post-test,Level\nann@a.example,Ann,Math,2026-03-01,1,2,B\n"
    )
    found = scores.save_import(
        AgencyFactory(), reader=ScoreReader(read_text(words).lines), name="a.csv", by=UserFactory()
    )
    return lambda: scores.discard(fresh(found), by=UserFactory())


@pytest.mark.parametrize("make", [a_pathway, a_score_rule, results_of_a_test])
def test_what_is_removed_in_two_windows_at_once_is_removed_once(make):
    remove, other = make(), []

    def too_late():
        try:
            remove()
        except ObjectDoesNotExist as gone:
            other.append(gone)

    before = AuditEntry.objects.count()
    with meanwhile(too_late):
        remove()

    assert len(other) == 1
    assert AuditEntry.objects.count() == before + 1


@pytest.mark.parametrize("first", ["remove", "change"])
def test_a_pathway_that_is_removed_and_changed_at_once_is_gone(first):
    top, step, more = (BadgeFactory() for _ in range(3))
    pathway = pathways.create(top, steps=[step], by=None)
    refused = []

    def remove():
        pathways.remove(fresh(pathway), by=None)

    def change():
        pathways.set_steps(found, [step, more], by=None)

    def change_late():
        try:
            change()
        except EditConflict as conflict:
            refused.append(conflict)

    found = fresh(pathway)
    acts = {"remove": (remove, change_late), "change": (change, remove)}[first]
    with meanwhile(acts[1]):
        acts[0]()

    assert not Pathway.objects.exists()
    assert len(refused) == (first == "remove")


# --- New rules of a drawing -----------------------------------------------------------------------


def test_a_free_entry_is_taken_while_new_rules_are_announced():
    by = UserFactory()
    drawing = announced(offers_free_entry=True)
    rules = drafts.rules_to_edit(drawing)
    rules.change_note = "Longer."
    drafts.save_rules(drawing, rules, m2m={}, by=by)

    def take():
        chances.take_free_entry(fresh(drawing), user=UserFactory(), now=IN_THE_PERIOD)

    with meanwhile(take):
        drawings.announce(fresh(drawing), by=by, now=IN_THE_PERIOD)

    assert fresh(drawing).rules.number == 2
    assert fresh(drawing).entries.count() == 1
