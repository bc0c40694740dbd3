"""The shipped nginx configuration, run without a container in front of a server of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.servers import Server, free_port, wait_for

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "nginx"
MISSING = "nginx is not installed (on Debian: apt install nginx-light)."
VALIDITY = "10s"


def nginx() -> str | None:
    """Where it is. Debian keeps it out of the path of ordinary people."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@dataclass
class Proxy(Server):
    folder: Path  # of its configuration, logs and caches


@contextmanager
def nginx_before(
    *servers: int, validity: str = VALIDITY, more: str = "", files: Path | None = None
) -> Iterator[Proxy]:
    """nginx on a free port, before servers on these ports.

    `validity` is the one of documents, `more` are lines for the block `server`, and `files` is the
    DATA_DIR of the servers.
    """
    with TemporaryDirectory(prefix="badges-nginx-") as name:
        folder, port = Path(name), free_port()
        upstream = " ".join(f"server 127.0.0.1:{server};" for server in servers)
        _copy("http.conf", folder, {"/var/cache/nginx/": f"{folder}/"})
        _copy("site.conf", folder, {f"404 410 {VALIDITY};": f"404 410 {validity};"})
        _copy("recordings.conf", folder, {})
        _copy(
            "container.conf",
            folder,
            {
                "/tmp/": f"{folder}/",  # noqa: S108 (first: the folder itself is often there)
                "/etc/nginx/badges/": f"{folder}/",
                "/var/cache/nginx/": f"{folder}/",
                " /data/": f" {files or folder}/",
                "/dev/stdout": f"{folder}/access.log",
                "/dev/stderr": f"{folder}/error.log",
                "server web:8000 resolve;": upstream,
                "listen 8080;": f"listen 127.0.0.1:{port};\n{more}",
            },
        )
        as_root = "user root;" if os.geteuid() == 0 else ""
        command = [
            *(nginx(), "-p", name, "-e", folder / "error.log", "-c", folder / "container.conf"),
            *("-g", f"daemon off; {as_root}"),
        ]
        subprocess.run([*command, "-t", "-q"], check=True)
        process = subprocess.Popen(command)
        try:
            wait_for(port)
            yield Proxy(port, process.pid, folder)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _copy(name: str, folder: Path, changes: dict[str, str]) -> None:
    text = (SHIPPED / name).read_text()
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"{name} has no {old!r} any more.")
        text = text.replace(old, new)
    (folder / name).write_text(text)
