"""PostgreSQL and Valkey together, each only where the environment names no other."""

import os
import signal
from collections.abc import Mapping

from .postgres import Postgres
from .state import State
from .supervisor import Part, Supervisor
from .valkey import Valkey

ANSWERS_WHILE_STARTING = (
    "the database system is starting up",
    "the database system is not yet accepting connections",
    "Consistent recovery state has not been yet reached",
)


class Services:
    def __init__(self, state: State, *, throwaway: bool = False, given: Mapping | None = None):
        given = os.environ if given is None else given
        self.given = {
            name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if given.get(name)
        }
        needed = {"DATABASE_URL", "REDIS_URL"} - self.given.keys()
        self.postgres = Postgres(state, throwaway=throwaway) if "DATABASE_URL" in needed else None
        self.valkey = Valkey(state, throwaway=throwaway) if "REDIS_URL" in needed else None

    @property
    def are_all_given(self) -> bool:
        return self.postgres is None and self.valkey is None

    def start(self, supervisor: Supervisor) -> None:
        """Both at once; returns when both answer."""
        if self.postgres:
            self.postgres.prepare()
            supervisor.keep(
                Part(
                    "postgres",
                    self.postgres.start,
                    stop_signal=signal.SIGINT,
                    stop_limit=30,
                    silent_about=ANSWERS_WHILE_STARTING,
                )
            )
        if self.valkey:
            silent_about = ("Memory overcommit must", "Reading config from stdin")
            supervisor.keep(Part("valkey", self.valkey.start, silent_about=silent_about))
        for name, service in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
            if service:
                supervisor.wait_until(
                    service.is_ready, limit=60, failure=f"{name} does not answer; see above."
                )
        if self.postgres:
            self.postgres.create_database()

    def environment(self) -> dict[str, str]:
        found = dict(self.given)
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            found["REDIS_URL"] = self.valkey.url
        return found
