"""Two counties of two districts each, with every kind of record, made by the real operations.

A record is known here by its kind and by the arguments of the addresses that are about it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.addresses import links as address_links
from accounts.addresses import operations as addresses
from accounts.classes import operations as classes
from accounts.groups import operations as groups
from accounts.links import operations as links
from accounts.minors import operations as minors
from accounts.models import AccountLink, Agency, ClosedDay, Membership, User
from accounts.providers.operations import providers
from accounts.providers.operations import saml as saml_operations
from accounts.rosters.operations import imports as rosters
from accounts.school_years import operations as years
from awarding.claim_codes import operations as claim_codes
from awarding.groups import operations as group_badges
from awarding.ids import operations as ids
from awarding.ids.reading import IdRow
from awarding.lists.columns import ParsedRow
from awarding.lists.operations import uploads
from awarding.models import GroupBadge, PersonId, ScoreRule
from awarding.programs.operations import tokens
from awarding.score_files import layout
from awarding.score_files import operations as score_files
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from catalog import operations as catalog
from catalog.issuers import operations as issuers
from catalog.models import BadgeVersion
from catalog.pathways import operations as pathways
from demo.models import OutboxAttachment, OutboxMessage
from issuing import short_codes
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, ReplacementRequest
from issuing.states import GrantSource
from mail import unsubscribe
from mail.models import Message, OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.imports import operations as subscriber_imports
from mailings.lists import links as mailing_links
from mailings.lists import operations as mailing_lists
from mailings.models import MailingList
from privacy import operations as privacy
from privacy.exports import operations as exports
from program import operations as program
from program.current import current
from reviewing import operations as reviewing
from reviewing.calibration.operations import consents, readings
from reviewing.snippets import operations as snippets
from rewards.drawings.operations import disputes, drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Dispute, DrandRound, Drawing, Prize, Sponsor, Win
from rewards.repeats import operations as repeats
from rewards.sponsors import operations as sponsors
from rewards.stage import operations as stage
from spreadsheets import file_formats
from spreadsheets.file_formats import Choice
from submissions import operations as submissions
from submissions.models import Submission
from tests.access.addresses import NamedAddress
from tests.access.due_process import make_due_process
from tests.access.people import FOREIGN, OWN, PEOPLE, SIBLING, Person
from tests.access.reviewers import make_reviewers
from tests.awarding.lists import awarded_list, checked_list, pasted
from tests.factories import (
    LONG_AGO,
    AgencyFactory,
    BadgeFactory,
    DraftBadgeFactory,
    DraftFactory,
    IssuerFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
    png,
)
from tests.reviewing.calibration.anchors import published_anchor
from tests.rewards import drawing_factories as rewards
from tests.submissions.previews.made import add_preview
from tests.submissions.stored_recordings import add_recording, begin_recording

Role = Membership.Role
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
UNCLEAR_LIST = "Email,Earned\none@school.example,1\ntwo@school.example,0"
SCORES = """E-mail,Name,Test,Date,Pre-test,Post-test,Level
ann@adult.example,Ann,Reading,2026-03-01,200,230,B
"""


@dataclass
class Place:
    """A district with its people, and the arguments of its records by kind."""

    name: str
    agency: Agency
    earner: User
    reviewer: User
    coordinator: User
    instructor: User
    secret_of_token: str = ""
    records: dict[str, dict] = field(default_factory=dict)


class World:
    """`records` makes the records of a place; without it, only the people are there."""

    def __init__(self, records: Callable[[Place], None] | None = None) -> None:
        self.county = AgencyFactory(name="Juniper County")
        self.other_county = AgencyFactory(name="Alder County")
        self.places = {
            OWN: self._place(OWN, self.county),
            SIBLING: self._place(SIBLING, self.county),
            FOREIGN: self._place(FOREIGN, self.other_county),
        }
        self._place("another", self.other_county)
        self.users = {person.name: self._user(person) for person in PEOPLE}
        for place in self.places.values():
            if records is None:
                Records(place).make()
            elif place.name == OWN:
                records(place)
        self.sessions = {name: _session_of(user) for name, user in self.users.items() if user}
        self.handler = Client().handler  # each one reads all middleware anew

    def client_of(self, person: Person) -> Client:
        """A new browser of this person, signed in."""
        client = Client()
        client.raise_request_exception = False
        client.handler = self.handler
        if session := self.sessions.get(person.name):
            client.cookies["sessionid"] = session
        if person.is_a("program"):
            [place] = person.places
            secret = self.places[place].secret_of_token
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    def client_as(self, user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    def address_of(self, address: NamedAddress, kind: str | None, place: str) -> str:
        """The address of this kind of record of the place."""
        record = self.places[place].records[kind] if kind else {}
        arguments = {name: record[name] for name, _ in address.arguments}
        return reverse(address.name, kwargs=arguments)

    def mixed_address_of(self, address: NamedAddress, kind: str, place: str) -> str:
        """The first record is our own, the others in the address are of the other place."""
        arguments = self.places[place].records[kind].copy()
        first, _kind = address.arguments[0]
        arguments[first] = self.places[OWN].records[kind][first]
        return reverse(
            address.name, kwargs={name: arguments[name] for name, _ in address.arguments}
        )

    def admin_address_of(self, address: NamedAddress) -> str:
        """The operator's page of the first record of its model."""
        arguments = dict.fromkeys(dict(address.arguments), "catalog")
        if "content_type_id" in arguments:
            content_type = ContentType.objects.get_for_model(Agency)
            arguments |= {"content_type_id": content_type.pk, "object_id": self.county.pk}
        elif "object_id" in arguments:
            app, model, _page = address.name.removeprefix("admin:").split("_")
            first = apps.get_model(app, model)._base_manager.order_by("pk").first()
            arguments["object_id"] = first.pk if first else 1
        return reverse(address.name, kwargs=arguments)

    def _place(self, name: str, county: Agency) -> Place:
        agency = AgencyFactory(
            name=f"District {name}", slug=name, parent=county, kind=Agency.Kind.DISTRICT
        )
        return Place(
            name,
            agency,
            earner=member(agency, Role.EARNER, name=f"Earner of {name}"),
            reviewer=member(agency, Role.REVIEWER, name=f"Reviewer of {name}"),
            coordinator=member(agency, Role.COORDINATOR, name=f"Coordinator of {name}"),
            instructor=member(agency, Role.INSTRUCTOR, name=f"Instructor of {name}"),
        )

    def _user(self, person: Person) -> User | None:
        own = self.places[OWN]
        if not person.is_signed_in:
            return None
        if person.is_a("operator"):
            return User.objects.create_superuser("operator@program.example", "x", name="Operator")
        if person.is_a("earner"):
            return own.earner
        if person.is_a("assigned"):
            return own.reviewer
        if person.is_a("instructor"):
            return own.instructor
        if person.places == {OWN, SIBLING}:
            return member(self.county, Role.COORDINATOR)
        if not person.places:
            return member(own.agency, Role.EARNER)
        [place] = person.places
        [role] = person.roles - {"user"}
        return member(self.places[place].agency, role)


class Records:
    """Makes the records of one place, one method for each subject."""

    prizes = 1  # of each drawing

    def __init__(self, place: Place, word: str = "") -> None:
        self.place, self.agency = place, place.agency
        self.word = word or place.name  # in what must be unique
        self.earner, self.coordinator = place.earner, place.coordinator
        self.now = timezone.now()

    def make(self) -> None:
        self.make_badges()
        self.make_submissions()
        self.make_anchors()
        self.make_snippets()
        self.make_awards()
        self.make_endorsements()
        self.make_bulk_awards()
        self.make_drawings()
        self.make_letters()

    def add(self, record: str, /, **arguments) -> None:
        self.place.records[record] = arguments

    def make_badges(self) -> None:
        self.make_group()
        self.add("kind of work", name="held-awards")
        self.add("agency", slug=self.agency.slug)
        leaving = member(self.agency, Role.EARNER)
        asked = privacy.ask(leaving, by=leaving)
        self.add("privacy request", public_id=asked.public_id)
        # Of a person who is none of those who ask.
        self.add("copy of somebody", public_id=exports.ask(leaving).public_id)
        role = self.place.reviewer.memberships.get()
        self.add("role", slug=self.agency.slug, pk=role.pk)
        self.add("person with a role", pk=self.place.reviewer.pk)
        passkey = Authenticator.objects.create(
            user=UserFactory(), type=Authenticator.Type.WEBAUTHN, data={"name": "Key"}
        )
        self.add("passkey", pk=passkey.pk)
        self.make_providers()
        day, _new = ClosedDay.objects.get_or_create(
            agency=self.agency, date="2026-12-25", defaults={"name": "Christmas"}
        )
        self.add("closed day", pk=day.pk)
        self.add("closed day of an agency", slug=self.agency.slug, pk=day.pk)
        year = timezone.localdate().year
        self.add("holiday year", year=year)
        self.add("holidays of an agency", slug=self.agency.slug, year=year)
        self.add("guide", role="earner", language="es")
        self.add("kind of email", kind="badge_issued", language="es")
        self.issuer = IssuerFactory(agency=self.agency)
        issuers.save_logo(self.issuer, by=self.coordinator, alt="A branch.", png=png(20))
        self.issuer.refresh_from_db()
        self.badge = self._badge(BadgeFactory, waiting_hours=48)
        self.draft = self._badge(DraftBadgeFactory)
        catalog.upload_art(self.draft.versions.get(), png(), alt="A leaf.", svg=SVG)
        retired = self._badge(BadgeFactory)
        catalog.retire(retired, by=self.coordinator)
        top = self._badge(BadgeFactory)
        pathways.create(top, steps=[self.badge], by=self.coordinator)
        with_svg = self._badge(DraftBadgeFactory)
        catalog.upload_art(with_svg.versions.get(), png(), alt="A leaf.", svg=SVG)
        catalog.publish(with_svg, by=self.coordinator)
        self.vector_version = BadgeVersion.objects.get(badge_class=with_svg)
        version = self.badge.current_version
        self.add("badge", slug=self.badge.slug, public_id=version.public_id)
        draft = self.draft.versions.get()
        self.make_group_badge()
        self.add("draft badge", slug=self.draft.slug, public_id=draft.public_id, width=96)
        self.add("retired badge", slug=retired.slug)
        self.add("pathway", slug=top.slug)
        self.add("category", slug=self.badge.category.slug)
        self.add("art", public_id=self.vector_version.public_id, width=96)
        self.add("issuer", public_id=self.issuer.public_id)
        name = uuid.UUID(PurePosixPath(self.issuer.logo.name).stem)
        self.add("logo of an issuer", public_id=self.issuer.public_id, name=name)
        program.save_logo(png(), by=self.coordinator, agency=self.agency)
        name = uuid.UUID(PurePosixPath(current().logo.name).stem)
        self.add("logo of the program", name=name)
        self.add("accent", color="0e474a")
        self.add("own page", slug="faq")

    def make_group(self) -> None:
        by = {"by": self.coordinator}
        group = groups.add(self.agency, name=f"Class of {self.word}", **by)
        groups.add_accounts(group, [self.earner], **by)
        self.add("group", public_id=group.public_id)
        records = [
            {"what": "agency", "where": str(line), "name": f"School {line} of {self.word}",
             "kind": "school"} for line in range(self.prizes)
        ]  # fmt: skip
        roster = rosters.save(self.agency, records, name="schools.csv", **by)
        rosters.run_next_batch(roster)
        year = {"from_year": f"Year of {self.word}", "to_year": "Next year"}
        move = years.move_on(self.agency, **year, copies=False, **by)
        self.add("school year", public_id=move.public_id)
        self.add("roster", public_id=roster.public_id)
        self.add("place in a group", public_id=group.public_id, pk=group.people.get().pk)
        self.teach(group)
        self.make_class(group)
        self.group = group

    def make_class(self, group) -> None:
        """A learner without email, and a message to them."""
        by = {"by": self.coordinator}
        classes.let_instructors_add(group, may=True, **by)
        [card] = classes.add_learners(group, [f"Learner of {self.word}"], language="en", **by)
        learner = group.people.get(user__name=card.name).user
        message = Message.objects.create(to=learner.email, subject="A message", text="Words.")
        self.add("message", pk=message.pk)
        self.add("class code", typed=group.class_codes.get().in_groups)

    def teach(self, group) -> None:
        email = self.place.instructor.email
        groups.add_instructor(group, email=email, name="", language="en", by=self.coordinator)

    def make_group_badge(self) -> None:
        group_badges.allow(self.group, self.badge, by=self.coordinator)
        allowed = GroupBadge.objects.get(group=self.group)
        code = group_badges.make_code(self.group, self.badge, days=1, by=self.place.instructor)
        public_id = self.group.public_id
        self.add("badge of a group", public_id=public_id, pk=allowed.pk)
        self.add("code of a group", public_id=public_id, code=code.public_id)

    def make_anchors(self) -> None:
        practice = published_anchor(self.badge, by=self.coordinator, with_file=True)
        published_anchor(self.badge, by=self.coordinator, use="qualification")
        begun = readings.begin(self.badge, by=self.place.reviewer)
        file = practice.published_version.evidence.exclude(file="").get()
        self.add("badge with anchors", slug=self.badge.slug)
        self.add("practice work", public_id=practice.public_id)
        self.add("file of practice work", public_id=file.public_id)
        self.add("qualification", pk=begun.pk)
        decided = reviewing.claim(self._sent(), by=self.place.reviewer)
        reviewing.send_review(decided, by=self.place.reviewer, judgments=judge_all(decided))
        asked = Submission.objects.get(pk=decided.submission_id)
        consents.ask(asked, by=self.coordinator)
        self.add("asked submission", public_id=asked.public_id)

    def make_snippets(self) -> None:
        """At the place of each: a reviewer's own, and one of the agency."""
        words = {"name": "A date", "text": "Add a date."}
        own = snippets.add(**words, by=self.place.reviewer)
        shared = snippets.add(**words, by=self.coordinator, agency=self.agency)
        self.add("own snippet", pk=own.pk)
        self.add("agency snippet", pk=shared.pk)

    def make_providers(self) -> None:
        slug, by = self.agency.slug, self.coordinator
        domain = f"{self.word}.example".replace(" ", "-")
        providers.declare_domain(self.agency, domain, by=by)
        self.add("domain", slug=slug, pk=self.agency.domains.get(domain=domain).pk)
        # An address of this machine, which is never fetched.
        provider = providers.add_provider(
            self.agency, kind="oidc", name=f"Sign in at {self.word}", issuer="https://127.0.0.1",
            client_id="badges", secret="secret", by=by,
        )  # fmt: skip
        rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": self.agency}
        providers.add_rule(provider, by=by, **rule)
        self.add("sign-in provider", public_id=provider.public_id)
        described = {
            "entity_id": "https://127.0.0.1/saml", "sign_in_address": "https://127.0.0.1/sso",
            "certificates": [{"text": "MA==", "until": "2030-01-01T00:00:00+00:00"}],
        }  # fmt: skip
        saml = saml_operations.add_provider(
            self.agency, name=f"SAML at {self.word}", metadata=described, metadata_address="", by=by
        )
        self.add("SAML provider", public_id=saml.public_id)
        self.add("sign-in rule", public_id=provider.public_id, pk=provider.rules.get().pk)

    def _badge(self, factory, **rules):
        return factory(issuer=self.issuer, **rules)

    def make_submissions(self) -> None:
        draft = DraftFactory(earner=self.earner, badge_class=self._badge(BadgeFactory))
        returned = self._sent()
        assignment = reviewing.claim(returned, by=self.place.reviewer)
        reviewing.send_review(
            assignment,
            by=self.place.reviewer,
            judgments=judge_all(assignment, "not_yet", "Please say more."),
            now=timezone.now(),
        )
        waiting = self._sent()
        in_review = self._draft_with_file()
        submissions.send(in_review, by=self.earner, statement_accepted=True)
        assignment = reviewing.claim(in_review, by=self.place.reviewer)
        declined = reviewing.claim(self._sent(), by=self.place.reviewer)
        decline = reviewing.send_review(
            declined, by=self.place.reviewer, judgments={}, summary="Not own work.", decline=True
        )
        unsent = self._draft_with_file()
        item = in_review.attempts.get().evidence_items.get(file_name="plan.png")
        unsent_item = unsent.attempts.get().evidence_items.get(file_name="plan.png")
        recording = in_review.attempts.get().evidence_items.recordings().get()
        unsent_recording = unsent.attempts.get().evidence_items.recordings().get()
        on_its_way = begin_recording(unsent, unsent.version.criteria.first())
        self.add("draft submission", public_id=draft.public_id)
        self.add("returned submission", public_id=returned.public_id)
        self.add("waiting submission", public_id=waiting.public_id)
        self.add("submission", public_id=in_review.public_id)
        self.add("assignment", pk=assignment.pk)
        self.add("waiting decline", pk=decline.pk)
        self.add("evidence file", public_id=item.public_id)
        self.add("unsent evidence file", public_id=unsent_item.public_id)
        add_preview(item)
        self.add("evidence file with a preview", public_id=item.public_id)
        self.add("page of a file", public_id=item.public_id, number=1)
        self.add("recording", public_id=recording.public_id)
        self.add("unsent recording", public_id=unsent_recording.public_id)
        self.add("recording on its way", public_id=on_its_way.public_id)
        self.add("recording to follow", public_id=unsent.public_id, thread=on_its_way.thread)
        make_due_process(self)
        self.make_reviewers()

    def make_reviewers(self) -> None:
        make_reviewers(self)

    def _sent(self):
        return SentSubmissionFactory(earner=self.earner, badge_class=self._badge(BadgeFactory))

    def _draft_with_file(self):
        draft = DraftFactory(earner=self.earner, badge_class=self._badge(BadgeFactory))
        for criterion in draft.version.criteria.filter(required=True):
            submissions.write_text(draft, criterion, "What I did.")
        submissions.add_file(
            draft,
            criterion,
            file=ContentFile(png()),
            file_name="plan.png",
            content_type="image/png",
        )
        add_recording(draft, criterion)
        return draft

    def make_awards(self) -> None:
        self.award = self._award(self.vector_version, issued_at=rewards.IN_THE_PERIOD)
        changes.share(self.award, shows_name=True, is_listed=True, items=[])
        nameless = self._award(self._badge(BadgeFactory).current_version, issued_at=self.now)
        changes.share(nameless, shows_name=False, is_listed=False, items=[])
        revoked = self._award(self._badge(BadgeFactory).current_version, issued_at=self.now)
        changes.revoke(revoked, by=self.coordinator, reason="Awarded by mistake.")
        waiting = self._award(self.badge.current_version)
        held = self._award(self._badge(BadgeFactory, waiting_hours=48).current_version)
        changes.hold(held, by=self.coordinator, reason="To be checked.")
        keys_of_issuer = self.issuer.keys.order_by("pk")
        self.add("issuer key", public_id=self.issuer.public_id, fragment=keys_of_issuer[0].fragment)
        self.add("status list", public_id=self.issuer.status_lists.all()[0].public_id)
        code = short_codes.in_groups(self.award.short_code)
        self.add("award", public_id=self.award.public_id, typed=code)
        self.add("nameless award", public_id=nameless.public_id)
        replacement = ReplacementRequest.objects.create(
            assertion=nameless, status="asked", asked_by=self.earner, due_at=self.now
        )
        self.add("request for a new badge", pk=replacement.pk)
        self.add("revoked award", public_id=revoked.public_id)
        self.add("waiting award", public_id=waiting.public_id)
        self.add("held award", public_id=held.public_id)

    def _award(self, version, *, issued_at=None) -> Assertion:
        grant = Grant(self.earner, version, GrantSource.LIST, key=f"{version.pk}")
        grant_all([grant], by=self.coordinator, now=issued_at or self.now)
        if issued_at:
            issue_batch(now=issued_at)
        return Assertion.objects.get(recipient=self.earner, version=version)

    def make_endorsements(self) -> None:
        words = {"name": "Museum", "url": "https://museum.example", "about": "A museum"}
        of_badge, of_award, shown = (
            endorsing.offer(target, by=UserFactory(), comment="Good work.", **words)
            for target in (self.badge.current_version, self.award, self.issuer)
        )
        endorsing.accept(shown, by=self.coordinator)
        self.add("endorsement of a badge", public_id=of_badge.public_id, act="accept")
        self.add("endorsement of an award", public_id=of_award.public_id, act="accept")
        self.add("shown endorsement", public_id=shown.public_id)

    def make_bulk_awards(self) -> None:
        badge = self._badge(BadgeFactory, waiting_hours=48)
        by = {"by": self.coordinator}
        checked = checked_list(badge, f"one@{self.word}.example", **by)
        awarded = awarded_list(badge, f"two@{self.word}.example\nnot an address", **by)
        self.add("checked list", public_id=checked.public_id)
        self.add("awarded list", public_id=awarded.public_id)
        upload = uploads.save(badge, read=pasted(UNCLEAR_LIST), name="people.csv", **by)
        self.add("list upload", public_id=upload.public_id)
        rule = scores.add_rule(
            badge, kind=ScoreRule.Kind.GAIN, test="Reading", at_least=Decimal(5), **by
        )
        unclear = layout.read(b"Email,Marks\na@b.example,80", is_pasted=True, choice=Choice())
        file = score_files.save(self.agency, read=unclear, name="marks.csv", **by)
        self.add("score file", public_id=file.public_id)
        reader = ScoreReader(file_formats.read_text(SCORES).lines)
        imported = scores.save_import(self.agency, reader=reader, name="results.csv", **by)
        known = [IdRow(2, email="ann@adult.example", identifier="S1001")]
        ids.import_ids(self.agency, known, **by)
        self.add("person id", pk=PersonId.objects.get(agency=self.agency).pk)
        self.add("score rule", pk=rule.pk)
        self.add("score import", public_id=imported.public_id)
        code = claim_codes.make_code(
            badge,
            label="Institute",
            limit=None,
            opens_at=self.now - timedelta(hours=1),
            closes_at=self.now + timedelta(hours=9),
            **by,
        )
        self.add("claim code", public_id=code.public_id, typed=short_codes.in_groups(code.code))
        token, self.place.secret_of_token = tokens.make_token(
            self.agency, name=f"Learning platform of {self.word}", **by
        )
        self.add("token", public_id=token.public_id)

    def make_drawings(self) -> None:
        by = {"by": self.coordinator}
        self.sponsor = self._sponsor()
        draft = self._drawing()
        announced = self._announced()
        drafts.exclude(announced, UserFactory(), reason="Family of a sponsor.", **by)
        excluded = announced.excluded_people.get()
        closed = self._announced()
        drawings.close(closed, now=rewards.CLOSE)
        dispute = disputes.dispute(closed, user=self.earner, text="Look again.", now=rewards.CLOSE)
        drawn = self._announced()
        drawings.close(drawn, now=rewards.CLOSE)
        DrandRound.objects.create(drawing=drawn, number=1000, due_at=rewards.DRAW)
        rewards.draw_with(drawn, values=rewards.VALUES, now=rewards.DRAW, **by)
        win = Win.objects.get(draw__drawing=drawn, line__entry__user=self.earner)
        other = member(self.agency, Role.EARNER)
        source = AccountLink.Source.COORDINATOR
        linked = links.link(other, self.earner, reason="They said so.", source=source, **by)
        self.add("link", pk=linked.pk)
        self._minor(by)
        self.add("sponsor", slug=self.sponsor.slug)
        self.add("draft drawing", slug=draft.slug, position=1)
        self.add("drawing", slug=announced.slug, position=1)
        self.add("excluded person", slug=announced.slug, pk=excluded.user_id)
        self.add("closed drawing", slug=closed.slug, number=1)
        self.add("dispute", slug=closed.slug, pk=Dispute.objects.get(pk=dispute.pk).pk)
        self.add("drawn drawing", slug=drawn.slug, number=1)
        drawings.follow(drawn, user=self.earner, wants=True)
        drawings.notify_drawn(drawn, number=1)
        sent = OutgoingEmail.objects.get(kind="drawing_drawn", context__drawing=drawn.pk)
        self.add("followed drawing", slug=drawn.slug, token=unsubscribe.token_for(sent))
        self.add("round", slug=drawn.slug, pk=drawn.rounds.get().pk)
        self.add("win", slug=drawn.slug, pk=win.pk)
        rewards.type_values(drawn, rewards.OTHER_VALUES)
        asked = repeats.ask(drawn.draws.get(), reason="Mistyped.", now=rewards.DRAW, **by)
        self.add("repeat", slug=drawn.slug, pk=asked.pk)
        self.add("sealed win", pk=self._sealed("sealed drawing").pk)
        revealed = self._sealed("revealed drawing").draw.drawing
        stage.reveal(revealed, now=rewards.DRAW, **by)

    def _sealed(self, name: str) -> Win:
        drawing = self._announced()
        drawings.close(drawing, now=rewards.CLOSE)
        rewards.draw_with(
            drawing,
            by=self.coordinator,
            sealed_until=timezone.now() + timedelta(days=1),
            now=rewards.DRAW,
        )
        self.add(name, slug=drawing.slug, number=1)
        return Win.objects.get(draw__drawing=drawing, line__entry__user=self.earner)

    def _minor(self, by: dict[str, User]) -> None:
        learner = member(self.agency, Role.EARNER)
        place = learner.memberships.select_related("user", "agency").get()
        minors.mark([place], **by)
        consent = minors.record_consent(
            place,
            guardian=f"Guardian of {self.word}",
            purposes=["account"],
            how="paper",
            given_on=LONG_AGO.date(),
            **by,
        )
        self.add("place of a minor", pk=place.pk)
        self.add("consent of a guardian", pk=consent.pk)

    def _sponsor(self) -> Sponsor:
        sponsor = Sponsor(
            agency=self.agency,
            name=f"Lantern Books of {self.word}",
            slug=f"lantern-{self.word}",
            url="https://lantern.example",
            email=f"private@{self.word}-sponsor.example",
        )
        sponsors.save_sponsor(sponsor, by=self.coordinator, logo=png(20))
        return sponsor

    def _drawing(self) -> Drawing:
        """A draft with a pictured prize, in which the people of this place take part."""
        drawing = rewards.drafted(agency=self.agency, prizes=self.prizes)
        drawing.rules_versions.get().agencies.add(self.agency)
        prize = drawing.prizes.get(position=1)
        prize.picture.save("prize.png", ContentFile(png(20)), save=False)
        Prize.objects.filter(pk=prize.pk).update(picture=prize.picture.name, sponsor=self.sponsor)
        return drawing

    def _announced(self) -> Drawing:
        drawing = self._drawing()
        announced_at = rewards.IN_THE_PERIOD - timedelta(days=30)
        drawings.announce(drawing, by=self.coordinator, now=announced_at)
        return Drawing.objects.get(pk=drawing.pk)

    def make_letters(self) -> None:
        stranger = UserFactory(joined_at=None, invited_at=self.now)
        email = OutgoingEmail.objects.filter(to=self.earner.email).first()
        email.to = stranger.email
        token = unsubscribe.link_for(email).rstrip("/").rpartition("/")[2]
        self.add("unsubscribe link", token=token)
        self._mailing_list()
        message = OutboxMessage.objects.create(
            message_id=self.word, to=self.earner.email, subject="Hello", text="x", html="<p>"
        )
        attachment = OutboxAttachment.objects.create(
            message=message, name="badge.png", content_type="image/png", content=png(20)
        )
        new = EmailAddress.objects.create(
            user=self.earner, email=f"new@{self.word}.example", verified=False
        )
        sent = OutgoingEmail.objects.get(
            kind="badge_issued", context__assertion=self.award.pk, to=self.earner.email
        )
        self.add("person", public_id=self.earner.public_id)
        change = addresses.ask_for_change(
            self.place.reviewer,
            f"changed@{self.word}.example",
            keeps_old=False,
            by=self.coordinator,
            agency=self.agency,
        )
        link = address_links.link_for(change).rstrip("/")
        self.add("link to change an address", token=link.rpartition("/")[2])
        self.add("email to a person", public_id=self.earner.public_id, pk=sent.pk)
        role = self.place.reviewer.memberships.get()
        self.add("role of a person", public_id=self.place.reviewer.public_id, pk=role.pk)
        reset = default_token_generator.make_token(self.earner)
        uid = user_pk_to_url_str(self.earner)
        self.add("link to a new password", key=reset, uidb36=uid)
        self.add("link to confirm an address", key=EmailConfirmationHMAC(new).key)
        self.add("outbox message", pk=message.pk)
        self.add("outbox attachment", pk=attachment.pk)

    def _mailing_list(self) -> None:
        mailing_list = MailingList(agency=self.agency, name=f"News of {self.word}")
        mailing_lists.save_list(mailing_list, by=self.coordinator)
        address = f"reader@{self.word}.example"
        mailing_lists.sign_up(address, [mailing_list], language="en")
        subscription = mailing_list.subscriptions.get()
        tokens = {
            "confirm": mailing_links.confirm_url(subscription.subscriber),
            "yours": mailing_links.yours_url(subscription.subscriber),
            "leave": mailing_links.leave_url(subscription),
            "stop": mailing_links.stop_url(self.earner),
        }
        for page, url in tokens.items():
            self.add(f"link to {page}", token=url.rstrip("/").rpartition("/")[2])
        self.add("mailing list", public_id=mailing_list.public_id)
        given = {"consent_how": "On paper.", "consent_on": timezone.localdate(), "language": "en"}
        row = ParsedRow(1, email=f"paper@{self.word}.example")
        file = subscriber_imports.save(
            mailing_list, rows=[row], name="a.csv", consent_by="Ana", by=self.coordinator, **given
        )
        self.add("import of subscribers", public_id=file.public_id)
        letter = announcements.draft(
            mailing_list, by=self.coordinator, subject="Hello", body="Some news."
        )
        self.add("announcement", public_id=letter.public_id)


def member(agency: Agency, role: str, **kwargs) -> User:
    return MembershipFactory(agency=agency, role=role, user=UserFactory(**kwargs)).user


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
