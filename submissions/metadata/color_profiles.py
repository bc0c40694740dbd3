"""Color profiles (ICC), rebuilt from the tags that matter for color.

A profile also has names of devices, makers and owners, dates and private tags. Editors write what
they like into them, so they are replaced or left out.
"""

from __future__ import annotations

import struct

LARGEST = 4 * 1024 * 1024
_MOST_TAGS = 100
_HEADER = 128
_NAME = "Color profile"

# The kept tags, with the types of values that they may have.
_TYPES = {
    (b"XYZ ",): (b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"bkpt", b"lumi"),
    (b"curv", b"para"): (b"rTRC", b"gTRC", b"bTRC", b"kTRC"),
    (b"mft1", b"mft2", b"mAB ", b"mBA "): (
        *(b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"),
    ),
    (b"sf32",): (b"chad",),
    (b"cicp",): (b"cicp",),
}
_KEPT = {tag: types for types, tags in _TYPES.items() for tag in tags}
_PARAMETERS = (1, 3, 4, 5, 7)  # of a parametric curve, by its kind


def rebuild(profile: bytes) -> bytes | None:
    """The profile without texts, dates and private tags; None if it can't be used."""
    if not _HEADER + 4 <= len(profile) <= LARGEST or profile[36:40] != b"acsp":
        return None
    try:
        tags = _kept_tags(profile)
    except (struct.error, IndexError):
        return None
    if not tags:
        return None
    if profile[8] >= 4:
        text = _NAME.encode("utf-16-be")
        texts = b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text
        tags |= {b"desc": texts, b"cprt": texts}
    else:
        ascii_name = _NAME.encode() + b"\0"
        tags[b"desc"] = b"desc" + struct.pack(">II", 0, len(ascii_name)) + ascii_name + bytes(78)
        tags[b"cprt"] = b"text" + bytes(4) + ascii_name
    return _join(_clean_header(profile), tags)


def _kept_tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    tags = {}
    for number in range(min(count, _MOST_TAGS)):
        name, start, length = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * number)
        value = profile[start : start + length]
        if value[:4] in _KEPT.get(name, ()):
            tags[name] = value[: _length_of(value)]
    return tags


def _length_of(value: bytes) -> int:
    """The length that a value needs, so that nothing follows it."""
    kind = value[:4]
    if kind == b"XYZ ":
        return 20
    if kind == b"sf32":
        return 44
    if kind == b"cicp":
        return 12
    if kind == b"curv":
        return 12 + 2 * struct.unpack_from(">I", value, 8)[0]
    if kind == b"para":
        return 12 + 4 * _PARAMETERS[struct.unpack_from(">H", value, 8)[0]]
    if kind in {b"mft1", b"mft2"}:
        inputs, outputs, points = value[8:11]
        table = points**inputs * outputs
        if kind == b"mft1":
            return 48 + 256 * inputs + table + 256 * outputs
        first, last = struct.unpack_from(">HH", value, 48)
        return 52 + 2 * (first * inputs + table + last * outputs)
    return len(value)


def _clean_header(profile: bytes) -> bytes:
    """Version, class, color spaces and intent; without dates, devices, creator and checksum."""
    return (
        bytes(8)
        + profile[8:24]
        + struct.pack(">HHHHHH", 2000, 1, 1, 0, 0, 0)
        + b"acsp"
        + bytes(24)
        + profile[64:80]
        + bytes(48)
    )


def _join(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Header, table of tags, values. Equal values, such as the three curves, are written once."""
    table, values, places = b"", b"", {}
    start = _HEADER + 4 + 12 * len(tags)
    for name, value in tags.items():
        if value not in places:
            places[value] = start + len(values)
            values += value + bytes(-len(value) % 4)
        table += struct.pack(">4sII", name, places[value], len(value))
    whole = header + struct.pack(">I", len(tags)) + table + values
    return struct.pack(">I", len(whole)) + whole[4:]
