"""Records of one place in which every text that a person writes is a mark of its own.

Each text is written by the operation by which people write it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import operations as accounts
from accounts.addresses import operations as addresses
from accounts.groups import operations as groups
from accounts.joining import operations as joining
from accounts.minors import operations as minors
from accounts.models import ClosedDay, SamlDetails, User
from accounts.providers.operations import providers
from accounts.providers.operations import saml as saml_operations
from accounts.rosters.operations import imports as rosters
from accounts.school_years import operations as years
from awarding.claim_codes import operations as claim_codes
from awarding.ids import operations as ids
from awarding.ids.reading import IdRow
from awarding.lists.columns import ParsedRow
from awarding.lists.operations import batches, uploads
from awarding.lists.operations import lists as award_lists
from awarding.models import Condition, PersonId, ScoreRule
from awarding.programs.operations import tokens
from awarding.score_files import layout
from awarding.score_files import operations as score_files
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from awarding.tasks import carry_on_award_lists
from catalog import operations as catalog
from catalog.criteria_content import (
    AlignmentContent,
    CriterionContent,
    LevelContent,
    QuestionContent,
)
from catalog.issuers import operations as issuers
from catalog.models import BadgeClass, Category, Issuer
from catalog.pathways import operations as pathways
from editing.forms import Edit
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.keys import operations as keys
from issuing.models import Assertion, ReplacementRequest
from issuing.replacements.operations import asking
from issuing.states import GrantSource
from mailings.announcements import operations as announcements
from mailings.imports import operations as subscriber_imports
from mailings.lists import operations as mailing_lists
from mailings.models import MailingList, Subscriber
from privacy import operations as privacy
from privacy.retention import operations as retention
from program import operations as program
from reviewing import operations as reviewing
from reviewing.notes import operations as notes
from reviewing.reviewers.operations import conflicts
from reviewing.second_looks import operations as second_looks
from reviewing.workload import operations as workload
from spreadsheets import file_formats
from spreadsheets.file_formats import Choice
from submissions import operations as submissions
from submissions.declarations.operations import AiUse
from submissions.questions.answered import field_of
from submissions.questions.operations import write_answers
from tests.access.due_process import make_due_process
from tests.access.marked_anchors import MarkedAnchors
from tests.access.marked_drawings import MarkedDrawings
from tests.awarding.lists import awarded_list, pasted
from tests.factories import CRITERIA, UserFactory, png
from tests.submissions.stored_recordings import add_recording, begin_recording

Judgment = reviewing.Judgment


class MarkedRecords(MarkedAnchors, MarkedDrawings):
    def make(self) -> None:
        self.make_program()
        self.make_people()
        self.make_badges()
        self.make_submissions()
        self.make_anchors()
        self.make_snippets()
        self.make_conflicts()
        self.make_awards()
        self.make_endorsements()
        self.make_bulk_awards()
        self.make_drawings()
        self.make_email_words()
        self.make_mailing_lists()

    def make_program(self) -> None:
        """Pages show each text in its own language, or in the other if it has none."""
        one_language = ("purpose", "home_text", "footer_text")
        texts = {
            name: self.mark(f"program.Program.{name}")
            for name in ("name", "name_es", "office_name", "postal_address", *one_language)
        }
        texts |= {f"{name}_es": self.mark(f"program.Program.{name}_es") for name in one_language}
        texts["office_email"] = f"{self.mark('program.Program.office_email')}@own.example"
        program.change(by=None, agency=self.agency, edit=Edit(texts))
        page = {
            name: self.mark(f"program.Page.{name}")
            for name in ("title", "title_es", "body", "body_es")
        }
        program.write_page("faq", by=None, agency=self.agency, edit=Edit(page))
        self.add("page", slug="faq")
        english = self.mark("program.Statement.text")
        spanish = self.mark("program.Statement.text_es")
        # Pages of submissions are read in English here, so that text has both.
        declared = {"text": f"{english} {spanish}", "text_es": spanish}
        program.write_statement(by=None, agency=self.agency, edit=Edit(declared))

    def make_conflicts(self) -> None:
        """Whom somebody named is in the copy of their own data, and on no page."""
        address = f"{self.mark('reviewing.NamedConflict.address')}@elsewhere.example"
        conflicts.name_person(self.earner, address=address, by=self.earner)

    def make_email_words(self) -> None:
        words = {name: self.mark(f"program.EmailWords.{name}") for name in ("subject", "opening")}
        program.write_email("badge_issued", "es", by=None, agency=self.agency, edit=Edit(words))
        self.add("kind of email", kind="badge_issued", language="es")

    def make_mailing_lists(self) -> None:
        texts = ("name", "name_es", "description", "description_es")
        marks = {name: self.mark(f"mailings.MailingList.{name}") for name in texts}
        made = MailingList(agency=self.agency, **marks)
        mailing_lists.save_list(made, **self.by)
        address = f"{self.mark('mailings.Subscriber.email')}@own.example"
        mailing_lists.sign_up(address, [made], language="en")
        mailing_lists.confirm(Subscriber.objects.get())
        self.add("list", public_id=made.public_id)
        name, how, asked = (
            self.mark(f"mailings.SubscriberImport.{one}")
            for one in ("name", "consent_how", "consent_by")
        )
        row = ParsedRow(1, email=f"{self.mark('mailings.ImportRow.email')}@own.example")
        file = subscriber_imports.save(
            made, rows=[row], name=name, consent_how=how, consent_by=asked,
            consent_on=timezone.localdate(), language="en", **self.by,
        )  # fmt: skip
        self.add("import of subscribers", public_id=file.public_id)
        names = ("subject", "subject_es", "body", "body_es")
        texts = {name: self.mark(f"mailings.Announcement.{name}") for name in names}
        letter = announcements.draft(made, **texts, **self.by)
        self.add("announcement", public_id=letter.public_id)

    def make_people(self) -> None:
        User.objects.filter(pk=self.earner.pk).update(
            name=self.mark("accounts.User.name", "shown on a badge"),
            email=f"{self.mark('accounts.User.email')}@own.example",
        )
        self.earner.refresh_from_db()
        self.quiet = self._earner(name=self.mark("accounts.User.name", "not shown"))
        self.skipped = self._earner()
        self.concerned = [self.earner, self.quiet, self.skipped]
        self.agency.name = f"District {self.mark('accounts.Agency.name')}"
        self.agency.save(update_fields=["name"])
        names = ("name", "school_year", "external_id")
        texts = {name: self.mark(f"accounts.Group.{name}") for name in names}
        group = groups.add(self.agency, **texts, **self.by)
        self.add("group", public_id=group.public_id)
        # Somebody with test results, who are read by instructors, too.
        self.tested = UserFactory()
        groups.add_accounts(group, [self.quiet, self.tested], **self.by)
        groups.add_accounts(group, [self.quiet], **self.by)
        erasure = privacy.ask(self.quiet, by=self.quiet)
        reason = self.mark("privacy.PrivacyRequest.reason")
        privacy.put_on_hold(erasure, reason=reason, **self.by)
        self.add("privacy request", public_id=erasure.public_id)
        email = self.place.instructor.email
        groups.add_instructor(group, email=email, name="", language="en", **self.by)
        label = self.mark("accounts.RosterRow.label")
        record = {"what": "agency", "where": "2", "name": label, "kind": "school"}
        name = self.mark("accounts.RosterImport.file_name")
        roster = rosters.save(self.agency, [record], name=name, **self.by)
        rosters.run_next_batch(roster)
        names = ("from_year", "to_year")
        texts = {name: self.mark(f"accounts.SchoolYearMove.{name}") for name in names}
        years.move_on(self.agency, **texts, copies=False, **self.by)
        self.add("roster", public_id=roster.public_id)
        self.add("agency", slug=self.agency.slug)
        ClosedDay.objects.create(
            agency=self.agency, date=date(2099, 12, 25), name=self.mark("accounts.ClosedDay.name")
        )
        learner = self._earner()
        [place] = learner.memberships.workplaces().select_related("user", "agency")
        guardian = self.mark("accounts.GuardianConsent.guardian")
        minors.mark([place], **self.by)
        minors.record_consent(
            place, guardian=guardian, purposes=["account"], how="paper",
            given_on=date(2026, 1, 12), **self.by,
        )  # fmt: skip
        self.add("place of a minor", pk=place.pk)
        moving = self._earner()
        moving.email = f"{self.mark('accounts.AddressChange.was')}@own.example"
        moving.save(update_fields=["email"])
        new = f"{self.mark('accounts.AddressChange.email')}@own.example"
        addresses.ask_for_change(moving, new, keeps_old=False, agency=self.agency, **self.by)
        domain = f"{self.mark('accounts.AgencyDomain.domain')}.example"
        providers.declare_domain(self.agency, domain, **self.by)
        provider = providers.add_provider(
            self.agency,
            kind="oidc",
            name=self.mark("accounts.IdentityProvider.name"),
            issuer=f"https://{self.mark('accounts.IdentityProvider.issuer')}.example",
            client_id=self.mark("accounts.IdentityProvider.client_id"),
            secret="secret",
            **self.by,
        )
        self.add("provider", public_id=provider.public_id)
        self._saml_provider()
        claim = self.mark("accounts.SignInRule.claim")
        value = self.mark("accounts.SignInRule.value")
        rule = {"role": "reviewer", "agency": self.agency, **self.by}
        providers.add_rule(provider, claim=claim, value=value, **rule)
        invited = accounts.find_or_invite([("soon@own.example", "", "en")])
        [person] = invited.values()
        joining.sign_up_as_invited(
            person, name=self.mark("accounts.SignUp.name"), password="x" * 20, language="en"
        )

    def _saml_provider(self) -> None:
        at = f"https://{self.mark('accounts.SamlDetails.sign_in_address')}.example"
        described = {"entity_id": "https://idp.example/", "sign_in_address": at, "certificates": []}
        known_at = f"https://{self.mark('accounts.SamlDetails.metadata_address')}.example"
        provider = saml_operations.add_provider(
            self.agency, name="SAML", metadata=described, metadata_address=known_at, **self.by
        )
        kinds = ("identifier", "email", "name", "roles", "schools")
        marks = {
            f"{kind}_attribute": self.mark(f"accounts.SamlDetails.{kind}_attribute")
            for kind in kinds
        }
        SamlDetails.objects.filter(provider=provider).update(**marks)
        self.add("SAML provider", public_id=provider.public_id)

    # --- Badges ---------------------------------------------------------------------------------

    def make_badges(self) -> None:
        self.issuer = Issuer.objects.create(
            agency=self.agency,
            name=self.mark("catalog.Issuer.name"),
            url=f"https://{self.mark('catalog.Issuer.url')}.example",
            email=f"{self.mark('catalog.Issuer.email')}@own.example",
            description=self.mark("catalog.Issuer.description"),
            linkedin_id=self.mark("catalog.Issuer.linkedin_id"),
            decision_wait_minutes=0,
        )
        alt = self.mark("catalog.Issuer.logo_alt")
        issuers.save_logo(self.issuer, alt=alt, png=png(20), **self.by)
        self.issuer.refresh_from_db()
        self.category = Category.objects.create(
            slug="category-own",
            name=self.mark("catalog.Category.name"),
            name_es=self.mark("catalog.Category.name_es"),
            description=self.mark("catalog.Category.description"),
            description_es=self.mark("catalog.Category.description_es"),
        )
        self._badge("draft")
        self.badge = self._badge("published")
        self.version = self.badge.current_version
        catalog.set_resources(
            self.badge,
            [
                (
                    self.mark("catalog.LearningResource.title"),
                    f"https://{self.mark('catalog.LearningResource.url')}.example",
                    "",
                )
            ],
        )
        top = self._plain_badge()
        pathway = pathways.create(
            top, steps=[self.badge], name=self.mark("catalog.Pathway.name"), **self.by
        )
        pathways.suspend(pathway, reason=self.mark("catalog.Pathway.suspended_reason"), **self.by)
        self.add("badge", slug=top.slug)
        self.add("pathway", slug=top.slug)
        self.add("category", slug=self.category.slug)
        self.add("issuer", public_id=self.issuer.public_id)

    def _badge(self, state: str) -> BadgeClass:
        def mark(text):
            return self.mark(f"catalog.{text}", state)

        badge = catalog.create_badge(
            slug=f"badge-{state}",
            issuer=self.issuer,
            category=self.category,
            name=mark("BadgeVersion.name"),
            description=mark("BadgeVersion.description"),
            about=mark("BadgeVersion.about"),
            tags=[mark("BadgeVersion.tags")],
            ai_use="some",
            ai_sentence=mark("BadgeVersion.ai_sentence"),
            rules={"waiting_hours": 48},
            **self.by,
        )
        version = badge.versions.get()
        level = LevelContent(mark("RubricLevel.name"), mark("RubricLevel.description"))
        criterion = CriterionContent(
            name=mark("Criterion.name"),
            description=mark("Criterion.description"),
            evidence_prompt=mark("Criterion.evidence_prompt"),
            levels=[level, LevelContent("More", "More of it.")],
            questions=[
                QuestionContent(
                    mark("Question.text"),
                    "one",
                    mark("Question.help_text"),
                    f"Other\n{mark('Question.options')}",
                )
            ],
        )
        catalog.set_criteria(version, [criterion])
        alignment = AlignmentContent(
            target_name=mark("Alignment.target_name"),
            target_url=f"https://{mark('Alignment.target_url')}.example",
            target_code=mark("Alignment.target_code"),
            target_framework=mark("Alignment.target_framework"),
            target_description=mark("Alignment.target_description"),
        )
        catalog.set_alignments(version, [alignment])
        catalog.upload_art(version, png(), alt=mark("BadgeVersion.image_alt"))
        if state == "published":
            catalog.publish(badge, **self.by)
        self.add("badge", slug=badge.slug, public_id=version.public_id)
        self.add("art", public_id=version.public_id, width=96)
        return BadgeClass.objects.get(pk=badge.pk)

    # --- Evidence and reviews -------------------------------------------------------------------

    def make_submissions(self) -> None:
        self._evidence("unsent")
        self._evidence("sent", decide=self._draft_review)
        self._evidence("sent", decide=self._return)
        self._evidence("sent", decide=self._decline)
        self._evidence("read by a second person", decide=self._wait_to_decline)
        self._evidence("sent", decide=self._send_decline_back)
        self._evidence("sent", decide=self._finish_first, review_scheme="two_readers")
        self._evidence(
            "read by a second person", decide=self._wait_for_approval, review_scheme="approver"
        )
        given_back = self._evidence("sent", decide=self._give_back)
        self.add("submission", public_id=given_back.public_id)
        self._evidence("sent", decide=self._take_away)
        self.shown = self._evidence("shown with the badge", decide=self._approve)
        make_due_process(self, lambda field: self.mark(f"reviewing.{field}", "always"))

    def _evidence(self, state: str, decide=None, **rules):
        asking = replace(CRITERIA[2], questions=[QuestionContent("What did they say?")])
        rules |= {"criteria": [*CRITERIA[:2], asking], "waiting_hours": 48}
        badge = self._plain_badge(version={"ai_use": "any"}, **rules)
        submission = submissions.start(badge, by=self.earner)
        first, second, third = submission.version.criteria.all()
        evidence = "submissions.EvidenceItem"
        submissions.write_text(submission, first, self.mark(f"{evidence}.text", state))
        submissions.add_link(
            submission,
            second,
            url=f"https://{self.mark(f'{evidence}.url', state)}.example",
            title=self.mark(f"{evidence}.title", state),
        )
        question = field_of(third.questions.get())
        write_answers(submission, third, {question: self.mark(f"{evidence}.answers", state)})
        file = submissions.add_file(
            submission,
            second,
            file=ContentFile(png()),
            file_name=f"{self.mark(f'{evidence}.file_name', state)}.png",
            content_type="image/png",
        )
        words = self.mark(f"{evidence}.subtitles", state)
        recording = add_recording(
            submission,
            second,
            file_name=f"{self.mark(f'{evidence}.file_name', state)}.mp4",
            subtitles=f"WEBVTT\n\n00:00.000 --> 00:02.000\n{words}\n",
        )
        self.add("submission", public_id=submission.public_id)
        self.add("file", public_id=file.public_id)
        self.add("file", public_id=recording.public_id)
        self.add("recording", public_id=recording.public_id)
        if state == "unsent":
            name = f"{self.mark('submissions.RecordingUpload.file_name', 'always')}.mp4"
            begin_recording(submission, second, name=name)
        if decide:
            how = self.mark("submissions.AiDisclosure.how", _state_of_disclosure(state))
            ai = AiUse(used=True, how=how)
            changes = self.mark("submissions.ChangeNote.text", _state_of_disclosure(state))
            submissions.send(
                submission, by=self.earner, statement_accepted=True, ai=ai, changes=changes
            )
            assignment = reviewing.claim(submission, by=self.place.reviewer)
            decide(assignment)
            self.add("assignment", pk=assignment.pk)
            submission.refresh_from_db()
        return submission

    def _judgments(self, assignment, state: str, verdict: str) -> dict:
        comment = self.mark("reviewing.CriterionJudgment.comment", state)
        attempt = assignment.submission.attempts.get()
        criteria = reviewing.criteria_to_judge(attempt)
        # As if it had been met in an attempt before.
        assignment.submission.met_criteria.add(criteria[0])
        reviewing.judge_again(
            assignment,
            criteria[0],
            by=self.place.reviewer,
            reason=self.mark("reviewing.CriterionJudgment.reopened_because", state),
        )
        return {criterion: Judgment(verdict, comment) for criterion in criteria}

    def _draft_review(self, assignment) -> None:
        reviewing.save_draft(
            assignment,
            by=self.place.reviewer,
            judgments=self._judgments(assignment, "draft", "met"),
            summary=self.mark("reviewing.Review.summary", "draft"),
        )
        note = self.mark("reviewing.SubmissionNote.text", "always")
        notes.write(assignment.submission, text=note, **self.by)
        reason = self.mark("privacy.EvidenceHold.reason", "always")
        retention.hold(assignment.submission, reason=reason, **self.by)

    def _send(self, assignment, state: str, verdict: str, **kwargs):
        return reviewing.send_review(
            assignment,
            by=self.place.reviewer,
            judgments=self._judgments(assignment, state, verdict),
            summary=self.mark("reviewing.Review.summary", state),
            **kwargs,
        )

    def _return(self, assignment) -> None:
        self._send(assignment, "sent", "not_yet")

    def _approve(self, assignment) -> None:
        self._send(assignment, "sent", "met")

    def _decline(self, assignment) -> None:
        second_looks.confirm(self._ask_to_decline(assignment, "declined"), **self.by)

    def _wait_to_decline(self, assignment) -> None:
        waiting = self._ask_to_decline(assignment, "decline to be confirmed")
        self.add("decline", pk=waiting.pk)

    def _finish_first(self, assignment) -> None:
        self._send(assignment, "while another reader reads", "met")

    def _wait_for_approval(self, assignment) -> None:
        waiting = self._send(assignment, "to be approved", "not_yet")
        self.add("decline", pk=waiting.pk)

    def _send_decline_back(self, assignment) -> None:
        decline = self._ask_to_decline(assignment, None)
        second_looks.send_back(
            decline, **self.by, note=self.mark("reviewing.Decision.note", "always")
        )

    def _ask_to_decline(self, assignment, state: str | None):
        return reviewing.send_review(
            assignment,
            by=self.place.reviewer,
            judgments={},
            summary=self.mark("reviewing.Review.summary", state) if state else "Not own work.",
            decline=True,
        )

    def _give_back(self, assignment) -> None:
        reviewing.release(
            assignment, by=self.place.reviewer, note=self.mark("review given back", "act")
        )

    def _take_away(self, assignment) -> None:
        workload.move(
            assignment.place,
            reader=assignment.pk,
            to=None,
            reason=self.mark("review taken away", "act"),
            **self.by,
        )

    # --- Awards ---------------------------------------------------------------------------------

    def make_awards(self) -> None:
        self.award = Assertion.objects.get(submission=self.shown)
        issue_batch(now=self.now + timedelta(days=9))
        self.award.refresh_from_db()
        items = list(self.shown.attempts.get().evidence_items.all())
        changes.share(self.award, shows_name=False, is_listed=True, items=items)
        named = self._award(self.version, narrative="issuing.Assertion.narrative")
        changes.share(named, shows_name=True, is_listed=True, items=[])
        revoked = self._award(self._plain_badge().current_version)
        changes.revoke(revoked, reason=self.mark("issuing.Assertion.revocation_reason"), **self.by)
        request = ReplacementRequest.objects.create(
            assertion=named, status="asked", asked_by=self.earner, due_at=self.now
        )
        asking.refuse(request, reason=self.mark("issuing.ReplacementRequest.refusal"), **self.by)
        held = self._waiting_award()
        changes.hold(held, reason=self.mark("award held", "act"), **self.by)
        cancelled = self._waiting_award()
        changes.cancel(cancelled, reason=self.mark("award cancelled", "act"), **self.by)
        quiet = self._award(self.version, to=self.quiet)
        changes.share(quiet, shows_name=False, is_listed=True, items=[])
        for award in (self.award, named, revoked, held, cancelled, quiet):
            self.add("award", public_id=award.public_id)
        key = self.issuer.keys.first()
        keys.revoke_key(key, reason=self.mark("issuing.IssuerKey.revocation_reason"), **self.by)
        self.add("key", public_id=self.issuer.public_id, fragment=key.fragment)

    def _award(self, version, *, to: User | None = None, narrative: str = "") -> Assertion:
        text = self.mark(narrative) if narrative else ""
        person = to or self.earner
        key = f"{person.pk}:{version.pk}"
        grant = Grant(person, version, GrantSource.LIST, key=key, narrative=text)
        grant_all([grant], now=self.now, **self.by)
        issue_batch(now=self.now + timedelta(days=9))
        return Assertion.objects.get(recipient=person, version=version)

    def _waiting_award(self) -> Assertion:
        version = self._plain_badge(waiting_hours=480).current_version
        grant_all([Grant(self.earner, version, GrantSource.LIST, key=str(version.pk))], **self.by)
        return Assertion.objects.get(recipient=self.earner, version=version)

    def make_endorsements(self) -> None:
        self.endorser = UserFactory(email="endorser@museum.example", name="Endorser")
        for state in ("offered", "accepted", "offered for an award"):

            def mark(text, state=state):
                return self.mark(f"issuing.Endorsement.{text}", state)

            target = {"offered": self.version, "accepted": self.issuer}.get(state, self.award)
            if target is self.award:
                changes.share(self.award, shows_name=True, is_listed=True, items=[])
            endorsement = endorsing.offer(
                target,
                by=self.endorser,
                name=mark("endorser_name"),
                url=f"https://{mark('endorser_url')}.example",
                about=mark("endorser_about"),
                comment=mark("comment"),
            )
            if state == "accepted":
                endorsing.accept(endorsement, **self.by)
            if target is self.award:
                items = list(self.shown.attempts.get().evidence_items.all())
                changes.share(self.award, shows_name=False, is_listed=True, items=items)
            self.add("endorsement", public_id=endorsement.public_id, act="accept")

    # --- Awards in bulk -------------------------------------------------------------------------

    def _make_upload(self, badge) -> None:
        """A list with problems in its rows, and two that award with links to evidence."""
        row = "awarding.AwardListRow"
        words = (
            "Email,ID,Evidence,Expires\n"
            f"soon@list.example,,,{self.mark(f'{row}.expires_given')}\n"
            f",{self.mark(f'{row}.ids_given')},,\n"
            f"bad@list.example,,{self.mark(f'{row}.evidence_given')},\n"
            f"good@list.example,,https://{self.mark(f'{row}.evidence')}.example/,\n"
        )
        name = self.mark("awarding.ListUpload.name")
        self._assigned_list(badge, words, ["email", "id", "evidence", "expires"], name=name)
        for field, state in (("evidence", "private"), ("public_link", "shown")):
            link = f"https://{self.mark('issuing.EvidenceLink.url', state)}.example/"
            badge = self._plain_badge()
            words = f"Email,Evidence\n{self.earner.email},{link}\n"
            award_lists.start(self._assigned_list(badge, words, ["email", field]), **self.by)
            carry_on_award_lists()
            issue_batch(now=self.now + timedelta(days=9))
            self.add("award", public_id=badge.assertions.get().public_id)

    def _assigned_list(self, badge, words: str, fields: list[str], name: str = "list.csv"):
        read = pasted(words)
        upload = uploads.save(badge, read=read, name=name, **self.by)
        answers = uploads.Answers(fields)
        [checked] = uploads.assign(upload, answers=answers, read=read, revision=1, **self.by)
        while batches.run_next_batch(checked):
            pass
        self.add("list", public_id=checked.public_id)
        return checked

    def make_bulk_awards(self) -> None:
        badge = self._plain_badge(waiting_hours=480)
        row = "awarding.AwardListRow"
        words = (
            "Email,Name,Text,Date\n"
            f"{self.mark(f'{row}.email')}@list.example,{self.mark(f'{row}.name')},"
            f"{self.mark(f'{row}.narrative')},2026-01-05\n"
            f"soon@list.example,Soon,,{self.mark(f'{row}.day_given')}\n"
        )
        read, name = pasted(words), self.mark("awarding.AwardList.name")
        upload = uploads.save(badge, read=read, name=name, **self.by)
        answers = uploads.Answers(["email", "name", "narrative", "day"])
        [checked] = uploads.assign(upload, answers=answers, read=read, revision=1, **self.by)
        while batches.run_next_batch(checked):
            pass
        self._make_upload(badge)
        awarded = awarded_list(badge, "two@list.example\nnot an address", **self.by)
        undone = awarded_list(badge, "three@list.example", **self.by)
        because = self.mark("awarding.AwardList.undone_because")
        award_lists.undo(undone, reason=because, **self.by)
        test = self.mark("awarding.ScoreRule.test")
        level = self.mark("awarding.ScoreRule.levels")
        scores.add_rule(badge, kind=ScoreRule.Kind.GAIN, test=test, at_least=Decimal(5), **self.by)
        also = [Condition(self.mark("awarding.ScoreRule.also"), "score", Decimal(5))]
        scores.add_rule(badge, kind="score", at_least=Decimal(9), also=also, **self.by)
        scores.add_rule(badge, kind=ScoreRule.Kind.LEVELS, levels=[level], **self.by)
        result = "awarding.ScoreResult"
        words = (
            "E-mail,Name,Test,Form,Date,Pre-test,Post-test,Level,Student ID\n"
            f"{self.mark(f'{result}.email')}@adult.example,{self.mark(f'{result}.name')},,,,,200,,\n"
            f"{self.tested.email},Tested,"
            f"{self.mark(f'{result}.test')},{self.mark(f'{result}.form')},"
            f"{self.mark(f'{result}.day_given')},"
            f"{self.mark(f'{result}.pre')},{self.mark(f'{result}.post')},"
            f"{self.mark(f'{result}.level')},\n"
            f",,,,,,200,,{self.mark(f'{result}.identifier')}\n"
            ",,,,,,200,,known7\n"
        )
        person = "awarding.PersonId"
        known = [
            IdRow(
                2,
                email=f"{self.mark(f'{person}.email')}@adult.example",
                name=self.mark(f"{person}.name"),
                identifier=self.mark(f"{person}.identifier"),
            ),
            IdRow(
                3,
                email="known@adult.example",
                name=self.mark(f"{result}.known_name"),
                identifier="known7",
            ),
        ]
        ids.import_ids(self.agency, known, **self.by)
        for each in PersonId.objects.filter(agency=self.agency):
            self.add("person id", pk=each.pk)
        unclear = layout.read(b"Email,Marks\na@b.example,80", is_pasted=True, choice=Choice())
        name = self.mark("awarding.ScoreUpload.name")
        file = score_files.save(self.agency, read=unclear, name=name, **self.by)
        self.add("score file", public_id=file.public_id)
        imported = scores.save_import(
            self.agency,
            reader=ScoreReader(file_formats.read_text(words).lines),
            name=self.mark("awarding.ScoreImport.name"),
            **self.by,
        )
        code = claim_codes.make_code(
            badge,
            label=self.mark("awarding.ClaimCode.label"),
            limit=None,
            opens_at=self.now - timedelta(hours=1),
            closes_at=self.now + timedelta(hours=9),
            **self.by,
        )
        token, self.place.secret_of_token = tokens.make_token(
            self.agency, name=self.mark("awarding.ApiToken.name"), **self.by
        )
        self.add("list", public_id=checked.public_id)
        self.add("list", public_id=awarded.public_id)
        self.add("import", public_id=imported.public_id)
        self.add("code", public_id=code.public_id, typed=code.code)
        self.add("token", public_id=token.public_id)


def _state_of_disclosure(state: str) -> str:
    """It is not shown with the badge."""
    return "sent" if state == "shown with the badge" else state
