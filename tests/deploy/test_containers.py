import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalog import images
from launcher.state import PROJECT
from rewards.sponsors import logos
from sandbox.limits import MEGABYTE, RUNS_AT_ONCE
from spreadsheets import file_formats
from submissions import files

NEEDED = {
    "SECRET_KEY": "a-secret",
    "KEY_ENCRYPTION_KEYS": "a-key",
    "PUBLIC_ORIGIN": "https://badges.example.org",
    "EMAIL_URL": "smtp://mail:1025",
    "POSTGRES_PASSWORD": "postgres-password",
    "VALKEY_PASSWORD": "valkey-password",
}


DOCKERFILE = (PROJECT / "Dockerfile").read_text()
CONTAINER_CONF = (PROJECT / "deploy/nginx/container.conf").read_text()


def tool(name):
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} has no build for this machine")
    return found


def compose(*words, **environment):
    # A developer's own .env file must not supply the settings.
    return subprocess.run(
        [tool("docker-compose"), "--env-file", os.devnull, *words],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def services():
    result = compose(
        "--profile", "try", "--profile", "proxy", "config", "--format", "json", **NEEDED
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["services"]


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_compose_refuses_to_start_without_a_needed_setting(name):
    rest = {other: value for other, value in NEEDED.items() if other != name}

    result = compose("config", "--quiet", **rest)

    assert result.returncode != 0
    assert f"required variable {name} is missing a value" in result.stderr


def test_compose_starts_all_services_but_the_mail_catcher_and_nginx_only_on_request(services):
    always = {"web", "worker", "beat", "migrate", "postgres", "valkey"}
    profiles = {name: service.get("profiles") for name, service in services.items()}
    assert profiles == dict.fromkeys(always) | {"mail": ["try"], "proxy": ["proxy"]}


def test_every_container_has_an_end_of_memory_and_processes(services):
    for name, service in services.items():
        assert int(service["mem_limit"]) <= 2 * 1024 * MEGABYTE, name
        assert 0 < service["pids_limit"] <= 300, name
    [temporary] = services["web"]["tmpfs"]
    reading = RUNS_AT_ONCE * max(
        module.LIMITS.memory for module in (files, images, logos, file_formats)
    )
    # Beside the files being read and uploads on their way, the web processes themselves.
    assert temporary.partition(":")[2] == "size=384m"
    assert int(services["web"]["mem_limit"]) >= reading + (384 + 300) * MEGABYTE


def test_application_containers_can_only_write_to_data_and_tmp(services):
    for name in ("web", "worker", "beat", "migrate"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert [volume["target"] for volume in service["volumes"]] == ["/data"]
        assert service["tmpfs"] == ["/tmp:size=384m"]  # noqa: S108


def test_the_proxy_runs_without_rights_and_writes_only_what_may_be_lost(services):
    proxy = services["proxy"]

    assert (proxy["read_only"], proxy["cap_drop"]) == (True, ["ALL"])
    assert proxy["security_opt"] == ["no-new-privileges:true"]
    volumes = {volume["target"]: volume.get("read_only", False) for volume in proxy["volumes"]}
    assert volumes == {"/etc/nginx/badges": True, "/var/cache/nginx": False, "/data": True}
    assert proxy["depends_on"]["web"]["condition"] == "service_healthy"


def test_the_proxy_reads_the_recordings_that_the_program_stores(services):
    web, proxy = services["web"], services["proxy"]
    [files] = [each for each in web["volumes"] if each["target"] == "/data"]
    [shared] = [each for each in proxy["volumes"] if each["target"] == "/data"]

    assert shared["source"] == files["source"]
    # The folder is the program's and its group's; the proxy is another user, and in that group.
    made = re.search(r"--gid (\d+) badges[^#]*--group=badges --mode=0750 /data", DOCKERFILE)
    assert proxy["group_add"] == [made[1]]
    assert "set $badges_evidence /data/evidence;" in CONTAINER_CONF
    assert web["environment"]["DATA_DIR"] == "/data"


def test_only_the_web_servers_are_reachable_and_only_from_this_machine(services):
    published = {
        name: [port["host_ip"] for port in service["ports"]]
        for name, service in services.items()
        if service.get("ports")
    }

    assert published == {name: ["127.0.0.1"] for name in ("web", "proxy", "mail")}


def test_postgres_stores_its_data_on_the_volume(services):
    [volume] = services["postgres"]["volumes"]

    # The image of version 18 keeps its data below this folder, not in .../data.
    assert (volume["type"], volume["target"]) == ("volume", "/var/lib/postgresql")


def test_services_wait_for_migrations_and_restart_after_a_crash(services):
    for name in ("web", "worker", "beat"):
        service = services[name]
        condition = service["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]
    assert services["migrate"]["restart"] == "no"


def test_no_secret_is_written_into_the_file():
    text = (PROJECT / "docker-compose.yml").read_text()

    for name in (
        "SECRET_KEY",
        "KEY_ENCRYPTION_KEYS",
        "POSTGRES_PASSWORD",
        "VALKEY_PASSWORD",
        "EMAIL_URL",
    ):
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text


def test_the_dockerfile_passes_its_linter():
    result = subprocess.run(
        [tool("hadolint"), "Dockerfile"], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )

    assert (result.returncode, result.stdout) == (0, "")


def test_the_image_runs_as_an_ordinary_user():
    last_stage = (PROJECT / "Dockerfile").read_text().rpartition("\nFROM ")[2]

    assert re.search(r"^USER 10001$", last_stage, re.MULTILINE)


def test_data_and_secrets_stay_out_of_the_image():
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()

    assert {"var", ".env", ".git", ".venv"} <= set(ignored)
