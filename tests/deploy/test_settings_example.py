""".env.example lists exactly the settings that the program reads."""

import re

from launcher.environment import SETTINGS
from launcher.state import PROJECT

EXAMPLE = PROJECT / ".env.example"
# Set by the image and by the launcher, not by the operator.
INTERNAL = {"DATA_DIR", "STATIC_ROOT", "DEBUG"}
# Read by boto3 itself, by gunicorn.conf.py, and by docker-compose.yml.
READ_ELSEWHERE = {
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "WEB_CONCURRENCY", "WEB_THREADS"),
    *("WORKER_CONCURRENCY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "BIND", "PORT"),
    *("WEB_MEMORY", "WORKER_MEMORY", "POSTGRES_MEMORY", "VALKEY_MEMORY", "TMP_SIZE"),
    *("PROXY_PORT", "PROXY_MEMORY"),
}


def names_in_settings():
    text = (PROJECT / "badgeproject" / "settings.py").read_text()
    return set(re.findall(r'\b(?:env\.\w+\(|is_on\(\s*os\.environ,)\s*"([A-Z0-9_]+)"', text))


def names_in_example():
    return set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE.read_text(), re.MULTILINE))


def test_every_setting_is_in_the_example_and_every_example_is_used():
    assert names_in_settings() - INTERNAL == names_in_example() - READ_ELSEWHERE


def test_tests_ignore_settings_from_the_environment():
    assert names_in_settings() <= SETTINGS
