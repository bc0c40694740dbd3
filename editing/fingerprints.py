"""Short digests of values, to see whether a value is still what a page has shown."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# 12 hexadecimal digits: two different values of one field look the same once in 2**48.
DIGEST_BYTES = 6


def fingerprint(value: Any) -> str:
    """12 hexadecimal digits of a value made of texts, numbers, lists and None."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates can be posted, and are as good a text as any other to compare.
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES
    ).hexdigest()
