"""Every award as an Open Badge 3.0, judged also by software that we did not write."""

import base64
import json
from datetime import timedelta

import pytest
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
from tests.issuing.outside import (
    jwt_verified_by_openbadgeslib,
    schema_errors,
    verified_by_openbadgeslib,
)

pytestmark = pytest.mark.django_db


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def rsa_pem(award):
    issuer = award.badge_class.issuer
    return issuer.keys.get(kind=IssuerKey.Kind.RSA, revoked_at=None, retired_at=None).public_pem


# --- One award, two badges ------------------------------------------------------------------------


def test_every_award_fits_the_official_schema():
    assert schema_errors(document(issued_award())) == []


def test_other_software_verifies_both_proofs():
    award = issued_award()

    by_proof = verified_by_openbadgeslib(signed(award).json)
    by_jwt = jwt_verified_by_openbadgeslib(signed(award).jwt, rsa_pem(award))

    assert by_proof.achievement.name == by_jwt.achievement.name == award.version.name
    assert by_proof.id == by_jwt.id == f"http://localhost:8000/credentials/{award.public_id}"


def test_what_is_signed_is_what_the_full_procedure_signs():
    award = issued_award()
    unsigned = document(award)
    (proof,) = unsigned.pop("proof")
    key = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.ED25519)

    data_integrity.verify(unsigned, proof, identity.public_key(key))

    assert payload(signed(award).jwt) == vc_jwt.claims(unsigned)


def test_the_credential_says_all_that_is_on_record():
    award = issued_award()

    told = document(award)

    subject, achievement = told["credentialSubject"], told["credentialSubject"]["achievement"]
    assert told["name"] == achievement["name"] == award.version.name
    assert told["awardedDate"] == told["validFrom"]
    assert "validUntil" not in told
    assert achievement["id"] == f"http://localhost:8000/badge-classes/{award.version.public_id}"
    assert achievement["achievementType"] == "MicroCredential"
    assert achievement["inLanguage"], achievement["version"] == ("en", "1")
    assert achievement["image"]["caption"] == "A balance with a phone and a leaf."
    assert [each["name"] for each in achievement["resultDescription"]] == [
        "Plan a lesson",
        "Teach it",
        "Share it",
    ]
    assert [each["status"] for each in subject["result"]] == ["Completed"] * 3
    assert subject["source"]["name"] == award.badge_class.issuer.agency.name
    assert told["credentialStatus"]["statusListIndex"] == str(award.status_index)


def test_nobody_is_named_unless_they_show_their_name():
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


def test_shared_evidence_is_signed_with_the_badge_and_a_later_date_supersedes_the_old():
    award = issued_award()
    later = timezone.now() + timedelta(days=3)
    first = document(award)

    changes.share(award, shows_name=False, items=evidence_of(award)[:1], now=later)

    told = document(award)
    assert len(told["evidence"]) == 1
    assert told["validFrom"] > told["awardedDate"] == first["awardedDate"]
    assert told["id"] == first["id"]
    assert schema_errors(told) == []
    with pytest.raises(OB3VerificationError):  # not before the day from which it holds
        verified_by_openbadgeslib(signed(award).json)


def test_evidence_that_is_hidden_again_is_nowhere_kept_in_a_signed_form():
    award = issued_award()
    item = next(item for item in evidence_of(award) if item.text)

    changes.share(award, shows_name=False, items=[item])
    shown = signed(award).json
    changes.share(award, shows_name=False, items=[])

    assert item.text in shown
    assert not CredentialText.objects.filter(text__contains=item.text).exists()


def test_the_awards_of_one_badge_share_one_text():
    badge_class = BadgeFactory()

    awards = [issued_award(badge_class=badge_class) for _ in range(3)]

    assert len({award.signed.text_id for award in awards}) == 1
    assert len({signed(award).json for award in awards}) == 3


def test_a_badge_that_ends_says_until_when():
    badge_class = BadgeFactory(valid_months=24)

    award = issued_award(badge_class=badge_class)

    told = document(award)
    assert told["validUntil"][:4] == str(award.issued_on.year + 2)
    assert payload(signed(award).jwt)["exp"] == int(award.expires.timestamp())
    assert schema_errors(told) == []
    verified_by_openbadgeslib(signed(award).json)


def test_units_are_credits_and_hours_stand_beside_them():
    badge_class = BadgeFactory(version={"hours": 15, "units": "1.5"})

    told = document(issued_award(badge_class=badge_class))

    subject = told["credentialSubject"]
    assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == 1.5
    assert subject["result"][-1] == {
        "type": ["Result"],
        "resultDescription": subject["achievement"]["id"] + "#hours",
        "value": "15",
    }
    assert schema_errors(told) == []


# --- Tampering ------------------------------------------------------------------------------------


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_with_any_one_character_changed_neither_form_verifies(data, two_forms):
    credential, token, key, pem = two_forms
    text = (credential, token)[data.draw(st.integers(0, 1))]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("aZ0x").filter(lambda character: character != text[at]))
    changed = text[:at] + other + text[at + 1 :]

    if text == token:
        with pytest.raises(vc_jwt.InvalidToken):
            vc_jwt.verify(changed, pem)
    else:
        assert not _holds(changed, key)


def _holds(text, key):
    try:
        read = json.loads(text)
        (proof,) = read.pop("proof")
        data_integrity.verify(read, proof, key)
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    return True


@pytest.fixture
def two_forms():
    award = issued_award()
    keys = {key.kind: identity.public_key(key) for key in award.badge_class.issuer.keys.all()}
    both = signed(award)
    return both.json, both.jwt, keys[IssuerKey.Kind.ED25519], keys[IssuerKey.Kind.RSA]


# --- What is shared is written once ---------------------------------------------------------------


def test_a_badge_whose_words_look_like_a_gap_is_signed_as_it_is_written():
    draft = DraftBadgeFactory()
    draft.versions.update(description="We call it urn:gap:3: here.")
    catalog.publish(draft, by=None)

    told = document(issued_award(badge_class=BadgeClass.objects.get(pk=draft.pk)))

    achievement = told["credentialSubject"]["achievement"]
    assert achievement["description"] == "We call it urn:gap:3: here."


def test_a_name_that_is_shown_and_not_known_yet_is_left_out():
    person = UserFactory(name="", joined_at=None, invited_at=timezone.now())
    version = BadgeFactory().current_version
    grant_all([Grant(person, version, GrantSource.LIST, key="1")], by=None)
    Assertion.objects.update(shows_name=True)

    issue_batch(now=timezone.now())

    [identity] = document(Assertion.objects.get())["credentialSubject"]["identifier"]
    assert identity["identityType"] == "emailAddress"


def test_both_signatures_over_text_are_those_over_documents():
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
        text, kid="https://badges.example/key", signature=signatory.jwt_signature(digests)
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
def test_a_program_gets_the_form_it_asks_for(client, accept, given):
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


def test_a_browser_comes_to_the_page(client):
    award = issued_award()

    answer = client.get(f"/credentials/{award.public_id}", headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Location"]) == (303, f"/awards/{award.public_id}/")


def test_what_waits_has_no_credential(client):
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
