"""Subscribers from a file: a look first, with the statement of how they agreed, and undone."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import MinorMark
from accounts.operations import find_or_invite
from audit.moves import TransitionNotAllowed
from awarding.lists.columns import ListReader
from mail.models import MailRefusal, OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.imports import operations as imports
from mailings.lists import operations as lists
from mailings.models import MailingList, Subscriber, SubscriberImport, Subscription
from mailings.tasks import import_subscribers, send_announcements
from mailings.wishes import operations as wishes
from spreadsheets import file_formats
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.mailings.announced import drafted, with_postal_address
from tests.mailings.people import person
from tests.mailings.subscribers import ROSA, mailing_list, signed_up, subscribed

pytestmark = pytest.mark.django_db
STATEMENT = {
    "consent_how": "Sheet at the workshop",
    "consent_on": date(2026, 3, 5),
    "consent_by": "Ana Ng",
    "language": "es",
}


def looked_at(text: str, on: MailingList | None = None) -> SubscriberImport:
    table = file_formats.read_text(text)
    rows = ListReader(table.lines).rows()
    return imports.save(
        on or mailing_list(), rows=rows, name="a.csv", by=UserFactory(), **STATEMENT
    )


def added(text: str, on: MailingList | None = None) -> SubscriberImport:
    found = looked_at(text, on)
    imports.start(found, by=found.made_by)
    import_subscribers()
    return SubscriberImport.objects.get(pk=found.pk)


def outcomes(found: SubscriberImport) -> dict[str, str]:
    return dict(found.rows.values_list("email", "outcome"))


def on_list(found: SubscriberImport) -> list[str]:
    confirmed = found.mailing_list.subscriptions.confirmed()
    return list(confirmed.order_by("subscriber__email").values_list("subscriber__email", flat=True))


def test_each_row_says_what_would_happen_and_nothing_does():
    news, county = mailing_list(), AgencyFactory()
    subscribed("here@a.example", news)
    signed_up("soon@a.example", news)
    lists.end(subscribed("left@a.example", news))
    wishes.want_none(person("none@a.example", county))
    child = person("child@a.example", county)
    MinorMark.objects.create(user=child, agency=county, marked_by=UserFactory())
    MailRefusal.objects.create(email="stop@a.example")
    OutgoingEmail.objects.create(kind="x", key="1", to="back@a.example", status="refused")

    found = looked_at(
        "Email,Name\nnew@a.example,Rosa\nHERE@a.example,\nsoon@a.example,\nleft@a.example,\n"
        "none@a.example,\nchild@a.example,\nstop@a.example,\nback@a.example,\nnonsense,\n"
        "NEW@a.example,again\n",
        news,
    )

    assert list(found.rows.values_list("email", "outcome")) == [
        ("new@a.example", "new"), ("here@a.example", "already"), ("soon@a.example", "pending"),
        ("left@a.example", "ended"), ("none@a.example", "ended"), ("child@a.example", "closed"),
        ("stop@a.example", "refused"), ("back@a.example", "refused"), ("nonsense", "bad"),
        ("new@a.example", "twice"),
    ]  # fmt: skip
    assert on_list(found) == ["here@a.example"]
    imports.start(found, by=found.made_by)
    import_subscribers()
    assert on_list(found) == ["here@a.example", "new@a.example"]
    assert not Subscriber.objects.filter(email="stop@a.example").exists()


def test_the_statement_is_kept_with_each_subscription_and_in_the_download(client):
    coordinator = MembershipFactory(role="coordinator")
    found = added("new@a.example\n", mailing_list(agency=coordinator.agency))
    subscribed(ROSA, found.mailing_list)
    client.force_login(coordinator.user)

    url = reverse("mailings:manage_list_download", args=[found.mailing_list.public_id])
    text = b"".join(client.get(url).streaming_content).decode()

    assert Subscription.objects.get(subscriber__email="new@a.example").imported_in == found
    assert Subscriber.objects.get(email="new@a.example").language == "es"
    assert "Sheet at the workshop (Ana Ng, 03/05/2026)" in text
    assert "By the button on our page" in text


def test_a_formula_in_the_statement_is_no_formula_in_the_download(client, monkeypatch):
    monkeypatch.setitem(STATEMENT, "consent_how", '=HYPERLINK("http://evil.example")')
    coordinator = MembershipFactory(role="coordinator")
    found = added("new@a.example\n", mailing_list(agency=coordinator.agency))
    client.force_login(coordinator.user)

    url = reverse("mailings:manage_list_download", args=[found.mailing_list.public_id])
    text = b"".join(client.get(url).streaming_content).decode()

    assert "HYPERLINK" in text
    assert ',"=HYPER' not in text
    assert ",=HYPER" not in text


def test_somebody_who_leaves_between_the_look_and_the_adding_is_not_put_back():
    found = looked_at("new@a.example\nother@a.example\n")
    lists.end(subscribed("new@a.example", found.mailing_list))

    imports.start(found, by=found.made_by)
    import_subscribers()

    assert outcomes(found) == {"new@a.example": "ended", "other@a.example": "new"}
    assert on_list(found) == ["other@a.example"]


def test_undone_they_are_off_the_list_and_forgotten_but_not_who_left_or_was_there():
    news = mailing_list()
    subscribed("here@a.example", news)
    found = added("here@a.example\nnew@a.example\nleft@a.example\n", news)
    lists.end(Subscription.objects.get(subscriber__email="left@a.example"))

    numbers = [imports.undo(found, by=found.made_by) for _ in range(2)]

    assert numbers == [1, 0]
    assert on_list(found) == ["here@a.example"]
    known = Subscriber.objects.order_by("email").values_list("email", flat=True)
    assert list(known) == ["here@a.example", "left@a.example"]
    assert outcomes(looked_at("left@a.example\n", news)) == {"left@a.example": "ended"}


def test_once_something_was_sent_it_stays():
    with_postal_address()
    found = added("new@a.example\n")
    announcement = drafted(on=found.mailing_list, people=0)
    announcements.start(announcement, by=announcement.made_by)
    send_announcements()

    with pytest.raises(imports.SentSince):
        imports.undo(found, by=found.made_by)
    assert on_list(found) == ["new@a.example"]


def test_many_rows_are_added_in_batches_and_undoing_stops_the_rest(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 3)
    found = looked_at("".join(f"person{number}@a.example\n" for number in range(8)))
    imports.start(found, by=found.made_by)
    imports.start(found, by=found.made_by)

    assert imports.add_next_batch(now=timezone.now()) == 3
    assert imports.undo(found, by=found.made_by) == 3
    import_subscribers()

    assert on_list(found) == []
    with pytest.raises(TransitionNotAllowed):
        imports.start(found, by=found.made_by)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(imports, "MOST_ROWS", 2)

    with pytest.raises(imports.TooManyRows):
        looked_at("a@a.example\nb@a.example\nc@a.example\n")


def test_who_comes_back_alone_has_agreed_alone():
    found = added("new@a.example\n")
    subscription = Subscription.objects.get()
    lists.end(subscription)
    subscribed("new@a.example", found.mailing_list)

    subscription.refresh_from_db()

    assert (subscription.status, subscription.imported_in) == ("confirmed", None)


@given(st.binary(max_size=200))
@settings(max_examples=30, deadline=None)
def test_any_file_is_a_list_or_is_refused(data):
    try:
        table = file_formats.read(io.BytesIO(data))
        rows = list(ListReader(table.lines).rows())
    except file_formats.Unreadable:
        return
    found = imports.save(mailing_list(), rows=rows, name="a.csv", by=UserFactory(), **STATEMENT)
    assert found.rows.count() == len(rows)


def test_coordinators_import_look_add_and_undo(client):
    coordinator = MembershipFactory(role="coordinator")
    news = mailing_list(agency=coordinator.agency)
    client.force_login(coordinator.user)
    new = reverse("mailings:manage_import_new", args=[news.public_id])
    values = {**STATEMENT, "consent_on": "2026-03-05", "agreed": "on"}

    def file():
        data = "Correo;Nombre\npeña@a.example;Íñigo\nana@a.example;Ana\n".encode("cp1252")
        return SimpleUploadedFile("people.csv", data)

    without = client.post(new, {**values, "agreed": "", "file": file()})
    assert without.status_code == 422
    assert "Sheet at the workshop" in without.content.decode()
    for wrong in ({"consent_on": "2999-01-01"}, {"consent_how": " "}, {"pasted": "no address"}):
        answer = client.post(new, {**values, "pasted": ROSA, **wrong})
        assert answer.status_code == 422
    client.post(new, {**values, "file": file()})
    made = SubscriberImport.objects.get()
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Add 1 address" in page
    assert "not an email address" in page.lower()
    stale = client.post(
        reverse("mailings:manage_import_start", args=[made.public_id]), {"shown": "x"}, follow=True
    )
    assert "has changed meanwhile" in stale.content.decode()
    client.post(reverse("mailings:manage_import_start", args=[made.public_id]))
    assert 'data-watch="2000"' in client.get(made.get_absolute_url()).content.decode()
    import_subscribers()
    assert on_list(made) == ["ana@a.example"]
    assert "Undo the import" in client.get(made.get_absolute_url()).content.decode()
    undone = client.post(
        reverse("mailings:manage_import_undo", args=[made.public_id]), follow=True
    ).content.decode()
    assert "1 address is off the list again" in undone
    assert on_list(made) == []


def test_a_coordinator_elsewhere_finds_neither_the_list_nor_the_import(client):
    found = looked_at("new@a.example\n")
    client.force_login(MembershipFactory(role="coordinator").user)

    codes = {
        client.post(reverse(f"mailings:manage_import_{act}", args=[found.public_id])).status_code
        for act in ("start", "discard", "undo")
    }
    codes.add(client.get(found.get_absolute_url()).status_code)
    new = reverse("mailings:manage_import_new", args=[found.mailing_list.public_id])
    codes.add(client.post(new, {"pasted": ROSA}).status_code)

    assert codes == {404}


def test_a_file_that_was_not_added_is_deleted():
    found = looked_at("new@a.example\n")

    for _ in range(2):
        imports.discard(found, by=found.made_by)

    assert not SubscriberImport.objects.exists()


def test_a_minor_who_has_not_joined_is_put_on_no_list():
    school = AgencyFactory()
    [kid] = find_or_invite([("kid@home.example", "Kid", "en")]).values()
    MinorMark.objects.create(user=kid, agency=school)
    lists.sign_up("kid@home.example", [mailing_list()], language="en")

    found = added("kid@home.example\n")

    assert outcomes(found) == {"kid@home.example": "closed"}
    assert not Subscriber.objects.exists()
