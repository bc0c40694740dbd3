"""The address book of the API (docs/api.md): JSON in, JSON out, a token and never a session."""

from __future__ import annotations

import json
from functools import wraps

from django.http import JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.rate_limits import exceeds_rate_limit, key_exceeds_rate_limit
from awarding.models import ApiToken
from awarding.programs.operations import orders, tokens
from awarding.programs.operations.orders import Answer, Misunderstood
from catalog.states import BadgeStatus
from issuing import addresses
from issuing.models import Assertion
from openbadges.v2 import format_datetime

LARGEST_ORDER = 64 * 1024
LARGEST_BATCH = 4 * 1024 * 1024
CALLS_A_MINUTE = 300
# From one address, with tokens that are none.
WRONG_TOKENS_A_MINUTE = 30
BADGES_A_PAGE = 200


class Refused(Misunderstood):
    """Like what is misunderstood, about the call as a whole."""


def called_by_programs(**by_method):
    """A view that answers each HTTP method with its function, for who brings a token."""

    @csrf_exempt  # a browser never sends a token by itself, so there is nothing to forge
    def view(request, **kwargs):
        try:
            call = by_method.get("GET" if request.method == "HEAD" else request.method)
            if call is None:
                raise Refused(_("This address does not know that method."), status=405)
            response = call(request, _token(request), **kwargs)
        except Misunderstood as problem:
            response = JsonResponse(_said(problem), status=problem.status)
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Bearer realm="badges"'
        if response.status_code == 405:
            response["Allow"] = ", ".join(by_method)
        if response.status_code == 429:
            response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response

    return wraps(next(iter(by_method.values())))(view)


def order(request, token: ApiToken):
    [answer] = orders.award_all(token, [_json(request, largest=LARGEST_ORDER)])
    if answer.problem:
        raise answer.problem
    return JsonResponse(_award(answer.award, answer.key), status=201 if answer.is_new else 200)


def order_many(request, token: ApiToken):
    """Always 200: each order has its own status, in the order in which they came."""
    sent = _json(request, largest=LARGEST_BATCH)
    items = sent.get("awards") if isinstance(sent, dict) else None
    if not isinstance(items, list) or len(sent) > 1:
        raise Misunderstood(_("Send an object with a list of awards."), "awards")
    if len(items) > orders.MOST_AT_ONCE:
        raise Misunderstood(_("Send up to 1,000 awards at once."), "awards")
    results = [_result(answer) for answer in orders.award_all(token, items)]
    return JsonResponse({"results": results})


def award(request, token: ApiToken, public_id):
    awards = orders.awards_within_reach(token).select_related("badge_class")
    award = awards.filter(public_id=public_id).first()
    if award is None:
        raise Refused(_("This token reaches no award with this id."), status=404)
    return JsonResponse(_award(award, orders.key_of(award)))


def badges(request, token: ApiToken):
    found = orders.badges_within_reach(token).filter(status=BadgeStatus.PUBLISHED)
    found = found.select_related("current_version").order_by("slug")
    if after := request.GET.get("after", ""):
        found = found.filter(slug__gt=after.replace("\0", ""))
    page = list(found[: BADGES_A_PAGE + 1])
    shown = page[:BADGES_A_PAGE]
    return JsonResponse(
        {
            "badges": [
                {
                    "badge": badge.slug,
                    "name": badge.current_version.name,
                    "description": badge.current_version.description,
                    "version": badge.current_version.number,
                    "waiting_hours": badge.hours_before_issue,
                    "page": addresses.absolute(badge.get_absolute_url()),
                }
                for badge in shown
            ],
            "after": shown[-1].slug if len(page) > BADGES_A_PAGE else None,
        }
    )


def nothing(request, token: ApiToken, anything):
    raise Refused(_("There is nothing at this address."), status=404)


def _token(request) -> ApiToken:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = tokens.recognise(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        if exceeds_rate_limit(request, "api", times=WRONG_TOKENS_A_MINUTE, seconds=60):
            raise Refused(_("That was too often. Try again in a minute."), status=429)
        sentence = _("Send a token that is in force, as “Authorization: Bearer …”.")
        raise Refused(sentence, status=401)
    if key_exceeds_rate_limit(f"rate:token:{token.pk}", times=CALLS_A_MINUTE, seconds=60):
        raise Refused(_("That was too often. Try again in a minute."), status=429)
    return token


def _json(request, *, largest: int):
    if request.content_type != "application/json":
        raise Refused(_("Send JSON, as “Content-Type: application/json”."), status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        raise Refused(_("That is too much at once. Send it in several calls."), status=413)
    try:
        return json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(_("This is not JSON."), status=400) from None
    except UnreadablePostError:
        raise Refused(_("The call broke off. Send it again."), status=400) from None


def _no_number(name: str):
    raise ValueError(name)


def _result(answer: Answer) -> dict:
    if answer.problem:
        status = answer.problem.status
        return {"status_code": status, "key": answer.key, **_said(answer.problem)}
    status = 201 if answer.is_new else 200
    return {"status_code": status, **_award(answer.award, answer.key)}


def _said(problem: Misunderstood) -> dict:
    said = {"error": problem.sentence}
    return said | {"field": problem.field} if problem.field else said


def _award(award: Assertion, key: str) -> dict:
    """An award as its agency may know it. The addresses answer once it is issued."""
    return {
        "id": str(award.public_id),
        "key": key,
        "badge": award.badge_class.slug,
        "name": award.recipient_name,
        "email": award.recipient_email,
        "status": award.status,
        "due_at": format_datetime(award.due_at),
        "issued_on": _date(award.issued_on),
        "expires": _date(award.expires),
        "revocation_reason": award.revocation_reason or None,
        "addresses": {
            "page": addresses.absolute(award.get_absolute_url()),
            "open_badge_2": addresses.assertion_id(award.public_id),
            "open_badge_3": addresses.credential_id(award.public_id),
            "picture": addresses.baked_image(award.public_id),
        },
    }


def _date(moment):
    return format_datetime(moment) if moment else None
