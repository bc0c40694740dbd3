"""Everything that a person can read: pages, files and emails, as plain text."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urljoin

from django.apps import apps
from django.contrib import admin
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from mail.composing import compose
from mail.models import OutgoingEmail

MARK = re.compile(r"mk\d{3}km")
MOST_PAGES = 20
# These answer programs with JSON and people with a page.
IN_SPANISH_TOO = ("/categories/", "/lists/", "/pages/")
DOCUMENTS = ("/assertions/", "/badge-classes/", "/issuers/", "/credentials/", "/endorsements/")


def marks_on(client: Client, pages: Iterable[str]) -> dict[str, str]:
    """The marks that are on these pages, each with a page that it is on."""
    found: dict[str, str] = {}
    for page in pages:
        found |= marks_at(client, page)
        if page.startswith(DOCUMENTS):
            found |= marks_at(client, page, accept="application/json")
        if page == "/" or page.startswith(IN_SPANISH_TOO):
            found |= marks_at(client, page, accept_language="es")
    return found


def marks_at(client: Client, address: str, **headers) -> dict[str, str]:
    """The marks on this page and on the pages that it continues on."""
    found, pages = {}, [address]
    for number, page in enumerate(iter_while_growing(pages)):
        assert number < MOST_PAGES, f"{address} has too many pages for this test"
        text = text_of(client.get(page, headers=headers))
        found |= dict.fromkeys(MARK.findall(text), page)
        for link in re.findall(r'href="(\?[^"]*(?:page|older_than)=[^"]*)"', text):
            following = urljoin(page, link.replace("&amp;", "&"))
            if following not in pages:
                pages.append(following)
    return found


def iter_while_growing(items: list[str]) -> Iterator[str]:
    position = 0
    while position < len(items):
        yield items[position]
        position += 1


def text_of(response: HttpResponseBase) -> str:
    if response.status_code in {403, 404, 405}:
        return ""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.headers.get("Content-Disposition", "") + readable(content)


def readable(content: bytes) -> str:
    """Also what is in an archive or an Excel file, and in the parts of a JWT."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(readable(archive.read(name)) for name in archive.namelist())
    text = content.decode("utf-8", errors="replace")
    # Whole groups only: what merely looks like a part of a JWT may have any length.
    for part in re.findall(r"eyJ(?:[\w-]{4}){5,}[\w-]{0,3}", text):
        whole = part[: len(part) // 4 * 4]
        # A random token can begin like this, too, and is no text. A text may end within a letter.
        with suppress(UnicodeDecodeError):
            text += getincrementaldecoder("utf-8")().decode(base64.urlsafe_b64decode(whole))
    return text


def marks_in_emails() -> dict[str, dict[str, str]]:
    """The marks in all emails, by the address that each is sent to."""
    found: dict[str, dict[str, str]] = {}
    for email in OutgoingEmail.objects.all():
        message = compose(email)
        parts = [message.subject, message.body, *(body for body, _type in message.alternatives)]
        parts += [str(part) for part in message.attachments]
        marks = dict.fromkeys(MARK.findall(json.dumps(parts)), f"email {email.kind}")
        found.setdefault(email.to, {}).update(marks)
    return found


def operator_pages() -> Iterator[str]:
    """The lists of all models in the operator's pages, and the page of each record."""
    for model in admin.site._registry:
        if model._meta.app_label in {app.label for app in apps.get_app_configs()}:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield reverse(f"{name}_changelist")
            for pk in model._base_manager.values_list("pk", flat=True):
                yield reverse(f"{name}_change", args=[pk])
