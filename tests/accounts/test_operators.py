"""The operator's admin shows everything and changes nothing except through operations."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse

from accounts.models import Agency, Membership, User
from audit.models import AuditEntry
from catalog.models import BadgeClass
from issuing.models import Assertion
from mail.models import OutgoingEmail
from mail.operations import queue_email
from submissions.models import Submission
from tests.accounts.signing_in import with_app
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    operator = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(operator)
    return operator


def change_page(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def roles_form(*rows, initial=0):
    data = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return data


@pytest.mark.parametrize("model", [Submission, BadgeClass, Assertion])
def test_the_admin_never_edits_a_status(client, operator, model):
    approved_submission()
    row = model.objects.get()

    page = client.get(change_page(row))
    client.post(change_page(row), {"status": "revoked"})

    assert page.status_code == 200
    assert 'name="status"' not in page.text
    assert model.objects.get().status == row.status


def test_every_admin_list_opens(client, operator):
    SentSubmissionFactory()
    queue_email("x", "1", to="rosa@school.example")

    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(address).status_code == 200, model


# What there is no daily page for: a way in for somebody, and another agency at the root.
WRITABLE = {"User": {"add", "change"}, "Agency": {"add"}}
WRITABLE_INSIDE = {"Membership": {"add", "delete"}}


def test_everything_else_is_read_only_there(rf, operator):
    request = rf.get("/operator/")
    request.user = operator
    found, inside = {}, {}
    for model, one in admin.site._registry.items():
        found[model.__name__] = writes(one, request)
        for inline in one.get_inline_instances(request):
            inside[inline.model.__name__] = writes(inline, request)

    assert {name: acts for name, acts in found.items() if acts} == WRITABLE
    assert {name: acts for name, acts in inside.items() if acts} == WRITABLE_INSIDE
    assert "Group" not in found
    assert {"Category", "Issuer", "Sponsor", "BadgeClass", "Assertion"} <= found.keys()


def writes(one, request) -> set[str]:
    is_inline = isinstance(one, admin.options.InlineModelAdmin)
    assert is_inline or not one.list_editable
    may = {
        "add": one.has_add_permission(*([request, None] if is_inline else [request])),
        "change": one.has_change_permission(request, None),
        "delete": one.has_delete_permission(request, None) and getattr(one, "can_delete", True),
    }
    return {act for act, is_allowed in may.items() if is_allowed}


def test_no_secret_of_a_second_step_is_shown(client, operator):
    steps = Authenticator.objects.filter(user=with_app(UserFactory()))
    app = steps.get(type="totp")

    page = client.get(change_page(app))

    assert page.status_code == 200
    assert app.data["secret"] not in page.text


def test_an_operator_adds_another_agency_at_the_root(client, operator):
    typed = {"name": "Juniper County", "slug": "juniper", "kind": "county_office", "parent": "1"}

    client.post(reverse("admin:accounts_agency_add"), typed)

    added = Agency.objects.get()
    assert (added.name, added.parent) == ("Juniper County", None)
    assert AuditEntry.objects.values_list("act", "actor").get() == ("agency added", operator.pk)


def test_giving_and_taking_roles_is_logged(client, operator):
    user, agency = UserFactory(), AgencyFactory()
    person = {"email": user.email, "name": user.name, "language": "en", "is_active": "on"}

    client.post(
        change_page(user),
        person | roles_form({"agency": agency.pk, "role": "reviewer", "user": user.pk}),
    )
    membership = Membership.objects.get()
    client.post(
        change_page(user),
        person | roles_form({"id": membership.pk, "user": user.pk, "DELETE": "on"}, initial=1),
    )

    assert not Membership.objects.current().exists()
    assert Membership.objects.get().ended_at
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "note", "actor")) == [
        ("role given", "reviewer", operator.pk),
        ("role taken", "reviewer", operator.pk),
    ]


def test_an_operator_adds_a_person(client, operator):
    client.post(
        reverse("admin:accounts_user_add"),
        {"email": "New@School.example", "name": "Ana", "usable_password": "true",
         "password1": "a long quiet river", "password2": "a long quiet river", **roles_form()},
    )  # fmt: skip

    assert User.objects.filter(email="new@school.example", name="Ana").exists()


def test_the_admin_does_not_show_the_text_of_a_queued_email(client, operator):
    queue_email(
        "already_written", "1", to="rosa@school.example",
        context={"subject": "x", "text": "https://secret.example/link"},
    )  # fmt: skip

    assert "secret.example" not in client.get(change_page(OutgoingEmail.objects.get())).text


def test_people_who_are_not_operators_cannot_open_the_admin(client):
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)

    assert client.get("/operator/", follow=True).redirect_chain[0][0].startswith("/operator/login/")
