"""Re-encodes the program's logo, so that an uploaded file is never served itself."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from catalog.svg_cleaning import NotArt
from rewards.sponsors.logo_reading import NotALogo
from rewards.sponsors.logos import LARGEST_LOGO, LIMITS
from sandbox import run
from sandbox.refusals import Busy, Stopped

ACCEPT = "image/png,image/jpeg,image/webp,image/svg+xml"  # for the file chooser


class LogoUnreadable(Exception):
    """Not a picture, a broken one, or a too large one. The message says what to do."""


def clean_logo(file: BinaryIO) -> bytes:
    file.seek(0)
    content = file.read(LARGEST_LOGO + 1)
    if len(content) > LARGEST_LOGO:
        raise LogoUnreadable(_("This image is larger than 5 MB."))
    try:
        reply = run.call(
            "office.settings.logo_reading:read", content, limits=LIMITS, raises=[NotArt, NotALogo]
        )
    except (NotArt, NotALogo) as refusal:
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
