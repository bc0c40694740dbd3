"""Links that open the share forms of other sites, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from issuing import addresses
from issuing.models import Assertion


@dataclass(frozen=True)
class ShareLink:
    label: str
    url: str


def share_links(award: Assertion) -> list[ShareLink]:
    page = addresses.absolute(award.get_absolute_url())
    badge, issuer = award.version.name, award.badge_class.issuer.name
    words = _("I earned the badge “%(badge)s” from %(issuer)s.") % {
        "badge": badge,
        "issuer": issuer,
    }
    return [
        ShareLink(_("Add to your LinkedIn profile"), _linkedin(award, page)),
        ShareLink(
            _("Post on LinkedIn"),
            _url("https://www.linkedin.com/sharing/share-offsite/", url=page),
        ),
        ShareLink("Bluesky", _url("https://bsky.app/intent/compose", text=_shortened(words, page))),
        ShareLink("X", _url("https://x.com/intent/post", text=words, url=page)),
        ShareLink("Facebook", _url("https://www.facebook.com/sharer/sharer.php", u=page)),
        ShareLink(
            _("Email"),
            _url("mailto:", subject=_("My badge: %s") % badge, body=f"{words}\n\n{page}"),
        ),
    ]


def _linkedin(award: Assertion, page: str) -> str:
    # LinkedIn has one date for when a certificate was given.
    issued = timezone.localtime(award.awarded_on)
    fields: dict[str, object] = {
        "startTask": "CERTIFICATION_NAME",
        "name": award.version.name,
        "organizationName": award.badge_class.issuer.name,
        "issueYear": issued.year,
        "issueMonth": issued.month,
    }
    if number := award.badge_class.issuer.linkedin_id:  # instead of the name: it has the logo
        del fields["organizationName"]
        fields["organizationId"] = number
    if award.expires:
        expires = timezone.localtime(award.expires)
        fields |= {"expirationYear": expires.year, "expirationMonth": expires.month}
    return _url(
        "https://www.linkedin.com/profile/add", **fields, certUrl=page, certId=award.public_id
    )


def _shortened(words: str, page: str, limit: int = 300) -> str:
    """Text and URL within Bluesky's limit of 300 characters, which includes the URL."""
    available = limit - len(page) - 1
    return f"{words if len(words) <= available else words[: available - 1] + '…'} {page}"


def _url(address: str, **parameters) -> str:
    return f"{address}?{urlencode(parameters, quote_via=quote)}"
