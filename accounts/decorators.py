"""The first gate of pages that are for some roles only.

Signed out, a person signs in. Without the role in any agency the answer is 403. Whose record it is
comes second: what belongs to other agencies is not there (404), and that is the view's question.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.permissions import is_coordinator

View = Callable[..., HttpResponseBase]


def for_those_who(may: Callable[[User], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def gate(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return gate

    return decorate


coordinators_only = for_those_who(is_coordinator)
