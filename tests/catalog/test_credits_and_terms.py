"""What a badge says for other systems: kind, units, standards, points, and how long it lasts."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from catalog import operations
from catalog.admin import IssuerForm
from catalog.content import AlignmentContent, CriterionContent, LevelContent
from catalog.forms import slug_for
from catalog.models import Alignment, BadgeClass, RubricLevel
from catalog.signable import SignableURLField
from tests.catalog.manage_pages import criterion, level, page, words
from tests.factories import BadgeFactory, DraftBadgeFactory

pytestmark = pytest.mark.django_db


def rules_of(badge_class):
    badge_class.refresh_from_db()
    return (badge_class.valid_months, badge_class.renewable, badge_class.renewal_days_before)


def test_a_badge_says_its_units_and_its_kind(client, coordinator, issuer, draft):
    client.post(page("edit"), words(issuer, units="1.5", achievement_type="License", version="1"))

    version = draft.versions.get()
    assert (version.units, version.achievement_type) == (Decimal("1.5"), "License")


def test_the_kinds_that_are_usual_here_are_offered_first(client, coordinator, draft):
    [(_, usual), (_, others)] = (
        client.get(page("edit")).context["form"]["achievement_type"].field.choices
    )

    assert [value for value, _ in usual] == [
        "MicroCredential", "Badge", "Competency", "Course", "CertificateOfCompletion",
        "LearningProgram", "License",
    ]  # fmt: skip
    assert len(usual) + len(others) == 31


def test_a_badge_lasts_for_months_and_can_be_earned_again_before_its_end(
    client, coordinator, issuer, draft
):
    typed = words(issuer, valid_months="24", renewable="on", renewal_days_before="90", version="1")

    client.post(page("edit"), typed)

    assert rules_of(draft) == (24, True, 90)


def test_a_badge_without_an_end_is_not_renewed(client, coordinator, issuer, draft):
    typed = words(issuer, renewable="on", renewal_days_before="30", version="1")

    response = client.post(page("edit"), typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["valid_months"]
    assert rules_of(draft) == (None, False, 0)
    with pytest.raises(IntegrityError):
        BadgeClass.objects.filter(pk=draft.pk).update(renewable=True)


def test_a_badge_is_not_renewed_before_it_was_awarded(client, coordinator, issuer, draft):
    typed = words(issuer, valid_months="2", renewable="on", renewal_days_before="90", version="1")

    assert list(client.post(page("edit"), typed).context["form"].errors) == ["renewal_days_before"]


def test_days_before_its_end_mean_nothing_for_a_badge_that_is_not_renewed(
    client, coordinator, issuer, draft
):
    client.post(
        page("edit"), words(issuer, valid_months="12", renewal_days_before="30", version="1")
    )

    assert rules_of(draft) == (12, False, 0)


def test_levels_have_points_and_standards_have_a_kind(client, coordinator, draft):
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


def test_the_next_version_begins_with_all_of_it(issuer, coordinator):
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
def test_an_address_that_can_not_be_signed_is_refused(address):
    with pytest.raises(ValidationError):
        SignableURLField().clean(address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://standards.example/a?b=c#d", "https://standards.example/a?b=c#d"),
        ("standards.example/a", "https://standards.example/a"),
        ("https://normas.example/niñez", "https://normas.example/niñez"),
        (" https://standards.example/(a) ", "https://standards.example/(a)"),
    ],
)
def test_an_address_that_can_be_signed_is_kept(typed, kept):
    assert SignableURLField().clean(typed) == kept


def test_text_that_came_in_past_the_editor_is_named_before_publishing(draft):
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

    assert [(gap.field, gap.sentence.partition("”")[0]) for gap in refused.value.missing] == [
        ("description", "“Name"),
        ("criteria", "“Name"),
        ("alignments", "“Standard"),
        ("description", "“Tags"),
        ("alignments", "Write the full web address of “Citi\x1bzen"),
    ]


def test_the_issuer_s_words_can_be_signed_too(issuer):
    typed = {
        "agency": issuer.agency_id, "name": "Junip\x0cer", "url": "https://juniper.example",
             "email": issuer.email, "description": "An office\x08.", "waiting_hours": "0",
    }  # fmt: skip

    class Form(IssuerForm):
        class Meta:
            model = type(issuer)
            fields = list(typed)

    form = Form(typed, instance=issuer)

    assert sorted(form.errors) == ["description", "name"]


def test_two_badges_given_one_address_at_the_same_moment_get_a_word_not_an_error(
    client, coordinator, issuer, monkeypatch
):
    DraftBadgeFactory(slug="screens", issuer=issuer)
    # The other one's badge came in after we had looked.
    monkeypatch.setattr(
        "catalog.forms.DetailsForm.clean_slug", lambda form: form.cleaned_data["slug"]
    )

    response = client.post(reverse("catalog:manage_create"), words(issuer, slug="screens"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "slug": [f"Another badge has this address. “{slug_for('screens')}” is free."]
    }
    assert response.context["form"]["name"].value() == "Screens and Sleep"
