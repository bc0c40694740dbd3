"""Everybody may read what the program publishes of its numbers; the program alone writes it."""

from audit.audiences import register_program_texts

register_program_texts("reporting", ["PublishedNumbers.numbers"])
