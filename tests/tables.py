"""Makes the tables of an empty database from the models, in a tenth of the time of migrations.

`python -m tests.tables` makes the database that tests copy. In a migration Django draws up all
models again after each of hundreds of operations. `postgres/test_tables.py` shows that both ways
make the same tables.
"""

from __future__ import annotations

import os

import django
import pgtrigger
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

# What migrations do beside the models.
EXTENSIONS = ("pg_trgm", "unaccent")
STORED_AS_THEY_ARE = "ALTER TABLE rewards_listpiece ALTER COLUMN text SET STORAGE EXTERNAL"
# Migrations forget that this app of Django's numbers its rows with 32 bits.
LONG_KEYS = "ALTER TABLE auth_group_permissions ALTER COLUMN id TYPE bigint"


def make_tables() -> None:
    without_migrations = {app.label: None for app in apps.get_app_configs()}
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    with override_settings(MIGRATION_MODULES=without_migrations):
        call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    pgtrigger.install()
    with connection.cursor() as cursor:
        cursor.execute(STORED_AS_THEY_ARE)
        cursor.execute(LONG_KEYS)
    # Recorded as done, so that nothing takes the database for an old one.
    call_command("migrate", fake=True, interactive=False, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeproject.settings")
    django.setup()
    make_tables()
