"""The first access check for pages that are only for some roles.

Visitors are sent to sign in. Users without the role in any agency get 403. The view makes the
second check, against its queryset: records of other agencies are not found (404).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.permissions import is_coordinator, is_instructor, manages_program

View = Callable[..., HttpResponseBase]


def restrict_to(may: Callable[[User], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def check_user(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return check_user

    return decorate


coordinators_only = restrict_to(is_coordinator)
instructors_only = restrict_to(is_instructor)
program_managers_only = restrict_to(manages_program)
