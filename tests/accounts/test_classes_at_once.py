"""Two coordinators, or one who presses twice, add learners at the same moment."""

from __future__ import annotations

import pytest

from accounts.classes import operations as classes
from accounts.models import ClassCode, ClassSignIn
from tests.accounts.classes import class_of, coordinator_of, learner_of
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_names_sent_twice_make_each_account_once():
    group, _cards = class_of()
    by = coordinator_of(group.agency)

    def add():
        return classes.add_learners(group, ["Ana Ruiz", "Bo Li"], by=by, language="en")

    outcomes = at_once(add, add)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NamesThere", "list"]
    assert group.people.current().count() == ClassSignIn.objects.count() == 2
    assert ClassCode.objects.current().count() == 1


def test_two_new_cards_at_once_leave_one_secret_that_works():
    group, [card] = class_of("Ana Ruiz")
    learner, by = learner_of(group, card), coordinator_of(group.agency)

    def renew():
        return classes.renew_cards(group, [learner.pk], by=by)

    at_once(renew, renew)

    assert ClassSignIn.objects.current().count() == 1
