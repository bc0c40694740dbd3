"""Categories that programs for educators often begin with."""

from __future__ import annotations

from typing import NamedTuple


class Suggestion(NamedTuple):
    name: str
    name_es: str
    palette: str
    icon: str


SUGGESTIONS = (
    Suggestion("Digital citizenship", "Ciudadanía digital", "lagoon", "messages-square"),
    Suggestion("Teaching with technology", "Enseñar con tecnología", "lapis", "presentation"),
    Suggestion("Literacy", "Lectura y escritura", "poppy", "book-open"),
    Suggestion("Multilingual learners", "Estudiantes multilingües", "rosehip", "languages"),
    Suggestion("Accessibility and inclusion", "Accesibilidad e inclusión", "meadow", "feather"),
    Suggestion("Leadership", "Liderazgo", "redwood", "speech"),
    Suggestion("Adult education", "Educación de personas adultas", "manzanita", "notebook-pen"),
)
