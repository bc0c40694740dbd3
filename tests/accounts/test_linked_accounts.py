"""One person with several accounts: linked when an address is confirmed, unlinked by undoing it."""

from __future__ import annotations

import pytest
from allauth.account.internal.userkit import filter_users_by_email
from django.db import InternalError, transaction
from django.urls import reverse

from accounts import operations
from accounts.joining import operations as joining
from accounts.links import operations as links
from accounts.models import AccountLink, User
from accounts.permissions import are_one_person
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from awarding.pathways import operations as pathways
from catalog.pathways import operations as catalog_pathways
from issuing.awards.operations.granting import Grant, grant_all
from issuing.models import Assertion
from issuing.permissions import award_states, can_endorse
from issuing.states import GrantSource
from issuing.templatetags.issuing_tags import holders_count
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.models import Assignment
from reviewing.querysets import reviewable_by
from submissions import operations as submissions
from submissions.models import Submission
from submissions.permissions import AwardState
from tests.accounts.links import award_to, link
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award

pytestmark = pytest.mark.django_db
HOME = "rosa@home.example"
ADDRESSES = reverse("account_email")


def invite(address=HOME) -> User:
    return operations.find_or_invite([(address, "Rosa", "en")])[address]


def confirm(user, address=HOME, client=None):
    added = user.emailaddress_set.create(email=address, verified=False)
    added.set_verified()
    joining.confirm_address(user, address)


@pytest.fixture
def rosa(client):
    user = UserFactory(email="rosa@school.example")
    client.force_login(user)
    return user


def test_a_badge_awarded_to_a_home_address_is_theirs_once_they_confirm_it(client, rosa, letter_to):
    award = award_to(invite())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(ADDRESSES, {"action_add": "", "email": HOME})

    client.post(letter_to(HOME)["link"])

    shown = client.get(reverse("issuing:my_awards"))
    assert shown.context["earned"] == [award]
    award.refresh_from_db()
    assert (award.recipient.email, award.recipient_email) == (HOME, HOME)
    linked = AccountLink.objects.get()
    assert (linked.account.email, linked.main, linked.linked_by) == (HOME, rosa, rosa)
    assert linked.source == AccountLink.Source.ADDRESS


def test_the_pages_of_the_award_are_the_persons_own(client, rosa):
    award = award_to(invite())
    assert client.get(reverse("issuing:share", args=[award.public_id])).status_code == 404
    confirm(rosa)

    shared = client.post(reverse("issuing:share", args=[award.public_id]), {"shows_name": "on"})
    paper = client.get(reverse("papers:transcript"))

    assert shared.status_code == 302
    assert paper["Content-Type"] == "application/pdf"


def test_a_badge_that_two_accounts_hold_is_shown_once_with_both_addresses(client, rosa):
    badge = BadgeFactory()
    own, other = award_to(rosa, badge), award_to(invite(), badge, key="2")
    confirm(rosa)

    shown = client.get(reverse("issuing:my_awards"))

    assert shown.context["earned"] == [own]
    assert shown.context["earned"][0].copies == [other]
    assert rosa.email in shown.text
    assert HOME in shown.text
    assert holders_count(badge) == 1
    assert set(Assertion.objects.values_list("status", flat=True)) == {"issued"}


def test_what_was_earned_with_either_account_is_already_earned(rosa):
    award = award_to(invite())
    confirm(rosa)

    [again] = grant_all([Grant(rosa, award.version, GrantSource.API, key="again")], by=None)

    assert again.is_already_there
    assert again.assertion == award
    states = award_states(rosa, [award.badge_class], award.issued_on)
    assert states == {award.badge_class_id: AwardState.VALID}
    with pytest.raises(submissions.CannotStart):
        submissions.start(award.badge_class, by=rosa)


def test_the_same_order_sent_again_after_linking_is_no_other_persons(rosa):
    award = award_to(invite())
    confirm(rosa)

    repeated = Grant(rosa, award.version, GrantSource.API, key=award.source_key)
    [outcome] = grant_all([repeated], by=None)

    assert (outcome.is_already_there, outcome.assertion) == (True, award)


def test_an_open_submission_of_either_account_is_found(rosa):
    draft = DraftFactory()
    link(draft.earner, rosa)

    assert submissions.start(draft.badge_class, by=rosa) == draft
    assert list(Submission.objects.of(rosa)) == [draft]


def test_steps_held_by_two_accounts_complete_a_pathway_for_the_main_one(rosa):
    badge, steps = BadgeFactory(), [BadgeFactory(), BadgeFactory()]
    pathway = catalog_pathways.create(badge, steps=steps, by=UserFactory(), name="")
    award_to(rosa, steps[0])
    award_to(invite(), steps[1])
    pathways.count_due_steps(now=pathway.badge_class.created_at)
    assert not Assertion.objects.filter(badge_class=badge).exists()

    confirm(rosa)
    pathways.count_due_steps(now=pathway.badge_class.created_at)

    assert Assertion.objects.get(badge_class=badge).recipient == rosa


def test_undoing_leaves_each_account_with_what_it_had(client, rosa):
    award = award_to(invite())
    confirm(rosa)
    linked = AccountLink.objects.get()
    assert HOME in client.get(ADDRESSES).text

    client.post(reverse("accounts:link_undo", args=[linked.pk]))

    assert not Assertion.objects.of(rosa).exists()
    assert list(Assertion.objects.of(award.recipient)) == [award]
    linked.refresh_from_db()
    assert linked.ended_by == rosa
    acts = AuditEntry.objects.filter(act__startswith="accounts ").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["accounts linked", "accounts unlinked"]

    client.post(reverse("accounts:link_join"), {"email": HOME})

    assert list(Assertion.objects.of(rosa)) == [award]


def test_an_address_of_a_linked_account_is_not_offered_for_signing_in(client, rosa):
    invite()
    confirm(rosa)
    rosa.emailaddress_set.create(email="rosa@other.example", verified=True)

    shown = client.get(ADDRESSES)

    assert shown.text.count('name="action_primary"') == 1


def test_undoing_twice_changes_nothing(client, rosa):
    linked = link(invite(), rosa)
    links.unlink(linked, by=rosa)

    with pytest.raises(TransitionNotAllowed):
        links.unlink(linked, by=rosa)
    assert client.post(reverse("accounts:link_undo", args=[linked.pk])).status_code == 404


def test_joining_again_twice_is_once(client, rosa):
    award = award_to(invite())
    rosa.emailaddress_set.create(email=HOME, verified=True)

    for _ in range(2):
        assert client.post(reverse("accounts:link_join"), {"email": HOME}).status_code == 302

    assert AccountLink.objects.get().account == award.recipient


def test_an_address_that_was_confirmed_in_another_way_counts_from_the_next_sign_in(client):
    rosa = UserFactory()
    award = award_to(invite())
    rosa.emailaddress_set.create(email=HOME, verified=True)
    typed = {"login": rosa.email, "password": PASSWORD}

    client.post(reverse("account_login"), typed)

    assert list(Assertion.objects.of(rosa)) == [award]

    links.unlink(AccountLink.objects.get(), by=rosa)
    client.logout()
    client.post(reverse("account_login"), typed)

    assert not Assertion.objects.of(rosa).exists()


def test_letters_and_codes_to_a_confirmed_address_are_for_the_account_that_confirmed_it(rosa):
    invite()
    confirm(rosa)

    assert filter_users_by_email(HOME, is_active=True, prefer_verified=True) == [rosa]


def test_nobody_undoes_the_link_of_another_person(client, rosa):
    linked = link(invite(), UserFactory())

    assert client.post(reverse("accounts:link_undo", args=[linked.pk])).status_code == 404
    assert AccountLink.objects.in_force().get() == linked


def test_an_address_that_is_not_confirmed_joins_nothing(client, rosa):
    invite()
    rosa.emailaddress_set.create(email=HOME, verified=False)

    assert client.post(reverse("accounts:link_join"), {"email": HOME}).status_code == 404
    assert not AccountLink.objects.exists()


def test_confirming_an_address_does_not_take_an_account_that_somebody_uses(rosa):
    other = UserFactory(email=HOME)

    links.join_confirmed_address(rosa, HOME)

    other.refresh_from_db()
    assert other.linked_to is None


def test_whoever_confirms_the_address_takes_it_from_a_wrong_link(rosa):
    shell = invite()
    link(shell, UserFactory())

    confirm(rosa)

    assert AccountLink.objects.in_force().get().main == rosa


def test_whoever_signs_up_with_a_linked_address_has_the_account_alone(rosa):
    shell = invite()
    confirm(rosa)
    rosa.emailaddress_set.filter(email=HOME).delete()

    joining.sign_up_as_invited(shell, name="Someone", password="x" * 12, language="en")
    joining.confirm_address(shell, HOME)

    assert not AccountLink.objects.in_force().exists()
    assert not are_one_person(rosa, shell.pk)


def test_nobody_signs_up_with_an_address_that_another_account_confirmed(client, rosa):
    shell = invite()
    confirm(rosa)
    client.logout()

    client.post(
        reverse("account_signup"),
        {"name": "Someone", "email": HOME, "password1": "a long quiet river"},
    )

    assert not shell.emailaddress_set.exists()


def test_three_accounts_make_one_person_and_come_apart_as_they_were_joined(rosa):
    one, two = UserFactory(), UserFactory()
    link(one, two)
    second = link(two, rosa)
    assert {*User.objects.same_person(one)} == {one, two, rosa}
    assert {*User.objects.filter(linked_to=rosa)} == {one, two}

    links.unlink(second, by=rosa)

    assert {*User.objects.same_person(one)} == {one, two}
    assert {*User.objects.same_person(rosa)} == {rosa}


@pytest.mark.parametrize("backwards", [False, True])
def test_linking_twice_is_refused(rosa, backwards):
    other = UserFactory()
    link(other, rosa)

    with pytest.raises(links.CannotLink):
        link(rosa, other) if backwards else link(other, rosa)


def test_the_database_refuses_chains_and_changes_of_what_was_linked(rosa):
    other, third = UserFactory(), UserFactory()
    linked = link(other, rosa)

    for change in (
        lambda: User.objects.filter(pk=rosa.pk).update(linked_to=third),
        lambda: User.objects.filter(pk=third.pk).update(linked_to=other),
        lambda: AccountLink.objects.filter(pk=linked.pk).update(main=third),
        lambda: AccountLink.objects.filter(pk=linked.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


# --- Reviewers ------------------------------------------------------------------------------------


def test_nobody_reviews_what_they_sent_in_with_another_account():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    assert reviewable_by(reviewer).exists()

    link(submission.earner, reviewer)

    assert not reviewable_by(reviewer).exists()
    with pytest.raises(InternalError), transaction.atomic():
        Assignment.objects.create(
            submission=submission, reviewer=reviewer, assigned_at=submission.submitted_at
        )


def test_a_colleague_with_another_account_is_a_colleague():
    submission = SentSubmissionFactory()
    reviewer = reviewer_for(submission.badge_class)
    school = MembershipFactory(user=submission.earner, agency__kind="school").agency
    private = MembershipFactory(agency=school).user

    link(private, reviewer)

    assert not reviewable_by(reviewer).exists()


def test_accounts_linked_during_a_review_end_it_without_a_decision():
    assignment = AssignmentFactory()
    link(assignment.submission.earner, assignment.reviewer)

    with pytest.raises(reviewing.ConflictOfInterest):
        reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    reviewing.save_draft(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    reviewing.release(assignment, by=assignment.reviewer)
    assert not reviewable_by(assignment.reviewer).exists()


def test_nobody_endorses_their_other_account(rosa):
    award = issued_award()
    Assertion.objects.filter(pk=award.pk).update(shows_name=True)
    award.refresh_from_db()
    assert can_endorse(rosa, award)

    link(award.recipient, rosa)

    assert not can_endorse(rosa, award)


def test_nothing_is_sent_when_a_person_links_their_own_address(rosa):
    invite()
    OutgoingEmail.objects.all().delete()

    confirm(rosa)

    assert not OutgoingEmail.objects.exists()
