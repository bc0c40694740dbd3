"""Every award as an Open Badge 3.0, judged also by software that we did not write."""

import base64
import json
import uuid
from datetime import timedelta

import pgtrigger
import pytest
from django.core.checks import ERROR, WARNING, run_checks
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.verifier import OB3VerificationError

from catalog import operations as catalog
from catalog.models import BadgeClass
from issuing import credentials, identity, operations, status_lists
from issuing.models import (
    Assertion,
    CredentialText,
    IssuerKey,
    PublicOrigin,
    SignedCredential,
    StatusList,
)
from issuing.models.status_lists import PLACES
from issuing.openbadges import canonical, data_integrity, signing, v3, vc_jwt
from issuing.openbadges.bitstrings import is_set
from issuing.openbadges.shapes import Shape, fill, gap
from tests.factories import BadgeFactory, DraftBadgeFactory, coordinator_for
from tests.issuing.awards import evidence_of, fetch, issued_award, revoked_award, waiting_award
from tests.issuing.outside import (
    jwt_verified_by_openbadgeslib,
    schema_errors,
    verified_by_openbadgeslib,
)

pytestmark = pytest.mark.django_db


def signed(award):
    return credentials.signed(award.public_id)


def document(award):
    return json.loads(signed(award).json)


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

    operations.share(award, shows_name=True, items=[])

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

    operations.share(award, shows_name=False, items=evidence_of(award)[:1], now=later)

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

    operations.share(award, shows_name=False, items=[item])
    shown = signed(award).json
    operations.share(award, shows_name=False, items=[])

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
        with pytest.raises(vc_jwt.TokenDoesNotHold):
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


# --- What is shared is canonicalised once ---------------------------------------------------------

ANY_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\r"), max_size=60
)


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(ANY_TEXT, min_size=4, max_size=4),
    alignments=st.integers(0, 6),
    results=st.integers(0, 4),
    shows_name=st.booleans(),
)
def test_a_filled_shape_is_byte_for_byte_the_full_procedure(texts, alignments, results, shows_name):
    def compose(values):
        return _credential(values, texts[0], alignments, results, shows_name)

    gaps = [gap(number) for number in range(6)]
    values = [
        f"https://badges.example/{uuid.uuid4()}",
        uuid.uuid4().urn,
        texts[1],
        texts[2],
        "2026-05-01T00:00:00Z",
        texts[3] or "-",
    ]
    shape = Shape(json.dumps(compose(gaps)), canonicalize=canonical.canonicalize)

    assert json.loads(fill(shape.text, values)) == compose(values)
    assert shape.canonical(values) == canonical.canonicalize(compose(values))


def _credential(values, text, alignments, results, shows_name):
    id, subject, hashed, salt, moment, name = values
    achievement = v3.Achievement(
        id="https://badges.example/badges/1",
        name=text or "-",
        description=text,
        image_url="https://badges.example/art.png",
        image_caption=text,
        criteria_url="https://badges.example/badges/1#criteria",
        criteria_narrative=text,
        alignments=tuple(
            # Some are alike: then nothing but the full procedure tells them apart.
            v3.Alignment(f"Standard {number // 2}", "https://standards.example/", text)
            for number in range(alignments)
        ),
    )
    return v3.Credential(
        id=id,
        issuer=v3.Profile("did:web:badges.example", "Juniper").document(),
        achievement=achievement.document(),
        recipient=v3.Recipient(subject, hashed, salt, name if shows_name else ""),
        valid_from=moment,
        awarded=moment,
        results=tuple(
            v3.Result(f"https://badges.example/badges/1#criterion-{number}", status="Completed")
            for number in range(results)
        ),
    ).document()


def test_both_signatures_over_text_are_those_over_documents():
    award = issued_award()
    unsigned = document(award)
    unsigned.pop("proof")
    keys = {key.kind: identity.private_key(key) for key in award.badge_class.issuer.keys.all()}
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


# --- Keys -----------------------------------------------------------------------------------------


def test_the_first_published_badge_gives_its_issuer_keys():
    badge_class = DraftBadgeFactory()
    before = badge_class.issuer.keys.count()

    catalog.publish(badge_class, by=None)

    assert before == 0
    assert set(badge_class.issuer.keys.values_list("kind", flat=True)) == {"ed25519", "rsa"}


def test_private_keys_are_sealed_and_open_only_under_their_encryption_key(settings):
    key = BadgeFactory().issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    raw = identity.private_key(key).private_bytes_raw()
    settings.KEY_ENCRYPTION_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="]

    assert raw not in bytes(key.sealed)
    with pytest.raises(identity.KeyCannotBeOpened):
        identity.private_key(key)


def test_the_encryption_key_changes_without_new_signing_keys(settings):
    key = BadgeFactory().issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    raw, old = identity.private_key(key).private_bytes_raw(), settings.KEY_ENCRYPTION_KEYS
    new = "b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMDE="

    settings.KEY_ENCRYPTION_KEYS = [new, *old]
    identity.seal_anew([key])
    settings.KEY_ENCRYPTION_KEYS = [new]

    assert identity.private_key(IssuerKey.objects.get(pk=key.pk)).private_bytes_raw() == raw


@pytest.fixture
def on_https(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True


def test_on_https_an_issuer_is_a_did_web_whose_document_lists_the_key(client, on_https):
    award = issued_award()

    told = document(award)

    issuer = award.badge_class.issuer
    did = f"did:web:badges.example.org:issuers:{issuer.public_id}"
    answer = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True)
    method = told["proof"][0]["verificationMethod"]
    assert told["issuer"]["id"] == answer.json()["id"] == did
    assert method in answer.json()["assertionMethod"]
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_without_https_the_issuer_is_its_own_key():
    told = document(issued_award())

    did = told["issuer"]["id"]
    assert did.startswith("did:key:z6Mk")
    assert told["proof"][0]["verificationMethod"] == f"{did}#{did.removeprefix('did:key:')}"


def test_new_keys_sign_and_what_the_old_ones_signed_holds(client, on_https):
    before = issued_award()
    issuer = before.badge_class.issuer

    identity.rotate(issuer, by=coordinator_for(before.badge_class))
    after = issued_award(badge_class=before.badge_class)

    listed = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True).json()
    methods = [document(award)["proof"][0]["verificationMethod"] for award in (before, after)]
    assert methods[0] != methods[1]
    assert set(methods) <= set(listed["assertionMethod"])
    kid = json.loads(base64.urlsafe_b64decode(signed(before).jwt.split(".")[0] + "=="))["kid"]
    jwk = client.get(kid.removeprefix("https://badges.example.org"), secure=True).json()
    assert (jwk["kty"], jwk["kid"], jwk["iss"]) == ("RSA", kid, document(before)["issuer"]["id"])


def test_a_revoked_key_leaves_the_document_and_our_copies_are_signed_anew(client, on_https):
    award = issued_award()
    issuer = award.badge_class.issuer
    key = issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    by = coordinator_for(award.badge_class)

    identity.revoke_key(key, by=by, reason="A copy of the server was stolen.")
    unsigned = client.get(f"/credentials/{award.public_id}", secure=True)
    credentials.sign_due(now=timezone.now())

    listed = client.get(f"/issuers/{issuer.public_id}/did.json", secure=True).json()
    method = document(award)["proof"][0]["verificationMethod"]
    assert (unsigned.status_code, unsigned["Retry-After"]) == (503, "60")
    assert key.fragment not in json.dumps(listed)
    assert method in listed["assertionMethod"]


def test_a_key_is_never_deleted_nor_changed():
    key = BadgeFactory().issuer.keys.first()

    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        key.delete()
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        IssuerKey.objects.filter(pk=key.pk).update(public_pem="another")


def test_the_first_award_keeps_the_origin_and_another_one_issues_nothing(settings):
    issued_award()
    settings.PUBLIC_ORIGIN = "http://localhost:8001"

    waiting = waiting_award(hours=0)
    count, troubled = operations.issue_batch(now=timezone.now())

    assert PublicOrigin.objects.get().origin == "http://localhost:8000"
    assert (count, troubled) == (0, [waiting.pk])
    assert Assertion.objects.get(pk=waiting.pk).status == Assertion.Status.PENDING


@pytest.mark.parametrize(("demo", "level"), [(True, WARNING), (False, ERROR)])
def test_an_installation_that_moved_says_so_when_it_starts(settings, demo, level):
    issued_award()
    at_home = run_checks(tags=["database"], databases=["default"])
    settings.PUBLIC_ORIGIN, settings.DEMO = "https://elsewhere.example.org", demo

    (finding,) = run_checks(tags=["database"], databases=["default"])

    assert at_home == []
    assert finding.level == level
    assert "set it back to http://localhost:8000" in finding.msg


# --- Status lists ---------------------------------------------------------------------------------


def bit_of(award):
    told = json.loads(StatusList.objects.get(pk=award.status_list_id).signed)
    return is_set(told["credentialSubject"]["encodedList"], award.status_index)


def test_revoking_sets_the_bit_of_this_award_alone():
    badge_class = BadgeFactory()
    kept = issued_award(badge_class=badge_class)
    before = bit_of(kept)

    revoked = revoked_award(badge_class=badge_class)

    assert (before, bit_of(kept), bit_of(revoked)) == (False, False, True)
    assert kept.status_list == revoked.status_list


def test_a_status_list_is_signed_by_its_issuer_and_says_until_when_it_holds(client):
    award = issued_award()

    answer = fetch(client, document(award)["credentialStatus"]["statusListCredential"])

    told = json.loads(answer.content)
    (proof,) = told.pop("proof")
    key = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.ED25519)
    data_integrity.verify(told, proof, identity.public_key(key))
    assert told["issuer"] == document(award)["issuer"]["id"]
    assert told["validUntil"] > told["validFrom"]
    assert answer["Cache-Control"] == "public, max-age=60"


def test_a_revoked_award_is_gone_in_every_form_and_nothing_of_the_person_is_left(client):
    award = revoked_award(reason="Issued by mistake.")

    answers = [
        client.get(path, headers={"Accept": "application/json"})
        for path in (
            f"/credentials/{award.public_id}",
            f"/credentials/{award.public_id}.jwt",
            f"/assertions/{award.public_id}",
        )
    ]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert all("Issued by mistake." in answer.content.decode() for answer in answers)
    assert not any(award.salt in answer.content.decode() for answer in answers)
    assert not SignedCredential.objects.filter(assertion=award).exists()


def test_when_a_list_is_full_the_next_award_opens_another():
    first = issued_award()
    StatusList.objects.filter(pk=first.status_list_id).update(given_out=PLACES)

    second = issued_award(badge_class=first.badge_class)

    assert [s.number for s in StatusList.objects.all()] == [1, 2]
    assert second.status_list.number == 2
    assert (
        document(second)["credentialStatus"]["statusListCredential"]
        != (document(first)["credentialStatus"]["statusListCredential"])
    )


def test_a_place_is_never_given_twice():
    first = issued_award()
    second = waiting_award(badge_class=first.badge_class)

    keeps = "issuing.Assertion:assertion_keeps_its_place_in_the_status_list"
    with pgtrigger.ignore(keeps), pytest.raises(IntegrityError), transaction.atomic():
        Assertion.objects.filter(pk=second.pk).update(
            status_list=first.status_list, status_index=first.status_index
        )
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Assertion.objects.filter(pk=first.pk).update(status_index=first.status_index ^ 1)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        StatusList.objects.update(given_out=0)


def test_lists_are_signed_again_long_before_they_run_out():
    award = issued_award()
    status_lists.sign_due(now=timezone.now())
    before = StatusList.objects.get().signed_at
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)

    signed_early = status_lists.sign_due(now=timezone.now())
    signed_again = status_lists.sign_due(now=tomorrow)

    assert (signed_early, signed_again) == (0, 1)
    assert StatusList.objects.get().signed_at > before
    assert bit_of(award) is False


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
