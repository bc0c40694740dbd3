from __future__ import annotations

import os
import re
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from accounts.set_up import gate
from badgeproject.cache import RedisWithMemoryFallback
from issuing import origin
from issuing.keys import operations as keys
from issuing.keys import sealing
from mail.models import OutgoingEmail
from program import languages
from tests.emptying import empty_database
from tests.kept_files import files_kept_in

LONGEST_NAME = 80


def pytest_make_parametrize_id(val, argname):
    """Long values are numbered: some are random, so processes would name tests differently."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Copy the database of the launcher; without one, each process migrates one of its own."""
    if template := os.environ.get("TEST_DATABASE_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session", autouse=True)
def quick_emptying():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_database)
        yield


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Names of new folders. `tmp_path_factory` looks at all that are there before it makes one."""
    parent = tmp_path_factory.mktemp("kept")
    return (parent / str(number) for number in count())


@pytest.fixture(autouse=True)
def kept_files(folders):
    """Files of a test go to a folder of its own."""
    folder: Path = next(folders)
    with files_kept_in(folder):
        yield folder


@pytest.fixture(autouse=True)
def all_languages_are_offered():
    """Known beforehand, so that no test asks for them or finds those of another one."""
    languages.remember(["en", "es"], seconds=3600)


@pytest.fixture(scope="session", autouse=True)
def fast_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def rsa_keys():
    """RSA keys made so far: making one takes a tenth of a second, and every test could need one."""
    return []


@pytest.fixture(scope="session")
def read_key():
    """Reading an RSA key proves its primes again, which takes as long as signing with it."""
    return cache(sealing.load_der_private_key)


@pytest.fixture(autouse=True)
def quick_keys(rsa_keys, read_key, monkeypatch):
    """Every test begins with the same RSA keys; two issuers in one test still have two."""
    make, used = keys.new_rsa_key, count()

    def next_key():
        number = next(used)
        if number == len(rsa_keys):
            rsa_keys.append(make())
        return rsa_keys[number]

    monkeypatch.setattr(keys, "new_rsa_key", next_key)
    monkeypatch.setattr(sealing, "load_der_private_key", read_key)


@pytest.fixture(autouse=True)
def nobody_has_knocked_yet():
    """What was counted against an address, and that the cache was away, ends with a test."""
    RedisWithMemoryFallback.away_until = 0.0
    shared_cache.clear()


@pytest.fixture(autouse=True)
def nothing_signed_yet():
    """Every test begins with a database that has recorded no origin."""
    origin.forget()


@pytest.fixture(autouse=True)
def set_up_already(monkeypatch):
    """The home page of an empty database leads to the set-up; tests of it open the gate."""
    monkeypatch.setattr(gate, "_is_done", True)


@pytest.fixture(autouse=True)
def in_english(settings):
    """A request leaves its language behind in the thread; the next test starts from our own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Do what waits for the commit at the end of the block, although the test never commits."""
    return django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def letter_to():
    """Newest letter to an address, and the link in it as a path."""

    def find(address):
        letter = OutgoingEmail.objects.filter(to=address).latest("pk")
        links = re.findall(re.escape(settings.PUBLIC_ORIGIN) + r"(/\S+)", letter.context["text"])
        return letter.context | {"link": links[0] if links else None}

    return find
