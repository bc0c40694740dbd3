"""Two windows change a list of rows, files, artwork, or text that is saved while it is typed."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from tests.editing.pages import coordinator_of, evidence, opened, pressed
from tests.editing.windows import Window
from tests.factories import DraftBadgeFactory, coordinator_for, png
from tests.rewards.drawing_factories import drafted

pytestmark = pytest.mark.django_db


def _windows_of_criteria(client, badge):
    client.force_login(coordinator_for(badge))
    url = reverse("catalog:manage_criteria", args=[badge.slug])
    return [Window(client, url, has="criterion-0-name") for _ in range(2)]


def _windows_of_prizes(client, drawing):
    client.force_login(coordinator_of(drawing.agency))
    url = reverse("rewards:manage_prizes", args=[drawing.slug])
    return [Window(client, url, has="prize-0-name") for _ in range(2)]


def _remove_first_criterion(window):
    window.data = {
        name: value for name, value in window.data.items() if not name.startswith("criterion-0-")
    }


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
    phone, laptop = _windows_of_criteria(client, badge)
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
    phone, laptop = _windows_of_criteria(client, badge)
    count = badge.version_to_edit().criteria.count()
    _remove_first_criterion(laptop)
    assert laptop.press().status_code == 302

    refused = phone.type(**{"criterion-0-name": "Renamed"}).press()

    assert refused.status_code == 422
    assert "This was removed in another window" in refused.content.decode()
    assert badge.version_to_edit().criteria.count() == count - 1
    assert phone.press().status_code == 302
    assert badge.version_to_edit().criteria.first().name == "Renamed"


def test_a_row_changed_in_the_other_window_is_not_removed_unseen(client):
    badge = DraftBadgeFactory()
    phone, laptop = _windows_of_criteria(client, badge)
    assert laptop.type(**{"criterion-0-name": "Renamed"}).press().status_code == 302
    _remove_first_criterion(phone)

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
    phone, laptop = _windows_of_prizes(client, drawing)

    laptop.type(**{"prize-2-name": "A kite", "prize-2-worth": "20"}).press()
    phone.type(**{"prize-0-worth": "31"}).press()

    assert drawing.prizes.count() == 3
    assert drawing.prizes.first().worth == 31
    assert drawing.prizes.last().name == "A kite"


def test_a_prize_removed_in_the_other_window_while_it_was_changed_here_comes_back(client):
    drawing = drafted(prizes=2)
    phone, laptop = _windows_of_prizes(client, drawing)
    assert laptop.type(**{"prize-0-DELETE": "on"}).press().status_code == 302

    refused = phone.type(**{"prize-0-name": "A kite"}).press()

    assert refused.status_code == 422
    assert "was removed in another window" in refused.content.decode()
    assert phone.press().status_code == 302
    assert sorted(each.name for each in drawing.prizes.all())[0] == "A kite"


def test_a_prize_changed_in_the_other_window_is_not_removed_unseen(client):
    drawing = drafted(prizes=2)
    phone, laptop = _windows_of_prizes(client, drawing)
    assert laptop.type(**{"prize-0-name": "A kite"}).press().status_code == 302

    refused = phone.type(**{"prize-0-DELETE": "on"}).press()

    assert refused.status_code == 422
    assert drawing.prizes.count() == 2
