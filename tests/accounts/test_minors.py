"""An agency marks learners as minors: nothing of them is public, and their badges still verify."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.links import operations as links
from accounts.minors import operations as minors
from accounts.minors.consents import missing_consent
from accounts.models import Agency, GuardianConsent, MinorMark, User
from accounts.permissions import is_minor
from issuing.awards.operations import changes
from issuing.awards.operations import minors as private_awards
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from mail.composing import compose
from mail.models import OutgoingEmail
from mailings.lists import operations as lists
from rewards.chances import operations as chances
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Entry, EntryList
from serving import kept_pages
from submissions import operations as submissions
from tests.accounts.links import award_to, link
from tests.accounts.minors import Role, mark, member, place_of
from tests.factories import AgencyFactory, DraftFactory, UserFactory
from tests.issuing.awards import offered_endorsement
from tests.mailings.subscribers import subscribed
from tests.races import at_once
from tests.rewards import drawing_factories as rewards

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:manage_minors")
CHANGE = reverse("accounts:manage_minors_change")


def shown_award(person) -> Assertion:
    """With everything public that its earner could choose."""
    award = award_to(person)
    changes.share(award, shows_name=True, is_listed=True, items=[])
    endorsement = offered_endorsement(award)
    endorsing.accept(endorsement, by=person)
    return award


def public_answers(award) -> dict[str, tuple[int, str]]:
    """What anybody gets at every address that has to do with the award."""
    code = award.short_code
    addresses = {
        "page": award.get_absolute_url(),
        "card": f"{award.get_absolute_url()}card.png",
        "certificate": reverse("papers:certificate", args=[award.public_id]),
        "wallet card": reverse("papers:wallet_card", args=[award.public_id]),
        "hosted": f"/assertions/{award.public_id}",
        "image": f"/assertions/{award.public_id}/badge.png",
        "signed": f"/credentials/{award.public_id}",
        "code": f"/v/{code}",
    }
    answers = {}
    for name, address in addresses.items():
        response = Client().get(address, follow=name == "code", headers={"accept": "*/*"})
        answers[name] = (response.status_code, response.content.decode(errors="replace"))
    return answers


def test_whoever_holds_a_badge_of_a_minor_can_verify_it_and_nobody_sees_more(learner, coordinator):
    award = shown_award(learner)
    endorsement = Endorsement.objects.get()
    assert "Mina Park" in public_answers(award)["page"][1]

    mark(learner, coordinator)

    answers = public_answers(award)
    assert {name: status for name, (status, _text) in answers.items()} == {
        "page": 404, "card": 404, "certificate": 403, "wallet card": 403,
        "hosted": 200, "image": 200, "signed": 200, "code": 200,
    }  # fmt: skip
    assert [name for name, (_status, text) in answers.items() if "Mina" in text] == []
    assert endorsement.endorser_name not in answers["signed"][1]
    assert award.get_absolute_url() not in answers["code"][1]
    anybody = Client()
    verified = anybody.post("/verify.json", {"text": answers["signed"][1]})
    assert (verified.status_code, "Mina" in verified.content.decode()) == (200, False)
    assert verified.json()["verdict"] == "valid"


def test_the_learner_sees_their_badge_and_can_open_nothing(client, learner, coordinator):
    award = shown_award(learner)
    mark(learner, coordinator)
    client.force_login(learner)

    page = client.get(award.get_absolute_url())
    share = client.get(reverse("issuing:share", args=[award.public_id]))
    name = client.post(reverse("issuing:show_name", args=[award.public_id]), {"shows_name": "yes"})
    opened = client.post(reverse("issuing:open_page", args=[award.public_id]))

    text = page.content.decode()
    assert page.status_code == 200
    assert ("Only you see this page" in text, "linkedin" in text.lower()) == (True, False)
    assert [share.status_code, name.status_code, opened.status_code] == [302, 302, 302]
    award.refresh_from_db()
    assert (award.is_private, award.shows_name, award.is_listed) == (True, False, False)


def test_a_badge_that_a_minor_earns_is_private_from_the_first_moment(learner, coordinator):
    mark(learner, coordinator)

    award = award_to(learner)

    assert award.is_private
    [email] = OutgoingEmail.objects.filter(kind="badge_issued")
    assert "linkedin" not in compose(email).body.lower()


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_is_given_up_when_its_earner_is_marked(learner, coordinator):
    kept_pages._pages.clear()
    award = award_to(learner)
    anybody = Client()
    before = [anybody.get(award.get_absolute_url()).status_code for _ in range(2)]
    assert kept_pages._pages

    mark(learner, coordinator)

    after = anybody.get(award.get_absolute_url()).status_code
    assert (before, after) == ([200, 200], 404)


def test_what_was_closed_stays_closed_until_the_person_opens_it(client, learner, coordinator):
    award = shown_award(learner)
    mark(learner, coordinator)

    minors.end(MinorMark.objects.all(), by=coordinator)

    assert public_answers(award)["page"][0] == 404
    assert OutgoingEmail.objects.filter(kind="minor_no_longer").count() == 1
    client.force_login(User.objects.get(pk=learner.pk))
    client.post(reverse("issuing:open_page", args=[award.public_id]))
    status, text = public_answers(award)["page"]
    assert (status, "Mina" in text) == (200, False)


def test_a_mark_has_no_effect_from_the_day_of_coming_of_age_on(learner, coordinator):
    today = timezone.localdate()
    mark(learner, coordinator, of_age_on=today + timedelta(days=1))
    assert is_minor(learner)

    MinorMark.objects.update(of_age_on=today)
    before = is_minor(learner)
    ended = [minors.end_of_age(now=timezone.now()) for _ in range(2)]

    assert (before, ended) == (False, [1, 0])
    mark_now = MinorMark.objects.get()
    assert (mark_now.ended_by, mark_now.ended_at is not None) == (None, True)
    assert OutgoingEmail.objects.filter(kind="minor_no_longer").count() == 1


def test_marking_twice_changes_at_most_the_day(learner, coordinator):
    counts = [mark(learner, coordinator), mark(learner, coordinator)]
    counts.append(mark(learner, coordinator, of_age_on=date(2040, 5, 17)))

    assert counts == [1, 0, 1]
    assert MinorMark.objects.get().of_age_on == date(2040, 5, 17)
    assert OutgoingEmail.objects.filter(kind="marked_as_minor").count() == 1


def test_the_other_accounts_of_a_minor_are_a_minors_accounts(learner, coordinator):
    other = UserFactory(name="Mina Other")
    award = shown_award(other)
    mark(learner, coordinator)
    assert not is_minor(other)

    linked = link(other, learner)

    award.refresh_from_db()
    other.refresh_from_db()
    assert (is_minor(other), award.is_private) == (True, True)
    links.unlink(linked, by=learner)
    award.refresh_from_db()
    other.refresh_from_db()
    assert (is_minor(other), award.is_private) == (False, True)


def test_what_a_minor_said_in_public_is_withdrawn(learner, coordinator):
    about = award_to(UserFactory())
    changes.share(about, shows_name=True, items=[])
    endorsement = offered_endorsement(about, by=learner)
    endorsing.accept(endorsement, by=about.recipient)

    mark(learner, coordinator)

    assert [*Endorsement.objects.values_list("status", flat=True)] == ["withdrawn"]
    with pytest.raises(endorsing.NotAnOutsider):
        offered_endorsement(about, by=learner)


def test_minors_are_on_no_mailing_list_and_an_announcement_leaves_them_out(learner, coordinator):
    subscription = subscribed(learner.email)
    OutgoingEmail.objects.all().delete()

    mark(learner, coordinator)
    lists.sign_up(learner.email, [subscription.mailing_list], language="en")

    subscription.refresh_from_db()
    assert subscription.status == "ended"
    assert not OutgoingEmail.objects.filter(kind="list_sign_up").exists()


# --- Drawings -------------------------------------------------------------------------------------


def test_minors_leave_drawings_that_are_not_frozen(learner, coordinator):
    drawing = rewards.announced(offers_free_entry=True)
    award = rewards.award(learner)
    chances.take_free_entry(drawing, user=learner, now=rewards.IN_THE_PERIOD)
    assert Entry.objects.valid().of(learner).count() == 2

    mark(learner, coordinator)
    rewards.award(learner)

    assert not Entry.objects.valid().of(learner).exists()
    with pytest.raises(chances.CannotEnter):
        chances.take_free_entry(drawing, user=learner, now=rewards.IN_THE_PERIOD)
    chances.sync_entries(drawing, now=rewards.IN_THE_PERIOD)
    assert not Entry.objects.valid().of(learner).exists()
    minors.end(MinorMark.objects.all(), by=coordinator)
    assert Entry.objects.valid().filter(assertion=award).count() == 1


def test_a_frozen_list_stays_as_it_is(learner, coordinator):
    drawing = rewards.announced()
    rewards.award(learner)
    drawings.close(drawing, now=rewards.CLOSE)
    before = [entry.pk for entry in rewards.listed_entries(drawing)]

    mark(learner, coordinator)
    chances.correct_entries(drawing, now=rewards.CLOSE)

    assert [entry.pk for entry in rewards.listed_entries(drawing)] == before
    assert Entry.objects.valid().of(learner).exists()


# --- Who may mark whom ----------------------------------------------------------------------------


def test_coordinators_mark_learners_of_their_agencies_only(client, learner, coordinator, school):
    colleague = member(school, Role.REVIEWER)
    member(school, user=colleague)
    elsewhere = member(AgencyFactory())
    client.force_login(coordinator)

    for person in (elsewhere, colleague):
        places = [place_of(person).pk]
        client.post(CHANGE, {"places": places, "decision": "mark", "then": "do"})
    stranger = member(AgencyFactory(), Role.COORDINATOR)
    assert mark(learner, stranger) == 0

    assert not MinorMark.objects.exists()
    mark(learner, coordinator)
    client.force_login(stranger)
    client.post(CHANGE, {"places": [place_of(learner).pk], "decision": "end", "then": "do"})
    assert MinorMark.objects.in_force().count() == 1
    assert "Mina" not in client.get(PAGE).content.decode()


def test_a_preview_says_what_marking_does_and_changes_nothing(client, learner, coordinator):
    shown_award(learner)
    client.force_login(coordinator)
    chosen = {"places": [place_of(learner).pk], "decision": "mark"}

    preview = client.post(CHANGE, chosen)
    wrong = client.post(CHANGE, chosen | {"then": "do", "of_age_on": "2020-01-01"})

    assert "1 public page of a badge closes." in preview.content.decode()
    assert (wrong.status_code, MinorMark.objects.count()) == (422, 0)
    done = client.post(CHANGE, chosen | {"then": "do", "of_age_on": "2040-01-01"})
    assert (done.status_code, MinorMark.objects.get().of_age_on) == (302, date(2040, 1, 1))


def test_new_learners_are_marked_where_an_agency_says_so(school, county):
    Agency.objects.filter(pk=county.pk).update(learners_are_minors=True)
    new, known = UserFactory(), member(AgencyFactory())

    for person in (new, known):
        accounts.choose_school(person, school)

    assert (is_minor(new), is_minor(known)) == (True, False)
    assert MinorMark.objects.get().marked_by is None


@pytest.mark.parametrize(("minor", "words"), [(True, "that you are a minor"), (False, "open")])
def test_the_email_says_what_is_so_when_it_is_sent(learner, coordinator, minor, words):
    mark(learner, coordinator)
    if not minor:
        minors.end(MinorMark.objects.all(), by=coordinator)

    bodies = [
        compose(email).body
        for email in OutgoingEmail.objects.filter(kind__in=["marked_as_minor", "minor_no_longer"])
    ]

    assert all(words in body for body in bodies)


# --- Consent --------------------------------------------------------------------------------------


def consent(learner, by, purposes, **fields) -> GuardianConsent:
    fields = {"guardian": "Jin Park", "how": "paper", "given_on": date(2026, 1, 12)} | fields
    return minors.record_consent(place_of(learner), by=by, purposes=purposes, **fields)


def test_evidence_waits_for_the_consent_that_the_agency_asks_for(
    client, learner, coordinator, county
):
    Agency.objects.filter(pk=county.pk).update(consent_needed_for=["evidence"])
    draft = DraftFactory(earner=learner)
    assert missing_consent(learner, "evidence") is None
    mark(learner, coordinator)
    client.force_login(learner)
    address = reverse("submissions:send", args=[draft.public_id])

    refused = client.post(address, {"statement": "on", "statement_accepted": "on"})

    draft.refresh_from_db()
    assert (refused.status_code, draft.status) == (422, "draft")
    assert "needs a guardian’s consent" in refused.content.decode()
    given = consent(learner, coordinator, ["evidence"])
    assert missing_consent(learner, "evidence") is None
    minors.withdraw_consent(given, by=coordinator)
    with pytest.raises(submissions.ConsentMissing):
        submissions.send(draft, by=learner, statement_accepted=True)


def test_an_account_waits_for_the_consent_that_the_agency_asks_for(
    client, learner, coordinator, county
):
    award = award_to(learner)
    Agency.objects.filter(pk=county.pk).update(consent_needed_for=["account"])
    mark(learner, coordinator)
    client.force_login(learner)

    refused = client.get(reverse("issuing:my_awards"))

    assert refused.status_code == 403
    assert "asks your parent or guardian to agree" in refused.content.decode()
    assert client.get(reverse("catalog:home")).status_code == 200
    assert public_answers(award)["hosted"][0] == 200
    consent(learner, coordinator, ["account"])
    assert client.get(reverse("issuing:my_awards")).status_code == 200


def test_a_coordinator_records_a_consent_and_that_it_is_withdrawn(client, learner, coordinator):
    client.force_login(coordinator)
    page = reverse("accounts:manage_minor", args=[place_of(learner).pk])
    typed = {"guardian": "Jin Park", "how": "paper", "purposes": ["evidence"]}

    tomorrow = timezone.localdate() + timedelta(days=1)
    wrong = client.post(page, typed | {"given_on": tomorrow})
    client.post(page, typed | {"given_on": "2026-01-12"})

    assert (wrong.status_code, "Jin Park" in wrong.content.decode()) == (422, True)
    [given] = GuardianConsent.objects.all()
    withdraw = reverse("accounts:manage_consent_withdraw", args=[given.pk])
    client.force_login(member(AgencyFactory(), Role.COORDINATOR))
    assert client.post(withdraw).status_code == 404
    client.force_login(coordinator)
    for _ in range(2):
        assert client.post(withdraw).status_code == 302
    given.refresh_from_db()
    assert (given.withdrawn_by, isinstance(given.withdrawn_at, datetime)) == (coordinator, True)


def test_a_private_award_names_nobody_whatever_writes_it(learner, coordinator):
    award = award_to(learner)
    mark(learner, coordinator)
    award.refresh_from_db()

    for act in (changes.share, changes.show_name):
        options = {"items": []} if act is changes.share else {}
        with pytest.raises(changes.NotPublic):
            act(award, shows_name=True, **options)
    with pytest.raises(changes.NotPublic):
        private_awards.open_page(award, by=learner)


# --- At the same moment ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_marking_while_a_list_is_frozen_leaves_the_minor_on_it_or_without_an_entry(
    learner, coordinator
):
    drawing = rewards.announced()
    rewards.award(learner)
    other = rewards.award()

    outcomes = at_once(
        lambda: mark(learner, coordinator),
        lambda: drawings.close(drawing, now=rewards.CLOSE),
    )

    assert [outcomes[0], type(outcomes[1])] == [1, EntryList]
    listed = {entry.user_id for entry in rewards.listed_entries(drawing)}
    assert listed - {learner.pk} == {other.recipient_id}
    assert (learner.pk in listed) is Entry.objects.valid().of(learner).exists()


@pytest.mark.django_db(transaction=True)
def test_marking_while_a_badge_is_issued_leaves_it_private_and_without_an_entry(
    learner, coordinator
):
    rewards.announced()

    outcomes = at_once(lambda: mark(learner, coordinator), lambda: rewards.award(learner))

    assert outcomes[0] == 1
    issue_batch(now=rewards.IN_THE_PERIOD)
    assert Assertion.objects.get().is_private
    assert not Entry.objects.valid().exists()


@pytest.mark.django_db(transaction=True)
def test_marking_while_a_free_entry_is_taken_leaves_no_entry(learner, coordinator):
    drawing = rewards.announced(offers_free_entry=True)
    now = rewards.IN_THE_PERIOD

    at_once(
        lambda: mark(learner, coordinator),
        lambda: chances.take_free_entry(drawing, user=learner, now=now),
    )

    assert not Entry.objects.valid().exists()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_mark_at_once(learner, coordinator, school):
    another = member(school, Role.COORDINATOR)

    outcomes = at_once(lambda: mark(learner, coordinator), lambda: mark(learner, another))

    assert sorted(outcomes) == [0, 1]
    assert MinorMark.objects.count() == 1
