"""The evidence page, which works without JavaScript and loses no input."""

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
from submissions.forms import MAX_TEXT_LENGTH
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


def edit_url(submission):
    return reverse("submissions:edit", args=[submission.public_id])


def fields(submission, **values):
    """Form data for a page; `text_1` is the text of the first criterion."""
    criteria = list(submission.version.criteria.all())
    return {
        f"criterion-{criteria[int(name[-1]) - 1].pk}-{name[:-2]}": value
        for name, value in values.items()
    }


def draft_items(submission):
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
    assert response.url == edit_url(submission)
    assert "Plan a lesson" in client.get(response.url).content.decode()


def test_starting_a_badge_asks_visitors_to_sign_in_and_leads_back(client):
    badge_class = BadgeFactory()
    start = reverse("submissions:start", args=[badge_class.slug])

    response = client.post(start)

    assert response.url == f"{reverse('account_login')}?next={start}"
    assert not Submission.objects.exists()


def test_returning_from_sign_in_does_not_start_the_badge(client):
    badge_class = BadgeFactory()
    client.force_login(UserFactory())

    response = client.get(reverse("submissions:start", args=[badge_class.slug]))

    assert response.status_code == 302
    assert not Submission.objects.exists()


def test_saving_saves_everything_on_the_page(earner, draft):
    data = fields(
        draft,
        text_1="We sorted photos by intent.",
        url_1="example.org/plan",
        title_1="The plan",
        files_2=[SimpleUploadedFile("IMG_1.jpg", samples.photo())],
    )

    response = earner.post(edit_url(draft), {**data, "action": "save"})

    assert response.url == edit_url(draft)
    assert draft_items(draft) == [
        (1, "text", "We sorted photos by intent."),
        (1, "link", "https://example.org/plan"),
        (2, "file", "IMG_1.jpg"),
    ]
    shown = earner.get(edit_url(draft)).content.decode()
    assert "We sorted photos by intent." in shown
    assert "The plan" in shown
    assert "IMG_1.jpg" in shown
    assert "2 of 2 done" in shown


def test_removing_an_item_also_saves_what_was_typed(earner, draft):
    plan = draft.version.criteria.first()
    link = operations.add_link(draft, plan, url="https://example.org/old")
    data = fields(draft, text_2="Typed just now.")

    response = earner.post(edit_url(draft), {**data, "action": f"remove:{link.public_id}"})

    assert response.url == f"{edit_url(draft)}#added-{plan.pk}"
    assert draft_items(draft) == [(2, "text", "Typed just now.")]


def test_emptying_the_text_removes_it(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Old words.")

    earner.post(edit_url(draft), fields(draft, text_1="  \n"))

    assert draft_items(draft) == []


def test_text_missing_from_the_form_data_does_not_change(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Old words.")

    earner.post(edit_url(draft), fields(draft, text_2="New words."))

    assert draft_items(draft) == [(1, "text", "Old words."), (2, "text", "New words.")]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", "begins with https://"),
        ("ftp://example.org/a", "begins with https://"),
        ("https://no spaces or dots", "does not look like a web address"),
        ("https://example.org/" + "x" * 1000, "at most 1000 characters"),
    ],
)
def test_an_invalid_link_is_shown_again_and_everything_else_is_saved(earner, draft, url, words):
    data = fields(draft, text_1="My words.", url_1=url, title_1="Plan", text_2="More words.")

    response = earner.post(edit_url(draft), {**data, "action": "check"})

    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert f'value="{url}"' in shown
    assert 'value="Plan"' in shown
    assert draft_items(draft) == [(1, "text", "My words."), (2, "text", "More words.")]


def test_text_that_is_too_long_stays_on_the_page(earner, draft):
    operations.write_text(draft, draft.version.criteria.first(), "Saved before.")
    too_long = "word " * 2001

    response = earner.post(edit_url(draft), fields(draft, text_1=too_long, text_2="Short."))

    assert response.status_code == 422
    assert "5 characters over the limit" in response.content.decode()
    assert too_long in response.content.decode()
    assert draft_items(draft) == [(1, "text", "Saved before."), (2, "text", "Short.")]


def test_a_refused_file_is_named_and_the_others_are_saved(earner, draft):
    uploads = [
        SimpleUploadedFile("good.jpg", samples.photo()),
        SimpleUploadedFile("lesson.pdf", b"MZ\x90\0" + bytes(range(256))),
    ]
    data = fields(draft, text_1="My words.", files_1=uploads)

    response = earner.post(edit_url(draft), data)

    assert response.status_code == 422
    assert "“lesson.pdf”: This is a program" in response.content.decode()
    assert draft_items(draft) == [(1, "text", "My words."), (1, "file", "good.jpg")]


def test_a_file_that_is_too_large_does_not_prevent_saving_the_rest(earner, draft, settings):
    settings.EVIDENCE_LARGEST_FILE = 200_000
    uploads = [
        SimpleUploadedFile("film.mov", bytes(300_000)),
        SimpleUploadedFile("good.jpg", samples.photo()),
    ]
    data = fields(draft, text_1="My words.", files_1=uploads, text_2="After the file.")

    response = earner.post(edit_url(draft), data)

    assert response.status_code == 422
    assert "“film.mov”: The file is larger than 195.3" in response.content.decode()
    assert draft_items(draft) == [
        (1, "text", "My words."),
        (1, "file", "good.jpg"),
        (2, "text", "After the file."),
    ]


def test_far_too_much_text_gets_a_readable_page(earner, draft, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50_000

    response = earner.post(edit_url(draft), fields(draft, text_1="x" * 60_000))

    assert response.status_code == 413
    assert "That was too much at once" in response.content.decode()


def test_pressing_add_without_input_shows_an_error(earner, draft):
    plan = draft.version.criteria.first()

    link = earner.post(edit_url(draft), fields(draft, url_1="") | {"action": f"add_link:{plan.pk}"})
    file = earner.post(edit_url(draft), {"action": f"add_file:{plan.pk}"})

    assert (link.status_code, file.status_code) == (422, 422)
    assert "Paste the address first" in link.content.decode()
    assert "Choose a file first" in file.content.decode()


def test_the_number_of_items_is_limited(earner, draft):
    plan = draft.version.criteria.first()
    for number in range(operations.MAX_ITEMS_PER_CRITERION):
        operations.add_link(draft, plan, url=f"https://example.org/{number}")

    response = earner.post(edit_url(draft), fields(draft, url_1="https://example.org/more"))

    assert response.status_code == 422
    assert "You have reached the limit" in response.content.decode()
    assert "https://example.org/more" in response.content.decode()
    assert len(draft_items(draft)) == operations.MAX_ITEMS_PER_CRITERION


@pytest.mark.long
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1)
)
def test_text_comes_back_exactly_as_it_was_typed(earner, draft, text):
    name = next(iter(fields(draft, text_1="")))

    earner.post(edit_url(draft), {name: text.replace("\n", "\r\n")})

    form = next(iter(earner.get(edit_url(draft)).context["forms"]))
    assert form["text"].value() == (text if text.strip() else "")


def test_a_met_criterion_is_locked_and_says_so(client):
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
    before = draft_items(submission)

    page = client.get(edit_url(submission)).content.decode()
    client.post(edit_url(submission), fields(submission, text_1="Changed after all."))

    assert f'name="criterion-{plan.pk}-text"' not in page
    assert f'name="criterion-{teach.pk}-text"' in page
    assert "A reviewer marked this criterion as met" in page
    assert page.count("A clear aim.") == 2  # at the criterion and in the whole review
    assert draft_items(submission) == before


def test_text_typed_after_sending_in_another_window_is_shown_for_copying(client):
    submission = SentSubmissionFactory()
    client.force_login(submission.earner)

    response = client.post(edit_url(submission), fields(submission, text_1="Late words."))

    assert response.status_code == 409
    assert "Late words." in response.content.decode()
    assert not EvidenceItem.objects.filter(text="Late words.").exists()


def test_text_is_saved_while_it_is_typed(earner, draft):
    address = reverse("submissions:autosave", args=[draft.public_id])

    response = earner.post(address, fields(draft, text_1="A first line.\r\nA second."))

    answer = response.json()
    assert re.fullmatch(r"Saved \d+:\d\d.*", answer.pop("message"))
    assert list(answer.pop("marks")) == list(fields(draft, text_1=""))
    assert answer == {
        "refused": {},
        "theirs": {},
        "conflicts": {},
        "progress": {
            "answered": 1,
            "total": 2,
            "label": "1 of 2 done",
            "done": [draft.version.criteria.all()[0].pk],
        },
    }
    assert draft_items(draft) == [(1, "text", "A first line.\nA second.")]


def test_autosave_reports_when_text_cannot_be_saved(earner, draft, client):
    address = reverse("submissions:autosave", args=[draft.public_id])
    data = fields(draft, text_1="x" * (MAX_TEXT_LENGTH + 1))

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


def test_the_check_page_links_to_missing_evidence(earner, draft):
    plan, teach, _share = draft.version.criteria.all()
    operations.write_text(draft, plan, "My plan.")

    shown = earner.get(reverse("submissions:send", args=[draft.public_id])).content.decode()

    assert f'href="{edit_url(draft)}#criterion-{teach.pk}"' in shown
    assert 'name="statement"' not in shown


def test_sending_requires_the_statement(earner, draft):
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


def test_an_incomplete_draft_cannot_be_sent(earner, draft):
    response = earner.post(reverse("submissions:send", args=[draft.public_id]), {"statement": "on"})

    draft.refresh_from_db()
    assert (response.status_code, draft.status) == (422, Status.DRAFT)
