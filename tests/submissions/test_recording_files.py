"""What is stored of a recording: what was seen and heard, and nothing else."""

from __future__ import annotations

import io
import os
import struct
import tempfile

import pytest
from PIL import Image

from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from submissions.media import reading
from tests.submissions.recordings import PLACE, SECRET, encrypted, recording, sound, webm

av = pytest.importorskip("av")


def clean(data: bytes, *, most_seconds: int = 3600) -> tuple[dict, bytes, bytes]:
    """(type and length, still picture, clean file), read in this very process."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(data)
        source.flush()
        said, poster = reading.clean(
            b"", source=source.fileno(), target=target.fileno(), most_seconds=most_seconds
        )
        target.seek(0)
        return said, poster, target.read()


def refusal_of(data: bytes, **limits: int) -> str:
    with pytest.raises(reading.NotAccepted) as refused:
        clean(data, **limits)
    return str(refused.value)


def packets(data: bytes) -> dict[str, list[bytes]]:
    """What is decoded, stream by stream, as it is stored."""
    with av.open(io.BytesIO(data)) as opened:
        found: dict[str, list[bytes]] = {}
        for packet in opened.demux():
            if packet.size:
                found.setdefault(packet.stream.type, []).append(bytes(packet))
        return found


def pictures(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as opened:
        return [bytes(frame.planes[0]) for frame in opened.decode(video=0)]


KINDS = {
    "video/mp4": lambda: recording("mp4"),
    "video/mp4 from a phone": lambda: recording("mov"),
    "video/webm": webm,
    "audio/mp4": lambda: sound("ipod"),
    "audio/mpeg": lambda: sound("mp3"),
    "audio/wav": lambda: sound("wav"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_places_are_gone_and_nothing_is_encoded_again(kind):
    original = KINDS[kind]()
    assert SECRET.encode() in original

    said, poster, stored = clean(original)

    assert said == {"content_type": kind.partition(" ")[0], "seconds": 2}
    for private in (SECRET, PLACE, "122.4194", "x264"):
        assert private.encode() not in stored
    assert packets(stored)["audio"] == packets(original)["audio"]
    assert bool(poster) == kind.startswith("video")
    if poster:
        assert pictures(stored) == pictures(original)


def test_a_video_can_be_played_before_all_of_it_is_there():
    *_, stored = clean(recording("mov"))

    assert stored.find(b"moov") < stored.find(b"mdat")


@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_a_video_and_its_still_picture_stay_upright(rotation):
    original = recording(rotation=rotation)

    _said, poster, stored = clean(original)

    with av.open(io.BytesIO(original)) as before, av.open(io.BytesIO(stored)) as after:
        assert next(after.decode(video=0)).rotation == next(before.decode(video=0)).rotation
    picture = Image.open(io.BytesIO(poster)).convert("L")
    assert (picture.width > picture.height) == (rotation == 180)
    dark_side = {90: (0, -1), -90: (0, 1), 180: (1, 0)}[rotation]
    x, y = picture.width // 2, picture.height // 2
    dark = (x + dark_side[0] * (x - 8), y - dark_side[1] * (y - 8))
    light = (x - dark_side[0] * (x - 8), y + dark_side[1] * (y - 8))
    assert picture.getpixel(dark) < picture.getpixel(light)


def test_only_picture_and_sound_are_kept():
    """Cameras put places into streams of their own; here one of subtitles does it."""
    file = io.BytesIO()
    with av.open(io.BytesIO(recording())) as read, av.open(file, "w", format="mp4") as written:
        copies = {
            stream.index: written.add_stream_from_template(stream, opaque=True)
            for stream in read.streams
        }
        places = written.add_mux_stream("mov_text")
        for packet in read.demux():
            if packet.size:
                packet.stream = copies[packet.stream_index]
                written.mux(packet)
        told = av.Packet(struct.pack(">H", len(PLACE)) + PLACE.encode())
        told.pts = told.dts = 0
        told.duration = 1000
        told.stream = places
        written.mux(told)
    assert PLACE.encode() in file.getvalue()

    *_, stored = clean(file.getvalue())

    assert PLACE.encode() not in stored
    with av.open(io.BytesIO(stored)) as opened:
        assert [stream.type for stream in opened.streams] == ["video", "audio"]


def test_what_is_wrong_is_said_in_words():
    whole = recording()
    *_, begins_with_list = clean(whole)
    nothing_inside = io.BytesIO()
    av.open(nothing_inside, "w", format="mp4").close()
    said = {
        "PDF": refusal_of(b"%PDF-1.7 a renamed document"),
        "text": refusal_of(b"Dear reader, this is my recording."),
        "no list": refusal_of(whole[:2500]),
        "no end": refusal_of(begins_with_list[:-500]),
        "noise": refusal_of(b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + os.urandom(2000)),
        "encrypted": refusal_of(encrypted()),
        "mpeg4": refusal_of(recording("mov", video="mpeg4")),
        "long": refusal_of(recording(), most_seconds=1),
        "avi": refusal_of(recording("avi", video="mpeg4", audio="")),
        "mkv": refusal_of(recording("matroska", audio="")),
    }

    assert "This is a PDF" in said["PDF"]
    assert said["text"] == reading.other_kind(b"")
    assert said["no list"] == said["no end"] == reading.BREAKS_OFF
    assert said["noise"] in {reading.DAMAGED, reading.NO_STREAMS}
    assert said["encrypted"] == reading.PROTECTED
    assert "encoded as mpeg4" in said["mpeg4"]
    assert "longer than 0 minutes" in said["long"]
    assert "AVI" in said["avi"]
    assert "MKV" in said["mkv"]


def test_a_file_without_streams_is_named():
    boxes = b"".join(
        struct.pack(">I4s", 8 + len(inside), name) + inside
        for name, inside in [
            (b"ftyp", b"isom\0\0\2\0isomiso2"),
            (b"moov", struct.pack(">I4s", 108, b"mvhd") + b"\0" * 12
             + struct.pack(">II", 1000, 0) + b"\0" * 80),
        ]
    )  # fmt: skip

    assert refusal_of(boxes) == reading.NO_STREAMS


def test_pictures_that_are_said_to_be_huge_are_refused_before_they_take_memory():
    original = webm()
    size = struct.pack("<HH", 160, 90)
    at = original.find(b"\x9d\x01\x2a" + size)  # the start of a picture of VP8
    huge = original.replace(
        b"\x9d\x01\x2a" + size, b"\x9d\x01\x2a" + struct.pack("<HH", 16383, 16383)
    )
    assert at > 0

    assert "more than 4K" in refusal_of(huge) or refusal_of(huge) == reading.DAMAGED


def test_it_is_read_in_a_process_of_its_own_within_limits():
    data = recording()
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(data)
        source.flush()
        files = {"source": source.fileno(), "target": target.fileno()}
        limits = Limits(memory=896 * MEGABYTE, processor_seconds=60, seconds=60, file=MEGABYTE)

        reply = run.call_in_place(
            "submissions.media.reading:clean", b"", limits=limits, files=files, most_seconds=60
        )

        assert reply.value == {"content_type": "video/mp4", "seconds": 2}
        assert reply.data.startswith(b"\xff\xd8")
        assert os.fstat(target.fileno()).st_size > 1000


def test_it_cannot_write_more_than_it_may():
    data = recording()
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(data)
        source.flush()
        files = {"source": source.fileno(), "target": target.fileno()}
        limits = Limits(memory=896 * MEGABYTE, processor_seconds=60, seconds=60, file=1000)

        with pytest.raises(reading.NotAccepted):
            run.call_in_place(
                "submissions.media.reading:clean",
                b"",
                limits=limits,
                raises=[reading.NotAccepted],
                files=files,
                most_seconds=60,
            )

        assert os.fstat(target.fileno()).st_size <= 1000
