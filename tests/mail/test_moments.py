"""Deadlines and promises name their time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation

from mail.moments import with_zone, zone_name

MOMENT = datetime(2027, 1, 10, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Jan. 9, 2027, 9:00 PM Pacific Time"),
        ("es", "9 de enero de 2027, 9:00 PM, hora del Pacífico"),
    ],
)
def test_a_deadline_says_whose_clock_it_means(language, words):
    with translation.override(language):
        assert with_zone(MOMENT) == words
        template = engines["django"].from_string("{{ moment|with_zone }}")
        assert template.render({"moment": MOMENT}) == words


def test_summer_and_winter_have_one_name():
    summer = datetime(2027, 7, 10, 5, 0, tzinfo=UTC)

    assert with_zone(summer).endswith("PM Pacific Time")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_time_zone_has_a_name(language):
    zones = {zone for zone in available_timezones() if "/" in zone} | {"UTC"}

    assert all(zone_name(zone, language).strip() for zone in zones)
    assert "desconocida" not in zone_name("UTC", language)


def test_without_a_moment_there_are_no_words():
    assert with_zone(None) == ""
