"""Environment variables of the application. Values that are already set take precedence."""

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from .state import PROJECT, State
from .switches import is_on

FIRST_PORT = 8000


def local(state: State, services: Mapping[str, str], port: int) -> dict[str, str]:
    """For `make run` and similar commands: the demo on this machine."""
    defaults = {
        "DEBUG": "0",
        "DEMO": "1",
        "PROGRAM_OFFICE": "Alder County Office of Education <badges@alder-coe.example>",
        "SECRET_KEY": "",
        "PUBLIC_ORIGIN": f"http://localhost:{port}",
        "DATA_DIR": str(state.folder),
        "STATIC_ROOT": str(state.folder / "static"),
        "PYTHONUNBUFFERED": "1",
        # As in the image: memory that is free goes back, also that of threads and large pictures.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "262144",
        "MALLOC_TRIM_THRESHOLD_": "1048576",
    }
    is_demo = is_on(os.environ, "DEMO", default=True)
    if not is_demo:
        defaults |= _program_of_its_own(state)
    environment = {**defaults, **_without_empty_settings(os.environ), **services, "PORT": str(port)}
    environment["DEMO"] = "1" if is_demo else "0"
    if not environment["SECRET_KEY"]:
        environment["SECRET_KEY"] = state.secret("django")
    return environment


def _program_of_its_own(state: State) -> dict[str, str]:
    """For `make run DEMO=0`: an empty program. Emails are files, unless EMAIL_URL is set."""
    secret = hashlib.sha256(state.secret("keys").encode())
    return {
        "PROGRAM_OFFICE": "",
        "EMAIL_URL": f"filemail:///{emails_folder(state)}",
        "KEY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secret.digest()).decode(),
    }


def emails_folder(state: State) -> Path:
    return state.folder / "emails"


def tests(state: State, services: Mapping[str, str]) -> dict[str, str]:
    """For pytest: ignores settings from outside."""
    return {
        **_without_settings(os.environ),
        **services,
        # Programs start hundreds of times, and read what the first one compiled.
        "PYTHONDONTWRITEBYTECODE": "",
        "DEBUG": "0",
        "DEMO": "1",
        "SECRET_KEY": "a key for tests only, long and varied enough: 0123456789-abcdefghij",
        "PUBLIC_ORIGIN": "http://localhost:8000",
        "DATA_DIR": str(state.folder / "data"),
        "STATIC_ROOT": str(state.folder / "static"),
    }


def production_like(state: State, services: Mapping[str, str]) -> dict[str, str]:
    """For `check --deploy`: settings like those of a real installation."""
    return {
        **tests(state, services),
        "DEMO": "0",
        "KEY_ENCRYPTION_KEYS": "YS1rZXktZm9yLWNoZWNrcy1vbmx5LTMyLWJ5dGVzLS0=",
        "PUBLIC_ORIGIN": "https://badges.example.org",
        "TRUST_PROXY": "1",
        "EMAIL_URL": "smtp+tls://badges:secret@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "Badges <badges@example.org>",
    }


def _setting_names() -> frozenset[str]:
    """The names in .env.example, and those that only the launcher and the image set."""
    listed = re.findall(r"^#?([A-Z0-9_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    internal = ("DATA_DIR", "STATIC_ROOT", "DEBUG", "BADGES_STATE", "DJANGO_SETTINGS_MODULE")
    return frozenset([*listed, *internal])


SETTINGS = _setting_names()


def _without_empty_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Treat empty settings as unset."""
    return {name: value for name, value in variables.items() if value or name not in SETTINGS}


def _without_settings(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name not in SETTINGS}
