"""The one spelling of what a document means: RDFC-1.0 over JSON-LD, as N-Quads.

Signing and verifying refuse alike whatever two programs could read in two ways, or a signature
would not cover: words without a meaning, addresses that are not absolute, definitions brought
along, the keywords of JSON-LD (`@included` could move the end of a badge out of sight while its
meaning stays the same), control characters.
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

# Far more than a badge has, and little enough for every step to be done in a second or two.
DEEPEST = 60
MOST_VALUES = 6_000
LONGEST_LIST = 500
MOST_CONTEXTS = 120  # with those inside, of endorsements; each is worked out where it stands
LARGEST_NUMBER = 2**53  # beyond it, numbers are not the same in every program
# How much searching alike, nameless things may cost to be told apart.
MOST_SEARCHES = 500
MOST_ALIKE = 5

# PyLD resolves what is not absolute, so it gets a base that nothing else begins with.
_BASE = "https://relative.invalid/"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")


class NotSignable(ValueError):
    """What the document says cannot be signed unambiguously. `names` are the places of it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class TooTangled(NotSignable):
    """So much, so deep or so much alike that working it out is refused."""

    def __init__(self) -> None:
        super().__init__(())


def canonicalize(document: dict) -> str:
    problems = tuple(dict.fromkeys(_screened(document)))
    if problems:
        raise NotSignable(problems)
    processor = _Processor()
    options = {"base": _BASE, "documentLoader": contexts.load, "contextResolver": _resolver()}
    try:
        dataset = processor.to_rdf(document, options)
    except (jsonld.JsonLdError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, NotSignable):
            raise
        raise NotSignable((_what_it_trips_over(error),)) from error
    return _Canonical().main(dataset, {"format": "application/n-quads"})


def _screened(document: dict) -> Iterator[str]:
    """What is wrong with the JSON, before any of it is given a meaning."""
    left, contexts_left = MOST_VALUES, MOST_CONTEXTS
    waiting: list[tuple[str, object, int]] = [("", document, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        left -= 1
        if depth > DEEPEST or left < 0:
            raise TooTangled
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "@context":
                    contexts_left -= _checked_contexts(inner)
                    if contexts_left < 0:
                        raise TooTangled
                    continue
                here = _place(path, name)
                if not name or "@" in name or ":" in name or clean(name) != name:
                    yield here
                waiting.append((here, inner, depth + 1))
        elif isinstance(value, list):
            if len(value) > LONGEST_LIST:
                raise TooTangled
            waiting.extend((path, inner, depth + 1) for inner in value)
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


def _place(path: str, name: str) -> str:
    # Cut: a name as long as the document, before every name in it, would fill the memory.
    return f"{path[-200:]}.{name[:100]}" if path else name[:100]


def _checked_contexts(value: object) -> int:
    """How many there are, if all of them are known."""
    urls = value if isinstance(value, list) else [value]
    for url in urls:
        if not isinstance(url, str) or url not in contexts.SHA256:
            raise UnknownContext(url)
    return len(urls)


class _Processor(jsonld.JsonLdProcessor):
    """Looks at the expanded document on its way into RDF, where what is not understood is lost."""

    def __init__(self) -> None:
        self.dropped: list[str] = []
        super().__init__(on_property_dropped=lambda name: self.dropped.append(str(name)))

    def expand(self, input_: object, options: dict) -> list:
        expanded = super().expand(input_, options)
        problems = tuple(dict.fromkeys([*self.dropped, *_not_absolute(expanded)]))
        if problems or not expanded:
            raise NotSignable(problems or ("@context",))
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


class _Canonical(URDNA2015):
    """RDFC-1.0, whose cost grows beyond all bounds with things that are alike on purpose."""

    searches = 0

    def hash_n_degree_quads(self, id_: str, issuer: IdentifierIssuer) -> dict:
        self.searches += 1
        if self.searches > MOST_SEARCHES:
            raise TooTangled
        return super().hash_n_degree_quads(id_, issuer)

    def create_hash_to_related(self, id_: str, issuer: IdentifierIssuer) -> dict[str, list]:
        related = super().create_hash_to_related(id_, issuer)
        if any(len(set(alike)) > MOST_ALIKE for alike in related.values()):
            raise TooTangled
        return related


_thread = threading.local()


def _resolver() -> ContextResolver:
    """What PyLD works out about a context, kept. One for each thread: its cache has no lock.

    It stays small, because a document names known contexts and brings none.
    """
    if not hasattr(_thread, "resolver"):
        _thread.resolver = ContextResolver(LRUCache(maxsize=100), contexts.load)
    return _thread.resolver


def _what_it_trips_over(error: Exception) -> str:
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return getattr(error, "code", None) or "@context"
