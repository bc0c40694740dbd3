"""The acts that operations record, read from their code."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ["accounts", "mail", "catalog", "submissions", "reviewing", "issuing", "awarding", "rewards"]


def recorded_acts():
    """The acts that operations record by a fixed text."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "operations" in (path.stem, path.parent.name):
                yield from acts_in(path)


def acts_in(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in {"record", "_record"}
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_all":
            yield from (
                about.elts[0].value
                for about in ast.walk(node.args[0])
                if isinstance(about, ast.Tuple) and isinstance(about.elts[0], ast.Constant)
            )
