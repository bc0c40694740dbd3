"""Whose badge it is: shown where the earner shows it, else compared, yes or no."""

from __future__ import annotations

import logging
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issuing.awards.operations import changes
from issuing.documents.baked_images import baked_png
from tests.factories import UserFactory, coordinator_for
from tests.issuing.awards import expired_award, issued_award, revoked_award, waiting_award
from tests.verification.asking import (
    EMAIL,
    NAME,
    answer_to,
    compare,
    hidden_award,
    shown_award,
    text_of,
)
from verification import names

pytestmark = pytest.mark.django_db

PRIVATE = ("Rosa", "María", "Álvarez", "Ñúñez", EMAIL)
NOT_GENUINE_YET = "it does not say that this paper is genuine until the name is compared"


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_the_award", "typed"),
    [
        ("Rosa Álvarez", "rosa alvarez"),
        ("Rosa Álvarez", "  ROSA   A\u0301LVAREZ "),
        ("Rosa Álvarez", "Álvarez, Rosa"),
        ("Álvarez, Rosa", "Rosa Alvarez"),
        ("John Smith Jr.", "Smith, John, Jr."),
        ("John Smith, Jr.", "John Smith Jr"),
        ("Mary Ann O’Brien-Smith", "mary ann obrien smith"),
        ("Ann-Marie MacDonald", "Annmarie Mac Donald"),
        ("Rosa M. Álvarez", "Rosa Álvarez"),
        ("Rosa Álvarez", "Rosa M Álvarez"),
        ("Rosa María Álvarez", "Rosa M. Álvarez"),
        ("Rosa M. Álvarez", "Alvarez, Rosa Maria"),
        ("Rosa María Álvarez Núñez", "Rosa M. Álvarez-Núñez"),
        ("Ana María Isabel Ruiz Gómez", "Ana M. I. Ruiz Gómez"),
        ("Łukasz Þór Đặng", "lukasz thor dang"),
        ("Straße Groß", "strasse gross"),
        ("张伟", " 张伟"),
        ("김민준", "김민준"),
        ("Ελένη Παπαδοπούλου", "ΕΛΕΝΗ ΠΑΠΑΔΟΠΟΥΛΟΥ"),
        ("مُحَمَّد", "محمد"),
        ("Plato", "plato"),
    ],
)
def test_spellings_of_one_name_match(on_the_award, typed):
    assert names.is_same_name(on_the_award, typed)
    assert names.is_same_name(typed, on_the_award)


@pytest.mark.parametrize(
    ("on_the_award", "typed"),
    [
        ("Rosa Álvarez", "Rosa Álvares"),
        ("Rosa Álvarez", "Rosa"),
        ("Rosa Álvarez", "Álvarez"),
        ("Rosa Álvarez", "R. Álvarez"),
        ("Rosa Álvarez", "Rosa Álvarez Smith"),
        ("Rosa M. Álvarez", "Rosa K. Álvarez"),
        ("Rosa María Álvarez", "Rosa Álvarez"),
        ("Rosa María Álvarez", "Rosa K. Álvarez"),
        ("Thomas James", "James Thomas"),
        ("सुनीता", "सनीता"),
        ("Rosa Álvarez", ""),
        ("", ""),
        ("☺", "☺"),
        ("", "."),
        ("An educator", "."),
    ],
)
def test_different_names_do_not_match(on_the_award, typed):
    assert not names.is_same_name(on_the_award, typed)
    assert not names.is_same_name(typed, on_the_award)


# --- A person whose name is not public ------------------------------------------------------------


def test_a_code_says_that_the_name_must_be_compared(client):
    award = hidden_award()

    page = client.get(f"/v/{award.short_code}", follow=True)

    assert NOT_GENUINE_YET in text_of(page)
    assert "a person whose name is not public" in text_of(page)
    assert [private for private in PRIVATE if private in text_of(page)] == []


def test_every_way_to_a_hidden_award_asks_whose_it_is(client):
    award = hidden_award()
    site = "http://localhost:8000"
    file = SimpleUploadedFile("badge.png", baked_png(award))

    for page in (
        client.post("/verify/", {"text": f"{site}/awards/{award.public_id}/"}),
        client.post("/verify/", {"text": award.code_in_groups}),
        client.post("/verify/", {"file": file}),
        client.get("/verify/", {"address": f"{site}/credentials/{award.public_id}"}),
    ):
        assert page.context["report"].kind.word == "Valid"
        assert 'action="/verify/recipient/"' in text_of(page)
        assert [private for private in PRIVATE if private in text_of(page)] == []


def test_a_name_or_an_email_address_is_compared_forgivingly(client):
    award, other = hidden_award(), issued_award(earner=UserFactory(name=NAME))

    right = [
        NAME,
        "alvarez-nunez, rosa maria",
        "Rosa M. Álvarez Ñúñez",
        EMAIL,
        " Rosa@Alder.Example",
    ]
    wrong = ["Rosa Alvarez", "Eve Mallory", "rosa@alder.exampl", "eve@alder.example", "@", "Rosa"]

    assert [answer_to(client, award, typed) for typed in right] == ["yes"] * len(right)
    assert [answer_to(client, other, typed) for typed in wrong] == ["no"] * len(wrong)


def test_no_turns_the_verdict_and_reveals_nothing(client):
    award = hidden_award()

    pages = {who: compare(client, award, who) for who in ("Rosa María Álvarez-Ñúñe", "Eve Mallory")}

    texts = [text_of(page).replace(who, "…") for who, page in pages.items()]
    for text in texts:
        assert "No match" in text
        assert "for another name or email address" in text
        assert "Nobody" not in text
        assert [private for private in PRIVATE if private in text.replace("…", "")] == []
    assert without_times(texts[0]) == without_times(texts[1])


def without_times(text: str) -> str:
    """The answer, without the moment of the check and the tokens of other forms."""
    return text.partition('<section class="verdict')[2].partition("Checked on")[0]


def test_yes_does_not_reveal_how_the_name_is_spelled(client):
    page = compare(client, hidden_award(), "alvarez-nunez, rosa maria")

    assert (
        "Yes. “alvarez-nunez, rosa maria” is the name or email address on this award."
        in text_of(page)
    )
    assert page.context["report"].kind.word == "Valid"
    assert [private for private in PRIVATE if private in text_of(page)] == []


def test_the_question_is_posted_and_nothing_typed_is_logged(client, caplog):
    award = hidden_award()

    with caplog.at_level(logging.DEBUG):
        page = compare(client, award, "Eve Mallory")

    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/verify/recipient/", {"who": "Eve"}).status_code == 405
    assert [record for record in caplog.records if "Mallory" in record.getMessage()] == []


def test_near_misses_take_the_same_work():
    award = hidden_award()

    compared = []
    for typed in (NAME, "Rosa María Álvarez-Ñúñe", "Zoe Maria Xx-Yy", "Rosa X Álvarez Ñúñez"):
        with counted_comparisons() as calls:
            names.is_for(award, typed)
        compared.append(len(calls))

    assert len(set(compared)) == 1
    assert compared[0] > 1


@contextmanager
def counted_comparisons():
    calls, real = [], names.hmac.compare_digest
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names.hmac, "compare_digest", lambda a, b: calls.append(1) or real(a, b))
        yield calls


def test_what_was_typed_stays_in_the_form_when_it_is_incomplete(client):
    award = hidden_award()

    empty, long = compare(client, award, " "), compare(client, award, "x" * 321)

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Type the name or the email address." in text_of(empty)
    assert "x" * 321 in text_of(long)
    assert compare(client, waiting_award(), "Rosa").status_code == 404


# --- People who show their name, renamed people, and awards that are not in force -----------------


def test_a_public_name_is_named_with_what_a_paper_must_say(client):
    award = shown_award()

    page = client.get(f"/v/{award.short_code}", follow=True)

    text = text_of(page)
    assert f"This badge was awarded to <strong>{NAME}</strong>." in text
    assert "with another name, badge, date, or issuer" in text
    assert award.version.name in text
    assert award.badge_class.issuer.name in text
    assert EMAIL not in text
    assert 'action="/verify/recipient/"' not in text


def test_a_renamed_person_is_compared_by_the_name_under_which_the_badge_was_earned(client):
    award = hidden_award()
    award.recipient.name = "Rosa Baker"
    award.recipient.save(update_fields=["name"])

    assert answer_to(client, award, "Rosa Baker") == "no"
    assert answer_to(client, award, NAME) == "yes"
    changes.share(award, shows_name=True, items=[])
    page = client.get(f"/v/{award.short_code}", follow=True)
    assert NAME in text_of(page)
    assert "Baker" not in text_of(page)


def test_an_expired_award_is_compared_and_stays_expired(client):
    award = hidden_award(expired_award)

    page = compare(client, award, NAME)

    assert (page.context["is_match"], page.context["report"].kind.word) == (True, "Expired")


@pytest.mark.parametrize("shows_name", [True, False])
def test_a_revoked_award_names_nobody_and_compares_nothing(client, shows_name):
    award = shown_award() if shows_name else hidden_award()
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    opened = client.get(f"/v/{award.short_code}", follow=True)
    pages = [compare(client, award, who) for who in (NAME, "Eve Mallory")]

    for page in (opened, *pages):
        assert page.context["report"].kind.word == "Revoked"
        assert "Issued twice." in text_of(page)
        assert 'action="/verify/recipient/"' not in text_of(page)
        assert [private for private in PRIVATE if private in text_of(page)] == []
    assert without_times(text_of(pages[0])) == without_times(text_of(pages[1]))


@pytest.mark.parametrize("act", ["hold", "cancel", None])
def test_an_award_that_is_not_issued_is_unknown_to_everybody(client, act):
    award = hidden_award(waiting_award)
    if act:
        reason = {"reason": "Checking."}
        getattr(changes, act)(award, by=coordinator_for(award.badge_class), **reason)

    opened = client.get(f"/v/{award.short_code}", follow=True)

    assert opened.status_code == 404
    assert [compare(client, award, who).status_code for who in (NAME, "Eve")] == [404, 404]
    assert [private for private in PRIVATE if private in text_of(opened)] == []


def test_an_award_without_a_name_says_that_only_the_address_can_be_compared(client):
    award = issued_award(earner=UserFactory(name="", email=EMAIL))

    page = client.get(f"/v/{award.short_code}", follow=True)

    assert award.recipient_name == ""
    assert "only the email address can be compared" in text_of(page)
    assert answer_to(client, award, EMAIL) == "yes"
    assert answer_to(client, award, "An educator") == "no"


# --- Work -----------------------------------------------------------------------------------------


def test_the_pages_need_few_queries_whatever_the_answer(client):
    award = hidden_award()
    revoked_award()
    client.get("/verify/")  # the first page reads the site's own settings

    counts = {}
    for who in (NAME, "Eve Mallory", EMAIL, "eve@alder.example"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            compare(client, award, who)
        counts[who] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        client.get("/verify/", {"address": f"localhost:8000/v/{award.short_code}"})

    assert set(counts.values()) == {counts[NAME]}
    assert counts[NAME] <= 6
    assert len(queries) <= 5
