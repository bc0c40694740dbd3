"""Erasing a person admits what the triggers of history otherwise refuse: personal columns only.

`erasing` sets a setting of the transaction. While it is set, a trigger made by this module lets a
row be changed in the columns that it names, and in no other. Nothing else reads the setting.
`deleting_evidence` is the same for evidence that the program promised to delete, and for no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection, models

SETTING = "privacy.erasing"
IS_ERASING = f"current_setting('{SETTING}', true) = 'on'"
EXPIRY_SETTING = "privacy.deleting_evidence"
IS_DELETING_EVIDENCE = f"current_setting('{EXPIRY_SETTING}', true) = 'on'"


@contextmanager
def erasing() -> Iterator[None]:
    """Only for the erasure, inside its transaction. The setting ends with it at the latest."""
    with _set_in_transaction(SETTING):
        yield


@contextmanager
def deleting_evidence() -> Iterator[None]:
    """Only for evidence whose time is over. Triggers that say `may_expire` admit its deletion."""
    with _set_in_transaction(EXPIRY_SETTING):
        yield


@contextmanager
def _set_in_transaction(setting: str) -> Iterator[None]:
    if not connection.in_atomic_block:
        raise RuntimeError("What the triggers of history admit is one transaction.")
    _set(setting, "on")
    yield
    # After an error the transaction is rolled back, and the setting with it.
    _set(setting, "off")


def only_changes(columns: Sequence[str]) -> str:
    """An SQL condition for an update: only these columns are different."""
    names = ", ".join(f"'{column}'" for column in columns)
    return f"to_jsonb(OLD) - ARRAY[{names}] = to_jsonb(NEW) - ARRAY[{names}]"


def columns_of(model: type[models.Model], names: Sequence[str]) -> list[str]:
    return [model._meta.get_field(name).column for name in names]


def admit_update(columns: Sequence[str]) -> str:
    return f"""
        IF TG_OP = 'UPDATE' AND {IS_ERASING} THEN
            IF {only_changes(columns)} THEN RETURN NEW; END IF;
        END IF;
    """


class ProtectUnlessErased(pgtrigger.Protect):
    """As Protect. An erasure may change the `personal` fields."""

    def __init__(self, *, personal: Sequence[str], **kwargs) -> None:
        super().__init__(**kwargs)
        self.personal = personal

    def get_func(self, model: type[models.Model]) -> str:
        return admit_update(columns_of(model, self.personal)) + super().get_func(model)


def _set(setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])
