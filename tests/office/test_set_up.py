"""The first hour of an installation: who may set it up, its steps, and that it closes for good."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from accounts.models import Agency, Membership, SetUp, User
from accounts.set_up import gate
from accounts.set_up import operations as set_up
from accounts.set_up.codes import ALPHABET, as_typed, in_groups, new_code
from audit.models import AuditEntry
from catalog.models import Category, Issuer
from office.setup import operations
from program.models import Program
from tests.factories import AgencyFactory, UserFactory, png
from tests.races import at_once

YOU = {"name": "Carmen Ortiz", "email": "Carmen@Alder.example", "password": "a long passphrase 7"}
PROGRAM = {
    "name": "Alder Badges", "purpose": "Educators show what they learned.", "accent": "#12487f",
    "languages": ["en", "es"],
}  # fmt: skip
OFFICE = {
    "name": "Alder County Office", "kind": "county_office", "office_email": "office@alder.example",
    "postal_address": "1 Oak Street",
}  # fmt: skip
ISSUER = {
    "name": "Alder County Office", "url": "https://alder.example", "waiting_hours": "24",
    "email": "badges@alder.example",
}  # fmt: skip
STEPS = {
    "you": YOU, "program": PROGRAM, "office": OFFICE, "issuer": ISSUER,
    "categories": {"suggested": ["Literacy"], "other": "Robotics"},
    "people": {"addresses": "ana@alder.example\n\nBen@alder.example\nana@alder.example"},
}  # fmt: skip


def url(step=""):
    return reverse(f"office:set_up_{step}" if step else "office:set_up")


@pytest.fixture
def code(db, monkeypatch):
    monkeypatch.setattr(gate, "_is_done", False)
    return set_up.make_code()


@pytest.fixture
def browser(client, code):
    """A browser in which the code was typed."""
    client.post(url(), {"code": code})
    return client


def walks(browser, *, to="people"):
    for step, typed in STEPS.items():
        page = browser.post(url(step), typed)
        assert page.status_code == 302, page.content.decode()
        if step == to:
            return page
    raise AssertionError(to)


def test_the_home_page_of_an_empty_installation_leads_to_the_set_up(client, code):
    page = client.get("/", follow=True)

    assert page.redirect_chain == [(url(), 302)]
    assert "Type the code that was printed" in page.content.decode()


def test_an_installation_with_an_agency_needs_no_set_up(client, db, monkeypatch):
    monkeypatch.setattr(gate, "_is_done", False)
    AgencyFactory()

    assert client.get("/").status_code == 200
    assert client.get(url()).status_code == 404
    with pytest.raises(CommandError):
        call_command("setup_code")


def test_a_code_has_80_bits_and_no_letters_that_look_alike():
    assert len(ALPHABET) ** len(new_code()) == 2**80
    assert not set("ILOU") & set(ALPHABET)


def test_a_code_may_be_typed_in_any_way_people_read_it(code):
    typed = f"  {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "

    assert in_groups(as_typed(typed)) == code
    assert set_up.number_of_code(typed) == 1


def test_only_a_salted_hash_of_the_code_is_kept(code):
    kept = SetUp.objects.get().code_hash

    assert as_typed(code) not in kept
    assert set_up.make_code() != code
    assert SetUp.objects.get().code_hash != kept


@pytest.mark.parametrize("step", STEPS)
def test_without_the_code_every_step_leads_to_the_door(client, code, step):
    for answer in (client.get(url(step)), client.post(url(step), STEPS[step])):
        assert (answer.status_code, answer.url) == (302, url())
    assert not User.objects.exists()


def test_a_wrong_code_is_refused_and_opens_nothing(client, code):
    page = client.post(url(), {"code": "AAAA-BBBB-CCCC-DDDD"})

    assert page.status_code == 422
    assert "This is not the code." in page.content.decode()
    assert client.get(url("you")).url == url()


def test_a_new_code_replaces_the_earlier_one_and_its_sessions(browser, code):
    new = set_up.make_code()

    assert browser.get(url("you")).url == url()
    assert set_up.number_of_code(code) is None
    assert set_up.number_of_code(new) == 2


def test_guessing_is_slowed_down_also_for_the_right_code(client, code):
    for _ in range(10):
        client.post(url(), {"code": "AAAA-BBBB-CCCC-DDDD"})

    page = client.post(url(), {"code": code})

    assert page.status_code == 429
    assert "Too many tries." in page.content.decode()
    assert client.get(url("you")).url == url()


def test_a_used_code_opens_no_other_browser(browser, client_class, code):
    browser.post(url("you"), YOU)

    page = client_class().post(url(), {"code": code})

    assert page.status_code == 422
    assert "The code was used." in page.content.decode()


@pytest.fixture
def client_class(client):
    return type(client)


def test_six_steps_make_a_program_that_can_issue(browser):
    page = walks(browser)

    assert page.url == reverse("office:manage_ready")
    carmen = User.objects.get(email="carmen@alder.example")
    assert carmen.emailaddress_set.get().verified
    office = Agency.objects.get()
    coordinators = Membership.objects.filter(agency=office, role="coordinator")
    assert {each.user.email for each in coordinators} == {
        "carmen@alder.example", "ana@alder.example", "ben@alder.example",
    }  # fmt: skip
    program = Program.objects.get()
    assert (program.name, program.accent) == ("Alder Badges", "#12487f")
    assert program.office_address == ("Alder County Office", "office@alder.example")
    issuer = Issuer.objects.get()
    assert (issuer.agency, issuer.waiting_hours, issuer.keys.count()) == (office, 24, 2)
    assert [str(category) for category in Category.objects.all()] == ["Literacy", "Robotics"]
    assert not carmen.is_staff


def test_each_record_is_in_the_activity_log_by_the_new_person(browser):
    walks(browser)

    acts = AuditEntry.objects.exclude(act__in=["key made"])
    assert {entry.actor.email for entry in acts} == {"carmen@alder.example"}
    assert {
        "set-up begun", "program renamed", "purpose changed", "agency added", "issuer added",
        "category added", "set-up finished", "role given",
    } <= set(acts.values_list("act", flat=True))  # fmt: skip


def test_a_step_cannot_be_skipped(browser):
    assert browser.get(url("issuer")).url == url("you")

    walks(browser, to="program")

    assert browser.get(url("people")).url == url("office")


def test_the_set_up_is_resumed_by_signing_in(browser, client_class):
    walks(browser, to="office")
    elsewhere = client_class()

    elsewhere.force_login(User.objects.get())

    assert elsewhere.get("/", follow=True).redirect_chain[-1] == (url("issuer"), 302)


def test_who_forgot_the_password_goes_on_with_a_new_code(browser, client_class):
    walks(browser, to="program")
    elsewhere = client_class()
    elsewhere.post(url(), {"code": set_up.make_code()})

    page = elsewhere.get(url("you"))
    elsewhere.post(url("you"), {"password": "another passphrase 8"})

    assert "Carmen Ortiz" in page.content.decode()
    assert User.objects.get().check_password("another passphrase 8")
    assert elsewhere.get(url()).url == url("office")


def test_earlier_steps_are_corrected_without_a_second_record(browser):
    walks(browser, to="categories")

    browser.post(url("office"), {**OFFICE, "name": "Alder Office of Education"})
    browser.post(url("issuer"), {**ISSUER, "name": "Alder Badge Office"})

    assert Agency.objects.get().name == "Alder Office of Education"
    assert Issuer.objects.get().name == "Alder Badge Office"
    assert "Alder Badge Office" in browser.get(url("issuer")).content.decode()


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("you", {**YOU, "password": "12345"}, "password"),
        ("you", {**YOU, "email": "carmen"}, "email"),
        ("program", {**PROGRAM, "purpose": ""}, "purpose"),
        ("program", {**PROGRAM, "languages": []}, "languages"),
        ("program", {**PROGRAM, "accent": "#ffffff"}, "accent"),
        ("office", {**OFFICE, "name": "Alder\x07"}, "name"),
        ("office", {**OFFICE, "kind": "castle"}, "kind"),
        ("issuer", {**ISSUER, "url": "alder"}, "url"),
        ("categories", {}, "suggested"),
        ("people", {"addresses": "ana@alder.example\nben"}, "addresses"),
        ("people", {"addresses": "\n".join(f"a{n}@a.example" for n in range(21))}, "addresses"),
    ],
)
def test_a_refused_step_keeps_what_was_typed(browser, step, typed, field):
    before = list(STEPS)[: list(STEPS).index(step)]
    if before:
        walks(browser, to=before[-1])

    page = browser.post(url(step), typed)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    for words in ("name", "addresses"):
        if words in typed and "\x07" not in typed[words]:
            assert typed[words].splitlines()[0] in page.content.decode()
    assert set_up.is_open()


def test_logos_are_saved_with_their_steps(browser):
    for step in ("you", "program", "office", "issuer"):
        picture = {}
        if step == "program":
            picture = {"logo-logo": _file()}
        if step == "issuer":
            picture = {"logo-image": _file(), "logo-alt": "An alder."}
        browser.post(url(step), {**STEPS[step], **picture})

    assert Program.objects.get().logo
    assert Issuer.objects.get().logo_alt == "An alder."


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("logo.png", png(), "image/png")


def test_an_operator_needs_no_code_and_becomes_the_first_coordinator(client, code):
    operator = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(operator)

    page = client.get(url(), follow=True)
    client.post(url("you"))

    assert "You become the first coordinator" in page.content.decode()
    assert SetUp.objects.get().coordinator == operator


def test_anybody_else_who_is_signed_in_needs_the_code(client, code):
    client.force_login(UserFactory())

    assert client.get(url("you")).url == url()


def test_it_is_closed_for_good_afterwards(browser, code):
    walks(browser)

    for step in ("", *STEPS):
        assert browser.get(url(step)).status_code == 404
        assert browser.post(url(step), {"code": code, **STEPS.get(step, {})}).status_code == 404
    assert browser.get("/").status_code == 200
    with pytest.raises(CommandError):
        call_command("setup_code")
    assert Agency.objects.count() == Issuer.objects.count() == 1


def test_the_command_says_nothing_about_a_site_that_is_set_up(browser, capsys):
    call_command("setup_code", "--if-open")
    assert re.search(r"/set-up/\nOne-time code:  (\w{4}-){3}\w{4}\n", capsys.readouterr().out)

    AgencyFactory()
    SetUp.objects.all().delete()
    call_command("setup_code", "--if-open")

    assert capsys.readouterr().out == ""


@pytest.mark.django_db(transaction=True)
def test_two_people_who_finish_at_once_make_one_program(code):
    user = set_up.begin(language="en", **YOU)
    outcomes = at_once(*[lambda: set_up.name_agency("Alder", kind="district", by=user)] * 2)
    office = Agency.objects.get()
    fields = {**ISSUER, "waiting_hours": 24}
    made = at_once(
        *[lambda: operations.save_issuer(office, by=user, fields=fields, png=None, alt="")] * 2
    )

    finished = at_once(
        *[
            lambda address=address: operations.invite_and_finish(
                office, addresses=[address], language="en", by=user
            )
            for address in ("ana@alder.example", "ben@alder.example")
        ]
    )

    assert outcomes == [office, office]
    assert made[0] == made[1] == Issuer.objects.get()
    assert {type(outcome) for outcome in finished} == {type(None), set_up.Finished}
    assert Membership.objects.filter(role="coordinator").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_code_make_one_first_coordinator(code):
    others = {**YOU, "email": "dolores@alder.example"}

    outcomes = at_once(
        lambda: set_up.begin(language="en", **YOU), lambda: set_up.begin(language="en", **others)
    )

    assert {type(outcome) for outcome in outcomes} == {User, set_up.AlreadyBegun}
    assert User.objects.count() == 1
