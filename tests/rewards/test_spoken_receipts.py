"""Receipts as words: for each list, one for each place and none twice."""

from __future__ import annotations

import hashlib

import pytest

from rewards.spoken_receipts import ANIMALS, COLORS, spoken_receipt


def test_every_word_is_in_its_list_once():
    assert len(COLORS) == len(set(COLORS)) == 64
    assert len(ANIMALS) == len(set(ANIMALS)) == 64


@pytest.mark.parametrize("count", [1, 2, 4095, 4097, 50_000, 368_640, 400_001])
@pytest.mark.parametrize("seed", ["", "a", "another list"])
def test_no_two_receipts_of_a_list_sound_the_same(count, seed):
    sha256 = hashlib.sha256(seed.encode()).hexdigest()

    spoken = {spoken_receipt(n, count=count, sha256=sha256) for n in range(1, count + 1)}

    assert len(spoken) == count


@pytest.mark.parametrize("sha256", ["0" * 64, "f" * 64, "0" * 63 + "1"])
def test_unlikely_digests_give_different_words_too(sha256):
    assert len({spoken_receipt(n, count=5000, sha256=sha256) for n in range(1, 5001)}) == 5000


def test_the_words_follow_from_the_place_and_the_list():
    sha256 = hashlib.sha256(b"entries").hexdigest()

    spoken = spoken_receipt(7, count=12, sha256=sha256)

    assert spoken == spoken_receipt(7, count=12, sha256=sha256)
    assert spoken != spoken_receipt(7, count=12, sha256=hashlib.sha256(b"other").hexdigest())
    color, animal, number = spoken.split()
    assert (color in COLORS, animal in ANIMALS, len(number)) == (True, True, 2)
