"""The verify page as people see it: the verdict first, the facts, and help with bad input."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone

from issuing import dates
from issuing.models import Assertion
from openbadges.baking import LARGEST_IMAGE
from tests.factories import BadgeFactory, UserFactory
from tests.issuing.awards import document, expired_award, issued_award, revoked_award
from verification.answer import Answer
from verification.descriptions import LONGEST_TEXT, describe_badge_class
from verification.report import Check, Finding, Kind, Report, Verdict

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- The verdict ----------------------------------------------------------------------------------


def test_every_verdict_has_its_word_and_what_is_not_known_looks_like_nothing_else():
    looks = {verdict: verdict.kind for verdict in Verdict}

    by_tone = {}
    for _verdict, look in looks.items():
        assert str(look.word)
        by_tone.setdefault(look.tone, set()).add(look.shape)
    shapes = [shape for shapes in by_tone.values() for shape in shapes]
    assert len(shapes) == len(set(shapes))  # no shape in two colors
    assert looks[Verdict.VALID].tone == "valid"
    assert {v for v, look in looks.items() if look.tone == "invalid"} == {
        Verdict.REVOKED, Verdict.CHANGED, Verdict.WRONG_KEY, Verdict.NOT_ISSUED,
    }  # fmt: skip
    assert {v for v, look in looks.items() if look.tone == "unknown"} == {
        Verdict.NOT_CHECKED, Verdict.UNREADABLE, Verdict.NOT_FOUND, Verdict.SOMETHING_ELSE,
        Verdict.SEVERAL,
    }  # fmt: skip
    words = {str(look.word) for look in looks.values() if look.tone in {"valid", "invalid"}}
    assert words == {"Valid", "Revoked", "False"}


def test_every_shape_is_drawn_differently():
    shapes = {kind.shape for kind in Kind}

    drawn = {render_to_string("components/verdict_mark.html", {"shape": shape}) for shape in shapes}

    assert len(drawn) == len(shapes) > 5


@pytest.mark.parametrize(
    ("make", "word", "headline"),
    [
        (issued_award, "Valid", "This badge is valid."),
        (expired_award, "Expired", "This badge is real but has expired."),
        (revoked_award, "Revoked", "This badge was revoked. It is no longer valid."),
    ],
)
def test_the_verdict_comes_first_then_the_badge_and_the_checks_are_folded(
    client, make, word, headline
):
    award = make()

    html = client.get(f"/v/{award.short_code}", follow=True).content.decode()

    places = [
        html.index(part)
        for part in (
            "<h1>", f'id="verdict">{word}<', headline, f"<h3>{award.version.name}</h3>",
            "<dt>Earned on</dt>", award.badge_class.issuer.name + "</a>", "<details",
            "What was checked", 'id="ask"',
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "holds" not in words_of(html)
    assert f"<title> {word}: {award.version.name} · Verify a badge" in " ".join(html.split())
    headings = [int(level) for level in re.findall(r"<h([1-6])", html[html.index("<main") :])]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))


def test_what_decided_is_said_outside_the_folded_checks(client):
    award = revoked_award(reason="Issued twice.")

    html = client.get(f"/v/{award.short_code}", follow=True).content.decode()

    assert "Reason: Issued twice." in html[: html.index("<details")]


def test_a_changed_file_is_not_asked_about_but_explained(client):
    award = issued_award()
    changed = document(award) | {"validFrom": "2020-01-01T00:00:00Z"}

    page = client.post("/verify/", {"text": json.dumps(changed)})

    assert page.context["report"].kind.word == "False"
    assert 'action="/verify/recipient/"' not in text_of(page)
    assert "did not pass" in text_of(page)


def test_the_badge_of_another_issuer_is_described_without_requests_of_the_browser(client):
    report = Report(verdict=Verdict.VALID, headline="…", badge_name="Media", issuer_name="Elm")
    report.description = "Plans <b>lessons</b>."
    report.image, report.image_alt = "data:image/png;base64,AAAA", "A pin"
    report.issuer_url = "https://elm.example/"

    html = shown(report)

    assert "Plans &lt;b&gt;lessons&lt;/b&gt;." in html
    assert re.findall(r'src="([^"]*)"', html) == ["data:image/png;base64,AAAA"]
    policy = client.get("/verify/").headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in policy + ";"


def shown(report):
    context = {"report": report, "answer": Answer(report), "now": timezone.now()}
    return render_to_string("verification/_answer.html", context)


def badge_with_criteria(criteria):
    report = Report(verdict=Verdict.VALID, headline="…")
    describe_badge_class(report, {"name": "Media", "criteria": criteria})
    return report


def test_the_criteria_of_another_issuer_are_shown_as_its_own_words():
    narrative = "Plan a lesson.\n\n<script>alert(1)</script> [click](https://evil.example/)"
    criteria = {"id": "https://elm.example/criteria?a=1&b=2", "narrative": narrative}

    html = shown(badge_with_criteria(criteria))

    assert "<p>Plan a lesson.</p>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [click](https://evil.example/)" in html
    assert re.findall(r'href="([^"]*)"', html) == ["https://elm.example/criteria?a=1&amp;b=2"]
    assert "Read the criteria at elm.example" in html
    assert "the issuer has not confirmed it" in html


@pytest.mark.parametrize(
    ("criteria", "text", "link"),
    [
        ("https://elm.example/c", "", "https://elm.example/c"),
        ({"id": "https://elm.example/c"}, "", "https://elm.example/c"),
        ({"narrative": "Plan a lesson."}, "Plan a lesson.", ""),
        ({"id": "javascript:alert(1)", "narrative": "Plan one."}, "Plan one.", ""),
        ({"id": "https://us@evil.example/", "narrative": 7}, "", "https://us@evil.example/"),
        ("Plan a lesson.", "Plan a lesson.", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        (["Plan a lesson."], "", ""),
        (None, "", ""),
    ],
)
def test_every_form_of_criteria_is_shown_or_left_out(criteria, text, link):
    report = badge_with_criteria(criteria)

    html = shown(report)

    assert (report.criteria, report.criteria_url) == (text, link)
    assert ("What it takes to earn this badge" in html) == bool(text or link)
    assert re.findall(r'href="([^"]*)"', html) == ([link] if link else [])
    assert ("Read the criteria at evil.example" in html) == ("evil.example" in link)


@pytest.mark.parametrize(
    "typed", ["Rosa Alvarez", "rosa", "@rosa", "rosa@", "rosa @school.example"]
)
def test_what_is_not_an_email_address_is_not_answered_with_no(client, typed):
    award = issued_award()

    page = client.post("/verify/", {"text": award.short_code, "email": typed})
    as_json = client.post("/verify.json", {"text": award.short_code, "email": typed})

    assert (page.status_code, as_json.status_code) == (422, 422)
    assert "This is not an email address." in page.text
    assert page.context["report"] is None
    assert (award.short_code in page.text, typed in page.text) == (True, True)


@pytest.mark.parametrize("typed", ["ROSA@school.example ", "josé@escuela.example"])
def test_every_kind_of_email_address_is_compared(client, typed):
    award = issued_award(earner=UserFactory(email="rosa@school.example"))

    page = client.post("/verify/", {"text": award.short_code, "email": typed})

    assert page.status_code == 200
    assert page.context["report"].verdict is (
        Verdict.VALID if "ROSA" in typed else Verdict.OTHER_PERSON
    )


def test_a_printed_answer_says_where_the_badge_is():
    report = badge_with_criteria("")
    report.award = issued_award()

    assert f'<a href="{SITE}/awards/{report.award.public_id}/">' in shown(report)


def test_a_foreign_text_that_is_cut_says_so():
    report = badge_with_criteria({"narrative": "long " * 1000})

    assert report.criteria.endswith("long…")
    assert len(report.criteria) == LONGEST_TEXT


def test_the_criteria_of_our_own_badge_are_on_its_page():
    report = badge_with_criteria({"narrative": "Plan a lesson."})
    report.award = issued_award()

    assert "What it takes to earn this badge" not in shown(report)


def test_the_day_on_which_it_was_earned_comes_before_the_day_of_issue(client):
    now = timezone.now()
    award = issued_award()
    other = Assertion.objects.get(pk=award.pk)
    other.earned_on = now - timedelta(days=40)
    report = Report(award=other, verdict=Verdict.VALID, badge_name="Media", headline="…")

    html = shown(report)
    plain = client.get(f"/v/{award.short_code}", follow=True).content.decode()

    assert html.index("<dt>Earned on</dt>") < html.index("<dt>Issued on</dt>")
    assert "<dt>Issued on</dt>" not in plain
    assert f"Earned on {dates.day(award.issued_on)}." in plain


def test_both_days_of_another_issuers_badge_are_shown():
    signed = {"awardedDate": "2026-01-02T00:00:00Z", "validFrom": "2026-02-03T00:00:00Z"}

    answer = Answer(Report(document=signed))

    assert [day.isoformat()[:10] for day in answer.days] == ["2026-01-02", "2026-02-03"]


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_typed_gets_an_error_that_says_what_to_do(client, text):
    page = client.post("/verify/", {"text": text})

    assert page.status_code == 422
    assert "Choose a file, or paste the badge’s link, its code, or its JSON." in text_of(page)
    assert "<title> Error:" in text_of(page)


@pytest.mark.parametrize(
    "text", ["hello world", "{", '{"a": 1}', "<script>alert(1)</script>", "eyJhbGciOi", "ünïcödé ☺"]
)
def test_nonsense_stays_in_the_form_and_the_page_says_what_to_ask_for(client, text):
    page = client.post("/verify/", {"text": text, "email": "rosa@alder.example"})

    answer = page.context["answer"]
    assert (str(answer.report.kind.word), answer.report.kind.tone) == ("No badge found", "unknown")
    assert "Ask the person for the file as they downloaded it" in text_of(page)
    assert page.context["form"]["text"].value() == text
    assert 'value="rosa@alder.example"' in text_of(page)
    assert "<script>alert" not in text_of(page)


def test_a_huge_paste_is_refused_with_its_limit_and_kept(client):
    paste = "x" * 1_000_001

    page = client.post("/verify/", {"text": paste})

    assert page.status_code == 422
    assert "longer than a badge can be (1000000 characters)" in text_of(page)
    assert paste in text_of(page)


def test_a_paste_beyond_what_the_server_reads_is_refused_on_the_page_itself(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000

    page = client.post("/verify/", {"text": "x" * 20_000})
    as_json = client.post("/verify.json", {"text": "x" * 20_000})

    assert (page.status_code, as_json.status_code) == (413, 413)
    assert "That was too large for a badge" in text_of(page)
    assert "too large" in as_json.json()["problems"]["text"][0]["message"]


def test_a_large_file_is_refused_and_what_was_typed_is_kept(client):
    file = SimpleUploadedFile("badge.png", b"\x89PNG" + b"0" * LARGEST_IMAGE)

    page = client.post("/verify/", {"file": file, "text": "my notes", "email": "a@b.example"})

    assert page.status_code == 422
    assert "The limit is 10 MB. Choose the file as it was downloaded" in text_of(page)
    assert "my notes" in text_of(page)
    assert 'value="a@b.example"' in text_of(page)


def test_unknown_codes_in_links_count_as_guesses(client):
    award = issued_award()

    guesses = [
        client.get("/verify/", {"address": f"{SITE}/v/0000-0000-{n:04}"}).status_code
        for n in range(22)
    ]

    assert guesses == [200] * 21 + [429]
    assert client.get(f"/v/{award.short_code}").status_code == 429


def test_the_page_for_codes_takes_whole_addresses(client):
    award = issued_award()

    for typed in (f"{SITE}/v/{award.short_code}", f"localhost:8000/awards/{award.public_id}/"):
        page = client.get("/v/", {"code": typed}, follow=True)
        assert page.context["report"].award == award


# --- Long names -----------------------------------------------------------------------------------


def test_long_names_are_shown_in_full(client):
    badge = BadgeFactory(name="Media Balance " * 5 + "and More")
    award = issued_award(badge_class=badge, earner=UserFactory(name="Maximiliana " * 6))

    page = client.get(f"/v/{award.short_code}", follow=True)

    assert f"<h3>{award.version.name}</h3>" in page.content.decode()


# --- What the checks know -------------------------------------------------------------------------


def test_a_check_that_does_not_apply_is_not_said_to_be_ok(client):
    award = issued_award()

    page = client.get(f"/v/{award.short_code}", follow=True)

    steps = {step.title: step.finding for step in page.context["report"].steps}
    title = "The file matches the issuer’s record"
    assert steps[title] is Finding.NOT_APPLICABLE
    assert f'<strong>{title}</strong> <span class="visually-hidden">(does not apply)' in text_of(
        page
    )


def test_programs_get_the_kind_and_the_choices(client):
    badges = [document(issued_award()) for _ in range(2)]

    answer = client.post("/verify.json", {"text": json.dumps(badges)}).json()

    assert (answer["verdict"], answer["kind"]) == ("several", "several")
    assert [set(choice) for choice in answer["choices"]] == [{"badge", "issuer", "text"}] * 2
    chosen = [
        client.post("/verify.json", {"text": choice["text"]}).json() for choice in answer["choices"]
    ]
    assert [(one["verdict"], one["kind"]) for one in chosen] == [("valid", "valid")] * 2


@pytest.mark.parametrize("checks", [[], [Check.UNCHANGED], [Check.UNCHANGED, Check.ISSUER]])
def test_what_nobody_confirmed_is_shown_as_the_words_of_the_file(checks):
    report = Report(badge_name="Media", issuer_name="Elm")
    report.add_passed("x", "", *checks)
    report.conclude()

    html = render_to_string(
        "verification/_what_was_earned.html", {"report": report, "answer": Answer(report)}
    )

    is_confirmed = len(checks) == 2
    assert ("The file says this of itself" in words_of(html)) is not is_confirmed
