"""Clients and texts of pages, for tests."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: HttpResponse) -> str:
    return response.content.decode()
