"""`make run` and similar commands."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from . import changes, environment, web
from .application import Application, stale_translations
from .log import Log
from .processes import spawn
from .services import Services
from .state import PROJECT, LastStart, Refused, State
from .supervisor import Part, StopRequested, Supervisor
from .switches import is_on

HEALTH_TIMEOUT = 120  # seconds for web, worker and beat to be healthy
MAX_DEATHS = 3


def run(state: State) -> None:
    """Start everything and watch it until a signal stops it."""
    began = time.monotonic()
    with _supervised(state, sys.stdout) as supervisor:
        log = supervisor.log
        # The same port as last time, because badges contain their origin with the port.
        first = int(os.environ.get("PORT") or state.note("port") or environment.FIRST_PORT)
        listener = web.reserve_port(os.environ.get("BIND") or "127.0.0.1", first)
        port = listener.getsockname()[1]
        if port != first:
            log.say(f"Port {first} is taken; this one uses {port}.")
        state.note("port", str(port))

        services = Services(state)
        services.start(supervisor)
        variables = environment.local(state, services.environment(), port)
        application = Application(state, variables)
        program = changes.program_digest(variables, state.folder)
        # An external database may have changed since the last start; our own has not.
        last = state.last_start if services.postgres else None
        is_unchanged = last is not None and last.program == program
        _prepare(supervisor, application, is_unchanged=is_unchanged)

        log.say("Starting web server, worker and schedule ...")
        parts = [application.worker(), application.beat(), application.web(listener.fileno())]
        for part in parts:
            supervisor.supervise(part)
        accounts = last.accounts if is_unchanged else _demo_accounts(supervisor, application)
        printed = [*accounts, *_set_up_code(supervisor, application)]
        printed += where_emails_go(variables, state)
        health = web.HealthCheck(port, variables["PUBLIC_ORIGIN"])
        _wait_for_health(supervisor, health, parts)

        state.last_start = LastStart(program, accounts)

        log.announce(_banner(variables["PUBLIC_ORIGIN"], printed, time.monotonic() - began))
        supervisor.watch()


def services(state: State) -> None:
    """Start only PostgreSQL and Valkey, and print the variables that connect a program to them."""
    with _supervised(state, sys.stdout) as supervisor:
        state.last_start = None
        running = Services(state)
        running.start(supervisor)
        found = environment.local(state, running.environment(), _noted_port(state))
        names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO", "PUBLIC_ORIGIN", "DATA_DIR")
        supervisor.log.announce("\n".join(f"export {name}='{found[name]}'" for name in names))
        supervisor.watch()


def with_services(state: State, command: Sequence[str]) -> int:
    """Run a command with the running services, or else start them for as long as it runs."""
    services = Services(state)
    state.last_start = None  # the command may do anything to the data
    if services.are_all_external or state.is_held():
        _wait_for_services(services)
        return subprocess.run(command, cwd=PROJECT, env=_environment(state, services)).returncode
    with _supervised(state, None) as supervisor:
        services.start(supervisor)
        process = spawn(
            command, cwd=PROJECT, env=_environment(state, services), start_new_session=False
        )
        return supervisor.run_in_foreground(process)


def manage(state: State, words: Sequence[str]) -> int:
    return with_services(state, [sys.executable, "manage.py", *words])


def demo(state: State) -> int:
    """Reset the demo program, on a database that may not exist yet."""
    if not is_on(os.environ, "DEMO", default=True):
        raise Refused(
            "DEMO=0 is a program of your own, which has no demo. Leave DEMO=0 out to set the demo "
            "back.\nmake reset DEMO=0 deletes everything in the program of your own."
        )
    return manage(state, ["migrate", "--no-input", "--verbosity", "0"]) or manage(state, ["demo"])


def compile_translations() -> None:
    for _, command in stale_translations():
        subprocess.run([sys.executable, *command], cwd=PROJECT, check=True)


@contextmanager
def _supervised(state: State, terminal) -> Iterator[Supervisor]:
    with state.hold():
        log = Log(state.log / "badges.log", terminal)
        try:
            with Supervisor(log) as supervisor:
                try:
                    yield supervisor
                except StopRequested:
                    log.say("Stopping ...")
                except Refused as refusal:
                    log.write_to_file(str(refusal))
                    raise
            log.say("Stopped.")
        finally:
            log.close()


def _prepare(supervisor: Supervisor, application: Application, *, is_unchanged: bool) -> None:
    """Run the steps whose inputs have changed since the last start."""
    log = supervisor.log
    static_files = application.static_files()
    if static_files:
        log.say("Collecting static files ...")
        supervisor.begin(static_files)
    supervisor.run(*application.translations())
    if not is_unchanged:
        application.state.last_start = None
        log.say("Migrating the database ...")
        supervisor.run(application.migrations())
    if application.is_demo and not is_unchanged:
        log.say("Looking for the demo program; the first time it is made, in about a minute ...")
        supervisor.run(application.step("demo", "demo", "--if-empty"))
    if static_files:
        supervisor.finish(static_files)
        application.record_static_files()


def _demo_accounts(supervisor: Supervisor, application: Application) -> list[str]:
    if not application.is_demo:
        return []
    step = application.step("accounts", "demo_accounts", is_quiet=True)
    supervisor.run(step)
    return step.output_lines


def _set_up_code(supervisor: Supervisor, application: Application) -> list[str]:
    """A new one-time code as long as the program is not set up."""
    if application.is_demo:
        return []
    step = application.step("set-up", "setup_code", "--if-open", is_quiet=True)
    supervisor.run(step)
    return step.output_lines


def where_emails_go(variables: Mapping[str, str], state: State) -> list[str]:
    folder = environment.emails_folder(state)
    if variables.get("EMAIL_URL") != f"filemail:///{folder}":
        return []
    return [f"Emails are written to {folder} until EMAIL_URL names a server."]


def _wait_for_health(
    supervisor: Supervisor, health: web.HealthCheck, parts: Sequence[Part]
) -> None:
    def is_healthy() -> bool:
        for part in parts:
            if part.deaths >= MAX_DEATHS:
                raise Refused(f"{part.name} ended {part.deaths} times; see above.")
        return health.is_healthy()

    try:
        supervisor.wait_until(is_healthy, limit=HEALTH_TIMEOUT, failure="not healthy")
    except Refused as refusal:
        raise Refused(f"{refusal} /healthz says: {health.last_answer}") from refusal


def _banner(origin: str, accounts: Sequence[str], seconds: float) -> str:
    rule = "-" * 72
    lines = ["", rule, f"  Ready after {seconds:.1f} s:  {origin}/"]
    if accounts:
        lines += ["", *(f"  {line}" for line in accounts)]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", rule, ""])


def _noted_port(state: State) -> int:
    """The port of the running launcher, or else the one that a start would try first."""
    noted = state.note("port") if state.is_held() else None
    return int(noted or os.environ.get("PORT") or environment.FIRST_PORT)


def _environment(state: State, services: Services) -> dict[str, str]:
    return environment.local(state, services.environment(), _noted_port(state))


def _wait_for_services(services: Services) -> None:
    """Wait for the services of another launcher, which may still be starting."""
    until = time.monotonic() + 30
    for service in (services.postgres, services.valkey):
        while service and not service.is_ready():
            if time.monotonic() > until:
                raise Refused("Another launcher has the state folder, but its services are silent.")
            time.sleep(0.1)
