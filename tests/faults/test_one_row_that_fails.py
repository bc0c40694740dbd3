"""A row that the database refuses is put off by the worker, and those behind it have their turn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.last_days.operations import end_roles, tell_of_last_days
from accounts.minors import operations as minors
from accounts.models import Membership, MinorMark, RosterImport, User
from accounts.rosters.operations import clearing
from audit.models import AuditEntry, UnwantedFile
from audit.operations import delete_unwanted_files
from awarding.lists.columns import ListReader
from awarding.lists.operations.forgetting import forget_unanswered
from awarding.models import ListUpload, ScoreUpload
from awarding.score_files import operations as score_files
from background.operations import go_on
from mail.models import OutgoingEmail
from mailings.imports import operations as imports
from mailings.models import SubscriberImport, Subscription
from mailings.tasks import import_subscribers, send_announcements
from privacy.closing import operations as closing
from privacy.exports import operations as exports
from privacy.models import AccountClosing, PersonalCopy
from privacy.operations import is_erased
from privacy.retention import operations as retention
from reviewing.due_process.operations import appeals, holds, reminders
from reviewing.models import Appeal, IntegrityHold
from rewards.models import Seal, Win
from rewards.prizes.operations import remind_winners
from rewards.stage import operations as stage
from spreadsheets import file_formats
from tests.accounts.minors import mark, member
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)
from tests.faults.refusing_database import refusing
from tests.mailings.announced import queued, started
from tests.mailings.subscribers import mailing_list
from tests.privacy.retaining import NOW, decided, delete_after, evidence, work
from tests.reviewing.due_process.cases import coordinator_of, returned
from tests.rewards.drawing_factories import DRAW, REVEAL, drawn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + 2 * DAY


def run(step, *, now=NOW, at_most=10) -> None:
    """As the task does. A row that stays first would go on for ever."""
    for _ in range(at_most):
        if not step(now=now):
            return
    raise AssertionError("It goes on without an end.")


def test_closing_an_account(log):
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        closing.ask(person, keeps_badges=True, now=NOW - timedelta(days=15))
    people = User.objects.order_by("pk")

    with refusing(User, when=f"NEW.id = {first.pk}"):
        run(closing.end_next)
    assert [is_erased(one) for one in people.all()] == [False, True]
    assert AccountClosing.objects.get(person=first).due_at == NOW + closing.AFTER_ERROR
    assert len(log()) == 1

    run(closing.end_next, now=LATER)
    assert [is_erased(one) for one in people.all()] == [True, True]


def test_deleting_evidence(log):
    first, second = decided(), decided()
    delete_after(365)
    work(NOW)
    due = NOW + timedelta(days=31)

    with refusing(AuditEntry, when=f"NEW.act = 'evidence deleted' AND NEW.subject = '{first}'"):
        run(retention.delete_next, now=due)
    assert [bool(evidence(one)) for one in (first, second)] == [True, False]
    assert len(log()) == 1

    run(retention.delete_next, now=due + retention.AGAIN)
    assert evidence(first) == []


def test_telling_earners_of_the_day_on_which_evidence_is_deleted(log):
    first, second = decided(), decided()
    delete_after(365)
    run(retention.follow_the_setting)
    emails = OutgoingEmail.objects.filter(kind="evidence_due").order_by("pk")

    with refusing(OutgoingEmail, when=f"NEW.to = '{first.earner.email}'"):
        run(retention.tell_next)
    assert [email.to for email in emails.all()] == [second.earner.email]
    assert log()

    run(retention.tell_next, now=LATER)
    assert {email.to for email in emails.all()} == {first.earner.email, second.earner.email}
    deadline = first.evidence_deadline
    deadline.refresh_from_db()
    assert deadline.due_at >= LATER + retention.NOTICE


def test_making_a_copy(log):
    copies = [exports.ask(UserFactory(), now=NOW) for _ in range(2)]
    made = PersonalCopy.objects.exclude(made_at=None)

    with refusing(PersonalCopy, when=f"NEW.id = {copies[0].pk} AND NEW.made_at IS NOT NULL"):
        run(exports.make_next)
    assert (list(made.all()), len(log())) == ([copies[1]], 1)

    run(exports.make_next, now=LATER)
    assert made.count() == 2


def test_clearing_a_roster(log):
    place = MembershipFactory(agency=SchoolFactory(), role="coordinator")
    first, second = (
        RosterImport.objects.create(
            agency=place.agency, made_by=place.user, made_at=NOW, clear_at=NOW, status="done"
        )
        for _ in range(2)
    )
    cleared = RosterImport.objects.exclude(cleared_at=None)

    with refusing(RosterImport, when=f"NEW.id = {first.pk} AND NEW.cleared_at IS NOT NULL"):
        run(clearing.clear_next)
    assert (list(cleared.all()), len(log())) == ([second], 1)

    run(clearing.clear_next, now=LATER)
    assert cleared.count() == 2


def test_coming_of_age(log):
    school = SchoolFactory()
    by = member(school, Membership.Role.COORDINATOR)
    first, second = member(school, name="First One"), member(school, name="Second One")
    for learner in (first, second):
        mark(learner, by)
    MinorMark.objects.update(of_age_on=date(2020, 1, 1))
    still = MinorMark.objects.filter(ended_at=None).values_list("user", flat=True)
    failed: set[int] = set()

    with refusing(MinorMark, when=f"NEW.user_id = {first.pk}"):
        run(lambda now: minors.end_of_age(now=now, failed=failed))
    assert (list(still.all()), len(failed)) == ([first.pk], 1)
    assert OutgoingEmail.objects.filter(kind="minor_no_longer").get().to == second.email
    assert log()

    run(lambda now: minors.end_of_age(now=now, failed=set()))
    assert not still.exists()


def test_roles_whose_last_day_is_over_or_near(log):
    now = timezone.now()
    agency = AgencyFactory()
    over = [MembershipFactory(agency=agency, role="reviewer") for _ in range(2)]
    near = [MembershipFactory(agency=agency, role="reporter") for _ in range(2)]
    days = {"reviewer": now.date() - timedelta(days=2), "reporter": now.date() + timedelta(days=3)}
    for role, day in days.items():
        Membership.objects.filter(role=role).update(ends_on=day)
    ended = Membership.objects.exclude(ended_at=None)
    not_ended: set[int] = set()
    not_written_to: set[int] = set()

    with refusing(Membership, when=f"NEW.id = {over[0].pk}"):
        run(lambda now: end_roles(now=now, failed=not_ended), now=now)
    with refusing(OutgoingEmail, when=f"NEW.to = '{near[0].user.email}'"):
        run(lambda now: tell_of_last_days(now=now, failed=not_written_to), now=now)

    assert list(ended.all()) == [over[1]]
    assert OutgoingEmail.objects.get(kind="role_ends_soon").to == near[1].user.email
    assert (not_ended, not_written_to) == ({over[0].pk}, {near[0].pk})
    assert log()


def test_importing_subscribers(log):
    first, second = (
        imports.save(
            mailing_list(), rows=_rows(f"person{number}@a.example\n"), name="a.csv",
            by=UserFactory(), language="en", consent_how="Sheet", consent_on=date(2026, 3, 5),
            consent_by="Ana Ng",
        )
        for number in range(2)
    )  # fmt: skip
    for found in (first, second):
        imports.start(found, by=found.made_by)
    status = SubscriberImport.objects.order_by("pk").values_list("status", flat=True)

    with refusing(Subscription, when=f"NEW.imported_in_id = {first.pk}"):
        import_subscribers()
    assert (list(status.all()), len(log())) == (["running", "finished"], 1)

    import_subscribers()
    assert list(status.all()) == ["finished", "finished"]


def test_sending_announcements(log):
    first = started(people=1)
    second = started(on=mailing_list("Tips"), people=2)

    with refusing(OutgoingEmail, when=f"NEW.key LIKE '{first.pk}:%'"):
        send_announcements()
    assert (len(queued()), len(log())) == (2, 1)
    second.refresh_from_db()
    assert second.status == "finished"

    send_announcements()
    first.refresh_from_db()
    assert (len(queued()), first.status) == (3, "finished")


@pytest.mark.parametrize(
    ("remind", "model", "kind"),
    [
        (reminders.remind_of_appeals, Appeal, "appeal_reminder"),
        (reminders.remind_of_holds, IntegrityHold, "hold_reminder"),
    ],
)
def test_reminding_of_appeals_and_holds(log, remind, model, kind):
    """As late as the others, the one that failed is tried again."""
    for _ in range(2):
        submission = returned()
        coordinator_of(submission)
        if model is Appeal:
            appeals.appeal(submission, words="Page four.", by=submission.earner)
        else:
            held = holds.place(submission, reason="A doubt.", by=coordinator_of(submission))
            holds.answer(held, words="They are mine.", by=submission.earner)
    first, _second = model.objects.order_by("pk")
    due = max(model.objects.values_list("remind_at", flat=True))
    emails = OutgoingEmail.objects.filter(kind=kind).values_list("context", flat=True)
    name = "appeal" if model is Appeal else "hold"

    with refusing(OutgoingEmail, when=f"NEW.kind = '{kind}' AND NEW.key LIKE '{first.pk}:%'"):
        run(remind, now=due)
    assert first.pk not in {context[name] for context in emails.all()}
    assert (bool(emails.all()), bool(log())) == (True, True)

    run(remind, now=max(model.objects.values_list("remind_at", flat=True)))
    assert first.pk in {context[name] for context in emails.all()}


def test_reminding_winners(log):
    drawn(prizes=2, awards=3)
    winners = [win.line.entry.user.email for win in Win.objects.order_by("pk")]
    emails = OutgoingEmail.objects.filter(kind="prize_reminder").values_list("to", flat=True)
    half_over = DRAW + timedelta(days=8)

    with refusing(OutgoingEmail, when=f"NEW.kind = 'prize_reminder' AND NEW.to = '{winners[0]}'"):
        remind_winners(now=half_over)
    assert (list(emails.all()), bool(log())) == ([winners[1]], True)

    remind_winners(now=half_over)
    assert set(emails.all()) == set(winners)


@pytest.mark.parametrize(
    ("forget", "model"), [(forget_unanswered, ListUpload), (score_files.forget, ScoreUpload)]
)
def test_forgetting_files_of_lists_and_scores(log, forget, model):
    by, badge = UserFactory(), BadgeFactory()
    of_a_badge = {"badge_class": badge} if model is ListUpload else {}
    first, _second = (
        model.objects.create(
            **of_a_badge, agency=badge.agency, name="a.csv", content=b"", made_by=by,
            made_at=NOW - DAY, kept_until=NOW, is_pasted=False,
        )
        for _ in range(2)
    )  # fmt: skip

    with refusing(AuditEntry, when=f"NEW.subject_key = '{model._meta.label_lower}:{first.pk}'"):
        go_on(forget, now=NOW)
    assert (list(model.objects.all()), len(log())) == ([first], 1)

    go_on(forget, now=NOW)
    assert not model.objects.exists()


def test_deleting_files_that_nobody_refers_to(log):
    field = str(PersonalCopy._meta.get_field("file"))
    first = UnwantedFile.objects.create(field="of a model that is gone", name="a", due_at=NOW)
    UnwantedFile.objects.create(field=field, name="b", due_at=NOW)

    delete_unwanted_files(now=NOW)

    assert (list(UnwantedFile.objects.all()), len(log())) == ([first], 1)
    assert UnwantedFile.objects.get().due_at > NOW


def _rows(text: str):
    return ListReader(file_formats.read_text(text).lines).rows()


def test_revealing_results(log):
    first, second = (drawn(sealed_until=REVEAL) for _ in range(2))

    with refusing(Seal, when=f"NEW.draw_id = {first.draws.get().pk}"):
        go_on(stage.reveal_next, now=REVEAL)
    opened = Seal.objects.order_by("pk").exclude(opened_at=None)
    assert [seal.draw.drawing for seal in opened] == [second]
    assert OutgoingEmail.objects.filter(kind="prize_won").count() == 2
    assert len(log()) == 1

    go_on(stage.reveal_next, now=REVEAL)
    assert not Seal.objects.closed().exists()
