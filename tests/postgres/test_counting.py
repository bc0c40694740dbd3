from __future__ import annotations

import pytest

from accounts.models import Agency, User
from postgres.counting import count_together
from tests.factories import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_rows_of_several_kinds_are_counted_in_one_statement(django_assert_num_queries):
    UserFactory.create_batch(3)
    AgencyFactory(name="Lake")

    with django_assert_num_queries(1):
        found = count_together(
            people=User.objects.all(),
            lakes=Agency.objects.filter(name="Lake").order_by("name"),
            rivers=Agency.objects.filter(name="River"),
            nobody=User.objects.none(),
        )

    assert found == {"people": 3, "lakes": 1, "rivers": 0, "nobody": 0}
