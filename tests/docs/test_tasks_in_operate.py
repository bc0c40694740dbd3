"""The guide for operators names every task of the schedule, with what it works off."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from badgeproject.due_work import due_work

PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text()
ROW = re.compile(r"^\| (`\w+\.tasks\.[^|]+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def named() -> set[str]:
    """The tasks of the table. Those of one app in one row share the name of its module."""
    found = set()
    for names, _tables in ROW.findall(PAGE):
        module = names.split("`")[1].rpartition(".")[0]
        found |= {f"{module}.{name.rpartition('.')[2]}" for name in re.findall(r"`(.+?)`", names)}
    return found


def test_every_task_of_the_schedule_is_in_the_guide():
    scheduled = {str(entry["task"]) for entry in due_work(every=20).values()}

    assert named() == scheduled - {"badgeproject.health.heartbeat"}


def test_the_tables_that_the_guide_names_exist():
    tables = {model._meta.db_table for model in apps.get_models()}
    in_guide = {name for _names, row in ROW.findall(PAGE) for name in re.findall(r"`(\w+)`", row)}

    assert in_guide
    assert in_guide <= tables
