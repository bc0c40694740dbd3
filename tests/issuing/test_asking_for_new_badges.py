"""The pages on which earners and coordinators ask for badges with another name: ADR 63."""

import pytest

from issuing.models import ReplacedCredential, ReplacementRequest
from issuing.replacements.operations import asking
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import issued_award
from tests.issuing.replacing import asked, rename, renamed_award, replaced_award

pytestmark = pytest.mark.django_db
PAGE = "/my-badges/names/"


def test_the_earner_asks_for_one_of_two_and_withdraws_it(client):
    person = UserFactory(name="Ana Perez")
    first, second = (issued_award(earner=person) for _ in range(2))
    rename(person, "Ana Robles")
    client.force_login(person)

    shown = client.get(PAGE).content.decode()
    client.post(PAGE, {"awards": [first.pk]})

    request = ReplacementRequest.objects.get()
    assert shown.count("so far in the name of Ana Perez") == 2
    assert (request.assertion, request.status) == (first, "due")
    assert second.version.name in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{request.pk}/withdraw/")
    request.refresh_from_db()
    assert request.status == "dropped"


def test_nothing_ticked_and_somebody_elses_badge_are_refused(client):
    own, foreign = renamed_award(), renamed_award()
    client.force_login(own.recipient)

    answers = [client.post(PAGE, data) for data in ({}, {"awards": [foreign.pk]})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not ReplacementRequest.objects.exists()


def test_the_account_page_tells_of_badges_in_an_earlier_name(client):
    award = renamed_award()
    client.force_login(award.recipient)

    text = " ".join(client.get("/account/profile/").content.decode().split())

    assert "1 of your badges carries an earlier name or address." in text


def test_the_earlier_share_page_leads_to_the_new_one(client):
    was, award = replaced_award()
    client.force_login(award.recipient)

    answer = client.get(f"/awards/{was.public_id}/share/")

    assert answer.headers["Location"] == f"/awards/{award.public_id}/share/"


def test_a_coordinator_asks_for_somebody_with_a_reason(client):
    award = renamed_award()
    by = coordinator_for(award.badge_class)
    client.force_login(by)
    page = f"/manage/awards/{award.public_id}/replace/"

    without = client.post(page, {"reason": ""})
    client.post(page, {"reason": "She called."})

    assert without.status_code == 422
    assert ReplacementRequest.objects.get().asked_by == by


def test_a_coordinator_allows_and_refuses_only_for_their_own_issuers_and_not_for_themselves(client):
    award, own = renamed_award(), renamed_award()
    by, stranger = coordinator_for(award.badge_class), coordinator_for(BadgeFactory())
    request = asked(award)
    ReplacementRequest.objects.update(status="asked")
    paths = [f"/manage/new-badges/{request.pk}/{act}/" for act in ("allow", "refuse")]
    client.force_login(stranger)
    foreign = [client.post(path, {"reason": "No."}).status_code for path in paths]
    client.force_login(by)
    listed = client.get("/manage/new-badges/").content.decode()

    client.post(paths[0])

    request.refresh_from_db()
    assert foreign == [404, 404]
    assert "Ana Robles" in listed
    assert (request.status, request.decided_by) == ("due", by)
    assert own.recipient.pk != by.pk


def test_coordinators_see_the_name_before_and_the_one_of_today(client):
    was, award = replaced_award("Ana Robles", earner=UserFactory(name="Zenobia Before"))
    client.force_login(coordinator_for(award.badge_class))

    text = client.get("/manage/new-badges/").content.decode()

    assert was.recipient_name == "Zenobia Before"
    assert ("Zenobia Before" in text, "Ana Robles" in text) == (True, True)


def test_coordinators_do_not_allow_their_own_request(client):
    badge = BadgeFactory()
    by = coordinator_for(badge)
    award = renamed_award(earner=by, badge_class=badge)
    badge.issuer.checks_names = True
    badge.issuer.save()
    asking.ask([award], by=by)
    request = ReplacementRequest.objects.get()
    client.force_login(by)

    answer = client.post(f"/manage/new-badges/{request.pk}/allow/")

    request.refresh_from_db()
    assert (answer.status_code, request.status) == (403, "asked")


def test_coordinators_find_an_award_by_the_earlier_name(client):
    was, award = replaced_award("Ana Robles", earner=UserFactory(name="Zenobia Before"))
    client.force_login(coordinator_for(award.badge_class))

    found = client.get("/manage/awards/?q=Zenobia").content.decode()

    assert award.version.name in found
    assert ReplacedCredential.objects.get().recipient_name == was.recipient_name
