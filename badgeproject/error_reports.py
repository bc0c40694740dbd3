"""Errors are sent to SENTRY_DSN, if there is one, without anything about a person.

Of a request, the report has the method and the route. Addresses, forms, cookies, users and the
values of variables stay here: an address may hold a live key, and a form what somebody wrote.
"""

from __future__ import annotations

import re
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from badgeproject.request_logs import without_addresses

_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_KEPT = {
    "event_id", "timestamp", "platform", "level", "logger", "release", "environment", "sdk",
    "transaction", "exception", "logentry", "message",
}  # fmt: skip


def start(dsn: str, **options: Any) -> None:
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(transaction_style="function_name"), CeleryIntegration()],
        default_integrations=True,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0,
        before_send=scrub,
        **options,
    )


def scrub(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Keep what says where it broke. What is not known to be harmless is left out."""
    kept = {name: value for name, value in event.items() if name in _KEPT}
    if method := event.get("request", {}).get("method"):
        kept["tags"] = {"method": method}
    for error in kept.get("exception", {}).get("values", []):
        error["value"] = _clean(error.get("value"))
    if entry := kept.pop("logentry", None):
        kept["logentry"] = {"message": _clean(entry.get("message"))}
    if "message" in kept:
        kept["message"] = _clean(kept["message"])
    return kept


def _clean(words: Any) -> Any:
    return without_addresses(_EMAIL.sub("(email)", words)) if isinstance(words, str) else words
