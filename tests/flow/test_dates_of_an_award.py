"""One award, earned in March and issued in June: every output says the same two days.

Both moments are shortly before midnight in the program's time zone, so they are on the next day,
and in the next month, by UTC.
"""

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership
from awarding.programs.operations import tokens
from issuing import addresses, dates
from issuing.awards import preview_image
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.awards.share_links import share_links
from issuing.documents import operations as credentials
from issuing.models import Assertion
from issuing.states import GrantSource
from mail.composing import compose
from mail.models import OutgoingEmail
from openbadges import baking, vc_jwt
from tests.factories import BadgeFactory, MembershipFactory, UserFactory, coordinator_for
from tests.issuing.awards import fetch_document
from tests.issuing.pages import signed_in, text_of
from tests.papers.pdf_text import text_of_pdf

pytestmark = pytest.mark.django_db

PACIFIC = ZoneInfo("America/Los_Angeles")
EARNED = datetime(2026, 3, 31, 23, 30, tzinfo=PACIFIC)
ISSUED = datetime(2026, 6, 30, 23, 45, tzinfo=PACIFIC)
EARNED_UTC, ISSUED_UTC = "2026-04-01T06:30:00Z", "2026-07-01T06:45:00Z"
IN_WORDS = "Earned on March 31, 2026, issued on June 30, 2026"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def award():
    badge = BadgeFactory(name="Media Balance", valid_months=24)
    grant = Grant(
        UserFactory(name="Rosa Alvarez", joined_at=ISSUED), badge.current_version,
        GrantSource.LIST, key="1", awarded_on=EARNED,
    )  # fmt: skip
    grant_all([grant], by=None, now=ISSUED)
    issue_batch(now=ISSUED)
    found = Assertion.objects.with_badge().get()
    changes.share(found, shows_name=True, items=[], now=ISSUED)
    return Assertion.objects.with_badge().get()


def in_one_line(text):
    return " ".join(text.split())


def test_the_attributes(award):
    assert (award.awarded_on, award.issued_on) == (EARNED, ISSUED)
    assert award.is_issued_later
    assert dates.in_words(award) == IN_WORDS
    assert timezone.localtime(award.expires).date().isoformat() == "2028-03-31"


def test_documents_of_both_versions(client, award):
    hosted = fetch_document(client, addresses.assertion_id(award.public_id))
    signed = credentials.signed(award.public_id)
    document, (_header, claims) = json.loads(signed.json), vc_jwt.read(signed.jwt)
    baked = baking.unbake(b"".join(client.get(f"/assertions/{award.public_id}/badge.png")))

    assert hosted["issuedOn"] == json.loads(baked.v2)["issuedOn"] == EARNED_UTC
    assert document["awardedDate"] == claims["awardedDate"] == EARNED_UTC
    assert json.loads(baked.v3)["awardedDate"] == EARNED_UTC
    assert document["validFrom"] == ISSUED_UTC
    assert claims["nbf"] == ISSUED.timestamp()
    assert hosted["expires"] == document["validUntil"] == "2028-04-01T06:30:00Z"


def test_a_credential_that_is_signed_again_keeps_the_day_it_was_earned(award):
    later = datetime(2026, 9, 1, 12, tzinfo=PACIFIC)

    changes.share(award, shows_name=False, items=[], now=later)

    document = json.loads(credentials.signed(award.public_id).json)
    assert (document["awardedDate"], document["validFrom"]) == (EARNED_UTC, "2026-09-01T19:00:00Z")


def test_the_pages_of_the_award_and_of_my_badges(client, award):
    facts = re.findall(
        r"<dt>\s*(Earned on|Issued on)\s*</dt>\s*<dd><time datetime=\"([^\"]+)\">([^<]+)",
        client.get(award.get_absolute_url()).content.decode(),
    )
    mine = in_one_line(text_of(signed_in(award.recipient).get("/my-badges/")))

    assert facts == [
        ("Earned on", EARNED.isoformat(), "March 31, 2026"),
        ("Issued on", ISSUED.isoformat(), "June 30, 2026"),
    ]
    assert "Earned on 03/31/2026, issued on 06/30/2026" in mine


def test_the_welcome_page_and_the_progress_of_a_submission(rf, award):
    request = rf.get("/")
    request.user = award.recipient
    tags = "{% load issuing_tags %}{% badges_waiting_for_me %}"
    welcome = Template(tags).render(Context({"user": award.recipient, "request": request}))
    progress = Template('{% include "issuing/_award_progress.html" %}').render(
        Context({"award": award})
    )

    assert IN_WORDS in in_one_line(welcome)
    assert IN_WORDS in in_one_line(progress)


def test_coordinators_list_of_awards(award):
    page = signed_in(coordinator_for(award.badge_class)).get(reverse("issuing:manage_awards"))

    assert "Earned on 03/31/2026, issued on 06/30/2026" in in_one_line(text_of(page))


def test_certificate_wallet_card_and_transcript(award):
    reader = signed_in(award.recipient)

    certificate, card, transcript = (
        text_of_pdf(reader.get(path).content)
        for path in (
            f"/awards/{award.public_id}/certificate.pdf",
            f"/awards/{award.public_id}/wallet-card.pdf",
            "/my-badges/transcript.pdf",
        )
    )

    for paper in (certificate, card):
        assert re.search(r"Earned on\s*March 31, 2026.*Issued on\s*June 30, 2026", paper, re.DOTALL)
    assert "Earned on" in transcript
    assert re.search(r"03/31/2026\s*\(issued\s*06/30/2026\)", transcript)


def test_linkedin(award):
    asked = parse_qs(urlsplit(share_links(award)[0].url).query)

    assert (asked["issueYear"], asked["issueMonth"]) == (["2026"], ["3"])
    assert (asked["expirationYear"], asked["expirationMonth"]) == (["2028"], ["3"])


def test_the_email(award):
    message = compose(OutgoingEmail.objects.get(kind="badge_issued"))

    [html] = [str(alternative[0]) for alternative in message.alternatives]
    assert IN_WORDS in in_one_line(message.body)
    assert IN_WORDS in in_one_line(html)


def test_the_preview_that_other_sites_show(client, award, monkeypatch):
    said = []
    draw = preview_image.draw
    monkeypatch.setattr(
        preview_image, "draw", lambda **texts: said.extend(texts["dates"]) or draw(**texts)
    )

    picture = client.get(f"{award.get_absolute_url()}card.png")

    assert picture.status_code == 200
    assert said == ["Earned on March 31, 2026", "Issued on June 30, 2026"]


@pytest.mark.parametrize("is_signed", [True, False])
def test_the_steps_of_the_verify_page_in_both_editions(client, award, is_signed):
    changes.share(award, shows_name=True, items=[])  # signed again, on another day
    text = (
        credentials.signed(award.public_id).json
        if is_signed
        else addresses.assertion_id(award.public_id)
    )

    answer = client.post("/verify.json", {"text": text}).json()

    said = [step["detail"] for step in answer["steps"] if step["title"] == "Date"]
    assert said == [f"{IN_WORDS}."]
    assert datetime.fromisoformat(answer["issuedOn"]) == EARNED


def test_the_report_as_a_table(client, award):
    agency = award.badge_class.issuer.agency
    coordinator = MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user
    answer = signed_in(coordinator).get(reverse("reporting:manage_issued_csv"), {"span": "all"})

    [row] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert (row["Earned"], row["Issued"]) == ("2026-03-31", "2026-06-30 23:45:00")
    assert row["Expires"] == "2028-03-31 23:30:00"


def test_the_api(client, award):
    agency = award.badge_class.issuer.agency
    coordinator = coordinator_for(award.badge_class)
    _token, secret = tokens.make_token(agency, name="Course site", by=coordinator)
    body = {"badge": award.badge_class.slug, "email": "rosa@school.example", "name": "Rosa",
            "awarded_on": "2026-03-31", "key": "one"}  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}"}

    answer = client.post("/api/v1/awards", body, content_type="application/json", headers=headers)
    issue_batch(now=timezone.now())
    read = client.get(f"/api/v1/awards/{answer.json()['id']}", headers=headers).json()

    assert answer.json()["awarded_on"] == read["awarded_on"] == "2026-03-31T19:00:00Z"
    assert read["issued_on"] > "2026-06"


def test_without_a_day_of_its_own_an_award_was_earned_when_it_was_issued(client):
    badge = BadgeFactory()
    grant_all([Grant(UserFactory(), badge.current_version, GrantSource.LIST, "1")], by=None)
    issue_batch(now=timezone.now())
    award = Assertion.objects.with_badge().get()

    page = client.get(award.get_absolute_url()).content.decode()
    hosted = fetch_document(client, addresses.assertion_id(award.public_id))
    document = json.loads(credentials.signed(award.public_id).json)

    assert dates.in_words(award) == f"Earned on {dates.day(award.issued_on)}"
    assert "Issued on" not in page
    assert hosted["issuedOn"] == document["awardedDate"] == document["validFrom"]


def test_two_moments_of_one_day_are_one_day_for_people(award):
    award.earned_on = ISSUED.replace(hour=0, minute=5)  # another day by UTC

    assert dates.in_words(award) == "Earned on June 30, 2026"
    assert [label for label, _moment in dates.facts(award)] == ["Earned on"]


def test_the_words_in_spanish(award):
    with translation.override("es"):
        assert "31 de marzo de 2026" in dates.in_words(award)
        assert "30 de junio de 2026" in dates.in_words(award)


def test_there_is_no_second_rule():
    """Which of the two dates to show is decided in one file."""
    sources = [
        path
        for pattern in ("*/**/*.py", "templates/**/*.html", "templates/**/*.txt")
        for path in ROOT.glob(pattern)
        if path.parts[len(ROOT.parts)] not in {"tests", ".venv", "bench"}
        and "migrations" not in path.parts
    ]
    choosing = re.compile(r"earned_on or |issued_on or award|award\.issued_on ?\| ?date")
    found = {
        str(path.relative_to(ROOT)) for path in sources if choosing.search(path.read_text("utf-8"))
    }

    assert found == {"issuing/dates.py"}
