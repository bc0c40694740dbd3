"""PostgreSQL's disk is full: no page says that something was saved, and work goes on after."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.urls import reverse

from issuing.models import Assertion
from mail.models import OutgoingEmail
from submissions.models import EvidenceItem
from tests.factories import DraftFactory
from tests.faults.full_disk import small_disk
from tests.faults.worker import wait_until
from tests.issuing.awards import due_awards

pytestmark = [
    pytest.mark.long,
    pytest.mark.worker,
    pytest.mark.xdist_group("worker"),
    pytest.mark.django_db(transaction=True),
]

AWARDS = 200


def test_a_full_disk_refuses_in_plain_words_and_loses_nothing(
    client, worker, broker, mail_server, tmp_path
):
    draft = DraftFactory()
    awards = due_awards(AWARDS)
    client.force_login(draft.earner)
    client.raise_request_exception = False
    # Random, so that PostgreSQL can't compress it into a page that has room.
    words = " ".join(f"{random.getrandbits(64):x}" for _ in range(500))
    address = reverse("submissions:edit", args=[draft.public_id])
    typed = {f"criterion-{draft.version.criteria.first().pk}-text": words}

    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        refused = client.post(address, typed)
        worker.start()
        wait_until(lambda: "No space left on device" in worker.log.read_text(), what="a full disk")
        broker.flushdb()

        assert refused.status_code == 503
        assert "Nothing was saved" in refused.content.decode()
        assert words in refused.content.decode()
        assert not EvidenceItem.objects.exists()
        assert not Assertion.objects.filter(status=Assertion.Status.ISSUED).exists()
        assert mail_server.accepted == []
        assert client.get(address).status_code == 200

        disk.make_room()
        assert client.post(address, typed).status_code == 302
        wait_until(
            lambda: (
                OutgoingEmail.objects.filter(status=OutgoingEmail.Status.SENT).count() == AWARDS
            ),
            seconds=60,
            what="all emails",
        )
        worker.kill()

    assert EvidenceItem.objects.get().text == words
    assert Assertion.objects.filter(status=Assertion.Status.ISSUED).count() == AWARDS
    everyone_once = {award.recipient_email: 1 for award in awards}
    assert Counter(letter.to for letter in mail_server.accepted) == everyone_once
