"""Every page with a form that changes a record: how it is opened, changed and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.groups import operations as groups
from accounts.models import IdentityProvider, Membership
from accounts.providers.operations import providers
from accounts.providers.operations import saml as saml_operations
from awarding.ids import operations as ids
from awarding.ids.reading import IdRow
from awarding.models import PersonId
from catalog import operations as catalog
from catalog.art import ArtSpec
from catalog.categories import operations as categories
from catalog.issuers import operations as issuers
from catalog.models import Category, Issuer, Pathway
from catalog.pathways import operations as pathways
from mailings.announcements import operations as announcements
from mailings.lists import operations as mailing_lists
from mailings.models import MailingList
from program import operations as program
from program import pages as pages_of_the_program
from program import statements
from program.current import current
from program.email_words import stored_words
from reviewing.calibration.operations import anchors
from reviewing.reviewers.operations import settings as reviewer_settings
from reviewing.snippets import operations as snippets
from submissions import operations as submissions
from submissions.self_check import operations as self_marks
from tests.editing.windows import Window
from tests.factories import (
    LONG_AGO,
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    CategoryFactory,
    DraftBadgeFactory,
    DraftFactory,
    IssuerFactory,
    MembershipFactory,
    UserFactory,
    coordinator_for,
    png,
    reviewer_for,
)
from tests.issuing.awards import issued_award
from tests.reviewing.calibration.anchors import published_anchor
from tests.rewards.drawing_factories import SponsorFactory, announced, drafted


@dataclass
class Page:
    user: object
    url: str
    read: Callable[[], dict]  # the stored values by the names used in `one` and `other`
    one: dict  # a change to one field: {name: value}
    other: dict  # a change to another field
    again: dict  # another value for the field of `one`
    shown: str | None = None  # how the page shows the value of `one` to the other window
    refused_with: int = 422
    button: dict | None = None
    press: Callable[[Window], object] | None = None


PAGES: dict[str, Callable[[], Page]] = {}


def page(function):
    PAGES[function.__name__] = function
    return function


@page
def evidence():
    draft = DraftFactory()
    texts = [f"criterion-{pk}-text" for pk in draft.version.criteria.values_list("pk", flat=True)]

    def read():
        items = draft.attempts.get().evidence_items.filter(kind="text")
        stored = {f"criterion-{item.criterion_id}-text": item.text for item in items}
        return {name: stored.get(name, "") for name in texts[:2]}

    return Page(
        draft.earner, reverse("submissions:edit", args=[draft.public_id]), read,
        {texts[0]: "Typed on the laptop."}, {texts[1]: "Typed on the phone."},
        {texts[0]: "Typed elsewhere."}, button={"action": "save"},
    )  # fmt: skip


@page
def captions():
    draft = DraftFactory()
    criteria = list(draft.version.criteria.all()[:2])
    links = [
        submissions.add_link(draft, criterion, url=f"https://plan.example/{criterion.pk}")
        for criterion in criteria
    ]
    names = [f"item-{link.public_id}-title" for link in links]

    def read():
        items = draft.attempts.get().evidence_items.filter(kind="link")
        return {f"item-{item.public_id}-title": item.title for item in items}

    return Page(
        draft.earner, reverse("submissions:edit", args=[draft.public_id]), read,
        {names[0]: "The plan of the week"}, {names[1]: "What the class found"},
        {names[0]: "The weekly plan"}, button={"action": "save"},
    )  # fmt: skip


@page
def self_check():
    draft = DraftFactory()
    plan, teach, _share = draft.version.criteria.all()
    one, other = f"criterion-{plan.pk}", f"criterion-{teach.pk}"
    low, high = (str(level.pk) for level in plan.levels.all())

    def read():
        return {one: "", other: ""} | self_marks.stored_marks(draft.attempts.get())

    return Page(
        draft.earner, reverse("submissions:self_check", args=[draft.public_id]), read,
        {one: high}, {other: "met"}, {one: low}, shown="Meeting",
    )  # fmt: skip


@page
def review_draft():
    assignment = AssignmentFactory()
    first, second = list(assignment.attempt.submission.version.criteria.all())[:2]

    def read():
        review = assignment.attempt.reviews.first()
        judged = {each.criterion_id: each.comment for each in review.judgments.all()}
        return {f"comment_{each.pk}": judged.get(each.pk, "") for each in (first, second)}

    return Page(
        assignment.reviewer, reverse("reviewing:review", args=[assignment.pk]), read,
        {f"comment_{first.pk}": "A clear plan."}, {f"comment_{second.pk}": "Add a date."},
        {f"comment_{first.pk}": "A good plan."},
    )  # fmt: skip


def _reviewer_settings(user, reviewer, address):
    def read():
        stored = reviewer_settings.stored_settings(reviewer)
        return {
            "weekly_maximum": str(stored["weekly_maximum"] or ""),
            "languages": ",".join(stored["languages"]),
        }

    return Page(
        user, address, read,
        {"weekly_maximum": "4"}, {"languages": "es"}, {"weekly_maximum": "6"},
    )  # fmt: skip


@page
def what_a_reviewer_reviews():
    reviewer = reviewer_for(BadgeFactory())
    return _reviewer_settings(reviewer, reviewer, reverse("reviewing:settings"))


@page
def what_a_reviewer_of_a_coordinator_reviews():
    badge = BadgeFactory()
    reviewer = reviewer_for(badge)
    address = reverse("reviewing:manage_reviewer", args=[reviewer.public_id])
    return _reviewer_settings(coordinator_for(badge), reviewer, address)


@page
def anchor():
    badge = BadgeFactory()
    found = published_anchor(badge)
    plan, teach, _share = badge.published_version.criteria.all()
    one, other = f"why_{plan.thread.hex}", f"text_{teach.thread.hex}"

    def read():
        stored = anchors.stored(found)
        return {one: stored[one], other: stored[other]}

    return Page(
        coordinator_for(badge), reverse("reviewing:manage_anchor", args=[found.public_id]), read,
        {one: "The aim is clear."}, {other: "We met twice."}, {one: "The aim is named."},
        button={"action": "save"},
    )  # fmt: skip


@page
def rules_of_calibration():
    badge = BadgeFactory()

    def read():
        stored = anchors.stored_rules(badge)
        return {name: str(stored[name]) for name in ("mark", "recheck_months")}

    return Page(
        coordinator_for(badge), reverse("reviewing:manage_calibration", args=[badge.slug]), read,
        {"mark": "70"}, {"recheck_months": "24"}, {"mark": "90"},
    )  # fmt: skip


@page
def badge_details():
    badge = DraftBadgeFactory(slug="media-balance")

    def read():
        version = badge.version_to_edit()
        badge.refresh_from_db()
        return {"description": version.description, "turnaround_days": str(badge.turnaround_days)}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_edit", args=[badge.slug]), read,
        {"description": "Screens in balance."}, {"turnaround_days": "7"},
        {"description": "Screens and sleep."},
    )  # fmt: skip


@page
def badge_details_of_a_published_badge():
    badge = BadgeFactory()

    def read():
        version = badge.version_to_edit()
        return {"description": version.description, "name": version.name}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_edit", args=[badge.slug]), read,
        {"description": "Screens in balance."}, {"name": "Leaves"},
        {"description": "Screens and sleep."},
        press=lambda window: window.type(version="2").press(),
    )  # fmt: skip


@page
def criteria():
    badge = DraftBadgeFactory()

    def read():
        names = [criterion.name for criterion in badge.version_to_edit().criteria.all()]
        return {f"criterion-{n}-name": name for n, name in enumerate(names[:2])}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_criteria", args=[badge.slug]), read,
        {"criterion-0-name": "A weekly plan"}, {"criterion-1-name": "Two reflections"},
        {"criterion-0-name": "A monthly plan"},
    )  # fmt: skip


@page
def rubric():
    badge = DraftBadgeFactory()

    def read():
        levels = badge.version_to_edit().criteria.first().levels.all()
        return {f"criterion-0-level-{n}-name": level.name for n, level in enumerate(levels)}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_criteria", args=[badge.slug]), read,
        {"criterion-0-level-0-name": "Starting"}, {"criterion-0-level-1-name": "Arrived"},
        {"criterion-0-level-0-name": "First steps"},
    )  # fmt: skip


@page
def composed_art():
    badge = DraftBadgeFactory()
    catalog.save_art(badge, number=1, by=None, alt="A pin.", spec=ArtSpec())

    def read():
        spec = badge.version_to_edit().art_spec
        return {"compose-shape": spec["shape"], "compose-text": spec["text"]}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_art", args=[badge.slug]), read,
        {"compose-text": "BALANCE"}, {"compose-shape": "shield"}, {"compose-text": "SLEEP"},
        button={"compose": "1"},
        press=lambda window: window.type(**{"compose-image_alt": "A pin."}).press({"compose": "1"}),
    )  # fmt: skip


@page
def description_of_art():
    badge = DraftBadgeFactory()

    def read():
        version = badge.version_to_edit()
        return {"upload-image_alt": version.image_alt}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_art", args=[badge.slug]), read,
        {"upload-image_alt": "A leaf."}, {}, {"upload-image_alt": "A tree."},
        button={"upload": "1"},
    )  # fmt: skip


@page
def pathway():
    badge = BadgeFactory()
    steps = [BadgeFactory(), BadgeFactory(), BadgeFactory()]
    pathways.create(badge, steps=steps[:2], by=None)
    slugs = [step.slug for step in steps]

    def read():
        stored = pathways.stored_pathway(Pathway.objects.get())
        return {"name": stored["name"], "step": stored["step"]}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_pathway", args=[badge.slug]), read,
        {"step": slugs}, {"name": "The long way"}, {"step": slugs[:1]},
        shown=steps[2].current_version.name,
    )  # fmt: skip


@page
def profile():
    user = UserFactory(language="en")

    def read():
        user.refresh_from_db()
        return {"name": user.name, "language": user.language}

    return Page(
        user, reverse("accounts:profile"), read,
        {"name": "Rosa Núñez"}, {"language": "es"}, {"name": "Rosa Ortega"},
    )  # fmt: skip


@page
def what_an_award_shows():
    award = issued_award()

    def read():
        award.refresh_from_db()
        return {
            "shows_name": "on" if award.shows_name else None,
            "is_listed": "on" if award.is_listed else None,
        }

    return Page(
        award.recipient, reverse("issuing:share", args=[award.public_id]), read,
        {"shows_name": "on"}, {"is_listed": "on"}, {},
    )  # fmt: skip


@page
def rules_of_a_drawing():
    drawing = drafted()

    def read():
        rules = drawing.rules_versions.get()
        return {"text": rules.text, "confirm_days": str(rules.confirm_days)}

    return Page(
        coordinator_of(drawing.agency), reverse("rewards:manage_rules", args=[drawing.slug]), read,
        {"text": "One prize each."}, {"confirm_days": "9"}, {"text": "Two prizes each."},
    )  # fmt: skip


@page
def next_rules_of_an_announced_drawing():
    drawing = announced()

    def read():
        rules = drawing.rules_versions.order_by("number").last()
        return {"text": rules.text, "confirm_days": str(rules.confirm_days)}

    return Page(
        coordinator_of(drawing.agency), reverse("rewards:manage_rules", args=[drawing.slug]), read,
        {"text": "One prize each."}, {"confirm_days": "9"}, {"text": "Two prizes each."},
        press=lambda window: window.type(change_note="Clearer words.").press(),
    )  # fmt: skip


@page
def prizes():
    drawing = drafted(prizes=2)

    def read():
        return {f"prize-{n}-name": each.name for n, each in enumerate(drawing.prizes.all())}

    return Page(
        coordinator_of(drawing.agency), reverse("rewards:manage_prizes", args=[drawing.slug]), read,
        {"prize-0-name": "A kite"}, {"prize-1-name": "A lantern"}, {"prize-0-name": "A kettle"},
    )  # fmt: skip


@page
def sponsor():
    found = SponsorFactory(thanks="Thank you.")

    def read():
        found.refresh_from_db()
        return {"name": found.name, "thanks": found.thanks}

    return Page(
        coordinator_of(found.agency), reverse("rewards:manage_sponsor", args=[found.slug]), read,
        {"name": "Alder Books"}, {"thanks": "We thank you."}, {"name": "Elder Books"},
    )  # fmt: skip


@page
def snippet():
    reviewer = MembershipFactory(role=Membership.Role.REVIEWER).user
    found = snippets.add(name="Date", text="Add a date.", by=reviewer)

    def read():
        found.refresh_from_db()
        return {"name": found.name, "text": found.text}

    return Page(
        reviewer, found.get_absolute_url(), read,
        {"name": "Date of the plan"}, {"text": "Add the date."}, {"name": "The date"},
    )  # fmt: skip


@page
def mailing_list():
    found = MailingList(agency=AgencyFactory(), name="News", description="Once a month.")
    mailing_lists.save_list(found, by=None)

    def read():
        found.refresh_from_db()
        return {"name": found.name, "description": found.description}

    return Page(
        coordinator_of(found.agency), found.get_absolute_url(), read,
        {"name": "Alder news"}, {"description": "Once a week."}, {"name": "Elder news"},
    )  # fmt: skip


@page
def announcement():
    agency = AgencyFactory()
    made = MailingList(agency=agency, name="News")
    mailing_lists.save_list(made, by=None)
    found = announcements.draft(made, by=UserFactory(), subject="Hello", body="Some news.")

    def read():
        found.refresh_from_db()
        return {"subject": found.subject, "body": found.body}

    url = reverse("mailings:manage_announcement_edit", args=[found.public_id])
    return Page(
        coordinator_of(agency), url, read,
        {"subject": "Good news"}, {"body": "More news."}, {"subject": "Bad news"},
    )  # fmt: skip


@page
def id_of_a_person():
    agency, by = AgencyFactory(), UserFactory()
    ids.import_ids(agency, [IdRow(2, email="ann@adult.example", identifier="S1001")], by=by)
    found = PersonId.objects.get()

    def read():
        found.refresh_from_db()
        return {"name": found.name, "email": found.email}

    return Page(
        coordinator_of(agency), reverse("awarding:manage_id", args=[found.pk]), read,
        {"name": "Ann Lee"}, {"email": "lee@adult.example"}, {"name": "Ann Li"},
    )  # fmt: skip


@page
def logo_of_an_issuer():
    issuer = IssuerFactory()
    issuers.save_logo(issuer, by=UserFactory(), alt="A branch.", png=png())
    badge = BadgeFactory(issuer=issuer)

    def read():
        issuer.refresh_from_db()
        return {"alt": issuer.logo_alt}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_issuer_logo", args=[issuer.public_id]),
        read, {"alt": "A leaf."}, {}, {"alt": "A tree."},
    )  # fmt: skip


@page
def agency():
    agency = AgencyFactory(name="Alder County", kind="county_office")

    def read():
        agency.refresh_from_db()
        return {"name": agency.name, "kind": agency.kind}

    return Page(
        coordinator_of(agency), reverse("accounts:manage_agency", args=[agency.slug]),
        read, {"kind": "district"}, {"name": "Elder County"}, {"kind": "college"},
    )  # fmt: skip


@page
def group():
    group = groups.add(AgencyFactory(), name="Algebra", by=UserFactory())

    def read():
        group.refresh_from_db()
        return {
            "name": group.name,
            "school_year": group.school_year,
            "external_id": group.external_id,
        }

    return Page(
        coordinator_of(group.agency), group.get_absolute_url(),
        read, {"school_year": "2026"}, {"external_id": "c-7"}, {"school_year": "2027"},
    )  # fmt: skip


def _program_page(address, one, other, again):
    def read():
        return {name: program.stored()[name] for name in (*one, *other)}

    manager = MembershipFactory(role="coordinator", agency=AgencyFactory()).user
    return Page(manager, reverse(address), read, one, other, again)


@page
def name_and_office_of_the_program():
    return _program_page(
        "office:manage_program", {"purpose": "For teachers."}, {"office_name": "Juniper Office"},
        {"purpose": "For everyone."},
    )  # fmt: skip


@page
def texts_of_the_program():
    return _program_page(
        "office:manage_texts", {"home_text": "Welcome."}, {"footer_text_es": "Hola."},
        {"home_text": "Come in."},
    )  # fmt: skip


@page
def privacy_of_the_program():
    return _program_page(
        "office:manage_privacy", {"evidence_days": 365}, {"request_days": 45},
        {"evidence_days": 400},
    )  # fmt: skip


@page
def place_of_the_public_holidays():
    return _program_page(
        "office:manage_holidays", {"holiday_state": "CA"}, {}, {"holiday_state": "NV"},
    )  # fmt: skip


@page
def own_words_of_an_email():
    manager = MembershipFactory(role="coordinator", agency=AgencyFactory()).user
    return Page(
        manager, reverse("office:manage_email", args=["badge_issued", "en"]),
        lambda: stored_words("badge_issued", "en"), {"subject": "A badge: {subject}"},
        {"opening": "Congratulations."}, {"subject": "{subject}"},
    )  # fmt: skip


@page
def accent_of_the_program():
    return _program_page("office:manage_look", {"accent": "#123456"}, {}, {"accent": "#5a0a0a"})


@page
def second_step_of_an_agency():
    agency = AgencyFactory()

    def read():
        agency.refresh_from_db()
        return {"roles": agency.second_step_roles}

    return Page(
        coordinator_of(agency), reverse("accounts:manage_sign_in_agency", args=[agency.slug]),
        read, {"roles": ["reviewer"]}, {}, {"roles": ["coordinator"]}, shown="Reviewer",
    )  # fmt: skip


@page
def rules_for_minors():
    agency = AgencyFactory()

    def read():
        agency.refresh_from_db()
        return {
            "consent_needed_for": agency.consent_needed_for,
            "learners_are_minors": agency.learners_are_minors,
        }

    return Page(
        coordinator_of(agency), reverse("accounts:manage_minor_rules", args=[agency.slug]),
        read, {"consent_needed_for": ["account"]}, {"learners_are_minors": True},
        {"consent_needed_for": ["evidence"]}, shown="to have an account",
    )  # fmt: skip


def name_of_a_person():
    agency = AgencyFactory()
    person = UserFactory(name="Roza")
    Membership.objects.create(user=person, agency=agency, role="earner", confirmed_at=LONG_AGO)

    def read():
        person.refresh_from_db()
        return {"name": person.name}

    url = reverse("office:manage_person_name", args=[person.public_id])
    return Page(
        coordinator_of(agency), url, read, {"name": "Rosa"}, {"name": "Rosa"}, {"name": "Rose"}
    )


@page
def own_page_of_the_program():
    scene = _program_page("office:manage_settings", {"name": ""}, {}, {})
    scene.url = reverse("office:manage_page", args=["faq"])
    scene.read = lambda: pages_of_the_program.stored_texts("faq", current())
    scene.one, scene.other = {"title": "Answers"}, {"body_es": "Pregunte en la oficina."}
    scene.again = {"title": "Your questions"}
    return scene


@page
def statement_of_the_program():
    scene = _program_page("office:manage_statement", {}, {}, {})
    scene.read = statements.stored_texts
    scene.one, scene.other = {"text": "All mine."}, {"text_es": "Todo es mío."}
    scene.again = {"text": "My own work."}
    return scene


@page
def saml_provider():
    agency = AgencyFactory()
    described = {
        "entity_id": "https://idp.alder.example", "certificates": [],
        "sign_in_address": "https://idp.alder.example/sso",
    }  # fmt: skip
    found = saml_operations.add_provider(
        agency, name="Alder", metadata=described, metadata_address="", by=UserFactory()
    )

    def read():
        return saml_operations.stored(IdentityProvider.objects.get(pk=found.pk))

    return Page(
        coordinator_of(agency), reverse("accounts:manage_provider", args=[found.public_id]),
        read, {"email_attribute": "mail"}, {"roles_attribute": "groups"}, {"email_attribute": "x"},
    )  # fmt: skip


@page
def sign_in_provider():
    agency = AgencyFactory()
    found = providers.add_provider(
        agency, kind="oidc", name="Alder", issuer="https://idp.alder.example", client_id="badges",
        secret="secret", by=UserFactory(),
    )  # fmt: skip

    def read():
        found.refresh_from_db()
        return {"name": found.name, "client_id": found.client_id, "is_enabled": found.is_enabled}

    return Page(
        coordinator_of(agency), reverse("accounts:manage_provider", args=[found.public_id]),
        read, {"name": "Elder"}, {"client_id": "other"}, {"name": "Birch"},
    )  # fmt: skip


@page
def wait_of_an_issuer():
    issuer = IssuerFactory()
    badge = BadgeFactory(issuer=issuer)

    def read():
        issuer.refresh_from_db()
        return {
            "many_wait_minutes": str(issuer.many_wait_minutes),
            "decision_wait_minutes": str(issuer.decision_wait_minutes),
            "appeal_days": str(issuer.appeal_days),
            "appeal_answer_days": str(issuer.appeal_answer_days),
            "hold_answer_days": str(issuer.hold_answer_days),
            "days_to_begin": str(issuer.days_to_begin),
        }

    return Page(
        coordinator_for(badge), reverse("catalog:manage_issuer_wait", args=[issuer.public_id]),
        read, {"many_wait_minutes": "90"}, {"decision_wait_minutes": "5"},
        {"many_wait_minutes": "30"},
    )  # fmt: skip


@page
def issuer():
    badge = DraftBadgeFactory()

    def read():
        stored = issuers.stored(Issuer.objects.get(pk=badge.issuer_id))
        return {name: str(value) for name, value in stored.items()}

    return Page(
        coordinator_for(badge), reverse("catalog:manage_issuer", args=[badge.issuer.public_id]),
        read, {"name": "Alder Badges"}, {"linkedin_id": "1337"}, {"name": "Elder Badges"},
    )  # fmt: skip


@page
def category():
    category = CategoryFactory()
    return Page(
        coordinator_of(AgencyFactory()), reverse("catalog:manage_category", args=[category.slug]),
        lambda: categories.stored(Category.objects.get(pk=category.pk)),
        {"name": "Media"}, {"palette": "lapis"}, {"name": "Pictures and sound"},
    )  # fmt: skip


@page
def user_in_the_admin():
    user = UserFactory(language="en")
    return _admin_page(user, {"name": "Rosa N."}, {"language": "es"}, {"name": "Rosa O."})


def _admin_page(row, one, other, again):
    model = row._meta.model_name

    def read():
        row.refresh_from_db()
        return {name: str(getattr(row, name)) for name in (*one, *other)}

    operator = UserFactory(is_staff=True, is_superuser=True)
    url = reverse(f"admin:{row._meta.app_label}_{model}_change", args=[row.pk])
    # Django's admin shows errors with 200.
    return Page(operator, url, read, one, other, again, refused_with=200)


def coordinator_of(agency):
    user = UserFactory()
    user.memberships.create(agency=agency, role="coordinator", confirmed_at=LONG_AGO)
    return user


def opened(client, scene: Page) -> Window:
    client.force_login(scene.user)
    return Window(client, scene.url, has=next(iter(scene.one)))


def pressed(window: Window, scene: Page):
    return scene.press(window) if scene.press else window.press(scene.button)
