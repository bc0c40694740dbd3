"""Re-encodes uploaded logos, so that uploaded files are never served themselves."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rewards.sponsors import logo_reading
from sandbox import run
from sandbox.limits import MEGABYTE, Limits
from sandbox.refusals import Busy, Stopped

LARGEST_LOGO = 5 * MEGABYTE
ACCEPT = "image/png,image/jpeg,image/webp"  # for the file chooser
# Browsers don’t keep a file that was sent with a form.
FILE_IS_LOST = gettext_lazy("This file was not saved. Choose it again, then save.")
LIMITS = Limits(memory=512 * MEGABYTE, processor_seconds=8, seconds=20)


class LogoUnreadable(Exception):
    """Not a picture, a broken one, or a too large one. The message says what to do."""


def clean_logo(file: BinaryIO) -> bytes:
    """A PNG of the logo, at most 800 by 800 pixels, without metadata."""
    file.seek(0)
    content = file.read(LARGEST_LOGO + 1)
    if len(content) > LARGEST_LOGO:
        raise LogoUnreadable(_("This image is larger than 5 MB."))
    try:
        reply = run.call(
            "rewards.sponsors.logo_reading:read",
            content,
            limits=LIMITS,
            raises=[logo_reading.NotALogo],
        )
    except logo_reading.NotALogo as refusal:
        raise LogoUnreadable(_(refusal.message) % refusal.details) from None
    except Busy:
        raise LogoUnreadable(
            _("The site is busy reading other files. Try again in a minute.")
        ) from None
    except Stopped:
        raise LogoUnreadable(
            _("Reading this image took too much time or memory. Save it smaller, as PNG.")
        ) from None
    return reply.data
