"""Assigns the indexes of a status list, each exactly once and in an unpredictable order.

Bitstring Status List 1.0 recommends random indexes, so that neighbours in the list do not reveal
who was awarded together. A keyed permutation maps the nth award to its index: it never collides,
however full the list is, and needs no record of used indexes.
"""

from __future__ import annotations

import hashlib

# A Feistel network over 18-bit numbers: two halves of 9 bits.
_HALF = 9
_MASK = (1 << _HALF) - 1
_ROUNDS = 6


class IndexPermutation:
    """The permutation of `range(length)` derived from `secret`. `length` is at most 262,144."""

    def __init__(self, secret: bytes, length: int) -> None:
        if not 0 < length <= 1 << (2 * _HALF):
            raise ValueError(f"cannot permute {length} indexes")
        self._length = length
        self._tables = [_round_table(secret, round_number) for round_number in range(_ROUNDS)]

    def index_of(self, number: int) -> int:
        """The index of the award with this number, counted from 0."""
        if not 0 <= number < self._length:
            raise ValueError(f"no index for number {number}")
        number = self._permute(number)
        # Cycle walking: repeat until the result is inside the list. It stays a permutation.
        while number >= self._length:
            number = self._permute(number)
        return number

    def _permute(self, number: int) -> int:
        left, right = number >> _HALF, number & _MASK
        for table in self._tables:
            left, right = right, left ^ table[right]
        return left << _HALF | right


def _round_table(secret: bytes, round_number: int) -> list[int]:
    """The round function as a table: 9 bits of a keyed hash for each half."""
    stream = hashlib.shake_256(secret + bytes([round_number])).digest(2 * (_MASK + 1))
    return [int.from_bytes(stream[2 * i : 2 * i + 2], "big") & _MASK for i in range(_MASK + 1)]
