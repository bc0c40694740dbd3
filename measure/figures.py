"""The figures, each with the places it comes from."""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from measure.checkout import Checkout, Source

LONGEST_TEMPLATE_LINE = 120
WORDS = ("whoever", "anew", "mend", "mends", "mended", "told")
_WORDS = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """One measurement: what it is of, what it says, and where to look, the worst first."""

    name: str
    value: str
    places: tuple[str, ...] = ()


def figures(checkout: Checkout) -> list[Figure]:
    code = [source for source in checkout.sources if source.is_code]
    tests = [s for s in checkout.sources if s.is_python and s.is_test and not s.is_migration]
    return [
        largest_room(checkout),
        file_lines("File lines", code),
        file_lines("File lines, tests", tests),
        function_lines("Function lines", code),
        function_lines("Function lines, tests", tests),
        long_template_lines(checkout),
        misplaced_transactions(checkout),
        words_to_avoid(checkout),
    ]


def largest_room(checkout: Checkout) -> Figure:
    sizes = Counter(
        {name: sum(len(s.lines) for s in sources) for name, sources in checkout.rooms.items()}
    )
    total = sum(sizes.values())
    if not total:
        return Figure("Largest room", "no rooms")
    [(largest, lines)] = sizes.most_common(1)
    value = f"{largest}, {lines:,} of {total:,} lines, {lines / total:.1%}"
    places = tuple(f"{name}: {size:,}, {size / total:.1%}" for name, size in sizes.most_common())
    return Figure("Largest room", value, places)


def file_lines(name: str, sources: Iterable[Source]) -> Figure:
    return _sizes(name, [(len(s.lines), str(s.path)) for s in sources if s.text], "files")


def function_lines(name: str, sources: Iterable[Source]) -> Figure:
    measured = [
        (node.end_lineno - node.lineno + 1, f"{source.path}:{node.lineno} {node.name}")
        for source in sources
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return _sizes(name, measured, "functions")


def long_template_lines(checkout: Checkout) -> Figure:
    lines = [
        (len(line), f"{source.path}:{number}", source.path.suffix)
        for source in checkout.sources
        if source.is_template and not source.is_python
        for number, line in enumerate(source.lines, start=1)
    ]
    long = sorted((line for line in lines if line[0] > LONGEST_TEMPLATE_LINE), reverse=True)
    share = len(long) / len(lines) if lines else 0
    longest = max((length for length, _place, _kind in lines), default=0)
    in_html = sum(kind == ".html" for _length, _place, kind in long)
    return Figure(
        f"Template lines over {LONGEST_TEMPLATE_LINE}",
        f"{len(long):,} of {len(lines):,}, {share:.1%}, longest {longest:,} ({in_html:,} in .html)",
        tuple(f"{place}: {length:,}" for length, place, _kind in long),
    )


def misplaced_transactions(checkout: Checkout) -> Figure:
    counts = Counter(
        {
            source: sum(1 for _ in _transactions(ast.parse(source.text)))
            for sources in checkout.rooms.values()
            for source in sources
        }
    )
    outside = Counter({str(s.path): n for s, n in counts.items() if n and not s.is_operations})
    return Figure(
        "Transactions outside operations",
        f"{outside.total():,} of {counts.total():,}, in {len(outside):,} files",
        tuple(f"{path}: {count:,}" for path, count in outside.most_common()),
    )


def words_to_avoid(checkout: Checkout) -> Figure:
    by_word: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    for source in checkout.sources:
        top = source.path.parts[0]
        # Not in this package, which has to name them.
        if source.path.suffix not in {".py", ".md", ".html"} or top in {"locale", "measure"}:
            continue
        found = [word.lower() for word in _WORDS.findall(source.text)]
        by_word.update(found)
        by_file[str(source.path)] += len(found)
    each = ", ".join(f"{word} {by_word[word]:,}" for word in WORDS)
    return Figure(
        "Words to avoid",
        f"{by_word.total():,} ({each})",
        tuple(f"{path}: {count:,}" for path, count in by_file.most_common() if count),
    )


def _transactions(tree: ast.AST) -> Iterator[ast.expr]:
    """Every use of transaction.atomic as a decorator or in a with statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from filter(_is_atomic, node.decorator_list)
        elif isinstance(node, ast.With | ast.AsyncWith):
            yield from (i.context_expr for i in node.items if _is_atomic(i.context_expr))


def _is_atomic(expression: ast.expr) -> bool:
    called = expression.func if isinstance(expression, ast.Call) else expression
    return ast.unparse(called).split(".")[-2:] in (["transaction", "atomic"], ["atomic"])


def _sizes(name: str, measured: Sequence[tuple[int, str]], of_what: str) -> Figure:
    if not measured:
        return Figure(name, f"no {of_what}")
    sizes = sorted(size for size, _place in measured)
    value = (
        f"median {statistics.median_low(sizes):,}, p90 {_percentile(sizes, 90):,}, "
        f"p99 {_percentile(sizes, 99):,}, max {sizes[-1]:,} ({len(sizes):,} {of_what})"
    )
    # What is longer than nine in ten others.
    long = sorted((m for m in measured if m[0] > _percentile(sizes, 90)), reverse=True)
    return Figure(name, value, tuple(f"{place}: {size:,}" for size, place in long))


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest size that so many percent of all do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * percent // 100) - 1]
