"""What the address of a piece of evidence tells before anybody opens it. No request is made."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from fetching.public_addresses import is_public

# Files that only point to a document elsewhere.
DOCUMENT_SHORTCUTS = (
    ".gdoc", ".gsheet", ".gslides", ".gdraw", ".gform", ".gjam", ".gmap", ".gsite", ".gscript",
)  # fmt: skip
PAGE_SHORTCUTS = (".url", ".webloc", ".website", ".lnk", ".desktop")

_LOCAL_ENDINGS = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private",
    "home.arpa", "test", "invalid",
)  # fmt: skip
_ON_DEVICE = {"file", "content", "blob", "data", "about", "filesystem", "chrome", "edge"}
# Hosts of mailboxes; with a path, only that part of the host is one.
_INBOXES = (
    ("mail.google.com", ""), ("inbox.google.com", ""), ("gmail.com", ""),
    ("outlook.office.com", ""), ("outlook.office365.com", ""), ("outlook.live.com", ""),
    ("outlook.cloud.microsoft", ""), ("outlook.com", ""), ("hotmail.com", ""),
    ("mail.yahoo.com", ""), ("mail.aol.com", ""), ("mail.proton.me", ""), ("mail.zoho.com", ""),
    ("icloud.com", "/mail"),
)  # fmt: skip
# Places where a document is private until its owner shares it.
_SHARED_BY_OWNER = (
    "docs.google.com", "drive.google.com", "photos.google.com", "sites.google.com",
    "forms.google.com", "slides.google.com", "sheets.google.com", "photos.app.goo.gl", "forms.gle",
    "onedrive.live.com", "onedrive.com", "1drv.ms", "sharepoint.com", "sharepoint.us",
    "dropbox.com", "db.tt", "dropboxusercontent.com", "icloud.com", "canva.com", "canva.link",
    "box.com",
)  # fmt: skip


def refusal_of(address: str) -> str:
    """Why nobody else could open this address, and what to do instead; "" if nothing is known.

    `address` is as typed, perhaps without a scheme.
    """
    if re.match(r"[a-z]:[\\/]|\\\\|~?/(?!/)", address, re.IGNORECASE):
        return _on_device()
    scheme = re.match(r"([a-z][a-z0-9+.-]*):(?!\d)", address, re.IGNORECASE)
    if scheme and scheme[1].lower() in _ON_DEVICE:
        return _on_device()
    if scheme and scheme[1].lower() == "mailto":
        return _(
            "This is an email address, not a page. Save the email as a PDF and add it as a file, "
            "or write what it says in your own words."
        )
    host, path = _host_and_path(address)
    if not host or (scheme and scheme[1].lower() not in {"http", "https"}):
        return ""
    if host.endswith(DOCUMENT_SHORTCUTS) or path.endswith(DOCUMENT_SHORTCUTS):
        return _(
            "This is only a shortcut to a Google document. Open the document, press Share, choose "
            "“Anyone with the link”, copy the link, and paste that."
        )
    if any(_is_at(host, inbox) and path.startswith(part) for inbox, part in _INBOXES):
        return _(
            "This opens your own mailbox, and nobody else can. Save the email as a PDF and add it "
            "as a file, or link to the document that the email is about."
        )
    if _is_local(host, path):
        return _(
            "Only your own device or network can open this address. Add the file itself, or paste "
            "the address of a page that anyone can open."
        )
    return ""


def sharing_reminder(address: str) -> str:
    """A reminder for documents that are private until they are shared; "" for other pages."""
    host, _path = _host_and_path(address)
    if not any(_is_at(host, place) for place in _SHARED_BY_OWNER):
        return ""
    return _(
        "Reviewers can only open this if it is shared with anyone who has the link. Open it in a "
        "private window to check."
    )


def _on_device() -> str:
    return _(
        "This is a place on your own device, and nobody else can open it. Add the file itself, or "
        "paste the address of a page that anyone can open."
    )


def _host_and_path(address: str) -> tuple[str, str]:
    if not re.match(r"[a-z][a-z0-9+.-]*://", address, re.IGNORECASE):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = unicodedata.normalize("NFKC", parts.hostname or "")
    except ValueError:
        return "", ""
    return host.lower().rstrip("."), parts.path.lower().rstrip("/")


def _is_at(host: str, place: str) -> bool:
    return host == place or host.endswith(f".{place}")


def _is_local(host: str, path: str) -> bool:
    if ip := _ip_of(host):
        return not is_public(ip)
    is_machine = "." not in host and bool(path)  # without a page, it may be any word
    return is_machine or any(_is_at(host, ending) for ending in _LOCAL_ENDINGS)


def _ip_of(host: str) -> str:
    """The IP address that browsers read in a host, also in one number or in hexadecimal; or ""."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if re.fullmatch(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}", host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return "0.0.0.0"  # noqa: S104 - an address that is no address
    return ""
