"""A person may have several accounts, so whose something is is asked by person: ADR 62."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

BY_ACCOUNT = re.compile(
    r"(recipient|earner)_id (==|!=) (request\.)?user\.pk"
    r"|\.filter\([^)]*\b(recipient|earner)=(request\.)?user\b"
    r"|\b(recipient|earner)_id=(request\.)?user\.pk"
)


def test_whose_something_is_is_asked_by_person():
    apps = [path for path in Path(settings.BASE_DIR).iterdir() if (path / "__init__.py").exists()]
    found = {
        f"{path.name}: {line.strip()}"
        for app in apps
        if app.name not in {"tests", "demo", "bench"}
        for path in app.rglob("*.py")
        for line in path.read_text().splitlines()
        if BY_ACCOUNT.search(line)
    }

    assert found == set()
