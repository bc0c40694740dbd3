"""A certified OpenID provider of npm, oidc-provider, as a second judge next to nanoidp."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from fetching.safe_fetch import Fetcher
from tests.accounts.running_provider import PUBLIC, ROOT

SOURCE = Path(__file__).parent / "judge"
HOME = ROOT / ".cache" / "judge"
ISSUER = "https://judge.alder.example"


def install() -> str:
    """Install what the lock file says, once. Returns why it can't be done, or ""."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "node and npm are not installed"
    lock = (SOURCE / "package-lock.json").read_text()
    done = HOME / ".synced"
    if not done.exists() or done.read_text() != lock:
        HOME.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, HOME)
        made = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HOME, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if made.returncode:
            return f"oidc-provider can't be installed: {made.stderr.strip()[-200:]}"
        done.write_text(lock)
    shutil.copy(SOURCE / "provider.mjs", HOME)
    return ""


@dataclass
class RunningJudge:
    port: int
    process: subprocess.Popen

    @classmethod
    def start(cls, folder: Path, *, return_to: str) -> RunningJudge:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [shutil.which("node"), "provider.mjs", str(port), ISSUER, return_to]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=HOME)
        for _ in range(150):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                return cls(port, process)
            except OSError:
                time.sleep(0.2)
        process.kill()
        raise RuntimeError((folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    @property
    def fetcher(self) -> Fetcher:
        def connect(scheme, address, port, host, timeout):
            assert (scheme, address, port) == ("https", PUBLIC, 443)
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            connection.connect()
            # Connected already: from here on this is only what it says in its Host header.
            connection.host, connection.port = host, connection.default_port
            return connection

        return Fetcher(resolve=lambda host, port: [PUBLIC], connect=connect)

    def sign_in(self, address: str, name: str) -> dict[str, str]:
        """What a browser does there: it follows until it is sent back, and keeps cookies."""
        query = {**dict(parse_qsl(urlsplit(address).query)), "login_hint": name}
        path = f"{urlsplit(address).path}?{urlencode(query)}"
        cookies: dict[str, str] = {}
        for _ in range(6):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            kept = "; ".join(f"{key}={value}" for key, value in cookies.items())
            host = urlsplit(ISSUER).hostname
            connection.request("GET", path, headers={"Host": host, "Cookie": kept})
            answer = connection.getresponse()
            body = answer.read()
            for header in answer.headers.get_all("Set-Cookie") or []:
                for morsel in SimpleCookie(header).values():
                    cookies[morsel.key] = morsel.value
            assert answer.status in (302, 303), body[:500]
            target = urlsplit(answer.headers["Location"])
            if target.hostname not in (None, host):
                return dict(parse_qsl(target.query))
            path = f"{target.path}?{target.query}" if target.query else target.path
        raise AssertionError("never sent back")
