"""Views of the API (docs/api.md): JSON in and out, authenticated by a token, never a session."""

from __future__ import annotations

import json
from functools import wraps

from django.http import JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.rate_limits import exceeds_rate_limit, key_exceeds_rate_limit
from awarding.models import ApiToken
from awarding.programs.operations import award_requests, tokens
from awarding.programs.operations.award_requests import AwardResult, RequestRefused
from catalog.states import BadgeStatus
from issuing import addresses
from issuing.documents import replacements
from issuing.models import Assertion
from mail.no_mailbox import has_no_mailbox
from openbadges.v2 import format_datetime

LARGEST_REQUEST = 64 * 1024
LARGEST_BATCH = 4 * 1024 * 1024
CALLS_A_MINUTE = 300
# From one IP address, with invalid tokens.
WRONG_TOKENS_A_MINUTE = 30
BADGES_PER_PAGE = 200


class CallRefused(RequestRefused):
    """The call as a whole is refused, not one award request in it."""


def api_view(**by_method):
    """A view that checks the token and dispatches to the function of the HTTP method."""

    @csrf_exempt  # a browser never adds the token by itself, so a request cannot be forged
    def view(request, **kwargs):
        try:
            call = by_method.get("GET" if request.method == "HEAD" else request.method)
            if call is None:
                raise CallRefused(_("This address does not support that method."), status=405)
            response = call(request, _token(request), **kwargs)
        except RequestRefused as error:
            response = JsonResponse(_error_json(error), status=error.status)
        except tokens.Revoked:
            response = JsonResponse(_error_json(_no_token()), status=401)
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Bearer realm="badges"'
        if response.status_code == 405:
            response["Allow"] = ", ".join(by_method)
        if response.status_code == 429:
            response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response

    view.answers_programs = True
    return wraps(next(iter(by_method.values())))(view)


def create_award(request, token: ApiToken):
    [result] = award_requests.award_all(token, [_json(request, largest=LARGEST_REQUEST)])
    if result.error:
        raise result.error
    status = 201 if result.is_new else 200
    return JsonResponse(_award_json(result.award, result.key), status=status)


def create_awards(request, token: ApiToken):
    """Always 200: each result has its own status, in the order of the requests."""
    body = _json(request, largest=LARGEST_BATCH)
    items = body.get("awards") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(body) > 1:
        raise RequestRefused(_("Send an object with a list of awards."), "awards")
    if len(items) > award_requests.MAX_BATCH:
        raise RequestRefused(_("Send up to 1,000 awards at once."), "awards")
    results = [_result_json(result) for result in award_requests.award_all(token, items)]
    return JsonResponse({"results": results})


def award(request, token: ApiToken, public_id):
    """Also by an id that it had before its credential was replaced: then it says by which one."""
    newer = replacements.current_id(public_id)
    awards = award_requests.awards_within_reach(token).select_related("badge_class")
    award = awards.filter(public_id=newer or public_id).first()
    if award is None:
        raise CallRefused(
            _("This token does not give access to any award with this id."), status=404
        )
    replaced = {"replaced_by": str(newer) if newer else None}
    return JsonResponse(_award_json(award, award_requests.key_of(award)) | replaced)


def badges(request, token: ApiToken):
    found = award_requests.badges_within_reach(token).filter(status=BadgeStatus.PUBLISHED)
    found = found.select_related("current_version", "issuer").order_by("slug")
    if after := request.GET.get("after", ""):
        found = found.filter(slug__gt=after.replace("\0", ""))
    page = list(found[: BADGES_PER_PAGE + 1])
    shown = page[:BADGES_PER_PAGE]
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
            "after": shown[-1].slug if len(page) > BADGES_PER_PAGE else None,
        }
    )


def not_found(request, token: ApiToken, anything):
    raise CallRefused(_("There is nothing at this address."), status=404)


def _token(request) -> ApiToken:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = tokens.authenticate(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        if exceeds_rate_limit(request, "api", times=WRONG_TOKENS_A_MINUTE, seconds=60):
            raise CallRefused(_("Too many requests. Try again in a minute."), status=429)
        raise _no_token()
    if key_exceeds_rate_limit(f"rate:token:{token.pk}", times=CALLS_A_MINUTE, seconds=60):
        raise CallRefused(_("Too many requests. Try again in a minute."), status=429)
    return token


def _no_token() -> CallRefused:
    return CallRefused(_("Send a valid token, as “Authorization: Bearer …”."), status=401)


def _json(request, *, largest: int):
    if request.content_type != "application/json":
        raise CallRefused(_("Send JSON, as “Content-Type: application/json”."), status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        raise CallRefused(_("That is too much at once. Send it in several calls."), status=413)
    try:
        return json.loads(request.body, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        raise CallRefused(_("This is not JSON."), status=400) from None
    except UnreadablePostError:
        raise CallRefused(_("The request was interrupted. Send it again."), status=400) from None


def _reject_constant(name: str):
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _result_json(result: AwardResult) -> dict:
    if result.error:
        return {"status_code": result.error.status, "key": result.key, **_error_json(result.error)}
    status = 201 if result.is_new else 200
    return {"status_code": status, **_award_json(result.award, result.key)}


def _error_json(error: RequestRefused) -> dict:
    content = {"error": error.message}
    return content | {"field": error.field} if error.field else content


def _award_json(award: Assertion, key: str) -> dict:
    """The award as its agency may see it. The addresses work once it is issued."""
    return {
        "id": str(award.public_id),
        "key": key,
        "badge": award.badge_class.slug,
        "name": award.recipient_name,
        "email": "" if has_no_mailbox(award.recipient_email) else award.recipient_email,
        "status": award.status,
        "due_at": format_datetime(award.due_at),
        "awarded_on": _date(award.awarded_on),
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
