"""Acts to be killed: each function arranges the rows and returns what a person or a task does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.minors import operations as minors
from awarding import tasks as awarding
from awarding.claim_codes import operations as claims
from awarding.lists.operations import lists
from awarding.models import AwardList, ScoreImport, ScoreRule
from awarding.pathways import operations as pathways
from awarding.programs.operations import award_requests, tokens
from awarding.scores import operations as scores
from awarding.scores.columns import ScoreReader
from background.operations import go_on
from catalog import operations as catalog
from catalog.models import BadgeClass
from catalog.pathways import operations as catalog_pathways
from issuing import tasks as issuing
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from reviewing import operations as reviewing
from reviewing.assigning import operations as assigning
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment, Decision
from reviewing.second_looks import operations as second_looks
from reviewing.workload import operations as workload
from rewards import tasks as rewards
from rewards.chances import operations as chances
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, RepeatRequest, Win
from rewards.prizes import operations as prizes
from rewards.repeats import operations as repeats
from rewards.stage import operations as stage
from spreadsheets import file_formats
from submissions import operations as submissions
from submissions.models import Submission
from tests.accounts.links import link
from tests.awarding.lists import addresses, checked_list
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.faults import account_acts, due_process_acts, mailing_acts, privacy_acts
from tests.issuing.awards import due_awards, issued_award, offered_endorsement, waiting_award
from tests.issuing.replacing import asked, renamed_award
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import DRAW, OTHER_VALUES, REVEAL

BECAUSE = "A mistake."


def send_a_submission():
    draft = DraftFactory()
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, "What I did.")
    submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(b"My plan."),
        file_name="plan.txt",
        content_type="text/plain",
    )
    return lambda: submissions.send(
        Submission.objects.get(pk=draft.pk), by=draft.earner, statement_accepted=True
    )


def claim_a_review():
    sent = SentSubmissionFactory()
    reviewer = reviewer_for(sent.badge_class)
    return lambda: reviewing.claim_next(by=reviewer)


def give_to_another_reviewer():
    assignment = AssignmentFactory()
    badge = assignment.submission.badge_class
    reviewer, coordinator = reviewer_for(badge), coordinator_for(badge)
    return lambda: assigning.assign(
        Submission.objects.get(pk=assignment.submission_id),
        to=reviewer,
        by=coordinator,
        reason="Away.",
    )


def move_to_another_reviewer():
    assignment = AssignmentFactory()
    badge = assignment.submission.badge_class
    to, by = reviewer_for(badge), coordinator_for(badge)
    return lambda: workload.move(
        assignment.place, reader=assignment.pk, to=to, by=by, reason="Away."
    )


def review(verdict, comment):
    assignment = AssignmentFactory()
    judgments = judge_all(assignment, verdict, comment)
    return lambda: reviewing.send_review(
        Assignment.objects.get(pk=assignment.pk), by=assignment.reviewer, judgments=judgments
    )


def approve():
    return review("met", "")


def return_to_earner():
    return review("not_yet", "Add the second piece.")


def waiting_decision(*, decline: bool = False) -> Decision:
    """A decision that takes effect in ten minutes; a decline waits for a second person."""
    assignment = AssignmentFactory(badge_class__issuer__decision_wait_minutes=10)
    return reviewing.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment),
        summary="Not own work.",
        decline=decline,
    )


def put_a_decision_into_effect():
    decision = waiting_decision()
    return lambda: decisions.put_due_into_effect(now=decision.takes_effect_at)


def take_a_decision_back():
    decision = waiting_decision()
    return lambda: decisions.recall(Assignment.objects.get(), by=decision.decided_by)


def confirm_a_decline():
    decision = waiting_decision(decline=True)
    second = reviewer_for(decision.submission.badge_class)
    return lambda: second_looks.confirm(Decision.objects.get(), by=second)


def send_a_decline_back():
    decision = waiting_decision(decline=True)
    second = reviewer_for(decision.submission.badge_class)
    return lambda: second_looks.send_back(Decision.objects.get(), by=second, note="It is her own.")


def withdraw():
    submission = AssignmentFactory().submission
    return lambda: submissions.withdraw(
        Submission.objects.get(pk=submission.pk), by=submission.earner
    )


def issue_two():
    due_awards(2)
    return issuing.issue_due


def replace_credentials():
    for _number in range(2):
        asked(renamed_award())
    return issuing.replace_due


def revoke():
    award, by = issued_award(), UserFactory()
    return lambda: changes.revoke(Assertion.objects.get(pk=award.pk), by=by, reason=BECAUSE)


def cancel():
    award, by = waiting_award(), UserFactory()
    return lambda: changes.cancel(Assertion.objects.get(pk=award.pk), by=by, reason=BECAUSE)


def accept_an_endorsement():
    award = issued_award()
    changes.share(award, shows_name=True, items=[])
    offered = offered_endorsement(award)
    return lambda: endorsing.accept(Endorsement.objects.get(pk=offered.pk), by=award.recipient)


def publish_a_version():
    badge, by = BadgeFactory(), UserFactory()
    catalog.draft_version(badge, by=by)
    return lambda: catalog.publish(BadgeClass.objects.get(pk=badge.pk), by=by)


def award_a_list():
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(9))
    lists.start(award_list, by=award_list.made_by)
    return awarding.carry_on_award_lists


def undo_a_list():
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(9))
    lists.start(award_list, by=award_list.made_by)
    awarding.carry_on_award_lists()
    lists.undo(AwardList.objects.get(), by=award_list.made_by, reason=BECAUSE)
    return awarding.carry_on_award_lists


def take_back_an_issued_list():
    award_list = checked_list(BadgeFactory(), addresses(9))
    lists.start(award_list, by=award_list.made_by)
    awarding.carry_on_award_lists()
    issuing.issue_due()
    lists.undo(AwardList.objects.get(), by=award_list.made_by, reason=BECAUSE)
    return awarding.carry_on_award_lists


def import_scores():
    badge = BadgeFactory()
    by = coordinator_for(badge)
    scores.add_rule(badge, kind=ScoreRule.Kind.GAIN, test="CASAS*", by=by, at_least=Decimal(5))
    words = "E-mail,Name,Test,Date,Pre-test,Post-test,Level\n" + "\n".join(
        f"person{n}@school.example,Rosa {n},CASAS Reading,2026-03-15,219,228," for n in range(3)
    )

    def save_and_award():
        if not ScoreImport.objects.exists():
            scores.save_import(
                badge.agency,
                reader=ScoreReader(file_formats.read_text(words).lines),
                name="results.csv",
                by=by,
            )
        awarding.carry_on_award_lists()
        scores.start(ScoreImport.objects.get(), by=by)
        awarding.carry_on_award_lists()

    return save_and_award


def sweep_a_pathway():
    step = BadgeFactory()
    top = BadgeFactory(issuer=step.issuer)
    for _ in range(2):
        issued_award(badge_class=step)
    catalog_pathways.create(top, steps=[step], by=None)
    return awarding.award_pathways


def count_steps():
    step = BadgeFactory()
    top = BadgeFactory(issuer=step.issuer)
    catalog_pathways.create(top, steps=[step], by=None)
    pathways.run_due_sweeps(now=timezone.now())
    for _ in range(2):
        issued_award(badge_class=step)
    return awarding.award_pathways


def claim_a_code():
    badge, person, now = BadgeFactory(), UserFactory(), timezone.now()
    code = claims.make_code(
        badge,
        label="Fair",
        limit=1,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
        by=coordinator_for(badge),
    )
    return lambda: claims.claim(code, by=person)


def award_by_the_api():
    badge = BadgeFactory()
    token, _secret = tokens.make_token(badge.agency, name="Library", by=UserFactory())
    order = {"badge": badge.slug, "email": "ada@school.example", "name": "Ada", "key": "1"}

    return lambda: award_requests.award_all(token, [order])


def announce_a_drawing():
    now = timezone.now().replace(microsecond=0)
    drawing = drawing_factories.drafted(
        opens_on=(now - timedelta(days=20)).date(),
        ends_on=(now + timedelta(days=20)).date(),
        closes_at=now + timedelta(days=30),
        disputes_until=now + timedelta(days=34),
        draws_at=now + timedelta(days=40),
        sources=[
            drawing_factories.LOTTERY | {"when": (now + timedelta(days=38)).date().isoformat()}
        ],
    )
    issued_award()
    by = UserFactory()
    return lambda: drawings.announce(Drawing.objects.get(pk=drawing.pk), by=by)


def close_a_drawing():
    drawing = drawing_factories.announced()
    drawing_factories.award_to_many(5)
    drawings.follow(drawing, user=UserFactory(), wants=True)
    return rewards.keep_the_calendar


def draw():
    drawing, by = drawing_factories.closed(), UserFactory()
    drawings.follow(drawing, user=UserFactory(), wants=True)
    drawing_factories.type_values(drawing)
    return lambda: draws.draw(Drawing.objects.get(pk=drawing.pk), by=by, now=DRAW)


def draw_again():
    drawing, by = drawing_factories.drawn(), UserFactory()
    drawing_factories.type_values(drawing, OTHER_VALUES)
    asked = repeats.ask(drawing.draws.get(), by=UserFactory(), reason=BECAUSE, now=DRAW)
    return lambda: (
        drawing.draws.count() == 2
        or repeats.confirm(RepeatRequest.objects.get(pk=asked.pk), by=by, now=DRAW)
    )


def ask_to_draw_again():
    drawing, by = drawing_factories.drawn(), UserFactory()
    drawing_factories.type_values(drawing, OTHER_VALUES)
    return lambda: (
        RepeatRequest.objects.exists()
        or repeats.ask(drawing.draws.get(), by=by, reason=BECAUSE, now=DRAW)
    )


def reveal_a_result():
    drawing = drawing_factories.drawn(sealed_until=REVEAL)
    drawings.follow(drawing, user=UserFactory(), wants=True)
    return lambda: go_on(stage.reveal_next, now=REVEAL)


def let_a_prize_lapse():
    """Two prizes pass on to the next two people, each in a transaction of its own."""
    drawing_factories.drawn(awards=9)
    first = list(Win.objects.values_list("pk", flat=True))
    late = Win.objects.get(pk=first[0]).confirm_by + timedelta(hours=1)

    def lapse():
        for win in Win.objects.filter(pk__in=first).overdue(now=late):
            prizes.lapse(win, now=late)

    return lapse


def confirm_a_prize():
    drawing_factories.drawn()
    win = Win.objects.first()
    return lambda: prizes.confirm(Win.objects.get(pk=win.pk), shows_name=True, now=DRAW)


def enter_for_free():
    drawing, person = drawing_factories.announced(offers_free_entry=True), UserFactory()
    return lambda: chances.take_free_entry(
        drawing, user=person, now=drawing_factories.IN_THE_PERIOD
    )


def link_accounts():
    drawing_factories.announced()
    first = drawing_factories.award()
    second = drawing_factories.award(badge_class=first.badge_class)
    return lambda: link(second.recipient, first.recipient, now=drawing_factories.IN_THE_PERIOD)


def mark_as_a_minor():
    drawing_factories.announced()
    award = drawing_factories.award()
    agency = AgencyFactory()
    place = MembershipFactory(user=award.recipient, agency=agency)
    by = MembershipFactory(agency=agency, role="coordinator").user
    return lambda: minors.mark([place], by=by, now=drawing_factories.IN_THE_PERIOD)


# How many states each act passes through, seen from outside.
STATES = {
    send_a_submission: 1,
    claim_a_review: 1,
    give_to_another_reviewer: 1,
    move_to_another_reviewer: 1,
    approve: 1,
    return_to_earner: 1,
    put_a_decision_into_effect: 1,
    take_a_decision_back: 1,
    confirm_a_decline: 1,
    send_a_decline_back: 1,
    withdraw: 1,
    issue_two: 1,
    replace_credentials: 2,
    revoke: 1,
    cancel: 1,
    accept_an_endorsement: 1,
    publish_a_version: 1,
    award_a_list: 4,
    undo_a_list: 4,
    take_back_an_issued_list: 4,
    import_scores: 5,
    sweep_a_pathway: 1,
    count_steps: 1,
    claim_a_code: 1,
    award_by_the_api: 1,
    announce_a_drawing: 1,
    close_a_drawing: 1,
    draw: 1,
    ask_to_draw_again: 1,
    draw_again: 1,
    reveal_a_result: 1,
    let_a_prize_lapse: 2,
    confirm_a_prize: 1,
    enter_for_free: 1,
    link_accounts: 1,
    mark_as_a_minor: 1,
    account_acts.arrive_from_a_provider: 1,
    account_acts.take_a_saml_answer: 1,
    account_acts.reset_a_second_step: 1,
    account_acts.confirm_an_address_that_has_a_role: 1,
    account_acts.begin_the_set_up: 1,
    privacy_acts.tell_of_the_end_of_evidence: 2,
    privacy_acts.delete_evidence: 2,
    privacy_acts.hold_evidence: 1,
    **account_acts.STATES,
    privacy_acts.erase_a_person: 1,
    privacy_acts.refuse_an_erasure: 1,
    privacy_acts.ask_to_close_an_account: 1,
    privacy_acts.close_an_account: 1,
    **mailing_acts.STATES,
    **due_process_acts.STATES,
}
