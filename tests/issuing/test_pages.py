"""The public pages of awards, and the earner's pages."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.utils import timezone
from PIL import Image

from issuing.awards import preview_image
from issuing.awards.operations import changes
from issuing.models import Assertion
from submissions import operations as submissions
from submissions.permissions import can_read_evidence
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    png,
)
from tests.issuing.awards import (
    evidence_of,
    expired_award,
    issued_award,
    revoked_award,
    waiting_award,
)
from tests.issuing.pages import signed_in, text_of

pytestmark = pytest.mark.django_db

Status = Assertion.Status


# --- The public page ------------------------------------------------------------------------------


def test_the_public_page_shows_nothing_about_the_earner_by_default(client):
    award = issued_award(earner=UserFactory(name="Rosa Alvarez", email="rosa@school.example"))
    first, _second = evidence_of(award)

    page = text_of(client.get(award.get_absolute_url()))

    assert "Awarded to <strong>An educator</strong>" in page
    assert "Rosa" not in page
    assert "rosa@school.example" not in page
    assert first.text not in page
    assert '<meta name="robots" content="noindex">' in page
    assert award.version.name in page
    assert "Two pieces of student work without names." in page


def test_the_earner_shares_name_and_evidence_item_by_item(client):
    award = issued_award(earner=UserFactory(name="Rosa Alvarez"))
    first, second = evidence_of(award)
    earner = signed_in(award.recipient)

    earner.post(
        f"/awards/{award.public_id}/share/",
        {"shows_name": "on", "is_listed": "on", "items": [first.pk]},
    )

    page = text_of(client.get(award.get_absolute_url()))
    assert "Awarded to <strong>Rosa Alvarez</strong>" in page
    assert first.text in page
    assert second.text not in page
    assert "noindex" not in page
    assert can_read_evidence(UserFactory(), first)
    assert not can_read_evidence(UserFactory(), second)


def test_a_shared_file_is_shown_under_a_neutral_name(client):
    earner, badge = UserFactory(name="Rosa Alvarez"), BadgeFactory()
    draft = DraftFactory(earner=earner, badge_class=badge)
    submissions.add_file(
        draft,
        badge.current_version.criteria.first(),
        file=ContentFile(png()),
        file_name="Rosa Alvarez 4B.png",
        content_type="image/png",
    )
    award = issued_award(earner=earner, badge_class=badge)
    photo = evidence_of(award)[0]

    changes.share(award, shows_name=False, items=[photo])

    page = text_of(client.get(award.get_absolute_url()))
    assert photo.get_file_url() in page
    assert photo.neutral_name in page
    assert "Rosa" not in page


def test_an_empty_share_form_hides_everything(client):
    award = issued_award()
    changes.share(award, shows_name=True, is_listed=True, items=evidence_of(award))

    signed_in(award.recipient).post(f"/awards/{award.public_id}/share/", {})

    award.refresh_from_db()
    assert (award.shows_name, award.is_listed, award.shared_evidence.count()) == (False, False, 0)


def test_evidence_of_another_submission_cannot_be_shared():
    award, other = issued_award(), SentSubmissionFactory()
    foreign = other.latest_attempt.evidence_items.first()

    page = signed_in(award.recipient).post(
        f"/awards/{award.public_id}/share/", {"items": [foreign.pk]}
    )

    assert page.status_code == 422
    with pytest.raises(changes.NotTheirEvidence):
        changes.share(award, shows_name=True, items=[foreign])
    assert award.shared_evidence.count() == 0


def test_shared_evidence_is_private_again_when_the_badge_is_revoked():
    award = issued_award()
    changes.share(award, shows_name=True, items=evidence_of(award))

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")

    assert not can_read_evidence(UserFactory(), evidence_of(award)[0])


def test_the_page_has_metadata_for_previews(client):
    award = issued_award(badge_class=BadgeFactory(name='Media "Balance" <b>'))

    page = text_of(client.get(award.get_absolute_url()))

    url = f"http://localhost:8000/awards/{award.public_id}/"
    assert f'<link rel="canonical" href="{url}">' in page
    assert f'<meta property="og:url" content="{url}">' in page
    assert f'<meta property="og:image" content="{url}card.png">' in page
    assert "Media &quot;Balance&quot; &lt;b&gt;" in page
    assert "<b>" not in page


def test_unlisted_awards_are_hidden_from_search_engines(client):
    award = issued_award()
    parts = [f"/assertions/{award.public_id}", f"/assertions/{award.public_id}/badge.png"]
    card = f"/awards/{award.public_id}/card.png"

    unlisted = {part: client.get(part).headers.get("X-Robots-Tag") for part in (*parts, card)}
    changes.share(award, shows_name=True, is_listed=True, items=[])

    assert set(unlisted.values()) == {"noindex"}
    listed = client.get(card).headers
    assert "X-Robots-Tag" not in listed
    changes.share(award, shows_name=award.shows_name, is_listed=False, items=[])
    # A proxy that is told "the same as before" would go on with the headers of before.
    assert client.get(card, headers={"If-None-Match": listed["ETag"]}).status_code == 200


def test_the_preview_image_is_cached_only_briefly(client):
    award = issued_award()

    card = client.get(f"/awards/{award.public_id}/card.png")

    assert card.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "name", ["Media Balance", "x" * 120, "<&>", "数字公民", "سواد رقمي", "🎓 é"]
)
def test_the_preview_image_is_drawn_for_any_name(client, name):
    award = issued_award(badge_class=BadgeFactory(name=name), earner=UserFactory(name=name))
    changes.share(award, shows_name=True, items=[])

    answer = client.get(f"/awards/{award.public_id}/card.png")
    again = client.get(
        f"/awards/{award.public_id}/card.png", headers={"If-None-Match": answer.headers["ETag"]}
    )

    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert len(answer.content) < 1_000_000
    assert again.status_code == 304


def test_the_preview_image_shows_the_end_of_a_long_name():
    art = issued_award().version.image.read()
    rest = {"badge": "Zines", "issuer": "Alder County", "dates": ["Earned on Nov. 28, 2026"]}

    one, other = (
        preview_image.draw(art=art, earner=f"Awarded to Nguyễn Thị Thuỳ Dương {last}", **rest)
        for last in ("Hoàng Phước", "Hoàng Phượng")
    )

    assert one != other


def test_the_page_of_a_revoked_badge_shows_the_reason_and_has_no_preview_image(client):
    award = revoked_award(reason="Issued twice.", earner=UserFactory(name="Rosa Alvarez"))

    page = client.get(award.get_absolute_url())

    assert page.status_code == 410
    assert "Issued twice." in text_of(page)
    assert "Rosa" not in text_of(page)
    assert "og:image" not in text_of(page)
    assert client.get(f"/awards/{award.public_id}/card.png").status_code == 404


def test_the_page_of_an_expired_badge_shows_the_date(client):
    page = text_of(client.get(expired_award().get_absolute_url()))

    assert "Expired on" in page


def test_only_the_earner_gets_share_links(client):
    award = issued_award(badge_class=BadgeFactory(name="Media & Balance"))

    mine = text_of(signed_in(award.recipient).get(award.get_absolute_url()))
    theirs = text_of(client.get(award.get_absolute_url()))

    address = re.search(r'href="(https://www\.linkedin\.com/profile/add[^"]*)"', mine)[1]
    asked = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    issued = timezone.localtime(award.issued_on)
    assert asked == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Media & Balance"],
        "organizationName": ["Juniper County Office of Education"],
        "issueYear": [str(issued.year)],
        "issueMonth": [str(issued.month)],
        "certUrl": [f"http://localhost:8000/awards/{award.public_id}/"],
        "certId": [str(award.public_id)],
    }
    assert "linkedin" not in theirs


def test_the_page_takes_as_many_queries_with_one_item_as_with_three(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    award = issued_award()
    changes.share(award, shows_name=True, items=evidence_of(award)[:1])
    client.get(award.get_absolute_url())
    with django_assert_max_num_queries(6) as one:
        client.get(award.get_absolute_url())
    changes.share(award, shows_name=True, items=evidence_of(award))

    with django_assert_num_queries(len(one)):
        client.get(award.get_absolute_url())


def test_the_page_of_a_renewed_award_links_to_the_newer_one(client):
    older = expired_award(badge_class=BadgeFactory(valid_months=12, renewable=True))
    newer = issued_award(badge_class=older.badge_class, earner=older.recipient)

    page = text_of(client.get(older.get_absolute_url()))

    newer.refresh_from_db()
    assert newer.renews == older
    assert "Expired, renewed since" in page
    assert newer.get_absolute_url() in page


def test_an_older_award_without_a_name_does_not_link_to_a_newer_one_with_a_name(client):
    older = expired_award(badge_class=BadgeFactory(valid_months=12, renewable=True))
    newer = issued_award(badge_class=older.badge_class, earner=older.recipient)
    changes.share(newer, shows_name=True, is_listed=False, items=[])

    page = text_of(client.get(older.get_absolute_url()))
    own = text_of(signed_in(older.recipient).get(older.get_absolute_url()))

    assert "It was earned again on" in page
    assert newer.get_absolute_url() not in page
    assert newer.get_absolute_url() in own


@pytest.mark.parametrize("renewable", [True, False])
def test_the_earner_of_an_expired_award_sees_whether_it_can_be_renewed(client, renewable):
    award = expired_award(badge_class=BadgeFactory(valid_months=12, renewable=renewable))

    own = text_of(signed_in(award.recipient).get(award.get_absolute_url()))
    page = text_of(client.get(award.get_absolute_url()))

    assert ("Earn it again" in own) is renewable
    assert "Earn it again" not in page


# --- The earner's pages ---------------------------------------------------------------------------


def test_only_the_earner_sees_the_page_of_a_pending_award(client):
    award = waiting_award(hours=48)

    mine = signed_in(award.recipient).get(award.get_absolute_url())

    assert mine.status_code == 200
    assert "Arrives:" in text_of(mine)
    assert client.get(award.get_absolute_url()).status_code == 404
    assert signed_in(UserFactory()).get(award.get_absolute_url()).status_code == 404


def test_my_badges_shows_earned_pending_and_revoked_awards():
    earner, badges = UserFactory(), [BadgeFactory() for _ in range(2)]
    issued_award(earner=earner, badge_class=badges[0])
    revoked_award(earner=earner, badge_class=badges[1], reason="Issued twice.")
    waiting_award(earner=earner)
    issued_award()

    page = signed_in(earner).get("/my-badges/")

    assert [len(page.context[name]) for name in ("earned", "waiting", "revoked")] == [1, 1, 1]
    assert "Issued twice." in text_of(page)
    assert "You have 1 badge." in text_of(page)


def test_my_badges_shows_a_canceled_award_until_the_badge_is_granted_again():
    award = waiting_award()
    client, coordinator = signed_in(award.recipient), coordinator_for(award.badge_class)

    changes.cancel(award, by=coordinator, reason="Donated by mistake.")
    cancelled = text_of(client.get("/my-badges/"))
    waiting_award(badge_class=award.badge_class, earner=award.recipient)
    again = text_of(client.get("/my-badges/"))

    assert "The award was canceled before it was issued." in cancelled
    assert "Donated by mistake." not in cancelled
    assert "canceled before" not in again


def test_my_badges_is_friendly_when_there_are_none():
    assert "No badge yet" in text_of(signed_in(UserFactory()).get("/my-badges/"))


def test_my_badges_takes_as_many_queries_with_three_badges_as_with_one(django_assert_num_queries):
    earner = UserFactory()
    client = signed_in(earner)
    issued_award(earner=earner)
    with django_assert_num_queries(5):
        client.get("/my-badges/")
    for _ in range(2):
        issued_award(earner=earner)

    with django_assert_num_queries(5):
        client.get("/my-badges/")


def test_only_the_earner_can_open_the_share_page(client):
    award = issued_award()

    stranger = signed_in(UserFactory()).get(f"/awards/{award.public_id}/share/")
    visitor = client.get(f"/awards/{award.public_id}/share/")

    assert stranger.status_code == 404
    assert visitor.status_code == 302


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (waiting_award, "Arrives:"),
        (issued_award, "Your badge is here. Earned on"),
        (revoked_award, "The badge was revoked on"),
    ],
)
def test_a_submission_shows_the_status_of_its_award(make, words):
    award = make()
    template = Template("{% load issuing_tags %}{% award_progress submission %}")

    assert words in template.render(Context({"submission": award.submission}))


def test_the_pages_of_badge_and_submission_link_to_the_users_award():
    award = issued_award()
    badge_page, submission_page = (
        award.badge_class.get_absolute_url(),
        award.submission.get_absolute_url(),
    )
    mine, others = signed_in(award.recipient), signed_in(UserFactory())
    link = f'href="{award.get_absolute_url()}">Open your badge</a>'

    assert link in text_of(mine.get(badge_page))
    assert link in text_of(mine.get(submission_page))
    assert link not in text_of(others.get(badge_page))


def test_holders_are_counted():
    award = issued_award()
    revoked_award(badge_class=award.badge_class)
    template = Template("{% load issuing_tags %}{% holders_count badge %}")

    assert template.render(Context({"badge": award.badge_class})) == "1"
