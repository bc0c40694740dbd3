"""What a browser measures: nothing covers a title, no page is wider than a small phone."""

from __future__ import annotations

import pypdfium2
import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from catalog import operations as catalog
from catalog.models import BadgeClass
from catalog.pathways import operations as pathways
from tests.access.addresses import named_addresses
from tests.access.people import OWN, PEOPLE, Answer
from tests.access.table import ADDRESSES, OTHER_STATES
from tests.access.world import World
from tests.factories import BadgeFactory, CategoryFactory, DraftBadgeFactory, MembershipFactory
from tests.issuing.awards import issued_award, waiting_award

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

SMALL = {"width": 320, "height": 700}
READERS = {"stranger", "earner", "assigned reviewer", "coordinator"}
SCREENS = [(390, 844), (834, 1112), (1280, 900)]
LONG_NAME = "Internationalization and Accountability in Interdisciplinary Classrooms"
BOXES = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
  return {
    art: box(".badge-hero__medal img"),
    title: box(".badge-hero h1"),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# How much wider or narrower a sentence is before its font arrives, by font and weight.
WIDTHS = """async () => {
  const pen = document.createElement("canvas").getContext("2d");
  const words = "Badges that educators earn, with evidence of what they learned. ¿Cómo?";
  const width = (font) => { pen.font = font; return pen.measureText(words).width; };
  const found = {};
  const style = getComputedStyle(document.body);
  for (const [name, weight] of [["body", 400], ["body", 600], ["display", 700], ["display", 900]]) {
    const families = style.getPropertyValue(`--font-${name}`).split(",");
    const font = (some) => `${weight} 40px ${some.join()}`;
    const [real, without] = [font(families), font(families.slice(1))];
    await Promise.allSettled([document.fonts.load(real), document.fonts.load(without)]);
    found[`${name} ${weight}`] = width(without) / width(real);
  }
  return found;
}"""
# Whole lines are shown, and never more of them than the card allows.
SUMMARIES = """() => [...document.querySelectorAll(".badge-card__summary")].map((one) => {
  const style = getComputedStyle(one);
  const lines = one.getBoundingClientRect().height / parseFloat(style.lineHeight);
  return [lines, Number(style.webkitLineClamp)];
})"""


def published(description: str, **fields) -> BadgeClass:
    badge_class = DraftBadgeFactory(**fields)
    catalog.edit_version(badge_class.versions.get(), description=description)
    catalog.publish(badge_class, by=None)
    return badge_class


def overlaps(one: dict, other: dict) -> bool:
    return (
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    )


def test_nothing_moves_when_the_fonts_arrive(visit, site):
    page = visit().page
    page.goto(site)

    assert page.evaluate(WIDTHS) == {
        font: pytest.approx(1, abs=0.03)
        for font in ("body 400", "body 600", "display 700", "display 900")
    }


def test_the_art_never_covers_the_title(visit, site):
    badge_class = published("A word. " * 40, name=LONG_NAME)
    pathway = pathways.create(badge_class, steps=[BadgeFactory(), BadgeFactory()], by=None)
    page = visit().page

    covered = []
    for address in (badge_class.get_absolute_url(), pathway.get_absolute_url()):
        page.goto(site + address)
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            for width in [320, 640, *range(780, 1020, 20), 1280]:
                page.set_viewport_size({"width": width, "height": 900})
                found = page.evaluate(BOXES)
                if overlaps(found["art"], found["title"]) or found["wide"] > 0:
                    covered.append((address, media, width, found))

    assert covered == []


BROKEN_WORDS = """() => [...document.querySelectorAll("h1, h2, h3")].flatMap((heading) => {
  const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) {
        broken.push(word[0]);
      }
    }
  }
  return broken;
})"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (320, "200%"), (640, "200%")])
def test_headings_do_not_break_inside_words(visit, site, language, width, size):
    published("A word.", name="Instructional Coach for AI-Resilient Assignments")
    visitor = visit({"width": width, "height": 900})
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}
    visitor.context.add_cookies([cookie])

    broken = {}
    for name in ("catalog:home", "catalog:badge_list", "rewards:drawing_list"):
        visitor.page.goto(site + reverse(name))
        visitor.page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        # Cards take the whole width only where the browser's own text is large, not this page's.
        headings = visitor.page.evaluate(BROKEN_WORDS) if size == "100%" or width > 320 else []
        title = visitor.page.evaluate(BROKEN_WORDS.replace("h1, h2, h3", "h1"))
        if headings or title:
            broken[name] = headings, title

    assert broken == {}


def test_cards_show_whole_lines_of_their_text(visit, site):
    category = CategoryFactory()
    for number in range(1, 7):
        published("Six words that fill a line. " * number, category=category)
    page = visit().page
    page.goto(site + reverse("catalog:badge_list"))

    for width, height in [*SCREENS, (1000, 800)]:
        page.set_viewport_size({"width": width, "height": height})
        for lines, most in page.evaluate(SUMMARIES):
            assert abs(lines - round(lines)) < 0.1
            assert round(lines) <= most


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_filters_leave_the_first_screen_to_the_badges(visit, site, width, height):
    BadgeFactory()
    page = visit({"width": width, "height": height}).page

    page.goto(site + reverse("catalog:badge_list"))

    filters = page.locator(".catalog-filters").bounding_box()
    card = page.locator(".badge-card").first.bounding_box()
    assert filters["height"] < height / 3
    assert card["y"] < height * 3 / 4


def test_cards_that_say_where_somebody_stands_fit_a_small_phone(visit):
    award = waiting_award()
    visitor = visit(SMALL)
    visitor.signs_in(award.recipient)

    visitor.opens(reverse("catalog:badge_list"))

    visitor.reads("Waiting to be issued")


def test_what_an_earner_shares_fits_a_small_phone(visit, site):
    award = issued_award(
        badge_class=published("A word. " * 40, name=LONG_NAME), earner__name="W" * 60
    )
    visitor = visit(SMALL)
    visitor.signs_in(award.recipient)

    for name in ("issuing:award", "issuing:share"):
        visitor.opens(reverse(name, args=[award.public_id]))
    visitor.opens(award.get_absolute_url())
    visitor.presses("Show my name")


def test_no_page_is_wider_than_a_small_phone(visit, site):
    world = World()
    by_name = {address.name: address for address in named_addresses()}
    wide = {}
    for person in PEOPLE:
        if person.name not in READERS:
            continue
        visitor = visit(SMALL)
        if session := world.sessions.get(person.name):
            visitor.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        for name, address in [*ADDRESSES.items(), *OTHER_STATES]:
            if address.get is None or address.get(person, OWN) is not Answer.ANSWERED:
                continue
            url = world.address_of(by_name[name], address.of, OWN)
            answer = visitor.context.request.get(site + url)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            visitor.page.goto(site + url)
            if found := visitor.page.evaluate(TOO_WIDE):
                wide[person.name, name, address.of] = found

    assert wide == {}


def test_a_refused_field_is_brought_in_sight_on_a_page_without_a_summary(visit):
    membership = MembershipFactory(role=Membership.Role.REPORTER)
    phone = visit({"width": 390, "height": 500})
    phone.signs_in(membership.user)
    phone.opens(reverse("reporting:manage_overview"))
    phone.writes("From", "2026-09-02")
    phone.writes("Through", "2026-09-01")

    phone.presses("Show")

    phone.page.locator("input[name=last]:focus").wait_for()
    error = phone.page.get_by_text("This day is before the first one. Choose a later day.")
    box = error.bounding_box()
    assert 0 <= box["y"] <= 500 - box["height"]


def test_a_worksheet_begins_with_its_first_criterion_below_the_title(visit):
    badge_class = DraftBadgeFactory()
    first = badge_class.versions.get().criteria.first()
    first.description = "\n\n".join(["Something that has to be shown."] * 16)
    first.save()
    catalog.publish(badge_class, by=None)
    reader = visit()
    reader.opens(reverse("catalog:worksheet", args=[badge_class.slug]))

    paper = pypdfium2.PdfDocument(reader.page.pdf(format="Letter"))

    assert first.name in paper[0].get_textpage().get_text_range()
