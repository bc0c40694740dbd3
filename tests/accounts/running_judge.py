"""A certified OpenID provider of npm, oidc-provider, as a second judge next to nanoidp."""

from __future__ import annotations

import http.client
import shutil
import subprocess
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.accounts.running_provider import ROOT
from tests.accounts.running_server import RunningServer

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


class RunningJudge(RunningServer):
    @classmethod
    def start(cls, folder: Path, *, return_to: str) -> RunningJudge:
        node = str(shutil.which("node"))
        return cls.listening(
            lambda port: [node, "provider.mjs", str(port), ISSUER, return_to],
            log=folder / "log", cwd=HOME,
        )  # fmt: skip

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
