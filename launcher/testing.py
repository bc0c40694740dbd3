"""`make test`: every check, then pytest, on services of its own that vanish afterwards."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import chromium, environment
from .log import Log
from .processes import spawn
from .services import Services
from .start import compile_translations
from .state import PROJECT, State
from .supervisor import StopRequested, Supervisor


@dataclass
class Check:
    name: str
    words: Sequence[str]
    environment: Mapping[str, str]

    def passes(self, supervisor: Supervisor) -> bool:
        began = time.monotonic()
        print(f"== {self.name}", flush=True)
        code = _run(supervisor, self.words, self.environment)
        print(f"   {'ok' if not code else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        return not code


def test(words: Sequence[str]) -> int:
    """Everything; or, with words for pytest, only what they choose."""
    state = State.throwaway()
    try:
        with state.hold(), Supervisor(Log(state.log / "badges.log", None)) as supervisor:
            services = Services(state, throwaway=True)
            services.start(supervisor)
            told = environment.tests(state, services.environment())
            compile_translations()
            if words:
                return _pytest(supervisor, told, words)
            browser = chromium.find_or_install()
            if browser:
                told["CHROMIUM"] = browser
            strict = environment.production_like(state, services.environment())
            failed = [c.name for c in _checks(told, strict) if not c.passes(supervisor)]
            code = _pytest(supervisor, told, [])
            if failed:
                print(f"FAILED before the tests: {', '.join(failed)}", flush=True)
            return code or int(bool(failed))
    except StopRequested:
        return 130
    finally:
        shutil.rmtree(state.folder, ignore_errors=True)


def _checks(told: Mapping[str, str], strict: Mapping[str, str]) -> list[Check]:
    manage = [sys.executable, "manage.py"]
    tool = os.path.dirname(sys.executable)
    return [
        Check("ruff check", [f"{tool}/ruff", "check", "."], told),
        Check("ruff format", [f"{tool}/ruff", "format", "--check", "."], told),
        Check("import contracts", [f"{tool}/lint-imports", "--no-logo"], told),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"], told),
        Check("static files", [*manage, "collectstatic", "--no-input", "-v", "0"], strict),
        Check("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], strict),
    ]


def _pytest(supervisor: Supervisor, told: Mapping[str, str], words: Sequence[str]) -> int:
    # Two processes; tests of one group (the worker's) stay in one of them.
    options = ["-n", "2", "--dist", "loadgroup", "-p", "launcher.pytest_plugin"]
    print("== pytest", flush=True)
    return _run(supervisor, [sys.executable, "-m", "pytest", *options, *words], told)


def _run(supervisor: Supervisor, words: Sequence[str], told: Mapping[str, str]) -> int:
    process = spawn(words, cwd=PROJECT, env=told, start_new_session=False)
    code = supervisor.run_in_foreground(process)
    if code in (-signal.SIGINT, -signal.SIGTERM):
        raise StopRequested
    return code if code >= 0 else 128 - code
