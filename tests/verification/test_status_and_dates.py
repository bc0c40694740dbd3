"""What a signature does not settle: whether a badge is still in force, and whose it is."""

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
    badge,
    detail,
    endorsement,
    entry,
    judge,
    status_list,
)
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


# --- What still holds today -----------------------------------------------------------------------


def test_what_the_list_marks_was_taken_back():
    made = badge(credentialStatus=entry())

    assert judge(made, {LIST: status_list(6, 8)}).verdict is Verdict.VALID
    assert judge(made, {LIST: status_list(7)}).verdict is Verdict.REVOKED


def test_a_suspended_badge_is_called_that():
    purpose = {"statusPurpose": "suspension"}
    subject = status_list(7)["credentialSubject"] | purpose
    made = badge(credentialStatus=entry(**purpose))

    report = judge(made, {LIST: status_list(credentialSubject=subject)})

    assert report.verdict is Verdict.SUSPENDED


@pytest.mark.parametrize(
    "listed",
    [
        None,
        b"<p>hello</p>",
        {},
        {n: v for n, v in status_list().items() if n != "proof"},
        status_list(key=ANOTHER_ED25519),
        status_list(validUntil="2026-05-02T00:00:00Z"),
        status_list(validFrom="2026-07-02T00:00:00Z", validUntil="2026-08-01T00:00:00Z"),
        status_list(id=f"{HOST}/status/2"),
        status_list(type=["VerifiableCredential"]),
        status_list(
            credentialSubject=status_list()["credentialSubject"] | {"statusPurpose": "suspension"}
        ),
        status_list(
            credentialSubject=status_list()["credentialSubject"]
            | {"encodedList": bitstrings.encode([], 7)[:-3]}
        ),
        proven(
            {n: v for n, v in status_list().items() if n != "proof"}
            | {"issuer": dids.did_key(ANOTHER_ED25519.public_key())},
            key=ANOTHER_ED25519,
        ),
    ],
)
def test_a_list_that_cannot_be_trusted_says_nothing(listed):
    report = judge(badge(credentialStatus=entry()), {LIST: listed})

    assert report.verdict is Verdict.NOT_CHECKED
    assert "taken back" in report.headline


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
def test_a_place_that_is_not_there_says_nothing(changes):
    made = token(credential(DID, credentialStatus=entry(**changes)), kid=KID)

    assert judge(made).verdict is Verdict.NOT_CHECKED


def test_the_lists_of_1edtech_are_read_too():
    made = badge(credentialStatus={"id": REVOCATIONS, "type": "1EdTechRevocationList"})
    revoked = {"id": made["id"], "revocationReason": "Issued twice."}
    listed = {"id": REVOCATIONS, "issuer": DID, "revokedCredential": [revoked]}

    report = judge(made, {REVOCATIONS: listed})

    assert report.verdict is Verdict.REVOKED
    assert "Issued twice." in report.steps[-1].detail
    others = listed | {"revokedCredential": [revoked | {"revoked": False}, {"id": "urn:x"}, 7]}
    assert judge(made, {REVOCATIONS: others}).verdict is Verdict.VALID
    assert judge(made, {REVOCATIONS: listed | {"issuer": "x"}}).verdict is Verdict.NOT_CHECKED
    assert judge(made).verdict is Verdict.NOT_CHECKED


def test_time_counts():
    assert judge(badge(validUntil="2026-05-31T00:00:00Z")).verdict is Verdict.EXPIRED
    assert judge(badge(validFrom="2026-06-02T00:00:00Z")).verdict is Verdict.NOT_YET
    assert judge(badge(validUntil="2026-06-02T00:00:00Z")).verdict is Verdict.VALID


def test_a_newer_version_is_mentioned_and_no_more():
    service = {"id": f"{HOST}/newest", "type": "1EdTechCredentialRefresh"}
    made = badge(refreshService=service)
    newer = credential(DID, validFrom="2026-05-20T00:00:00Z")

    told = judge(made, {f"{HOST}/newest": newer})
    same = judge(made, {f"{HOST}/newest": made})
    other = judge(made, {f"{HOST}/newest": newer | {"id": "urn:other"}})

    assert (told.verdict, same.verdict, other.verdict) == (Verdict.VALID,) * 3
    assert "newer" in detail(told, "Newer version")
    assert detail(same, "Newer version") == detail(other, "Newer version") == "The issuer has none."


# --- Whose badge ----------------------------------------------------------------------------------


def identified(*identifiers: dict) -> dict:
    subject = credential()["credentialSubject"] | {"identifier": list(identifiers)}
    return badge(credentialSubject=subject)


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
        ([NAME], "Ana", Verdict.VALID),  # names no address, so the question stays open
    ],
)
def test_any_identifier_of_the_person_is_enough(identifiers, email, verdict):
    report = judge(identified(*identifiers), email=email)

    assert report.verdict is verdict
    assert "school.example" not in " ".join(step.detail for step in report.steps).lower()


# --- Who endorses ---------------------------------------------------------------------------------


def test_endorsements_are_counted_and_each_is_checked():
    changed = endorsement() | {"name": "Forged"}
    ended = endorsement(validUntil="2026-05-02T00:00:00Z")

    report = judge(badge(endorsement=[endorsement(), changed, ended]))

    assert report.verdict is Verdict.VALID
    assert detail(report, "Endorsements") == (
        "1 of 3 endorsements hold. Department of Education: holds; Department of Education: does"
        " not hold; Department of Education: no longer in force"
    )
