"""What somebody means who types an address of this site, or the code of a paper.

The address is looked up in the URL table, never requested. It leads to an award if one of its
parts names a published award; otherwise the answer says what is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from issuing import addresses, short_codes
from issuing.models import Assertion, ReplacedCredential
from openbadges import dids
from verification import local_documents, places

LONGEST_TYPED = 2_000
MOST_WORDS = 30  # of a pasted sentence that are searched for an address
_PRINTED_CODE = re.compile(r"(?<![\w‐‑‒–—-])\w{4}([-‐‑‒–—])\w{4}\1\w{4}(?![\w‐‑‒–—-])")
# LinkedIn shows the number of an award as its "Credential ID".
_NUMBER = re.compile(
    r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])", re.IGNORECASE
)
_SCHEME = re.compile(r"h?tt?p{1,2}(s?)\s*[:;]?\s*[/\\]{1,3}(?=\w)", re.IGNORECASE)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_AROUND = " \t\r\n<>()[]{}\"'“”‘’«»,;"


@dataclass(frozen=True)
class Found:
    """What is at an address of this site. Without an award, `words` say what is there instead."""

    award: Assertion | None = None
    replaced: ReplacedCredential | None = None  # if it led to an earlier credential of the award
    code: str = ""  # of a paper, whether or not there is an award with this code
    words: str = ""  # empty if there is nothing at the address


def canonical(typed: str) -> str:
    """The full URL on this site that was meant, or else the text as it was typed."""
    text = typed.strip().removeprefix("\ufeff").strip(_AROUND)
    if not text or len(text) > LONGEST_TYPED or typed.lstrip().startswith("{"):
        return typed
    if code := _bare_code(text):
        return code_address(code)
    corrected = _SCHEME.sub(r"http\1://", text, count=1) if _SCHEME.match(text) else text
    words = corrected.split()[:MOST_WORDS]
    own = next((url for word in words if (url := _own_url(word))), "")
    printed = _PRINTED_CODE.search(text) if len(words) > 1 and (own or len(text) < 200) else None
    if printed and (code := short_codes.read(printed[0])):
        return code_address(code)
    return own or _address_of_number(text) or (corrected if corrected != text else typed)


def look_up(url: str) -> Found:
    """What is at this URL, which belongs to this site."""
    match = _resolved(canonical(url))
    if match is None:
        return Found()
    if match.view_name == "verification:code":
        return _by_code(match.kwargs["typed"])
    query = parse_qs(urlsplit(url).query)
    if match.view_name == "verification:code_ask" and query.get("code"):
        return _by_code(query["code"][0])
    if match.view_name.startswith("verification:verify") and query.get("address"):
        inner = canonical(query["address"][0])
        is_one_step = addresses.is_ours(inner) and "address" not in parse_qs(urlsplit(inner).query)
        return look_up(inner) if is_one_step else Found(words=places.words_for(match))
    public_id = match.kwargs.get("public_id")
    award = public_id and Assertion.objects.published().with_badge().filter(public_id=public_id)
    if award and (found := award.first()):
        return Found(award=found)
    if public_id and (earlier := replaced(public_id=public_id)):
        return Found(award=earlier.assertion, replaced=earlier)
    return Found(words=places.words_for(match))


def award_with_code(typed: str) -> Assertion | None:
    code = short_codes.read(typed)
    published = Assertion.objects.published().with_badge()
    return published.filter(short_code=code).first() if code else None


def replaced(**which: object) -> ReplacedCredential | None:
    """An earlier credential, with its award, by its `public_id` or `short_code`."""
    found = ReplacedCredential.objects.filter(**which).first()
    if found:
        found.assertion = Assertion.objects.with_badge().get(pk=found.assertion_id)
    return found


def code_in(url: str) -> str:
    """The code of a paper that this URL of this site names; else ""."""
    match = _resolved(url)
    is_code = match is not None and match.view_name == "verification:code"
    return short_codes.read(match.kwargs["typed"]) if is_code else ""


def code_address(code: str) -> str:
    """The URL in the QR code of a paper."""
    return addresses.absolute(reverse("verification:code", args=[code]))


def _by_code(typed: str) -> Found:
    award, code = award_with_code(typed), short_codes.read(typed)
    earlier = replaced(short_code=code) if code and not award else None
    return Found(award=earlier.assertion if earlier else award, replaced=earlier, code=typed)


def _bare_code(text: str) -> str:
    """The code, if the text is nothing else. A host name that reads as one must be a real code."""
    code = short_codes.read(text) if len(text) < 60 else ""
    if code and re.search(r"[./:]\w", text):
        return code if _by_code(code).award else ""
    return code


def _address_of_number(text: str) -> str:
    """The URL of the award with the number in this text, which contains no URL. Else ""."""
    number = "/" not in text and len(text) < 200 and _NUMBER.search(text.translate(_HYPHENS))
    if number and _is_known(number[0]):
        return addresses.assertion_id(number[0].lower())
    return ""


def _is_known(number: str) -> bool:
    published = Assertion.objects.published().filter(public_id=number)
    return published.exists() or replaced(public_id=number) is not None


def _own_url(word: str) -> str:
    """The word as a URL of this site: with a scheme, and with the site's own host. Else ""."""
    word = word.strip(_AROUND)
    did = word.partition("#")[0]
    if did.startswith(dids.KEY):
        key = local_documents.issuer_key(did.removeprefix(dids.KEY))
        if key is None:
            return ""
        path = reverse("issuing:key", args=[key.issuer.public_id, key.fragment])
        return addresses.absolute(path)
    if did.startswith(dids.WEB):
        try:
            word = dids.document_url(did)
        except dids.NotADid:
            return ""
    scheme, colon, rest = word.partition("://")
    rest = rest if colon else word
    if colon and scheme.lower() not in {"http", "https"}:
        return ""
    host, slash, path = rest.partition("/")
    if not slash:
        host, mark, path = re.match(r"([^?#]*)([?#]?)(.*)", rest, re.DOTALL).groups()
        slash = f"/{mark}"
    host = host.rstrip(".:")
    for candidate in (host, host[4:] if host.lower().startswith("www.") else ""):
        if candidate and addresses.is_ours(f"https://{candidate}"):
            return f"{settings.PUBLIC_ORIGIN}{slash}{path.translate(_HYPHENS)}"
    return ""


def _resolved(url: str) -> ResolverMatch | None:
    try:
        path = unquote(urlsplit(url).path) or "/"
    except ValueError:
        return None
    for spelling in _spellings(path):
        try:
            match = resolve(spelling)
        except Resolver404:
            continue
        if match.url_name:  # what has no name says that there is nothing
            return match
    return None


def _spellings(path: str) -> dict[str, None]:
    """The path, and what people and programs make of it, in the order in which they are tried."""
    path = re.sub(r"/{2,}", "/", path)
    without_end = path.rstrip(".,;:!?)…")
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    spellings: dict[str, None] = {}
    for tried in (path, without_end, without_end.lower()):
        shortened = re.sub(rf"^/(?:{languages})(?=/|$)", "", tried, flags=re.IGNORECASE) or "/"
        for each in (tried, shortened):
            spellings |= dict.fromkeys([each, each.rstrip("/") or "/", each.rstrip("/") + "/"])
    return spellings
