import pytest
from django.db import transaction

from demo import badges, content, seeding
from tests.demo.small_program import NOW, SMALL
from tests.kept_files import files_kept_in


@pytest.fixture(scope="module")
def small():
    """The badges that the printed people need, all with one picture: art takes the longest."""
    one = badges.render_art([content.read().badges[0]["art"]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeding, "render_art", lambda art: one * len(art))
        yield content.read().only(SMALL)


@pytest.fixture(scope="module")
def folder_of_program(small, django_db_setup, django_db_blocker, tmp_path_factory):
    """The program, seeded once: each test of the module has a transaction within this one.

    So a module that asks for it has no test that needs an empty database.
    """
    folder = tmp_path_factory.mktemp("program")
    with django_db_blocker.unblock(), transaction.atomic():
        with files_kept_in(folder):
            seeding.seed(now=NOW, content=small, submissions=50)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def program(folder_of_program):
    with files_kept_in(folder_of_program):
        yield
