"""Uploaded art: checked by its content, not its name, and converted to a square PNG."""

from __future__ import annotations

import io
from typing import NamedTuple

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image

from catalog import svg_cleaning
from catalog.art_losses import Loss
from catalog.art_reading import as_png
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped

MAX_FILE_BYTES = 5 * 1024 * 1024
# Forty million pixels take 400 MB.
LIMITS = Limits(memory=640 * MEGABYTE, processor_seconds=8, seconds=20)


class ImageRefused(ValueError):
    """This file can't be badge art; the message says why and what to do, for the user."""


class Art(NamedTuple):
    """A badge's image: always a PNG, and the SVG if it was uploaded as one.

    `losses` is what the PNG does not show of the uploaded file.
    """

    png: bytes
    svg: str = ""
    losses: tuple[Loss, ...] = ()


def to_badge_art(file: File) -> Art:
    """The uploaded image, made square on a transparent ground, without metadata."""
    if file.size > MAX_FILE_BYTES:
        raise ImageRefused(_("The file is larger than 5 MB. Save a smaller copy and try again."))
    file.seek(0)
    try:
        reply = run.call(
            "catalog.art_reading:read",
            file.read(MAX_FILE_BYTES + 1),
            limits=LIMITS,
            raises=[svg_cleaning.NotArt],
        )
    except svg_cleaning.NotArt as refusal:
        raise ImageRefused(_(refusal.message) % refusal.details) from None
    except Busy:
        raise ImageRefused(
            _("The site is busy reading other files. Try again in a minute.")
        ) from None
    except Stopped:
        raise ImageRefused(
            _(
                "Drawing this image took too much time or memory. Simplify it, or export it as a "
                "PNG of 600 × 600 pixels."
            )
        ) from None
    losses = tuple(Loss(*loss) for loss in reply.value["losses"])
    png, svg = reply.data[: reply.value["png"]], reply.data[reply.value["png"] :]
    return Art(png, svg.decode(), losses)


def thumbnail(png: bytes, width: int, kind: str = "png") -> bytes:
    """A smaller copy of stored art, which was made by `to_badge_art` or composed here.

    `kind` is png, for software, or webp, a fifth of its size, for pages.
    """
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        small = picture.convert("RGBA").resize((width, width), Image.Resampling.LANCZOS)
    if kind == "png":
        return as_png(small)
    out = io.BytesIO()
    # Method 6 would save three percent, and take a hundred times as long: almost two seconds.
    small.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
