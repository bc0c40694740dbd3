"""Issuers' keys: created, encrypted, rotated and revoked; and the pinned public origin."""

import json

import pytest
from django.core.checks import ERROR, WARNING, run_checks
from django.db import transaction
from django.utils import timezone

from catalog import operations as catalog
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.keys.operations import reseal_keys, revoke_key, rotate
from issuing.keys.sealing import KeyCannotBeOpened, private_key
from issuing.models import Assertion, IssuerKey, PublicOrigin
from openbadges import vc_jwt
from tests.factories import BadgeFactory, DraftBadgeFactory, coordinator_for
from tests.issuing.awards import document, issued_award, signed, waiting_award

pytestmark = pytest.mark.django_db


def test_the_first_published_badge_gives_its_issuer_keys():
    badge_class = DraftBadgeFactory()
    before = badge_class.issuer.keys.count()

    catalog.publish(badge_class, by=None)

    assert before == 0
    assert set(badge_class.issuer.keys.values_list("kind", flat=True)) == {"ed25519", "rsa"}


def test_private_keys_are_encrypted_and_need_their_encryption_key(settings):
    key = BadgeFactory().issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    raw = private_key(key).private_bytes_raw()
    settings.KEY_ENCRYPTION_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="]

    assert raw not in bytes(key.sealed)
    with pytest.raises(KeyCannotBeOpened):
        private_key(key)


def test_the_encryption_key_can_change_without_new_signing_keys(settings):
    key = BadgeFactory().issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    raw, old = private_key(key).private_bytes_raw(), settings.KEY_ENCRYPTION_KEYS
    new = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="

    settings.KEY_ENCRYPTION_KEYS = [new, *old]
    reseal_keys([key])
    settings.KEY_ENCRYPTION_KEYS = [new]

    assert private_key(IssuerKey.objects.get(pk=key.pk)).private_bytes_raw() == raw


@pytest.fixture
def on_https(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True


def test_with_https_an_issuer_is_a_did_web_whose_document_lists_the_key(client, on_https):
    award = issued_award()

    credential = document(award)

    issuer = award.badge_class.issuer
    did = f"did:web:badges.example.org:issuers:{issuer.public_id}"
    answer = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True)
    method = credential["proof"][0]["verificationMethod"]
    assert credential["issuer"]["id"] == answer.json()["id"] == did
    assert method in answer.json()["assertionMethod"]
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_without_https_an_issuer_is_the_did_key_of_its_first_key():
    credential = document(issued_award())

    did = credential["issuer"]["id"]
    assert did.startswith("did:key:z6Mk")
    assert credential["proof"][0]["verificationMethod"] == f"{did}#{did.removeprefix('did:key:')}"


def test_after_rotation_new_keys_sign_and_old_signatures_stay_valid(client, on_https):
    before = issued_award()
    issuer = before.badge_class.issuer

    rotate(issuer, by=coordinator_for(before.badge_class))
    after = issued_award(badge_class=before.badge_class)

    listed = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True).json()
    methods = [document(award)["proof"][0]["verificationMethod"] for award in (before, after)]
    assert methods[0] != methods[1]
    assert set(methods) <= set(listed["assertionMethod"])
    kids = {vc_jwt.read(signed(award).jwt)[0]["kid"] for award in (before, after)}
    assert len(kids) == 2
    assert kids <= set(listed["assertionMethod"])


def test_a_revoked_key_leaves_the_did_document_and_local_credentials_are_signed_again(
    client, on_https
):
    award = issued_award()
    issuer = award.badge_class.issuer
    key = issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    by = coordinator_for(award.badge_class)

    revoke_key(key, by=by, reason="A copy of the server was stolen.")
    unsigned = client.get(f"/credentials/{award.public_id}", secure=True)
    credentials.sign_due(now=timezone.now())

    listed = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True).json()
    method = document(award)["proof"][0]["verificationMethod"]
    assert (unsigned.status_code, unsigned["Retry-After"]) == (503, "60")
    assert key.fragment not in json.dumps(listed)
    assert method in listed["assertionMethod"]


def test_keys_can_be_neither_deleted_nor_changed():
    key = BadgeFactory().issuer.keys.first()

    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        key.delete()
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        IssuerKey.objects.filter(pk=key.pk).update(public_pem="another")


def test_the_first_award_pins_the_origin_and_nothing_is_issued_at_another(settings):
    issued_award()
    settings.PUBLIC_ORIGIN = "http://localhost:8001"

    waiting = waiting_award(hours=0)
    count, troubled = issue_batch(now=timezone.now())

    assert PublicOrigin.objects.get().origin == "http://localhost:8000"
    assert (count, troubled) == (0, [waiting.pk])
    assert Assertion.objects.get(pk=waiting.pk).status == Assertion.Status.PENDING


@pytest.mark.parametrize(("demo", "level"), [(True, WARNING), (False, ERROR)])
def test_a_changed_origin_is_reported_at_startup(settings, demo, level):
    issued_award()
    findings_before = run_checks(tags=["database"], databases=["default"])
    settings.PUBLIC_ORIGIN, settings.DEMO = "https://elsewhere.example.org", demo

    (finding,) = run_checks(tags=["database"], databases=["default"])

    assert findings_before == []
    assert finding.level == level
    assert "set it back to http://localhost:8000" in finding.msg
