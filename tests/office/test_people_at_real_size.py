"""The search with 20,000 people, 200 agencies and 100,000 submissions and awards."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from office.people.querysets import matching, part_of, seen_by
from tests.factories import AgencyFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.long]

_PEOPLE = """
    INSERT INTO accounts_user (public_id, email, name, password, is_superuser, is_staff, is_active,
                               language, joined_at)
    SELECT gen_random_uuid(), 'p' || n || '@school.example',
           (ARRAY['Ana','Bo','Cy','Dee'])[1 + n %% 4] || ' Person ' || n, '', false, false, true,
           'en', now()
    FROM generate_series(1, 20000) n
"""
_PLACES = """
    INSERT INTO accounts_membership (user_id, agency_id, role, begun_at, confirmed_at, is_refused,
                                     is_removed, is_chosen)
    SELECT person.id, (%s::bigint[])[1 + person.id %% 200], 'earner', now(), now(), false, false,
           true
    FROM accounts_user person WHERE person.email LIKE 'p%%'
"""


@pytest.fixture
def county():
    county = AgencyFactory(name="Alder County")
    schools = [AgencyFactory(parent=county).pk for _ in range(200)]
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.replace("%%", "%"))
        cursor.execute(_PLACES, [schools])
        # As a vacuum does, which a transaction of a test never sees.
        for index in ("user_name_parts", "user_email_parts"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
        cursor.execute("ANALYZE accounts_user")
        cursor.execute("ANALYZE accounts_membership")
    return county


def test_every_list_of_people_is_at_most_twelve_statements(client, county):
    coordinator = MembershipFactory(agency=county, role=Membership.Role.COORDINATOR).user
    client.force_login(coordinator)
    url = reverse("office:manage_people")
    asked = [{}, {"q": "ana 777"}, {"role": "earner", "sort": "-joined", "page": "400"}]

    counts = []
    for filters in asked:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url, filters)
        assert page.status_code == 200
        counts.append(len(captured))

    assert max(counts) <= 12
    assert page.context["page"].paginator.count == 20000


def test_a_word_is_looked_up_by_the_indexes_for_parts(county):
    coordinator = MembershipFactory(agency=county, role=Membership.Role.COORDINATOR).user
    agencies = part_of(coordinator)
    found = matching(seen_by(coordinator, agencies), "19999", agencies)

    plan = found.explain()

    assert [person.name for person in found] == [
        User.objects.get(email="p19999@school.example").name
    ]
    assert "user_name_parts" in plan
    assert "user_email_parts" in plan
