"""The process that reads a file: sets its own limits, calls one function, and ends.

`sandbox.run` starts it as a program of its own, and it never starts another.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path


def main() -> None:
    # Whatever prints must not get into the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Not `from sandbox`: the limits are set before anything else is read.
    order = json.loads(sys.stdin.buffer.readline())
    limits = order["limits"]
    _limit(limits)
    data = sys.stdin.buffer.read()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from sandbox.refusals import Refused

    try:
        module, _colon, name = order["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        value, content = function(data, **order["arguments"])
        header = {"kind": "returned", "value": value}
        if len(content) > limits["output"]:
            raise MemoryError
    except MemoryError:
        header, content = {"kind": "stopped", "value": "memory"}, b""
    except Refused as refusal:
        raised = {"message": refusal.message, "details": refusal.details}
        header, content = _raised(refusal, **raised), b""
    except Exception as error:
        header, content = _raised(error), b""
    answer.write(json.dumps(header).encode() + b"\n")
    answer.write(content)
    answer.flush()
    # Without the destructors of what was read: a tree made to be deep could crash in them.
    os._exit(0)


def _raised(error: Exception, **more: object) -> dict:
    kind = type(error)
    name = f"{kind.__module__}:{kind.__qualname__}"
    print(f"{name}: {error}"[:500], file=sys.stderr, flush=True)
    return {"kind": "raised", "value": {"name": name, **more}}


def _limit(limits: dict) -> None:
    seconds, memory = limits["processor_seconds"], limits["memory"]
    # One second more until the kernel kills without asking.
    _set(resource.RLIMIT_CPU, seconds, seconds + 1)
    _set(resource.RLIMIT_AS, memory, memory)
    _set(resource.RLIMIT_CORE, 0, 0)
    _set(resource.RLIMIT_FSIZE, limits["file"], limits["file"])  # 0: it writes no files
    _set(resource.RLIMIT_NOFILE, 64, 64)
    # The default action ends the process, wherever it is, even if its parent is gone.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits["seconds"])
    # On a machine without memory the kernel ends this first, not the web server.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _set(what: int, soft: int, hard: int) -> None:
    _soft, most = resource.getrlimit(what)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    main()
