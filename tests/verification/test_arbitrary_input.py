"""The verifier answers any input of people and API clients, within limits."""

from __future__ import annotations

import json

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbadges import baking, vc_jwt
from tests.factories import png
from tests.issuing.credentials import RSA, credential, proven, token
from tests.verification.elsewhere import (
    NOW,
    FakeSite,
    rewritten,
    signed_badge,
    signed_endorsement,
    status_entry,
)
from verification import verifier

pytestmark = pytest.mark.django_db


# --- The JSON report ------------------------------------------------------------------------------


def test_the_json_address_answers_api_clients(client):
    signed = proven(credential(validUntil="2999-01-01T00:00:00Z"))

    answer = client.post("/verify.json", {"text": json.dumps(signed)})

    report = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (report["verdict"], report["version"], report["forms"]) == ("valid", "3.0", [])
    assert report["document"] == signed


def test_api_clients_may_post_the_badge_itself(client):
    signed = proven()
    bodies = {
        "application/json": json.dumps(signed),
        "application/vc+jwt": token(credential()),
        "image/png": baking.bake_png(png(20), v3=json.dumps(signed)),
    }

    reports = {
        kind: client.post("/verify.json?email=a@b.example", body, content_type=kind).json()
        for kind, body in bodies.items()
    }

    assert {kind: report["verdict"] for kind, report in reports.items()} == {
        "application/json": "valid",
        "application/vc+jwt": "wrong_key",
        "image/png": "valid",
    }
    assert reports["image/png"]["steps"][-1]["title"] == "Recipient"


# --- Limits ---------------------------------------------------------------------------------------


def test_one_badge_causes_a_limited_number_of_requests():
    many = [
        proven(
            signed_endorsement() | {"issuer": f"did:web:{n}.example"},
            method=f"did:web:{n}.example#k",
        )
        for n in range(30)
    ]
    fetcher = FakeSite()
    verifier.verify(
        text=json.dumps(signed_badge(credentialStatus=status_entry(), endorsement=many)),
        fetcher=fetcher,
        now=NOW,
    )

    assert len(fetcher.asked) <= 12
    assert len(set(fetcher.asked)) == len(fetcher.asked)


@pytest.mark.long
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
def test_any_content_of_a_badge_gets_a_verdict(value, name):
    document = signed_badge(credentialStatus=status_entry()) | {name: value}
    signed = jwt.encode({n: v for n, v in document.items() if n != "proof"}, RSA, algorithm="RS256")

    for text in (json.dumps(document), signed, rewritten(token(), **{name: value})):
        report = verifier.verify(text=text, fetcher=FakeSite(), now=NOW)
        assert report.headline
    assert vc_jwt.looks_like_jwt(signed)
