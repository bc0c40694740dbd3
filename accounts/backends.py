"""Signing in, as Django and allauth do it. The user of a request comes with their memberships.

Almost every page asks for roles (the menu, the check of the page and its buttons) and names the
program. So one statement reads them with the user, and `accounts.permissions` asks no more.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache

from allauth.account import auth_backends
from django.contrib.auth import backends
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Subquery
from django.utils import timezone

from accounts.models import User
from postgres.prebuilt_query import PrebuiltQuery
from program.current import remember
from program.models import Program

_COLUMNS = [field.attname for field in User._meta.concrete_fields]


class _UserWithMemberships:
    def get_user(self, user_id):
        row = _user_on(timezone.localdate()).row(user_id)
        if row is None:
            return None
        user = User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
        *known, program = row[len(_COLUMNS) :]
        user.known_as_minor, memberships, user.known_accounts, user.may_need_second_step = known
        user.known_memberships = [json.loads(membership) for membership in memberships]
        remember(Program.from_json(program and json.loads(program)))
        return user if self.user_can_authenticate(user) else None


@lru_cache(maxsize=2)
def _user_on(today: date) -> PrebuiltQuery:
    """Building it takes the ORM longer than the rest of a small page. It depends on the day."""
    return PrebuiltQuery(
        lambda pk: (
            User.objects.with_memberships()
            .filter(pk=pk)
            .order_by()
            .values_list(
                *_COLUMNS,
                "known_as_minor",
                "known_memberships",
                "known_accounts",
                "may_need_second_step",
                Subquery(Program.objects.as_json()),
            )
        ),
        key_type="bigint",
    )


class ModelBackend(_UserWithMemberships, backends.ModelBackend):
    pass


class AuthenticationBackend(_UserWithMemberships, auth_backends.AuthenticationBackend):
    pass
