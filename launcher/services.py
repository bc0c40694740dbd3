"""Starts PostgreSQL and Valkey, unless the environment has the URL of an external one."""

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
    def __init__(self, state: State, *, throwaway: bool = False, variables: Mapping | None = None):
        variables = os.environ if variables is None else variables
        self.external_urls = {
            name: variables[name] for name in ("DATABASE_URL", "REDIS_URL") if variables.get(name)
        }
        needed = {"DATABASE_URL", "REDIS_URL"} - self.external_urls.keys()
        self.postgres = Postgres(state, throwaway=throwaway) if "DATABASE_URL" in needed else None
        self.valkey = Valkey(state, throwaway=throwaway) if "REDIS_URL" in needed else None

    @property
    def are_all_external(self) -> bool:
        return self.postgres is None and self.valkey is None

    def start(self, supervisor: Supervisor) -> None:
        """Start both in parallel, and wait until both are ready."""
        if self.postgres:
            self.postgres.prepare()
            supervisor.supervise(
                Part(
                    "postgres",
                    self.postgres.start,
                    stop_signal=signal.SIGINT,
                    stop_limit=30,
                    ignored_output=ANSWERS_WHILE_STARTING,
                )
            )
        if self.valkey:
            ignored_output = ("Memory overcommit must", "Reading config from stdin")
            supervisor.supervise(Part("valkey", self.valkey.start, ignored_output=ignored_output))
        for name, service in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
            if service:
                supervisor.wait_until(
                    service.is_ready, limit=60, failure=f"{name} does not answer; see above."
                )
        if self.postgres:
            self.postgres.create_database()

    def environment(self) -> dict[str, str]:
        urls = dict(self.external_urls)
        if self.postgres:
            urls["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            urls["REDIS_URL"] = self.valkey.url
        return urls
