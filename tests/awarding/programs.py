"""A program that awards badges over the API."""

from __future__ import annotations

from django.test import Client

from awarding.programs.operations import tokens
from tests.factories import UserFactory

AWARDS, BATCH, BADGES = "/api/v1/awards", "/api/v1/awards/batch", "/api/v1/badges"
ROSA = {"email": "rosa@school.example", "name": "Rosa Alvarez"}


def token_for(agency, name="Course site") -> str:
    return tokens.make_token(agency, name=name, by=UserFactory())[1]


class Program:
    """A client program: it sends a token and no cookies, and CSRF checks are on."""

    def __init__(self, secret, **headers):
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Authorization": f"Bearer {secret}", **headers}

    def post(self, path, body, **kwargs):
        kwargs.setdefault("content_type", "application/json")
        return self.client.post(path, body, headers=self.headers, **kwargs)

    def get(self, path):
        return self.client.get(path, headers=self.headers)


def award_request(badge, key="course-7/rosa", **fields):
    return {"badge": badge.slug, **ROSA, "key": key, **fields}
