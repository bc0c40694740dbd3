"""The verdict is a function of the findings, and never accuses without proof."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbadges.multikeys import base64url
from tests.issuing.credentials import RSA, credential
from tests.verification.elsewhere import (
    DID,
    KID,
    NOW,
    FakeSite,
    rewritten,
    signed_badge,
    status_entry,
)
from tests.verification.signed_elsewhere import signed_token, signed_v2, site_of_signed_v2
from verification import verifier
from verification.verdicts import Check, Finding, Kind, Step, Verdict, verdict_of

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.builds(
        Step,
        finding=st.sampled_from(Finding),
        title=st.just("x"),
        checks=st.frozensets(st.sampled_from(Check)),
        means=st.none(),
    ),
    max_size=8,
)
ALL_PASSED = [Step(Finding.PASSED, check.value, checks=frozenset({check})) for check in Check]


def test_every_verdict_has_a_kind_and_every_kind_a_look_of_its_own():
    assert {verdict.kind for verdict in Verdict} == set(Kind)
    assert len({str(kind.word) for kind in Kind}) == len({kind.shape for kind in Kind}) == len(Kind)
    assert {kind.tone for kind in Kind} == {"valid", "caution", "invalid", "unknown"}
    assert {kind for kind in Kind if kind.tone == "invalid"} == {Kind.FALSE, Kind.REVOKED}
    assert Kind.NOT_CHECKED.tone not in {Kind.FALSE.tone, Kind.VALID.tone}
    assert {verdict for verdict in Verdict if verdict.kind is Kind.FALSE} == {
        Verdict.CHANGED,
        Verdict.WRONG_KEY,
        Verdict.NOT_ISSUED,
    }


@given(STEPS)
def test_without_proof_no_findings_lead_to_false_and_valid_needs_every_check(steps):
    verdict = verdict_of(steps)

    assert verdict.kind is not Kind.FALSE
    passed = {Finding.PASSED, Finding.NOT_APPLICABLE}
    all_made = all(
        {step.finding for step in steps if check in step.checks} <= passed
        and any(check in step.checks for step in steps)
        for check in Check
    )
    assert (verdict is Verdict.VALID) == all_made


@pytest.mark.parametrize("check", Check)
@pytest.mark.parametrize("finding", [Finding.OPEN, None])
def test_one_check_that_is_open_or_missing_leads_to_not_checked(check, finding):
    steps = [step for step in ALL_PASSED if check not in step.checks]
    if finding:
        steps.append(Step(finding, "x", checks=frozenset({check})))

    assert verdict_of(steps) is Verdict.NOT_CHECKED


@pytest.mark.parametrize("means", [Verdict.REVOKED, Verdict.EXPIRED, Verdict.OTHER_PERSON])
def test_what_a_document_says_of_itself_counts_only_if_its_issuer_says_it(means):
    says = Step(Finding.FAILED, "x", means=means)
    not_signed = [step for step in ALL_PASSED if Check.UNCHANGED not in step.checks]

    assert verdict_of([*ALL_PASSED, says]) is means
    assert verdict_of([*not_signed, says]) is Verdict.NOT_CHECKED


# --- Any change, and anything unknown -------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


def places(value, path=()):
    """The paths of everything in a JSON value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in entries:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def changed_at(document, path, how, value):
    document = copy.deepcopy(document)
    place = document
    for name in path[:-1]:
        place = place[name]
    if how == "remove":
        del place[path[-1]]
    elif how == "add" and isinstance(place, dict):
        place["extra"] = value
    else:
        place[path[-1]] = value
    return document


SIGNED = signed_badge(
    validUntil="2027-01-01T00:00:00Z", credentialStatus=status_entry(), description="For all."
)
TOKEN = signed_token(DID, "RS256", RSA, kid=KID)
SIGNED_V2 = signed_v2()


@pytest.mark.long
@given(st.data(), st.sampled_from(["remove", "add", "replace"]), JSON)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_badge_with_any_change_is_never_valid(data, how, value):
    path = data.draw(st.sampled_from(list(places(SIGNED))))
    mutated = changed_at(SIGNED, path, how, value)
    if json.dumps(mutated, sort_keys=True) == json.dumps(SIGNED, sort_keys=True):
        return

    report = verifier.verify(text=json.dumps(mutated), fetcher=FakeSite(), now=NOW)

    is_same_badge = _same_meaning(mutated)
    assert is_same_badge or report.verdict is not Verdict.VALID


def _same_meaning(mutated) -> bool:
    """JSON-LD knows several spellings of one statement: a single value, or a list of it."""

    def plain(value):
        if isinstance(value, dict):
            return {n: plain(v) for n, v in value.items() if v is not None and v != []}
        if isinstance(value, list):
            inner = [plain(v) for v in value if v is not None]
            return inner[0] if len(inner) == 1 else inner
        return value

    return plain(mutated) == plain(SIGNED)


@given(st.sampled_from([*credential(), "iss", "exp", "nbf"]), JSON)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_token_with_any_change_is_never_valid(name, value):
    site = site_of_signed_v2()
    for text in (rewritten(TOKEN, **{name: value}), rewritten(SIGNED_V2, **{name: value})):
        assert text not in (TOKEN, SIGNED_V2)
        report = verifier.verify(text=text, fetcher=FakeSite(site), now=NOW)
        assert report.verdict is not Verdict.VALID


NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=12)


@given(st.sampled_from(["type", "method", "algorithm", "suite", "status", "context"]), NAMES)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_honest_document_of_an_unknown_kind_is_never_false(what, name):
    """Written as its issuer would write it, with a word that this software has never heard."""
    claims = credential(DID)
    proof = SIGNED["proof"][0]
    text = {
        "type": lambda: signed_token(
            DID, "RS256", RSA, claims=claims | {"type": ["VerifiableCredential", name]}, kid=KID
        ),
        "method": lambda: json.dumps(
            credential(f"did:{name}:1")
            | {"proof": proof | {"verificationMethod": f"did:{name}:1#key"}}
        ),
        "algorithm": lambda: _with_header(TOKEN, alg=name),
        "suite": lambda: json.dumps(SIGNED | {"proof": proof | {"cryptosuite": name}}),
        "status": lambda: signed_token(
            DID,
            "RS256",
            RSA,
            claims=claims | {"credentialStatus": status_entry(type=name)},
            kid=KID,
        ),
        "context": lambda: json.dumps(
            SIGNED | {"@context": [*SIGNED["@context"], f"https://{name}.example/v1"]}
        ),
    }[what]()

    report = verifier.verify(text=text, fetcher=FakeSite(), now=NOW)

    assert report.kind is not Kind.FALSE
    assert report.verdict is not Verdict.VALID


def _with_header(text: str, **header) -> str:
    _head, rest = text.split(".", 1)
    return f"{base64url(json.dumps({'kid': KID} | header).encode())}.{rest}"
