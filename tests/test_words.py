"""The words of pages, emails and papers, in both languages: one word for one thing.

docs/style.md says which. A rule is a pattern that no message contains, but for the phrases in which
the word means something else.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation

from accounts.library_texts import TEXTS
from tests import messages

pytestmark = messages.in_one_process

# What it is about: the pattern, and the phrases in which it is right.
ENGLISH = {
    "email, not letter": (
        r"\bletters?\b",
        ["Letter (US)", "letters and numbers", "letter from A to Z", "letters, numbers",
         "letters that were garbled", "capital letter", "its letters"],
    ),
    "email, without a hyphen": (r"\be-mails?\b", []),
    "canceled, not called off": (r"\bcall(ed)? (it|the \w+) off\b|\bcalled off\b", []),
    "meet, not fulfil": (r"\bfulfil", []),
    "don’t need to, not need not": (r"\bneed not\b", []),
    "again or new, not anew": (r"\banew\b", []),
    "is shown or is listed, not stands": (
        r"\bstands?\b", ["what it stands for", "what stands out", "who stands behind"],
    ),
    "is valid, not holds": (
        r"\b(badge|award|it|this) (holds|goes on holding)\b|\b(does not|will|no longer) holds?\b",
        [],
    ),
    "anyone who, not whoever": (r"\bwhoever\b", []),
    "letters and numbers, not digits": (r"\bletters (and|or) digits\b", []),
    "continue, not go on": (r"^go on\b|\. go on\b", []),
    "curly apostrophes and quotes": (r"[A-Za-z]'[A-Za-z]|'s\b|[A-Za-z]s' ", []),
    "next to or with, not beside": (r"\bbesides?\b", ["side by side"]),
    "entry, not chance": (r"\bchances?\b", ["improve your chances"]),
    "activity log, not book": (r"\bactivity book\b|\bthe books?\b", []),
    "fix, not mend": (r"\bmend", []),
    "typo, not slip": (r"\bslips?\b", []),
    "US spelling": (
        r"\b\w*(cancelled|cancelling|colour|favour|behaviour|honour|licence|programme|grey|whilst"
        r"|judgement|catalogue|towards|learnt|labelled|travelled|enrol|centre)\w*\b"
        r"|\b(?!advertis)\w+[^eiouprw\W]is(e[ds]?|ing|ation)\b",
        ["promise"],
    ),
}  # fmt: skip

SPANISH = {
    "correo, no carta": (r"\bcartas?\b", ["Carta (EE. UU.)"]),
    "comillas inglesas": (r"[«»]", []),
    "presione, no pulse": (r"\bpuls(e|ar|a|ó)\b", []),
    "sorteo, no extracción": (r"\bextracci", []),
    "persona revisora": (r"\bquien(es)? revis|\brevisor(es)?\b", []),
    "ruta, no itinerario": (r"\bitinerario", []),
    "canje de códigos, reclamo de listas": (r"\breclamaci|\breclamar\b", []),
    "administrar, no gestionar": (r"\bgesti(on|ón)", []),
    "letras y números": (r"\bletras y (cifras|dígitos)", []),
    "oportunidad, no participación": (r"\bparticipaci", []),
    "mientras tanto": (r"\bentretanto\b", []),
    "agregar, no añadir": (r"\bañad(a|e|ir|ido|ida|irlo|alo)\b|\bañád", []),
    "institución, no agencia": (r"\bagencias?\b", []),
    "respaldo, no aval": (r"\bavale?s?\b", []),
    "pruebas, no exámenes": (r"\bex[aá]men(es)?\b", []),
    "cartera digital": (r"\bbilleteras?\b|\bcarteras?\b(?! digital)", []),
    "la coordinación": (r"\bcoordinador(es|as?)?\b", []),
    "rol, no función": (r"\bfunci[oó]n(es)?\b", []),
    "periodo, sin tilde": (r"\bperíodo", []),
    "correo electrónico": (r"\be-?mails?\b", ["con badge, email, name"]),
}  # fmt: skip

# Words that are right elsewhere: what the English is about, and how the Spanish doesn't say it.
TRANSLATED = {
    "envío, no solicitud": (r"\bsubmissions?\b", r"\bsolicitud(es)?\b"),
    "cola, no lista": (r"\bqueue\b", r"\blistas?\b"),
}


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def pairs():
    for message in messages.spanish():
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            yield from zip(ids, strings, strict=True)


@pytest.fixture(scope="module")
def english() -> list[str]:
    found = []
    for message in messages.extracted():
        if message.id:
            found += message.id if isinstance(message.id, tuple) else [message.id]
    return [PLACEHOLDER.sub("…", text) for text in found]


@pytest.fixture(scope="module")
def spanish() -> list[str]:
    return [PLACEHOLDER.sub("…", translated) for _english, translated in pairs()]


def breaking(texts: list[str], pattern: str, right: list[str]) -> list[str]:
    allowed = re.compile("|".join(map(re.escape, right)) or r"(?!)", re.IGNORECASE)
    rule = re.compile(pattern, re.IGNORECASE)
    return [text for text in texts if rule.search(text) and rule.search(allowed.sub("", text))]


@pytest.mark.parametrize("about", ENGLISH)
def test_english_says_one_thing_with_one_word(english, about):
    assert breaking(english, *ENGLISH[about]) == []


@pytest.mark.parametrize("about", SPANISH)
def test_spanish_says_one_thing_with_one_word(spanish, about):
    assert breaking(spanish, *SPANISH[about]) == []


@pytest.mark.parametrize("about", TRANSLATED)
def test_spanish_has_one_word_for_one_word_of_the_english(about):
    in_english, wrong = (re.compile(rule, re.IGNORECASE) for rule in TRANSLATED[about])

    assert [
        translated
        for text, translated in pairs()
        if in_english.search(text) and wrong.search(translated)
    ] == []


DEFAULT_PAGES = sorted((settings.BASE_DIR / "program").glob("default_*/*"))


@pytest.mark.parametrize("page", DEFAULT_PAGES, ids=lambda page: page.name)
def test_the_pages_that_come_with_the_software_use_the_same_words(page):
    rules = SPANISH if page.name.endswith("es.md") else ENGLISH

    lines = page.read_text().splitlines()

    assert {
        about: found for about, rule in rules.items() if (found := breaking(lines, *rule))
    } == {}


@pytest.mark.parametrize("rules", [ENGLISH, SPANISH], ids=["English", "Spanish"])
def test_every_exception_is_still_needed(english, spanish, rules):
    texts = "\n".join(english if rules is ENGLISH else spanish).lower()
    right = [phrase for _pattern, phrases in rules.values() for phrase in phrases]

    assert [phrase for phrase in right if phrase.lower() not in texts] == []


# Moments until which somebody may act, or that somebody was promised.
PROMISES = "closes_at|draws_at|disputes_until|confirm_by|opens_at|due_at|issued_from"


def test_promised_moments_have_the_name_of_their_time_zone():
    """Not in tables, which have no room, and use the short form."""
    without = re.compile(rf'\b(?:{PROMISES})\|date:"(?:DATETIME_FORMAT|TIME_FORMAT)"')
    templates = settings.BASE_DIR / "templates"

    assert [
        str(path.relative_to(templates))
        for path in templates.rglob("*.*")
        if without.search(path.read_text())
    ] == []


@pytest.mark.parametrize("text", TEXTS)
def test_texts_of_libraries_are_said_in_our_spanish(text):
    ours = {message.id: message.string for message in messages.spanish() if message.id}

    with translation.override("es"):
        assert translation.gettext(text) == ours[text]
