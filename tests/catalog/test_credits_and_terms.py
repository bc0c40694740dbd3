"""Badge details for other systems: type, units, standards, points and validity."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from catalog import operations
from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.forms import slug_for
from catalog.issuers.forms import IssuerForm
from catalog.models import Alignment, BadgeClass, RubricLevel
from catalog.signable import SignableURLField
from tests.catalog.manage_pages import criterion, details, level, page
from tests.factories import BadgeFactory, DraftBadgeFactory

pytestmark = pytest.mark.django_db


def validity(badge_class):
    badge_class.refresh_from_db()
    return (badge_class.valid_months, badge_class.renewable, badge_class.renewal_days_before)


def test_units_and_achievement_type_are_saved(client, coordinator, issuer, draft):
    client.post(page("edit"), details(issuer, units="1.5", achievement_type="License", version="1"))

    version = draft.versions.get()
    assert (version.units, version.achievement_type) == (Decimal("1.5"), "License")


def test_usual_achievement_types_are_offered_first(client, coordinator, draft):
    [(_, usual), (_, others)] = (
        client.get(page("edit")).context["form"]["achievement_type"].field.choices
    )

    assert [value for value, _ in usual] == [
        "MicroCredential", "Badge", "Competency", "Course", "CertificateOfCompletion",
        "LearningProgram", "License",
    ]  # fmt: skip
    assert len(usual) + len(others) == 31


def test_validity_and_renewal_of_a_badge_are_saved(client, coordinator, issuer, draft):
    typed = details(
        issuer, valid_months="24", renewable="on", renewal_days_before="90", version="1"
    )

    client.post(page("edit"), typed)

    assert validity(draft) == (24, True, 90)


def test_a_badge_that_never_expires_cannot_be_renewable(client, coordinator, issuer, draft):
    typed = details(issuer, renewable="on", renewal_days_before="30", version="1")

    response = client.post(page("edit"), typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["valid_months"]
    assert validity(draft) == (None, False, 0)
    with pytest.raises(IntegrityError):
        BadgeClass.objects.filter(pk=draft.pk).update(renewable=True)


def test_a_badge_cannot_be_renewed_before_it_was_awarded(client, coordinator, issuer, draft):
    typed = details(issuer, valid_months="2", renewable="on", renewal_days_before="90", version="1")

    assert list(client.post(page("edit"), typed).context["form"].errors) == ["renewal_days_before"]


def test_renewal_days_are_ignored_for_a_badge_that_is_not_renewable(
    client, coordinator, issuer, draft
):
    client.post(
        page("edit"), details(issuer, valid_months="12", renewal_days_before="30", version="1")
    )

    assert validity(draft) == (12, False, 0)


def test_points_of_levels_and_types_of_standards_are_saved(client, coordinator, draft):
    data = {
        **criterion(), **level(0, "Beginning"), **level(1, "Meeting"),
        "criterion-0-level-1-points": "2.5",
        "alignment-0-target_name": "Citizen",
        "alignment-0-target_url": "https://case.example/ims/case/v1p0/CFItems/1",
        "alignment-0-target_type": "CFItem",
        "version": "1",
    }  # fmt: skip

    client.post(page("criteria"), data)

    assert list(RubricLevel.objects.values_list("points", flat=True)) == [None, Decimal("2.5")]
    assert Alignment.objects.get().target_type == "CFItem"


def test_the_next_version_starts_with_the_same_units_and_type(issuer, coordinator):
    badge_class = BadgeFactory(
        issuer=issuer, version={"units": Decimal("2"), "achievement_type": "Course"}
    )

    draft = operations.draft_version(badge_class, by=coordinator)

    assert (draft.units, draft.achievement_type) == (Decimal("2"), "Course")


@pytest.mark.parametrize(
    "address",
    [
        "https://standards.example/a b",
        "https://standards.example/<a>",
        "https://standards.example/{a}",
        'https://standards.example/"a"',
        "https://standards.example/a\\b",
        "https://standards.example/a|b",
        "https://standards.example/a^b",
        "https://standards.example/`a`",
        "ftp://standards.example/a",
        "javascript:alert(1)",
        "/standards/a",
        "urn:uuid:7f6f1c1e-0000-4000-8000-000000000000",
    ],
)
def test_a_url_that_cannot_be_signed_is_refused(address):
    with pytest.raises(ValidationError):
        SignableURLField().clean(address)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("https://standards.example/a?b=c#d", "https://standards.example/a?b=c#d"),
        ("standards.example/a", "https://standards.example/a"),
        ("https://normas.example/niñez", "https://normas.example/niñez"),
        (" https://standards.example/(a) ", "https://standards.example/(a)"),
    ],
)
def test_a_url_that_can_be_signed_is_accepted(typed, cleaned):
    assert SignableURLField().clean(typed) == cleaned


def test_unsignable_text_from_outside_the_editor_is_listed_before_publishing(draft):
    version = draft.versions.get()
    operations.edit_version(version, name="Media\x0cBalance", tags=["screens\x08"])
    operations.set_alignments(
        version, [AlignmentContent(target_name="Citi\x1bzen", target_url="about a b")]
    )
    operations.set_criteria(
        version,
        [CriterionContent("Plan", "An aim.", "The plan.",
                                     levels=[LevelContent("One\x7f", "A topic.")])],
    )  # fmt: skip

    with pytest.raises(operations.NotReadyToPublish) as refused:
        operations.publish(draft, by=None)

    assert [(part.field, part.sentence.partition("”")[0]) for part in refused.value.missing] == [
        ("description", "“Name"),
        ("criteria", "“Name"),
        ("alignments", "“Standard"),
        ("description", "“Tags"),
        ("alignments", "Write the full web address of “Citi\x1bzen"),
    ]


def test_unsignable_text_of_an_issuer_is_refused(issuer):
    typed = {
        "agency": issuer.agency_id, "name": "Junip\x08er", "url": "https://juniper.example",
             "email": issuer.email, "description": "An office\x08.", "waiting_hours": "0",
    }  # fmt: skip

    form = IssuerForm(typed, initial=typed, user=None)

    assert sorted(form.errors) == ["description", "name"]


def test_two_badges_with_the_same_slug_at_the_same_moment_show_a_form_error(
    client, coordinator, issuer, monkeypatch
):
    DraftBadgeFactory(slug="screens", issuer=issuer)
    # Skip the check, as if the other badge had been created after it.
    monkeypatch.setattr(
        "catalog.forms.DetailsForm.clean_slug", lambda form: form.cleaned_data["slug"]
    )

    response = client.post(reverse("catalog:manage_create"), details(issuer, slug="screens"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "slug": [f"This address is taken. “{slug_for('screens')}” is available."]
    }
    assert response.context["form"]["name"].value() == "Screens and Sleep"
