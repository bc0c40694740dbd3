"""A template for the credentials of one badge, canonicalized once.

The canonical form (RDFC-1.0) of a document is its sorted N-Quads, with a label for every blank
node. The awards of one badge differ only in ids, hashes and dates. A template holds placeholders in
their place, and the quads of that document. Filling it gives the same bytes as canonicalizing each
document:

- A quad without a placeholder and without a blank node is the same in every award.
- A blank node's label follows from the order of the nodes' first-degree hashes (RDFC-1.0, section
  4.6), as long as no two are equal. Only nodes next to a placeholder have to be hashed again.
- Where two hashes are equal, the filled document is canonicalized in full.
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

_PREFIX = "urn:gap:"  # stored in CredentialText, so it cannot change
_PLACEHOLDER = re.compile(rf"{_PREFIX}(\d+):")
_NODE_OR_IRI = r"_:\S+|<[^>]*>"
_LITERAL = r'"[^"\\]*(?:\\.[^"\\]*)*"(?:@\S+|\^\^<[^>]*>)?'
_QUAD = re.compile(
    rf"({_NODE_OR_IRI}) (<[^>]*>) ({_NODE_OR_IRI}|{_LITERAL})(?: ({_NODE_OR_IRI}))? \."
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_CACHED_ORDERS = 64
_CACHED_TEXTS = 256


def placeholder(number: int) -> str:
    """The placeholder with this number. It is a valid IRI, so it fits as a literal and as an id."""
    return f"{_PREFIX}{number}:"


def may_contain_placeholders(text: str) -> bool:
    return _PREFIX in text


def fill_json(text: str, values: Sequence[str]) -> str:
    """Replace the placeholders in a JSON text. Without values, the text is returned unchanged."""
    if not values:
        return text
    parts = list(_split_at_placeholders(text))
    parts[1::2] = [encode_basestring(values[int(n)])[1:-1] for n in parts[1::2]]
    return "".join(parts)


@lru_cache(maxsize=_CACHED_TEXTS)
def _split_at_placeholders(text: str) -> tuple[str, ...]:
    """The text between placeholders, and their numbers: text, number, text, number, text."""
    return tuple(_PLACEHOLDER.split(text))


class CredentialTemplate:
    """A JSON document with placeholders, and its canonical form ready to be filled.

    `canonicalize` maps a document to N-Quads; it is called once here, and again for equal hashes.
    """

    def __init__(self, text: str, *, canonicalize: Callable[[dict], str]) -> None:
        self.text = text
        self._canonicalize = canonicalize
        self._quads = [_Quad(line) for line in canonicalize(json.loads(text)).split("\n")[:-1]]
        nodes = sorted({node for quad in self._quads for node in quad.nodes})
        touching = {node: [quad for quad in self._quads if node in quad.nodes] for node in nodes}
        # RDFC-1.0, section 4.6: the quads of a node, with all other nodes labelled alike.
        first_degree = {
            node: _QuadLines(quads, _OtherNodes({node: "_:a"})) for node, quads in touching.items()
        }
        self._variable_nodes = {
            node: lines for node, lines in first_degree.items() if lines.has_placeholders
        }
        fixed = {
            node: lines.hash(())
            for node, lines in first_degree.items()
            if not lines.has_placeholders
        }
        self._fixed_hashes_differ = len(set(fixed.values())) == len(fixed)
        self._fixed_nodes = sorted(fixed, key=fixed.__getitem__)
        self._fixed_hashes = [fixed[node] for node in self._fixed_nodes]
        # All quads, cached by the order of the blank nodes. Threads share a template.
        self._lines_in_order = lru_cache(maxsize=_CACHED_ORDERS)(
            partial(_label_in_order, self._quads)
        )

    def canonical(self, values: Sequence[str]) -> str:
        """The canonical N-Quads of the document filled with these values."""
        terms = _terms(values)
        hashes = {node: lines.hash(terms) for node, lines in self._variable_nodes.items()}
        taken = set(hashes.values())
        if (
            not self._fixed_hashes_differ
            or len(taken) < len(hashes)
            or any(known in taken for known in self._fixed_hashes)
        ):
            return self._canonicalize(json.loads(fill_json(self.text, values)))
        return self._lines_in_order(self._order(hashes)).render(terms)

    def _order(self, hashes: dict[str, str]) -> tuple[str, ...]:
        order = self._fixed_nodes.copy()
        placed = self._fixed_hashes.copy()
        for node in sorted(hashes, key=hashes.__getitem__):
            at = bisect_left(placed, hashes[node])
            placed.insert(at, hashes[node])
            order.insert(at, node)
        return tuple(order)


class _QuadLines:
    """Lines of N-Quads with labelled blank nodes, and with placeholders still to be filled."""

    def __init__(self, quads: Iterable[_Quad], labels: Mapping[str, str]) -> None:
        lines = [quad.labelled(labels) for quad in quads]
        # Sorted, not a set: with other nodes labelled alike, equal lines count twice in a hash.
        self._fixed = sorted(pattern % () for pattern, numbers in lines if not numbers)
        self._patterns = [(pattern, itemgetter(*numbers)) for pattern, numbers in lines if numbers]
        self.has_placeholders = bool(self._patterns)

    def render(self, terms: Sequence[object]) -> str:
        """Sorted lines filled with the result of `_terms`. Lines that become equal appear once."""
        lines = {pattern % of(terms) for pattern, of in self._patterns}
        lines.difference_update(self._fixed)
        # Most lines are already in order, which makes sorting fast.
        return "".join(sorted([*self._fixed, *lines]))

    def hash(self, terms: Sequence[object]) -> str:
        return hashlib.sha256(self.render(terms).encode()).hexdigest()


def _label_in_order(quads: Sequence[_Quad], order: tuple[str, ...]) -> _QuadLines:
    return _QuadLines(quads, {node: f"_:c14n{number}" for number, node in enumerate(order)})


class _Quad:
    """One line of N-Quads, split into terms."""

    def __init__(self, line: str) -> None:
        quad = _QUAD.fullmatch(line)
        if quad is None:
            raise ValueError(f"not a line of N-Quads: {line!r}")
        self._terms = [term for term in quad.groups() if term]
        self.nodes = {term for term in self._terms if term.startswith("_:")}

    def labelled(self, labels: Mapping[str, str]) -> tuple[str, list[int]]:
        """The line with `%s` for every placeholder, and the index in `_terms` for each."""
        patterns, numbers = [], []
        for term in self._terms:
            if term in self.nodes:
                patterns.append(labels[term])
                continue
            pieces = _PLACEHOLDER.split(term)
            patterns.append("%s".join(piece.replace("%", "%%") for piece in pieces[::2]))
            is_iri = term.startswith("<")
            numbers += [2 * int(number) + is_iri for number in pieces[1::2]]
        return " ".join(patterns) + " .\n", numbers


def _terms(values: Sequence[str]) -> list[object]:
    """For each value two entries: escaped for a literal, and unchanged for an IRI."""
    terms: list[object] = []
    for value in values:
        iri = value if _IRI.fullmatch(value) else _NotAnIri(value)
        literal = value.translate(_ESCAPED) if _TO_ESCAPE.search(value) else value
        terms += [literal, iri]
    return terms


class _NotAnIri:
    """Raises when a value that is not an IRI is used as one."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __str__(self) -> str:
        raise ValueError(f"not an IRI: {self._value!r}")


class _OtherNodes(dict):
    """Labels while one blank node is hashed: all other nodes are `_:z` (RDFC-1.0, section 4.6)."""

    def __missing__(self, node: str) -> str:
        return "_:z"
