"""Every form that changes a record, opened in two windows.

The table names each such form. A form class that is in neither table fails the last test: say
there what it does.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.urls import reverse

from catalog import operations as catalog
from catalog.art import ArtSpec
from catalog.issuers import operations as issuers
from catalog.models import Pathway
from catalog.pathways import operations as pathways
from editing.forms import EditFormMixin
from tests.editing.windows import Window
from tests.factories import (
    LONG_AGO,
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    CategoryFactory,
    DraftBadgeFactory,
    DraftFactory,
    IssuerFactory,
    UserFactory,
    coordinator_for,
    png,
)
from tests.issuing.awards import issued_award
from tests.rewards.drawing_factories import SponsorFactory, announced, drafted

pytestmark = pytest.mark.django_db


@dataclass
class Page:
    user: object
    url: str
    read: Callable[[], dict]  # the stored values by the names used in `one` and `other`
    one: dict  # a change to one field: {name: value}
    other: dict  # a change to another field
    again: dict  # another value for the field of `one`
    shown: str | None = None  # how the page shows the value of `one` to the other window
    button: dict | None = None
    press: Callable[[Window], object] | None = None


PAGES: dict[str, Callable[[], Page]] = {}


def page(function):
    PAGES[function.__name__] = function
    return function


@page
def evidence():
    draft = DraftFactory()
    texts = [f"criterion-{pk}-text" for pk in draft.version.criteria.values_list("pk", flat=True)]

    def read():
        items = draft.attempts.get().evidence_items.filter(kind="text")
        stored = {f"criterion-{item.criterion_id}-text": item.text for item in items}
        return {name: stored.get(name, "") for name in texts[:2]}

    return Page(
        draft.earner, reverse("submissions:edit", args=[draft.public_id]), read,
        {texts[0]: "Typed on the laptop."}, {texts[1]: "Typed on the phone."},
        {texts[0]: "Typed elsewhere."}, button={"action": "save"},
    )  # fmt: skip


def _review(url_name):
    assignment = AssignmentFactory()
    first, second = list(assignment.attempt.submission.version.criteria.all())[:2]

    def read():
        review = assignment.attempt.reviews.first()
        judged = {each.criterion_id: each.comment for each in review.judgments.all()}
        return {f"comment_{each.pk}": judged.get(each.pk, "") for each in (first, second)}

    return Page(
        assignment.reviewer, reverse("reviewing:review", args=[assignment.pk]), read,
        {f"comment_{first.pk}": "A clear plan."}, {f"comment_{second.pk}": "Add a date."},
        {f"comment_{first.pk}": "A good plan."},
    )  # fmt: skip


@page
def review_draft():
    return _review("reviewing:review")


@page
def badge_details():
    badge = DraftBadgeFactory(slug="media-balance")

    def read():
        version = badge.version_to_edit()
        badge.refresh_from_db()
        return {"description": version.description, "turnaround_days": str(badge.turnaround_days)}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_edit", args=[badge.slug]), read,
        {"description": "Screens in balance."}, {"turnaround_days": "7"},
        {"description": "Screens and sleep."},
    )  # fmt: skip


@page
def badge_details_of_a_published_badge():
    badge = BadgeFactory()

    def read():
        version = badge.version_to_edit()
        return {"description": version.description, "name": version.name}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_edit", args=[badge.slug]), read,
        {"description": "Screens in balance."}, {"name": "Leaves"},
        {"description": "Screens and sleep."},
        press=lambda window: window.type(version="2").press(),
    )  # fmt: skip


@page
def criteria():
    badge = DraftBadgeFactory()

    def read():
        names = [criterion.name for criterion in badge.version_to_edit().criteria.all()]
        return {f"criterion-{n}-name": name for n, name in enumerate(names[:2])}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_criteria", args=[badge.slug]), read,
        {"criterion-0-name": "A weekly plan"}, {"criterion-1-name": "Two reflections"},
        {"criterion-0-name": "A monthly plan"},
    )  # fmt: skip


@page
def rubric():
    badge = DraftBadgeFactory()

    def read():
        levels = badge.version_to_edit().criteria.first().levels.all()
        return {f"criterion-0-level-{n}-name": level.name for n, level in enumerate(levels)}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_criteria", args=[badge.slug]), read,
        {"criterion-0-level-0-name": "Starting"}, {"criterion-0-level-1-name": "Arrived"},
        {"criterion-0-level-0-name": "First steps"},
    )  # fmt: skip


@page
def composed_art():
    badge = DraftBadgeFactory()
    catalog.save_art(badge, number=1, by=None, alt="A pin.", spec=ArtSpec())

    def read():
        spec = badge.version_to_edit().art_spec
        return {"compose-shape": spec["shape"], "compose-text": spec["text"]}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_art", args=[badge.slug]), read,
        {"compose-text": "BALANCE"}, {"compose-shape": "shield"}, {"compose-text": "SLEEP"},
        button={"compose": "1"},
        press=lambda window: window.type(**{"compose-image_alt": "A pin."}).press({"compose": "1"}),
    )  # fmt: skip


@page
def description_of_art():
    badge = DraftBadgeFactory()

    def read():
        version = badge.version_to_edit()
        return {"upload-image_alt": version.image_alt}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_art", args=[badge.slug]), read,
        {"upload-image_alt": "A leaf."}, {}, {"upload-image_alt": "A tree."},
        button={"upload": "1"},
    )  # fmt: skip


@page
def pathway():
    badge = BadgeFactory()
    steps = [BadgeFactory(), BadgeFactory(), BadgeFactory()]
    pathways.create(badge, steps=steps[:2], by=None)
    slugs = [step.slug for step in steps]

    def read():
        stored = pathways.stored_pathway(Pathway.objects.get())
        return {"name": stored["name"], "step": stored["step"]}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_pathway", args=[badge.slug]), read,
        {"step": slugs}, {"name": "The long way"}, {"step": slugs[:1]},
        shown=steps[2].current_version.name,
    )  # fmt: skip


@page
def profile():
    user = UserFactory(language="en")

    def read():
        user.refresh_from_db()
        return {"name": user.name, "language": user.language}

    return Page(
        user, reverse("accounts:profile"), read,
        {"name": "Rosa Núñez"}, {"language": "es"}, {"name": "Rosa Ortega"},
    )  # fmt: skip


@page
def what_an_award_shows():
    award = issued_award()

    def read():
        award.refresh_from_db()
        return {
            "shows_name": "on" if award.shows_name else None,
            "is_listed": "on" if award.is_listed else None,
        }

    return Page(
        award.recipient, reverse("issuing:share", args=[award.public_id]), read,
        {"shows_name": "on"}, {"is_listed": "on"}, {},
    )  # fmt: skip


@page
def rules_of_a_drawing():
    drawing = drafted()

    def read():
        rules = drawing.rules_versions.get()
        return {"text": rules.text, "confirm_days": str(rules.confirm_days)}

    return Page(
        _coordinator(drawing), reverse("rewards:manage_rules", args=[drawing.slug]), read,
        {"text": "One prize each."}, {"confirm_days": "9"}, {"text": "Two prizes each."},
    )  # fmt: skip


@page
def next_rules_of_an_announced_drawing():
    drawing = announced()

    def read():
        rules = drawing.rules_versions.order_by("number").last()
        return {"text": rules.text, "confirm_days": str(rules.confirm_days)}

    return Page(
        _coordinator(drawing), reverse("rewards:manage_rules", args=[drawing.slug]), read,
        {"text": "One prize each."}, {"confirm_days": "9"}, {"text": "Two prizes each."},
        press=lambda window: window.type(change_note="Clearer words.").press(),
    )  # fmt: skip


@page
def prizes():
    drawing = drafted(prizes=2)

    def read():
        return {f"prize-{n}-name": each.name for n, each in enumerate(drawing.prizes.all())}

    return Page(
        _coordinator(drawing), reverse("rewards:manage_prizes", args=[drawing.slug]), read,
        {"prize-0-name": "A kite"}, {"prize-1-name": "A lantern"}, {"prize-0-name": "A kettle"},
    )  # fmt: skip


def _coordinator(drawing):
    user = UserFactory()
    user.memberships.create(agency=drawing.agency, role="coordinator", confirmed_at=LONG_AGO)
    return user


@page
def sponsor():
    found = SponsorFactory(thanks="Thank you.")
    user = UserFactory()
    user.memberships.create(agency=found.agency, role="coordinator", confirmed_at=LONG_AGO)

    def read():
        found.refresh_from_db()
        return {"name": found.name, "thanks": found.thanks}

    return Page(
        user, reverse("rewards:manage_sponsor", args=[found.slug]), read,
        {"name": "Alder Books"}, {"thanks": "We thank you."}, {"name": "Elder Books"},
    )  # fmt: skip


@page
def logo_of_an_issuer():
    issuer = IssuerFactory()
    issuers.save_logo(issuer, by=UserFactory(), alt="A branch.", png=png())
    badge = BadgeFactory(issuer=issuer)

    def read():
        issuer.refresh_from_db()
        return {"alt": issuer.logo_alt}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_issuer_logo", args=[issuer.public_id]),
        read, {"alt": "A leaf."}, {}, {"alt": "A tree."},
    )  # fmt: skip


@page
def category_in_the_admin():
    category = CategoryFactory()
    return _admin_page(category, {"name": "Arts"}, {"position": "7"}, {"name": "Sciences"})


@page
def agency_in_the_admin():
    agency = AgencyFactory()
    return _admin_page(
        agency, {"name": "Alder County"}, {"slug": "alder"}, {"name": "Elder County"}
    )


@page
def issuer_in_the_admin():
    issuer = IssuerFactory()
    return _admin_page(
        issuer, {"name": "Alder Badges"}, {"description": "Badges of Alder."}, {"name": "Elder"}
    )


@page
def user_in_the_admin():
    user = UserFactory(language="en")
    return _admin_page(user, {"name": "Rosa N."}, {"language": "es"}, {"name": "Rosa O."})


def _admin_page(row, one, other, again):
    model = row._meta.model_name

    def read():
        row.refresh_from_db()
        return {name: str(getattr(row, name)) for name in (*one, *other)}

    operator = UserFactory(is_staff=True, is_superuser=True)
    url = reverse(f"admin:{row._meta.app_label}_{model}_change", args=[row.pk])
    refused_with = 200  # Django's admin shows errors with 200
    shown = Page(operator, url, read, one, other, again)
    shown.refused_with = refused_with
    return shown


def opened(client, scene: Page) -> Window:
    client.force_login(scene.user)
    return Window(client, scene.url, has=next(iter(scene.one)))


def pressed(window: Window, scene: Page):
    return scene.press(window) if scene.press else window.press(scene.button)


@pytest.fixture(params=PAGES)
def scene(request):
    return PAGES[request.param]()


def test_changes_of_different_fields_are_both_kept(client, scene):
    phone, laptop = opened(client, scene), opened(client, scene)

    first = pressed(laptop.type(**scene.one), scene)
    second = pressed(phone.type(**scene.other), scene)

    assert (first.status_code, second.status_code) == (302, 302)
    assert scene.read().items() >= {**scene.one, **scene.other}.items()


def test_a_field_that_both_changed_is_not_overwritten_and_both_versions_are_shown(client, scene):
    if not scene.again:
        pytest.skip("a box has two values, so both windows chose the same")
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    kept = scene.read()

    response = pressed(phone.type(**scene.again), scene)

    assert response.status_code == getattr(scene, "refused_with", 422)
    assert scene.read() == kept
    text = response.content.decode()
    [(name, theirs)], [mine] = scene.one.items(), scene.again.values()
    assert (scene.shown or str(theirs)) in text
    assert phone.data[phone.resolve(name)] in ([mine], mine) or response.status_code == 200


def test_what_was_refused_is_saved_when_it_is_sent_again(client, scene):
    if not scene.again or getattr(scene, "refused_with", 422) == 200:
        pytest.skip("nothing is refused, or the admin shows the page")
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    pressed(phone.type(**scene.again), scene)

    response = pressed(phone, scene)

    assert response.status_code == 302
    assert scene.read().items() >= scene.again.items()


def test_saving_an_unchanged_page_writes_nothing_over_the_other_window(client, scene):
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    kept = scene.read()

    response = pressed(phone, scene)

    assert response.status_code == 302
    assert scene.read() == kept


# --- The cases that a field-by-field walk does not reach ------------------------------------------


def test_a_photo_from_the_phone_does_not_cost_the_laptops_words(client):
    scene = evidence()
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    [name] = scene.one
    photo = io.BytesIO(png(40))
    photo.name = "photo.png"

    phone.data[name.replace("-text", "-files")] = [photo]
    response = phone.press({"action": f"add_file:{name.split('-')[1]}"})

    assert response.status_code == 302
    assert scene.read()[name] == scene.one[name]
    assert phone.client.get(scene.url).content.decode().count("photo.png") >= 1


def test_autosave_answers_with_the_other_windows_words(client):
    scene = evidence()
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    [name] = scene.one
    hidden = name.replace("text", "opened")
    address = reverse("submissions:autosave", args=[scene.url.strip("/").split("/")[1]])

    mine = {name: "Typed on the phone.", hidden: phone.data[hidden][0]}
    refused = client.post(address, mine)

    answer = refused.json()
    assert refused.status_code == 422
    assert answer["conflicts"] == {name: {"words": scene.one[name], "value": scene.one[name]}}
    assert scene.read()[name] == scene.one[name]


def test_a_row_added_in_the_other_window_is_kept(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    url = reverse("catalog:manage_criteria", args=[badge.slug])
    phone, laptop = (Window(client, url, has="criterion-0-name") for _ in range(2))
    count = badge.version_to_edit().criteria.count()
    laptop.data |= {
        f"criterion-{count}-name": ["A new one"],
        f"criterion-{count}-description": ["What"],
        f"criterion-{count}-evidence_prompt": ["Evidence"],
        f"criterion-{count}-accepts_text": ["on"],
    }

    assert laptop.press().status_code == 302
    assert phone.type(**{"criterion-0-name": "Renamed"}).press().status_code == 302

    names = [criterion.name for criterion in badge.version_to_edit().criteria.all()]
    assert (names[0], names[-1], len(names)) == ("Renamed", "A new one", count + 1)


def test_a_row_removed_in_the_other_window_while_it_was_changed_here_comes_back(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    url = reverse("catalog:manage_criteria", args=[badge.slug])
    phone, laptop = (Window(client, url, has="criterion-0-name") for _ in range(2))
    count = badge.version_to_edit().criteria.count()
    laptop.data = {
        name: value for name, value in laptop.data.items() if not name.startswith("criterion-0-")
    }
    assert laptop.press().status_code == 302

    refused = phone.type(**{"criterion-0-name": "Renamed"}).press()

    assert refused.status_code == 422
    assert "This was removed in another window" in refused.content.decode()
    assert badge.version_to_edit().criteria.count() == count - 1
    assert phone.press().status_code == 302
    assert badge.version_to_edit().criteria.first().name == "Renamed"


def test_a_row_changed_in_the_other_window_is_not_removed_unseen(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    url = reverse("catalog:manage_criteria", args=[badge.slug])
    phone, laptop = (Window(client, url, has="criterion-0-name") for _ in range(2))
    assert laptop.type(**{"criterion-0-name": "Renamed"}).press().status_code == 302
    phone.data = {
        name: value for name, value in phone.data.items() if not name.startswith("criterion-0-")
    }

    refused = phone.press()

    assert refused.status_code == 422
    assert "You removed this while it was changed" in refused.content.decode()
    assert badge.version_to_edit().criteria.first().name == "Renamed"


def test_an_upload_in_the_other_window_is_shown_before_composed_art_replaces_it(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    url = reverse("catalog:manage_art", args=[badge.slug])
    phone = Window(client, url, has="compose-text").type(**{"compose-image_alt": "A pin."})
    laptop = Window(client, url, has="upload-image").type(**{"upload-image_alt": "A leaf."})
    picture = io.BytesIO(png(400))
    picture.name = "leaf.png"
    laptop.data["upload-image"] = [picture]
    assert laptop.press({"upload": "1"}).status_code == 302

    refused = phone.type(**{"compose-text": "LEAF"}).press({"compose": "1"})

    assert refused.status_code == 422
    assert "Another artwork was saved in another window." in refused.content.decode()
    assert badge.version_to_edit().art_spec is None
    assert phone.press({"compose": "1"}).status_code == 302
    assert badge.version_to_edit().art_spec["text"] == "LEAF"


def test_a_prize_added_in_the_other_window_is_kept(client):
    drawing = drafted(prizes=2)
    client.force_login(_coordinator(drawing))
    url = reverse("rewards:manage_prizes", args=[drawing.slug])
    phone, laptop = (Window(client, url, has="prize-0-name") for _ in range(2))

    laptop.type(**{"prize-2-name": "A kite", "prize-2-worth": "20"}).press()
    phone.type(**{"prize-0-worth": "31"}).press()

    assert drawing.prizes.count() == 3
    assert drawing.prizes.first().worth == 31
    assert drawing.prizes.last().name == "A kite"


def test_a_prize_removed_in_the_other_window_while_it_was_changed_here_comes_back(client):
    drawing = drafted(prizes=2)
    client.force_login(_coordinator(drawing))
    url = reverse("rewards:manage_prizes", args=[drawing.slug])
    phone, laptop = (Window(client, url, has="prize-0-name") for _ in range(2))
    assert laptop.type(**{"prize-0-DELETE": "on"}).press().status_code == 302

    refused = phone.type(**{"prize-0-name": "A kite"}).press()

    assert refused.status_code == 422
    assert "was removed in another window" in refused.content.decode()
    assert phone.press().status_code == 302
    assert sorted(each.name for each in drawing.prizes.all())[0] == "A kite"


def test_a_prize_changed_in_the_other_window_is_not_removed_unseen(client):
    drawing = drafted(prizes=2)
    client.force_login(_coordinator(drawing))
    url = reverse("rewards:manage_prizes", args=[drawing.slug])
    phone, laptop = (Window(client, url, has="prize-0-name") for _ in range(2))
    assert laptop.type(**{"prize-0-name": "A kite"}).press().status_code == 302

    refused = phone.type(**{"prize-0-DELETE": "on"}).press()

    assert refused.status_code == 422
    assert drawing.prizes.count() == 2


# --- Nothing is left out --------------------------------------------------------------------------

# Forms that change no stored record that their page shows: they create, ask, choose or decide.
OTHERS = {
    "LoginForm", "SignupForm", "SchoolForm", "ReasonForm", "ClaimCodeForm", "EnterCodeForm",
    "AwardListForm", "TokenForm", "ScoreRuleForm", "ScoreImportForm", "CatalogForm", "SuspendForm",
    "SampleForm", "RevokeForm", "AwardFilterForm", "EndorsementForm", "RevokeKeyForm", "PaperForm",
    "PeriodForm", "ActivityForm", "DeclineForm", "ReleaseForm", "QueueFilterForm", "DrawForm",
    "DisputeForm", "ExcludeForm", "SamePersonForm", "ConfirmForm", "CollectForm", "SendForm",
    "ShortCodeForm", "VerifyForm", "SignableTextForm", "SignableForm", "AnswerForm",
    "RecipientForm", "PeopleFilterForm", "PeopleDecisionForm",
    "IssuerForm",  # of the admin: EditAdmin compares it
}  # fmt: skip


def test_every_form_is_compared_or_known_to_change_no_record():
    unknown = []
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent != Path(__file__).parents[2]:
            continue
        for module in pkgutil.walk_packages([str(folder)], f"{config.name}."):
            if ".migrations" in module.name:
                continue
            for name, found in inspect.getmembers(importlib.import_module(module.name)):
                is_ours = inspect.isclass(found) and found.__module__ == module.name
                if not is_ours or not issubclass(found, forms.BaseForm):
                    continue
                if not issubclass(found, EditFormMixin) and name not in OTHERS:
                    unknown.append(f"{module.name}.{name}")

    assert unknown == [], (
        "A form that changes a record needs editing.forms.EditFormMixin and a page in PAGES here; "
        "any other goes into OTHERS."
    )
