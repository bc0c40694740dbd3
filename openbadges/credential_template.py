"""What the credentials of one badge have in common, canonicalised once.

The canonical form (RDFC-1.0) of a document is its sorted N-Quads, with a label for every blank
node. Two awards of one badge differ in some gaps: ids, hashes, dates. A shape keeps the quads of a
document with gaps. Filling it gives the very bytes that the full procedure would give:

- A quad without a gap and without a blank node is the same in every award.
- A blank node's label follows from the order of the nodes' first-degree hashes (RDFC-1.0, section
  4.6), as long as no two are equal. Only those of nodes next to a gap have to be made anew.
- Where two are equal, the full procedure is asked, award by award.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from json.encoder import encode_basestring
from operator import itemgetter

_GAP_BEGINS = "urn:gap:"
_GAP = re.compile(rf"{_GAP_BEGINS}(\d+):")
_NODE_OR_ADDRESS = r"_:\S+|<[^>]*>"
_LITERAL = r'"[^"\\]*(?:\\.[^"\\]*)*"(?:@\S+|\^\^<[^>]*>)?'
_QUAD = re.compile(
    rf"({_NODE_OR_ADDRESS}) (<[^>]*>) ({_NODE_OR_ADDRESS}|{_LITERAL})(?: ({_NODE_OR_ADDRESS}))? \."
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_ORDERS_KEPT = 64
_TEXTS_KEPT = 256


def gap(number: int) -> str:
    """What stands in a document where awards differ: an address in form, so it fits anywhere."""
    return f"{_GAP_BEGINS}{number}:"


def may_hold_gaps(text: str) -> bool:
    return _GAP_BEGINS in text


def fill(text: str, values: Sequence[str]) -> str:
    """The JSON text with its gaps filled. A text that came without values has no gaps."""
    if not values:
        return text
    parts = list(_around_gaps(text))
    parts[1::2] = [encode_basestring(values[int(n)])[1:-1] for n in parts[1::2]]
    return "".join(parts)


@lru_cache(maxsize=_TEXTS_KEPT)
def _around_gaps(text: str) -> tuple[str, ...]:
    """What stands around the gaps, and their numbers: text, number, text, number, text."""
    return tuple(_GAP.split(text))


class Shape:
    """A document with gaps, given as JSON, and its canonical form ready to be filled."""

    def __init__(self, text: str, *, canonicalize: Callable[[dict], str]) -> None:
        self.text = text
        self._canonicalize = canonicalize
        self._quads = [_Quad(line) for line in canonicalize(json.loads(text)).split("\n")[:-1]]
        nodes = sorted({node for quad in self._quads for node in quad.nodes})
        touching = {node: [quad for quad in self._quads if node in quad.nodes] for node in nodes}
        # RDFC-1.0, section 4.6: what is said about a node, with all others looking the same.
        said = {node: _Lines(quads, _Others({node: "_:a"})) for node, quads in touching.items()}
        self._moving = {node: lines for node, lines in said.items() if lines.have_gaps}
        resting = {node: lines.hash(()) for node, lines in said.items() if not lines.have_gaps}
        self._is_plain = len(set(resting.values())) == len(resting)
        self._resting = sorted(resting, key=resting.__getitem__)
        self._resting_hashes = [resting[node] for node in self._resting]
        # All lines, by the order of the blank nodes. Threads share a shape.
        self._lines = lru_cache(maxsize=_ORDERS_KEPT)(partial(_in_order, self._quads))

    def canonical(self, values: Sequence[str]) -> str:
        """The canonical N-Quads of the document with these values in its gaps."""
        terms = _terms(values)
        hashes = {node: lines.hash(terms) for node, lines in self._moving.items()}
        taken = set(hashes.values())
        if (
            not self._is_plain
            or len(taken) < len(hashes)
            or any(known in taken for known in self._resting_hashes)
        ):
            return self._canonicalize(json.loads(fill(self.text, values)))
        return self._lines(self._order(hashes)).written(terms)

    def _order(self, hashes: dict[str, str]) -> tuple[str, ...]:
        order = self._resting.copy()
        placed = self._resting_hashes.copy()
        for node in sorted(hashes, key=hashes.__getitem__):
            at = bisect_left(placed, hashes[node])
            placed.insert(at, hashes[node])
            order.insert(at, node)
        return tuple(order)


class _Lines:
    """Lines of N-Quads in which the blank nodes have their labels, and the gaps are open."""

    def __init__(self, quads: Iterable[_Quad], labels: Mapping[str, str]) -> None:
        lines = [quad.labelled(labels) for quad in quads]
        # Where other nodes look the same, so may two lines, and a hash is made of both.
        self._same = sorted(pattern % () for pattern, numbers in lines if not numbers)
        self._differing = [(pattern, itemgetter(*numbers)) for pattern, numbers in lines if numbers]
        self.have_gaps = bool(self._differing)

    def written(self, terms: Sequence[object]) -> str:
        """Sorted, with these terms of `_terms` in the gaps; lines that these make alike are one."""
        lines = {pattern % of(terms) for pattern, of in self._differing}
        lines.difference_update(self._same)
        # Most are in order already, and that is quickly found out.
        return "".join(sorted([*self._same, *lines]))

    def hash(self, terms: Sequence[object]) -> str:
        return hashlib.sha256(self.written(terms).encode()).hexdigest()


def _in_order(quads: Sequence[_Quad], order: tuple[str, ...]) -> _Lines:
    return _Lines(quads, {node: f"_:c14n{number}" for number, node in enumerate(order)})


class _Quad:
    """One line of N-Quads, taken apart where something may be put in."""

    def __init__(self, line: str) -> None:
        quad = _QUAD.fullmatch(line)
        if quad is None:
            raise ValueError(f"not a line of N-Quads: {line!r}")
        self._terms = [term for term in quad.groups() if term]
        self.nodes = {term for term in self._terms if term.startswith("_:")}

    def labelled(self, labels: Mapping[str, str]) -> tuple[str, list[int]]:
        """The line with a place for every gap, and which of `_terms` goes into each."""
        patterns, numbers = [], []
        for term in self._terms:
            if term in self.nodes:
                patterns.append(labels[term])
                continue
            pieces = _GAP.split(term)
            patterns.append("%s".join(piece.replace("%", "%%") for piece in pieces[::2]))
            is_address = term.startswith("<")
            numbers += [2 * int(number) + is_address for number in pieces[1::2]]
        return " ".join(patterns) + " .\n", numbers


def _terms(values: Sequence[str]) -> list[object]:
    """Every value as it stands in a literal, and after it as it stands in an address."""
    terms: list[object] = []
    for value in values:
        address = value if _IRI.fullmatch(value) else _NoAddress(value)
        literal = value.translate(_ESCAPED) if _TO_ESCAPE.search(value) else value
        terms += [literal, address]
    return terms


class _NoAddress:
    """Stands where no address may be written."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __str__(self) -> str:
        raise ValueError(f"not an address: {self._value!r}")


class _Others(dict):
    """Every other blank node's label while one is hashed."""

    def __missing__(self, node: str) -> str:
        return "_:z"
