"""Verifying Open Badges 2.0 that another site issued."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.verification.remote_site import HOST, FakeSite, other_site, verify_remote
from tests.verification.reports import findings
from verification import remote_documents, verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


def test_a_remote_badge_is_followed_to_its_issuer():
    report = verify_remote(other_site(), email="Rosa@school.example")

    assert report.verdict is Verdict.VALID
    assert (report.badge_name, report.issuer_name) == ("Another badge", "Elsewhere College")
    assert findings(report)["Issued here"] is Finding.OPEN


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"id": f"{HOST}/a/2"}, Verdict.INVALID),
        ({"type": "BadgeClass"}, Verdict.INVALID),
        ({"issuedOn": "2020-01-01T00:00:00"}, Verdict.INVALID),
        ({"issuedOn": "2999-01-01T00:00:00Z"}, Verdict.INVALID),
        ({"expires": "2001-01-01T00:00:00Z"}, Verdict.INVALID),
        ({"issuedOn": "2020-01-01T00:00:00Z", "expires": "2021-01-01T00:00:00Z"}, Verdict.EXPIRED),
        ({"verification": {"type": "SignedBadge"}}, Verdict.NOT_CHECKED),
        ({"revoked": True}, Verdict.REVOKED),
        ({"badge": f"{HOST}/b/9"}, Verdict.NOT_CHECKED),
        ({"badge": {"name": "No address"}}, Verdict.NOT_CHECKED),
        ({"badge": f"{HOST}/i/1"}, Verdict.INVALID),
    ],
)
def test_a_remote_badge_must_follow_the_specification(changes, verdict):
    assert verify_remote(other_site(**changes)).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"type": [{"Assertion": 1}, []]}, Verdict.INVALID),
        ({"type": {}}, Verdict.INVALID),
        ({"verification": {"type": [[]]}}, Verdict.NOT_CHECKED),
        ({"expires": "9999-12-31T23:59:59-14:00"}, Verdict.VALID),
        ({"issuedOn": "0001-01-01T00:00:00+14:00"}, Verdict.VALID),
    ],
)
def test_malformed_remote_documents_get_a_verdict(changes, verdict):
    assert verify_remote(other_site(**changes)).verdict is verdict


def test_a_remote_revocation_with_status_410_counts():
    site = other_site() | {f"{HOST}/a/1": (410, {"revoked": True, "revocationReason": "Oops"})}

    assert verify_remote(site).verdict is Verdict.REVOKED


def test_an_issuer_on_another_site_does_not_vouch_for_the_badge():
    site = other_site()
    badge = site[f"{HOST}/b/1"][1] | {"issuer": "https://trusted.example/i"}
    trusted = site[f"{HOST}/i/1"][1] | {"id": "https://trusted.example/i"}
    site |= {f"{HOST}/b/1": (200, badge), "https://trusted.example/i": (200, trusted)}

    assert verify_remote(site).verdict is Verdict.INVALID


def test_a_badge_on_an_unreachable_site_is_not_called_invalid():
    report = verify_remote({})

    assert report.verdict is Verdict.NOT_CHECKED
    assert "badges.elsewhere.example" in report.steps[-1].detail


def test_slow_sites_block_only_a_limited_number_of_threads():
    all_waiting, answer = (
        threading.Barrier(remote_documents.MAX_WAITING_THREADS + 1),
        threading.Event(),
    )

    class Slow(FakeSite):
        def fetch(self, url):
            if url.endswith("/a/1"):
                all_waiting.wait(timeout=10)
                answer.wait(timeout=10)
            return super().fetch(url)

    def ask():
        return verifier.verify(text=f"{HOST}/a/1", fetcher=Slow(other_site())).verdict

    with ThreadPoolExecutor() as threads:
        waiting = [threads.submit(ask) for _ in range(remote_documents.MAX_WAITING_THREADS)]
        all_waiting.wait(timeout=10)
        one_more = verify_remote(other_site()).verdict
        answer.set()
        answers = [future.result() for future in waiting]

    assert one_more is Verdict.NOT_CHECKED
    assert answers == [Verdict.VALID] * remote_documents.MAX_WAITING_THREADS
    assert verify_remote(other_site()).verdict is Verdict.VALID


def test_a_changed_file_of_another_issuer_is_reported():
    site = other_site()
    text = json.dumps(site[f"{HOST}/a/1"][1] | {"issuedOn": "2021-01-01T00:00:00Z"})

    report = verifier.verify(text=text, fetcher=FakeSite(site))

    assert report.verdict is Verdict.CHANGED
