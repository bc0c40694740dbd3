"""Subtitles as WebVTT, or as SRT, which becomes WebVTT. Short, so they are read in place."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LARGEST = 500_000  # bytes; an hour of speech is a tenth of it
_TIME = r"(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}"
_CUE = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}", re.MULTILINE)
_SRT_COMMA = re.compile(r"(\d{2}:\d{2}),(\d{3})")


class SubtitlesRefused(Exception):
    """The file has no subtitles. The message says what to do."""


def read(data: bytes) -> str:
    """The subtitles as WebVTT. Raises SubtitlesRefused."""
    if len(data) > LARGEST:
        raise SubtitlesRefused(
            _("The file is too large for subtitles. Choose a .vtt or .srt file.")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SubtitlesRefused(
            _("The file is not saved as UTF-8. Save it as UTF-8, then choose it again.")
        ) from None
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not _CUE.search(text):
        raise SubtitlesRefused(
            _("There are no subtitles with times in this file. Choose a .vtt or .srt file.")
        )
    if not text.startswith("WEBVTT"):
        text = "WEBVTT\n\n" + "\n".join(
            _SRT_COMMA.sub(r"\1.\2", line) if "-->" in line else line for line in text.split("\n")
        )
    return text + "\n"
