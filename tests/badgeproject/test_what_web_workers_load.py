"""What only a process for a file needs is not loaded by those that answer requests."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings

# What each of them takes would be held by every worker: 3 to 8 MB.
ONLY_FOR_FILES = {"typst", "pikepdf", "icalendar", "holidays", "python_calamine", "av"}

A_REAL_PROGRAM = {
    "DEMO": "0",
    "EMAIL_URL": "smtp://localhost",
    "KEY_ENCRYPTION_KEYS": "A" * 43 + "=",
    "PROGRAM_OFFICE": "Alder County <badges@alder.example>",
}


def test_web_workers_leave_libraries_for_files_to_the_processes_that_read_them():
    code = f"import sys, badgeproject.wsgi; print(*sorted({ONLY_FOR_FILES!r} & set(sys.modules)))"

    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, **A_REAL_PROGRAM},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.split() == []
