"""The program's own pages: default texts in both languages, until the office writes its own."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from audit.models import AuditEntry
from editing.forms import Edit
from program import operations
from program.markdown import render_markdown
from program.models import Page, Program
from program.pages import FOLDER, default_texts

pytestmark = pytest.mark.django_db
SLUGS = Page.Slug.values


def write(slug="faq", **texts):
    operations.write_page(slug, by=None, agency=None, edit=Edit(texts))


def read(slug="faq", language="en"):
    return Client(headers={"accept-language": language}).get(f"/pages/{slug}/")


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_page_comes_with_a_text_in_each_language(slug, language):
    text = read(slug, language).content.decode()

    [title] = re.findall(r"<h1>(.+)</h1>", text)
    main = text[text.index("<h1") : text.index("<footer")]
    assert len(title) > 3
    assert len(main) > 400
    assert "{" not in main


@pytest.mark.parametrize("slug", SLUGS)
def test_the_default_texts_say_the_same_in_both_languages(slug):
    shapes = {}
    for language in ("en", "es"):
        html = render_markdown((FOLDER / f"{slug}.{language}.md").read_text(), is_whole_page=True)
        shapes[language] = re.findall(r"<(?:h\d|ul|ol|li|p)|href=\"[^\"]*\"", html)

    assert shapes["en"] == shapes["es"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_links_of_the_default_texts_lead_somewhere(slug):
    for path in set(re.findall(r"\]\((/[^)]*)\)", default_texts(slug, Program())["body"])):
        assert Client().get(path).status_code == 200


def test_default_texts_name_the_program_and_its_office():
    operations.change(
        by=None, agency=None,
        edit=Edit({"name": "Juniper Badges", "office_email": "help@juniper.example"}),
    )  # fmt: skip

    text = read("contacts").content.decode()

    assert "Juniper Badges is run by:" in text
    assert "<strong>help@juniper.example</strong>" in text


def test_the_first_change_makes_all_texts_the_office_s_own():
    spanish = default_texts("faq", Program())["body_es"]

    write(body="Ask us.")

    page = Page.objects.get(slug="faq")
    assert (page.body, page.body_es) == ("Ask us.", spanish)
    assert "<p>Ask us.</p>" in read().content.decode()
    [entry] = AuditEntry.objects.all()
    assert (entry.act, entry.subject) == ("page text changed", "Questions and answers")
    assert entry.note.endswith("→ Ask us.")
    assert len(entry.note) < 500


def test_without_a_text_in_one_language_the_other_is_shown_and_marked():
    write(title="Answers", title_es="", body="Ask us.", body_es="")

    spanish = read(language="es").content.decode()

    assert '<h1 lang="en">Answers</h1>' in spanish
    assert '<div class="own-page flow" lang="en">' in spanish
    assert "<h1>Answers</h1>" in read().content.decode()


def test_texts_are_shown_without_scripts():
    write(body="<script>alert(1)</script> [x](javascript:alert(1)) [y](https://y.example)")

    text = read().content.decode()

    assert "<script>alert" not in text
    assert 'href="javascript:' not in text
    assert 'href="https://y.example"' in text


def test_a_hidden_page_is_not_found_nor_linked_and_keeps_its_text():
    write(body="Ask us.")

    for _time in range(2):
        operations.show_page("faq", is_shown=False, by=None, agency=None)

    assert read().status_code == 404
    assert "/pages/faq/" not in Client().get("/verify/").content.decode()
    operations.show_page("faq", is_shown=True, by=None, agency=None)
    assert "Ask us." in read().content.decode()
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["page text changed", "page hidden", "page shown"]


def test_back_to_the_default_text_twice_is_the_same_as_once():
    write(body="Ask us.")

    for _time in range(2):
        operations.use_default_page("faq", by=None, agency=None)

    assert "Who can earn a badge?" in read().content.decode()
    assert AuditEntry.objects.filter(act="page back to the default").count() == 1


def test_a_page_that_does_not_exist_is_not_found():
    assert Client().get("/pages/secrets/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_is_made_again_when_the_office_changes_it():
    assert "Ask us." not in read().content.decode()

    write(body="Ask us.")
    assert "Ask us." in read().content.decode()

    operations.show_page("faq", is_shown=False, by=None, agency=None)
    assert read().status_code == 404


def test_the_labels_at_the_foot_are_in_the_language_of_the_page():
    with translation.override("es"):
        labels = [str(label) for label in Page.Slug.labels]

    text = Client(headers={"accept-language": "es"}).get(reverse("verification:verify"))

    assert [label for label in labels if label not in text.content.decode()] == []
