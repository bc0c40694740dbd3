"""Everything by which one person could learn who another one is: pages, files, emails, headers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from mail.composing import compose
from mail.models import OutgoingEmail
from tests.access.addresses import named_addresses
from tests.access.reading import readable

READER = "Quetzalcoatl Ferreira"
READER_ADDRESS = "q.ferreira@readers.example"
EARNER = "Xochitl Zamora"
EARNER_ADDRESS = "x.zamora@creekside.example"
SCHOOL = "Creekside Marigold School"

# Words that are nowhere else. Any of them tells who it is.
OF_READER = re.compile("quetzalcoatl|ferreira|readers.example", re.IGNORECASE)
OF_EARNER = re.compile("xochitl|zamora|marigold|creekside", re.IGNORECASE)

# What changes with every request, and says nothing: also when a paper was made or a page shown.
_OF_THE_REQUEST = re.compile(
    r'(csrfmiddlewaretoken"? value="|nonce="?|nonce-|csrftoken=|Expires: )[^"\'>;\n]+'
    r"|(/(?:Mod|Creation)Date\(D:|/ID\[\([\w+/=]+\)\(|<xmp:(?:Create|Modify)Date>|"
    r"<xmpMM:InstanceID>|, as of )[^)<]+"
)
# What signs a person out, changes something or answers nobody but a machine.
_LEFT_OUT = re.compile(r"^(accounts/|admin/|health|ready|demo/)|logout")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: HttpResponseBase) -> str:
    """The whole answer: status, headers, cookies and content, also what is packed in it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.items()))
    return f"{response.status_code}\n{headers}\n{readable(content)}"


def shown(response: HttpResponseBase) -> str:
    return _OF_THE_REQUEST.sub(r"\1\2", text_of(response))


@dataclass
class Records:
    """The values that addresses about some records need, by name of the argument."""

    values: dict[str, list[object]] = field(default_factory=dict)

    def fill(self, arguments: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
        names = [name for name, _kind in arguments]
        if not names:
            yield {}
        elif len(names) == 1:
            yield from ({names[0]: value} for value in self.values.get(names[0], []))


def every_address(records: Records) -> list[str]:
    """Every address of the product that needs nothing, or one value that these records have."""
    found = []
    for address in named_addresses():
        if _LEFT_OUT.search(address.route):
            continue
        for arguments in records.fill(address.arguments):
            with contextlib.suppress(NoReverseMatch):  # the value is of another kind
                found.append(reverse(address.name, kwargs=arguments))
    return found


def pages_with(
    words: re.Pattern[str],
    client: Client,
    addresses: list[str],
    opened: set[str] | None = None,
) -> dict[str, str]:
    """Pages of this person that contain any of the words, with what they say.

    `opened` collects the addresses that were answered with a page or a file.
    """
    found = {}
    for address in addresses:
        answer = client.get(address)
        if opened is not None and answer.status_code == HTTPStatus.OK:
            opened.add(address)
        if match := words.search(text_of(answer)):
            found[address] = match[0]
    return found


def emails_to(user: User) -> list[str]:
    """Each email as it is sent, with all of its headers."""
    rows = OutgoingEmail.objects.filter(to=user.email).order_by("pk")
    return [compose(row).message().as_string() for row in rows]


def decoded_parts(user: User) -> Iterator[str]:
    """Headers and readable parts of each email to this person."""
    for row in OutgoingEmail.objects.filter(to=user.email).order_by("pk"):
        message = compose(row).message()
        yield "\n".join(f"{name}: {value}" for name, value in message.items())
        for part in message.walk():
            if payload := part.get_payload(decode=True):
                yield payload.decode("utf-8", "replace")
