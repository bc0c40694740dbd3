"""Issuers are added and edited by coordinators of their agency, without the operator's pages."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from catalog.issuers import operations as issuers
from catalog.models import Issuer
from editing.forms import Edit
from tests.factories import AgencyFactory, IssuerFactory, MembershipFactory

FIELDS = {
    "name": "Alder Badges", "url": "https://alder.example", "email": "badges@alder.example",
    "description": "", "waiting_hours": "48", "linkedin_id": "1337",
}  # fmt: skip
NEW = "catalog:manage_issuer_new"


@pytest.fixture
def district(db):
    return AgencyFactory(name="Alder District", parent=AgencyFactory(name="Juniper County"))


@pytest.fixture
def browser(client, district):
    client.force_login(MembershipFactory(agency=district, role="coordinator").user)
    return client


def test_a_coordinator_adds_an_issuer_of_their_agency(browser, district):
    browser.post(reverse(NEW), {**FIELDS, "agency": district.pk})

    issuer = Issuer.objects.get()
    assert (issuer.agency, issuer.name, issuer.waiting_hours) == (district, "Alder Badges", 48)
    assert AuditEntry.objects.get().act == "issuer added"


def test_an_issuer_of_another_part_of_the_program_is_refused(browser, district):
    page = browser.post(reverse(NEW), {**FIELDS, "agency": district.parent.pk})

    assert page.status_code == 422
    assert 'value="Alder Badges"' in page.content.decode()
    assert not Issuer.objects.exists()


def test_an_issuer_of_another_agency_is_not_found(browser):
    elsewhere = IssuerFactory()

    page = browser.post(reverse("catalog:manage_issuer", args=[elsewhere.public_id]), FIELDS)

    assert page.status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.name != "Alder Badges"


def test_each_change_is_in_the_activity_log(browser, district):
    issuer = IssuerFactory(agency=district, name="Alder", waiting_hours=48)

    browser.post(reverse("catalog:manage_issuer", args=[issuer.public_id]), FIELDS)

    entries = AuditEntry.objects.order_by("pk").values_list("act", "note")
    assert dict(entries) == {
        "issuer's name changed": "Alder → Alder Badges",
        "issuer's url changed": "https://juniper.example → https://alder.example",
        "issuer's email changed": "badges@juniper.example → badges@alder.example",
        "issuer's linkedin_id changed": "– → 1337",
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("url", "https://alder.example/a b"),
        ("email", "badges"),
        ("linkedin_id", "alder-badges"),
        ("waiting_hours", "-1"),
        ("waiting_hours", "100000"),
        ("name", "Alder\x07"),
    ],
)
def test_what_cannot_be_signed_or_read_is_refused_at_its_field(browser, district, field, typed):
    page = browser.post(reverse(NEW), {**FIELDS, "agency": district.pk, field: typed})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not Issuer.objects.exists()


def test_an_agency_that_closes_meanwhile_gets_no_issuer(district):
    type(district).objects.filter(pk=district.pk).update(closed_at="2026-01-01T00:00Z")

    with pytest.raises(issuers.AgencyClosed):
        issuers.add(district, by=MembershipFactory().user, name="Alder", url="https://a.example",
                    email="a@a.example")  # fmt: skip


def test_saving_the_same_again_is_no_change(district):
    issuer = IssuerFactory(agency=district)

    issuers.change(issuer, by=MembershipFactory().user, edit=Edit({"name": issuer.name}))

    assert not AuditEntry.objects.exists()
