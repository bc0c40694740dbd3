"""Baked pictures are kept as files, and none is sent after its award has changed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from issuing import origin
from issuing.awards.operations import changes
from issuing.documents import baked_images, kept_bakes
from issuing.documents import operations as credentials
from issuing.models import Assertion, SignedCredential
from openbadges import baking
from openbadges.baking import PngArt
from tests.factories import coordinator_for
from tests.issuing.awards import evidence_of, issued_award

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakes(settings, tmp_path) -> Path:
    settings.BAKES_FOLDER = os.fspath(tmp_path / "bakes")
    return tmp_path / "bakes"


@pytest.fixture
def award():
    return issued_award()


@pytest.fixture
def baked(monkeypatch) -> list:
    """Grows with each picture that is baked."""
    made, bake = [], PngArt.bake

    def count(*args, **kwargs):
        made.append(bake(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(PngArt, "bake", count)
    return made


def picture(client, award):
    return client.get(f"/assertions/{award.public_id}/badge.png")


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(bakes):
    """Each test has a folder of its own."""


def test_a_picture_is_baked_once(client, award, baked, bakes):
    first, second = picture(client, award), picture(client, award)

    assert first.content == second.content == baked[0]
    assert first.headers == second.headers
    assert len(baked) == 1
    assert stat.S_IMODE(bakes.stat().st_mode) == 0o700


def test_an_old_picture_is_still_the_same_to_a_client_that_has_it(client, award, baked):
    etag = picture(client, award)["ETag"]

    again = client.get(f"/assertions/{award.public_id}/badge.png", headers={"if-none-match": etag})

    assert again.status_code == 304
    assert len(baked) == 1


CHANGES = {
    "shown evidence": lambda award: changes.share(
        award, shows_name=True, is_listed=False, items=evidence_of(award)
    ),
    "a new signature": lambda award: credentials.sign_all(
        [award], now=award.issued_on.replace(year=2040), replace=True
    ),
    "a lost signature": lambda award: SignedCredential.objects.filter(assertion=award).delete(),
    "its narrative": lambda award: Assertion.objects.filter(pk=award.pk).update(
        narrative="She led the circle."
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_change_no_old_picture_is_sent(client, award, what):
    before = picture(client, award)

    CHANGES[what](award)
    after = picture(client, award)

    assert after.content == baked_images.baked_png(award) != before.content
    assert after["ETag"] != before["ETag"]


def test_hidden_evidence_is_in_no_picture_that_is_sent(client, award):
    changes.share(award, shows_name=True, is_listed=False, items=evidence_of(award))
    shown = picture(client, award)
    assert "evidence" in baking.unbake(shown.content).v2

    changes.share(award, shows_name=True, is_listed=False, items=[])

    assert "evidence" not in baking.unbake(picture(client, award).content).v2


def test_other_evidence_is_another_picture_also_before_it_is_signed(client, award):
    one, other = evidence_of(award)[:2]
    changes.share(award, shows_name=True, is_listed=False, items=[one])
    SignedCredential.objects.filter(assertion=award).delete()
    before = picture(client, award)

    changes.share(award, shows_name=True, is_listed=False, items=[other])
    SignedCredential.objects.filter(assertion=award).delete()

    assert picture(client, award).content != before.content


def test_a_revoked_badge_is_gray_at_once(client, award):
    assert picture(client, award).status_code == 200

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Somebody else’s.")

    gone = picture(client, award)
    assert gone.status_code == 410
    with pytest.raises(baking.CannotUnbake):
        baking.unbake(gone.content)


def test_another_address_of_the_site_is_another_picture(client, award, monkeypatch):
    before = picture(client, award).content

    monkeypatch.setattr(origin._Known, "recorded", "https://elsewhere.example")

    assert "https://elsewhere.example" in baking.unbake(picture(client, award).content).v2
    assert "https://elsewhere.example" not in baking.unbake(before).v2


def test_two_badges_with_the_same_art_are_two_pictures(client, award):
    other = issued_award(badge_class=award.badge_class)

    assert picture(client, award).content != picture(client, other).content


def test_without_a_place_to_keep_it_the_picture_is_sent_all_the_same(
    client, award, settings, caplog
):
    settings.BAKES_FOLDER = "/proc/nowhere"

    assert picture(client, award).content == picture(client, award).content
    assert "Could not keep a baked picture" in caplog.text


def test_an_interrupted_write_leaves_nothing(client, award, bakes, monkeypatch):
    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("issuing.documents.kept_bakes.os.replace", fail)

    assert picture(client, award).status_code == 200
    assert list(bakes.iterdir()) == []


def test_a_picture_that_was_deleted_is_baked_again(client, award, bakes):
    before = picture(client, award).content
    for file in bakes.iterdir():
        file.unlink()

    assert picture(client, award).content == before


def write(folder: Path, name: str, *, size: int, age: float, now: float) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(bytes(size))
    os.utime(path, (now - age, now - age))
    return path


def test_pictures_of_yesterday_are_deleted(bakes):
    now = 1_800_000_000.0
    old = write(bakes, "old", size=10, age=kept_bakes.OLDEST + 1, now=now)
    new = write(bakes, "new", size=10, age=kept_bakes.OLDEST - 1, now=now)

    kept_bakes.sweep(now=now)

    assert (old.exists(), new.exists()) == (False, True)


def test_of_too_many_bytes_the_oldest_are_deleted(bakes, monkeypatch):
    monkeypatch.setattr(kept_bakes, "MOST_BYTES", 1000)
    now = 1_800_000_000.0
    for number in range(11):
        write(bakes, f"picture-{number:02}", size=100, age=100 - number, now=now)

    kept_bakes.sweep(now=now)

    left = sorted(path.name for path in bakes.iterdir())
    assert left == [f"picture-{number:02}" for number in range(3, 11)]


@pytest.mark.parametrize("what", ["a folder", "a link that leads nowhere", "a link to itself"])
def test_what_is_no_picture_keeps_no_picture_from_being_deleted(bakes, what):
    now = 1_800_000_000.0
    old = write(bakes, "old", size=10, age=kept_bakes.OLDEST + 1, now=now)
    other = bakes / "lost+found"
    if what == "a folder":
        other.mkdir()
        os.utime(other, (0, 0))
    else:
        other.symlink_to("nowhere" if "nowhere" in what else "lost+found")
        os.utime(other, (0, 0), follow_symlinks=False)

    kept_bakes.sweep(now=now)

    assert not old.exists()


def test_a_picture_is_on_the_disk_before_it_has_its_name(client, award, monkeypatch):
    done = []
    for step in ("fsync", "replace"):
        does = getattr(os, step)
        monkeypatch.setattr(
            kept_bakes.os,
            step,
            lambda *args, step=step, does=does: (done.append(step), does(*args)),
        )

    picture(client, award)

    assert done == ["fsync", "replace"]


def test_a_badge_that_is_signed_again_while_it_is_baked_carries_its_new_signature(
    client, award, monkeypatch
):
    changes.share(award, shows_name=True, is_listed=False, items=evidence_of(award))
    credentials._text.cache_clear()
    read = baked_images.ingredients_of

    def then_hide(public_id):
        ingredients = read(public_id)
        changes.share(award, shows_name=True, is_listed=False, items=[])
        return ingredients

    monkeypatch.setattr(baked_images, "ingredients_of", then_hide)
    answer = picture(client, award)

    assert answer.status_code == 200
    assert baking.unbake(answer.content).v3 == credentials.signed(award.public_id).json


def test_what_is_written_is_swept_now_and_then(client, award, bakes, monkeypatch):
    monkeypatch.setattr(kept_bakes, "WRITES_PER_SWEEP", 1)
    write(bakes, "old", size=10, age=kept_bakes.OLDEST + 1, now=0)

    picture(client, award)

    assert [path.name for path in bakes.iterdir() if path.name == "old"] == []
