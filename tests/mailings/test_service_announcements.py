"""Announcements to people with an account: whom they reach, once, and whom never."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from accounts.groups import operations as groups
from accounts.models import Agency, Membership
from accounts.people import operations as people
from catalog.pathways import operations as pathways
from editing.shown import NotAsShown
from mail.composing import compose
from mail.models import OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.models import Announcement, Letter, NoAnnouncements
from mailings.states import LetterStatus
from mailings.tasks import send_announcements
from mailings.wishes import operations as wishes
from tests.accounts.links import award_to, link
from tests.factories import AgencyFactory, BadgeFactory, SchoolFactory, UserFactory
from tests.mailings.announced import deliver, drafted, queued, started, with_postal_address
from tests.mailings.people import begun, person, readers, service_letter
from tests.mailings.subscribers import mailing_list, subscribed

pytestmark = pytest.mark.django_db
ANA, BEN, CAM = "ana@alder.example", "ben@alder.example", "cam@alder.example"


@pytest.fixture
def county() -> Agency:
    return AgencyFactory()


def test_it_reaches_people_of_the_agency_and_below_and_nobody_else(county):
    school = SchoolFactory(parent=county)
    person(ANA, county)
    person(BEN, school, role="reviewer")
    person("else@birch.example", AgencyFactory())
    person("left@alder.example", school).memberships.update(ended_at=timezone.now())
    person("not.yet@alder.example", school).memberships.update(confirmed_at=None)
    person("gone@alder.example", school, is_active=False)
    person("x1@nobody.invalid", school)
    person("invited@alder.example", school, joined_at=None, invited_at=timezone.now())

    assert readers(service_letter(county)) == [ANA, BEN]
    assert readers(service_letter(school)) == [BEN]
    assert readers(service_letter(county, role="earner")) == [ANA]


def test_filters_by_badge_read_the_person_with_all_their_accounts(county):
    ana, _ben = person(ANA, county), person(BEN, county)
    other = UserFactory()
    badge = BadgeFactory()
    award_to(other, badge)
    link(other, ana)

    assert readers(service_letter(county, has_badge=badge)) == [ANA]
    assert readers(service_letter(county, lacks_badge=badge)) == [BEN]


def test_a_private_badge_counts_only_in_the_part_of_its_issuer(county):
    ana = person(ANA, county)
    award = award_to(ana)
    type(award).objects.filter(pk=award.pk).update(is_private=True)
    badge = award.badge_class

    assert readers(service_letter(county, has_badge=badge)) == []

    Agency.objects.filter(pk=badge.issuer.agency_id).update(parent=county)
    assert readers(service_letter(county, has_badge=badge)) == [ANA]


def test_a_pathway_is_begun_from_its_first_badge_to_its_last(county):
    ana, ben, _cam = person(ANA, county), person(BEN, county), person(CAM, county)
    step, end = BadgeFactory(), BadgeFactory()
    pathway = pathways.create(end, steps=[step, BadgeFactory()], by=None)
    for earner in (ana, ben):
        award_to(earner, step, key=earner.pk)
    award_to(ben, end)

    assert readers(service_letter(county, pathway=pathway)) == [ANA]


def test_filters_by_group_and_by_the_last_sign_in(county):
    ana, ben, cam = person(ANA, county), person(BEN, county), person(CAM, county)
    group = groups.add(county, name="Room 4", by=ana)
    groups.add_accounts(group, [ana, ben], by=ana)
    now = timezone.now()
    for user, days in ((ana, 5), (ben, 60), (cam, 5)):
        user.last_login = now - timedelta(days=days)
        user.save(update_fields=["last_login"])

    assert readers(service_letter(county, group=group)) == [ANA, BEN]
    assert readers(service_letter(county, group=group, signed_in="in 30")) == [ANA]
    assert readers(service_letter(county, signed_in="not in 30")) == [BEN]
    assert readers(service_letter(county, signed_in="in 90")) == [ANA, BEN, CAM]


def test_news_with_filters_reach_only_those_who_confirmed_the_list(county):
    person(ANA, county)
    person(BEN, county)
    news = mailing_list(agency=county)
    subscribed(ANA, news)
    subscribed("stranger@else.example", news)

    assert readers(drafted(on=news, people=0)) == [ANA, "stranger@else.example"]
    assert readers(drafted(on=news, people=0, role="earner")) == [ANA]


def test_everybody_gets_one_email_with_one_press_to_stop(county, client):
    ana = person(ANA, county, language="es")
    person(BEN, county)
    announcement = begun(county, subject_es="Cerramos", body_es="El **lunes**.")
    for _ in range(3):
        send_announcements()
    deliver()

    letters = {one.to[0]: one for one in outbox.outbox}
    assert {to: one.subject for to, one in letters.items()} == {
        ANA: "Cerramos", BEN: "We are closed",
    }  # fmt: skip
    url = letters[ANA].extra_headers["List-Unsubscribe"].strip("<>")
    path = url.removeprefix("http://localhost:8000")
    assert url in letters[ANA].body
    client.get(path)
    assert not wishes.wants_none(ana)
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert wishes.wants_none(ana)
    assert readers(service_letter(county)) == [BEN]
    assert announcements.progress(announcement)["sent"] == 2


def test_linked_accounts_get_one_email_also_if_they_are_linked_meanwhile(county, settings):
    ana, second = person(ANA, county), person("ana.home@alder.example", county)
    link(second, ana)
    ben, third = person(BEN, county), person("ben.home@alder.example", county)
    begun(county)

    link(ben, third)
    send_announcements()

    assert queued() == [ANA, "ben.home@alder.example"]


def test_an_account_linked_to_one_without_a_letter_is_written_to_there(county):
    ana = person(ANA, county)
    begun(county)

    link(ana, UserFactory(email="main@home.example"))
    send_announcements()

    assert queued() == ["main@home.example"]


def test_people_who_join_later_do_not_get_it(county):
    person(ANA, county)
    begun(county)

    person(BEN, county)
    send_announcements()

    assert queued() == [ANA]


def test_deactivated_people_drop_out_before_and_after_their_email_is_queued(county, settings):
    settings.EMAILS_PER_HOUR = 60
    ana, ben = person(ANA, county), person(BEN, county)
    person(CAM, county)
    announcement, now = begun(county), timezone.now()
    announcements.queue_next_letters(now=now)
    people.deactivate([ana, ben], by=announcement.made_by, agency=county)

    for minutes in (2, 4, 6):
        announcements.queue_next_letters(now=now + timedelta(minutes=minutes))
    deliver()

    sent = {one.to[0] for one in outbox.outbox if one.subject == "We are closed"}
    assert sent == {CAM}
    assert announcements.progress(announcement)["left_out"] == 2


def test_the_wish_takes_back_what_waits_and_ends_the_lists(county):
    ana = person(ANA, county)
    subscription = subscribed(ANA, mailing_list())
    begun(county)
    send_announcements()
    other = UserFactory()
    link(other, ana)

    for _ in range(2):
        wishes.want_none(other)

    subscription.refresh_from_db()
    assert queued() == []
    assert Letter.objects.get().status == LetterStatus.LEFT_OUT
    assert subscription.status == "ended"
    assert NoAnnouncements.objects.count() == 1
    wishes.want_them(ana)
    assert readers(service_letter(county)) == [ANA]


def test_the_number_that_changed_meanwhile_is_not_sent_to_unseen(county):
    with_postal_address()
    person(ANA, county)
    made = service_letter(county)
    shown = announcements.mark(made, 1)
    person(BEN, county)

    with pytest.raises(NotAsShown):
        announcements.start(made, by=made.made_by, shown=shown)

    assert not Letter.objects.exists()


def test_stopped_and_continued_nobody_gets_it_twice(county, settings):
    settings.EMAILS_PER_HOUR = 60
    for email in (ANA, BEN, CAM):
        person(email, county)
    announcement, now = begun(county), timezone.now()
    announcements.queue_next_letters(now=now)
    deliver()
    announcements.queue_next_letters(now=now + timedelta(minutes=2))
    announcements.stop(announcement, by=announcement.made_by)
    assert queued() == [ANA]

    announcements.go_on(announcement, by=announcement.made_by)
    for minutes in (4, 6, 8):
        announcements.queue_next_letters(now=now + timedelta(minutes=minutes))
    deliver()

    assert sorted(one.to[0] for one in outbox.outbox) == [ANA, BEN, CAM]


def test_news_and_service_letters_share_the_rate(county, settings):
    settings.EMAILS_PER_HOUR = 120
    person(ANA, county)
    started(people=2)
    begun(county)

    for _ in range(4):
        announcements.queue_next_letters(now=timezone.now())

    assert len(queued()) == 2


def test_a_coordinator_of_a_district_writes_only_to_their_part(county, client):
    with_postal_address()
    district = AgencyFactory(parent=county, kind="district", name="Creek")
    boss = person("boss@alder.example", district, role="coordinator", name="Boss")
    person(ANA, county)
    person(BEN, district, name="Ben Ng")
    client.force_login(boss)
    values = {"purpose": "service", "subject": "Hello", "body": "Closed on Monday.", "role": ""}
    new = reverse("mailings:manage_announcement_new")

    assert client.post(new, {**values, "agency": county.pk}).status_code == 422
    missing = client.post(new, values)
    assert "Choose whose people it is for" in missing.content.decode()
    assert "Closed on Monday." in missing.content.decode()
    client.post(new, {**values, "agency": district.pk, "role": "earner"})
    made = Announcement.objects.get()
    page = client.get(made.get_absolute_url()).content.decode()
    who = reverse("mailings:manage_announcement_recipients", args=[made.public_id])
    listed = client.get(who).content.decode()

    assert "Send to 1 address" in page
    assert BEN in listed
    assert ANA not in listed
    key = Membership.objects.get(user__email=BEN).user.public_id.hex
    preview = client.get(f"{made.get_absolute_url()}?as={key}").content.decode()
    assert f"As {BEN} gets it" in preview
    assert "/lists/stop/" not in preview
    foreign = Membership.objects.get(user__email=ANA).user.public_id.hex
    for broken in (foreign, "x", ""):
        answer = client.get(f"{made.get_absolute_url()}?as={broken}")
        assert "as-reader" not in answer.content.decode()


def test_a_service_letter_of_the_county_is_not_for_its_districts_to_send(county, client):
    district = AgencyFactory(parent=county, kind="district")
    client.force_login(person("boss@alder.example", district, role="coordinator"))
    made = service_letter(county)

    assert client.get(made.get_absolute_url()).status_code == 404


def test_people_choose_in_their_account(county, client):
    ana = person(ANA, county)
    client.force_login(ana)
    page = reverse("mailings:own_wish")

    assert page in client.get(reverse("accounts:profile")).content.decode()
    for _ in range(2):
        answer = client.post(page, {"none": "1"}, follow=True).content.decode()
    assert "You get no announcements from the program" in answer
    assert wishes.wants_none(ana)
    client.post(page, {"all": "1"})
    client.post(page, {})
    assert not wishes.wants_none(ana)


def test_a_link_that_is_not_ours_is_not_found(client):
    for token in ("x", "1.2", f"{UserFactory().public_id.hex}.abc"):
        assert client.post(reverse("mailings:stop", args=[token])).status_code == 404


def test_a_service_letter_says_why_and_has_the_address_of_the_office(county):
    person(ANA, county)
    begun(county)
    send_announcements()

    body = compose(OutgoingEmail.objects.get(kind="announcement")).body

    assert "because you have an account with" in body
    assert "signed up" not in body
    assert "1 Alder Way" in body
