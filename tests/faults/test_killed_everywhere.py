"""Whatever a process was doing when it was killed, at whatever statement: nothing is lost or twice.

Each act is killed before every statement, and before and after every commit. From outside, one
transaction has only two states, before and after; the table says how many states an act passes
through. In the end each table has as many rows as after an act that nobody disturbed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awarding import tasks as awarding
from awarding.claim_codes import operations as claims
from awarding.lists.operations import batches, lists
from awarding.models import AwardList, ScoreImport, ScoreRule
from awarding.pathways import operations as pathways
from awarding.programs.operations import award_requests, tokens
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from catalog import operations as catalog
from catalog.models import BadgeClass
from catalog.pathways import operations as catalog_pathways
from issuing import tasks as issuing
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from mail import operations as mail
from mail import tasks as mailing
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.models import Assignment
from rewards import tasks as rewards
from rewards.chances import operations as chances
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes
from spreadsheets import file_formats
from submissions import operations as submissions
from submissions import tasks as forgetting
from submissions.models import EvidenceItem, Submission, UnwantedFile
from tests.awarding.lists import addresses, checked_list
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.faults.killing import (
    kill_everywhere,
    rehearse,
    rows_by_table,
    run_unharmed,
    would_change,
)
from tests.issuing.awards import due_awards, issued_award, waiting_award
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import DRAW, VALUES

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

BECAUSE = "A mistake."


@pytest.fixture(autouse=True)
def no_worker_and_a_mail_server(settings, mail_server, monkeypatch):
    """Tasks are run by the test, so nothing is queued for a worker."""
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_LEASE_SECONDS = 0


def send_a_submission():
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(b"My plan."),
        file_name="plan.txt",
        content_type="text/plain",
    )
    return lambda: submissions.send(
        Submission.objects.get(pk=draft.pk), by=draft.earner, statement_accepted=True
    )


def claim_a_review():
    sent = SentSubmissionFactory()
    reviewer = reviewer_for(sent.badge_class)
    return lambda: reviewing.claim_next(by=reviewer)


def review(verdict, comment):
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, verdict, comment)
    return lambda: reviewing.send_review(
        Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer, judgments=judgments
    )


def approve():
    return review("met", "")


def return_to_earner():
    return review("not_yet", "Add the second piece.")


def withdraw():
    submission = AssignmentFactory().submission
    return lambda: submissions.withdraw(
        Submission.objects.get(pk=submission.pk), by=submission.earner
    )


def issue_two():
    due_awards(2)
    return issuing.issue_due


def revoke():
    award, by = issued_award(), UserFactory()
    return lambda: changes.revoke(Assertion.objects.get(pk=award.pk), by=by, reason=BECAUSE)


def cancel():
    award, by = waiting_award(), UserFactory()
    return lambda: changes.cancel(Assertion.objects.get(pk=award.pk), by=by, reason=BECAUSE)


def accept_an_endorsement():
    award = issued_award()
    changes.share(award, shows_name=True, items=[])
    offered = endorsing.offer(
        award,
        by=UserFactory(),
        name="Alder University",
        url="https://alder.example",
        about="A university.",
        comment="We count it as a unit.",
    )
    return lambda: endorsing.accept(Endorsement.objects.get(pk=offered.pk), by=award.recipient)


def publish_a_version():
    badge, by = BadgeFactory(), UserFactory()
    catalog.draft_version(badge, by=by)
    return lambda: catalog.publish(BadgeClass.objects.get(pk=badge.pk), by=by)


def award_a_list():
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(9))
    lists.start(award_list, by=award_list.made_by)
    return awarding.carry_on_award_lists


def undo_a_list():
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(9))
    lists.start(award_list, by=award_list.made_by)
    awarding.carry_on_award_lists()
    lists.undo(AwardList.objects.get(), by=award_list.made_by)
    return awarding.carry_on_award_lists


def import_scores():
    badge = BadgeFactory()
    by = coordinator_for(badge)
    scores.add_rule(badge, kind=ScoreRule.Kind.GAIN, test="CASAS*", by=by, at_least=Decimal(5))
    words = "E-mail,Name,Test,Date,Pre-test,Post-test,Level\n" + "\n".join(
        f"person{n}@school.example,Rosa {n},CASAS Reading,2026-03-15,219,228," for n in range(3)
    )

    def save_and_award():
        if not ScoreImport.objects.exists():
            scores.save_import(
                badge.agency,
                reader=ScoreReader(file_formats.read_text(words)),
                name="results.csv",
                by=by,
            )
        awarding.carry_on_award_lists()
        scores.start(ScoreImport.objects.get(), by=by)
        awarding.carry_on_award_lists()

    return save_and_award


def sweep_a_pathway():
    step = BadgeFactory()
    top = BadgeFactory(issuer=step.issuer)
    for _ in range(2):
        issued_award(badge_class=step)
    catalog_pathways.create(top, steps=[step], by=None)
    return awarding.award_pathways


def count_steps():
    step = BadgeFactory()
    top = BadgeFactory(issuer=step.issuer)
    catalog_pathways.create(top, steps=[step], by=None)
    pathways.run_due_sweeps(now=timezone.now())
    for _ in range(2):
        issued_award(badge_class=step)
    return awarding.award_pathways


def claim_a_code():
    badge, person, now = BadgeFactory(), UserFactory(), timezone.now()
    code = claims.make_code(
        badge,
        label="Fair",
        limit=1,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
        by=coordinator_for(badge),
    )
    return lambda: claims.claim(code, by=person)


def award_by_the_api():
    badge = BadgeFactory()
    token, _secret = tokens.make_token(badge.agency, name="Library", by=UserFactory())
    order = {"badge": badge.slug, "email": "ada@school.example", "name": "Ada", "key": "1"}

    return lambda: award_requests.award_all(token, [order])


def announce_a_drawing():
    now = timezone.now().replace(microsecond=0)
    drawing = drawing_factories.drafted(
        opens_on=(now - timedelta(days=20)).date(),
        ends_on=(now + timedelta(days=20)).date(),
        closes_at=now + timedelta(days=30),
        disputes_until=now + timedelta(days=34),
        draws_at=now + timedelta(days=40),
        sources=[
            drawing_factories.LOTTERY | {"when": (now + timedelta(days=39)).date().isoformat()}
        ],
    )
    issued_award()
    by = UserFactory()
    return lambda: drawings.announce(Drawing.objects.get(pk=drawing.pk), by=by)


def close_a_drawing():
    drawing = drawing_factories.announced()
    drawing_factories.award_to_many(5)
    drawings.follow(drawing, user=UserFactory(), wants=True)
    return rewards.keep_the_calendar


def draw():
    drawing, by = drawing_factories.closed(), UserFactory()
    drawings.follow(drawing, user=UserFactory(), wants=True)
    return lambda: draws.draw(Drawing.objects.get(pk=drawing.pk), values=VALUES, by=by, now=DRAW)


def draw_again():
    drawing, by = drawing_factories.drawn(), UserFactory()
    return lambda: (
        drawing.draws.count() == 2
        or draws.draw(
            Drawing.objects.get(pk=drawing.pk), values=VALUES, by=by, reason=BECAUSE, now=DRAW
        )
    )


def let_a_prize_lapse():
    """Two prizes pass on to the next two people, each in a transaction of its own."""
    drawing_factories.drawn(awards=9)
    first = list(Win.objects.values_list("pk", flat=True))
    late = Win.objects.get(pk=first[0]).confirm_by + timedelta(hours=1)

    def lapse():
        for win in Win.objects.filter(pk__in=first).overdue(now=late):
            prizes.lapse(win, now=late)

    return lapse


def confirm_a_prize():
    drawing_factories.drawn()
    win = Win.objects.first()
    return lambda: prizes.confirm(Win.objects.get(pk=win.pk), shows_name=True, now=DRAW)


def enter_for_free():
    drawing, person = drawing_factories.announced(offers_free_entry=True), UserFactory()
    return lambda: chances.take_free_entry(
        drawing, user=person, now=drawing_factories.IN_THE_PERIOD
    )


# How many states each act passes through, seen from outside.
STATES = {
    send_a_submission: 1,
    claim_a_review: 1,
    approve: 1,
    return_to_earner: 1,
    withdraw: 1,
    issue_two: 1,
    revoke: 1,
    cancel: 1,
    accept_an_endorsement: 1,
    publish_a_version: 1,
    award_a_list: 4,
    undo_a_list: 4,
    import_scores: 5,
    sweep_a_pathway: 1,
    count_steps: 1,
    claim_a_code: 1,
    award_by_the_api: 1,
    announce_a_drawing: 1,
    close_a_drawing: 1,
    draw: 1,
    draw_again: 1,
    let_a_prize_lapse: 2,
    confirm_a_prize: 1,
    enter_for_free: 1,
}


def work_off():
    """What the schedule does, until nothing is due."""
    issuing.issue_due()
    awarding.carry_on_award_lists()
    awarding.award_pathways()
    issuing.issue_due()
    mailing.send_due_emails()


@pytest.mark.parametrize("arrange", STATES, ids=lambda arrange: arrange.__name__)
def test_killed_before_each_statement_it_is_done_once(arrange, mail_server, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    act = arrange()

    def act_and_work_off():
        act()
        work_off()

    at_once = rehearse(act)
    in_the_end = rehearse(act_and_work_off)
    mail_server.accepted.clear()

    told = kill_everywhere(act)

    assert told.kills > 3
    assert len(told.states) == STATES[arrange]
    assert told.states[-1] == at_once
    assert not would_change(act)
    run_unharmed(work_off)
    assert rows_by_table() == in_the_end
    assert all_emails_left_once(mail_server)
    assert not would_change(work_off)


def all_emails_left_once(mail_server) -> bool:
    sent = Counter(OutgoingEmail.objects.values_list("to", flat=True))
    assert not OutgoingEmail.objects.exclude(status=OutgoingEmail.Status.SENT).exists()
    return Counter(letter.to for letter in mail_server.accepted) == sent


def test_a_list_of_two_thousand_comes_through_many_kills(mail_server):
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(2000))
    lists.start(award_list, by=award_list.made_by)
    in_the_end = rehearse(awarding.carry_on_award_lists)

    told = kill_everywhere(awarding.carry_on_award_lists, stride=6)

    assert [state["issuing_assertion"] for state in told.states] == [500, 1000, 1500, 2000, 2000]
    assert told.states[-1] == in_the_end
    assert AwardList.objects.get().rows.granted().count() == 2000
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 2000


def test_a_killed_mailer_sends_every_email_and_never_a_different_copy(mail_server):
    """At least once: only a kill between the server’s "accepted" and our commit sends it again."""
    for number in range(4):
        mail.queue_written_email(
            to=f"person{number}@school.example",
            language="en",
            subject="Hello",
            text="Your link: https://x.example",
            html="",
        )

    def sent() -> int:
        return OutgoingEmail.objects.filter(status=OutgoingEmail.Status.SENT).count()

    told = kill_everywhere(mailing.send_due_emails, progress=sent)

    copies = defaultdict(list)
    for letter in mail_server.accepted:
        copies[letter.to].append(letter.message_id)
    assert set(copies) == {f"person{number}@school.example" for number in range(4)}
    assert all(len(set(ids)) == 1 for ids in copies.values())
    # Of each email, the kills before the savepoint's end and before the commit came too late.
    assert len(mail_server.accepted) == 4 * (1 + 2)
    assert not OutgoingEmail.objects.exclude(status=OutgoingEmail.Status.SENT).exists()
    assert told.kills > 20
    assert not would_change(mailing.send_due_emails)


def test_a_killed_upload_leaves_no_file_for_good(kept_files):
    draft = DraftFactory()
    criterion = draft.version.criteria.first()

    def upload():
        if not EvidenceItem.objects.exists():
            submissions.add_file(
                Submission.objects.get(pk=draft.pk),
                criterion,
                file=ContentFile(b"My plan."),
                file_name="plan.txt",
                content_type="text/plain",
            )

    kill_everywhere(upload, progress=EvidenceItem.objects.count)
    item = EvidenceItem.objects.get()
    UnwantedFile.objects.update(due_at=timezone.now())
    kill_everywhere(forgetting.forget_files)

    stored = [path for path in (kept_files / "evidence").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [b"My plan."]
    assert str(stored[0]).endswith(item.file.name)
    assert not UnwantedFile.objects.exists()


def test_a_file_that_nobody_wants_is_deleted_also_by_a_killed_worker(kept_files):
    draft = DraftFactory()
    item = submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(b"My plan."),
        file_name="plan.txt",
        content_type="text/plain",
    )

    def remove():
        for item in EvidenceItem.objects.select_related("attempt__submission", "criterion"):
            submissions.remove_item(item)

    kill_everywhere(remove)
    kill_everywhere(forgetting.forget_files)

    assert not (kept_files / "evidence" / item.file.name).exists()
    assert not UnwantedFile.objects.exists()


def test_a_person_who_sends_the_page_again_after_a_kill_has_sent_once(mail_server):
    """Through the page, session and all: the browser posts the form until it gets an answer."""
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    client = Client()
    client.force_login(draft.earner)
    address = reverse("submissions:send", args=[draft.public_id])

    told = kill_everywhere(lambda: client.post(address, {"statement": "on"}))

    assert len(told.states) == 1
    again = client.post(address, {"statement": "on"}, follow=True)
    assert again.status_code == 200
    assert Submission.objects.get().attempts.count() == 1
    assert OutgoingEmail.objects.filter(kind="submission_received").count() == 1
    run_unharmed(work_off)
    assert all_emails_left_once(mail_server)


def test_the_kill_is_real_and_comes_before_each_statement():
    """An act of two commits, of which the second one needs the first."""
    person = UserFactory(name="")

    def name_and_greet():
        type(person).objects.filter(pk=person.pk).update(name="Rosa")
        OutgoingEmail.objects.filter(to=person.email).exists() or mail.queue_written_email(
            to=person.email, language="en", subject="Hello", text="Hello", html=""
        )

    told = kill_everywhere(name_and_greet)

    assert [state["mail_outgoingemail"] for state in told.states] == [0, 1]
    assert OutgoingEmail.objects.count() == 1
