"""Two web nodes and two workers on one database and one broker. One of each is killed at work."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from issuing.models import Assertion
from mail.models import OutgoingEmail
from submissions.models import EvidenceItem, StatusChange, Submission
from tests.factories import BadgeFactory, DraftFactory, reviewer_for
from tests.faults.person import Person
from tests.faults.web_node import WebNode
from tests.faults.worker import Worker, wait_until
from tests.issuing.awards import due_awards

pytestmark = [
    pytest.mark.long,
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.django_db(transaction=True),
]

PEOPLE, GRANTED = 24, 24
REVIEWERS = 4
ISSUED, SENT = Assertion.Status.ISSUED, OutgoingEmail.Status.SENT


@pytest.fixture
def nodes(broker, files):
    nodes = {name: WebNode(files=files, name=name) for name in ("web-1", "web-2")}
    try:
        for node in nodes.values():
            node.start()
        yield nodes
    finally:
        for node in nodes.values():
            node.kill()


@pytest.fixture
def workers(broker, mail_server, files):
    names = ("worker-1", "worker-2")
    workers = {name: Worker(mail_port=mail_server.port, files=files, name=name) for name in names}
    yield workers
    for worker in workers.values():
        worker.kill()


@contextmanager
def held_up(submission: Submission, award: Assertion):
    """The web node that sends this submission, and the worker that issues this award, wait."""
    with transaction.atomic():
        Submission.objects.select_for_update().get(pk=submission.pk)
        OutgoingEmail.objects.create(
            kind="badge_issued", key=str(award.public_id), to=award.recipient_email
        )
        yield
        transaction.set_rollback(True)


def waiting_for_us() -> set[str]:
    """The names of the processes whose statements wait for this connection."""
    with connection.cursor() as cursor:
        # In a transaction, PostgreSQL shows the activity of others as it was at the first look.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return {name for (name,) in cursor.fetchall()}


def in_status(status: str) -> list[int]:
    return list(Submission.objects.filter(status=status).values_list("pk", flat=True))


def any_failed(ways: list[Future]) -> bool:
    return any(way.done() and way.result() for way in ways)


def go_the_whole_way(earner: Person, reviewer: Person, draft: Submission, criteria: list[int]):
    """Write, send, claim, approve."""
    start = f"/submissions/{draft.public_id}/"
    earner.post(
        f"{start}evidence/words/", **{f"criterion-{pk}-text": words(draft, pk) for pk in criteria}
    )
    earner.post(f"{start}send/", statement="on")
    page = reviewer.post(f"/reviews/{draft.public_id}/claim/")
    reviewer.post(f"{page}send/", **{f"verdict_{pk}": "met" for pk in criteria})


def words(draft: Submission, criterion: int) -> str:
    return f"What I did for {criterion} in {draft.public_id}."


def test_one_web_node_and_one_worker_killed_at_work_lose_nothing_and_do_nothing_twice(
    nodes, workers, mail_server
):
    badge = BadgeFactory(waiting_hours=0)
    criteria = list(
        badge.current_version.criteria.filter(required=True).values_list("pk", flat=True)
    )
    drafts = [DraftFactory(badge_class=badge) for _ in range(PEOPLE)]
    one, other = (node.port for node in nodes.values())
    orders = [(one, other) if number % 2 else (other, one) for number in range(PEOPLE)]
    earners = [
        Person.signed_in(draft.earner, order) for draft, order in zip(drafts, orders, strict=True)
    ]
    users = [reviewer_for(badge) for _ in range(REVIEWERS)]
    reviewers = [
        Person.signed_in(users[number % REVIEWERS], order) for number, order in enumerate(orders)
    ]
    granted = due_awards(GRANTED)
    mail_server.refuses = True

    with ThreadPoolExecutor(max_workers=6) as crowd:
        with held_up(drafts[0], granted[GRANTED // 2]):
            everybody = zip(earners, reviewers, drafts, strict=True)
            early = [
                crowd.submit(go_the_whole_way, *who, criteria) for who in islice(everybody, 12)
            ]
            wait_until(
                lambda: (
                    any_failed(early) or (len(in_status("approved")) == 11 and waiting_for_us())
                ),
                what="a web node to be at work, and the others to be through",
            )
            for worker in workers.values():
                worker.start()
            wait_until(lambda: waiting_for_us() & set(workers), what="a worker to be at work")
            late = [crowd.submit(go_the_whole_way, *who, criteria) for who in everybody]
            wait_until(
                lambda: any_failed(late) or in_status("in_review"),
                what="a review to be under way",
            )
            at_work = waiting_for_us()
            dead_web = next(name for name in at_work if name in nodes)
            dead_worker = next(name for name in at_work if name in workers)
            nodes[dead_web].kill()
            workers[dead_worker].kill()
            assert len(in_status("approved")) < PEOPLE - 1
        for way in (*early, *late):
            way.result()
    mail_server.refuses = False

    everyone = PEOPLE + GRANTED
    wait_until(
        lambda: Assertion.objects.filter(status=ISSUED).count() == everyone, what="all awards"
    )
    wait_until(
        lambda: not OutgoingEmail.objects.exclude(status=SENT).exists(),
        seconds=60,
        what="all emails",
    )
    assert earners[0].sent_again[0].endswith(("/evidence/words/", "/send/"))
    every_word_and_every_step_is_stored_once(drafts, criteria)
    every_award_is_there_once(granted, drafts)
    every_email_left_once(mail_server)


def every_word_and_every_step_is_stored_once(drafts, criteria):
    texts = EvidenceItem.objects.filter(kind=EvidenceItem.Kind.TEXT).values_list("text", flat=True)
    assert Counter(texts) == {words(draft, pk): 1 for draft in drafts for pk in criteria}
    steps = StatusChange.objects.values_list("submission", "to_status")
    ways = Counter(steps)
    assert set(ways.values()) == {1}
    assert {status for _, status in ways} == {"submitted", "in_review", "approved"}
    assert len(ways) == len(drafts) * 3


def every_award_is_there_once(granted, drafts):
    recipients = Assertion.objects.values_list("recipient", flat=True)
    expected = [award.recipient_id for award in granted] + [draft.earner_id for draft in drafts]
    assert Counter(recipients) == Counter(dict.fromkeys(expected, 1))
    booked = AuditEntry.objects.filter(act="award issued").values_list("subject_key", flat=True)
    keys = Assertion.objects.values_list("pk", flat=True)
    assert Counter(booked) == {f"issuing.assertion:{pk}": 1 for pk in keys}


def every_email_left_once(mail_server):
    due = Counter(OutgoingEmail.objects.values_list("kind", "key", "to"))
    assert set(due.values()) == {1}
    kinds = Counter(kind for kind, _, _ in due)
    assert (kinds["badge_issued"], kinds["submission_received"]) == (PEOPLE + GRANTED, PEOPLE)
    assert Counter(letter.to for letter in mail_server.accepted) == Counter(to for _, _, to in due)
