"""Sizes of files, as people read them."""

import pytest
from django.utils import translation

from submissions.sizes import size_words

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (10 * 1024, "10 KB"),
        (20 * MEGABYTE, "20 MB"),
        (int(20.04 * MEGABYTE), "20 MB"),
        (int(20.1 * MEGABYTE), "20.1 MB"),
        (100 * MEGABYTE, "100 MB"),
        (2 * 1024 * MEGABYTE, "2 GB"),
    ],
)
def test_a_whole_number_has_no_decimals(size, words):
    assert size_words(size).replace("\xa0", " ") == words


def test_sizes_are_written_as_the_language_writes_numbers():
    with translation.override("es"):
        sizes = [size_words(20 * MEGABYTE), size_words(int(1.5 * MEGABYTE))]

    assert [size.replace("\xa0", " ") for size in sizes] == ["20 MB", "1.5 MB"]
