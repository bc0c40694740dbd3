"""Reads a recording and writes it anew, without what is hidden in it and without encoding it again.

No Django: `cleaning` runs this in a process of its own. FFmpeg gets the format to read, opens
no other file or address, and one stream of pictures and one of sound are all that is kept.
Refusals are `NotAccepted`, whose message is for the user, in English.
"""

from __future__ import annotations

import io
import os
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _
from submissions.media.containers import CONTAINERS, HEAD, Container, container_of
from submissions.media.containers import what_it_is_instead as other_kind

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer, OutputContainer

# Of each picture: 4K in any shape. FFmpeg keeps up to seventeen of them.
MOST_PIXELS = 4096 * 4096
MOST_STREAMS = 50
POSTER_WIDTH = 640
# Where the still picture is from: a tenth of the video, and this many seconds at most.
POSTER_AT_MOST = 10.0
# What a file says about its length may be this much more than what is in it.
TOLERATED = 0.9

DAMAGED = _(
    "The recording seems to be damaged or protected: we could not play it. Play it on your device, "
    "save or export it again as MP4, WebM, M4A, MP3, or WAV, and add the new copy."
)
BREAKS_OFF = _(
    "The recording breaks off: the end of the file is missing. Copy it from your device again and "
    "add the whole file."
)
NO_STREAMS = _("There is neither picture nor sound in this file. Record or export it again.")
PROTECTED = _(
    "The recording is encrypted, so nobody could play it here. Export a copy without protection "
    "and add that."
)
TOO_MANY_PIXELS = _(
    "The pictures of the video are %(width)s × %(height)s, which is more than 4K. Export it with "
    "1080p or 4K and add that."
)
TOO_MANY_STREAMS = _("There are too many streams in this file. Export it again as MP4.")
TOO_LONG = _(
    "The recording is longer than %(minutes)s minutes. Cut it to the part that matters and add "
    "that."
)
NOT_PLAYED = _(
    "Browsers can’t play this recording, because it is encoded as %(codec)s. Export it as MP4 "
    "(H.264 and AAC) and add that."
)


class NotAccepted(Refused):
    """A recording that is not accepted. The message says why and what to do instead."""


@dataclass
class Chosen:
    """What is kept of a file, and how it is described."""

    container: Container
    video: Any = None
    audio: Any = None

    @property
    def streams(self) -> list[Any]:
        return [stream for stream in (self.video, self.audio) if stream is not None]

    @property
    def media_type(self) -> str:
        return self.container.with_video if self.video is not None else self.container.sound_only


def clean(
    _data: bytes, *, source: int, target: int, most_seconds: int
) -> tuple[dict[str, object], bytes]:
    """({media type, seconds}, still picture). The clean recording is written to `target`."""
    file = os.fdopen(source, "rb", closefd=False)
    file.seek(0)
    head = file.read(HEAD)
    kind = container_of(head)
    if not kind:
        raise NotAccepted(other_kind(head))
    import av  # takes long to load

    container = CONTAINERS[kind]
    if kind == "mp4":
        _check_boxes(file)
    try:
        poster, rotation = _try_to_play(file, container)
        media_type, seconds = _rewrite(file, target, container, rotation, most_seconds)
    except (Refused, MemoryError, av.error.MemoryError):
        raise
    except Exception as error:  # FFmpeg raises nearly anything on broken input
        raise NotAccepted(DAMAGED) from error
    return {"content_type": media_type, "seconds": seconds}, poster


def _check_boxes(file: io.BufferedReader) -> None:
    """An MP4 says in its boxes how long it is, and has one that lists what is in it."""
    end, at, kinds = file.seek(0, os.SEEK_END), 0, set()
    while at + 8 <= end:
        file.seek(at)
        header = file.read(16)
        length, name = struct.unpack(">I4s", header[:8])
        kinds.add(name)
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        elif length == 0:
            length = end - at
        if length < 8 or at + length > end:
            raise NotAccepted(BREAKS_OFF)
        at += length
    if b"moov" not in kinds:
        raise NotAccepted(BREAKS_OFF)


def _open(file: io.BufferedReader, container: Container) -> InputContainer:
    import av

    file.seek(0)
    return av.open(
        file,
        format=container.reads,
        # It opens nothing else, and finds the streams in the first part of the file.
        options={"protocol_whitelist": "none", "format_whitelist": container.reads},
        metadata_errors="replace",
    )


def _choose(opened: InputContainer, container: Container) -> Chosen:
    """The first stream of pictures and of sound; everything else in the file is left out."""
    if len(opened.streams) > MOST_STREAMS:
        raise NotAccepted(TOO_MANY_STREAMS)
    chosen = Chosen(container)
    for stream in opened.streams:
        if stream.type == "video" and chosen.video is None and not _is_cover(stream):
            chosen.video = stream
        elif stream.type == "audio" and chosen.audio is None:
            chosen.audio = stream
    if not chosen.streams:
        raise NotAccepted(NO_STREAMS)
    for stream in chosen.streams:
        _check(stream, container)
    return chosen


def _is_cover(stream: Any) -> bool:
    """The picture of an album, which many recordings of sound carry."""
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _check(stream: Any, container: Container) -> None:
    context = stream.codec_context
    if context is None:
        raise NotAccepted(DAMAGED)
    if context.codec_tag in {"encv", "enca", "drmi", "drms"}:
        raise NotAccepted(PROTECTED)
    name = context.codec.canonical_name
    if name not in (container.video if stream.type == "video" else container.audio):
        raise NotAccepted(NOT_PLAYED, codec=name)
    if stream.type == "video" and context.width * context.height > MOST_PIXELS:
        raise NotAccepted(TOO_MANY_PIXELS, width=context.width, height=context.height)
    context.thread_count = 1


def _try_to_play(file: io.BufferedReader, container: Container) -> tuple[bytes, int]:
    """(a still picture as JPEG, how far players turn it). Something has to be playable."""
    with _open(file, container) as opened:
        chosen = _choose(opened, container)
        _check_protection(opened, chosen)
        opened.seek(0)
        if chosen.video is None:
            next(frame for frame in opened.decode(chosen.audio))
            return b"", 0
        length = (opened.duration or 0) / 1_000_000
        first = next(frame for frame in opened.decode(chosen.video))
        if (at := min(length / 10, POSTER_AT_MOST)) > 1:
            opened.seek(int(at * 1_000_000))
            first = next((frame for frame in opened.decode(chosen.video)), first)
        return _as_jpeg(first), first.rotation


def _check_protection(opened: InputContainer, chosen: Chosen) -> None:
    packet = next((packet for packet in opened.demux(chosen.streams) if packet.size), None)
    if packet is None:
        raise NotAccepted(NO_STREAMS)
    if packet.has_sidedata("encryption_info"):
        raise NotAccepted(PROTECTED)


def _as_jpeg(frame: VideoFrame) -> bytes:
    if frame.width * frame.height > MOST_PIXELS:
        raise NotAccepted(TOO_MANY_PIXELS, width=frame.width, height=frame.height)
    width = min(frame.width, POSTER_WIDTH)
    height = max(2, round(frame.height * width / frame.width))
    picture = frame.to_image(width=width, height=height)
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=75, optimize=True)
    return written.getvalue()


def _rewrite(
    file: io.BufferedReader, target: int, container: Container, rotation: int, most_seconds: int
) -> tuple[str, int]:
    """(media type, seconds)."""
    import av

    options = {"fflags": "+bitexact", "movflags": "+faststart", "id3v2_version": "0"}
    known = {
        "mp4": {"fflags", "movflags"}, "mp3": {"fflags", "id3v2_version"},
        "webm": {"fflags"}, "wav": {"fflags"},
    }  # fmt: skip
    wanted = {key: options[key] for key in known[container.writes]}
    with _open(file, container) as opened:
        chosen = _choose(opened, container)
        with av.open(f"/dev/fd/{target}", "w", format=container.writes, options=wanted) as written:
            measured = _copy(opened, written, chosen, rotation, most_seconds)
        declared = (opened.duration or 0) / 1_000_000
    if measured < declared * TOLERATED - 1:
        raise NotAccepted(BREAKS_OFF)
    return chosen.media_type, max(1, round(measured))


def _copy(
    opened: InputContainer,
    written: OutputContainer,
    chosen: Chosen,
    rotation: int,
    most_seconds: int,
) -> float:
    """Copy the packets of what is kept. How many seconds there are is counted, not believed."""
    copies, filters = {}, {}
    for stream in chosen.streams:
        copies[stream.index] = written.add_stream_from_template(stream, opaque=True)
        filters[stream.index] = _without_notes(stream)
    if rotation and chosen.video is not None:
        copies[chosen.video.index].set_display_rotation(rotation)
    begin: float | None = None
    end = 0.0
    for packet in opened.demux(chosen.streams):
        if not packet.size:
            continue
        if packet.is_corrupt:
            raise NotAccepted(BREAKS_OFF)
        time_base = packet.time_base or Fraction(1, 1000)
        at = float((packet.pts if packet.pts is not None else packet.dts or 0) * time_base)
        begin = at if begin is None else min(begin, at)
        end = max(end, at + float((packet.duration or 0) * time_base))
        if end - begin > most_seconds:
            raise NotAccepted(TOO_LONG, minutes=most_seconds // 60)
        for kept in _filtered(packet, filters[packet.stream_index]):
            kept.stream = copies[packet.stream_index]
            written.mux(kept)
    if begin is None:
        raise NotAccepted(NO_STREAMS)
    return end - begin


def _without_notes(stream: Any) -> Any:
    """A filter for units in the pictures that no picture needs: cameras write notes into them."""
    from av.bitstream import BitStreamFilterContext

    units = {"h264": "6", "hevc": "39-40"}.get(stream.codec_context.codec.canonical_name)
    if stream.type != "video" or units is None:
        return None
    return BitStreamFilterContext(f"filter_units=remove_types={units}", stream)


def _filtered(packet: Packet, notes: Any) -> list[Packet]:
    return [packet] if notes is None else notes.filter(packet)
