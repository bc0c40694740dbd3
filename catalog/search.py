"""What a search of the catalog looks at, and how well a badge matches one typed word."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Case, F, FloatField, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Greatest

# Below this, a match is probably a coincidence rather than a typo.
MIN_SIMILARITY = 0.45
# More words make the query slower without improving its result.
MAX_WORDS = 8
# Too short to tell one badge from another ("de", "in", "a").
MIN_WORD_LENGTH = 3
# Typos in words shorter than this make other words.
MIN_LENGTH_FOR_TYPOS = 5
# A name of a standard differs from its neighbors by little.
MIN_SIMILARITY_OF_STANDARD = 0.5

WEIGHTS = {
    "current_version__name": 1.0,
    "category__name": 0.9,
    "category__name_es": 0.9,
    "tags_as_text": 0.9,
    "current_version__description": 0.8,
}
BY_LANGUAGE, BY_STANDARD, BY_TEXT = 0.8, 0.7, 0.5

# Words that a short name leaves out: the California Standards for the Teaching Profession are CSTP.
NOT_IN_SHORT_NAMES = "a|al|and|de|del|el|en|for|in|la|las|los|of|on|para|por|the|to|y"

LANGUAGES = {"spanish": "es", "espanol": "es", "castellano": "es", "ingles": "en"}

# What people look for in Spanish, in the words of badges that are written in English.
IN_ENGLISH = {
    "accesible": "accessible",
    "accesibilidad": "accessibility",
    "alfabetizacion": "literacy",
    "alumno": "student",
    "aprendizaje": "learning",
    "arte": "arts",
    "aula": "classroom",
    "bibliotecario": "library",
    "biblioteca": "library",
    "bienestar": "wellness",
    "ciencia": "science",
    "ciudadania": "citizenship",
    "codigo": "coding",
    "comunidad": "community",
    "consejero": "counselor",
    "dato": "data",
    "director": "principal",
    "discapacidad": "disability",
    "docente": "teacher",
    "empleo": "employment",
    "ensenanza": "teaching",
    "equidad": "equity",
    "escritura": "writing",
    "escuela": "school",
    "estandar": "standards",
    "estudiante": "student",
    "evaluacion": "assessment",
    "familia": "family",
    "inclusion": "inclusion",
    "inteligencia": "intelligence",
    "lectura": "reading",
    "lenguaje": "language",
    "liderazgo": "leadership",
    "maestro": "teacher",
    "matematica": "mathematics",
    "medio": "media",
    "multilingue": "multilingual",
    "nino": "student",
    "pantalla": "screens",
    "privacidad": "privacy",
    "programacion": "coding",
    "restaurativo": "restorative",
    "salud": "health",
    "seguridad": "safety",
    "subtitulo": "captions",
    "tecnologia": "technology",
}


def without_accents(words: str) -> str:
    """The same as PostgreSQL's unaccent, done once here rather than once for every badge."""
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words_of(typed: str) -> list[str]:
    """The words of a search that must be found. `typed` is without accents."""
    words = typed.split()[:MAX_WORDS]
    return [word for word in words if len(word) >= MIN_WORD_LENGTH] or words


def unaccented(column: str) -> Func:
    """The column without accents, because people type "evaluacion" for "evaluación"."""
    return Func(F(column), function="unaccent", output_field=TextField())


def similarity(word: str, alignments: QuerySet) -> Greatest:
    """From 0 to 1: how well a badge matches the word, or what it is called in English."""
    found = [*_by_words(word), _when(_begins("about", word), BY_TEXT)]
    found.append(_when(Q(current_version__in=_aligned(alignments, word)), BY_STANDARD))
    if language := LANGUAGES.get(word.lower()):
        found.append(_when(Q(current_version__language=language), BY_LANGUAGE))
    if english := _in_english(word.lower()):
        found += _by_words(english)
    return Greatest(*found)


def _by_words(word: str) -> list[models.Expression]:
    return [
        TrigramWordSimilarity(word, unaccented(column)) * weight
        for column, weight in WEIGHTS.items()
    ]


def _when(condition: Q, value: float) -> Case:
    return Case(When(condition, then=Value(value)), default=Value(0.0), output_field=FloatField())


def _begins(column: str, word: str) -> Q:
    """A word in the column begins with this one."""
    return Q(**{f"{column}__iregex": rf"\m{re.escape(word)}"})


def _aligned(alignments: QuerySet, word: str) -> QuerySet:
    """The versions with a standard of this framework, code, name or short name."""
    found = alignments.alias(
        words=Func(
            Concat(
                "target_framework",
                Value(" "),
                "target_code",
                Value(" "),
                "target_name",
                output_field=TextField(),
            ),
            function="unaccent",
            output_field=TextField(),
        )
    )
    condition = _begins("words", word)
    if len(word) >= MIN_LENGTH_FOR_TYPOS:
        found = found.alias(likeness=TrigramWordSimilarity(word, F("words")))
        condition |= Q(likeness__gte=MIN_SIMILARITY_OF_STANDARD)
    if len(word) >= MIN_WORD_LENGTH and word.isalpha():
        capitals = _replaced(F("target_framework"), "[^[:upper:]]", "")
        main_words = _replaced(F("target_framework"), rf"\m({NOT_IN_SHORT_NAMES})\M", "")
        initials = _replaced(main_words, r"\W*(\w)\w*\W*", r"\1")
        found = found.alias(
            short_names=Concat(capitals, Value(" "), initials, output_field=TextField())
        )
        condition |= Q(short_names__icontains=word)
    return found.filter(condition).values("version")


def _replaced(text: models.Expression | F, pattern: str, by: str) -> Func:
    return Func(
        text, Value(pattern), Value(by), Value("gi" if "|" in pattern else "g"),
        function="regexp_replace", output_field=TextField(),
    )  # fmt: skip


def _in_english(word: str) -> str | None:
    """Looked up as it is, and without the endings of plural and gender."""
    singular = word.removesuffix("s")
    forms = [word, singular, word.removesuffix("es"), re.sub("a$", "o", singular)]
    return next((IN_ENGLISH[form] for form in forms if form in IN_ENGLISH), None)
