"""Artwork that no version of a badge uses any more is deleted from the storage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils import timezone

from audit.models import UnwantedFile
from audit.operations import delete_unwanted_files
from catalog import operations as catalog
from catalog.art import ArtSpec
from catalog.discards import operations as discards
from tests.factories import BadgeFactory, DraftBadgeFactory, coordinator_for

pytestmark = pytest.mark.django_db

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'


def art_in(folder) -> set[str]:
    art = folder / "default" / "art"
    return {f"art/{path.name}" for path in art.iterdir()} if art.exists() else set()


def files_of(version) -> set[str]:
    return {version.image.name, version.vector.name} - {""}


def much_later():
    return timezone.now() + timedelta(hours=2)


def png_of(color: str) -> bytes:
    return f"a picture in {color}".encode()


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def draft(badge):
    """A draft with artwork of its own, next to the published version."""
    version = catalog.draft_version(badge, by=coordinator_for(badge))
    catalog.upload_art(version, png_of("red"), alt="A red square", svg=SVG)
    return version


def test_the_art_of_a_discarded_version_is_deleted_and_that_of_the_published_kept(
    badge, draft, kept_files
):
    published = files_of(badge.current_version)
    assert art_in(kept_files) == published | files_of(draft)

    discards.discard(badge, by=coordinator_for(badge))
    delete_unwanted_files(now=timezone.now())
    at_once = art_in(kept_files)
    delete_unwanted_files(now=much_later())

    assert at_once == published | files_of(draft)  # a page may still be showing it
    assert art_in(kept_files) == published
    assert not UnwantedFile.objects.exists()


def test_a_discarded_badge_takes_its_art_along(kept_files):
    badge = DraftBadgeFactory()
    version = badge.versions.get()
    catalog.upload_art(version, png_of("blue"), alt="A blue square", svg=SVG)
    assert files_of(version) <= art_in(kept_files)

    discards.discard(badge, by=coordinator_for(badge))
    delete_unwanted_files(now=much_later())

    assert art_in(kept_files) == set()


def test_art_that_is_replaced_in_a_draft_is_deleted(badge, draft, kept_files):
    earlier = files_of(draft)

    catalog.upload_art(draft, png_of("green"), alt="A green square")
    delete_unwanted_files(now=much_later())

    assert len(files_of(draft)) == 1
    assert art_in(kept_files) == files_of(badge.current_version) | files_of(draft)
    assert not earlier & art_in(kept_files)


def test_a_draft_that_shares_the_art_of_the_published_version_leaves_it(badge, kept_files):
    shared = files_of(badge.current_version)
    draft = catalog.draft_version(badge, by=coordinator_for(badge))
    assert files_of(draft) == shared

    catalog.compose_art(draft, ArtSpec(), alt="A shape")
    delete_unwanted_files(now=much_later())

    assert art_in(kept_files) == shared | files_of(draft)


def test_discarding_that_is_rolled_back_keeps_the_art(badge, draft, kept_files):
    with transaction.atomic():
        discards.discard(badge, by=coordinator_for(badge))
        transaction.set_rollback(True)
    delete_unwanted_files(now=much_later())

    assert files_of(draft) <= art_in(kept_files)


def test_art_that_cannot_be_deleted_now_is_deleted_later(badge, draft, kept_files, monkeypatch):
    discards.discard(badge, by=coordinator_for(badge))

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "delete", lambda *args: 1 / 0)
        delete_unwanted_files(now=much_later())
    assert files_of(draft) <= art_in(kept_files)
    delete_unwanted_files(now=much_later() + timedelta(hours=1))

    assert art_in(kept_files) == files_of(badge.current_version)
