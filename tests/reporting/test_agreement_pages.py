"""Coordinators read how well two readers agree: words first, and never about too few."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from reporting.agreement import manage_views, words
from reviewing.agreement import words as shared_words
from reviewing.agreement.figures import figures
from reviewing.agreement.formulas import Interval
from reviewing.agreement.pairs import Pair
from tests.factories import AgencyFactory, BadgeFactory, MembershipFactory, UserFactory
from tests.reviewing.readers import badge_read_by_two, reads, sends, sent_for

pytestmark = pytest.mark.django_db
PAGE = reverse("reporting:manage_agreement")
SUMMER, FALL = datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)


def page_of(badge):
    return reverse("reporting:manage_badge_agreement", args=[badge.slug])


@pytest.fixture
def badge():
    return badge_read_by_two(name="Media Balance")


@pytest.fixture
def readers():
    return sorted((UserFactory(name="Ann Reed"), UserFactory(name="Ben Cole")), key=lambda u: u.pk)


@pytest.fixture
def read(monkeypatch):
    """So many pairs as if they had been read: hundreds of reviews would take minutes."""
    found = []

    def pretend(agencies, *, since, until, badge=None):
        return [pair for pair in found if badge in (None, pair.badge)]

    monkeypatch.setattr(manage_views, "independent_pairs", pretend)
    return found


def pairs_for(badge, readers, *, met=0, not_yet=0, split=0, at=SUMMER, third=None):
    thread = str(badge.current_version.criteria.first().thread)
    one, other = (reader.pk for reader in readers)
    verdicts = [(True, True)] * met + [(False, False)] * not_yet + [(True, False)] * split
    return [
        Pair(number, number, badge.pk, thread, one, other, first, second, third, at)
        for number, (first, second) in enumerate(verdicts)
    ]


def test_words_come_first(client, sign_in, badge, readers, read):
    sign_in(badge.issuer.agency)
    read += pairs_for(badge, readers, met=40, not_yet=18, split=6)

    page = client.get(PAGE).content.decode()

    assert "Two readers of the same work gave the same answer 9 times in 10, n = 64." in page
    assert "91%" in page
    assert page.index("9 times in 10") < page.index("AC1")
    assert f'href="{page_of(badge)}"' in page


def test_under_thirty_pairs_it_is_too_few_to_say(client, sign_in, badge, readers, read):
    sign_in(badge.issuer.agency)
    read += pairs_for(badge, readers, met=23, split=6)

    page = client.get(PAGE).content.decode()

    assert "Too few to say" in page
    assert "79%" not in page


def test_a_sentence_warns_of_skewed_verdicts(client, sign_in, badge, readers, read):
    sign_in(badge.issuer.agency)
    read += pairs_for(badge, readers, met=60, split=4)

    assert "Nearly all verdicts are “met”." in client.get(PAGE).content.decode()


def test_nothing_read_twice_leads_to_what_can_be_chosen(client, sign_in, badge):
    sign_in(badge.issuer.agency)

    page = client.get(PAGE)

    assert "Nothing has been read twice" in page.content.decode()
    assert client.get(page_of(badge)).status_code == 200


def test_columns_sort_and_what_is_too_few_comes_last(client, sign_in, badge, readers, read):
    sign_in(badge.issuer.agency)
    low = BadgeFactory(name="Civic Online", issuer=badge.issuer)
    few = BadgeFactory(name="Zines", issuer=badge.issuer)
    read += pairs_for(badge, readers, met=40) + pairs_for(low, readers, met=20, split=20)
    read += pairs_for(few, readers, met=3)

    def names(sort):
        return [row.name for row in client.get(PAGE, {"sort": sort}).context["rows"]]

    assert names("") == names("no such column") == ["Civic Online", "Media Balance", "Zines"]
    assert names("-name") == ["Zines", "Media Balance", "Civic Online"]
    assert names("agreement") == ["Civic Online", "Media Balance", "Zines"]
    assert names("-agreement") == ["Media Balance", "Civic Online", "Zines"]
    assert names("pairs") == ["Zines", "Media Balance", "Civic Online"]


def test_quarters_show_a_drift(client, sign_in, badge, readers, read):
    sign_in(badge.issuer.agency)
    read += pairs_for(badge, readers, met=40, at=FALL)
    read += pairs_for(badge, readers, met=20, split=20, at=SUMMER)

    quarters = client.get(PAGE).context["quarters"]

    assert [(row.first.month, row.agreement) for row in quarters] == [(7, "50%"), (10, "100%")]


def test_a_badge_has_its_criteria_and_two_people_who_read_much_together(
    client, sign_in, badge, readers, read
):
    sign_in(badge.issuer.agency, Membership.Role.COORDINATOR)
    read += pairs_for(badge, readers, met=20, not_yet=8, split=2)

    response = client.get(page_of(badge))

    first = badge.current_version.criteria.first()
    assert [(row.name, row.agreement) for row in response.context["rows"]] == [(first.name, "93%")]
    assert [(row.name, row.kappa) for row in response.context["together"]] == [
        (" · ".join(reader.name for reader in readers), "0.84")
    ]


@pytest.mark.parametrize(
    ("role", "names"), [(Membership.Role.COORDINATOR, 2), (Membership.Role.REPORTER, 0)]
)
def test_only_coordinators_see_reviewers_against_the_consensus(
    client, sign_in, badge, readers, read, role, names
):
    sign_in(badge.issuer.agency, role)
    read += pairs_for(badge, readers, met=40, split=4, third=True)

    for address in (PAGE, page_of(badge)):
        response = client.get(address)

        assert len(response.context["reviewers"]) == names
        assert ("Ann Reed" in response.content.decode()) is bool(names)


def test_a_coordinator_with_a_reporters_role_elsewhere_sees_names_only_of_their_own(
    client, sign_in, badge, readers, read
):
    user = sign_in(badge.issuer.agency, Membership.Role.COORDINATOR)
    elsewhere = badge_read_by_two()
    MembershipFactory(user=user, agency=elsewhere.issuer.agency, role=Membership.Role.REPORTER)
    read += pairs_for(elsewhere, readers, met=40)

    response = client.get(PAGE)

    assert len(response.context["rows"]) == 1
    assert response.context["reviewers"] == []


def test_other_agencies_are_not_counted_and_their_badges_not_found(client, sign_in, badge):
    submission = sent_for(badge)
    for reader in (reads(submission), reads(submission)):
        sends(reader)
    sign_in(AgencyFactory(), Membership.Role.COORDINATOR)

    assert list(client.get(PAGE).context["rows"]) == []
    assert client.get(page_of(badge)).status_code == 404


@pytest.mark.parametrize("role", [Membership.Role.EARNER, Membership.Role.REVIEWER])
def test_earners_and_reviewers_do_not_see_it(client, sign_in, badge, role):
    sign_in(badge.issuer.agency, role)

    assert client.get(PAGE).status_code == client.get(page_of(badge)).status_code == 403


def test_a_wrong_date_keeps_the_page(client, sign_in, badge):
    sign_in(badge.issuer.agency)

    for address in (PAGE, page_of(badge)):
        assert client.get(address, {"first": "2026-13-45"}).status_code == 422


def test_the_number_of_queries_does_not_grow(client, sign_in, badge):
    sign_in(badge.issuer.agency, Membership.Role.COORDINATOR)

    def read_one(of):
        submission = sent_for(of)
        for reader in (reads(submission), reads(submission)):
            sends(reader)

    read_one(badge)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    read_one(badge)
    read_one(badge_read_by_two(issuer=badge.issuer))

    with CaptureQueriesContext(connection) as three:
        page = client.get(PAGE)

    assert len(page.context["rows"]) == 2
    assert len(three) == len(one) <= 12


@pytest.mark.parametrize(
    ("share", "often"),
    [
        (1.0, "every time"),
        (0.999, "more than 9 times in 10"),
        (0.9, "9 times in 10"),
        (0.13, "1 time in 10"),
        (0.0, "less than once in 10 times"),
    ],
)
def test_how_often_is_said_in_tenths_and_never_rounds_to_always(share, often):
    assert shared_words.how_often(share) == often


def test_a_share_without_verdicts_is_a_dash():
    assert shared_words.share(None) == words.coefficient(None) == "–"
    assert shared_words.share_interval(None) == words.coefficient_interval(None) == ""
    assert shared_words.share_interval(Interval(0.81, 0.95)) == "81% to 95%"
    assert words.skew(figures([])) == ""
