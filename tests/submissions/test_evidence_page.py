"""The earner's page: criterion by criterion, saved whatever happens, without JavaScript."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reviewing import operations as reviewing
from reviewing.operations import Judgment
from submissions import operations
from submissions.forms import LONGEST_TEXT
from submissions.models import EvidenceItem, Submission
from submissions.states import Status
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
)
from tests.submissions import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return DraftFactory()


@pytest.fixture
def earner(client, draft):
    client.force_login(draft.earner)
    return client


def page_of(submission):
    return reverse("submissions:edit", args=[submission.public_id])


def fields(submission, **values):
    """Form data for a page; `text_1` is the text of the first criterion."""
    criteria = list(submission.version.criteria.all())
    return {
        f"criterion-{criteria[int(name[-1]) - 1].pk}-{name[:-2]}": value
        for name, value in values.items()
    }


def kept(submission):
    return [
        (item.criterion.position, item.kind, item.text or item.url or item.file_name)
        for item in EvidenceItem.objects.of_draft(submission).select_related("criterion")
    ]


def test_starting_a_badge_opens_its_evidence_page(client):
    earner, badge_class = UserFactory(), BadgeFactory()
    client.force_login(earner)

    response = client.post(reverse("submissions:start", args=[badge_class.slug]))

    submission = Submission.objects.get()
    assert (submission.earner, submission.badge_class) == (earner, badge_class)
    assert response.url == page_of(submission)
    assert "Plan a lesson" in client.get(response.url).content.decode()


def test_a_signed_out_person_signs_in_first_and_comes_back(client):
    badge_class = BadgeFactory()
    start = reverse("submissions:start", args=[badge_class.slug])

    response = client.post(start)

    assert response.url == f"{reverse('account_login')}?next={start}"
    assert not Submission.objects.exists()


def test_coming_back_from_signing_in_starts_nothing_by_itself(client):
    badge_class = BadgeFactory()
    client.force_login(UserFactory())

    response = client.get(reverse("submissions:start", args=[badge_class.slug]))

    assert response.status_code == 302
    assert not Submission.objects.exists()


def test_one_press_saves_everything_on_the_page(earner, draft):
    data = fields(
        draft,
        text_1="We sorted photos by intent.",
        url_1="example.org/plan",
        title_1="The plan",
        files_2=[SimpleUploadedFile("IMG_1.jpg", samples.photo())],
    )

    response = earner.post(page_of(draft), {**data, "action": "save"})

    assert response.url == page_of(draft)
    assert kept(draft) == [
        (1, "text", "We sorted photos by intent."),
        (1, "link", "https://example.org/plan"),
        (2, "file", "IMG_1.jpg"),
    ]
    shown = earner.get(page_of(draft)).content.decode()
    assert "We sorted photos by intent." in shown
    assert "The plan" in shown
    assert "IMG_1.jpg" in shown
    assert "2 of 2 required criteria answered" in shown


def test_removing_one_piece_saves_what_was_typed_beside_it(earner, draft):
    plan = draft.version.criteria.first()
    link = operations.add_link(draft, plan, url="https://example.org/old")
    data = fields(draft, text_2="Typed just now.")

    response = earner.post(page_of(draft), {**data, "action": f"remove:{link.public_id}"})

    assert response.url == f"{page_of(draft)}#criterion-{plan.pk}"
    assert kept(draft) == [(2, "text", "Typed just now.")]


def test_emptying_the_words_takes_them_out(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Old words.")

    earner.post(page_of(draft), fields(draft, text_1="  \n"))

    assert kept(draft) == []


def test_words_that_did_not_come_along_are_left_alone(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Old words.")

    earner.post(page_of(draft), fields(draft, text_2="New words."))

    assert kept(draft) == [(1, "text", "Old words."), (2, "text", "New words.")]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", "begins with https://"),
        ("ftp://example.org/a", "begins with https://"),
        ("https://no spaces or dots", "does not look like a web address"),
        ("https://example.org/" + "x" * 1000, "at most 1000 characters"),
    ],
)
def test_a_refused_link_is_shown_again_and_everything_else_is_saved(earner, draft, url, words):
    data = fields(draft, text_1="My words.", url_1=url, title_1="Plan", text_2="More words.")

    response = earner.post(page_of(draft), {**data, "action": "check"})

    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert f'value="{url}"' in shown
    assert 'value="Plan"' in shown
    assert kept(draft) == [(1, "text", "My words."), (2, "text", "More words.")]


def test_text_that_is_too_long_stays_on_the_page(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Saved before.")
    too_long = "word " * 2001

    response = earner.post(page_of(draft), fields(draft, text_1=too_long, text_2="Short."))

    assert response.status_code == 422
    assert "5 characters too long" in response.content.decode()
    assert too_long in response.content.decode()
    assert kept(draft) == [(1, "text", "Saved before."), (2, "text", "Short.")]


def test_a_refused_file_is_named_and_the_good_ones_are_kept(earner, draft):
    uploads = [
        SimpleUploadedFile("good.jpg", samples.photo()),
        SimpleUploadedFile("lesson.pdf", b"MZ\x90\0" + bytes(range(256))),
    ]
    data = fields(draft, text_1="My words.", files_1=uploads)

    response = earner.post(page_of(draft), data)

    assert response.status_code == 422
    assert "“lesson.pdf”: This is a program" in response.content.decode()
    assert kept(draft) == [(1, "text", "My words."), (1, "file", "good.jpg")]


def test_a_file_that_is_too_large_does_not_take_the_words_with_it(earner, draft, settings):
    settings.EVIDENCE_LARGEST_FILE = 200_000
    uploads = [
        SimpleUploadedFile("film.mov", bytes(300_000)),
        SimpleUploadedFile("good.jpg", samples.photo()),
    ]
    data = fields(draft, text_1="My words.", files_1=uploads, text_2="After the file.")

    response = earner.post(page_of(draft), data)

    assert response.status_code == 422
    assert "“film.mov”: The file is larger than 195.3" in response.content.decode()
    assert kept(draft) == [
        (1, "text", "My words."),
        (1, "file", "good.jpg"),
        (2, "text", "After the file."),
    ]


def test_words_beyond_all_measure_are_answered_in_words(earner, draft, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50_000

    response = earner.post(page_of(draft), fields(draft, text_1="x" * 60_000))

    assert response.status_code == 413
    assert "That was too much at once" in response.content.decode()


def test_pressing_add_without_anything_to_add_says_so(earner, draft):
    plan = draft.version.criteria.first()

    link = earner.post(page_of(draft), fields(draft, url_1="") | {"action": f"add_link:{plan.pk}"})
    file = earner.post(page_of(draft), {"action": f"add_file:{plan.pk}"})

    assert (link.status_code, file.status_code) == (422, 422)
    assert "Paste the address first" in link.content.decode()
    assert "Choose a file first" in file.content.decode()


def test_there_is_an_end_to_how_much_one_can_add(earner, draft):
    plan = draft.version.criteria.first()
    for number in range(operations.MOST_ITEMS_PER_CRITERION):
        operations.add_link(draft, plan, url=f"https://example.org/{number}")

    response = earner.post(page_of(draft), fields(draft, url_1="https://example.org/more"))

    assert response.status_code == 422
    assert "There is no room for more here" in response.content.decode()
    assert "https://example.org/more" in response.content.decode()
    assert len(kept(draft)) == operations.MOST_ITEMS_PER_CRITERION


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1)
)
def test_words_come_back_as_they_were_typed(earner, draft, text):
    name = next(iter(fields(draft, text_1="")))

    earner.post(page_of(draft), {name: text.replace("\n", "\r\n")})

    form = next(iter(earner.get(page_of(draft)).context["forms"]))
    assert form["text"].value() == (text if text.strip() else "")


def test_a_criterion_that_was_met_is_closed_and_says_so(client):
    assignment = AssignmentFactory()
    submission = assignment.submission
    plan, teach, share = submission.version.criteria.all()
    judgments = {
        plan: Judgment("met", "A clear aim."),
        teach: Judgment("not_yet", "Add the second piece."),
        share: Judgment("met"),
    }
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    client.force_login(submission.earner)
    before = kept(submission)

    page = client.get(page_of(submission)).content.decode()
    client.post(page_of(submission), fields(submission, text_1="Changed after all."))

    assert f'name="criterion-{plan.pk}-text"' not in page
    assert f'name="criterion-{teach.pk}-text"' in page
    assert "A reviewer has found this criterion met" in page
    assert page.count("A clear aim.") == 2  # at the criterion and in the whole review
    assert kept(submission) == before


def test_what_was_typed_while_it_was_sent_elsewhere_is_shown_for_copying(client):
    submission = SentSubmissionFactory()
    client.force_login(submission.earner)

    response = client.post(page_of(submission), fields(submission, text_1="Late words."))

    assert response.status_code == 409
    assert "Late words." in response.content.decode()
    assert not EvidenceItem.objects.filter(text="Late words.").exists()


def test_words_are_saved_while_they_are_typed(earner, draft):
    address = reverse("submissions:autosave", args=[draft.public_id])

    response = earner.post(address, fields(draft, text_1="A first line.\r\nA second."))

    answer = response.json()
    assert re.fullmatch(r"Saved \d+:\d\d.*", answer.pop("message"))
    assert answer == {
        "refused": {},
        "progress": {
            "answered": 1,
            "total": 2,
            "label": "1 of 2 required criteria answered",
        },
    }
    assert kept(draft) == [(1, "text", "A first line.\nA second.")]


def test_the_script_is_told_when_words_cannot_be_saved(earner, draft, client):
    address = reverse("submissions:autosave", args=[draft.public_id])
    data = fields(draft, text_1="x" * (LONGEST_TEXT + 1))

    too_long = earner.post(address, data)
    operations.write_text(draft, draft.version.criteria.all()[0], "A.")
    operations.write_text(draft, draft.version.criteria.all()[1], "B.")
    operations.send(draft, by=draft.earner, statement_accepted=True)
    too_late = earner.post(address, data)
    client.logout()
    signed_out = client.post(address, data)

    assert too_long.status_code == 422
    assert list(too_long.json()["refused"]) == list(data)
    assert (too_late.status_code, signed_out.status_code) == (409, 401)


def test_the_check_page_names_what_is_missing_and_leads_there(earner, draft):
    plan, teach, _share = draft.version.criteria.all()
    operations.write_text(draft, plan, "My plan.")

    shown = earner.get(reverse("submissions:send", args=[draft.public_id])).content.decode()

    assert f'href="{page_of(draft)}#criterion-{teach.pk}"' in shown
    assert 'name="statement"' not in shown


def test_sending_asks_for_the_statement(earner, draft):
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")
    address = reverse("submissions:send", args=[draft.public_id])

    without = earner.post(address)
    draft.refresh_from_db()
    assert (without.status_code, draft.status) == (422, Status.DRAFT)

    response = earner.post(address, {"statement": "on"})

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert draft.status == Status.SUBMITTED
    assert draft.latest_attempt.statement_accepted_at is not None


def test_an_incomplete_draft_is_not_sent_by_force(earner, draft):
    response = earner.post(reverse("submissions:send", args=[draft.public_id]), {"statement": "on"})

    draft.refresh_from_db()
    assert (response.status_code, draft.status) == (422, Status.DRAFT)
