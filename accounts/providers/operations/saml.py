"""SAML providers of agencies, and their answers, each of which counts once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.agencies.operations import lock_open
from accounts.models import Agency, IdentityProvider, SamlAnswer, SamlDetails, User
from accounts.providers.saml_reading import NotAccepted, NotMetadata
from accounts.sign_in.sealing import seal, unseal
from audit.operations import record
from editing.forms import Edit
from postgres.refusals import broken
from postgres.row_locks import lock_one
from sandbox.refusals import gettext_noop as _

USED = _("The answer was used before.")
# Longer than an assertion may be old, with clocks that differ; so what is forgotten is refused.
KEPT = timedelta(hours=1)
# From the provider's site to the next page is a matter of a second.
TO_BE_TAKEN = timedelta(minutes=2)
_FIELDS = (
    "identifier_attribute", "email_attribute", "name_attribute", "roles_attribute",
    "schools_attribute", "allows_unsolicited",
)  # fmt: skip


@transaction.atomic
def add_provider(
    agency: Agency,
    *,
    name: str,
    metadata: Mapping[str, Any],
    metadata_address: str,
    by: User,
    now: datetime | None = None,
) -> IdentityProvider:
    """Raises Closed."""
    agency = lock_open(agency)
    kind = IdentityProvider.Kind.SAML
    provider = IdentityProvider.objects.create(
        agency=agency, kind=kind, name=name, issuer=metadata["entity_id"]
    )
    SamlDetails.objects.create(
        provider=provider,
        metadata_address=metadata_address,
        sign_in_address=metadata["sign_in_address"],
        certificates=metadata["certificates"],
    )
    record("sign-in provider added", agency, by=by, agency=agency, note=name, at=now)
    return provider


def stored(provider: IdentityProvider) -> dict[str, Any]:
    details = {name: getattr(provider.saml, name) for name in _FIELDS}
    return {"name": provider.name, **details, "is_enabled": provider.is_enabled}


@transaction.atomic
def change_provider(
    provider: IdentityProvider, *, by: User, edit: Edit, now: datetime | None = None
) -> None:
    """Raises EditConflict."""
    provider = lock_one(IdentityProvider.objects.select_related("agency", "saml"), provider.pk)
    edit.check(stored(provider))
    if not edit.changes:
        return
    changed: dict[Any, list[str]] = {}
    for field, value in edit.changes.items():
        holder = provider.saml if field in _FIELDS else provider
        setattr(holder, field, value)
        changed.setdefault(holder, []).append(field)
    for holder, fields in changed.items():
        holder.save(update_fields=fields)
    note = f"{provider.name}: {', '.join(sorted(edit.changes))}"
    agency = provider.agency
    record("sign-in provider changed", agency, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def renew_metadata(
    provider: IdentityProvider,
    *,
    metadata: Mapping[str, Any],
    metadata_address: str,
    by: User,
    now: datetime | None = None,
) -> None:
    """New certificates and a new address to sign in at. Another entity is another provider."""
    provider = lock_one(IdentityProvider.objects.select_related("agency", "saml"), provider.pk)
    if metadata["entity_id"] != provider.issuer:
        raise NotMetadata(
            _("This metadata is about another entity. Add a provider for it."),
        )
    saml = provider.saml
    saml.metadata_address = metadata_address
    saml.sign_in_address = metadata["sign_in_address"]
    saml.certificates = metadata["certificates"]
    saml.save(update_fields=["metadata_address", "sign_in_address", "certificates"])
    note, agency = f"{provider.name}: metadata", provider.agency
    record("sign-in provider changed", agency, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def keep_answer(
    provider: IdentityProvider,
    answer: Mapping[str, Any],
    *,
    next_page: str = "",
    now: datetime | None = None,
) -> str:
    """The key with which the browser takes it. Raises NotAccepted if the assertion came before."""
    now = now or timezone.now()
    key = secrets.token_urlsafe(32)
    content = {**answer, "next_page": next_page}
    with (
        broken("one_saml_answer_for_an_assertion", means=NotAccepted(USED)),
        transaction.atomic(),
    ):
        SamlAnswer.objects.create(
            provider=provider,
            assertion_id=answer["assertion_id"],
            key=key,
            sealed_content=seal(json.dumps(content)),
            received_at=now,
            forget_at=now + KEPT,
        )
    return key


@transaction.atomic
def take_answer(
    provider: IdentityProvider, key: str, *, now: datetime | None = None
) -> dict[str, Any]:
    """What the answer says, once. Raises NotAccepted."""
    now = now or timezone.now()
    kept = provider.saml_answers.filter(key=key).first()
    if kept is None:
        raise NotAccepted(USED)
    kept = lock_one(SamlAnswer.objects.all(), kept.pk)
    if not kept.sealed_content or kept.received_at < now - TO_BE_TAKEN:
        raise NotAccepted(USED)
    content = json.loads(unseal(kept.sealed_content))
    kept.sealed_content = ""
    kept.save(update_fields=["sealed_content"])
    return content


@transaction.atomic
def forget_answers(*, now: datetime) -> int:
    """Delete answers that would be refused as too old anyway."""
    return SamlAnswer.objects.filter(forget_at__lte=now).delete()[0]
