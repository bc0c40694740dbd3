"""What is at the addresses of this site that are not awards, in words for the verify page.

Rooms to the right add the words for their own pages with `describe`.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import ResolverMatch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import BadgeClass, BadgeVersion, Issuer
from issuing.models import Endorsement

_WORDS: dict[str, str | Promise] = {}


def describe(view_name: str, words: str | Promise) -> None:
    """Say what is at the addresses of this view."""
    _WORDS[view_name] = words


def words_for(match: ResolverMatch) -> str:
    """What is at the address; "" if its record does not exist or is not public."""
    if find := _RECORDS.get(match.view_name):
        return find(**match.kwargs)
    if "public_id" in match.kwargs and match.view_name not in _WORDS:
        return ""  # perhaps an award that is not issued: nobody learns that from this page
    return str(_WORDS.get(match.view_name, _ANY_PAGE))


_ANY_PAGE = gettext_lazy("At this address is a page of this site, not somebody’s award.")


def _badge(slug: str) -> str:
    found = BadgeClass.objects.readable().select_related("current_version").filter(slug=slug)
    badge = found.first()
    return _anybody_can_earn(badge.current_version.name) if badge else ""


def _badge_class(public_id: UUID) -> str:
    found = BadgeVersion.objects.exclude(published_at=None).filter(public_id=public_id)
    name = found.values_list("name", flat=True).first()
    return _anybody_can_earn(name) if name else ""


def _anybody_can_earn(badge: str) -> str:
    return _(
        "At this address is the badge “%(badge)s”. It is a badge that people can earn, not "
        "somebody’s award. Ask for the address of the award."
    ) % {"badge": badge}


def _issuer(public_id: UUID, **kwargs) -> str:
    name = Issuer.objects.filter(public_id=public_id).values_list("name", flat=True).first()
    return name and _(
        "At this address is the issuer %(issuer)s, who issues badges. It is not somebody’s award."
    ) % {"issuer": name}


def _issuer_keys(public_id: UUID | None = None, **kwargs) -> str:
    words = _(
        "At this address are public keys, with which programs check signatures. They are not "
        "somebody’s award."
    )
    is_known = public_id is None or Issuer.objects.filter(public_id=public_id).exists()
    return words if is_known else ""


def _endorsement(public_id: UUID) -> str:
    if not Endorsement.objects.accepted().filter(public_id=public_id).exists():
        return ""
    return _(
        "At this address is an endorsement: what somebody else says about a badge or an issuer. It "
        "is not an award."
    )


_RECORDS: dict[str, Callable[..., str]] = {
    "catalog:badge": _badge,
    "submissions:start": _badge,
    "issuing:badge_class": _badge_class,
    "issuing:issuer": _issuer,
    "issuing:did": _issuer_keys,
    "issuing:jwks": _issuer_keys,
    "issuing:all_jwks": _issuer_keys,
    "issuing:key": _issuer_keys,
    "issuing:endorsement": _endorsement,
    "issuing:endorser_did": _endorsement,
}

describe(
    "issuing:status_list",
    gettext_lazy(
        "At this address is the list of revoked badges that programs read. It is not an award."
    ),
)
for _name in ("catalog:art", "catalog:vector"):
    describe(
        _name,
        gettext_lazy(
            "At this address is the picture of a badge, without an award in it. Ask for the "
            "address of the award, or for its file."
        ),
    )
for _name in ("catalog:home", "catalog:badge_list", "catalog:category"):
    describe(
        _name,
        gettext_lazy(
            "At this address is the catalog of badges that people can earn, not somebody’s award."
        ),
    )
for _name in ("catalog:pathway", "catalog:pathway_list"):
    describe(
        _name,
        gettext_lazy(
            "At this address is a pathway: badges that lead to another one. It is not an award."
        ),
    )
for _name in ("verification:verify", "verification:verify_json", "verification:code_ask"):
    describe(
        _name,
        gettext_lazy("At this address is the page you are on. Paste the address of a badge here."),
    )
