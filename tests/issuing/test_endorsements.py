"""Endorsements of issuers, badges and awards: offered, decided, signed and embedded."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from catalog import operations as catalog
from issuing.awards.operations import changes
from issuing.documents import operations as credentials
from issuing.endorsements import operations as endorsing
from issuing.keys import identity
from issuing.models import Endorsement
from issuing.states import ENDORSEMENT_MOVES, EndorsementStatus
from mail.composing import compose
from mail.models import OutgoingEmail
from openbadges import data_integrity, dids
from tests.factories import BadgeFactory, MembershipFactory, UserFactory, coordinator_for
from tests.issuing.awards import issued_award
from tests.issuing.pages import signed_in
from tests.issuing.third_party import schema_errors, verified_by_openbadgeslib
from verification import verifier

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Cedar University",
    "url": "https://cedar.example",
    "about": "We train teachers.",
    "comment": "We count this badge as a unit.",
}
ACCEPT_JSON = {"Accept": "application/ld+json"}


def shown_award(**kwargs):
    award = issued_award(**kwargs)
    changes.share(award, shows_name=True, items=[])
    return award


def endorsed(target, *, by=None, decider) -> Endorsement:
    endorsement = endorsing.offer(target, by=by or UserFactory(), **FORM)
    endorsing.accept(endorsement, by=decider)
    return endorsement


def key_of_method(did_document: dict, method: str):
    return dids.public_key_of(dids.find_method(did_document, method))


def verify(credential: dict, client) -> None:
    """Verify the proof with the key from the endorser's DID document."""
    [proof] = credential["proof"]
    did = credential["issuer"]["id"]
    assert proof["verificationMethod"].partition("#")[0] == did
    if did.startswith("did:key:"):
        key = dids.key_of_did_key(did)
    else:
        path = dids.document_url(did).partition("/endorsements/")[2]
        key = key_of_method(client.get(f"/endorsements/{path}").json(), proof["verificationMethod"])
    data_integrity.verify(credential, proof, key)


# --- Offering and deciding ------------------------------------------------------------------------


def test_an_endorsement_is_shown_once_a_coordinator_accepts_it(client):
    badge = BadgeFactory(name="Media Balance")
    cedar = UserFactory(email="dean@cedar.example")

    sent = signed_in(cedar).post(f"/endorse/badges/{badge.slug}/", FORM)
    before = client.get(badge.get_absolute_url()).content.decode()
    endorsement = Endorsement.objects.get()
    accepted = signed_in(coordinator_for(badge)).post(
        f"/endorsements/{endorsement.public_id}/accept/"
    )

    after = client.get(badge.get_absolute_url()).content.decode()
    assert (sent.status_code, accepted.status_code) == (302, 302)
    assert "We count this badge as a unit." not in before
    assert "We count this badge as a unit." in after
    assert "Cedar University" in after
    assert "dean@cedar.example" not in after
    acts = AuditEntry.objects.filter(act__startswith="endorsement").order_by("pk")
    assert [(entry.act, entry.actor) for entry in acts] == [
        ("endorsement offered", cedar),
        ("endorsement accepted", endorsement.decided_by or acts[1].actor),
    ]


def test_the_earner_decides_the_endorsement_of_an_award_and_gets_an_email():
    award = shown_award()
    endorsement = endorsing.offer(award, by=UserFactory(), **FORM)
    path = f"/endorsements/{endorsement.public_id}/accept/"

    by_coordinator = signed_in(coordinator_for(award.badge_class)).post(path).status_code
    by_earner = signed_in(award.recipient).post(path).status_code

    letter = OutgoingEmail.objects.get(kind="endorsement_offered")
    assert (by_coordinator, by_earner) == (404, 302)
    assert letter.to == award.recipient.email
    assert "Somebody wrote an endorsement" in compose(letter).body
    assert "We count this badge" in Client().get(award.get_absolute_url()).content.decode()
    thanks = OutgoingEmail.objects.get(kind="endorsement_accepted")
    assert "was accepted" in compose(thanks).body


def test_the_email_about_an_offered_endorsement_carries_no_word_of_the_stranger():
    award = shown_award()
    stranger = UserFactory(name="Payroll Helpdesk", email="helpdesk@phish.example")
    words = {
        "name": "Urgent: sign in at https://phish.example now",
        "url": "https://phish.example/pay",
        "about": "Your account is suspended. Call 555-0100.",
        "comment": "Confirm your password at phish.example. " * 50,
    }
    endorsing.offer(award, by=stranger, **words)

    message = compose(OutgoingEmail.objects.get(kind="endorsement_offered"))

    everything = str(message.message()) + message.body + message.alternatives[0][0]
    assert f"{settings.PUBLIC_ORIGIN}/endorsements" in message.body
    for stray in ("phish", "Urgent", "suspended", "555-0100", "password at", "Helpdesk"):
        assert stray not in everything


def test_the_page_of_an_issuer_shows_its_endorsements(client):
    badge = BadgeFactory()

    endorsed(badge.issuer, decider=coordinator_for(badge))

    page = client.get(f"/issuers/{badge.issuer.public_id}", headers={"Accept": "text/html"})
    assert "We count this badge as a unit." in page.content.decode()


def test_declined_and_withdrawn_endorsements_are_not_shown(client):
    badge = BadgeFactory()
    decider = coordinator_for(badge)
    declined = endorsing.offer(badge.current_version, by=UserFactory(), **FORM)
    endorsing.decline(declined, by=decider)
    giver = UserFactory()
    withdrawn = endorsed(badge.current_version, by=giver, decider=decider)
    signed_in(giver).post(f"/endorsements/{withdrawn.public_id}/withdraw/")

    page = client.get(badge.get_absolute_url()).content.decode()

    withdrawn.refresh_from_db()
    assert (declined.status, withdrawn.status, withdrawn.credential) == (
        "declined",
        "withdrawn",
        "",
    )
    assert "We count this badge" not in page
    assert (
        client.get(f"/endorsements/{withdrawn.public_id}", headers=ACCEPT_JSON).status_code == 404
    )


@pytest.mark.parametrize("start", EndorsementStatus)
@pytest.mark.parametrize("act", ["accept", "decline", "withdraw"])
def test_only_the_moves_in_the_table_are_possible(start, act):
    badge = BadgeFactory()
    decider = coordinator_for(badge)
    endorsement = endorsing.offer(badge.current_version, by=UserFactory(), **FORM)
    acts_before = {"offered": [], "accepted": ["accept"], "declined": ["decline"],
            "withdrawn": ["withdraw"]}  # fmt: skip
    for act_before in acts_before[start]:
        getattr(endorsing, act_before)(endorsement, by=decider)
    to = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}[act]

    if EndorsementStatus(to) in ENDORSEMENT_MOVES[start]:
        getattr(endorsing, act)(endorsement, by=decider)
        endorsement.refresh_from_db()
        assert endorsement.status == to
    else:
        with pytest.raises(TransitionNotAllowed):
            getattr(endorsing, act)(endorsement, by=decider)


# --- Permissions ----------------------------------------------------------------------------------


def test_nobody_endorses_their_own_award_and_no_agency_its_own_badges():
    award = shown_award()
    badge = award.badge_class
    reviewer = MembershipFactory(agency=badge.issuer.agency, role="reviewer").user
    teacher = MembershipFactory(agency=badge.issuer.agency, role="earner").user

    answers = [
        signed_in(user).post(path, FORM).status_code
        for user, path in (
            (award.recipient, f"/endorse/awards/{award.public_id}/"),
            (coordinator_for(badge), f"/endorse/badges/{badge.slug}/"),
            (reviewer, f"/endorse/issuers/{badge.issuer.public_id}/"),
            (teacher, f"/endorse/badges/{badge.slug}/"),
        )
    ]

    assert answers == [403, 403, 403, 302]
    with pytest.raises(endorsing.NotAnOutsider):
        endorsing.offer(award, by=award.recipient, **FORM)


def test_an_award_without_a_name_cannot_be_endorsed_and_visitors_must_sign_in(client):
    hidden = issued_award()

    assert signed_in(UserFactory()).get(f"/endorse/awards/{hidden.public_id}/").status_code == 403
    assert client.get(f"/endorse/badges/{hidden.badge_class.slug}/").status_code == 302


def test_a_person_can_endorse_a_badge_only_once():
    badge = BadgeFactory()
    cedar = signed_in(UserFactory())

    for _ in range(2):
        page = cedar.post(f"/endorse/badges/{badge.slug}/", FORM, follow=True)

    assert Endorsement.objects.count() == 1
    assert "You have already endorsed this." in page.content.decode()


def test_strangers_cannot_decide_an_endorsement():
    endorsement = endorsing.offer(BadgeFactory().issuer, by=UserFactory(), **FORM)

    for act in ("accept", "decline", "withdraw"):
        path = f"/endorsements/{endorsement.public_id}/{act}/"
        assert signed_in(UserFactory()).post(path).status_code == 404


def test_the_form_is_prefilled_from_the_last_endorsement():
    person, badge = UserFactory(), BadgeFactory()
    endorsing.offer(BadgeFactory().current_version, by=person, **FORM)

    page = signed_in(person).get(f"/endorse/badges/{badge.slug}/")

    words = {name: words for name, words in FORM.items() if name != "comment"}
    assert page.context["form"].initial == words
    assert badge.get_absolute_url() in page.text


def test_an_invalid_form_keeps_the_typed_text():
    page = signed_in(UserFactory()).post(
        f"/endorse/badges/{BadgeFactory().slug}/", FORM | {"url": "javascript:alert(1)"}
    )

    assert page.status_code == 422
    assert "We count this badge as a unit." in page.content.decode()


def test_an_endorsement_that_is_sent_too_soon_stays_in_its_form():
    client, address = signed_in(UserFactory()), f"/endorse/badges/{BadgeFactory().slug}/"

    answers = [client.post(address, FORM) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert "Send this one in 60 minutes" in answers[-1].text
    assert FORM["comment"] in answers[-1].text
    assert Endorsement.objects.count() == 1


# --- Signed and embedded --------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [True, False])
def test_an_endorsement_is_a_verifiable_credential(client, settings, secure):
    settings.SERVED_SECURELY = secure
    if secure:
        settings.PUBLIC_ORIGIN = "https://badges.example"
    badge = BadgeFactory()
    endorsement = endorsed(badge.current_version, decider=coordinator_for(badge))

    answer = client.get(f"/endorsements/{endorsement.public_id}", headers=ACCEPT_JSON)

    credential = answer.json()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert credential["issuer"]["name"] == "Cedar University"
    assert credential["credentialSubject"]["endorsementComment"] == FORM["comment"]
    verify(credential, client)
    tampered = credential | {"name": "Endorsement of something else"}
    with pytest.raises(data_integrity.InvalidProof):
        verify(tampered, client)


def test_endorsements_of_issuer_badge_and_award_are_embedded_in_the_signed_badge(client):
    badge = BadgeFactory()
    decider = coordinator_for(badge)
    endorsed(badge.issuer, decider=decider)
    endorsed(badge.current_version, decider=decider)
    award = shown_award(badge_class=badge)
    endorsed(award, decider=award.recipient)

    document = json.loads(credentials.signed(award.public_id).json)

    embedded = [
        document["issuer"]["endorsement"],
        document["credentialSubject"]["achievement"]["endorsement"],
        document["endorsement"],
    ]
    subjects = [credential["credentialSubject"]["id"] for [credential] in embedded]
    assert subjects == [
        identity.did_of(badge.issuer),
        document["credentialSubject"]["achievement"]["id"],
        document["id"].replace("/credentials/", "/assertions/"),
    ]
    for [credential] in embedded:
        verify(credential, client)
    assert schema_errors(document) == []
    [proof] = document["proof"]
    data_integrity.verify(document, proof, dids.key_of_did_key(proof["verificationMethod"]))


@pytest.mark.parametrize("secure", [True, False])
def test_the_verify_page_counts_the_valid_endorsements(settings, secure):
    settings.SERVED_SECURELY = secure
    if secure:
        settings.PUBLIC_ORIGIN = "https://badges.example"
    award = shown_award()
    of_badge = endorsed(award.version, decider=coordinator_for(award.badge_class))
    endorsed(award, decider=award.recipient)
    changes.share(award, shows_name=True, items=[])  # signed again, now with both
    saved = credentials.signed(award.public_id).json

    before = verifier.verify(text=saved)
    endorsing.withdraw(of_badge, by=of_badge.endorser)
    after = verifier.verify(text=saved)

    assert before.verdict == after.verdict == verifier.Verdict.VALID
    assert "2 of 2 endorsements are valid" in endorsements_detail(before)
    # A did:key cannot be withdrawn.
    holding = "1 of 2" if secure else "2 of 2"
    assert f"{holding} endorsements are valid" in endorsements_detail(after)


def endorsements_detail(report) -> str:
    return next(step.detail for step in report.steps if step.title == "Endorsements")


def test_other_software_verifies_a_badge_with_endorsements():
    award = shown_award()
    endorsed(award.badge_class.issuer, decider=coordinator_for(award.badge_class))
    endorsed(award.version, decider=coordinator_for(award.badge_class))
    endorsed(award, decider=award.recipient)

    signed = credentials.signed(award.public_id).json

    assert schema_errors(json.loads(signed)) == []
    assert verified_by_openbadgeslib(signed)


def test_withdrawn_endorsements_leave_the_signed_award_and_revoked_awards_show_none(client):
    award = shown_award()
    first = endorsed(award, decider=award.recipient)
    endorsing.withdraw(first, by=award.recipient)
    without = json.loads(credentials.signed(award.public_id).json)
    second = endorsed(award, decider=award.recipient)

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")

    assert "endorsement" not in without
    assert client.get(f"/endorsements/{second.public_id}", headers=ACCEPT_JSON).status_code == 404
    assert credentials.signed(award.public_id) is None


def test_an_endorsement_belongs_to_one_version_of_a_badge(client):
    badge = BadgeFactory(name="Media Balance")
    decider = coordinator_for(badge)
    endorsed(badge.current_version, decider=decider)

    draft = catalog.draft_version(badge, by=decider)
    catalog.edit_version(draft, description="It says something else now.")
    catalog.publish(badge, by=decider)

    badge.refresh_from_db()
    award = issued_award(badge_class=badge)
    document = json.loads(credentials.signed(award.public_id).json)
    assert badge.current_version.number == 2
    assert "endorsement" not in document["credentialSubject"]["achievement"]
    assert "of version 1" in client.get(badge.get_absolute_url()).content.decode()


def test_the_endorsements_page_groups_waiting_shown_and_given_ones():
    badge = BadgeFactory()
    decider = coordinator_for(badge)
    giver = UserFactory()
    endorsing.offer(badge.issuer, by=giver, **FORM, now=timezone.now())
    endorsed(badge.current_version, by=giver, decider=decider)

    mine = signed_in(decider).get("/endorsements/")
    theirs = signed_in(giver).get("/endorsements/")

    assert [len(mine.context[name]) for name in ("waiting", "shown", "given")] == [1, 1, 0]
    assert [len(theirs.context[name]) for name in ("waiting", "shown", "given")] == [0, 0, 2]
    assert "No endorsement yet" in signed_in(UserFactory()).get("/endorsements/").content.decode()
