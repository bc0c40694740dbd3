"""Settings that are on or off. The application reads the same words; a test compares them."""

from collections.abc import Mapping

from .refusals import Refused

ON = frozenset({"1", "true", "yes", "on"})
OFF = frozenset({"0", "false", "no", "off"})


def is_on(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A word that nobody can know is refused: what it means must not depend on who reads it."""
    word = variables.get(name, "").strip().lower()
    if word and word not in ON | OFF:
        raise Refused(f"{name} must be 1 or 0 (or true, false, yes, no, on, off), not {word!r}.")
    return word in ON if word else default
