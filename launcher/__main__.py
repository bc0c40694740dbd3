"""python -m launcher COMMAND"""

import shutil
import sys

from . import start, testing
from .state import Refused, State

USAGE = """\
Starts, watches and stops everything the program needs on one machine.

python -m launcher run                     everything, until Ctrl-C
python -m launcher services                only PostgreSQL and Valkey, until Ctrl-C
python -m launcher demo                    set the demo program back to its first day
python -m launcher manage WORDS            a command of Django
python -m launcher with-services -- WORDS  any command, with the services up
python -m launcher test [WORDS]            checks and quick tests; WORDS are for pytest
python -m launcher test-long [WORDS]       the long tests
python -m launcher coverage [WORDS]        quick tests, and the deciding lines they miss
python -m launcher translations            compile the translations that changed
python -m launcher reset                   throw away all data

With DEMO=0 (or false, no, off) in the environment, an empty program of your own in var/program,
not the demo.
"""


def main(command: str = "", *words: str) -> int:
    state = State.of_project()
    match command:
        case "run":
            start.run(state)
        case "services":
            start.services(state)
        case "demo":
            return start.demo(state)
        case "manage":
            return start.manage(state, words)
        case "with-services":
            return start.with_services(state, words[1:] if words[:1] == ("--",) else words)
        case "test":
            return testing.test(words, testing.QUICK)
        case "test-long":
            return testing.test(words, testing.LONG)
        case "coverage":
            return testing.coverage(words)
        case "translations":
            start.compile_translations()
        case "reset":
            reset(state)
        case _:
            print(USAGE, end="")
            return 2
    return 0


def reset(state: State) -> None:
    """Delete the contents of the state folder, but not the folder, which may be a mount.

    The demo's folder has that of a program of one's own inside: it stays.
    """
    if not state.folder.exists():
        return
    with state.hold():
        for inside in state.folder.iterdir():
            if inside not in {state.run, state.folder / "program"}:
                shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
        for name in ("port", "valkey-port", "static-files", "beat-schedule"):
            (state.run / name).unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Refused as refusal:
        sys.exit(str(refusal))
