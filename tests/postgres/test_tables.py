"""The tables that tests copy are those that migrations make."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from launcher.postgres import Postgres
from launcher.state import State

PROJECT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def made_by(*command: str, name: str, programs: Path) -> Counter[str]:
    """The lines of a dump without data. Columns may come in another order."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        with_url = os.environ | {"DATABASE_URL": url}
        subprocess.run([sys.executable, *command], cwd=PROJECT, env=with_url, check=True)
        # Django keeps the record of migrations in a table of its own.
        without = ["--schema-only", "--restrict-key=same", "--exclude-table=django_migrations*"]
        dump = subprocess.run(
            [programs / "pg_dump", *without, f"--dbname={url}"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return Counter(line.removesuffix(",") for line in dump.stdout.splitlines())


def test_models_and_migrations_make_the_same_tables(tmp_path):
    if "TEST_DATABASE_TEMPLATE" not in os.environ:
        pytest.skip("on this server each process migrates its database")
    programs = Postgres(State(tmp_path)).programs

    by_migrations = made_by(
        "manage.py", "migrate", "--no-input", "-v", "0", name="migrated", programs=programs
    )
    from_models = made_by("-m", "tests.tables", name="from_models", programs=programs)

    assert (by_migrations - from_models, from_models - by_migrations) == (Counter(), Counter())
    made = Counter(" ".join(line.split()[:2]) for line in by_migrations.elements())
    assert made["CREATE TABLE"] > 140
    assert made["CREATE TRIGGER"] > 100
