"""Pages that are the same for everybody are kept, and a change is on them at once."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog import operations as catalog
from catalog.models import BadgeClass, Category, Issuer, LearningResource
from catalog.pathways import operations as pathways
from issuing import addresses, holders
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion
from rewards.models import Sponsor
from serving import kept_pages
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import evidence_of, issued_award, offered_endorsement
from tests.rewards.drawing_factories import announced

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "Zwetschge"


@pytest.fixture(autouse=True)
def nothing_is_kept_yet():
    kept_pages._pages.clear()
    caches["template_fragments"].clear()
    holders._counted.cache_clear()


@pytest.fixture
def badge():
    return BadgeFactory(name="Media Balance")


@pytest.fixture
def anybody():
    """A new visitor for each page."""
    return lambda path, **headers: Client(headers=headers).get(path)


@contextmanager
def nothing_is_asked(of: str):
    with CaptureQueriesContext(connection) as queries:
        yield
    assert [query["sql"] for query in queries if of in query["sql"]] == []


def test_a_page_is_made_once(badge, anybody):
    for path in ("/", "/badges/", badge.get_absolute_url()):
        first = anybody(path)
        with nothing_is_asked("catalog_badgeclass"):
            second = anybody(path)

        assert second.content == first.content
        assert second.headers == first.headers


def test_a_page_without_times_is_kept_for_longer_than_a_minute(badge, anybody, monkeypatch):
    award = issued_award(badge_class=badge)
    pages = {"/badges/": 1, badge.get_absolute_url(): 0, award.get_absolute_url(): 0}
    for path in pages:
        anybody(path)
    two_minutes_pass(monkeypatch)

    for path, times in pages.items():
        with CaptureQueriesContext(connection) as queries:
            anybody(path)
        assert bool([one for one in queries if "catalog_category" in one["sql"]]) == times


def test_how_many_people_have_a_badge_is_a_minute_late_at_most(badge, anybody, monkeypatch):
    path, nobody = badge.get_absolute_url(), "No one yet. Be the first."
    assert nobody in anybody(path).text
    award = issued_award(badge_class=badge)
    two_minutes_pass(monkeypatch)
    assert nobody not in anybody(path).text

    changes.revoke(award, by=coordinator_for(badge), reason=MARK)
    two_minutes_pass(monkeypatch)

    assert nobody in anybody(path).text


def two_minutes_pass(monkeypatch):
    later = kept_pages.time.time() + 2 * kept_pages.KEPT_SECONDS
    monkeypatch.setattr(kept_pages.time, "time", lambda: later)


def rename(model, field: str = "name") -> Callable[[BadgeClass], None]:
    def change(badge):
        record = model.objects.order_by("pk").first()
        setattr(record, field, MARK)
        record.save()

    return change


def publish_another(badge):
    BadgeFactory(name=MARK, category=badge.category, issuer=badge.issuer)


def publish_a_version(badge):
    catalog.edit_version(catalog.draft_version(badge, by=UserFactory()), name=MARK)
    catalog.publish(badge, by=None)


CHANGES = {
    "another badge, on the home page": ("/", publish_another),
    "another badge, in the catalog": ("/badges/", publish_another),
    "the category on the home page": ("/", rename(Category)),
    "the category in the catalog": ("/badges/", rename(Category)),
    "the category on the badge's page": (None, rename(Category)),
    "the issuer": (None, rename(Issuer)),
    "a resource": (None, lambda badge: LearningResource.objects.create(
        badge_class=badge, title=MARK, url="https://learn.example")),
    "a sponsor": ("/", lambda badge: Sponsor.objects.create(
        agency=badge.issuer.agency, name=MARK)),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_on_the_page_at_once(badge, anybody, what):
    path, change = CHANGES[what]
    path = path or badge.get_absolute_url()
    assert MARK not in anybody(path).content.decode()

    change(badge)

    assert MARK in anybody(path).content.decode()


def test_a_badge_that_is_retired_leaves_the_catalog_at_once(badge, anybody):
    assert "Media Balance" in anybody("/badges/").content.decode()

    catalog.retire(badge, by=None)

    assert "Media Balance" not in anybody("/badges/").content.decode()


def test_a_change_that_was_taken_back_keeps_the_page(badge, anybody):
    before = anybody("/badges/").content
    with transaction.atomic():
        rename(Category)(badge)
        transaction.set_rollback(True)

    with nothing_is_asked("catalog_badgeclass"):
        assert anybody("/badges/").content == before


def test_a_page_that_is_made_during_a_change_is_given_up_after_it(badge, anybody):
    with transaction.atomic():
        rename(Category)(badge)
        # Another visitor, who sees the state before.
        seen = []
        thread = Thread(target=lambda: (seen.append(anybody("/badges/")), connection.close()))
        thread.start()
        thread.join()
        assert MARK not in seen[0].content.decode()

    assert MARK in anybody("/badges/").content.decode()


def test_languages_and_filters_are_pages_of_their_own(badge, anybody):
    english, spanish = anybody("/badges/"), anybody("/badges/", accept_language="es")
    nothing = anybody("/badges/?q=nothing-like-it")

    assert 'lang="en"' in english.content.decode()
    assert 'lang="es"' in spanish.content.decode()
    assert "Media Balance" not in nothing.content.decode()
    assert "Media Balance" in anybody("/badges/").content.decode()


def test_a_query_that_came_unquoted_is_a_page_of_its_own(badge, anybody):
    unquoted = Client().get("/badges/", QUERY_STRING="q=" + "niños".encode().decode("latin-1"))
    others = anybody("/badges/?q=ni%C3%83%C2%B1os").text  # what it is when it is quoted again

    assert "niños" in unquoted.text
    assert "niños" not in others


def test_nobody_who_is_signed_in_leaves_or_gets_a_kept_page(badge, anybody):
    member = Client()
    member.force_login(UserFactory())
    theirs = member.get("/badges/").content.decode()

    assert reverse("account_logout") in theirs
    assert reverse("account_logout") not in anybody("/badges/").content.decode()
    assert reverse("account_logout") in member.get("/badges/").content.decode()


def test_a_kept_page_is_for_visitors_without_a_session_only(badge, anybody):
    for answer in (anybody("/badges/"), anybody("/badges/")):
        assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert not answer.cookies


def test_a_browser_gets_the_same_page_compressed(badge, anybody):
    plain = anybody("/badges/")
    for _ in range(2):
        compressed = anybody("/badges/", accept_encoding="gzip, deflate, br")

        assert compressed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(compressed.content) == plain.content
        assert int(compressed.headers["Content-Length"]) == len(compressed.content)


def test_the_page_of_an_award_says_at_once_that_it_expired(anybody, monkeypatch):
    award = issued_award()
    Assertion.objects.filter(pk=award.pk).update(expires=timezone.now() + timedelta(days=1))
    before = anybody(award.get_absolute_url()).content

    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + timedelta(days=2))

    assert anybody(award.get_absolute_url()).content != before


def test_no_header_of_one_visitor_moves_the_addresses_of_others(rf):
    """Servers take SCRIPT_NAME from a header that a proxy on the same machine passes on."""
    award = issued_award()
    addresses._split_around_id.cache_clear()
    for path in ("/badges/", f"/assertions/{award.public_id}"):
        answers = [
            b"".join(WSGIHandler()(rf.get(path, SCRIPT_NAME=moved).environ, lambda *start: None))
            for moved in ("/moved", "")
        ]

        assert answers[1], path
        assert b"/moved" not in answers[1], path


def test_a_draft_is_not_kept(anybody):
    draft = DraftBadgeFactory()

    assert anybody(draft.get_absolute_url()).status_code == 404
    assert not kept_pages._pages


def test_a_form_of_one_visitor_is_not_kept(rf):
    asked = []

    @kept_pages.kept_page
    def page(request):
        asked.append(request)
        return HttpResponse(get_token(request))

    for _ in range(2):
        page(rf.get("/"))

    assert len(asked) == 2
    assert not kept_pages._pages


def test_long_addresses_fill_no_memory(badge, anybody):
    anybody("/badges/?q=" + "x" * 300)

    assert not kept_pages._pages


@pytest.fixture
def watched():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE '%changes_pages%'"
        )
        return {table for (table,) in cursor.fetchall()}


def tables_in(queries) -> set[str]:
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(q["sql"] for q in queries)))


# What the version of a kept page is made of. Endorsements of a badge join awards, and have none.
OF_VERSIONS = {"serving_pagerevision", "issuing_assertion"}
# Evidence never changes after it was sent, and is read through the rows that show it.
# An earlier credential is kept in the moment in which the award itself changes.
OF_THE_AWARD = {
    "issuing_sharedevidence",
    "issuing_evidencelink",
    "issuing_replacedcredential",
    "submissions_evidenceitem",
}


def test_every_table_that_a_kept_page_reads_gives_it_up(badge, anybody, watched):
    pathways.create(badge, steps=[BadgeFactory(issuer=badge.issuer)], by=None)
    announced()
    for path in (
        "/",
        "/badges/",
        "/badges/?q=media",
        badge.get_absolute_url(),
        badge.category.get_absolute_url(),
        "/pathways/",
        f"/pathways/{badge.slug}/",
        "/promises/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert anybody(path).status_code == 200, path
        assert tables_in(queries) - watched - OF_VERSIONS == set(), path


def test_the_page_of_an_award_reads_nothing_else_either(anybody, watched):
    award = issued_award()
    changes.share(award, shows_name=True, is_listed=False, items=evidence_of(award))

    with CaptureQueriesContext(connection) as queries:
        assert anybody(award.get_absolute_url()).status_code == 200

    assert tables_in(queries) - watched - OF_VERSIONS == OF_THE_AWARD


def endorse(award):
    offered = offered_endorsement(award)
    endorsing.accept(offered, by=award.recipient)


CHANGES_OF_AN_AWARD = {
    "the name": lambda award: changes.share(award, shows_name=False, is_listed=False, items=[]),
    "the evidence": lambda award: changes.share(
        award, shows_name=True, is_listed=False, items=evidence_of(award)
    ),
    "its revocation": lambda award: changes.revoke(
        award, by=coordinator_for(award.badge_class), reason=MARK
    ),
    "its issuer": lambda award: rename(Issuer)(award.badge_class),
    "an endorsement": endorse,
}


@pytest.mark.parametrize("what", CHANGES_OF_AN_AWARD)
def test_a_change_of_an_award_is_on_its_page_at_once(anybody, what):
    award = issued_award()
    changes.share(award, shows_name=True, is_listed=False, items=[])
    path = award.get_absolute_url()
    before = anybody(path).content
    with nothing_is_asked("catalog_badgeclass"):
        assert anybody(path).content == before

    CHANGES_OF_AN_AWARD[what](award)

    assert anybody(path).content != before
    if what == "its revocation":
        assert anybody(path).status_code == 410


# --- Pieces of pages ------------------------------------------------------------------------------


def test_what_a_version_says_is_drawn_once_for_all_its_awards(anybody):
    award = issued_award()
    other = issued_award(badge_class=award.badge_class)
    first = anybody(award.get_absolute_url())
    criterion = award.version.criteria.all()[0].name

    with nothing_is_asked("catalog_rubriclevel"), nothing_is_asked("catalog_alignment"):
        second = anybody(other.get_absolute_url())

    assert criterion in first.text
    assert criterion in second.text


def test_it_is_drawn_once_for_people_with_an_account_too(badge, client):
    people = [Client(), Client()]
    for person in people:
        person.force_login(UserFactory())
    assert people[0].get(badge.get_absolute_url()).status_code == 200

    with nothing_is_asked("catalog_rubriclevel"), nothing_is_asked("catalog_alignment"):
        page = people[1].get(badge.get_absolute_url())

    assert badge.current_version.criteria.all()[0].name in page.text


def test_pieces_are_in_the_language_of_the_page(badge, anybody):
    path = badge.get_absolute_url()

    english = anybody(path, accept_language="en").text
    spanish = anybody(path, accept_language="es").text

    assert "What you show" in english
    assert "What you show" not in spanish


def test_a_new_version_has_pieces_of_its_own(badge, anybody):
    old = badge.current_version.criteria.all()[0]
    assert old.name in anybody(badge.get_absolute_url()).text

    version = catalog.draft_version(badge, by=UserFactory())
    version.criteria.filter(position=old.position).update(name=MARK)
    catalog.publish(badge, by=None)

    page = anybody(badge.get_absolute_url()).text
    assert MARK in page
    assert old.name not in page


def test_nothing_of_a_draft_is_kept(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    draft = badge.versions.get()
    path = badge.get_absolute_url()
    assert client.get(path).status_code == 200

    draft.criteria.update(name=MARK)

    assert MARK in client.get(path).text
