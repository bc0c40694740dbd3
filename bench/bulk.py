"""Awards to very many people at once, compared with signing and writing alone.

The baseline (floor) is the unavoidable work: for each award an RSA and an Ed25519 signature, and
its four rows (award, credential, audit entry, email) by COPY into tables without indexes.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from badgeproject.celery import collect_garbage_less_often
from bench import filling
from bench.__main__ import say
from catalog.models import BadgeClass
from issuing.awards.operations.granting import MAX_GRANTS, Grant, grant_all
from issuing.documents import operations as credentials
from issuing.keys.sealing import private_key
from issuing.models import Assertion, IssuerKey, StatusList
from issuing.states import GrantSource
from issuing.status_lists import operations as status_lists
from issuing.tasks import issue_due

SIGNED_ALONE = 2_000


def measure(people: int, many: int) -> None:
    """Award one badge to `people`; then another to `many`, to measure memory."""
    collect_garbage_less_often()  # as in every worker
    first, second = BadgeClass.objects.order_by("pk")[:2]
    filling.people(max(0, max(people, many) - User.objects.count()))
    _award(second, 2 * MAX_GRANTS)  # connections, caches, keys
    before = Assertion.objects.count()
    granted, issued = _award(first, people)
    new_awards = Assertion.objects.count() - before
    per_award = (granted + issued) / new_awards
    signing, writing = _signing_alone(), _copying_alone(new_awards)
    floor = signing + writing

    say(f"\n{new_awards:,} awards in bulk{'awards/s':>18}{'of the floor':>14}")
    for name, seconds in [
        ("raw signing, both keys", signing),
        ("raw COPY of the rows", writing),
        ("both (floor)", floor),
        ("granted (rows, due)", granted / new_awards),
        ("issued (signed, book, letter)", issued / new_awards),
        ("end to end", per_award),
    ]:
        say(f"{name:<32}{1 / seconds:>10,.0f}{floor / seconds:>14.2f}")
    _status_list()
    if many:
        _memory(BadgeClass.objects.order_by("pk")[2], many)


def _award(badge_class: BadgeClass, people: int) -> tuple[float, float]:
    """The seconds for granting and for issuing."""
    start = time.perf_counter()
    for batch in _batches(people):
        grant_all(
            [
                Grant(
                    person,
                    badge_class.current_version,
                    GrantSource.LIST,
                    key=f"{person.pk}:{badge_class.pk}",
                )
                for person in batch
            ],
            by=None,
        )
    between = time.perf_counter()
    issue_due()
    return between - start, time.perf_counter() - between


def _batches(people: int) -> Iterator[list[User]]:
    last = 0
    while people > 0:
        batch = list(User.objects.filter(pk__gt=last).order_by("pk")[: min(MAX_GRANTS, people)])
        if not batch:
            return
        yield batch
        last, people = batch[-1].pk, people - len(batch)


def _signing_alone() -> float:
    """Seconds for the two signatures of one award, over a text of realistic length."""
    award = Assertion.objects.filter(signed__isnull=False).last()
    keys = {key.kind: private_key(key) for key in IssuerKey.objects.all()}
    token = credentials.signed(award.public_id).jwt.rpartition(".")[0].encode()
    start = time.perf_counter()
    for _ in range(SIGNED_ALONE):
        keys["rsa"].sign(token, padding.PKCS1v15(), SHA256())
        keys["ed25519"].sign(token[:64])
    return (time.perf_counter() - start) / SIGNED_ALONE


def _copying_alone(rows: int) -> float:
    """Seconds for copying the rows of one award into tables without indexes."""
    tables = [
        "issuing_assertion", "issuing_signedcredential", "audit_auditentry",
        "mail_outgoingemail",
    ]  # fmt: skip
    seconds = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            text = io.StringIO()
            order = "assertion_id" if "signed" in table else "id"
            cursor.copy_expert(
                f"COPY (SELECT * FROM {table} ORDER BY {order} DESC LIMIT {rows}) TO STDOUT",  # noqa: S608
                text,
            )
            cursor.execute(f"CREATE TABLE bare (LIKE {table})")
            text.seek(0)
            start = time.perf_counter()
            cursor.copy_expert("COPY bare FROM STDIN", text)
            seconds += time.perf_counter() - start
            cursor.execute("DROP TABLE bare")
    return seconds / rows


def _status_list() -> None:
    status_list = StatusList.objects.order_by("-given_out").first()
    start = time.perf_counter()
    with transaction.atomic():
        status_lists.sign([status_list], now=timezone.now())
    milliseconds = (time.perf_counter() - start) * 1000
    say(f"\nA status list of 131,072 built and signed: {milliseconds:.0f} ms")


def _memory(badge_class: BadgeClass, many: int) -> None:
    before = _megabytes()
    _award(badge_class, many)
    say(
        f"Memory while {many:,} more were made: {before:.0f} MB before, {_megabytes():.0f} MB after"
    )


def _megabytes() -> float:
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
