"""Names of the parts of a document. Some programs keep the name that a picture had as a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

# What Office, LibreOffice and Google call parts on their own, and what has no name of a picture.
_BY_A_PROGRAM = re.compile(
    r"((image|part|media|audio|video|hdphoto|oleObject|font|package|picture|img|chart|slide|bin)\d*"
    r"|Microsoft_\w+|[0-9A-Fa-f]{16,}|.*\.(xml|rels|vml|psmdcp)|mimetype)(\.\w{1,9})?",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\.\w{1,9}$", re.ASCII)


def neutral_names(names: Iterable[str]) -> dict[str, str]:
    """A number instead of the name, for every part whose name somebody may have chosen."""
    neutral = {}
    for number, name in enumerate(names, start=1):
        folder, slash, last = name.rpartition("/")
        if last and not _BY_A_PROGRAM.fullmatch(last):
            ending = found[0].lower() if (found := _ENDING.search(last)) else ""
            neutral[name] = f"{folder}{slash}part{number}{ending}"
    return neutral


def renamed(target: str, folder: str, neutral: Mapping[str, str]) -> str:
    """A reference to a part from a part in this folder, with the new name."""
    path = posixpath.normpath(posixpath.join("/", folder, unquote(target.partition("#")[0])))
    new = neutral.get(path.lstrip("/"))
    if new is None:
        return target
    before, slash, _last = target.rpartition("/")
    return f"{before}{slash}{new.rpartition('/')[2]}"
