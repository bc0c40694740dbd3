"""Has a paper compiled in a process of its own, because typst and its fonts take much memory."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Mapping

from sandbox import places, run
from sandbox.limits import MEGABYTE, Limits

log = logging.getLogger(__name__)

# Fonts of all scripts are mapped, which is counted as memory.
LIMITS = Limits(memory=2048 * MEGABYTE, processor_seconds=20, seconds=40)
SECONDS_TO_WAIT = 20.0
# A paper takes a fifth of a second, so the last of so many waits a second or two.
_waiting = threading.BoundedSemaphore(8)


def compiled(sources: Mapping[str, bytes], inputs: str, *, png: bool = False) -> bytes:
    """The paper. Raises sandbox.refusals.Busy if too many are being made, or Stopped."""
    files = {name: base64.b64encode(source).decode() for name, source in sources.items()}
    order = json.dumps({"sources": files, "inputs": inputs}).encode()
    with places.taken(of=places.folder("papers"), seconds=SECONDS_TO_WAIT, waiting=_waiting):
        reply = run.call_in_place(
            "papers.typesetting.typst_process:compile_paper", order, limits=LIMITS, png=png
        )
    if reply.value:
        log.error("A paper could not be made to PDF/UA-1: %s", reply.value)
    return reply.data
