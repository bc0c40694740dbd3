"""Moments that somebody must or can count on: with the name of their time zone.

`{{ moment|with_zone }}` is in every template.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_name
from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

register = template.Library()

# “9:00 PM Pacific Time”, “9:00 PM, hora del Pacífico”.
BEFORE_ZONE = {"es": ", "}

# No place has this name, so the CLDR has none for it.
NEUTRAL = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}


@register.filter
def with_zone(moment: datetime | None) -> str:
    """“Jan. 9, 2027, 9:00 PM Pacific Time”, in the language of the page or email."""
    if moment is None:
        return ""
    words = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    language = translation.get_language() or "en"
    between = BEFORE_ZONE.get(language.partition("-")[0], " ")
    return f"{words}{between}{zone_name(settings.TIME_ZONE, language)}"


@lru_cache(maxsize=32)
def zone_name(zone: str, language: str) -> str:
    """The name that people use all year, from the Unicode CLDR: Pacific Time, hora del Pacífico."""
    if zone in NEUTRAL:
        return "UTC"
    locale = Locale.parse(language, sep="-")
    return get_timezone_name(zone, width="long", zone_variant="generic", locale=locale)
