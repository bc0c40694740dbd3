"""A real nginx sends recordings, after the program has said who may see them."""

from __future__ import annotations

import http.client
import os

import pytest

from bench.nginx import MISSING, SHIPPED, nginx, nginx_before
from issuing.awards.operations import changes
from tests.factories import DraftFactory
from tests.faults.web_node import WebNode
from tests.issuing.awards import evidence_of, issued_award
from tests.submissions.stored_recordings import add_recording

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(nginx() is None, reason=MISSING),
    pytest.mark.xdist_group("nginx"),
    pytest.mark.django_db(transaction=True),
]
DATA = os.urandom(300_000)


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_nginx_sends_the_part_that_a_player_asks_for_and_nothing_unasked(kept_files):
    draft = DraftFactory()
    add_recording(draft, draft.version.criteria.first(), data=DATA)
    award = issued_award(earner=draft.earner, badge_class=draft.badge_class)
    [item] = [one for one in evidence_of(award) if one.seconds]
    web = WebNode(
        files=kept_files, PUBLIC_ORIGIN="http://localhost", RECORDING_ACCEL="/_recordings/"
    )
    more = f"set $badges_evidence {kept_files}/evidence;\ninclude {SHIPPED}/recordings.conf;"
    try:
        web.start()
        with nginx_before(web.port, more=more) as proxy:
            assert ask(proxy.port, item.get_file_url())[0] == 404
            assert ask(proxy.port, f"/_recordings/{item.file.name}")[0] == 404

            changes.share(award, shows_name=False, items=[item])

            status, headers, part = ask(proxy.port, item.get_file_url(), Range="bytes=1000-1999")
            assert (status, part) == (206, DATA[1000:2000])
            assert headers["Content-Range"] == "bytes 1000-1999/300000"
            assert headers["Content-Type"] == "video/mp4"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in headers["Content-Security-Policy"]
            assert "no-store" in headers["Cache-Control"]
            assert item.neutral_name in headers["Content-Disposition"]
            assert ask(proxy.port, item.get_file_url())[2] == DATA
    finally:
        web.kill()
