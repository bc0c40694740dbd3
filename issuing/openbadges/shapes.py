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
from collections import OrderedDict
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring

_GAP = re.compile(r"urn:gap:(\d+):")
_QUAD = re.compile(r"(_:\S+|<[^>]*>) (<[^>]*>) (_:\S+|<[^>]*>|\".*)( (?:_:\S+|<[^>]*>))? \.")
_LITERAL_WITH_GRAPH = re.compile(r"(\".*\"(?:@\S+|\^\^<[^>]*>)?)( (?:_:\S+|<[^>]*>))")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_ORDERS_KEPT = 256


def gap(number: int) -> str:
    """What stands in a document where awards differ: an address in form, so it fits anywhere."""
    return f"urn:gap:{number}:"


def fill(text: str, values: Sequence[str]) -> str:
    """The JSON text with its gaps filled. A text that came without values has no gaps."""
    if not values:
        return text
    parts = _GAP.split(text)
    parts[1::2] = [encode_basestring(values[int(n)])[1:-1] for n in parts[1::2]]
    return "".join(parts)


class Shape:
    """A document with gaps, given as JSON, and its canonical form ready to be filled."""

    def __init__(self, text: str, *, canonicalize: Callable[[dict], str]) -> None:
        self.text = text
        self._canonicalize = canonicalize
        quads = [_Quad(line) for line in canonicalize(json.loads(text)).split("\n")[:-1]]
        nodes = sorted({node for quad in quads for node in quad.nodes})
        touching = {node: [quad for quad in quads if node in quad.nodes] for node in nodes}
        self._moving = {n: qs for n, qs in touching.items() if any(q.has_gap for q in qs)}
        resting = {n: _hash(n, qs, ()) for n, qs in touching.items() if n not in self._moving}
        self._is_plain = len(set(resting.values())) == len(resting)
        self._resting = sorted(resting, key=resting.get)
        self._resting_hashes = [resting[node] for node in self._resting]
        self._same = [quad for quad in quads if not quad.has_gap]
        self._differing = [quad for quad in quads if quad.has_gap]
        # The unchanging quads, written and sorted, by the order of all blank nodes.
        self._written: OrderedDict[tuple[str, ...], tuple[dict[str, str], list[str]]] = (
            OrderedDict()
        )

    def canonical(self, values: Sequence[str]) -> str:
        """The canonical N-Quads of the document with these values in its gaps."""
        terms = _terms(values)
        hashes = {node: _hash(node, quads, terms) for node, quads in self._moving.items()}
        taken = set(hashes.values())
        if (
            not self._is_plain
            or len(taken) < len(hashes)
            or any(known in taken for known in self._resting_hashes)
        ):
            return self._canonicalize(json.loads(fill(self.text, values)))
        labels, same = self._in_order(hashes)
        lines = {quad.written(labels, terms) for quad in self._differing}
        return "".join(sorted([*same, *lines]))

    def _in_order(self, hashes: dict[str, str]) -> tuple[dict[str, str], list[str]]:
        order = self._resting.copy()
        placed = self._resting_hashes.copy()
        for node in sorted(hashes, key=hashes.get):
            at = bisect_left(placed, hashes[node])
            placed.insert(at, hashes[node])
            order.insert(at, node)
        key = tuple(order)
        if key in self._written:
            self._written.move_to_end(key)
        else:
            labels = {node: f"_:c14n{number}" for number, node in enumerate(order)}
            self._written[key] = labels, sorted(quad.written(labels, ()) for quad in self._same)
            if len(self._written) > _ORDERS_KEPT:
                self._written.popitem(last=False)
        return self._written[key]


class _Quad:
    """One line of N-Quads, taken apart where something may be put in."""

    def __init__(self, line: str) -> None:
        subject, predicate, value, graph = _QUAD.fullmatch(line).groups()
        if value.startswith('"') and graph is None and (m := _LITERAL_WITH_GRAPH.fullmatch(value)):
            value, graph = m.groups()
        terms = [subject, predicate, value, *([graph.strip()] if graph else [])]
        self.nodes = {term for term in terms if term.startswith("_:")}
        # A pattern with a place for every label and gap, and what goes there: a label, or the
        # number of a term of `_terms`.
        pattern, self._names = [], []
        for term in terms:
            if term.startswith("_:"):
                pattern.append("%s")
                self._names.append(term)
                continue
            pieces = _GAP.split(term)
            pattern.append("%s".join(piece.replace("%", "%%") for piece in pieces[::2]))
            is_address = term.startswith("<")
            self._names += [2 * int(number) + is_address for number in pieces[1::2]]
        self._pattern = " ".join(pattern) + " .\n"
        self.has_gap = any(isinstance(name, int) for name in self._names)

    def written(self, labels: dict[str, str], terms: Sequence[object]) -> str:
        return self._pattern % tuple(
            [terms[name] if isinstance(name, int) else labels[name] for name in self._names]
        )


def _terms(values: Sequence[str]) -> list[object]:
    """Every value as it stands in a literal, and after it as it stands in an address."""
    terms = []
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


def _hash(node: str, quads: list[_Quad], terms: Sequence[object]) -> str:
    """RDFC-1.0, section 4.6: the hash of what is said about a node."""
    labels = _Others({node: "_:a"})
    lines = sorted({quad.written(labels, terms) for quad in quads})
    return hashlib.sha256("".join(lines).encode()).hexdigest()
