import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Membership
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from tests.factories import (
    BadgeFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
    approved_submission,
)

pytestmark = pytest.mark.django_db
CSV = reverse("reporting:manage_issued_csv")
XLSX = reverse("reporting:manage_issued_xlsx")


@pytest.fixture
def badge():
    return BadgeFactory(name="Media Balance")


@pytest.fixture
def agency(badge):
    return badge.issuer.agency


def issue(badge, **earner):
    approved_submission(badge_class=badge, earner=UserFactory(**earner))
    issue_batch(now=timezone.now() + timedelta(seconds=1))
    return Assertion.objects.latest("pk")


def _moment(at):
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def table(response):
    words = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(words)))


def test_each_issued_badge_is_a_row(client, sign_in, badge, agency, settings):
    award = issue(badge, name="José Núñez")
    MembershipFactory(user=award.recipient, agency=SchoolFactory(name="Creekside"))
    MembershipFactory(user=award.recipient, agency=SchoolFactory(name="Alder"))
    sign_in(agency, Membership.Role.COORDINATOR)

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
            "Units": "0.00",
            "First submitted": _moment(award.submission.submitted_at),
            "Attempts": "1",
            "Decided": _moment(award.submission.attempts.get().reviews.get().sent_at),
            "Decided by": award.submission.attempts.get().reviews.get().reviewer.name,
            "Earned": timezone.localdate(award.issued_on).isoformat(),
            "Issued": timezone.localtime(award.issued_on).strftime("%Y-%m-%d %H:%M:%S"),
            "Status": "issued",
            "Expires": "",
            "Revoked": "",
            "Reason": "",
            "Address of the badge": settings.PUBLIC_ORIGIN + award.get_absolute_url(),
        }
    ]


def test_the_file_starts_with_the_utf_8_byte_order_mark(client, sign_in, agency):
    sign_in(agency)

    assert b"".join(client.get(CSV).streaming_content).startswith(b"\xef\xbb\xbf")


def test_reporters_get_no_email_addresses(client, sign_in, badge, agency):
    award = issue(badge)
    sign_in(agency)

    rows = table(client.get(CSV))

    assert [row["Email address"] for row in rows] == [""]
    assert award.recipient_email not in str(rows)


def test_badges_of_other_agencies_are_not_included(client, sign_in, agency):
    issue(BadgeFactory())
    sign_in(agency)

    assert table(client.get(CSV, {"span": "all"})) == []


def test_a_revoked_badge_is_included_with_its_reason(client, sign_in, badge, agency):
    award = issue(badge)
    issuing.revoke(award, by=UserFactory(), reason="=cmd|' /C calc'!A0")
    sign_in(agency)

    row = table(client.get(CSV))[0]

    assert (row["Status"], row["Reason"]) == ("revoked", "'=cmd|' /C calc'!A0")


def test_a_name_that_looks_like_a_formula_is_made_harmless(client, sign_in, badge, agency):
    issue(badge, name="=HYPERLINK(A1)")
    sign_in(agency)

    assert [row["Name"] for row in table(client.get(CSV))] == ["'=HYPERLINK(A1)"]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client, sign_in, badge, agency, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    issue(badge)
    sign_in(agency)
    table(client.get(CSV))
    with CaptureQueriesContext(connection) as one:
        table(client.get(CSV))
    issue(badge)
    issue(badge)

    with CaptureQueriesContext(connection) as three:
        table(client.get(CSV))

    assert len(three) == len(one)


def test_reviewers_are_named_to_coordinators_only(client, sign_in, badge, agency):
    award = issue(badge)
    reviewer = award.submission.attempts.get().reviews.get().reviewer
    sign_in(agency, Membership.Role.REPORTER)

    (row,) = table(client.get(CSV))

    assert row["Decided by"] == ""
    assert row["Attempts"] == "1"
    assert reviewer.name not in str(row)


def workbook(response):
    """The cells of each row, by heading."""
    [sheet] = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets
    headings, *rows = sheet.iter_rows()
    names = [cell.value for cell in headings]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_the_same_table_as_a_workbook_has_dates_and_numbers(client, sign_in, badge, agency):
    award = issue(badge, name="=HYPERLINK(1)")
    sign_in(agency, Membership.Role.COORDINATOR)

    response = client.get(XLSX)
    (row,) = workbook(response)

    assert (row["Name"].value, row["Name"].data_type) == ("=HYPERLINK(1)", "s")
    assert row["Hours"].value == 0
    assert row["Issued"].value == timezone.localtime(award.issued_on).replace(tzinfo=None)
    assert row["Earned"].value.date() == timezone.localdate(award.issued_on)
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert ".xlsx" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"
