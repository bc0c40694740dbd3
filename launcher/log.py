"""One log for all parts, on the terminal and in a file."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

MAX_LOG_BYTES = 10 * 1024 * 1024
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)
WIDTH = 9


class Log:
    def __init__(self, path: Path, terminal: TextIO | None = sys.stdout):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        self._file = path.open("a", buffering=1, encoding="utf-8", errors="replace")
        self._terminal = terminal
        self._coloured = terminal is not None and terminal.isatty()
        self._colours: dict[str, int] = {}

    def line(self, part: str, text: str) -> None:
        now = datetime.now().astimezone()
        self._file.write(f"{now:%Y-%m-%d %H:%M:%S} {part:<{WIDTH}}| {text}\n")
        prefix = f"{now:%H:%M:%S} {part:<{WIDTH}}|"
        if self._coloured:
            colour = self._colours.setdefault(part, COLOURS[len(self._colours) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self._show(f"{prefix} {text}\n")

    def say(self, text: str) -> None:
        """Log a message of the launcher itself."""
        for line in text.splitlines():
            self.line("launcher", line)

    def write_to_file(self, text: str) -> None:
        """Write only to the file, when the message is shown elsewhere."""
        self._file.write(text + "\n")

    def announce(self, text: str) -> None:
        """Show text without a prefix, so that it can be copied."""
        self._file.write(text + "\n")
        self._show(text + "\n")

    def _show(self, text: str) -> None:
        if self._terminal is None:
            return
        try:
            self._terminal.write(text)
            self._terminal.flush()
        except (OSError, ValueError):  # the terminal was closed; continue with the file
            self._terminal = None

    def close(self) -> None:
        self._file.close()
