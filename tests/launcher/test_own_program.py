import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from badgeproject import switches
from launcher import __main__, environment, start
from launcher import switches as launcher_switches
from launcher.application import Application
from launcher.refusals import Refused
from launcher.state import PROJECT, State


@pytest.fixture
def on_this_machine(monkeypatch, tmp_path):
    """Nothing is set but the folder, and DEMO=0."""
    for name in environment.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BADGES_STATE", str(tmp_path))
    monkeypatch.setenv("DEMO", "0")
    return tmp_path


def test_a_program_of_ones_own_has_a_folder_inside_the_demos(on_this_machine, monkeypatch):
    monkeypatch.delenv("BADGES_STATE")
    own = State.of_project().folder
    monkeypatch.delenv("DEMO")

    assert (State.of_project().folder, own) == (PROJECT / "var", PROJECT / "var" / "program")


@pytest.mark.parametrize("word", ["0", "false", "False", "no", "off"])
def test_each_word_for_off_means_a_program_of_ones_own(on_this_machine, monkeypatch, word):
    monkeypatch.setenv("DEMO", word)
    found = environment.local(State.of_project(), {}, 8000)

    assert not Application(State.of_project(), found).is_demo
    assert (found["DEMO"], found["PROGRAM_OFFICE"]) == ("0", "")
    monkeypatch.delenv("BADGES_STATE")
    assert State.of_project().folder == PROJECT / "var" / "program"


def test_a_word_that_nobody_knows_stops_the_launcher_and_the_settings(monkeypatch):
    monkeypatch.setenv("DEMO", "fasle")

    with pytest.raises(Refused, match="DEMO must be 1 or 0"):
        State.of_project()
    with pytest.raises(ImproperlyConfigured, match="DEMO must be 1 or 0"):
        switches.is_on(os.environ, "DEMO", default=False)


def test_the_launcher_and_the_settings_understand_the_same_words():
    for word in ("1", "0", "true", "FALSE", "yes", "No", " on ", "off", ""):
        for default in (True, False):
            read = {"DEBUG": word}
            ours = switches.is_on(read, "DEBUG", default=default)
            assert launcher_switches.is_on(read, "DEBUG", default=default) == ours


def test_no_setting_is_read_as_on_or_off_in_another_way():
    """django-environ takes each word that it does not know for off."""
    ours = ("badgeproject", "launcher", "gunicorn.conf.py")
    files = [file for name in ours for file in [PROJECT / name, *(PROJECT / name).rglob("*.py")]]
    other_ways = re.compile(r"env\.bool\(|environ(\.get)?[(\[][^)\]]+[)\]] (==|!=) [\"'][01][\"']")

    found = [file for file in files if file.is_file() and other_ways.search(file.read_text())]

    assert found == []


def test_the_demo_is_not_set_back_in_a_program_of_ones_own(on_this_machine):
    with pytest.raises(Refused, match="make reset DEMO=0"):
        __main__.main("demo")


def test_the_demo_is_what_runs_by_itself(on_this_machine, monkeypatch):
    monkeypatch.delenv("DEMO")

    found = environment.local(State.of_project(), {}, 8000)

    assert Application(State.of_project(), found).is_demo
    assert "EMAIL_URL" not in found


def test_a_program_of_ones_own_keeps_its_key_and_writes_its_emails_to_a_folder(on_this_machine):
    state = State.of_project()

    first = environment.local(state, {}, 8000)

    assert not Application(state, first).is_demo
    assert first["EMAIL_URL"] == f"filemail:///{on_this_machine}/emails"
    assert first["PROGRAM_OFFICE"] == ""
    assert len(first["KEY_ENCRYPTION_KEYS"]) == 44
    assert environment.local(state, {}, 8000) == first
    assert str(on_this_machine / "emails") in " ".join(start.where_emails_go(first, state))


def test_a_mail_server_that_is_named_is_taken(on_this_machine, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org:25")

    found = environment.local(State.of_project(), {}, 8000)

    assert found["EMAIL_URL"] == "smtp://mail.example.org:25"
    assert start.where_emails_go(found, State.of_project()) == []


def test_a_reset_of_the_demo_spares_the_program_of_ones_own(tmp_path):
    demo, own = State(tmp_path), State(tmp_path / "program")
    demo.make_folders()
    own.make_folders()
    (own.folder / "badge").write_text("mine")

    __main__.reset(demo)

    assert not demo.postgres.exists()
    assert (own.folder / "badge").read_text() == "mine"

    __main__.reset(own)

    assert not (own.folder / "badge").exists()


@pytest.mark.long
def test_the_web_server_of_a_program_without_the_demo_starts(on_this_machine):
    services = {"DATABASE_URL": "postgres://x@/x", "REDIS_URL": "redis://127.0.0.1:1/0"}
    variables = environment.local(State.of_project(), services, 8000)

    done = subprocess.run(
        [sys.executable, "-c", "import badgeproject.wsgi"],
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("origin", "is_taken"),
    [
        ("http://localhost:8000", True),
        ("https://badges.example.org", True),
        ("http://badges.example.org", False),
        ("http://localhost.example.org", False),
    ],
)
def test_only_this_machine_is_served_without_https(on_this_machine, monkeypatch, origin, is_taken):
    monkeypatch.setenv("PUBLIC_ORIGIN", origin)
    services = {"DATABASE_URL": "postgres://x@/x", "REDIS_URL": "redis://127.0.0.1:1/0"}
    variables = environment.local(State.of_project(), services, 8000)

    done = subprocess.run(
        [sys.executable, "-c", "import badgeproject.settings as s; print(s.EMAIL_FILE_PATH)"],
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )

    assert (done.returncode == 0) == is_taken, done.stderr
    assert ("must begin with https://" in done.stderr) != is_taken
    if is_taken:
        assert done.stdout.strip() == str(on_this_machine / "emails")
