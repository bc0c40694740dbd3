"""Every signature names its key as the issuer's DID document does, letter by letter.

And what was signed stays at the origin it was signed under, whatever PUBLIC_ORIGIN says later.
"""

import contextlib
import json
from urllib.parse import unquote

import jwt
import pytest
from django.utils import timezone

from issuing import addresses
from issuing.awards.operations import changes
from issuing.awards.share_links import share_links
from issuing.documents import operations as credentials
from issuing.endorsements import operations as endorsing
from issuing.keys.operations import OriginMoved, can_rotate
from issuing.models import IssuerKey, SignedCredential, StatusList
from issuing.status_lists import operations as status_lists
from openbadges import baking, data_integrity, dids, multikeys, vc_jwt
from reporting import issued_table
from reporting.periods import Period
from tests.factories import BadgeFactory, UserFactory
from tests.issuing.awards import document, issued_award, signed
from verification import verifier

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "Cedar University",
    "url": "https://cedar.example",
    "about": "A university.",
    "comment": "We count this badge as a unit.",
}


@pytest.fixture
def on_https(settings):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = "https://badges.example.org", True


@pytest.fixture
def by_mistake(settings):
    """The setting of somebody who tries something out on the server's database."""

    def set_to(origin="http://localhost:8000"):
        settings.PUBLIC_ORIGIN = origin
        settings.SERVED_SECURELY = origin.startswith("https://")

    return set_to


def shown_award():
    """An award that others may endorse, because its earner shows it."""
    award = issued_award()
    changes.share(award, shows_name=True, items=[])
    award.refresh_from_db()
    return award


def endorsed(target, *, by=None):
    offer = endorsing.offer(target, by=by or UserFactory(), **WORDS)
    endorsing.accept(offer, by=offer.endorser)
    return offer


def of_issuer(client, award, path):
    address = f"/issuers/{award.badge_class.issuer.public_id}{path}"
    return client.get(address, secure=True).json()


def test_the_kid_is_the_id_of_a_method_in_the_did_document_which_holds_the_key(client, on_https):
    award = issued_award()

    header, claims = vc_jwt.read(signed(award).jwt)

    listed = of_issuer(client, award, "/did.json")
    method = dids.find_method(listed, header["kid"])
    did, fragment = header["kid"].split("#")
    assert did == claims["iss"] == claims["issuer"]["id"] == listed["id"] == method["controller"]
    assert fragment == method["publicKeyJwk"]["kid"]
    assert (header["alg"], method["publicKeyJwk"]["kty"]) == ("RS256", "RSA")
    key = jwt.PyJWK(method["publicKeyJwk"])  # another library's reading of the method
    payload = jwt.decode(signed(award).jwt, key, algorithms=["RS256"])
    assert payload["jti"] == addresses.credential_id(award.public_id)


def test_both_key_sets_name_the_key_as_the_signature_does(client, on_https):
    award = issued_award()
    kid = vc_jwt.read(signed(award).jwt)[0]["kid"]

    sets = [
        of_issuer(client, award, "/jwks.json")["keys"],
        client.get("/.well-known/jwks.json", secure=True).json()["keys"],
        [of_issuer(client, award, f"/keys/{kid.partition('#')[2]}")],
    ]

    found = [[key["iss"] for key in keys if key["kid"] == kid] for keys in sets]
    assert found == [[kid.partition("#")[0]]] * 3


@pytest.mark.parametrize("origin", ["https://badges.example.org", "http://localhost:8000"])
def test_every_signer_names_a_method_of_its_issuer(client, by_mistake, origin):
    by_mistake(origin)
    award = shown_award()
    offer = endorsed(award)
    status_list = json.loads(StatusList.objects.get().signed)
    endorsement = json.loads(offer.credential)
    badge = document(award)

    listed = of_issuer(client, award, "/did.json")
    endorser = client.get(f"/endorsements/{offer.public_id}/did.json", secure=True).json()
    named = [
        (listed, badge["issuer"]["id"], badge["proof"][0]["verificationMethod"]),
        (listed, status_list["issuer"], status_list["proof"][0]["verificationMethod"]),
        (listed, badge["issuer"]["id"], vc_jwt.read(signed(award).jwt)[0]["kid"]),
        (
            endorser,
            endorsement["issuer"]["id"],
            endorsement["proof"][0]["verificationMethod"],
        ),
    ]

    for its_document, issuer, method in named:
        assert its_document["id"] == issuer == method.partition("#")[0]
        assert dids.find_method(its_document, method)["id"] == method


def test_without_https_the_key_in_the_did_key_signs_the_jwt(client):
    award = issued_award()

    header, claims = vc_jwt.read(signed(award).jwt)

    did = claims["iss"]
    fragment = did.removeprefix("did:key:")
    assert header == {"alg": "EdDSA", "kid": f"{did}#{fragment}", "typ": "JWT"}
    assert document(award)["proof"][0]["verificationMethod"] == header["kid"]
    key = multikeys.ed25519_from_multibase(fragment)  # all that a did:key verifier has
    assert jwt.decode(signed(award).jwt, key, algorithms=["EdDSA"])["iss"] == did
    assert verifier.verify(text=signed(award).jwt).verdict is verifier.Verdict.VALID


def test_a_did_key_lists_its_one_key(client):
    award = issued_award()
    did = document(award)["issuer"]["id"]
    method = f"{did}#{did.removeprefix('did:key:')}"

    assert of_issuer(client, award, "/did.json")["assertionMethod"] == [method]
    assert [key["kid"] for key in of_issuer(client, award, "/jwks.json")["keys"]] == [method]
    rsa = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.RSA)
    assert client.get(f"/issuers/{rsa.issuer.public_id}/keys/{rsa.fragment}").status_code == 404


# --- Another PUBLIC_ORIGIN ------------------------------------------------------------------------


def test_no_endorsement_is_signed_under_another_origin(on_https, by_mistake):
    award = shown_award()
    offer = endorsing.offer(award, by=UserFactory(), **WORDS)
    by_mistake()

    with pytest.raises(OriginMoved):
        endorsing.accept(offer, by=award.recipient)

    offer.refresh_from_db()
    assert (offer.status, offer.credential) == (offer.Status.OFFERED, "")


def test_accepting_meanwhile_is_answered_with_a_sentence_and_nothing_is_lost(
    client, on_https, by_mistake
):
    award = shown_award()
    offer = endorsing.offer(award, by=UserFactory(), **WORDS)
    by_mistake()
    client.force_login(award.recipient)

    page = client.post(f"/endorsements/{offer.public_id}/accept/", follow=True)

    assert "the endorsement is still waiting" in page.content.decode()
    assert WORDS["comment"] in page.content.decode()


def test_the_first_endorsement_records_the_origin_too(on_https, by_mistake):
    badge = BadgeFactory()
    endorsed(badge.current_version, by=UserFactory())
    by_mistake()

    with pytest.raises(OriginMoved):
        endorsed(badge.issuer)


@pytest.mark.parametrize("signer", ["awards", "late", "lists"])
def test_the_other_signers_refuse_too(on_https, by_mistake, signer):
    award = issued_award()
    SignedCredential.objects.all().delete()
    by_mistake()
    sign = {
        "awards": lambda: credentials.sign_all([award], now=timezone.now()),
        "late": lambda: credentials.sign_due(now=timezone.now()),
        "lists": lambda: status_lists.sign(StatusList.objects.all(), now=timezone.now()),
    }[signer]
    list_before = StatusList.objects.get().signed

    with contextlib.suppress(OriginMoved):
        sign()

    assert not SignedCredential.objects.exists()
    assert StatusList.objects.get().signed == list_before


def _documents(client, award, offer) -> dict:
    """Everything that other software reads of an award."""
    issuer = award.badge_class.issuer.public_id
    paths = {
        "assertion": f"/assertions/{award.public_id}",
        "badge class": f"/badge-classes/{award.version.public_id}",
        "issuer": f"/issuers/{issuer}",
        "credential": f"/credentials/{award.public_id}",
        "jwt": f"/credentials/{award.public_id}.jwt",
        "list": f"/status-lists/{award.status_list.public_id}",
        "did": f"/issuers/{issuer}/did.json",
        "jwks": f"/issuers/{issuer}/jwks.json",
        "endorsement": f"/endorsements/{offer.public_id}",
        "endorser": f"/endorsements/{offer.public_id}/did.json",
    }
    headers = {"Accept": "application/ld+json, application/json, text/plain;q=0.5"}
    answers = {name: client.get(path, headers=headers, secure=True) for name, path in paths.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        paths, 200
    )
    picture = client.get(f"/assertions/{award.public_id}/badge.png", secure=True)
    found = {name: answer.content for name, answer in answers.items()}
    return found | {"picture": b"".join(picture)}


@pytest.mark.parametrize("mistake", ["http://localhost:8000", "https://staging.example"])
def test_what_was_issued_stays_at_its_origin(client, on_https, by_mistake, mistake):
    award = shown_award()
    offer = endorsed(award)
    before = _documents(client, award, offer)
    by_mistake(mistake)

    after = _documents(client, award, offer)

    assert after == before
    assert mistake not in str(baking.unbake(after["picture"]))
    jwk = next(
        method["publicKeyJwk"]
        for method in json.loads(after["did"])["verificationMethod"]
        if method["id"] == vc_jwt.read(after["jwt"].decode())[0]["kid"]
    )
    jwt.decode(after["jwt"].decode(), jwt.PyJWK(jwk), algorithms=["RS256"])
    data_integrity.verify(
        json.loads(after["credential"]),
        json.loads(after["credential"])["proof"][0],
        multikeys.ed25519_from_multibase(
            json.loads(after["credential"])["proof"][0]["verificationMethod"].partition("#")[2]
        ),
    )


def test_addresses_that_leave_the_site_stay_at_the_origin(client, on_https, by_mistake):
    award = issued_award()
    page = f"https://badges.example.org{award.get_absolute_url()}"
    by_mistake()

    agencies = [award.badge_class.issuer.agency_id]
    awards = issued_table.issued_awards(agencies, period=Period(None, None))
    rows = issued_table.rows(awards, with_addresses=())
    html = client.get(award.get_absolute_url()).content.decode()

    assert [row[-1] for row in rows][1:] == [page]
    assert f'<link rel="canonical" href="{page}"' in html
    assert page in unquote(share_links(award)[0].url)


def test_keys_rotate_where_the_issuer_is_a_did_web(on_https, by_mistake):
    issued_award()
    by_mistake()

    assert can_rotate()


def test_a_badge_is_found_by_the_address_in_it_and_by_the_one_of_today(on_https, by_mistake):
    award = issued_award()
    issued_at = addresses.assertion_id(award.public_id)
    by_mistake("https://staging.example")

    found = [
        verifier.verify(text=address).award
        for address in (issued_at, f"https://staging.example/assertions/{award.public_id}")
    ]

    assert found == [award, award]
