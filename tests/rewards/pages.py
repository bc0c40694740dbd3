"""Addresses and coordinators of drawings."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Membership
from tests.factories import MembershipFactory


def coordinator_of(drawing):
    return MembershipFactory(agency=drawing.agency, role=Membership.Role.COORDINATOR).user


def page(name, drawing, *more):
    return reverse(f"rewards:{name}", args=[drawing.slug, *more])
