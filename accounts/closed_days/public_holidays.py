"""Public holidays of a country or one of its states, from the library `holidays`."""

from __future__ import annotations

from datetime import date
from functools import cache
from types import ModuleType

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from accounts.workdays import is_working_day

# The library names the holidays of a country in its own languages and often in these.
_LIBRARY_LANGUAGES = {"es": ["es", "en_US", "en"], "en": ["en_US", "en"]}


@cache
def countries() -> dict[str, list[str]]:
    """The codes of the countries that the library knows, each with those of its states."""
    known = _library().list_supported_countries(include_aliases=False)
    return {code: list(states) for code, states in known.items() if len(code) == 2}


def country_choices() -> list[tuple[str, str]]:
    """By name, in the language of the page."""
    names = _locale().territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda one: one[1])


def state_choices(country: str) -> list[tuple[str, str]]:
    """States, provinces or regions by name, as the library calls them; [] if there are none."""
    codes = countries().get(country)
    if not codes:
        return []
    aliases = getattr(_library().country_holidays(country), "subdivisions_aliases", {})
    names = {code: name for name, code in aliases.items()}
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1])


def working_days_off(country: str, state: str, year: int) -> dict[date, str]:
    """The holidays of the year that are not on a weekend, with their names."""
    if country not in countries():
        return {}
    known = _in_a_language(country, state if state in countries()[country] else "", year)
    return {day: name[:100] for day, name in sorted(known.items()) if is_working_day(day)}


def _in_a_language(country: str, state: str, year: int) -> dict[date, str]:
    supported = _library().list_localized_countries().get(country, [])
    wanted = _LIBRARY_LANGUAGES.get((get_language() or "en")[:2], ["en_US", "en"])
    language = next((code for code in wanted if code in supported), None)
    found = _library().country_holidays(
        country, subdiv=state or None, years=[year], language=language
    )
    return {day: name for day, name in found.items() if day.year == year}


def _library() -> ModuleType:
    """The package `holidays`. It takes 3 MB, and most web workers never need it."""
    import holidays

    return holidays


def _locale() -> Locale:
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
