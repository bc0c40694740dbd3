"""The canonical form of a JSON-LD document: N-Quads by RDFC-1.0 (W3C RDF Dataset Canonicalization).

Signing and verifying both refuse everything that software may read differently or that a signature
would not cover: undefined properties, relative IRIs, inline contexts, JSON-LD keywords (`@included`
could hide an expiry date without changing the meaning), control characters.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator

from cachetools import LRUCache
from pyld import jsonld
from pyld.canon import URDNA2015, IdentifierIssuer
from pyld.context_resolver import ContextResolver

from openbadges import contexts
from openbadges.contexts import UnknownContext
from openbadges.text import clean

# Far above any real badge, and low enough that every step takes at most a second or two.
DEEPEST = 60
MOST_VALUES = 6_000
LONGEST_LIST = 500
MOST_CONTEXTS = 120  # including those of embedded endorsements; each one is processed
LARGEST_NUMBER = 2**53  # larger integers are not exact in every JSON parser
# Limits on the search that distinguishes similar blank nodes (RDFC-1.0, section 4.8).
MAX_SEARCHES = 500
MAX_ALIKE = 5

# PyLD resolves relative IRIs. This base makes them recognizable afterwards.
_BASE = "https://relative.invalid/"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")


class NotSignable(ValueError):
    """The document cannot be signed unambiguously. `names` are the paths of the causes.

    With `only_undefined`, they are all properties that no context defines. All software leaves
    these out of a signature in the same way.
    """

    def __init__(self, names: tuple[str, ...], *, only_undefined: bool = False) -> None:
        super().__init__(", ".join(names))
        self.names = names
        self.only_undefined = only_undefined


class TooComplex(NotSignable):
    """The document is too large, too deep or too repetitive to canonicalize."""

    def __init__(self) -> None:
        super().__init__(())


def canonicalize(document: dict, *, lenient: bool = False) -> str:
    """Sorted N-Quads. Raises NotSignable, TooComplex or UnknownContext.

    `lenient` leaves out what JSON-LD leaves out, as careless software does that signs. It shows
    whether a document is as it was signed, and never that it is unambiguous.
    """
    problems = tuple(dict.fromkeys(_json_problems(document)))
    if problems and not lenient:
        raise NotSignable(problems)
    processor = jsonld.JsonLdProcessor() if lenient else _StrictProcessor()
    base = "" if lenient else _BASE
    options = {"base": base, "documentLoader": contexts.load, "contextResolver": _resolver()}
    try:
        dataset = processor.to_rdf(document, options)
    except (jsonld.JsonLdError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, NotSignable):
            raise
        raise NotSignable((_error_code(error),)) from error
    return _BoundedCanonicalizer().main(dataset, {"format": "application/n-quads"})


def _json_problems(document: dict) -> Iterator[str]:
    """Paths of what cannot be signed, found in the JSON before JSON-LD processing."""
    values_left, contexts_left = MOST_VALUES, MOST_CONTEXTS
    queue: list[tuple[str, object, int]] = [("", document, 0)]
    while queue:
        path, value, depth = queue.pop()
        values_left -= 1
        if depth > DEEPEST or values_left < 0:
            raise TooComplex
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "@context":
                    contexts_left -= _count_contexts(inner)
                    if contexts_left < 0:
                        raise TooComplex
                    continue
                here = _property_path(path, name)
                if not name or "@" in name or ":" in name or clean(name) != name:
                    yield here
                queue.append((here, inner, depth + 1))
        elif isinstance(value, list):
            if len(value) > LONGEST_LIST:
                raise TooComplex
            queue.extend((path, inner, depth + 1) for inner in value)
        elif isinstance(value, str):
            if clean(value) != value:
                yield path
        elif isinstance(value, float):
            if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
                yield path
        elif isinstance(value, int):
            if abs(value) > LARGEST_NUMBER:
                yield path
        elif value is not None:
            yield path


def _property_path(path: str, name: str) -> str:
    # Truncated: very long names, repeated in every path below them, would exhaust memory.
    return f"{path[-200:]}.{name[:100]}" if path else name[:100]


def _count_contexts(value: object) -> int:
    """The number of contexts. Raises UnknownContext unless all are known."""
    urls = value if isinstance(value, list) else [value]
    for url in urls:
        if not isinstance(url, str) or url not in contexts.SHA256:
            raise UnknownContext(url)
    return len(urls)


class _StrictProcessor(jsonld.JsonLdProcessor):
    """Refuses what JSON-LD would drop silently: undefined properties and relative IRIs."""

    def __init__(self) -> None:
        self.dropped: list[str] = []
        super().__init__(on_property_dropped=lambda name: self.dropped.append(str(name)))

    def expand(self, input_: object, options: dict) -> list:
        expanded = super().expand(input_, options)
        not_absolute = list(_not_absolute(expanded))
        problems = tuple(dict.fromkeys([*self.dropped, *not_absolute]))
        if problems or not expanded:
            only_undefined = bool(expanded and problems and not not_absolute)
            raise NotSignable(problems or ("@context",), only_undefined=only_undefined)
        return expanded


def _not_absolute(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _not_absolute(inner, path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "@value" or name == "@language" or name == "@direction":
                continue
            if name == "@id" or (name == "@type" and "@value" not in value):
                for iri in inner if isinstance(inner, list) else [inner]:
                    if not _is_absolute(iri):
                        place = f"{path}.{name[1:]}" if path else name[1:]
                        yield f"{place} ({str(iri).removeprefix(_BASE)[:100]})"
            elif name.startswith("@"):
                yield from _not_absolute(inner, path)
            else:
                local = re.split(r"[#/]", name)[-1]
                if not _is_absolute(name):
                    yield local
                yield from _not_absolute(inner, f"{path}.{local}" if path else local)


def _is_absolute(iri: object) -> bool:
    return isinstance(iri, str) and bool(_IRI.fullmatch(iri)) and not iri.startswith(_BASE)


class _BoundedCanonicalizer(URDNA2015):
    """RDFC-1.0 with a limit: its cost is exponential for documents built of similar nodes."""

    searches = 0

    def hash_n_degree_quads(self, id_: str, issuer: IdentifierIssuer) -> dict:
        self.searches += 1
        if self.searches > MAX_SEARCHES:
            raise TooComplex
        return super().hash_n_degree_quads(id_, issuer)

    def create_hash_to_related(self, id_: str, issuer: IdentifierIssuer) -> dict[str, list]:
        related = super().create_hash_to_related(id_, issuer)
        if any(len(set(alike)) > MAX_ALIKE for alike in related.values()):
            raise TooComplex
        return related


_thread = threading.local()


def _resolver() -> ContextResolver:
    """A cache of processed contexts, one per thread because PyLD's cache has no lock.

    It stays small: only known contexts are allowed, and no inline ones.
    """
    if not hasattr(_thread, "resolver"):
        _thread.resolver = ContextResolver(LRUCache(maxsize=100), contexts.load)
    return _thread.resolver


def _error_code(error: Exception) -> str:
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return getattr(error, "code", None) or "@context"
