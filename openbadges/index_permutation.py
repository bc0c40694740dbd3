"""Places in a status list: every one once, in an order that nobody can guess.

Bitstring Status List 1.0 advises random places, so that neighbours in the list say
nothing about who was awarded together. A keyed permutation gives each number in line its place:
no place is ever tried twice, however full the list is, and nothing has to be remembered.
"""

from __future__ import annotations

import hashlib

# A Feistel network over numbers of 18 bits: two halves of 9.
_HALF = 9
_MASK = (1 << _HALF) - 1
_ROUNDS = 6


class Scattering:
    """The permutation of `range(length)` that belongs to `secret`. At most 262,144 places."""

    def __init__(self, secret: bytes, length: int) -> None:
        if not 0 < length <= 1 << (2 * _HALF):
            raise ValueError(f"{length} places cannot be scattered")
        self._length = length
        self._tables = [_table(secret, turn) for turn in range(_ROUNDS)]

    def place(self, number: int) -> int:
        """Where the award that is `number`th in line (from 0) goes."""
        if not 0 <= number < self._length:
            raise ValueError(f"There is no place for number {number}")
        number = self._permuted(number)
        # Outside the list? Walk on along the cycle: it comes back in, and never to a place in use.
        while number >= self._length:
            number = self._permuted(number)
        return number

    def _permuted(self, number: int) -> int:
        left, right = number >> _HALF, number & _MASK
        for table in self._tables:
            left, right = right, left ^ table[right]
        return left << _HALF | right


def _table(secret: bytes, turn: int) -> list[int]:
    """For each half what it is mixed with in this turn: 9 bits of a keyed hash."""
    stream = hashlib.shake_256(secret + bytes([turn])).digest(2 * (_MASK + 1))
    return [int.from_bytes(stream[2 * i : 2 * i + 2], "big") & _MASK for i in range(_MASK + 1)]
