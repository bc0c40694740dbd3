"""Behind a pooler that lends connections for one transaction, nothing stays with a connection."""

import os
import subprocess
import sys

import pytest

from launcher.state import PROJECT

PRINTED = (
    "from django.conf import settings as s;"
    "print(s.PREPARED_STATEMENTS, s.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS'])"
)


@pytest.mark.parametrize(("setting", "said"), [("1", "True False"), ("0", "False True")])
def test_one_setting_gives_up_prepared_statements_and_cursors(setting, said):
    done = subprocess.run(
        [sys.executable, "-c", PRINTED],
        cwd=PROJECT,
        env={**os.environ, "PREPARED_STATEMENTS": setting},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == said
