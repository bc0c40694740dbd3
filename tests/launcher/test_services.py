import os
import signal
import socket
import stat
import subprocess
import sys
import time

import pytest

from launcher.state import PROJECT

from .conftest import LIMIT, is_alive, wait_until


def test_a_first_start_answers_and_a_ctrl_c_stops_everything(launch):
    launcher = launch().wait()

    assert launcher.ask_postgres("SELECT current_user, current_database()") == "app|badges"
    assert launcher.ask_postgres("SELECT rolsuper FROM pg_roles WHERE rolname = 'app'") == "f"
    assert launcher.ask_valkey("PING") == "+PONG"
    postmaster, valkey = launcher.postmaster, launcher.valkey_process

    began = time.monotonic()
    assert launcher.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert not is_alive(postmaster)
    assert not is_alive(valkey)
    assert "database system is shut down" in launcher.said


def test_a_statement_that_failed_is_not_in_the_log(launch):
    launcher = launch().wait()

    with pytest.raises(subprocess.CalledProcessError):
        launcher.ask_postgres("SELECT 1 FROM no_such_table WHERE key = 's3cretKeyOfALink'")

    wait_until(lambda: "no_such_table" in launcher.said)
    assert "s3cretKeyOfALink" not in launcher.said


@pytest.mark.long
def test_the_program_may_create_the_extensions_it_needs(launch):
    launcher = launch().wait()

    for name in ("pg_trgm", "unaccent", "citext", "btree_gist"):
        launcher.ask_postgres(f"CREATE EXTENSION {name}")

    assert launcher.ask_postgres("SELECT similarity('badge', 'badges') > 0.5") == "t"


def test_data_and_queue_survive_a_stop(launch):
    first = launch().wait()
    first.ask_postgres("CREATE TABLE kept AS SELECT 42 AS answer")
    first.ask_valkey("SET", "kept", "42")
    first.stop(signal.SIGTERM)

    second = launch().wait()

    assert second.ask_postgres("SELECT answer FROM kept") == "42"
    assert second.ask_valkey("STRLEN", "kept") == ":2"


@pytest.mark.long
def test_a_killed_postgres_and_a_killed_valkey_are_started_again(launch):
    launcher = launch().wait()
    launcher.ask_postgres("CREATE TABLE kept AS SELECT 42 AS answer")
    launcher.ask_valkey("SET", "kept", "42")
    postmaster, valkey = launcher.postmaster, launcher.valkey_process

    os.kill(postmaster, signal.SIGKILL)
    os.kill(valkey, signal.SIGKILL)

    wait_until(lambda: "postgres was killed by SIGKILL; again in" in launcher.said)
    wait_until(lambda: "valkey was killed by SIGKILL; again in" in launcher.said)
    wait_until(launcher.postgres.is_ready)
    wait_until(launcher.valkey.is_ready)
    assert launcher.ask_postgres("SELECT answer FROM kept") == "42"
    assert launcher.ask_valkey("STRLEN", "kept") == ":2"


@pytest.mark.long
def test_a_killed_launcher_leaves_nothing_that_stops_the_next_start(launch):
    first = launch().wait()
    first.ask_postgres("CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster, valkey = first.postmaster, first.valkey_process
    first.stop(signal.SIGKILL)

    second = launch().wait()

    assert not is_alive(postmaster)
    assert not is_alive(valkey)
    assert second.ask_postgres("SELECT answer FROM kept") == "42"
    assert second.stop() == 0


@pytest.mark.long
def test_everything_killed_at_once_leaves_nothing_that_stops_the_next_start(launch):
    first = launch().wait()
    first.ask_postgres("CREATE TABLE kept AS SELECT 42 AS answer")
    pids = [first.process.pid, first.postmaster, first.valkey_process]

    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    first.process.wait(LIMIT)

    assert launch().wait().ask_postgres("SELECT answer FROM kept") == "42"


@pytest.mark.long
def test_a_part_that_hangs_after_the_launcher_was_killed_is_ended(launch):
    first = launch().wait()
    valkey = first.valkey_process
    os.kill(valkey, signal.SIGSTOP)  # deaf to everything but SIGKILL
    first.stop(signal.SIGKILL)

    launch().wait()

    assert not is_alive(valkey)


def test_the_same_folder_twice_is_refused_in_words(launch):
    first = launch().wait()

    second = launch()

    assert second.process.wait(LIMIT) == 1
    assert f"Already running (process {first.process.pid})" in second.said
    assert "BADGES_STATE" in second.said
    assert first.ask_postgres("SELECT 1") == "1"


@pytest.mark.long
def test_two_folders_run_side_by_side(launch, folder):
    first = launch().wait()
    second = launch(folder.with_name("other")).wait()

    assert first.valkey.port != second.valkey.port
    assert first.ask_postgres("SELECT 1") == second.ask_postgres("SELECT 1") == "1"


@pytest.mark.long
def test_a_path_too_long_for_a_socket_gets_a_short_one(launch, folder):
    launcher = launch(folder / ("a" * 60) / ("b" * 60)).wait()

    socket_folder = launcher.postgres.socket_folder
    assert not socket_folder.is_relative_to(folder)
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert launcher.ask_postgres("SELECT 1") == "1"
    launcher.stop()
    socket_folder.rmdir()


@pytest.mark.long
def test_a_lock_file_that_names_a_living_stranger_is_no_obstacle(launch):
    first = launch().wait()
    lock = first.postgres.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    first.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

    try:
        second = launch().wait()

        assert second.ask_postgres("SELECT 1") == "1"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.long
def test_an_empty_lock_file_is_no_obstacle(launch):
    first = launch().wait()
    first.stop()
    (first.postgres.data / "postmaster.pid").write_text("")

    assert launch().wait().ask_postgres("SELECT 1") == "1"


@pytest.mark.long
def test_a_first_start_that_was_cut_short_is_begun_again(launch, folder):
    half_made = folder / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    assert launch().wait().ask_postgres("SELECT 1") == "1"


@pytest.mark.long
def test_a_taken_valkey_port_is_given_up_for_another(launch):
    first = launch().wait()
    port = first.valkey.port
    first.stop()
    with socket.create_server(("127.0.0.1", port)):
        second = launch().wait()

        assert second.valkey.port != port
        assert second.ask_valkey("PING") == "+PONG"


@pytest.mark.long
def test_secrets_are_made_once_and_for_us_alone(launch, folder):
    first = launch().wait()
    secret = first.state.secret("django")
    first.stop()
    launch().wait().stop()

    assert first.state.secret("django") == secret
    assert len(secret) > 50
    for path in (folder / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_servers_that_the_environment_names_are_not_started(launch):
    launcher = launch(
        DATABASE_URL="postgres://somebody@db.example.org/badges",
        REDIS_URL="redis://cache.example.org:6379/0",
    ).wait()

    assert "postgres://somebody@db.example.org/badges" in launcher.said
    assert not (launcher.postgres.data).exists()
    assert launcher.state.note("valkey-port") is None


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_without_user_namespaces_runs_postgres_as_nobody(launch, folder, tmp_path):
    os.chmod(folder.parent, 0o755)  # noqa: S103
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (programs / "unshare").chmod(0o755)

    launcher = launch(PATH=f"{programs}:{os.environ['PATH']}").wait()

    assert launcher.ask_postgres("SELECT 1") == "1"
    assert (launcher.postgres.data).stat().st_uid == 65534
    assert launcher.stop() == 0


def test_a_command_gets_the_services_and_its_own_code_back(launch, folder):
    environment = {**os.environ, "BADGES_STATE": str(folder)}
    for name in ("DATABASE_URL", "REDIS_URL"):
        environment.pop(name, None)
    program = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    command = [sys.executable, "-m", "launcher", "with-services", "--"]

    alone = subprocess.run(
        [*command, sys.executable, "-c", program],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    launcher = launch().wait()
    beside = subprocess.run(
        [*command, sys.executable, "-c", program],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )

    assert (alone.returncode, beside.returncode) == (7, 7), alone.stderr + beside.stderr
    assert alone.stdout == beside.stdout == f"{launcher.postgres.url}\n"
