"""A mistake about a workplace can be put right, and the person gets an email."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts import operations
from accounts.agencies import operations as agencies
from accounts.models import Membership, User
from audit.models import AuditEntry
from mail.composing import compose
from mail.models import OutgoingEmail
from reporting import activity
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
PEOPLE, DECIDE = reverse("accounts:manage_people"), reverse("accounts:manage_people_decide")
Role = Membership.Role


@pytest.fixture
def school():
    return SchoolFactory(name="Fern Street School", parent=AgencyFactory())


@pytest.fixture
def coordinator(client, school):
    user = MembershipFactory(agency=school.parent, role=Role.COORDINATOR).user
    client.force_login(user)
    return user


@pytest.fixture
def rosa(school):
    user = UserFactory(name="Rosa Alvarez", email="rosa@fern.example", language="es")
    operations.choose_school(user, school)
    return user


def refuse(user, *, by):
    operations.refuse_workplaces(user.memberships.all(), by=by)


def confirm_and_remove(user, *, by):
    operations.confirm_workplaces(user.memberships.all(), by=by)
    operations.end_workplaces(user.memberships.all(), by=by)


def states(user):
    """Of each workplace, oldest first: confirmed, ended, refused."""
    rows = user.memberships.order_by("pk")
    return [(bool(m.confirmed_at), bool(m.ended_at), m.is_refused) for m in rows]


@pytest.mark.parametrize(
    ("mistake", "first", "said"),
    [
        (refuse, (False, True, True), "Not confirmed"),
        (confirm_and_remove, (True, True, False), "Has left"),
    ],
)
def test_a_mistake_about_a_workplace_is_put_right_on_the_page(
    client, coordinator, rosa, mistake, first, said
):
    mistake(rosa, by=coordinator)
    row = rosa.memberships.get()
    page = client.get(PEOPLE, {"state": "ended"}).text

    answer = client.post(DECIDE, {"memberships": row.pk, "decision": "bring_back"}, follow=True)

    assert "Rosa Alvarez" in page
    assert said in page
    assert "1 person is confirmed." in answer.text
    assert answer.request["QUERY_STRING"] == "state=ended"
    assert states(rosa) == [first, (True, False, False)]
    assert rosa.memberships.latest("pk").begun_at == row.begun_at
    last = AuditEntry.objects.latest("pk")
    assert (last.act, last.actor, last.agency) == ("school brought back", coordinator, row.agency)
    assert last.act in activity._ACTS


def test_bringing_back_twice_makes_one_workplace(client, coordinator, rosa):
    refuse(rosa, by=coordinator)
    posted = {"memberships": rosa.memberships.get().pk, "decision": "bring_back"}
    client.post(DECIDE, posted)

    again = client.post(DECIDE, posted, follow=True)

    assert "Somebody else changed this list" in again.text
    assert operations.bring_back_workplaces(rosa.memberships.all(), by=coordinator) == 0
    assert states(rosa) == [(False, True, True), (True, False, False)]


def test_nobody_is_brought_back_to_an_agency_that_has_closed(client, coordinator, rosa, school):
    refuse(rosa, by=coordinator)
    agencies.close(school, by=coordinator)
    row = rosa.memberships.get()

    page = client.get(PEOPLE, {"state": "ended"}).text
    client.post(DECIDE, {"memberships": row.pk, "decision": "bring_back"})

    assert "Rosa Alvarez" not in page
    assert operations.bring_back_workplaces(rosa.memberships.all(), by=coordinator) == 0
    assert states(rosa) == [(False, True, True)]


def test_people_who_named_a_workplace_since_then_are_left_as_they_are(client, coordinator, rosa):
    refuse(rosa, by=coordinator)
    refused = rosa.memberships.all()[:1].get()
    operations.choose_school(rosa, SchoolFactory(parent=refused.agency.parent))

    page = client.get(PEOPLE, {"state": "ended"}).text
    client.post(DECIDE, {"memberships": refused.pk, "decision": "bring_back"})

    assert "Rosa Alvarez" not in page
    assert states(rosa) == [(False, True, True), (False, False, False)]


def test_people_who_left_themselves_are_not_brought_back(client, coordinator, rosa):
    operations.confirm_workplaces(rosa.memberships.all(), by=coordinator)
    operations.choose_school(rosa, None)

    client.post(DECIDE, {"memberships": rosa.memberships.get().pk, "decision": "bring_back"})

    assert states(rosa) == [(True, True, False)]


def test_people_of_another_agency_are_not_listed_or_brought_back(client, coordinator):
    elsewhere = UserFactory(name="Elsewhere Ana")
    operations.choose_school(elsewhere, SchoolFactory())
    refuse(elsewhere, by=UserFactory())

    page = client.get(PEOPLE, {"state": "ended"}).text
    client.post(DECIDE, {"memberships": elsewhere.memberships.get().pk, "decision": "bring_back"})

    assert "Elsewhere Ana" not in page
    assert states(elsewhere) == [(False, True, True)]


@pytest.mark.parametrize("mistake", [refuse, confirm_and_remove])
def test_the_person_reads_on_their_page_what_was_decided(client, coordinator, rosa, mistake):
    mistake(rosa, by=coordinator)
    client.force_login(rosa)

    page = client.get(reverse("accounts:profile")).text

    said = {
        refuse: "could not confirm that you work at Fern Street School",
        confirm_and_remove: "noted that you no longer work at Fern Street School",
    }
    assert said[mistake] in page


@pytest.mark.django_db(transaction=True)
def test_bringing_back_while_the_person_chooses_again_leaves_one_workplace(coordinator, rosa):
    refuse(rosa, by=coordinator)
    mine, school = rosa.memberships.all(), rosa.memberships.get().agency
    start, problems = threading.Barrier(2), []

    def at_once(act):
        start.wait()
        try:
            act()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    acts = [
        lambda: operations.bring_back_workplaces(mine, by=coordinator),
        lambda: operations.choose_school(User.objects.get(pk=rosa.pk), school),
    ]
    threads = [threading.Thread(target=at_once, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert rosa.memberships.current().count() == 1


# Emails


def message_of(kind: str, language: str = "en"):
    email = OutgoingEmail.objects.get(kind=kind)
    email.language = language
    return compose(email)


@pytest.mark.parametrize(
    ("decide", "kind", "subject", "words", "path"),
    [
        (
            operations.confirm_workplaces,
            "workplace_confirmed",
            "Your workplace is confirmed: Fern Street School",
            "A coordinator confirmed that you work at Fern Street School.",
            "accounts:profile",
        ),
        (
            operations.refuse_workplaces,
            "workplace_refused",
            "We could not confirm where you work: Fern Street School",
            "A coordinator could not confirm that you work at Fern Street School.",
            "accounts:school",
        ),
        (
            lambda mine, by: [operations.confirm_workplaces(mine, by=by),
                              operations.end_workplaces(mine, by=by)],
            "workplace_removed",
            "You are no longer listed at Fern Street School",
            "A coordinator noted that you no longer work at Fern Street School.",
            "accounts:school",
        ),
    ],
)  # fmt: skip
def test_a_decision_is_sent_in_one_email(coordinator, rosa, decide, kind, subject, words, path):
    for _ in range(2):
        decide(rosa.memberships.all(), by=coordinator)

    message = message_of(kind)

    page = f"http://localhost:8000{reverse(path)}"
    assert (message.subject, message.to) == (subject, ["rosa@fern.example"])
    assert OutgoingEmail.objects.get(kind=kind).language == "es"
    for part in (message.body, message.alternatives[0][0]):
        assert "Hello Rosa Alvarez," in part
        assert words in " ".join(part.split())
        assert page in part
        assert coordinator.name not in part


@pytest.mark.parametrize("kind", ["workplace_confirmed", "workplace_refused", "workplace_removed"])
def test_the_email_is_written_in_the_language_of_its_reader(coordinator, rosa, kind):
    mine = rosa.memberships.all()
    if kind == "workplace_refused":
        refuse(rosa, by=coordinator)
    else:
        operations.confirm_workplaces(mine, by=coordinator)
    if kind == "workplace_removed":
        operations.end_workplaces(mine, by=coordinator)

    spanish, english = message_of(kind, "es"), message_of(kind, "en")

    assert spanish.subject != english.subject
    assert spanish.body.startswith("Hola, Rosa Alvarez:")
    assert 'lang="es"' in spanish.alternatives[0][0]
    assert "coordinator" not in spanish.body


def test_names_with_special_characters_are_not_escaped_in_plain_text(coordinator, school):
    school.name = "O’Neil & Sons"
    school.save(update_fields=["name"])
    ana = UserFactory(name="Ana&Co")
    operations.choose_school(ana, school)
    operations.confirm_workplaces(ana.memberships.all(), by=coordinator)

    message = message_of("workplace_confirmed")

    assert "Hello Ana&Co," in message.body
    assert "O’Neil & Sons" in message.body
    assert "O’Neil &amp; Sons" in message.alternatives[0][0]


def test_an_email_about_a_mistake_says_what_holds_when_it_is_sent(coordinator, rosa):
    refuse(rosa, by=coordinator)
    operations.bring_back_workplaces(rosa.memberships.all(), by=coordinator)

    late, second = message_of("workplace_refused"), message_of("workplace_confirmed")

    assert late.subject == second.subject == "Your workplace is confirmed: Fern Street School"


def test_an_email_still_tells_the_decision_if_the_person_has_chosen_again(coordinator, rosa):
    refuse(rosa, by=coordinator)
    operations.choose_school(rosa, rosa.memberships.get().agency)

    assert message_of("workplace_refused").subject.startswith("We could not confirm where you work")


def test_a_hundred_people_get_emails_with_as_many_queries_as_two(
    coordinator, school, django_assert_max_num_queries
):
    for _ in range(25):
        operations.choose_school(UserFactory(), school)

    with django_assert_max_num_queries(12):
        operations.confirm_workplaces(school.memberships.all(), by=coordinator)

    assert OutgoingEmail.objects.filter(kind="workplace_confirmed").count() == 25
