"""Awards as Open Badges 3.0 credentials, verified also by third-party software."""

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.verifier import OB3VerificationError

from catalog import operations as catalog
from catalog.models import BadgeClass
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.keys import identity
from issuing.keys.sealing import private_key
from issuing.models import Assertion, CredentialText, IssuerKey
from issuing.states import GrantSource
from openbadges import canonical, data_integrity, signing, v3, vc_jwt
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory
from tests.issuing.awards import document, evidence_of, issued_award, signed, waiting_award
from tests.issuing.third_party import (
    jwt_verified_by_openbadgeslib,
    schema_errors,
    verified_by_openbadgeslib,
)

pytestmark = pytest.mark.django_db


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_signed_award_fits_the_official_schema():
    assert schema_errors(document(issued_award())) == []


@pytest.mark.parametrize("origin", ["https://badges.example.org", "http://localhost:8000"])
def test_other_software_verifies_both_proofs_by_the_issuers_did(settings, client, origin):
    settings.PUBLIC_ORIGIN = origin
    award = issued_award()

    def download(url):
        return client.get(url.removeprefix(origin), secure=True).content

    did = document(award)["issuer"]["id"]
    by_proof = verified_by_openbadgeslib(signed(award).json, did=did, download=download)
    by_jwt = jwt_verified_by_openbadgeslib(signed(award).jwt, did=did, download=download)

    assert by_proof.achievement.name == by_jwt.achievement.name == award.version.name
    assert by_proof.id == by_jwt.id == f"{origin}/credentials/{award.public_id}"


def test_the_signatures_equal_those_over_the_full_document():
    award = issued_award()
    unsigned = document(award)
    (proof,) = unsigned.pop("proof")
    key = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.ED25519)

    data_integrity.verify(unsigned, proof, identity.public_key(key))

    assert payload(signed(award).jwt) == vc_jwt.claims(unsigned)


def test_the_credential_is_complete():
    award = issued_award()

    credential = document(award)

    subject, achievement = (
        credential["credentialSubject"],
        credential["credentialSubject"]["achievement"],
    )
    assert credential["name"] == achievement["name"] == award.version.name
    assert credential["awardedDate"] == credential["validFrom"]
    assert "validUntil" not in credential
    assert achievement["id"] == f"http://localhost:8000/badge-classes/{award.version.public_id}"
    assert achievement["achievementType"] == "MicroCredential"
    assert achievement["inLanguage"], achievement["version"] == ("en", "1")
    assert achievement["image"]["caption"] == "A balance with a phone and a leaf."
    assert [item["name"] for item in achievement["resultDescription"]] == [
        "Plan a lesson",
        "Teach it",
        "Share it",
    ]
    assert [item["status"] for item in subject["result"]] == ["Completed"] * 3
    assert subject["source"]["name"] == award.badge_class.issuer.agency.name
    assert credential["credentialStatus"]["statusListIndex"] == str(award.status_index)


def test_the_credential_contains_the_name_only_if_the_earner_shows_it():
    award = issued_award()
    before = signed(award).json

    changes.share(award, shows_name=True, items=[])

    assert award.recipient_name not in before
    assert award.recipient_email not in signed(award).json
    assert document(award)["credentialSubject"]["identifier"][1] == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": award.recipient_name,
        "identityType": "name",
    }
    assert schema_errors(document(award)) == []
    verified_by_openbadgeslib(signed(award).json)


def test_sharing_evidence_signs_the_badge_again_with_a_later_date():
    award = issued_award()
    later = timezone.now() + timedelta(days=3)
    first = document(award)

    changes.share(award, shows_name=False, items=evidence_of(award)[:1], now=later)

    credential = document(award)
    assert len(credential["evidence"]) == 1
    assert credential["validFrom"] > credential["awardedDate"] == first["awardedDate"]
    assert credential["id"] == first["id"]
    assert schema_errors(credential) == []
    with pytest.raises(OB3VerificationError):  # `validFrom` is in the future
        verified_by_openbadgeslib(signed(award).json)


def test_evidence_that_is_hidden_again_is_deleted_from_signed_forms():
    award = issued_award()
    item = next(item for item in evidence_of(award) if item.text)

    changes.share(award, shows_name=False, items=[item])
    shown = signed(award).json
    changes.share(award, shows_name=False, items=[])

    assert item.text in shown
    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_the_awards_of_one_badge_share_one_stored_text():
    badge_class = BadgeFactory()

    awards = [issued_award(badge_class=badge_class) for _ in range(3)]

    assert len({award.signed.text_id for award in awards}) == 1
    assert len({signed(award).json for award in awards}) == 3


def test_a_badge_that_expires_has_its_date_in_both_forms():
    badge_class = BadgeFactory(valid_months=24)

    award = issued_award(badge_class=badge_class)

    credential = document(award)
    assert credential["validUntil"][:4] == str(award.issued_on.year + 2)
    assert payload(signed(award).jwt)["exp"] == int(award.expires.timestamp())
    assert schema_errors(credential) == []
    verified_by_openbadgeslib(signed(award).json)


def test_units_are_credits_and_hours_are_a_result():
    badge_class = BadgeFactory(version={"hours": 15, "units": "1.5"})

    credential = document(issued_award(badge_class=badge_class))

    subject = credential["credentialSubject"]
    assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == 1.5
    assert subject["result"][-1] == {
        "type": ["Result"],
        "resultDescription": subject["achievement"]["id"] + "#hours",
        "value": "15",
    }
    assert schema_errors(credential) == []


# --- Tampering ------------------------------------------------------------------------------------


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_neither_form_verifies_after_changing_any_character(data, both_forms):
    credential, token, key, pem = both_forms
    text = (credential, token)[data.draw(st.integers(0, 1))]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("aZ0x").filter(lambda character: character != text[at]))
    changed = text[:at] + other + text[at + 1 :]

    if text == token:
        with pytest.raises(vc_jwt.InvalidToken):
            vc_jwt.verify(changed, pem)
    else:
        assert not _verifies(changed, key)


def _verifies(text, key):
    try:
        read = json.loads(text)
        (proof,) = read.pop("proof")
        data_integrity.verify(read, proof, key)
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    return True


@pytest.fixture
def both_forms():
    award = issued_award()
    keys = {key.kind: identity.public_key(key) for key in award.badge_class.issuer.keys.all()}
    both = signed(award)
    return both.json, both.jwt, keys[IssuerKey.Kind.ED25519], keys[IssuerKey.Kind.RSA]


# --- Credential templates -------------------------------------------------------------------------


def test_text_of_a_badge_that_looks_like_a_placeholder_stays_unchanged():
    draft = DraftBadgeFactory()
    draft.versions.update(description="We call it urn:gap:3: here.")
    catalog.publish(draft, by=None)

    credential = document(issued_award(badge_class=BadgeClass.objects.get(pk=draft.pk)))

    achievement = credential["credentialSubject"]["achievement"]
    assert achievement["description"] == "We call it urn:gap:3: here."


def test_a_name_that_is_not_known_yet_is_omitted():
    person = UserFactory(name="", joined_at=None, invited_at=timezone.now())
    version = BadgeFactory().current_version
    grant_all([Grant(person, version, GrantSource.LIST, key="1")], by=None)
    Assertion.objects.update(shows_name=True)

    issue_batch(now=timezone.now())

    [identity] = document(Assertion.objects.get())["credentialSubject"]["identifier"]
    assert identity["identityType"] == "emailAddress"


def test_signatures_over_text_equal_those_over_documents():
    award = issued_award()
    unsigned = document(award)
    unsigned.pop("proof")
    keys = {key.kind: private_key(key) for key in award.badge_class.issuer.keys.all()}
    text = json.dumps(unsigned, ensure_ascii=False, separators=(",", ":"))
    signatory = signing.Signatory(
        integrity_key=keys["ed25519"],
        method="did:web:badges.example#key",
        jwt_key=keys["rsa"],
        kid="https://badges.example/key",
        created=award.issued_on,
        context=v3.CONTEXT,
    )

    registered = signing.registered_claims(
        iss=unsigned["issuer"]["id"],
        jti=unsigned["id"],
        sub=unsigned["credentialSubject"]["id"],
        valid_from=award.issued_on,
        valid_until=None,
    )

    digests = signatory.digests(text, canonical.canonicalize(unsigned), registered)
    proof = json.loads(signatory.proof(digests))
    token = signing.jwt(
        text,
        unsigned,
        algorithm="RS256",
        kid="https://badges.example/key",
        signature=signatory.jwt_signature(digests),
    )

    assert data_integrity.sign(
        unsigned,
        key=keys["ed25519"],
        method="did:web:badges.example#key",
        created=award.issued_on,
    )["proof"] == [proof]
    assert vc_jwt.verify(token, keys["rsa"].public_key()) == vc_jwt.claims(unsigned)


# --- Serving --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/ld+json"),
        ("application/ld+json, application/json, image/png, image/svg+xml", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/vc", "application/vc"),
        ("application/vc+ld+json", "application/vc+ld+json"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("text/plain", "text/plain"),
    ],
)
def test_software_gets_the_form_it_asks_for(client, accept, given):
    award = issued_award()

    answer = client.get(f"/credentials/{award.public_id}", headers={"Accept": accept})

    is_jwt = given in {"application/vc+jwt", "text/plain"}
    assert answer["Content-Type"] == given
    assert answer.content.decode() == (signed(award).jwt if is_jwt else signed(award).json)
    assert "Accept" in answer["Vary"].split(", ")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get(
        f"/credentials/{award.public_id}",
        headers={"Accept": accept, "If-None-Match": answer["ETag"]},
    ).status_code == 304  # fmt: skip


def test_a_browser_is_redirected_to_the_page(client):
    award = issued_award()

    answer = client.get(f"/credentials/{award.public_id}", headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Location"]) == (303, f"/awards/{award.public_id}/")


def test_a_pending_award_has_no_credential(client):
    award = waiting_award()

    answer = client.get(f"/credentials/{award.public_id}")

    assert answer.status_code == 404
    assert BadgeClass.objects.count() == 1


def test_the_address_of_a_credential_stays_when_its_badge_is_renamed_and_retired():
    award = issued_award()
    before = signed(award)
    badge_class = award.badge_class

    catalog.retire(badge_class, by=None)

    assert signed(award) == before


def test_a_signed_credential_is_read_with_one_query(client, django_assert_num_queries):
    award = issued_award()

    with django_assert_num_queries(1):
        client.get(f"/credentials/{award.public_id}", headers={"Accept": "*/*"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [("issuing:credential", "json"), ("issuing:credential_jwt", "jwt"), ("issuing:baked", "png")],
)
def test_downloads_are_named_after_the_badge(client, name, kind):
    award = issued_award(badge_class=BadgeFactory(slug="learning-with-ai"))

    plain = client.get(reverse(name, args=[award.public_id]))
    saved = client.get(reverse(name, args=[award.public_id]) + "?download")

    assert "Content-Disposition" not in plain
    assert saved["Content-Disposition"] == (f'attachment; filename="learning-with-ai-badge.{kind}"')
