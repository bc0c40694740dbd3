"""Signing in, as Django and allauth do it. The user of a request comes with their memberships.

Almost every page asks for roles (the menu, the check of the page and its buttons) and names the
program. So one statement reads them with the user, and `accounts.permissions` asks no more.
"""

from __future__ import annotations

from allauth.account import auth_backends
from django.contrib.auth import backends
from django.db.models import Subquery

from accounts.models import User
from program.current import remember
from program.models import Program


class _UserWithMemberships:
    def get_user(self, user_id):
        program = Subquery(Program.objects.as_json())
        users = User.objects.with_memberships().annotate(program=program)
        user = users.filter(pk=user_id).first()
        if user:
            remember(Program.from_json(user.program))
        return user if user and self.user_can_authenticate(user) else None


class ModelBackend(_UserWithMemberships, backends.ModelBackend):
    pass


class AuthenticationBackend(_UserWithMemberships, auth_backends.AuthenticationBackend):
    pass
