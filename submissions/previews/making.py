"""Reads a file in the sandbox, in small steps. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox import places, run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Stopped
from submissions.metadata import Unreadable
from submissions.previews.readable import PAGES

# Another purpose than uploads, for which people wait: one file at a time on a machine.
PLACES = 1
SECONDS_TO_WAIT = 0.0
PAGES_AT_ONCE = 5
LIMITS = Limits(memory=640 * MEGABYTE, processor_seconds=20, seconds=60, output=24 * MEGABYTE)
LIMITS_OF_A_PAGE = Limits(
    memory=640 * MEGABYTE, processor_seconds=8, seconds=30, output=8 * MEGABYTE
)
# After so many pages that can't be drawn in time, the rest is not tried.
MOST_FAILURES = 3


@dataclass(frozen=True)
class Picture:
    number: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Batch:
    page_count: int
    pictures: list[Picture]


def parts_of(data: bytes, kind: str) -> list[dict]:
    """Words, tables and clean HTML. Raises Unreadable, Stopped and Busy."""
    reply = _run("readable:parts", data, LIMITS, kind=kind)
    return json.loads(reply.data)


def batches(data: bytes, *, after: int) -> Iterator[Batch]:
    """The pages that follow number `after`, some at a time. Raises Unreadable, Stopped and Busy.

    Where one page of a batch takes too long, each is tried alone, and those that do are left out.
    """
    first, failures, last = after + 1, 0, PAGES
    while first <= last and failures < MOST_FAILURES:
        most = min(PAGES_AT_ONCE, last + 1 - first)
        try:
            batch = _batch(data, first, most, LIMITS)
        except Stopped:
            for number in range(first, first + most):
                try:
                    batch = _batch(data, number, 1, LIMITS_OF_A_PAGE)
                except Stopped:
                    failures += 1
                    if failures == MOST_FAILURES:
                        return
                else:
                    last = min(last, batch.page_count)
                    yield batch
        else:
            last = min(last, batch.page_count)
            yield batch
        first += most


def _batch(data: bytes, first: int, most: int, limits: Limits) -> Batch:
    reply = _run("pdf_pages:pages", data, limits, first=first, most=most)
    pictures, position = [], 0
    for number, width, height, size in reply.value["pages"]:
        picture = reply.data[position : position + size]
        pictures.append(Picture(number, width, height, picture))
        position += size
    return Batch(reply.value["count"], pictures)


def _run(function: str, data: bytes, limits: Limits, **arguments: object) -> run.Reply:
    with places.taken(places=PLACES, seconds=SECONDS_TO_WAIT, of=places.folder("previews")):
        return run.call_in_place(
            f"submissions.previews.{function}",
            data,
            limits=limits,
            raises=[Unreadable],
            **arguments,
        )
