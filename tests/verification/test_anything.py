"""Whatever is sent, by people and by programs: there is an answer, and it has an end."""

from __future__ import annotations

import json

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbadges import baking, vc_jwt
from tests.factories import png
from tests.issuing.credentials import RSA, credential, proven, token
from tests.verification.elsewhere import NOW, Elsewhere, badge, endorsement, entry, rewritten
from verification import verifier

pytestmark = pytest.mark.django_db


# --- The answer for programs ----------------------------------------------------------------------


def test_programs_are_answered_at_an_address_of_their_own(client):
    made = proven(credential(validUntil="2999-01-01T00:00:00Z"))

    answer = client.post("/verify.json", {"text": json.dumps(made)})

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (told["verdict"], told["version"], told["forms"]) == ("valid", "3.0", [])
    assert told["document"] == made


def test_programs_may_send_the_badge_itself(client):
    made = proven()
    bodies = {
        "application/json": json.dumps(made),
        "application/vc+jwt": token(credential()),
        "image/png": baking.bake_png(png(20), v3=json.dumps(made)),
    }

    told = {
        kind: client.post("/verify.json?email=a@b.example", body, content_type=kind).json()
        for kind, body in bodies.items()
    }

    assert {kind: answer["verdict"] for kind, answer in told.items()} == {
        "application/json": "valid",
        "application/vc+jwt": "wrong_key",
        "image/png": "valid",
    }
    assert told["image/png"]["steps"][-1]["title"] == "Recipient"


# --- Bounds ---------------------------------------------------------------------------------------


def test_a_badge_cannot_send_us_all_over_the_web():
    many = [
        proven(endorsement() | {"issuer": f"did:web:{n}.example"}, method=f"did:web:{n}.example#k")
        for n in range(30)
    ]
    fetcher = Elsewhere()
    verifier.verify(
        text=json.dumps(badge(credentialStatus=entry(), endorsement=many)), fetcher=fetcher, now=NOW
    )

    assert len(fetcher.asked) <= 12
    assert len(set(fetcher.asked)) == len(fetcher.asked)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "type", "issuer", "proof", "kid", "achievement", "@context", "x"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    ),
    st.sampled_from([*credential(), "proof", "credentialStatus", "evidence", "refreshService"]),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_a_badge_gets_an_answer(value, name):
    document = badge(credentialStatus=entry()) | {name: value}
    made = jwt.encode({n: v for n, v in document.items() if n != "proof"}, RSA, algorithm="RS256")

    for text in (json.dumps(document), made, rewritten(token(), **{name: value})):
        report = verifier.verify(text=text, fetcher=Elsewhere(), now=NOW)
        assert report.headline
    assert vc_jwt.looks_like_jwt(made)
