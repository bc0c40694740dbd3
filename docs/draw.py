"""Draws the graphs of docs/architecture.md from the code, so that they never fall behind it.

`python docs/draw.py` updates them in the page; a test compares.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"


def layers() -> list[str]:
    """The rooms from left to right, as the import contract lists them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = reversed(contracts["contracts"][0]["layers"])
    return [app.strip() for layer in layers for app in layer.split("|")]


def app_graph() -> str:
    """Which room imports which, read from the import statements."""
    apps = layers()
    lines = ["flowchart RL"]
    for app in apps:
        imports = set(_imports_of(app))
        lines += [f"    {app} --> {known}" for known in apps if known in imports]
    drawn = set(" ".join(lines).split())
    lines += [f"    {app}" for app in apps if app not in drawn]
    return "\n".join(lines)


def states(module: str, table: str = "TRANSITIONS") -> str:
    """A table of allowed moves, read from the module's source."""
    tree = ast.parse((ROOT / module).read_text())
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == table:
            moves = {_name(key): _names(value) for key, value in _pairs(node.value)}
            break
    first = next(iter(moves))
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    for origin, targets in moves.items():
        lines += [f"    {origin} --> {target}" for target in targets]
        if not targets:
            lines.append(f"    {origin} --> [*]")
    return "\n".join(lines)


def drawn(page: str) -> str:
    """The page with every graph drawn from the code of today."""
    drawings = {
        "apps": app_graph(),
        "submission": states("submissions/states.py"),
        "decision": states("reviewing/states.py", "DECISION_TRANSITIONS"),
        "award": states("issuing/states.py"),
        "list": states("awarding/states.py", "LIST_TRANSITIONS"),
        "drawing": states("rewards/states.py"),
    }

    def replace(match: re.Match) -> str:
        name = match["name"]
        return f"<!-- drawn: {name} -->\n```mermaid\n{drawings[name]}\n```\n<!-- end -->"

    return re.sub(r"<!-- drawn: (?P<name>\w+) -->.*?<!-- end -->", replace, page, flags=re.S)


def _imports_of(app: str) -> Iterator[str]:
    for path in (ROOT / app).rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                name = node.module.partition(".")[0]
                if name != app:
                    yield name


def _pairs(table: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    yield from zip(table.keys, table.values, strict=True)


def _name(status: ast.expr | None) -> str:
    return status.attr.lower()


def _names(targets: ast.expr) -> list[str]:
    return [_name(target) for target in getattr(targets, "elts", [])]


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
    sys.exit(0)
