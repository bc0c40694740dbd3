"""Names of stored recordings, and what is said about them."""

from __future__ import annotations

from pathlib import PurePosixPath

from submissions import files

# What a file may have been called before it was written anew.
_EARLIER_ENDINGS = {".mp4", ".m4v", ".mov", ".qt", ".webm", ".m4a", ".mp3", ".wav", ".wave", ".aac"}


def safe_name(name: str, content_type: str) -> str:
    """As `files.safe_name`, with the ending of what the recording has become."""
    if not name.lower().endswith(files.EXTENSIONS[content_type]):
        path = PurePosixPath(name)
        if path.suffix.lower() in _EARLIER_ENDINGS:
            name = path.stem
    return files.safe_name(name, content_type)


def length(seconds: int) -> str:
    """4:07 or 1:02:30."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
