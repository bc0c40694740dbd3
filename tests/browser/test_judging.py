"""The page on which work is judged: single keys, and evidence longer than the screen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.criteria_content import CriterionContent, LevelContent
from reviewing import operations as reviewing
from reviewing.models import Review
from reviewing.snippets import operations as snippets
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.browser.conftest import DESKTOP, PHONE, saves
from tests.factories import AssignmentFactory, BadgeFactory, DraftFactory, reviewer_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]
IN_VIEW = """(element) => {
  const box = element.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && element.contains(seen);
}"""


def opened(visit, assignment, viewport=DESKTOP, **options):
    visitor = visit(viewport, **options)
    visitor.signs_in(assignment.reviewer)
    visitor.opens(reverse("reviewing:review", args=[assignment.pk]))
    return visitor


def verdicts(assignment) -> dict[str, str]:
    rows = Review.objects.get(attempt=assignment.attempt).judgments.exclude(verdict="")
    return {row.criterion.name: row.verdict for row in rows}


def key_shown(page) -> str:
    """The hint at the first choice, without its alternative text."""
    style = "choice => getComputedStyle(choice, '::after').content"
    return page.locator(".judgment__choice").first.evaluate(style).split(" / ")[0]


def test_a_submission_is_judged_and_sent_without_the_mouse(visit):
    assignment = AssignmentFactory()
    reviewer = opened(visit, assignment)
    page, keys = reviewer.page, reviewer.page.keyboard
    send = page.locator("[data-send]")

    keys.press("n")
    keys.press("1")
    page.get_by_text("1 of 3 judged").wait_for()
    assert send.inner_text() == "Send the review"
    keys.press("n")
    keys.press("2")
    keys.type("1 or 2 more pieces, n or c.")
    page.get_by_text("2 of 3 judged, 1 not yet").wait_for()
    saves(reviewer)
    send.get_by_text("Return with 1 not yet").wait_for()
    reviewer.looks()

    keys.press("Escape")
    keys.press("n")
    assert send.evaluate("element => element === document.activeElement")
    keys.press("Enter")
    page.get_by_text("Sent. The educator can read").wait_for()

    assert Submission.objects.get().status == Status.RETURNED
    judged = Review.objects.sent().get().judgments.exclude(verdict="")
    assert [(one.verdict, one.comment) for one in judged] == [
        ("met", ""),
        ("not_yet", "1 or 2 more pieces, n or c."),
    ]


def test_no_key_fires_in_a_field(visit):
    assignment = AssignmentFactory()
    reviewer = opened(visit, assignment)
    plan = assignment.attempt.submission.version.criteria.first()

    for field in (f"[name=comment_{plan.pk}]", f"[name=level_{plan.pk}]", "[name=summary]"):
        reviewer.page.locator(field).focus()
        for key in ("1", "2", "n", "c"):
            reviewer.page.keyboard.press(key)
        assert reviewer.page.locator(field).evaluate("field => field === document.activeElement")

    assert reviewer.page.locator(".judgment :checked").count() == 0
    assert reviewer.page.locator("[name=summary]").input_value() == "12nc"


def test_keys_are_announced_and_can_be_switched_off(visit):
    assignment = AssignmentFactory()
    reviewer = opened(visit, assignment)
    page = reviewer.page
    met = page.locator("[value=met]").first
    assert key_shown(page) == '"1"'
    assert met.get_attribute("aria-keyshortcuts") == "1"

    page.get_by_text("Working by keyboard").click()
    page.get_by_label("Use single keys in this browser").uncheck()
    page.reload()
    page.keyboard.press("n")
    page.keyboard.press("1")

    assert key_shown(page) == "none"
    assert met.get_attribute("aria-keyshortcuts") is None
    assert page.locator(".judgment :checked").count() == 0

    page.get_by_text("Working by keyboard").click()
    page.get_by_label("Use single keys in this browser").check()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press("1")
    assert met.is_checked()


@pytest.mark.parametrize(
    ("viewport", "in_reach"),
    [(DESKTOP, ["verdict", "level", "comment"]), (PHONE, ["verdict"])],
    ids=["desktop", "phone"],
)
def test_the_judgment_stays_in_reach_of_long_evidence(visit, viewport, in_reach):
    criteria = [
        CriterionContent(
            name="Plan a lesson",
            description="It names an aim that students can say in their own words. " * 12,
            evidence_prompt="The plan. " * 40,
            levels=[
                LevelContent("Beginning", "A topic. " * 30),
                LevelContent("Meeting", "An aim."),
            ],
        )
    ]
    draft = DraftFactory(badge_class=BadgeFactory(criteria=criteria))
    submissions.write_text(draft, draft.version.criteria.get(), "What I did. " * 1500)
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    assignment = reviewing.claim(draft, by=reviewer_for(draft.badge_class))
    reviewer = opened(visit, assignment, viewport)
    page = reviewer.page

    page.keyboard.press("n")
    for _step in range(3):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(200)
        for name in in_reach:
            field = page.locator(f"[name^={name}_]").first
            assert field.evaluate(IN_VIEW), f"{name} can’t be reached"
        assert page.locator("[data-next]").evaluate(IN_VIEW)


def test_without_scripts_the_page_goes_to_the_next_open_criterion(visit):
    assignment = AssignmentFactory()
    plan, teach, _share = assignment.attempt.submission.version.criteria.all()
    reviewer = opened(visit, assignment, javascript=False)

    reviewer.page.locator("[value=met]").first.check()
    reviewer.presses("Next open criterion")

    assert reviewer.page.url.endswith(f"#criterion-{teach.pk}")
    assert verdicts(assignment) == {plan.name: "met"}
    assert reviewer.page.locator("[data-send]").inner_text() == "Send the review"
    assert not reviewer.page.get_by_label("Use single keys in this browser").is_visible()


def test_a_snippet_is_put_at_the_cursor_and_overwrites_nothing(visit):
    assignment = AssignmentFactory()
    for name, text in [("A date", "Add a date."), ("A title", "Add a title.")]:
        snippets.add(name=name, text=text, by=assignment.reviewer)
    reviewer = opened(visit, assignment)
    page, keys = reviewer.page, reviewer.page.keyboard
    comment = page.locator("[name^=comment_]").first

    comment.fill("Nearly. Then send it.")
    comment.evaluate("field => field.setSelectionRange(0, 7)")
    comment.press("Control+i")
    page.get_by_role("button", name="A title").wait_for()
    reviewer.looks()
    keys.type("title")
    keys.press("Enter")
    saves(reviewer)

    assert comment.input_value() == "Nearly. Add a title. Then send it."
    assert comment.evaluate("field => field === document.activeElement")
    stored = Review.objects.get().judgments.exclude(comment="")
    assert [one.comment for one in stored] == ["Nearly. Add a title. Then send it."]

    page.get_by_role("button", name="Insert a snippet into the comment").nth(1).click()
    page.get_by_role("button", name="A date").click()
    assert page.locator("[name^=comment_]").nth(1).input_value() == "Add a date."
