"""Settings that are on or off, by the words that the launcher understands, too."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

ON = frozenset({"1", "true", "yes", "on"})
OFF = frozenset({"0", "false", "no", "off"})


def is_on(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Anything else stops the start: a misspelled `true` would silently be off."""
    word = variables.get(name, "").strip().lower()
    if word and word not in ON | OFF:
        raise ImproperlyConfigured(
            f"{name} must be 1 or 0 (or true, false, yes, no, on, off), not {word!r}."
        )
    return word in ON if word else default
