"""Signing in with SAML 2.0: what a valid answer does, and all that is not one."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import IdentityProvider, Membership, ProviderAccount, SamlAnswer, User
from accounts.providers import saml
from accounts.providers.operations import providers as operations
from accounts.providers.operations import saml as saml_operations
from accounts.providers.saml_reading import NotAccepted
from accounts.tasks import forget_saml_answers
from tests.accounts.saml_elsewhere import (
    ENTITY,
    OTHER_KEY,
    SIGN_IN_AT,
    TRANSIENT,
    SamlElsewhere,
    asked_by,
    bring,
    encoded,
    metadata,
    moment,
)
from tests.accounts.signing_in import AFTER_SIGNING_IN, TYPE_CODE, signed_in_as, start
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def district():
    return AgencyFactory(name="Alder Unified", parent=AgencyFactory())


@pytest.fixture
def provider(district) -> IdentityProvider:
    operator = UserFactory(is_staff=True, is_superuser=True)
    operations.declare_domain(district, "alder.example", by=operator)
    return saml_operations.add_provider(
        district, name="Alder", metadata=saml.read_metadata(metadata()), metadata_address="",
        by=operator,
    )  # fmt: skip


@pytest.fixture
def elsewhere() -> SamlElsewhere:
    return SamlElsewhere()


def arrive(client, provider, elsewhere, email="ann@alder.example", **person):
    asked = asked_by(start(client, provider).url)
    return bring(client, provider, elsewhere.answer(asked, email=email, **person))


def unasked(provider) -> dict[str, str]:
    return {
        "Issuer": provider.our_entity_id,
        "AssertionConsumerServiceURL": provider.return_to,
    }


def refused(client, response, sentence) -> bool:
    words = " ".join(response.content.decode().split())
    assert sentence in words, words
    assert "Send me a code by email" in words
    return response.status_code == 403 and signed_in_as(client) is None


# --- Let in ---------------------------------------------------------------------------------------


def test_somebody_of_a_declared_domain_joins_and_is_signed_in(client, provider, elsewhere):
    response = arrive(client, provider, elsewhere, name="Ann Lee")

    ann = User.objects.get(email="ann@alder.example")
    assert signed_in_as(client) == ann.email
    assert (ann.name, ann.is_invited, ann.has_usable_password()) == ("Ann Lee", False, False)
    assert response.status_code == 302
    assert ProviderAccount.objects.get().subject == "ann-1"


def test_a_signature_over_the_whole_response_counts_as_well(client, provider, elsewhere):
    elsewhere.signs = "response"

    arrive(client, provider, elsewhere)

    assert signed_in_as(client) == "ann@alder.example"


def test_the_rules_read_roles_and_schools_and_every_other_attribute(
    client, provider, elsewhere, district
):
    places = [SchoolFactory(parent=district) for _ in range(3)]
    named = [("roles", "reads"), ("schools", "Creekside"), ("urn:oid:1.2", "x")]
    for place, (claim, value) in zip(places, named, strict=True):
        operations.add_rule(
            provider, claim=claim, value=value, role="reviewer", agency=place, by=UserFactory()
        )

    sent = {"roles": ["other", "reads"], "schools": "Creekside", "urn:oid:1.2": "x"}
    arrive(client, provider, elsewhere, **sent)

    given = Membership.objects.filter(user__email="ann@alder.example", role="reviewer")
    assert {one.agency for one in given} == set(places)


def test_the_request_says_who_asks_and_where_to_answer(client, provider):
    asked = asked_by(start(client, provider).url)

    assert asked["Issuer"] == provider.our_entity_id
    assert asked["AssertionConsumerServiceURL"] == provider.return_to
    assert asked["Destination"] == SIGN_IN_AT
    assert re.fullmatch("_[0-9a-f]{40}", asked["ID"])


def test_our_metadata_says_the_same(client, provider):
    page = reverse("accounts:saml_metadata", args=[provider.public_id])

    text = client.get(page).content.decode()

    assert f'entityID="{provider.our_entity_id}"' in text
    assert f'Location="{provider.return_to}"' in text


def test_after_signing_in_people_are_led_on_but_never_to_another_site(provider, elsewhere):
    def led_to(next_page):
        browser = Client()
        asked = asked_by(start(browser, provider, next=next_page).url)
        answer = elsewhere.answer(asked, email="ann@alder.example")
        return bring(browser, provider, answer, RelayState="https://evil.example/").url

    assert led_to("/badges/media-balance/") == "/badges/media-balance/"
    assert led_to("https://evil.example/") == AFTER_SIGNING_IN
    assert led_to("//evil.example") == AFTER_SIGNING_IN


# --- Otherwise the mailbox confirms ---------------------------------------------------------------


def test_an_address_of_a_foreign_domain_is_confirmed_by_the_mailbox(client, provider, elsewhere):
    response = arrive(client, provider, elsewhere, email="eve@birch.example")

    assert response.url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None
    assert not ProviderAccount.objects.exists()


def test_a_coordinator_of_the_root_needs_the_mailbox(client, provider, elsewhere, district):
    ann = UserFactory(email="ann@alder.example")
    MembershipFactory(user=ann, agency=district.parent, role="coordinator")

    assert arrive(client, provider, elsewhere).url.startswith(TYPE_CODE)
    assert signed_in_as(client) is None


# --- Answers that are not believed ----------------------------------------------------------------

OTHER_ATTRIBUTE = (
    '<saml:Attribute Name="x"><saml:AttributeValue>y</saml:AttributeValue></saml:Attribute>'
)
LIES = {
    "for another audience": ({"audience": "https://other.example"}, "made for another site"),
    "for no audience": ({"audiences": ""}, "made for another site"),
    "for another address": ({"recipient": "https://other.example"}, "made for another site"),
    "sent to another address": ({"destination": "https://other.example"}, "made for another site"),
    "of another provider": ({"issuer": "https://idp.birch.example"}, "from another provider"),
    "expired": ({"until": moment(NOW - timedelta(hours=1))}, "too old"),
    "not valid yet": ({"since": moment(NOW + timedelta(hours=1))}, "too old"),
    "issued long ago": ({"issued": moment(NOW - timedelta(hours=1))}, "too old"),
    "issued tomorrow": ({"issued": moment(NOW + timedelta(days=1))}, "too old"),
    "to another question": ({"asked": 'InResponseTo="_other"'}, "in another browser"),
    "to no question": ({"asked": ""}, "did not begin here"),
    "about another person each time": ({"format": TRANSIENT}, "stays the same"),
    "about nobody": ({"name_id": ""}, "stays the same"),
    "without an address": ({"attributes": OTHER_ATTRIBUTE}, "no usable email address"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_is_refused_in_plain_words(client, provider, elsewhere, lie):
    elsewhere.changes, sentence = LIES[lie]

    assert refused(client, arrive(client, provider, elsewhere), sentence)
    assert not User.objects.filter(email="ann@alder.example").exists()


def test_an_unsigned_answer_is_refused(client, provider, elsewhere):
    elsewhere.signs = ""

    assert refused(client, arrive(client, provider, elsewhere), "is not signed")


def test_an_answer_signed_with_another_key_is_refused(client, provider, elsewhere):
    elsewhere.key = OTHER_KEY

    assert refused(client, arrive(client, provider, elsewhere), "is not signed")


def test_a_change_after_the_signature_is_noticed(client, provider, elsewhere):
    asked = asked_by(start(client, provider).url)
    signed = elsewhere.response(asked, email="ann@alder.example")

    changed = encoded(signed.replace("ann@alder.example", "root@alder.example"))

    assert refused(client, bring(client, provider, changed), "is not signed")


@pytest.mark.parametrize("cut", ["name_id", "email"])
def test_a_comment_does_not_make_somebody_else_of_anybody(client, provider, elsewhere, cut):
    """A signature stays right when a comment is put in, and readers stop at it."""
    asked = asked_by(start(client, provider).url)
    told = {"name_id": "root.evil", "email": "root@alder.example.evil.example"}
    signed = elsewhere.response(asked, **told)
    part = {"name_id": ".evil", "email": ".evil.example"}[cut]

    cut_off = signed.replace(f"{part}</", f"<!---->{part}</", 1)

    assert cut_off != signed
    assert refused(client, bring(client, provider, encoded(cut_off)), "not a SAML response")


def forged(signed: str) -> str:
    """The assertion that was signed, without its signature, about somebody else."""
    assertion = re.search("<saml:Assertion.*</saml:Assertion>", signed, re.DOTALL)[0]
    plain = re.sub("<ds:Signature.*</ds:Signature>", "", assertion, flags=re.DOTALL)
    return plain.replace("ann@", "root@").replace('ID="_assertion', 'ID="_forged')


def wrapped(signed: str, how: str) -> str:
    assertion = re.search("<saml:Assertion.*</saml:Assertion>", signed, re.DOTALL)[0]
    signature = re.search("<ds:Signature.*</ds:Signature>", assertion, re.DOTALL)[0]
    false = forged(signed)
    extension = f"<samlp:Extensions>{assertion}</samlp:Extensions>"
    with_signature = false.replace("</saml:Issuer>", f"</saml:Issuer>{signature}", 1)
    return {
        "before": signed.replace(assertion, false + assertion),
        "after": signed.replace(assertion, assertion + false),
        "in extensions": signed.replace("<samlp:Status>", f"{extension}<samlp:Status>").replace(
            assertion + "</samlp:Response>", false + "</samlp:Response>"
        ),
        "in the signature": signed.replace(
            assertion,
            with_signature.replace(
                "</ds:Signature>", f"<ds:Object>{assertion}</ds:Object></ds:Signature>"
            ),
        ),
        "in the forged one": signed.replace(
            assertion, false.replace("</saml:Assertion>", f"{assertion}</saml:Assertion>")
        ),
        "with the same name": signed.replace(
            assertion, false.replace("_forged", "_assertion") + assertion
        ),
        "with the signature of the other": signed.replace(assertion, with_signature),
        "of another namespace": signed.replace(
            assertion, f'<x:Assertion xmlns:x="urn:x" ID="_x">{assertion}</x:Assertion>{false}'
        ),
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "before", "in the signature", "with the same name", "with the signature of the other",
        *[
            pytest.param(how, marks=pytest.mark.long)
            for how in ("after", "in extensions", "in the forged one", "of another namespace")
        ],
    ],
)  # fmt: skip
def test_a_signature_counts_only_for_what_it_signed(client, provider, elsewhere, how):
    asked = asked_by(start(client, provider).url)
    signed = elsewhere.response(asked, email="ann@alder.example")

    response = bring(client, provider, encoded(wrapped(signed, how)))

    assert response.status_code == 403
    assert signed_in_as(client) is None
    assert not User.objects.filter(email__endswith="@alder.example").exists()


BOMBS = {
    "a DTD": "<!DOCTYPE x><samlp:Response/>",
    "entities of entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
    "a file of this machine": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "another site": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
    "deep": "<a>" * 50_000,
    "no XML": "hello",
    "nothing": "",
}


@pytest.mark.parametrize(
    "bomb",
    [
        "entities of entities", "a file of this machine", "nothing",
        *[
            pytest.param(bomb, marks=pytest.mark.long)
            for bomb in ("a DTD", "another site", "deep", "no XML")
        ],
    ],
)  # fmt: skip
def test_a_hostile_document_is_refused(client, provider, bomb):
    response = bring(client, provider, encoded(BOMBS[bomb]))

    assert refused(client, response, "not a SAML response")


@pytest.mark.parametrize("sent", ["x" * 400_000, "%%%", "é"])
def test_what_is_no_answer_at_all_is_refused(client, provider, sent):
    assert refused(client, bring(client, provider, sent), "not a SAML response")


def test_a_refusal_can_be_read_in_another_language(client, provider):
    """The address that was posted to has no page to open again."""
    page = bring(client, provider, "").content.decode()

    assert f'name="next" value="{reverse("account_login")}"' in page


# --- Once, and in the browser that asked ----------------------------------------------------------


def test_an_answer_counts_once(client, provider, elsewhere):
    asked = asked_by(start(client, provider).url)
    answer = elsewhere.answer(asked, email="ann@alder.example")
    bring(client, provider, answer)
    client.post(reverse("account_logout"))
    start(client, provider)

    assert refused(client, bring(client, provider, answer), "used before")
    assert SamlAnswer.objects.get().sealed_content == ""


def test_the_last_step_counts_once_and_soon(client, provider, elsewhere):
    asked = asked_by(start(client, provider).url)
    answer = elsewhere.answer(asked, email="ann@alder.example")
    page = reverse("accounts:saml_answer", args=[provider.public_id])
    finish = client.post(page, {"SAMLResponse": answer}).url
    SamlAnswer.objects.update(received_at=timezone.now() - timedelta(minutes=3))

    assert refused(client, client.get(finish), "used before")
    assert refused(client, client.get(finish.partition("?")[0]), "used before")


def test_an_answer_counts_only_in_the_browser_that_asked(client, provider, elsewhere):
    """Otherwise a stranger could sign somebody in to the stranger's own account."""
    answer = elsewhere.answer(asked_by(start(client, provider).url), email="eve@alder.example")
    victim = Client()
    start(victim, provider)

    assert refused(victim, bring(victim, provider, answer), "in another browser")


def test_an_old_question_is_refused(client, provider, elsewhere):
    answer = elsewhere.answer(asked_by(start(client, provider).url), email="ann@alder.example")
    session = client.session
    session[saml.QUESTION] = {**session[saml.QUESTION], "asked_at": time.time() - 601}
    session.save()

    assert refused(client, bring(client, provider, answer), "too long ago")


def test_an_unasked_answer_counts_where_the_agency_allows_it(client, provider, elsewhere):
    provider.saml.allows_unsolicited = True
    provider.saml.save()
    answer = elsewhere.answer(unasked(provider), email="ann@alder.example")

    response = bring(client, provider, answer, RelayState="/badges/media-balance/")

    assert (signed_in_as(client), response.url) == ("ann@alder.example", "/badges/media-balance/")
    later = Client()
    answer = elsewhere.answer(unasked(provider), email="ann@alder.example")
    assert bring(later, provider, answer, RelayState="//evil.example").url == AFTER_SIGNING_IN


def test_an_answer_is_forgotten_when_it_would_be_too_old_anyway(client, provider, elsewhere):
    arrive(client, provider, elsewhere)

    forget_saml_answers()
    assert SamlAnswer.objects.count() == 1
    SamlAnswer.objects.update(forget_at=timezone.now())
    forget_saml_answers()
    assert not SamlAnswer.objects.exists()


def test_a_provider_that_is_switched_off_lets_nobody_in(client, provider, elsewhere):
    answer = elsewhere.answer(asked_by(start(client, provider).url), email="ann@alder.example")
    IdentityProvider.objects.update(is_enabled=False)

    assert bring(client, provider, answer).status_code == 404
    assert signed_in_as(client) is None


@pytest.mark.django_db(transaction=True)
def test_one_answer_in_two_windows_at_once_counts_once(provider):
    said = {"assertion_id": "_x", "in_response_to": "", "subject": "ann", "attributes": {}}

    def keep():
        try:
            return saml_operations.keep_answer(provider, said)
        except NotAccepted:
            return None

    keys = [key for key in at_once(keep, keep) if key]
    assert len(keys) == 1

    def take():
        try:
            return saml_operations.take_answer(provider, keys[0])
        except NotAccepted:
            return None

    assert sorted(map(bool, at_once(take, take))) == [False, True]


def test_the_certificate_of_a_renewed_metadata_counts_alone(client, provider, elsewhere):
    renewed = saml.read_metadata(metadata(OTHER_KEY[1]))
    saml_operations.renew_metadata(
        provider, metadata=renewed, metadata_address="", by=UserFactory()
    )

    assert refused(client, arrive(client, provider, elsewhere), "is not signed")
    elsewhere.key = OTHER_KEY
    elsewhere.changes = {"assertion_id": "_new"}
    arrive(client, provider, elsewhere)
    assert signed_in_as(client) == "ann@alder.example"
    assert provider.issuer == ENTITY
