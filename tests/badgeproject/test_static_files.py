"""What browsers get: one stylesheet, and small fonts for the letters that a page has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from badgeproject.warm_up import warm_up
from badgeproject.web_fonts import LATIN, NAMES

SOURCES = Path(settings.BASE_DIR) / "static/css"


def layers_in(css: str) -> list[str]:
    """The layers in the order in which they first appear."""
    names = re.findall(r"@layer ([\w, ]+)[;{]", css)
    return list(dict.fromkeys(name for group in names for name in re.split(r", *", group)))


def test_the_ranges_of_the_fonts_are_those_of_their_files():
    faces = (SOURCES / "fonts.css").read_text().split("@font-face")
    ranges = {}
    for face in faces:
        if part := re.search(r"\.(latin|rest)\.woff2", face):
            found = re.findall(r"U\+([0-9A-F]+)-([0-9A-F]+)", face)
            letters = {n for first, last in found for n in range(int(first, 16), int(last, 16) + 1)}
            assert ranges.setdefault(part[1], letters) == letters

    assert set(LATIN) <= ranges["latin"]
    assert not ranges["latin"] & ranges["rest"]


@pytest.mark.long
def test_one_stylesheet_is_collected_and_names_only_files_that_are_there(tmp_path):
    root = tmp_path / "static"
    options = {"BACKEND": "badgeproject.static_storage.BundledStaticFiles"}
    storages = settings.STORAGES | {"staticfiles": options}
    with override_settings(STATIC_ROOT=str(root), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        first = next(root.glob("css/app.*.css")).name
        call_command("collectstatic", interactive=False, verbosity=0)

    [sheet] = root.glob("css/app.*.css")
    css = sheet.read_text()
    assert sheet.name == first
    assert "@import" not in css
    assert layers_in(css) == layers_in((SOURCES / "app.css").read_text())
    named = re.findall(r"url\([\"']?(?!data:)([^)\"'#]+)", css)
    assert {sheet.parent.joinpath(name).resolve().is_file() for name in named} == {True}
    assert all((root / name).is_file() for name in NAMES)


def test_what_workers_share_is_read_without_a_connection():
    # A test without a database may open none.
    warm_up()
