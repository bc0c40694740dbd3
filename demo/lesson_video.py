"""A short video as an educator would send it. FFmpeg is an extra, and may be missing."""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw

SIZE = (480, 270)
SECONDS = 6
RATE = 8  # pictures a second
SOUND_RATE = 48_000
SUBTITLES = """WEBVTT

00:00.000 --> 00:02.500
Draw a line that is steeper than mine.

00:02.500 --> 00:06.000
How do you know that it is steeper, and not only longer?
"""


@cache
def lesson_video() -> bytes:
    """A whiteboard on which a line becomes steeper. It takes a third of a second to make.

    It is made once in a process: x264 now and then ends a slice with another byte, and the rows of
    two demo programs would differ by it.
    """
    import av  # an extra

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as written:
        pictures = written.add_stream("libx264", rate=RATE)
        pictures.width, pictures.height = SIZE
        pictures.pix_fmt = "yuv420p"
        sound = written.add_stream("aac", rate=SOUND_RATE)
        for number, picture in enumerate(_pictures()):
            frame = av.VideoFrame.from_image(picture)
            frame.pts = number
            written.mux(pictures.encode(frame))
        written.mux(pictures.encode(None))
        for start, samples in _tones(sound.frame_size or 1024):
            frame = av.AudioFrame("fltp", sound.layout.name, len(samples))
            frame.rate, frame.pts = SOUND_RATE, start
            for plane in frame.planes:
                plane.update(samples.tobytes().ljust(plane.buffer_size, b"\0"))
            written.mux(sound.encode(frame))
        written.mux(sound.encode(None))
    return file.getvalue()


def _pictures() -> Iterator[Image.Image]:
    count = SECONDS * RATE
    for number in range(count):
        board = Image.new("RGB", SIZE, "#f4f1e8")
        pen = ImageDraw.Draw(board)
        pen.rectangle((20, 20, 460, 250), outline="#b9b2a0", width=3)
        pen.line((60, 220, 260, 170), fill="#2b4c7e", width=6)
        angle = math.radians(14 + 46 * number / count)
        end = (240 + 160 * math.cos(angle), 220 - 160 * math.sin(angle))
        pen.line((240, 220, *end), fill="#7b2d26", width=6)
        yield board


def _tones(per_frame: int) -> Iterator[tuple[int, array[float]]]:
    """A soft tone at each second."""
    for start in range(0, SECONDS * SOUND_RATE - per_frame, per_frame):
        times = ((start + n) / SOUND_RATE for n in range(per_frame))
        yield (
            start,
            array(
                "f",
                (0.08 * math.exp(-6 * (t % 1)) * math.sin(2 * math.pi * 330 * t) for t in times),
            ),
        )
