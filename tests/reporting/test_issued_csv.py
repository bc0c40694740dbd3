import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from spreadsheets.writing import escape_formula
from tests.factories import (
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    approved_submission,
)

pytestmark = pytest.mark.django_db
CSV = reverse("reporting:manage_issued_csv")


@pytest.fixture
def badge():
    return BadgeFactory(name="Media Balance")


@pytest.fixture
def agency(badge):
    return badge.issuer.agency


def issued_to(badge, **who):
    approved_submission(badge_class=badge, earner=UserFactory(**who))
    issue_batch(now=timezone.now() + timedelta(seconds=1))
    return Assertion.objects.latest("pk")


def table(response):
    words = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(words)))


def test_each_issued_badge_is_a_row(client, reads, badge, agency, settings):
    award = issued_to(badge, name="José Núñez")
    MembershipFactory(user=award.recipient, agency=SchoolFactory(name="Creekside"))
    MembershipFactory(user=award.recipient, agency=SchoolFactory(name="Alder"))
    reads(agency, Membership.Role.COORDINATOR)

    rows = table(client.get(CSV))

    assert rows == [
        {
            "Badge": "Media Balance",
            "Version": "1",
            "Category": badge.category.name,
            "Issuer": badge.issuer.name,
            "Agency": agency.name,
            "Name": "José Núñez",
            "Email address": award.recipient_email,
            "Works at": "Alder; Creekside",
            "Hours": "0.0",
            "Issued": timezone.localtime(award.issued_on).strftime("%Y-%m-%d %H:%M:%S"),
            "Status": "issued",
            "Expires": "",
            "Revoked": "",
            "Reason": "",
            "Address of the badge": settings.PUBLIC_ORIGIN + award.get_absolute_url(),
        }
    ]


def test_spreadsheets_take_it_for_utf_8(client, reads, agency):
    reads(agency)

    assert b"".join(client.get(CSV).streaming_content).startswith(b"\xef\xbb\xbf")


def test_reporters_get_no_addresses(client, reads, badge, agency):
    award = issued_to(badge)
    reads(agency)

    rows = table(client.get(CSV))

    assert [row["Email address"] for row in rows] == [""]
    assert award.recipient_email not in str(rows)


def test_badges_of_other_agencies_are_not_in_it(client, reads, agency):
    issued_to(BadgeFactory())
    reads(agency)

    assert table(client.get(CSV, {"span": "all"})) == []


def test_a_revoked_badge_stays_with_its_reason(client, reads, badge, agency):
    award = issued_to(badge)
    issuing.revoke(award, by=UserFactory(), reason="=cmd|' /C calc'!A0")
    reads(agency)

    row = table(client.get(CSV))[0]

    assert (row["Status"], row["Reason"]) == ("revoked", "'=cmd|' /C calc'!A0")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_run_as_a_formula(cell):
    assert escape_formula(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["Rosa", "", "A=B", "3.5", "2026-01-01"])
def test_ordinary_words_stay_as_they_are(cell):
    assert escape_formula(cell) == cell


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_table(client, reads, badge, agency):
    issued_to(badge, name="=HYPERLINK(A1)")
    reads(agency)

    assert [row["Name"] for row in table(client.get(CSV))] == ["'=HYPERLINK(A1)"]


def test_its_length_costs_no_queries(client, reads, badge, agency, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    issued_to(badge)
    reads(agency)
    table(client.get(CSV))
    with CaptureQueriesContext(connection) as one:
        table(client.get(CSV))
    issued_to(badge)
    issued_to(badge)

    with CaptureQueriesContext(connection) as three:
        table(client.get(CSV))

    assert len(three) == len(one)
