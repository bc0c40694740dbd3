"""Papers are made in processes of their own, a few at once; who comes then is told to wait."""

from __future__ import annotations

import pytest

from papers.typesetting import compiling
from sandbox import places
from tests.factories import UserFactory
from tests.issuing.awards import issued_award

pytestmark = pytest.mark.django_db


def test_a_paper_waits_while_many_are_made_and_says_so(client, monkeypatch):
    award = issued_award(earner=UserFactory(name="Rosa Álvarez"))
    client.force_login(award.recipient)
    address = f"{award.get_absolute_url()}certificate.pdf"
    folder = places.folder("papers")

    with places.taken(of=folder), places.taken(of=folder), monkeypatch.context() as patch:
        patch.setattr(compiling, "SECONDS_TO_WAIT", 0.1)
        busy = client.get(address)
    made = client.get(address)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "60")
    assert "Try again" in busy.content.decode()
    assert made.content.startswith(b"%PDF")


def test_uploads_do_not_wait_for_papers():
    folder = places.folder("papers")

    with places.taken(of=folder), places.taken(of=folder), places.taken(seconds=0.1):
        pass  # Busy would be raised
