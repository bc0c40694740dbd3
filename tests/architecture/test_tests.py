"""The layout of the tests themselves."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]


def imported_by(path):
    """The full dotted name of everything that the file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "tests" if node.level else node.module
            yield from (f"{origin}.{node.module or ''}.{alias.name}" for alias in node.names)


def test_no_test_module_is_imported():
    """Shared code belongs in a plain module or a conftest."""
    importing = [
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        for name in imported_by(path)
        if name.startswith("tests.") and ".test_" in name
    ]

    assert importing == []
