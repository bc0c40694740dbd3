"""The same file or link in another person's submission: only the coordinator learns of it."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from catalog import operations as catalog
from fetching.safe_fetch import Fetched
from reviewing import operations as reviewing
from submissions import operations
from submissions.precheck import operations as precheck
from tests.factories import (
    BadgeFactory,
    DraftBadgeFactory,
    DraftFactory,
    UserFactory,
    coordinator_for,
    reviewer_for,
)

pytestmark = pytest.mark.django_db
HEADING = "Also in other people’s evidence"
PLAN = "https://plan.example/weekly"


class Site:
    def fetch(self, url):
        return Fetched(url, 200, b"")


def sent(badge, *, url="", words="", earner=None, site=None):
    draft = DraftFactory(badge_class=badge, earner=earner or UserFactory())
    plan, teach, _share = draft.version.criteria.all()
    operations.write_text(draft, plan, "What I did.")
    operations.write_text(draft, teach, "What we did.")
    if url:
        operations.add_link(draft, teach, url=url, title="The plan")
    if words:
        operations.add_file(
            draft, teach, file=ContentFile(words.encode()), file_name="plan.txt",
            content_type="text/plain",
        )  # fmt: skip
    precheck.ask_for_looks(draft.attempts.get().evidence_items.all())
    operations.send(draft, by=draft.earner, statement_accepted=True)
    while precheck.look_at_next(now=timezone.now(), fetcher=site or Site()):
        pass
    return draft


def manage_page(client, submission, coordinator=None):
    client.force_login(coordinator or coordinator_for(submission.badge_class))
    address = reverse("submissions:manage_submission", args=[submission.public_id])
    return client.get(address).content.decode()


@pytest.mark.parametrize("evidence", [{"url": PLAN}, {"words": "Our plan."}])
def test_the_coordinator_reads_of_the_same_file_or_link(client, evidence):
    badge = BadgeFactory()
    one, other = sent(badge, **evidence), sent(badge, **evidence)

    text = manage_page(client, one)

    assert HEADING in text
    assert str(other.earner) in text[text.index(HEADING) :]


def test_other_files_and_links_are_no_reason(client):
    badge = BadgeFactory()
    one = sent(badge, url=PLAN, words="Our plan.")
    sent(badge, url=f"{PLAN}/2", words="Another plan.")

    assert HEADING not in manage_page(client, one)


def test_ones_own_earlier_submission_is_no_reason(client):
    badge, earner = BadgeFactory(), UserFactory()
    sent(badge, url=PLAN, earner=earner)
    one = sent(BadgeFactory(issuer=badge.issuer), url=PLAN, earner=earner)

    assert HEADING not in manage_page(client, one)


def test_what_the_badge_itself_offers_is_no_reason(client):
    badge, other = DraftBadgeFactory(), BadgeFactory()
    catalog.edit_version(badge.versions.get(), about=f"Start with [our template]({PLAN}).")
    catalog.publish(badge, by=None)
    catalog.set_resources(other, [("A template", f"{PLAN}/", "")])
    for one in (badge, other):
        first, _second = sent(one, url=PLAN), sent(one, url=PLAN)
        assert HEADING not in manage_page(client, first)


class Download:
    """A site from which everybody downloads the same worksheet."""

    def fetch(self, url):
        return Fetched(url, 200, b"Name of the lesson: ____")


def test_a_file_that_the_badge_offers_for_download_is_no_reason(client):
    badge = BadgeFactory()
    catalog.set_resources(badge, [("A worksheet", "https://files.example/sheet.txt", "")])
    as_offered = "Name of the lesson: ____"
    filled_in = "Name of the lesson: Fractions"

    first, second = (sent(badge, words=as_offered, site=Download()) for _ in range(2))
    one, other = (sent(badge, words=filled_in, site=Download()) for _ in range(2))

    for submission in (first, second):
        assert HEADING not in manage_page(client, submission)
    for submission in (one, other):
        assert HEADING in manage_page(client, submission)


def test_drafts_are_no_reason(client):
    badge = BadgeFactory()
    one = sent(badge, url=PLAN)
    draft = DraftFactory(badge_class=badge)
    operations.add_link(draft, draft.version.criteria.first(), url=PLAN)
    precheck.ask_for_looks(draft.attempts.get().evidence_items.all())
    precheck.look_at_next(now=timezone.now(), fetcher=Site())

    assert HEADING not in manage_page(client, one)


def test_neither_reviewers_nor_earners_learn_of_it(client):
    badge = BadgeFactory()
    one, other = sent(badge, url=PLAN), sent(badge, url=PLAN)
    assignment = reviewing.claim(one, by=reviewer_for(badge))

    pages = [
        (assignment.reviewer, assignment.get_absolute_url()),
        (one.earner, one.get_absolute_url()),
        (other.earner, other.get_absolute_url()),
    ]
    for person, address in pages:
        client.force_login(person)
        text = client.get(address).content.decode()
        assert HEADING not in text
        assert "other people" not in text


def test_a_coordinator_reads_of_no_submission_to_an_agency_of_others(client):
    one, foreign = sent(BadgeFactory(), url=PLAN), sent(BadgeFactory(), url=PLAN)

    text = manage_page(client, one)

    assert HEADING not in text
    assert str(foreign.earner) not in text


def test_a_coordinator_who_is_the_other_person_does_not_read_of_their_own(client):
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    one = sent(badge, url=PLAN)
    sent(badge, url=PLAN, earner=coordinator)

    assert HEADING not in manage_page(client, one, coordinator)
