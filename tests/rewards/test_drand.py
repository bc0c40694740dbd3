"""drand rounds: announced, fetched from any mirror, verified and saved."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, InternalError, transaction

from audit.models import AuditEntry
from fetching.safe_fetch import NotFetched
from rewards import rfc3797, tasks
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.draw import operations as draws
from rewards.draw import result
from rewards.drawings.forms import SourceFormSet
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import DrandRound
from tests.factories import UserFactory
from tests.rewards.drand_mirrors import Mirrors, answer, waiting
from tests.rewards.drand_rounds import (
    CALENDAR,
    DRAW,
    EARNED,
    OTHER_RANDOMNESS,
    OTHER_ROUND,
    OTHER_SIGNATURE,
    RANDOMNESS,
    ROUND,
    SIGNATURE,
)
from tests.rewards.drawing_factories import VALUES, drafted, draw_with


@pytest.mark.parametrize(
    ("number", "signature", "value"),
    [(ROUND, SIGNATURE, RANDOMNESS), (OTHER_ROUND, OTHER_SIGNATURE, OTHER_RANDOMNESS)],
)
def test_a_valid_signature_gives_the_value_of_the_round(number, signature, value):
    assert beacon.verify(number, signature) == value


INFINITY = "c0" + "00" * 47


@pytest.mark.parametrize(
    ("number", "signature", "reason"),
    [
        (ROUND + 1, SIGNATURE, "signature"),
        (ROUND, OTHER_SIGNATURE, "signature"),
        (ROUND, "9" + SIGNATURE[1:], "signature"),  # the same point, upside down
        (ROUND, SIGNATURE[:-1] + "c", "point"),
        (ROUND, INFINITY, "point"),
        (ROUND, "8" + "0" * 94 + "4", "point"),  # on the curve, outside the group
        (ROUND, "17" + SIGNATURE[2:], "point"),  # not marked as compressed
        (ROUND, SIGNATURE.upper(), "form"),
        (ROUND, SIGNATURE[:-2], "form"),
        (ROUND, f" {SIGNATURE}", "form"),
        (ROUND, "é" * 96, "form"),
        (ROUND, "", "form"),
    ],
)
def test_an_invalid_signature_is_refused(number, signature, reason):
    with pytest.raises(beacon.InvalidSignature) as refused:
        beacon.verify(number, signature)

    assert refused.value.reason == reason


def test_the_round_of_a_moment_is_the_first_one_at_or_after_it():
    # Midnight of April 20, 2026, falls on a round.
    midnight = datetime(2026, 4, 20, tzinfo=UTC)

    assert beacon.round_at(midnight) == 27946612
    assert beacon.round_at(midnight + timedelta(microseconds=1)) == 27946613
    assert beacon.round_at(midnight - timedelta(seconds=1)) == 27946612
    assert beacon.moment_of(27946612) == midnight
    assert beacon.round_at(beacon.GENESIS - timedelta(days=1)) == 1
    assert beacon.moment_of(1) == beacon.GENESIS


BAD_ANSWERS = {
    "down": None,
    "not there": {},
    "not json": b"<html>",
    "a number": b"7",
    "deep": b"[" * 100_000,
    "another round": answer(OTHER_ROUND, OTHER_SIGNATURE),
    "the signature of another round": answer(ROUND, OTHER_SIGNATURE),
    "no text": answer(ROUND, 7),
    "endless": answer(ROUND, SIGNATURE + "0" * 10_000),
}


@pytest.mark.parametrize("bad_answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_the_signature_comes_from_the_first_mirror_with_a_valid_one(bad_answer):
    mirrors = Mirrors(cloudflare=answer(), **({} if bad_answer is None else {"api": bad_answer}))

    def fetch(address):
        try:
            fetched = mirrors.fetch(address)
        except NotFetched as error:
            raise OSError from error
        return fetched.status, fetched.body

    assert beacon.fetch_signature(ROUND, fetch) == SIGNATURE
    assert mirrors.asked[0] == "api"


@pytest.mark.django_db
def test_a_round_is_fetched_once_it_is_signed(now):
    drawing, mirrors = waiting(now=now), Mirrors(api=answer())
    drand_round = drawing.rounds.get()
    assert (drand_round.number, drand_round.due_at, drand_round.signature) == (ROUND, DRAW, "")

    rounds.fetch_due_rounds(now=DRAW - timedelta(seconds=1), fetcher=mirrors)
    assert mirrors.asked == []
    rounds.fetch_due_rounds(now=DRAW, fetcher=mirrors)
    rounds.fetch_due_rounds(now=DRAW + timedelta(days=1), fetcher=mirrors)

    drand_round.refresh_from_db()
    assert (drand_round.signature, drand_round.found_at, drand_round.found_by) == (
        SIGNATURE,
        DRAW,
        None,
    )
    assert mirrors.asked == ["api"]
    assert AuditEntry.objects.filter(act="drand round kept").count() == 1


@pytest.mark.django_db
def test_a_round_is_retried_with_growing_delays_while_no_mirror_answers(now):
    drawing, down = waiting(now=now), Mirrors()

    rounds.fetch_due_rounds(now=DRAW, fetcher=down)
    rounds.fetch_due_rounds(now=DRAW + timedelta(seconds=59), fetcher=down)
    assert down.asked == ["api", "cloudflare", "api2", "api3"]
    rounds.fetch_due_rounds(now=DRAW + timedelta(seconds=61), fetcher=down)
    rounds.fetch_due_rounds(now=DRAW + timedelta(hours=2), fetcher=Mirrors(api3=answer()))

    drand_round = drawing.rounds.get()
    assert (drand_round.signature, drand_round.tries) == (SIGNATURE, 3)


@pytest.mark.django_db
def test_a_round_claimed_by_a_killed_worker_is_fetched_later(now):
    class Killed(BaseException):
        pass

    class Killing:
        def fetch(self, address):
            raise Killed

    drawing = waiting(now=now)
    with pytest.raises(Killed):
        rounds.fetch_due_rounds(now=DRAW, fetcher=Killing())

    rounds.fetch_due_rounds(now=DRAW + rounds.CLAIM_DURATION, fetcher=Mirrors(api=answer()))

    assert drawing.rounds.get().signature == SIGNATURE


@pytest.mark.django_db
def test_the_rounds_of_a_cancelled_drawing_are_not_fetched(now):
    drawing = waiting(now=now)
    drawings.cancel(drawing, by=UserFactory(), reason="No sponsor is left.")
    now(DRAW + timedelta(days=1))

    tasks.look_up_rounds()

    assert drawing.rounds.get().tries == 0


@pytest.mark.django_db
def test_a_saved_signature_cannot_change(now):
    drawing = waiting(now=now)
    rounds.fetch_due_rounds(now=DRAW, fetcher=Mirrors(api=answer()))

    for change in ({"signature": OTHER_SIGNATURE}, {"number": OTHER_ROUND}):
        with pytest.raises(InternalError), transaction.atomic():
            drawing.rounds.update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        drawing.rounds.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        DrandRound.objects.create(drawing=drawing, number=5, due_at=DRAW, found_at=DRAW)


@pytest.mark.django_db
def test_a_draw_uses_the_verified_value_and_publishes_its_signature(now, tmp_path):
    drawing = waiting(now=now)

    made = draw_with(drawing, values=[[SIGNATURE], VALUES[0]], by=UserFactory(), now=DRAW)

    assert made.key.startswith(f"{RANDOMNESS.upper()}/9.18.26.34.41.45./")
    published = draws.published_inputs(made)["sources"][0]
    assert published == {
        **drawing.rules.sources[0],
        "values": [RANDOMNESS],
        "signature": SIGNATURE,
    }
    assert (published["round"], published["chain"]) == (ROUND, beacon.CHAIN)
    assert drawing.rounds.get().signature == SIGNATURE

    zipped = b"".join(result.check_zip(made))
    zipfile.ZipFile(BytesIO(zipped)).extractall(tmp_path)
    printed = _recompute(tmp_path)
    assert f"drand round {ROUND} value as its signature says" in printed
    assert made.key in printed

    inputs = json.loads((tmp_path / "inputs.json").read_text())
    inputs["sources"][0]["values"] = [OTHER_RANDOMNESS]
    (tmp_path / "inputs.json").write_text(json.dumps(inputs))
    assert f"drand round {ROUND} VALUE NOT OF ITS SIGNATURE" in _recompute(tmp_path)


def _recompute(folder) -> str:
    return subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("given", [[""], [RANDOMNESS], [OTHER_SIGNATURE]])
def test_a_draw_with_an_invalid_signature_is_refused(now, given):
    drawing = waiting(now=now)

    with pytest.raises(beacon.InvalidSignature):
        draw_with(drawing, values=[given, VALUES[0]], by=UserFactory(), now=DRAW)

    assert not drawing.draws.exists()
    assert drawing.rounds.get().signature == ""


@pytest.mark.django_db
@pytest.mark.parametrize("at", [CALENDAR["disputes_until"], DRAW + timedelta(seconds=1)])
def test_a_round_before_disputes_end_or_after_the_draw_cannot_be_announced(at):
    drawing = drafted(**CALENDAR, sources=[rounds.drand_source(at)])

    with pytest.raises(drawings.NotReady) as refused:
        drawings.announce(drawing, by=UserFactory(), now=EARNED)

    assert len(refused.value.missing) == 1


def test_the_value_of_a_round_is_in_the_key_as_text():
    source = {"kind": "drand", "values": [RANDOMNESS]}

    assert rfc3797.key_string([source]) == f"{RANDOMNESS.upper()}/"
    assert hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest() == RANDOMNESS


def test_other_sources_need_their_name_place_and_day():
    sources = SourceFormSet(
        {"source-TOTAL_FORMS": "1", "source-INITIAL_FORMS": "0", "source-0-kind": "numbers"},
        prefix="source",
    )

    assert not sources.is_valid()
    assert sorted(sources.errors[0]) == ["count", "name", "when", "where"]
