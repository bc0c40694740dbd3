"""Whatever two people and workers do at the same moment, they never wait for each other.

The order that this rests on is written down in docs/architecture.md, Locks.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement, takewhile
from pathlib import Path
from random import Random

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import operations as accounts
from accounts.agencies import operations as agencies
from accounts.groups import operations as groups
from accounts.links import operations as links
from accounts.minors import operations as minors
from accounts.models import Membership, User
from accounts.providers.operations import providers
from accounts.rosters.operations import imports
from accounts.school_years import operations as years
from accounts.sign_in import operations as sign_in
from awarding.claim_codes import operations as claims
from awarding.pathways import operations as pathways
from catalog.models import Issuer
from catalog.pathways import operations as catalog_pathways
from editing.forms import Edit
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from issuing.replacements.operations import asking
from issuing.replacements.operations.batches import replace_batch
from issuing.states import GrantSource
from issuing.status_lists import operations as status_lists
from privacy import operations as privacy
from privacy.closing import operations as closing
from privacy.models import EvidenceDeadline
from privacy.retention import operations as retention
from program import operations as program
from reviewing import operations as reviewing
from reviewing.automatic.operations import assigning, returning
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment, Decision
from reviewing.reviewers.operations import conflicts
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from tests.accounts.links import confirm, link
from tests.accounts.signing_in import with_app
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    SchoolFactory,
    UserFactory,
    approved_submission,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.faults import mailing_acts
from tests.faults.interleaving import Act, Hand, deadlocks
from tests.issuing.awards import offered_endorsement
from tests.privacy.retaining import delete_after
from tests.reviewing.automatic.cases import badge_that_is_assigned
from tests.reviewing.automatic.cases import sent as sent_to_assign
from tests.rewards.drawing_factories import drafted

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now().replace(microsecond=0)
YESTERDAY = NOW - timedelta(days=1)
LAST_YEAR = NOW - timedelta(days=350)
RENEWABLE = {"valid_months": 12, "renewable": True, "renewal_days_before": 60}
BECAUSE = "A mistake."
NAMES = (
    "issue",
    "replace a credential",
    "count steps",
    "carry a list on",
    "claim",
    "put a decision into effect",
    "take a decision back",
    "revoke the badge at the end",
    "revoke a renewal",
    "revoke what was sent in",
    "undo a list",
    "show evidence",
    "accept an endorsement",
    "say one's name",
    "sign lists",
    "announce a drawing",
    "merge schools",
    "choose a school",
    "confirm workplaces",
    "give a role",
    "link accounts",
    "confirm another address",
    "reset a second step",
    "delete evidence",
    "hold evidence",
    "come from a provider",
    "unlink accounts",
    "mark minors",
    "ask for new credentials",
    "write an email",
    "ask to be erased",
    "erase a person",
    "close an account",
    "begin a submission",
    "apply a roster",
    "add members to a group",
    "begin a school year",
    "start an announcement",
    "send announcements",
    "add subscribers",
    "leave a list",
    "want no announcements",
    "assign automatically",
    "return what nobody begins",
    "name a reviewer",
)


def give(people, *badges, now, source=GrantSource.LIST):
    grant_all(
        [
            Grant(person, badge.current_version, source, key=f"{person.pk} {badge.pk} {now}")
            for person in people
            for badge in badges
        ],
        by=None,
        now=now,
    )


def active_award(person, badge):
    return Assertion.objects.active().get(recipient=person, badge_class=badge)


def announced_drawing(by):
    """With a second version of its rules to announce."""
    drawing = drafted(
        opens_on=(NOW - timedelta(days=20)).date(),
        ends_on=(NOW + timedelta(days=20)).date(),
        closes_at=NOW + timedelta(days=30),
        disputes_until=NOW + timedelta(days=34),
        draws_at=NOW + timedelta(days=40),
        sources=[
            {
                "name": "State lottery",
                "kind": "numbers",
                "where": "https://lottery.example",
                "when": (NOW + timedelta(days=38)).date().isoformat(),
                "count": 6,
                "lowest": None,
                "highest": None,
                "distinct": False,
            }
        ],
    )
    drawings.announce(drawing, by=by, now=YESTERDAY)
    drawing = Drawing.objects.get(pk=drawing.pk)
    rules = drafts.rules_to_edit(drawing)
    rules.change_note = "Two chances now."
    drafts.save_rules(drawing, rules, m2m={}, by=by)
    return drawing


def provider_with_a_rule(agency, school, *, by):
    """It makes reviewers of a school out of its science teachers."""
    providers.declare_domain(agency, "school.example", by=by)
    provider = providers.add_provider(
        agency, kind="oidc", name="Alder", issuer="https://idp.alder.example",
        client_id="badges", secret="x", by=by,
    )  # fmt: skip
    rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": school}
    providers.add_rule(provider, by=by, **rule)
    return provider


def endorse(endorser, *awards):
    """In this order, so that the last of them was endorsed last."""
    for award in awards:
        endorsing.accept(offered_endorsement(award, by=endorser), by=award.recipient)


@pytest.fixture
def acts() -> dict[str, Act]:
    """What could happen at one moment to three people and their badges, all of one issuer."""
    step = BadgeFactory()
    issuer = step.issuer
    top, course = (BadgeFactory(issuer=issuer, **RENEWABLE) for _ in range(2))
    renewed = BadgeFactory(issuer=issuer, **RENEWABLE)
    new = BadgeFactory(issuer=issuer)
    catalog_pathways.create(top, steps=[step], by=None)
    coordinator = coordinator_for(step)
    # Invited without a name, so all that they have changes when they are named.
    people = first, second, third = [
        UserFactory(name="", joined_at=None, invited_at=LAST_YEAR) for _ in range(3)
    ]

    give([third, second, first], top, renewed, now=LAST_YEAR)
    sent = approved_submission(now=LAST_YEAR, earner=first, badge_class=course)
    issue_batch(now=LAST_YEAR)
    give(people, renewed, now=YESTERDAY)
    issue_batch(now=YESTERDAY)
    give([second, first], step, now=NOW)
    give([third], step, now=YESTERDAY)
    issue_batch(now=YESTERDAY)
    Issuer.objects.filter(pk=course.issuer_id).update(decision_wait_minutes=10)
    again = AssignmentFactory(earner=first, badge_class=course, now=NOW)
    decision = reviewing.send_review(again, by=again.reviewer, judgments=judge_all(again), now=NOW)
    Assertion.objects.filter(badge_class=top).update(shows_name=True)
    offered = offered_endorsement(active_award(first, top))
    # The other way round than the awards are numbered.
    by_number = sorted((active_award(each, top) for each in (first, second)), key=lambda a: -a.pk)
    endorse(third, *by_number)
    for person in people:
        person.email = f"new-{person.email}"
        person.save(update_fields=["email"])
        person.emailaddress_set.update(email=person.email)
    for person in (second, first):
        asking.ask(Assertion.objects.of(person), by=person, now=YESTERDAY)
    code = claims.make_code(
        top,
        label="Fair",
        limit=9,
        opens_at=LAST_YEAR,
        closes_at=NOW + timedelta(days=9),
        by=coordinator,
    )
    waiting, begun_late = badge_that_is_assigned(), badge_that_is_assigned()
    for badge in (waiting, begun_late):
        reviewer_for(badge)
        sent_to_assign(badge, earner=first, now=YESTERDAY)
    taken = Submission.objects.get(badge_class=begun_late)
    their_reader = reviewer_for(begun_late)
    reviewing.claim(taken, by=their_reader, now=YESTERDAY)
    Assignment.objects.filter(submission=taken).update(begin_by=LAST_YEAR.date())
    delete_after(60)
    EvidenceDeadline.objects.filter(submission=sent).update(days=60, told_at=NOW, due_at=NOW)
    drawing = announced_drawing(by=coordinator)
    school, other = (SchoolFactory(parent=issuer.agency) for _ in range(2))
    for person in people:
        accounts.choose_school(person, school, now=YESTERDAY)
    workplaces = Membership.objects.filter(agency=school)

    provider = provider_with_a_rule(issuer.agency, school, by=coordinator)
    someone = providers.Identity("2", second.email, True, "Rosa", {"groups": ["science"]})
    places = workplaces.filter(user__in=[third, first]).select_related("user")
    linked = link(UserFactory(), third, now=YESTERDAY)
    with_app(second)
    invited = UserFactory(name="", joined_at=None, invited_at=LAST_YEAR)
    first.emailaddress_set.create(email=invited.email, verified=False)
    Membership.objects.create(
        user=invited, agency=other, role=Membership.Role.REVIEWER, confirmed_at=NOW
    )

    group = groups.add(school, name="Algebra", school_year="2025–26", by=coordinator)
    groups.add_accounts(group, [first, third], by=coordinator)
    groups.add_instructor(group, email=third.email, name="", language="en", by=coordinator)
    roster = imports.save(
        issuer.agency, _records(school, [third, second, first]), name="roster.csv", by=coordinator
    )
    imports.run_next_batch(roster)
    imports.start(roster, by=coordinator)
    mailing = mailing_acts.at_one_moment(people, issuer.agency, by=coordinator, now=NOW)

    def revoke(person, badge):
        changes.revoke(active_award(person, badge), by=coordinator, reason=BECAUSE)

    def share(badge, *items):
        changes.share(active_award(first, badge), shows_name=True, items=items)

    def carry_list_on():
        accounts.find_or_invite(
            [(person.email, "Rosa", "en") for person in (third, first)], now=NOW
        )
        give([second, third, first], top, course, now=NOW)

    return {
        "issue": lambda: issue_batch(now=NOW),
        "replace a credential": lambda: replace_batch(now=NOW),
        "count steps": lambda: pathways.count_due_steps(now=NOW),
        "carry a list on": carry_list_on,
        "claim": lambda: claims.claim(code, by=first, now=NOW),
        "put a decision into effect": lambda: decisions.put_into_effect(
            Decision.objects.get(pk=decision.pk), now=decision.takes_effect_at
        ),
        "take a decision back": lambda: decisions.recall(
            Assignment.objects.get(pk=again.pk), by=again.reviewer, now=NOW
        ),
        "revoke the badge at the end": lambda: revoke(second, top),
        "revoke a renewal": lambda: revoke(first, renewed),
        "revoke what was sent in": lambda: revoke(first, course),
        "undo a list": lambda: changes.take_back_all(
            Assertion.objects.all(), by=coordinator, reason=BECAUSE, now=NOW
        ),
        "show evidence": lambda: share(
            course, EvidenceItem.objects.filter(attempt__submission=sent)[0]
        ),
        "accept an endorsement": lambda: endorsing.accept(
            Endorsement.objects.get(pk=offered.pk), by=first, now=NOW
        ),
        "say one's name": lambda: accounts.save_profile(
            first, edit=Edit({"name": "Rosa", "language": "en"})
        ),
        "sign lists": lambda: status_lists.sign_due(now=NOW + timedelta(days=2)),
        "announce a drawing": lambda: drawings.announce(drawing, by=coordinator, now=NOW),
        "merge schools": lambda: agencies.merge(school, other, by=coordinator, now=NOW),
        "choose a school": lambda: accounts.choose_school(first, other, now=NOW),
        "confirm workplaces": lambda: accounts.confirm_workplaces(
            workplaces, by=coordinator, now=NOW
        ),
        "give a role": lambda: accounts.give_role(
            second, school, Membership.Role.REVIEWER, by=coordinator, now=NOW
        ),
        "link accounts": lambda: link(third, first, now=NOW),
        "confirm another address": lambda: confirm(first, invited.email),
        "reset a second step": lambda: sign_in.reset_second_step(
            second, by=coordinator, reason=BECAUSE, now=NOW
        ),
        "delete evidence": lambda: retention.delete_next(now=NOW),
        "hold evidence": lambda: retention.hold(sent, reason=BECAUSE, by=coordinator, now=NOW),
        "come from a provider": lambda: providers.arrive(provider, someone, language="en", now=NOW),
        "unlink accounts": lambda: links.unlink(linked, by=third, now=NOW),
        "mark minors": lambda: minors.mark(places, by=coordinator, now=NOW),
        "ask for new credentials": lambda: asking.ask(
            Assertion.objects.filter(recipient__in=people), by=coordinator, reason=BECAUSE, now=NOW
        ),
        "write an email": lambda: program.write_email(
            "badge_issued",
            "en",
            by=coordinator,
            agency=issuer.agency,
            edit=Edit({"subject": "Your badge"}),
        ),
        "ask to be erased": lambda: privacy.ask(third, by=third, now=NOW),
        "erase a person": lambda: privacy.erase(User.objects.get(pk=first.pk), by=None, now=NOW),
        "close an account": lambda: closing.ask(again.reviewer, keeps_badges=True, now=NOW),
        "begin a submission": lambda: submissions.start(new, by=first, now=NOW),
        "apply a roster": lambda: imports.run_next_batch(roster),
        "add members to a group": lambda: groups.add_people(
            group, [(person.email, "", "en") for person in (third, second)], by=coordinator
        ),
        "begin a school year": lambda: years.move_on(
            issuer.agency, from_year="2025–26", to_year="2026–27", copies=True, by=coordinator,
            shown=years.mark_of(issuer.agency, "2025–26"), ends_on=NOW.date() + timedelta(days=90),
        ),
        **mailing,
        "assign automatically": lambda: assigning.assign_due(now=NOW),
        "return what nobody begins": lambda: returning.return_due(now=NOW),
        "name a reviewer": lambda: conflicts.name_person(
            first, address=their_reader.email, by=first, now=NOW
        ),
    }  # fmt: skip


def _records(school, people) -> list[dict[str, str]]:
    """They become reviewers of the school and instructors of a new class."""
    words = {"id": "", "name": "", "where": "2", "place": school.name}
    roles = [
        {**words, "what": "role", "email": person.email, "role": "reviewer"} for person in people
    ]
    new = [{**words, "what": "group", "id": "c1", "name": "Geometry", "year": "2025–26"}]
    places = [
        {**words, "what": "place", "email": person.email, "group": "c1", "part": "instructor"}
        for person in people
    ]
    return [*roles, *new, *places]


def pairs_of(name: str) -> list[tuple[str, str]]:
    """The act with itself and with the half of the others that follow it around a circle.

    Over all acts that is each pair once, and about as many for every act. Within a pair the order
    is that of NAMES.
    """
    here, count = NAMES.index(name), len(NAMES)
    furthest = count // 2
    if count % 2 == 0 and here >= furthest:
        furthest -= 1  # acts on opposite sides would meet twice
    pairs = (sorted((here, (here + step) % count)) for step in range(furthest + 1))
    return [(NAMES[one], NAMES[other]) for one, other in pairs]


def test_every_pair_is_tried_once():
    pairs = [pair for name in NAMES for pair in pairs_of(name)]

    assert sorted(pairs) == sorted(combinations_with_replacement(NAMES, 2))


# Each act leaves the rows as they were, so several share them: to write them takes seconds.
TOGETHER = 4


@pytest.mark.long
@pytest.mark.parametrize(
    "names",
    [NAMES[first : first + TOGETHER] for first in range(0, len(NAMES), TOGETHER)],
    ids=", ".join,
)
def test_no_two_of_these_come_to_wait_for_each_other(acts, names):
    assert tuple(acts) == NAMES

    with Hand() as one, Hand() as other:
        found = {
            (first, second): where
            for name in names
            for first, second in pairs_of(name)
            if (where := deadlocks(acts[first], acts[second], one, other))
        }

    assert found == {}


def test_two_who_lock_in_opposite_orders_are_found():
    one, other = UserFactory(), UserFactory()

    def name(*people):
        for person in people:
            User.objects.filter(pk=person.pk).update(name="Rosa")

    with Hand() as left, Hand() as right:
        opposite = deadlocks(lambda: name(one, other), lambda: name(other, one), left, right)
        same = deadlocks(lambda: name(one, other), lambda: name(one, other), left, right)

    assert (len(opposite), same) == (1, [])


def test_whatever_two_lock_they_are_found_if_a_stop_makes_each_wait_for_the_other():
    chance = Random(1)
    people = [UserFactory().pk for _ in range(5)]

    def lock(keys):
        for key in keys:
            User.objects.filter(pk=key).update(name="Rosa")

    def can_wait_for_each_other(first, second):
        for stop in range(1, len(first)):
            free = set(people).difference(first[:stop])
            held = list(takewhile(free.__contains__, second))
            if len(held) < len(second) and set(held) & set(first[stop:]):
                return True
        return False

    tried = []
    with Hand() as left, Hand() as right:
        for _ in range(25):
            one, other = (chance.sample(people, chance.randint(2, 5)) for _ in range(2))
            found = deadlocks(partial(lock, one), partial(lock, other), left, right)
            tried.append(bool(found))
            assert tried[-1] == can_wait_for_each_other(one, other), (one, other)

    assert set(tried) == {True, False}


def test_a_lock_lets_others_point_to_its_row():
    """A foreign key to a row that is locked FOR UPDATE waits at the commit, holding everything."""
    strict_lock = re.compile(r"select_for_update\((?![^)]*no_key=True)")
    ours = {Path(app.path) for app in apps.get_app_configs() if "site-packages" not in app.path}

    strict = [
        path for app in ours for path in app.rglob("*.py") if strict_lock.search(path.read_text())
    ]

    assert strict == []
