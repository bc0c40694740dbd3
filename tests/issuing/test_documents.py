"""The Open Badges 2.0 documents as software gets them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from catalog import operations as catalog
from issuing import addresses
from issuing.awards.operations import changes
from issuing.models import Assertion
from openbadges import v2
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import (
    evidence_of,
    expired_award,
    fetch,
    fetch_document,
    issued_award,
    revoked_award,
    waiting_award,
)
from tests.verification.strict_verifier import verify

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def test_a_strict_verifier_accepts_the_three_documents(client):
    award = issued_award(earner=UserFactory(email="rosa.alvarez@school.example"))

    assertion = verify(
        client, addresses.assertion_id(award.public_id), "rosa.alvarez@school.example"
    )

    assert assertion["id"] == f"http://localhost:8000/assertions/{award.public_id}"
    assert assertion["image"] == f"http://localhost:8000/assertions/{award.public_id}/badge.png"


def test_the_document_of_an_expiring_badge_has_its_expiry_date(client):
    award = expired_award()

    assertion = verify(client, addresses.assertion_id(award.public_id), award.recipient_email)

    assert assertion["expires"].endswith("Z")


def test_the_badge_class_document_is_complete(client):
    badge = BadgeFactory(version={"tags": ["media", "balance"], "language": "es"})
    version = badge.current_version

    document = fetch_document(client, addresses.badge_class_id(version.public_id))

    id = f"http://localhost:8000/badge-classes/{version.public_id}"
    assert document == {
        "@context": "https://w3id.org/openbadges/v2",
        "id": id,
        "type": "BadgeClass",
        "name": version.name,
        "description": "Teach students to notice how they spend their time on screens.",
        "image": {
            "id": f"http://localhost:8000/art/{version.public_id}.png",
            "caption": "A balance with a phone and a leaf.",
        },
        "criteria": {
            "id": f"{id}#criteria",
            "narrative": "You plan, teach and reflect on **three lessons** on media balance.\n\n"
            "1. **Plan a lesson**: The plan names an aim that students can say in their own "
            "words.\n\n   Evidence: The lesson plan, as a file or a link.\n\n"
            "2. **Teach it**: Students worked on the aim.\n\n"
            "   Evidence: Two pieces of student work without names.\n\n"
            "3. **Share it** (optional): A colleague has used your plan.\n\n"
            "   Evidence: What your colleague told you.",
        },
        "issuer": f"http://localhost:8000/issuers/{badge.issuer.public_id}",
        "@language": "es",
        "version": "1",
        "alignment": [
            {
                "type": "AlignmentObject",
                "targetName": "Citizen",
                "targetUrl": "https://standards.example/educators",
                "targetFramework": "Standards for Educators",
                "targetCode": "2.3",
            }
        ],
        "tags": ["media", "balance"],
    }


def test_versions_are_related_and_an_award_keeps_its_version(client):
    award = issued_award()
    coordinator = coordinator_for(award.badge_class)
    draft = catalog.draft_version(award.badge_class, by=coordinator)
    catalog.edit_version(draft, name="Another name")
    hidden = fetch(client, addresses.badge_class_id(draft.public_id))

    catalog.publish(award.badge_class, by=coordinator)

    old = fetch_document(client, addresses.badge_class_id(award.version.public_id))
    assertion = fetch_document(client, addresses.assertion_id(award.public_id))
    assert hidden.status_code == 404
    assert assertion["badge"] == old["id"]
    assert old["name"] == award.version.name
    assert old["related"] == [{"id": addresses.badge_class_id(draft.public_id), "version": "2"}]


def test_only_shared_evidence_is_in_the_document(client):
    award = issued_award()
    first, second = evidence_of(award)
    address = addresses.assertion_id(award.public_id)
    before = fetch_document(client, address)

    changes.share(award, shows_name=False, items=[second])

    assert "evidence" not in before
    assert fetch_document(client, address)["evidence"] == [
        {
            "type": "Evidence",
            "name": second.criterion.name,
            "narrative": second.text,
            "genre": second.criterion.name,
        }
    ]
    assert first.text not in fetch(client, address).content.decode()


def test_the_hosted_document_takes_one_query_and_one_more_for_shared_evidence(
    client, django_assert_num_queries
):
    award = issued_award()

    with django_assert_num_queries(1):
        fetch_document(client, addresses.assertion_id(award.public_id))
    changes.share(award, shows_name=False, items=evidence_of(award))
    with django_assert_num_queries(2):
        fetch_document(client, addresses.assertion_id(award.public_id))


def test_a_revoked_award_returns_410_with_the_reason_and_no_personal_data(client):
    award = revoked_award(reason="Issued twice.")

    answer = fetch(client, addresses.assertion_id(award.public_id))

    assert answer.status_code == 410
    assert json.loads(answer.content) == {
        "@context": "https://w3id.org/openbadges/v2",
        "id": f"http://localhost:8000/assertions/{award.public_id}",
        "type": "Assertion",
        "revoked": True,
        "revocationReason": "Issued twice.",
    }


@pytest.mark.parametrize("act", ["none", "hold", "cancel"])
def test_an_award_that_is_not_issued_returns_404(client, act):
    award = waiting_award()
    if act != "none":
        coordinator = coordinator_for(award.badge_class)
        getattr(changes, act)(award, by=coordinator, reason="Let me look.")

    for address in (
        addresses.assertion_id(award.public_id),
        addresses.baked_image(award.public_id),
        addresses.absolute(award.get_absolute_url()),
        f"http://localhost:8000/awards/{award.public_id}/card.png",
    ):
        assert fetch(client, address).status_code == 404


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json, application/ld+json;q=0.5", "application/json"),
        ("application/json, text/plain, */*", "application/ld+json"),
        (
            "application/ld+json, application/json, image/png, image/svg+xml",
            "application/ld+json",
        ),
        ("application/*", "application/ld+json"),
        ("image/png", "application/ld+json"),
        ("application/json;q=nonsense", "application/ld+json"),
        # The default headers of current and older versions of Java.
        ("text/html, image/gif, image/jpeg, */*; q=0.2", "application/ld+json"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/ld+json"),
        ("text/html", "page"),
        (BROWSER, "page"),
    ],
)
def test_software_gets_json_and_browsers_the_page(client, accept, answered):
    award = issued_award()
    headers = {"Accept": accept} if accept else {}

    answer = client.get(f"/assertions/{award.public_id}", headers=headers)

    if answered == "page":
        assert answer.status_code == 303
        assert answer.headers["Location"] == award.get_absolute_url()
    else:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == answered
    assert "Accept" in answer.headers["Vary"].split(", ")
    assert "Cookie" not in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


def test_every_response_allows_any_origin(client):
    award, revoked = issued_award(), revoked_award()
    version, issuer = award.version, award.badge_class.issuer
    expected = {
        f"/assertions/{award.public_id}": 200,
        f"/assertions/{award.public_id}/badge.png": 200,
        f"/assertions/{revoked.public_id}": 410,
        f"/assertions/{revoked.public_id}/badge.png": 410,
        f"/badge-classes/{version.public_id}": 200,
        f"/issuers/{issuer.public_id}": 200,
        "/assertions/00000000-0000-4000-8000-000000000000": 404,
        "/assertions/nonsense": 404,
        "/badge-classes/00000000-0000-4000-8000-000000000000": 404,
        "/issuers/nonsense/": 404,
    }

    answers = {path: client.get(path) for path in expected}
    preflights = {path: client.options(path) for path in expected}

    assert {path: answer.status_code for path, answer in answers.items()} == expected
    for answer in [*answers.values(), *preflights.values()]:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    assert {answer.status_code for answer in preflights.values()} == {204}
    methods = {answer.headers["Access-Control-Allow-Methods"] for answer in preflights.values()}
    assert methods == {"GET, HEAD, OPTIONS"}


def test_head_equals_get_without_the_body(client):
    award = issued_award()

    for path in (f"/assertions/{award.public_id}", f"/assertions/{award.public_id}/badge.png"):
        get, head = client.get(path), client.head(path)

        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["ETag"] == get.headers["ETag"]
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_unchanged_documents_return_304(client):
    award = issued_award()

    for path in (f"/assertions/{award.public_id}", f"/assertions/{award.public_id}/badge.png"):
        etag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": etag})

        assert again.status_code == 304
        assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_a_revoked_award_never_returns_304(client):
    award = issued_award()
    path = f"/assertions/{award.public_id}"
    etag = client.get(path).headers["ETag"]

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 410
    assert client.get(f"{path}/badge.png", headers={"If-None-Match": etag}).status_code == 410


@pytest.mark.parametrize("tail", ["", "/badge.png"])
def test_documents_are_read_only(tail):
    award = issued_award()
    program = Client(enforce_csrf_checks=True)

    for method in (program.post, program.put, program.delete):
        answer = method(f"/assertions/{award.public_id}{tail}")

        assert (answer.status_code, answer.content) == (405, b"")
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert Assertion.objects.get().status == Assertion.Status.ISSUED


def test_signed_in_people_get_the_same_document():
    award = issued_award()
    someone = Client()
    someone.force_login(award.recipient)
    path = f"/assertions/{award.public_id}"

    assert someone.get(path).content == Client().get(path).content


def test_control_characters_are_removed_from_documents():
    # The editor refuses them now, but older published versions may contain some.
    badge_class = v2.BadgeClass(
        id="https://badges.example.org/badge-classes/1",
        name="Form\x0cfeed\x7f",
        description="One.",
        image_url="https://badges.example.org/art.png",
        image_caption="",
        criteria_url="https://badges.example.org/badge-classes/1#criteria",
        criteria_narrative="",
        issuer_id="https://badges.example.org/issuers/1",
        tags=("a\x08b", "\x07"),
    )

    document = badge_class.document()

    assert document["name"] == "Formfeed"
    assert document["tags"] == ["ab"]


def test_badge_and_issuer_have_pages_for_people(client):
    award = issued_award()
    issuer = award.badge_class.issuer

    version_page = client.get(
        f"/badge-classes/{award.version.public_id}", headers={"Accept": BROWSER}
    )
    issuer_page = client.get(f"/issuers/{issuer.public_id}", headers={"Accept": BROWSER})

    assert award.version.name in version_page.content.decode()
    assert "Two pieces of student work" in version_page.content.decode()
    assert issuer.name in issuer_page.content.decode()
