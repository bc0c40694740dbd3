"""What a signature does not prove: whether a badge is in force, and who its recipient is."""

from __future__ import annotations

import pytest

from openbadges import bitstrings, dids, v2
from tests.issuing.credentials import ANOTHER_ED25519, credential, proven, token
from tests.verification.elsewhere import (
    DID,
    HOST,
    KID,
    LIST,
    REVOCATIONS,
    detail,
    signed_badge,
    signed_endorsement,
    signed_status_list,
    status_entry,
    verify,
)
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


# --- Status and dates -----------------------------------------------------------------------------


def test_an_award_marked_in_the_status_list_is_revoked():
    signed = signed_badge(credentialStatus=status_entry())

    assert verify(signed, {LIST: signed_status_list(6, 8)}).verdict is Verdict.VALID
    assert verify(signed, {LIST: signed_status_list(7)}).verdict is Verdict.REVOKED


def test_a_suspended_badge_is_reported_as_suspended():
    purpose = {"statusPurpose": "suspension"}
    subject = signed_status_list(7)["credentialSubject"] | purpose
    signed = signed_badge(credentialStatus=status_entry(**purpose))

    report = verify(signed, {LIST: signed_status_list(credentialSubject=subject)})

    assert report.verdict is Verdict.SUSPENDED


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"<p>hello</p>",
        {},
        {n: v for n, v in signed_status_list().items() if n != "proof"},
        signed_status_list(key=ANOTHER_ED25519),
        signed_status_list(validUntil="2026-05-02T00:00:00Z"),
        signed_status_list(validFrom="2026-07-02T00:00:00Z", validUntil="2026-08-01T00:00:00Z"),
        signed_status_list(id=f"{HOST}/status/2"),
        signed_status_list(type=["VerifiableCredential"]),
        signed_status_list(
            credentialSubject=signed_status_list()["credentialSubject"]
            | {"statusPurpose": "suspension"}
        ),
        signed_status_list(
            credentialSubject=signed_status_list()["credentialSubject"]
            | {"encodedList": bitstrings.encode([], 7)[:-3]}
        ),
        proven(
            {n: v for n, v in signed_status_list().items() if n != "proof"}
            | {"issuer": dids.did_key(ANOTHER_ED25519.public_key())},
            key=ANOTHER_ED25519,
        ),
    ],
)
def test_with_an_untrusted_status_list_the_badge_is_not_checked(answer):
    report = verify(signed_badge(credentialStatus=status_entry()), {LIST: answer})

    assert report.verdict is Verdict.NOT_CHECKED
    assert "revoked" in report.headline


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListIndex": "-1"},
        {"statusListIndex": "x"},
        {"statusListIndex": "131072"},
        {"statusListCredential": 7},
        {"type": "OtherList"},
        {"statusPurpose": None},
    ],
)
def test_with_an_unusable_status_entry_the_badge_is_not_checked(changes):
    signed = token(credential(DID, credentialStatus=status_entry(**changes)), kid=KID)

    assert verify(signed).verdict is Verdict.NOT_CHECKED


def test_1edtech_revocation_lists_are_read():
    signed = signed_badge(credentialStatus={"id": REVOCATIONS, "type": "1EdTechRevocationList"})
    revoked = {"id": signed["id"], "revocationReason": "Issued twice."}
    listed = {"id": REVOCATIONS, "issuer": DID, "revokedCredential": [revoked]}

    report = verify(signed, {REVOCATIONS: listed})

    assert report.verdict is Verdict.REVOKED
    assert "Issued twice." in report.steps[-1].detail
    others = listed | {"revokedCredential": [revoked | {"revoked": False}, {"id": "urn:x"}, 7]}
    assert verify(signed, {REVOCATIONS: others}).verdict is Verdict.VALID
    assert verify(signed, {REVOCATIONS: listed | {"issuer": "x"}}).verdict is Verdict.NOT_CHECKED
    assert verify(signed).verdict is Verdict.NOT_CHECKED


def test_a_badge_is_valid_between_its_two_dates():
    assert verify(signed_badge(validUntil="2026-05-31T00:00:00Z")).verdict is Verdict.EXPIRED
    assert verify(signed_badge(validFrom="2026-06-02T00:00:00Z")).verdict is Verdict.NOT_YET
    assert verify(signed_badge(validUntil="2026-06-02T00:00:00Z")).verdict is Verdict.VALID


def test_a_newer_version_is_only_mentioned():
    service = {"id": f"{HOST}/newest", "type": "1EdTechCredentialRefresh"}
    signed = signed_badge(refreshService=service)
    newer = credential(DID, validFrom="2026-05-20T00:00:00Z")

    newer_report = verify(signed, {f"{HOST}/newest": newer})
    same = verify(signed, {f"{HOST}/newest": signed})
    other = verify(signed, {f"{HOST}/newest": newer | {"id": "urn:other"}})

    assert (newer_report.verdict, same.verdict, other.verdict) == (Verdict.VALID,) * 3
    assert "newer" in detail(newer_report, "Newer version")
    assert detail(same, "Newer version") == detail(other, "Newer version") == "The issuer has none."


# --- Recipient ------------------------------------------------------------------------------------


def identified(*identifiers: dict) -> dict:
    subject = credential()["credentialSubject"] | {"identifier": list(identifiers)}
    return signed_badge(credentialSubject=subject)


def hashed(email: str) -> dict:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": v2.hashed_identity(email, "salt"),
        "identityType": "emailAddress",
        "salt": "salt",
    }


PLAIN = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "Ana@school.example",
    "identityType": "emailAddress",
}
NAME = {"type": "IdentityObject", "hashed": False, "identityHash": "Ana", "identityType": "name"}


@pytest.mark.parametrize(
    ("identifiers", "email", "verdict"),
    [
        ([hashed("rosa@school.example")], " Rosa@School.example", Verdict.VALID),
        ([hashed("rosa@school.example")], "eve@school.example", Verdict.OTHER_PERSON),
        ([NAME, PLAIN, hashed("rosa@school.example")], "rosa@school.example", Verdict.VALID),
        ([NAME, PLAIN], "ana@school.example", Verdict.VALID),
        ([NAME, PLAIN], "eve@school.example", Verdict.OTHER_PERSON),
        ([NAME], "Ana", Verdict.VALID),  # without an email identifier, it is not checked
    ],
)
def test_one_matching_identifier_is_enough(identifiers, email, verdict):
    report = verify(identified(*identifiers), email=email)

    assert report.verdict is verdict
    assert "school.example" not in " ".join(step.detail for step in report.steps).lower()


# --- Endorsements ---------------------------------------------------------------------------------


def test_each_endorsement_is_checked():
    changed = signed_endorsement() | {"name": "Forged"}
    ended = signed_endorsement(validUntil="2026-05-02T00:00:00Z")

    report = verify(signed_badge(endorsement=[signed_endorsement(), changed, ended]))

    assert report.verdict is Verdict.VALID
    assert detail(report, "Endorsements") == (
        "1 of 3 endorsements are valid. Department of Education: OK; Department of Education: not "
        "valid; Department of Education: no longer valid"
    )
