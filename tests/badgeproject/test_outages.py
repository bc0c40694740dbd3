"""When the database can't work for the moment, the page says so, and nothing is half done."""

from __future__ import annotations

import html
import json
import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.urls import reverse
from django.utils import timezone

from audit.models import UnwantedFile
from audit.moves import TransitionNotAllowed
from audit.operations import delete_unwanted_files
from awarding.programs.operations import tokens
from issuing.models import Assertion
from mail.models import OutgoingEmail
from submissions import operations as submissions
from submissions.models import Attempt, EvidenceItem, StatusChange, Submission
from tests.factories import PASSWORD, AssignmentFactory, BadgeFactory, DraftFactory, UserFactory
from tests.faults.refusing_database import refusing
from tests.issuing.awards import issued_award

pytestmark = pytest.mark.django_db(transaction=True)

# What PostgreSQL sends, and after how many seconds the same may succeed.
CODES = {
    "08006": "60",
    "53100": "60",
    "53200": "60",
    "53300": "60",
    "53400": "60",
    "57014": "60",
    "57P01": "60",
    "57P03": "60",
    "58030": "60",
    "25006": "60",
    "40001": "1",
    "40P01": "1",
    "55P03": "1",
}
WORDS = "Three lessons on balance, & a <debate>."


@pytest.fixture
def patient(client):
    """A client that reads the page of an error instead of raising it."""
    client.raise_request_exception = False
    return client


@pytest.fixture
def draft(patient):
    draft = DraftFactory()
    patient.force_login(draft.earner)
    return draft


def typed(draft):
    return {f"criterion-{draft.version.criteria.first().pk}-text": WORDS}


def stored_in(folder):
    return [path for path in folder.rglob("evidence/**/*") if path.is_file()]


def page_of(response) -> tuple[int, str, str | None]:
    heading = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return response.status_code, html.unescape(heading[1].strip()), response.get("Retry-After")


def save(client, draft):
    return client.post(reverse("submissions:edit", args=[draft.public_id]), typed(draft))


@contextmanager
def another_connection():
    """One that outlives what happens to the application's."""
    other = psycopg2.connect(**connection.get_connection_params())
    other.autocommit = True
    try:
        yield other.cursor()
    finally:
        other.close()


@pytest.mark.parametrize(("code", "pause"), CODES.items())
def test_a_refused_change_says_that_nothing_was_saved_and_succeeds_later(
    patient, draft, code, pause
):
    with refusing(EvidenceItem, code=code):
        response = save(patient, draft)

    page = response.content.decode()
    assert page_of(response) == (503, "Nothing was saved", pause)
    assert "Three lessons on balance, &amp; a &lt;debate&gt;." in page
    assert "no-store" in response["Cache-Control"]
    assert not EvidenceItem.objects.exists()
    assert save(patient, draft).status_code == 302
    assert EvidenceItem.objects.get().text == WORDS


@pytest.mark.parametrize("code", ["23505", "22001", "42P01", "P0001"])
def test_a_mistake_of_ours_is_not_called_an_outage(patient, draft, code):
    with refusing(EvidenceItem, code=code):
        response = save(patient, draft)

    assert page_of(response) == (500, "Something went wrong on our side", None)


@pytest.mark.parametrize("table", [Attempt, StatusChange, Submission, OutgoingEmail])
def test_sending_is_all_or_nothing_on_a_full_disk(patient, draft, table):
    address = reverse("submissions:send", args=[draft.public_id])
    for criterion in draft.version.criteria.all():
        submissions.write_text(draft, criterion, WORDS)

    with refusing(table):
        response = patient.post(address, {"statement": "on"})

    assert page_of(response) == (503, "Nothing was saved", "60")
    assert Submission.objects.get().status == Submission.Status.DRAFT
    assert not StatusChange.objects.exists()
    assert not OutgoingEmail.objects.exists()
    assert patient.post(address, {"statement": "on"}).status_code == 302
    assert Submission.objects.get().status == Submission.Status.SUBMITTED
    assert OutgoingEmail.objects.count() == 1


def test_a_file_without_its_row_is_deleted_later(patient, draft, kept_files):
    field = f"criterion-{draft.version.criteria.first().pk}-files"
    address = reverse("submissions:edit", args=[draft.public_id])

    with refusing(EvidenceItem):
        file = SimpleUploadedFile("plan.txt", b"My lesson plan.", content_type="text/plain")
        response = patient.post(address, {field: file})

    assert page_of(response) == (503, "Nothing was saved", "60")
    assert not EvidenceItem.objects.exists()
    assert len(stored_in(kept_files)) == UnwantedFile.objects.count() == 1
    delete_unwanted_files(now=timezone.now() + timedelta(days=1))
    assert stored_in(kept_files) == []


def test_what_was_saved_before_the_outage_is_not_denied(patient, draft):
    """The texts of a page are saved one by one, and the second one finds the disk full."""
    first, second = draft.version.criteria.all()[:2]
    words = {f"criterion-{each.pk}-text": WORDS for each in (first, second)}

    with refusing(EvidenceItem, when=f"NEW.criterion_id = {second.pk}"):
        response = patient.post(reverse("submissions:edit", args=[draft.public_id]), words)

    assert EvidenceItem.objects.get().criterion == first
    assert page_of(response) == (503, "Please check what was saved", "60")


def test_a_database_that_only_reads_still_shows_pages(patient, draft):
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        opened = patient.get(reverse("submissions:edit", args=[draft.public_id]))
        response = save(patient, draft)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")

    assert opened.status_code == 200
    assert page_of(response) == (503, "Nothing was saved", "60")


def test_signing_in_while_nothing_can_be_saved(patient):
    user = UserFactory()
    credentials = {"login": user.email, "password": PASSWORD}

    with refusing("django_session"):
        response = patient.post(reverse("account_login"), credentials)
    assert page_of(response) == (503, "Nothing was saved", "60")
    assert PASSWORD not in response.content.decode()

    with refusing():
        response = patient.post(reverse("account_login"), credentials)
    assert page_of(response)[0] == 503


def test_a_session_that_can_not_be_updated_is_no_bad_request(patient, draft):
    session = patient.session
    session["something"] = 1
    session.save()

    with refusing("django_session"):
        response = patient.post(reverse("account_logout"))

    assert page_of(response)[0] == 503


def test_too_many_connections(patient, draft):
    name = connection.settings_dict["NAME"]
    with another_connection() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        try:
            connection.close()
            opened = patient.get("/")
            sent = patient.post("/verify/", {"text": WORDS})
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')

    assert page_of(opened) == (503, "We can’t show this page at the moment", "60")
    assert page_of(sent)[0] == 503
    assert patient.get("/").status_code == 200


def test_a_shutdown_in_the_middle_of_a_transaction(patient, draft):
    """The connection ends while the statement waits for a lock that we have."""
    with another_connection() as watching, another_connection() as holding:
        holding.connection.autocommit = False
        holding.execute("SELECT 1 FROM submissions_submission WHERE id = %s FOR UPDATE", [draft.pk])
        stop = threading.Event()

        def shut_down():
            while not stop.wait(0.02):
                watching.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                if watching.rowcount:
                    return

        thread = threading.Thread(target=shut_down)
        thread.start()
        response = save(patient, draft)
        stop.set()
        thread.join()
    connection.close()

    assert page_of(response) == (503, "Nothing was saved", "60")
    assert not EvidenceItem.objects.exists()
    assert save(patient, draft).status_code == 302


def test_a_commit_without_an_answer_is_not_called_unsaved(patient, draft, monkeypatch):
    """The connection breaks after PostgreSQL has committed, before it says so."""

    def commit_and_break(self):
        with self.wrap_database_errors:
            self.connection.commit()
            self.connection.close()
            raise psycopg2.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(DatabaseWrapper, "_commit", commit_and_break)
    response = save(patient, draft)
    monkeypatch.undo()
    connection.close()

    assert page_of(response) == (503, "Please check what was saved", "60")
    assert "It was not added" not in response.content.decode()
    assert WORDS in html.unescape(response.content.decode())
    assert EvidenceItem.objects.get().text == WORDS


def test_programs_get_json(patient):
    badge = BadgeFactory()
    _token, secret = tokens.make_token(badge.issuer.agency, name="Library", by=UserFactory())
    order = {"badge": badge.slug, "email": "ada@school.example", "name": "Ada", "key": "1"}

    def call():
        return patient.post(
            "/api/v1/awards",
            json.dumps(order),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

    with refusing(Assertion):
        refused = call()
    assert (refused.status_code, refused["Retry-After"], refused.json()) == (
        503,
        "60",
        {"error": "The database is not available at the moment. Send it again in a minute."},
    )
    with refusing(Assertion, code="40P01"):
        refused = call()
    assert (refused.status_code, refused["Retry-After"], refused.json()) == (
        503,
        "1",
        {"error": "Something else was saved at the same moment. Send it again."},
    )
    with refusing(Assertion, code="P0001"):
        refused = call()
    assert (refused.status_code, refused["Content-Type"]) == (500, "application/json")
    assert call().status_code == 201
    assert Assertion.objects.count() == 1


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/ld+json"])
def test_documents_answer_programs_in_json_while_there_are_too_many_connections(patient, accept):
    award = issued_award()
    name = connection.settings_dict["NAME"]
    with another_connection() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        try:
            connection.close()
            response = patient.get(f"/assertions/{award.public_id}", headers={"Accept": accept})
            page = patient.get(f"/awards/{award.public_id}/", headers={"Accept": "text/html"})
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')

    assert (response.status_code, response["Content-Type"]) == (503, "application/json")
    assert page["Content-Type"].startswith("text/html")


def test_a_refused_move_that_no_view_expects_is_explained(patient, monkeypatch):
    assignment = AssignmentFactory()
    patient.force_login(assignment.reviewer)

    def somebody_was_faster(*args, **kwargs):
        raise TransitionNotAllowed("approved -> submitted")

    monkeypatch.setattr("reviewing.operations.release", somebody_was_faster)
    response = patient.post(f"{assignment.get_absolute_url()}release/", {"note": WORDS})

    assert response.status_code == 409
    assert "This has changed in the meantime" in response.content.decode()
    assert WORDS in html.unescape(response.content.decode())
