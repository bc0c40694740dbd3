"""Starts parts, logs their output, restarts those that end, and stops all in order."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from .log import Log
from .processes import kill_group
from .state import Refused

BACK_OFF = (0.2, 1, 2, 5, 10, 30)
FORCED_STOP_LIMIT = 2  # after a second Ctrl-C
STEP_TIMEOUT = 900
STABLE_AFTER = 60  # seconds after which a part's earlier deaths no longer count
MAX_LINE_BYTES = 64 * 1024


class StopRequested(Exception):
    """Ctrl-C or SIGTERM."""


@dataclass
class Part:
    """A supervised program. `start` returns its process, with stdout as a pipe."""

    name: str
    start: Callable[[], subprocess.Popen]
    stop_signal: int = signal.SIGTERM
    stop_limit: float = 10
    ignored_output: tuple[str, ...] = ()
    is_quiet: bool = False  # its output is only kept in `output_lines`, not logged

    process: subprocess.Popen | None = field(default=None, init=False)
    started_at: float = field(default=0, init=False)
    deaths: int = field(default=0, init=False)
    due_at: float | None = field(default=None, init=False)
    output_lines: list[str] = field(default_factory=list, init=False)
    unfinished: bytes = field(default=b"", init=False)


class Supervisor:
    def __init__(self, log: Log):
        self.log = log
        self.parts: list[Part] = []
        self._running_steps: list[Part] = []
        self._asked_to_stop: list[int] = []
        self._stopping = False
        self._outputs = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        self._outputs.register(self._wake_read, selectors.EVENT_READ)

    def __enter__(self) -> "Supervisor":
        signal.set_wakeup_fd(self._wake_write)
        # SIGINT explicitly, because shells make background processes ignore it.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # not ignored, as it is under nohup
            signal.signal(signal.SIGHUP, self._on_signal)
        return self

    def __exit__(self, *error) -> None:
        self.stop()
        signal.set_wakeup_fd(-1)
        self._outputs.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _on_signal(self, number, frame) -> None:
        self._asked_to_stop.append(number)

    def supervise(self, part: Part) -> None:
        """Start a part, and restart it whenever it ends."""
        self.parts.append(part)
        self._start(part)

    def run(self, *steps: Part) -> None:
        """Run steps in parallel until all have ended. Raises Refused if one fails."""
        self.begin(*steps)
        self.finish(*steps)

    def begin(self, *steps: Part) -> None:
        """Start steps without waiting; `finish` waits for them."""
        for step in steps:
            self._start(step)
            self._running_steps.append(step)

    def finish(self, *steps: Part) -> None:
        self.wait_until(
            lambda: all(step.process.poll() is not None for step in steps),
            limit=STEP_TIMEOUT,
            failure=f"{', '.join(step.name for step in steps)} took longer than {STEP_TIMEOUT} s.",
        )
        for step in steps:
            self._running_steps.remove(step)
            self._drain(step)
            if step.process.returncode:
                raise Refused(f"{step.name} failed with code {step.process.returncode}; see above.")

    def run_in_foreground(self, process: subprocess.Popen) -> int:
        """Wait for a program that has the terminal. Pass on signals except its Ctrl-C."""
        while process.poll() is None:
            self._pump(0.1, interruptible=False)
            while self._asked_to_stop:
                number = self._asked_to_stop.pop()
                if not (number == signal.SIGINT and os.isatty(0)):
                    process.send_signal(number)
        return process.returncode

    def wait_until(self, condition: Callable[[], bool], *, limit: float, failure: str) -> None:
        until = time.monotonic() + limit
        while not condition():
            if time.monotonic() > until:
                raise Refused(failure)
            self._pump_for(0.05)

    def watch(self) -> None:
        """Supervise until a signal raises StopRequested."""
        while True:
            self._pump(0.5)

    def stop(self) -> None:
        """Stop everything in reverse order. A second signal shortens the time limits."""
        self._stopping = True
        while self._running_steps:
            self._stop_part(self._running_steps.pop())
        while self.parts:
            self._stop_part(self.parts.pop())

    def _start(self, part: Part) -> None:
        part.process = part.start()
        part.started_at = time.monotonic()
        part.due_at = None
        part.output_lines = []
        part.unfinished = b""
        output = part.process.stdout
        os.set_blocking(output.fileno(), False)
        self._outputs.register(output, selectors.EVENT_READ, part)

    def _stop_part(self, part: Part) -> None:
        process = part.process
        if process is None or part.due_at is not None:
            return
        if process.poll() is None:
            process.send_signal(part.stop_signal)
        asked_at = time.monotonic()
        while process.poll() is None:
            limit = FORCED_STOP_LIMIT if len(self._asked_to_stop) > 1 else part.stop_limit
            if time.monotonic() - asked_at > limit:
                self.log.say(f"{part.name} did not stop in time and is killed")
                break
            self._pump(0.05, interruptible=False)
        kill_group(process)
        process.wait()
        self._drain(part)

    def _pump(self, timeout: float, *, interruptible: bool = True) -> None:
        """Log output, detect parts that have ended, and start those that are due."""
        for key, _ in self._outputs.select(timeout):
            if key.data is None:
                self._empty_wake_pipe()
            else:
                self._relay(key.data)
        if interruptible and self._asked_to_stop:
            raise StopRequested
        if not self._stopping:
            for part in self.parts:
                self._restart_if_due(part)

    def _pump_for(self, seconds: float) -> None:
        """Pump for the whole time, even if there is output all the time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._pump(left)

    def _restart_if_due(self, part: Part) -> None:
        now = time.monotonic()
        if part.due_at is not None:
            if now >= part.due_at:
                self._start(part)
            return
        if part.process.poll() is None:
            return
        if now - part.started_at > STABLE_AFTER:
            part.deaths = 0
        pause = BACK_OFF[min(part.deaths, len(BACK_OFF) - 1)]
        part.deaths += 1
        part.due_at = now + pause
        kill_group(part.process)
        self._drain(part)
        self.log.say(f"{part.name} {_exit_reason(part.process.returncode)}; again in {pause:g} s")

    def _relay(self, part: Part) -> bool:
        try:
            data = os.read(part.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data:
            self._outputs.unregister(part.process.stdout)
            part.process.stdout.close()
            return False
        *lines, rest = (part.unfinished + data).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            lines, rest = [*lines, rest], b""
        part.unfinished = rest
        for line in lines:
            self._log_line(part, line)
        return True

    def _log_line(self, part: Part, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if not text or any(words in text for words in part.ignored_output):
            return
        part.output_lines = [*part.output_lines[-199:], text]
        if not part.is_quiet:
            self.log.line(part.name, text)

    def _drain(self, part: Part) -> None:
        """Log the remaining output. Don't wait for EOF, as a grandchild may keep the pipe open."""
        output = part.process.stdout
        while not output.closed and self._relay(part):
            pass
        if part.unfinished:
            self._log_line(part, part.unfinished)
            part.unfinished = b""
        if not output.closed:
            self._outputs.unregister(output)
            output.close()

    def _empty_wake_pipe(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake_read, 1024)


def _exit_reason(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"
