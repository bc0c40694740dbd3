"""What the verify page says of a badge that a newer one has replaced: ADR 63."""

import json

import pytest

from issuing.documents import baked_images
from papers import contents
from tests.issuing.awards import document, signed
from tests.issuing.replacing import renamed_award, replace
from verification.verifier import Verdict, verify

pytestmark = pytest.mark.django_db
OLD_NAME = "Ana Perez-Before"


@pytest.fixture
def replaced():
    """What somebody kept of a badge that showed its earner’s earlier name, and the award now."""
    from issuing.awards.operations import changes
    from issuing.models import Assertion
    from tests.factories import UserFactory

    was = renamed_award("Ana Robles", earner=UserFactory(name=OLD_NAME))
    changes.share(was, shows_name=True, items=[])
    kept = {
        "picture": baked_images.baked_png(was),
        "credential": json.dumps(document(was)).encode(),
        "jwt": signed(was).jwt.encode(),
        "certificate": contents.certificate(was, size="letter", landscape=False),
    }
    award = Assertion.objects.get(pk=was.pk)
    replace(award)
    return was, award, kept


@pytest.mark.parametrize("kind", ["picture", "credential", "jwt", "certificate"])
def test_an_old_file_is_replaced_and_does_not_name_anybody(replaced, client, kind):
    _was, award, kept = replaced

    report = verify(file=kept[kind])
    page = client.post("/verify/", kept[kind], content_type="application/octet-stream")

    assert (report.verdict, report.award) == (Verdict.REPLACED, award)
    text = page.content.decode()
    assert f"%2Fv%2F{award.short_code}" in text
    assert not [name for name in (OLD_NAME, "Ana Robles") if name in text]


def test_an_old_code_an_old_address_and_an_old_number_say_replaced(replaced, client):
    was, award, _kept = replaced
    asked = [was.short_code, f"http://localhost:8000/awards/{was.public_id}/", str(was.public_id)]

    verdicts = [verify(text=text).verdict for text in asked]
    typed = client.get(f"/v/{was.short_code}", follow=True)

    assert verdicts == [Verdict.REPLACED] * 3
    assert "A newer one has replaced it." in typed.content.decode()
    assert verify(text=award.short_code).verdict is Verdict.VALID


def test_the_answer_as_json_names_the_new_one(replaced, client):
    was, award, _kept = replaced

    answer = client.get(f"/verify.json?address=http://localhost:8000/assertions/{was.public_id}")

    found = answer.json()
    assert (found["verdict"], found["replacedBy"]) == (
        "replaced",
        f"http://localhost:8000/assertions/{award.public_id}",
    )
