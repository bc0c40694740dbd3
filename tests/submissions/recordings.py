"""Small real recordings, made by FFmpeg itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache

import av

PLACE = "+37.7749-122.4194/"
SECRET = "Ms Alder"


@cache
def recording(
    kind: str = "mp4",
    *,
    video: str = "libx264",
    audio: str = "aac",
    seconds: int = 2,
    size: tuple[int, int] = (160, 90),
    rotation: int = 0,
) -> bytes:
    """A recording with names and a place in it. `kind` is FFmpeg's: mov, mp4, webm, mp3, wav."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as written:
        written.metadata.update(
            {"title": SECRET, "artist": SECRET, "comment": PLACE, "location": PLACE}
        )
        streams = []
        if video:
            pictures = written.add_stream(video, rate=5)
            pictures.width, pictures.height = size
            pictures.pix_fmt = "yuv420p"
            pictures.metadata["title"] = SECRET
            if rotation:
                pictures.set_display_rotation(rotation)
            streams.append((pictures, _pictures(size, 5 * seconds)))
        if audio:
            sound = written.add_stream(audio, rate=48000)
            sound.metadata["title"] = SECRET
            streams.append((sound, _sound(sound, seconds)))
        for stream, frames in streams:
            for frame in frames:
                written.mux(stream.encode(frame))
            written.mux(stream.encode(None))
    return file.getvalue()


def _pictures(size: tuple[int, int], count: int) -> Iterator[av.VideoFrame]:
    for number in range(count):
        frame = av.VideoFrame(*size, "yuv420p")
        frame.pts = number
        for plane in frame.planes:
            # The left half is darker, so that a turned picture can be told.
            line = bytes([40] * (plane.line_size // 2) + [200] * (plane.line_size // 2))
            plane.update((line * plane.height)[: plane.buffer_size].ljust(plane.buffer_size, b"d"))
        yield frame


def _sound(stream, seconds: int) -> Iterator[av.AudioFrame]:
    per_frame = stream.frame_size or 1024
    for number in range(48000 * seconds // per_frame):
        frame = av.AudioFrame(stream.format.name, stream.layout.name, per_frame)
        frame.rate, frame.pts = 48000, number * per_frame
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        yield frame


def webm() -> bytes:
    return recording("webm", video="libvpx", audio="libopus")


def sound(kind: str) -> bytes:
    codecs = {"ipod": "aac", "mp3": "libmp3lame", "wav": "pcm_s16le"}
    return recording(kind, video="", audio=codecs[kind])


def encrypted() -> bytes:
    file = io.BytesIO()
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    with (
        av.open(io.BytesIO(recording())) as read,
        av.open(file, "w", format="mp4", options=options) as written,
    ):
        stream = written.add_stream_from_template(read.streams.video[0], opaque=True)
        for packet in read.demux(read.streams.video[0]):
            if packet.size:
                packet.stream = stream
                written.mux(packet)
    return file.getvalue()
