"""A real OpenID provider, nanoidp, in an environment of its own: `requirements/idp.txt`."""

from __future__ import annotations

import base64
import http.client
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.accounts.running_server import RunningServer

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".cache" / "idp"
ISSUER = "https://idp.alder.example"
SETTINGS = f"""
config_version: 1
server: {{host: "127.0.0.1", port: 1}}
oauth:
  issuer: "{ISSUER}"
  audience: "badges"
  token_expiry_minutes: 5
  clients:
    - {{client_id: "badges", client_secret: "a-secret"}}
    - {{client_id: "other", client_secret: "another-secret"}}
saml: {{export_groups: true}}
"""
USERS = """
config_version: 1
users:
  ann: {password: "ann", email: "ann@alder.example", email_verified: true, groups: ["science"]}
  eve: {password: "eve", email: "eve@birch.example", email_verified: true}
"""


def install() -> str:
    """Make the environment, once for this lock file. Returns why it can't be made, or ""."""
    lock = ROOT / "requirements" / "idp.txt"
    done = HOME / ".synced"
    if done.exists() and done.read_text() == lock.read_text():
        return ""
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    for command in ([sys.executable, "-m", "venv", "--clear", str(HOME)], [*pip, "-r", str(lock)]):
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if made.returncode:
            return f"nanoidp can't be installed: {made.stderr.strip()[-200:]}"
    done.write_text(lock.read_text())
    return ""


class RunningProvider(RunningServer):
    @classmethod
    def start(cls, folder: Path) -> RunningProvider:
        (folder / "settings.yaml").write_text(SETTINGS)
        (folder / "users.yaml").write_text(USERS)
        return cls.listening(
            lambda port: [HOME / "bin" / "nanoidp", "--config", folder, "--port", str(port)],
            log=folder / "log", cwd=folder,
        )  # fmt: skip

    def sign_in(self, address: str, name: str, *, client_id: str = "") -> dict[str, str]:
        """What the browser does there: type name and password. Returns what it brings back."""
        query = dict(parse_qsl(urlsplit(address).query))
        if client_id:
            query["client_id"] = client_id
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(
            "POST",
            f"/authorize?{urlencode(query)}",
            urlencode({"username": name, "password": name}),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        assert answer.status == 302, answer.read()[:500]
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def sign_in_by_saml(self, address: str, name: str) -> str:
        """The same with SAML. Returns what the page there posts to us by itself."""
        query = dict(parse_qsl(urlsplit(address).query))
        typed = {**query, "saml_original_verb": "GET", "username": name, "password": name}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(
            "POST", "/saml/sso", urlencode(typed),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, page[:500]
        [found] = re.findall(r'name="SAMLResponse" value="([^"]*)"', page)
        return _in_order(found)


def _in_order(answer: str) -> str:
    """nanoidp puts its signature last, where the schema of SAML forbids it. The signature is not
    part of what it signs, so it stays right when it is moved behind the issuer."""
    text = base64.b64decode(answer).decode()
    assertion = text.index("<saml2:Assertion")
    signature = re.search("<ds:Signature>.*</ds:Signature>", text, re.DOTALL)[0]
    rest = text[assertion:].replace(signature, "")
    rest = rest.replace("</saml2:Issuer>", f"</saml2:Issuer>{signature}", 1)
    return base64.b64encode((text[:assertion] + rest).encode()).decode()
