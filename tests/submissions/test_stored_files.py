"""Stored files without an evidence item are deleted, because they may show students."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils import timezone

from audit.models import UnwantedFile
from audit.operations import delete_unwanted_files
from submissions import operations
from submissions.models import EvidenceItem
from tests.factories import DraftFactory
from tests.submissions import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return DraftFactory()


def add_photo(draft):
    return operations.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(samples.photo()),
        file_name="photo.jpg",
        content_type="image/jpeg",
    )


def stored(folder):
    return [path for path in (folder / "evidence").rglob("*") if path.is_file()]


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_a_saved_file_is_not_deleted(draft, kept_files):
    item = add_photo(draft)

    delete_unwanted_files(now=later(days=1))

    assert not UnwantedFile.objects.exists()
    assert stored(kept_files) == [kept_files / "evidence" / item.file.name]


def test_a_file_whose_item_was_never_saved_is_deleted_later(draft, kept_files, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(EvidenceItem, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        add_photo(draft)
    assert len(stored(kept_files)) == 1

    delete_unwanted_files(now=later(minutes=1))
    assert len(stored(kept_files)) == 1  # an upload may still be in progress
    delete_unwanted_files(now=later(hours=2))

    assert stored(kept_files) == []
    assert not UnwantedFile.objects.exists()


def test_deletions_that_fail_are_retried_later(draft, kept_files, monkeypatch):
    add_photo(draft)
    operations.discard(draft)

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "delete", lambda *args: 1 / 0)
        delete_unwanted_files(now=later(minutes=1))
    assert len(stored(kept_files)) == 1
    delete_unwanted_files(now=later(hours=1))

    assert stored(kept_files) == []


def test_a_rolled_back_removal_keeps_the_file(draft, kept_files):
    item = add_photo(draft)

    with transaction.atomic():
        operations.remove_item(item)
        transaction.set_rollback(True)

    delete_unwanted_files(now=later(days=1))
    assert len(stored(kept_files)) == 1
