"""The records of one place with as many rows as wanted of everything that a page lists.

What belongs to one record (steps of a pathway, evidence, prizes) is made as often as what is in a
list of its own (badges, drawings, tokens), so a page that asks again for each of them is found.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.classes import operations as classes
from accounts.groups import operations as groups
from accounts.links import operations as links
from accounts.models import AccountLink, ClosedDay, Group, IdentityProvider, Membership
from accounts.providers.operations import providers
from accounts.sign_in import operations as sign_in
from awarding.claim_codes import operations as claim_codes
from awarding.groups import operations as group_badges
from awarding.models import ClaimCode
from catalog import operations as catalog
from catalog.criteria_content import (
    AlignmentContent,
    CriterionContent,
    LevelContent,
    QuestionContent,
)
from catalog.models import BadgeClass, BadgeVersion, Issuer, Pathway
from catalog.pathways import operations as pathways
from demo.models import OutboxMessage
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.keys import operations as keys
from issuing.models import Assertion, Endorsement
from issuing.states import GrantSource
from privacy import operations as privacy
from privacy.retention import operations as retention
from reviewing import operations as reviewing
from reviewing.models import Assignment
from rewards.drawings.operations import disputes, drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import DrandRound, Drawing
from rewards.repeats import operations as repeats
from submissions import operations as submissions
from submissions.models import Submission
from tests.access import growing_people
from tests.access.growing_mailings import make_more_mailings
from tests.access.reviewers import make_reviewers
from tests.access.world import Place, Records, member
from tests.awarding.lists import addresses, awarded_list
from tests.factories import (
    LONG_AGO,
    AgencyFactory,
    DraftBadgeFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
    png,
)
from tests.rewards import drawing_factories as rewards

Role = Membership.Role


def records_with(many: int):
    """For `World`: the records of its own place, with this many of each."""

    def make(place: Place) -> None:
        for number in range(1, many):
            Records(place, word=f"{place.name}-{number}").make()
        GrowingRecords(place, many).make()

    return make


class GrowingRecords(Records):
    def __init__(self, place: Place, many: int) -> None:
        super().__init__(place)
        self.many = self.prizes = many
        self.by = {"by": self.coordinator}

    def times(self) -> range:
        return range(1, self.many + 1)

    def people(self) -> list:
        return [UserFactory() for _ in self.times()]

    def make(self) -> None:
        self.make_people()
        super().make()
        for number in self.times():
            self.make_sign_in(number)
            self.make_privacy(number)
        self.make_more_of_the_badge()
        self.make_more_about_the_submissions()
        self.make_more_waiting_decisions()
        self.make_more_endorsements()
        self.make_more_credentials()
        growing_people.write_emails(self.agency, self.many, **self.by)
        self.make_more_of_the_lists()
        self.make_more_about_the_drawings()
        make_more_mailings(self)

    def make_people(self) -> None:
        for number in self.times():
            member(self.agency, Role.EARNER)
            member(self.agency, Role.REVIEWER)
            member(self.agency, Role.COORDINATOR)
            self.make_group_people()
            Membership.objects.create(
                user=UserFactory(), agency=self.agency, role=Role.EARNER, begun_at=LONG_AGO
            )
            ClosedDay.objects.create(
                agency=self.agency, date=date(2026, 12, number), name=f"Closed day {number}"
            )

    def make_sign_in(self, number: int) -> None:
        """Domains of the agency, rules and known people of both providers, open browsers."""
        domain = f"more-{number}-{self.agency.pk}.example"
        providers.declare_domain(self.agency, domain, **self.by)
        for provider in IdentityProvider.objects.filter(agency=self.agency):
            for role in (Role.REVIEWER, Role.REPORTER):
                rule = {"claim": "groups", "value": f"group {number}", "role": role}
                providers.add_rule(provider, agency=self.agency, **rule, **self.by)
            person = UserFactory()
            providers.link_account(provider, person, subject=f"{number}")
        session = SessionStore()
        session.create()
        sign_in.note_browser(
            self.earner, session_key=session.session_key, browser="Firefox", system="Linux",
            now=timezone.now(),
        )  # fmt: skip

    def make_privacy(self, number: int) -> None:
        """Requests that wait, of people of this place, and holds that were lifted."""
        person = member(self.agency, Role.EARNER)
        privacy.ask(person, by=person)
        held = retention.hold(self.submission("submission"), reason=f"Reason {number}.", **self.by)
        retention.lift(held, **self.by)

    def make_group_people(self) -> None:
        """A group of its own for each, and everybody in the first one."""
        group = groups.add(self.agency, name=f"Cohort {Group.objects.count()}", **self.by)
        groups.add_accounts(group, self.people(), **self.by)
        for person in self.people():
            groups.add_instructor(group, email=person.email, name="", language="en", **self.by)
        self.teach(group)
        names = [f"Learner {number}" for number in self.times()]
        classes.add_learners(group, names, language="en", **self.by)
        classes.let_instructors_add(group, may=True, **self.by)
        self.add("group", public_id=group.public_id)
        self.crowd = group

    # --- Badges ----------------------------------------------------------------------------------

    def _badge(self, factory, **rules):
        draft = DraftBadgeFactory(issuer=self.issuer, **rules)
        version = draft.versions.get()
        levels = [LevelContent(f"Level {number}", "How it is met.") for number in self.times()]
        questions = [
            QuestionContent(f"Question {number}?", required=False) for number in self.times()
        ]
        catalog.set_criteria(
            version,
            [
                CriterionContent(
                    f"Criterion {number}",
                    "What it takes.",
                    "A plan.",
                    levels=levels,
                    questions=questions,
                )
                for number in range(1, self.many + 2)
            ],
        )
        catalog.set_alignments(
            version,
            [
                AlignmentContent(f"Aim {number}", f"https://standards.example/{number}")
                for number in self.times()
            ],
        )
        catalog.set_resources(
            draft,
            [(f"Course {number}", f"https://course.example/{number}") for number in self.times()],
        )
        if factory is not DraftBadgeFactory:
            catalog.publish(draft, by=None, now=LONG_AGO)
        return BadgeClass.objects.get(pk=draft.pk)

    def make_more_of_the_badge(self) -> None:
        for badge in [self._badge(None) for _ in self.times()]:
            group_badges.allow(self.crowd, badge, **self.by)
            group_badges.make_code(self.crowd, badge, days=1, by=self.place.instructor)
        pathway = Pathway.objects.get(badge_class__slug=self.place.records["pathway"]["slug"])
        steps = [self._badge(None) for _ in self.times()]
        pathways.set_steps(pathway, [self.badge, *steps], **self.by)
        for _ in self.times():
            pathways.create(self._badge(None), steps=[self.badge, steps[0]], **self.by)
        for person in self.people():
            SentSubmissionFactory(earner=person, badge_class=self.badge)
            grant = Grant(person, self.badge.current_version, GrantSource.LIST, key="more")
            grant_all([grant], now=self.now, **self.by)
        for _ in self.times():
            version = BadgeVersion.objects.get(pk=self.badge.current_version_id)
            catalog.draft_version(self.badge, by=self.coordinator)
            catalog.publish(BadgeClass.objects.get(pk=self.badge.pk), by=self.coordinator)
        self.badge = BadgeClass.objects.get(pk=self.badge.pk)
        self.version = version

    # --- Submissions -----------------------------------------------------------------------------

    def _draft_with_file(self) -> Submission:
        submission = super()._draft_with_file()
        self.add_evidence(submission)
        return submission

    def add_evidence(self, submission: Submission) -> None:
        for criterion in submission.version.criteria.all():
            submissions.add_link(submission, criterion, url="https://plan.example", title="A plan")
            for number in self.times():
                submissions.add_file(
                    submission,
                    criterion,
                    file=ContentFile(png(20)),
                    file_name=f"plan-{number}.png",
                    content_type="image/png",
                )

    def make_more_about_the_submissions(self) -> None:
        """Several attempts, each judged, and several reviewers who gave the submission back."""
        returned = self.submission("returned submission")
        in_review = self.submission("submission")
        for _ in self.times():
            submissions.send(returned, by=self.earner, statement_accepted=True)
            assignment = reviewing.claim(returned, by=self.place.reviewer)
            reviewing.send_review(
                assignment,
                by=self.place.reviewer,
                judgments=judge_all(assignment, "not_yet", "Please say more."),
                now=timezone.now(),
            )
            returned.refresh_from_db()
            assignment = Assignment.objects.get(pk=self.place.records["assignment"]["pk"])
            reviewing.release(assignment, by=self.place.reviewer, note="Away.")
            in_review.refresh_from_db()
            assignment = reviewing.claim(in_review, by=self.place.reviewer)
            self.add("assignment", pk=assignment.pk)
        reviewing.save_draft(
            assignment, by=self.place.reviewer, judgments=judge_all(assignment, "met", "A draft.")
        )
        submissions.send(returned, by=self.earner, statement_accepted=True)
        again = reviewing.claim(returned, by=self.place.reviewer)
        reviewing.save_draft(
            again, by=self.place.reviewer, judgments=judge_all(again, "met", "A draft.")
        )
        self.add("next assignment", pk=again.pk)
        returned = self._sent()
        assignment = reviewing.claim(returned, by=self.place.reviewer)
        reviewing.send_review(
            assignment,
            by=self.place.reviewer,
            judgments=judge_all(assignment, "not_yet", "Please say more."),
            now=timezone.now(),
        )
        self.add("returned submission", public_id=returned.public_id)

    def make_reviewers(self) -> None:
        make_reviewers(self, self.many)

    def make_more_waiting_decisions(self) -> None:
        """Declines that wait for a second person, and others that are due in a moment."""
        for is_decline in [True, False] * self.many:
            assignment = reviewing.claim(self._sent(), by=self.place.reviewer)
            Issuer.objects.filter(pk=self.issuer.pk).update(decision_wait_minutes=10)
            decision = reviewing.send_review(
                assignment,
                by=self.place.reviewer,
                judgments=judge_all(assignment),
                summary="Not own work.",
                decline=is_decline,
            )
            Issuer.objects.filter(pk=self.issuer.pk).update(decision_wait_minutes=0)
            if is_decline:
                self.add("waiting decline", pk=decision.pk)

    def submission(self, kind: str) -> Submission:
        return Submission.objects.get(public_id=self.place.records[kind]["public_id"])

    # --- Awards ----------------------------------------------------------------------------------

    def _award(self, version, *, issued_at=None) -> Assertion:
        """The award that everybody sees comes from a submission and shows its evidence."""
        if version != getattr(self, "vector_version", None):
            return super()._award(version, issued_at=issued_at)
        submission = submissions.start(version.badge_class, by=self.earner, now=issued_at)
        self.add_evidence(submission)
        submissions.send(submission, by=self.earner, statement_accepted=True, now=issued_at)
        assignment = reviewing.claim(submission, by=self.place.reviewer, now=issued_at)
        reviewing.send_review(
            assignment, by=self.place.reviewer, judgments=judge_all(assignment), now=issued_at
        )
        issue_batch(now=issued_at)
        return Assertion.objects.get(submission=submission)

    def make_endorsements(self) -> None:
        super().make_endorsements()
        items = list(self.award.submission.attempts.get().evidence_items.all())
        changes.share(self.award, shows_name=True, is_listed=True, items=items)
        for _ in self.times():
            keys.rotate(self.issuer, by=self.coordinator)

    def make_more_endorsements(self) -> None:
        for target in (self.badge.current_version, self.award, self.issuer):
            for number, person in enumerate([*self.people(), *self.people()]):
                endorsement = endorsing.offer(
                    target,
                    by=person,
                    comment="Good work.",
                    name="Museum",
                    url="https://museum.example",
                    about="A museum",
                )
                if number % 2:
                    by = self.earner if target is self.award else self.coordinator
                    endorsing.accept(endorsement, by=by)
        assert Endorsement.objects.filter(issuer=self.issuer).count() > self.many

    def make_more_credentials(self) -> None:
        """One award that was replaced again and again, and others for which that was refused."""
        growing_people.refuse_again(self.award, self.many, **self.by)
        person, version = UserFactory(), self._badge(None).current_version
        grant_all(
            [Grant(person, version, GrantSource.LIST, key="replaced")], now=self.now, **self.by
        )
        issue_batch(now=self.now)
        growing_people.replace_again(Assertion.objects.get(recipient=person), self.many)

    # --- Awards in bulk --------------------------------------------------------------------------

    def make_more_of_the_lists(self) -> None:
        more = addresses(self.many)
        wrong = "\n".join("not an address" for _ in self.times())
        awarded = awarded_list(self._badge(None), f"{more}\n{wrong}", **self.by)
        self.add("awarded list", public_id=awarded.public_id)
        code = ClaimCode.objects.get(public_id=self.place.records["claim code"]["public_id"])
        for person in self.people():
            claim_codes.claim(code, by=person)

    # --- Drawings --------------------------------------------------------------------------------

    def make_drawings(self) -> None:
        for person in (self.earner, *(member(self.agency, Role.EARNER) for _ in self.times())):
            version = self._badge(None).current_version
            grant_all(
                [Grant(person, version, GrantSource.LIST, key=f"in the period {person.pk}")],
                now=rewards.IN_THE_PERIOD,
                **self.by,
            )
        issue_batch(now=rewards.IN_THE_PERIOD)
        self.prizes = self.many + 1  # one for each person
        super().make_drawings()
        self.make_open_drawing()

    def make_open_drawing(self) -> None:
        """A drawing that collects today, with rules that name agencies, categories and badges."""
        drawing = self._drawing()
        today = timezone.localdate()
        rules = drawing.rules_versions.get()
        rules.opens_on, rules.ends_on = today - timedelta(days=60), today + timedelta(days=7)
        rules.closes_at = self.now + timedelta(days=10)
        rules.disputes_until = self.now + timedelta(days=12)
        rules.draws_at = self.now + timedelta(days=14)
        rules.sources = [
            {**source, "when": str((self.now + timedelta(days=13)).date())}
            for source in rules.sources
        ]
        rules.save()
        for _ in self.times():
            rules.agencies.add(AgencyFactory(parent=self.agency))
            counted, not_counted = self._badge(None), self._badge(None)
            rules.badge_classes.add(counted, self.vector_version.badge_class)
            rules.categories.add(counted.category, self.vector_version.badge_class.category)
            rules.excluded_badge_classes.add(not_counted)
        drawings.announce(drawing, by=self.coordinator, now=self.now - timedelta(days=61))
        self.add("open drawing", slug=drawing.slug)

    def drawing(self, kind: str) -> Drawing:
        return Drawing.objects.get(slug=self.place.records[kind]["slug"])

    def make_more_about_the_drawings(self) -> None:
        announced, closed, drawn = map(self.drawing, ("drawing", "closed drawing", "drawn drawing"))
        for number, person in enumerate(self.people()):
            drafts.exclude(announced, person, reason="Family of a sponsor.", **self.by)
            other, source = member(self.agency, Role.EARNER), AccountLink.Source.COORDINATOR
            links.link(other, self.earner, reason="They told us.", source=source, **self.by)
            dispute = disputes.dispute(closed, user=person, text="Look again.", now=rewards.CLOSE)
            disputes.answer(dispute, text="We did.", upheld=True, now=rewards.CLOSE, **self.by)
            disputes.dispute(closed, user=person, text="And again.", now=rewards.CLOSE)
            due_at = rewards.DRAW + timedelta(days=number)
            DrandRound.objects.create(drawing=drawn, number=1001 + number, due_at=due_at)
            values = [rewards.OTHER_VALUES, rewards.VALUES][number % 2]
            rewards.draw_with(drawn, values=values, reason="A test.", **self.by)
        last = drawn.draws.latest("number")
        rewards.type_values(drawn, [["7", "8", "9", "10", "11", "12"], rewards.VALUES[1]])
        repeats.ask(last, reason="A test.", now=rewards.DRAW, **self.by)
        won = last.wins.get(line__entry__user=self.earner)
        self.add("win", slug=drawn.slug, pk=won.pk)

    def make_letters(self) -> None:
        super().make_letters()
        message = OutboxMessage.objects.get(pk=self.place.records["outbox message"]["pk"])
        for number in self.times():
            message.attachments.create(
                name=f"badge-{number}.png", content_type="image/png", content=png(20)
            )
