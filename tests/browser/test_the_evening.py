"""A drawing in front of people: the screen, the notes, a phone, and a network that is lost."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Membership
from mail.models import OutgoingEmail
from rewards.models import Prize, Seal, Win
from tests.browser.conftest import PHONE
from tests.factories import MembershipFactory, UserFactory
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import drafted
from tests.rewards.pages import page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.long,
]
LONGEST = ("A classroom library with picture books for every reader " * 3)[:150].strip()
NAME = "Maximiliane Wilhelmina Featherstonehaugh-Montgomery y Villanueva"
WELCOME, NUMBERS, SECRET, KEY, PRIZE, WINNER = range(6)


def sealed_drawing():
    draft = drafted(prizes=2)
    Prize.objects.filter(drawing=draft).update(name=LONGEST)
    drawing = drawing_factories.closed(drawing=draft)
    by = MembershipFactory(
        agency=drawing.agency, role=Membership.Role.COORDINATOR, user=UserFactory()
    ).user
    drawing_factories.draw_with(
        drawing,
        by=by,
        sealed_until=timezone.now() + timedelta(days=1),
    )
    Win.objects.update(shows_name=True)
    for win in Win.objects.all():
        type(win.line.entry.user).objects.filter(pk=win.line.entry.user_id).update(name=NAME)
    return drawing, by


def shows(page, step):
    page.locator(f"[data-stage-step='{step}']").wait_for(state="visible")
    assert page.locator("[data-stage-step]:visible").count() == 1


def fits(page):
    """Nothing of the step is cut off, and the page doesn't scroll."""
    return page.evaluate(
        """() => [
          document.querySelector("[data-stage-step]:not([hidden])"), document.scrollingElement,
        ].every((box) => box.scrollHeight <= box.clientHeight + 1
          && box.scrollWidth <= box.clientWidth + 1)"""
    )


def pictures(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder, f"{name}.png")))


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_the_evening(visit, width, height):
    drawing, by = sealed_drawing()
    winner = Win.objects.order_by("-prize__position")[0].line.entry.user
    phone, presenter = visit(PHONE), visit({"width": width, "height": height})
    phone.signs_in(winner)
    phone.opens(page("stage", drawing))
    phone.reads("The drawing has not begun yet")
    presenter.signs_in(by)
    presenter.opens(page("present", drawing))
    screen, you = presenter.page, phone.page.locator("[data-follow-you]")
    notes = presenter.context.new_page()
    notes.goto(presenter.site + page("manage_stage_notes", drawing))
    screen.bring_to_front()

    steps = screen.locator("[data-stage-step]").count()
    for step in range(steps - 1):
        shows(screen, step)
        assert fits(screen), f"step {step} does not fit"
        if step >= WINNER:
            presenter.problems.clear()  # the browser reports that it was offline
        presenter.looks()
        pictures(screen, f"{width}-{step}")
        if step == SECRET:
            presenter.reads("It is the promised secret.")
        if step == PRIZE:
            notes.locator(f"[data-stage-note='{WINNER}']", has_text=NAME).wait_for()
            assert not you.is_visible()
            presenter.context.set_offline(True)
        if step == WINNER:
            presenter.reads(NAME)
            screen.get_by_text("No network").wait_for()
            assert not you.is_visible()
            presenter.context.set_offline(False)
            you.wait_for(timeout=15_000)
            pictures(phone.page, f"phone-{width}")
            phone.looks()
        screen.keyboard.press("PageDown")
        if step == PRIZE:
            screen.keyboard.press("PageDown")  # skips the countdown

        assert Seal.objects.get().opened_at is None or step == steps - 2
        assert not OutgoingEmail.objects.filter(kind="prize_won").exists() or step == steps - 2
    shows(screen, steps - 1)
    assert fits(screen)
    pictures(screen, f"{width}-{steps - 1}")
    phone.page.get_by_role("link", name="See the results").wait_for(timeout=15_000)
    assert Seal.objects.get().opened_by == by
    assert OutgoingEmail.objects.filter(kind="prize_won").count() == 2


def test_keys_of_the_presenter(visit):
    drawing, by = sealed_drawing()
    presenter = visit({"width": 1280, "height": 720})
    presenter.signs_in(by)
    presenter.opens(page("present", drawing) + "?rehearsal=1")
    screen = presenter.page
    last = screen.locator("[data-stage-step]").count() - 1

    screen.keyboard.press("End")
    shows(screen, last)
    presenter.reads("Rehearsal: the winners are invented")
    screen.keyboard.press("Home")
    shows(screen, 0)
    screen.keyboard.press("b")
    screen.locator(".stage--blank").wait_for()
    screen.keyboard.press("Space")
    shows(screen, 0)
    screen.keyboard.press("Space")
    shows(screen, 1)
    screen.keyboard.press("PageUp")
    shows(screen, 0)
    assert Seal.objects.get().opened_at is None


def test_reduced_motion_shows_the_winner_without_a_countdown(visit):
    drawing, by = sealed_drawing()
    presenter = visit({"width": 1280, "height": 720})
    presenter.page.emulate_media(reduced_motion="reduce")
    presenter.signs_in(by)
    presenter.opens(page("present", drawing) + f"?step={PRIZE}")

    presenter.page.keyboard.press("ArrowRight")

    shows(presenter.page, WINNER)
    assert not presenter.page.locator("[data-stage-count]").is_visible()


def test_without_javascript_links_lead_from_step_to_step(visit):
    drawing, by = sealed_drawing()
    presenter = visit({"width": 1280, "height": 720}, javascript=False)
    presenter.signs_in(by)
    presenter.opens(page("present", drawing))

    presenter.follows("Next")
    presenter.follows("Next")

    presenter.reads("The secret is unsealed")
