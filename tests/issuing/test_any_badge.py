"""Random badges and earners: issued, baked, read back and verified by other software."""

import json

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import operations as catalog
from catalog.criteria_content import CriterionContent, LevelContent
from catalog.models import BadgeClass
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import baked_images
from issuing.documents import operations as credentials
from issuing.models import Assertion
from issuing.states import GrantSource
from openbadges import baking
from openbadges.text import clean
from tests.factories import DraftBadgeFactory, UserFactory
from tests.issuing.awards import fetch_document
from tests.issuing.third_party import schema_errors, verified_by_openbadgeslib

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def lines(longest: int) -> st.SearchStrategy[str]:
    text = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=longest)
    return text.map(clean).map(str.strip).filter(bool)


LINE = lines(100)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=2000).map(clean)
CRITERION = st.builds(
    CriterionContent,
    name=LINE,
    description=LINE,
    evidence_prompt=LINE,
    required=st.booleans(),
    levels=st.lists(st.builds(LevelContent, name=lines(80), description=LINE), max_size=4),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=LINE,
    person=LINE,
    about=TEXT,
    narrative=TEXT,
    criteria=st.lists(CRITERION, min_size=1, max_size=20).filter(
        lambda criteria: any(criterion.required for criterion in criteria)
    ),
    shows_name=st.booleans(),
)
def test_any_badge_is_baked_read_back_and_verified_by_other_software(
    client, name, person, about, narrative, criteria, shows_name
):
    award = _issue_award(name, person, about, narrative, criteria)
    changes.share(award, shows_name=shows_name, items=[])

    baked = baking.unbake(baked_images.baked_png(award))

    with award.version.image.open() as art:
        assert baked.picture == art.read()
    assert baked.v3 == credentials.signed(award.public_id).json
    assert schema_errors(json.loads(baked.v3)) == []
    assert verified_by_openbadgeslib(baked.v3).achievement.name == name
    assert json.loads(baked.v2) == fetch_document(client, json.loads(baked.v2)["id"])
    if shows_name:
        assert json.dumps(person, ensure_ascii=False) in baked.v3


def _issue_award(name, person, about, narrative, criteria):
    badge_class = DraftBadgeFactory(name=name, version={})
    draft = badge_class.versions.get()
    draft.about = about
    draft.save(update_fields=["about"])
    catalog.set_criteria(draft, criteria)
    catalog.publish(badge_class, by=None)
    badge_class = BadgeClass.objects.get(pk=badge_class.pk)
    grant = Grant(
        UserFactory(name=person),
        badge_class.current_version,
        GrantSource.LIST,
        key=f"anybody:{badge_class.pk}",
        narrative=narrative,
    )
    grant_all([grant], by=None)
    issue_batch(now=timezone.now())
    return Assertion.objects.with_badge().get(badge_class=badge_class)
