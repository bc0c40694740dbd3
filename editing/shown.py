"""A button that makes something final confirms what its page showed, and nothing newer."""

from __future__ import annotations


class NotAsShown(Exception):
    """Another window changed the record since the page with the button was opened."""


def check_shown(shown: str, now: str) -> None:
    """Compare the mark that the page posted with the one of the locked record.

    Without a mark (the button was not on one of our pages) there is nothing to compare.
    """
    if shown and shown != now:
        raise NotAsShown
