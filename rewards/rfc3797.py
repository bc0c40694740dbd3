"""A drawing that anyone can check: run this beside entries.csv and inputs.json.

It follows RFC 3797 (publicly verifiable random selection) to the letter and needs nothing but
Python. The program itself draws with this very file. There is no clock in it and no chance:
the same inputs give the same winners on any machine. Section numbers are those of the RFC.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

# Section 4 hashes a two-byte index, so one key yields this many picks and no more.
MOST_PICKS = 2**16
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


class BadSource(ValueError):
    """A value that is not what its source was announced to give; the message says which."""


@dataclass(frozen=True)
class Pick:
    """One step of the sequence: entry `number` got `prize` ("2.1" is prize 2, first piece)."""

    position: int
    number: int
    prize: str = ""
    skipped_because: str = ""


def numbers(values: Sequence[str]) -> str:
    """Numbers of one source, smallest first, since their order is not significant (section 4)."""
    if not values:
        raise BadSource("A source of numbers has at least one number.")
    return "".join(_decimal(number) for number in sorted(map(_number, values))) + "/"


def text(value: str) -> str:
    """Letters and digits in upper case; everything else is dropped (section 4)."""
    kept = "".join(c for c in value.upper() if c.isascii() and c.isalnum())
    if not kept:
        raise BadSource("A text has at least one letter or digit.")
    return kept + "/"


def key_string(sources: Sequence[dict]) -> str:
    """The announced sources, in their announced order, as one string (section 4).

    A source is {"kind": ..., "values": [...]}. What is not "numbers" is a text of one value; so is
    the value of a drand round, in hexadecimal.
    """
    if not sources:
        raise BadSource("At least one source of randomness is needed.")
    return "".join(
        numbers(source["values"])
        if source["kind"] == "numbers"
        else text("".join(source["values"][:1]))
        for source in sources
    )


def selection(key: str, pool: int) -> Iterator[int]:
    """The numbers 1 to `pool` in the order in which the key selects them (section 4).

    Pick i takes MD5 over the two-byte index, the key and the index again, as a whole number,
    modulo how many are left, and counts that far into those left. Ends with the pool, or after
    MOST_PICKS. Memory is four bytes a number; nothing is computed before it is asked for.
    """
    left = array("I", range(1, pool + 1))
    octets = key.encode("ascii")
    for pick in range(min(pool, MOST_PICKS)):
        index = pick.to_bytes(2, "big")
        # MD5 because the RFC says so; what matters is that nobody could choose the key.
        digest = hashlib.md5(index + octets + index, usedforsecurity=False).digest()
        yield left.pop(int.from_bytes(digest, "big") % len(left))


def draw(people: Sequence[str], inputs: dict) -> list[Pick]:
    """Hand out the prizes in order along the sequence, then what was given up, in its order.

    `people[n - 1]` is the person code of entry n. `inputs` holds "sources", "prizes" (each with
    "id" and "quantity"), "prizes_per_person", "skipped" (each a "person" or an entry's "number",
    with a "reason") and "given_up" (each with "prize", for example "2.1", and "reason").
    Somebody who gave a prize up has been served. Nobody is ever renumbered: a skipped entry stays
    where it is, with the reason.
    """
    pieces = [f"{p['id']}.{n}" for p in inputs["prizes"] for n in range(1, p["quantity"] + 1)]
    pieces += [given_up["prize"] for given_up in inputs["given_up"]]
    barred = {skip.get("person") or skip["number"]: skip["reason"] for skip in inputs["skipped"]}
    served: Counter[str] = Counter()
    picks: list[Pick] = []
    sequence = enumerate(selection(key_string(inputs["sources"]), len(people)), start=1)
    for piece in pieces:
        for position, number in sequence:
            person = people[number - 1]
            reason = barred.get(person) or barred.get(number, "")
            if not reason and served[person] >= inputs["prizes_per_person"]:
                reason = "already served"
            picks.append(Pick(position, number, "" if reason else piece, reason))
            if not reason:
                served[person] += 1
                break
    return picks


def _number(value: str) -> Decimal:
    plain = value.strip().replace(",", "")
    if not PLAIN_NUMBER.fullmatch(plain):
        raise BadSource(f"“{value}” is not a number that a source gives.")
    return Decimal(plain)


def _decimal(number: Decimal) -> str:
    """Ends in a period, or has one before the fraction; no zeros that say nothing."""
    whole, _, fraction = f"{number:f}".partition(".")
    return f"{whole.lstrip('0') or '0'}.{fraction.rstrip('0')}"


def main(folder: str = ".") -> None:
    listed = Path(folder, "entries.csv").read_bytes()
    inputs = json.loads(Path(folder, "inputs.json").read_text("utf-8"))
    digest = hashlib.sha256(listed).hexdigest()
    print(
        "entries.csv", digest, "as published" if digest == inputs["sha256"] else "NOT AS PUBLISHED"
    )
    if secret := inputs.get("secret"):
        kept = hashlib.sha256(secret.encode()).hexdigest() == inputs["commitment"]
        print("secret", "as committed" if kept else "NOT AS COMMITTED")
        if inputs["sources"][-1]["values"] != [secret]:
            print("secret IS NOT THE LAST PART OF THE KEY")
    for source in inputs["sources"]:
        if signature := source.get("signature"):
            value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
            kept = source["values"] == [value]
            told = "value as its signature says" if kept else "VALUE NOT OF ITS SIGNATURE"
            print("drand round", source["round"], told)
            print("  whether drand signed it, any drand client proves:", source["where"])
    rows = list(csv.DictReader(listed.decode().splitlines()))
    print("key", key_string(inputs["sources"]))
    for pick in draw([row["person"] for row in rows], inputs):
        entry = rows[pick.number - 1]["entry"]
        print(pick.position, pick.number, entry, pick.prize or f"skipped: {pick.skipped_because}")


if __name__ == "__main__":
    main(*sys.argv[1:])
