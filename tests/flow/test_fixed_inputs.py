"""Compares documents, baked images, papers, drawings and tables byte for byte with a record.

Refactoring must not change what others have saved. `fixed_inputs.json` holds the SHA-256 digest of
each output, and short texts in full. After an intended change, record again and check the diff:

    RECORD_FIXED_INPUTS=1 make test ARGS="tests/flow/test_fixed_inputs.py -n 0"

Exceptions:
- The ZIP of a drawing depends on the zlib of the machine, so its members are recorded instead.
- typst writes the current time, and an id made from it, into every PDF; both are removed.
- Rasterized art, papers and status lists depend on the versions of resvg, typst, Pillow and zlib,
  and on the processor. They are compared only if these are as recorded (`made_with`).
- ETags are not recorded: the ETag of a drawing's ZIP contains a primary key.
- The person codes of a frozen list are hashes of the accounts' primary keys, which are fixed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import platform
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse
from django.test import Client

from catalog.art import compose_svg, render_png
from openbadges import baking
from rewards.draw import result
from tests.flow.fixed_drawing import fixed_drawing
from tests.flow.fixed_records import (
    ART,
    ED25519_FRAGMENT,
    ENDORSER_KEY,
    NOW,
    ORIGIN,
    RSA_FRAGMENT,
    Program,
    fixed_id,
    small_png,
)

pytestmark = pytest.mark.django_db

RECORD = Path(__file__).with_name("fixed_inputs.json")
IS_RECORDING = bool(os.environ.get("RECORD_FIXED_INPUTS"))
# Texts up to this many characters are recorded in full.
SHORT = 2_500
JSON_LD = "application/ld+json"


@pytest.fixture(autouse=True)
def fixed_environment(settings, monkeypatch):
    settings.PUBLIC_ORIGIN, settings.SERVED_SECURELY = ORIGIN, True
    settings.TIME_ZONE = "America/Los_Angeles"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def program(monkeypatch):
    # The key of an endorser is generated when the endorsement is accepted.
    monkeypatch.setattr(Ed25519PrivateKey, "generate", lambda: ENDORSER_KEY)
    return Program()


# --- What is served -------------------------------------------------------------------------------


def test_open_badges_2_documents(client, program):
    awards = {
        "assertion": program.plain,
        "assertion with shared evidence": program.shared,
        "assertion expired": program.expired,
        "assertion revoked": program.revoked,
        "assertion with a narrative": program.listed,
    }
    paths = {name: f"/assertions/{award.public_id}" for name, award in awards.items()}
    paths |= {
        "badge class": f"/badge-classes/{fixed_id(100)}",
        "badge class with a newer version": f"/badge-classes/{fixed_id(102)}",
        "badge class, second version": f"/badge-classes/{fixed_id(110)}",
        "issuer": f"/issuers/{fixed_id(1)}",
    }

    assert_as_recorded("Open Badges 2.0", served(client, paths))


def test_open_badges_3_documents(client, program):
    awards = {
        "": program.plain,
        " with shared evidence and name": program.shared,
        " expired": program.expired,
        " revoked": program.revoked,
        " from a list": program.listed,
    }
    paths = {f"credential{name}": f"/credentials/{a.public_id}" for name, a in awards.items()}
    paths |= {f"token{name}": f"/credentials/{a.public_id}.jwt" for name, a in awards.items()}
    paths |= {
        "DID document": f"/issuers/{fixed_id(1)}/did.json",
        "keys of the issuer": f"/issuers/{fixed_id(1)}/jwks.json",
        "keys of all issuers": "/.well-known/jwks.json",
        "Ed25519 key": f"/issuers/{fixed_id(1)}/keys/{ED25519_FRAGMENT}",
        "RSA key": f"/issuers/{fixed_id(1)}/keys/{RSA_FRAGMENT}",
        "endorsement of an issuer": f"/endorsements/{fixed_id(400)}",
        "endorsement of a badge": f"/endorsements/{fixed_id(401)}",
        "endorsement of an award": f"/endorsements/{fixed_id(402)}",
        "DID document of an endorser": f"/endorsements/{fixed_id(400)}/did.json",
    }

    assert_as_recorded("Open Badges 3.0", served(client, paths))


def test_baked_pictures_carry_the_documents(client, program):
    plain, in_svg = program.plain.public_id, program.in_svg.public_id
    paths = {
        "uploaded art, PNG": f"/assertions/{plain}/badge.png",
        "uploaded art, PNG to download": f"/assertions/{plain}/badge.png?download",
        "composed art, PNG": f"/assertions/{in_svg}/badge.png",
        "composed art, SVG": f"/assertions/{in_svg}/badge.svg",
    }

    pictures = served(client, paths)

    for name, award in (("uploaded art, PNG", plain), ("composed art, SVG", in_svg)):
        carried = baking.unbake(pictures[name]["body"])
        assert carried.v2.encode() == get(client, f"/assertions/{award}").content
        assert carried.v3.encode() == get(client, f"/credentials/{award}").content
    assert baking.unbake(pictures["uploaded art, PNG"]["body"]).picture == small_png()
    pictures["composed art without a badge, SVG"] = file(compose_svg(ART, any_font=True).encode())
    assert_as_recorded("baked pictures", pictures)


@pytest.mark.long
def test_drawing(client, monkeypatch, tmp_path):
    draw, coordinator = fixed_drawing(monkeypatch)
    at = f"/drawings/{draw.drawing.slug}"

    packed = served(client, {"zip": f"{at}/draws/1/check.zip"})["zip"]["body"]
    outputs = served(
        client, {"list": f"{at}/lists/1/entries.csv", "inputs": f"{at}/draws/1/inputs.json"}
    )
    outputs |= {f"zip, {name}": member for name, member in members(packed).items()}
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    recomputed = subprocess.run(
        [sys.executable, "-I", "-S", "recompute.py"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    outputs["recomputed"] = file(recomputed.stdout)
    outputs["steps of the result page"] = file("\n".join(map(_step, result.steps(draw))).encode())
    books = {"books": f"/manage{at}/books.csv"}
    outputs |= served(_signed_in(coordinator), books)

    assert draw.entry_list.sha256 == hashlib.sha256(outputs["list"]["body"]).hexdigest()
    assert outputs["zip, entries.csv"]["body"] == outputs["list"]["body"]
    assert outputs["zip, inputs.json"]["body"] == outputs["inputs"]["body"]
    assert_as_recorded("drawing", outputs)


def test_table_of_issued_badges(program):
    coordinator = _signed_in(program.coordinator)

    assert_as_recorded("tables", served(coordinator, {"issued badges": "/manage/issued.csv"}))


@pytest.mark.long
def test_outputs_that_depend_on_the_machine(program):
    earner, at = _signed_in(program.earner), f"/awards/{program.plain.public_id}"
    paths = {
        "certificate": f"{at}/certificate.pdf",
        "certificate, portrait on A4": f"{at}/certificate.pdf?size=a4&layout=portrait",
        "certificate in Spanish": f"/awards/{program.in_svg.public_id}/certificate.pdf",
        "wallet card": f"{at}/wallet-card.pdf",
        "transcript": "/my-badges/transcript.pdf",
    }
    papers = served(earner, paths)
    for paper in papers.values():
        assert paper["body"].startswith(b"%PDF")
        paper["body"] = without_time(paper["body"])
    others = {
        "card of an award to share": f"/awards/{program.shared.public_id}/card.png",
        "revoked, PNG": f"/assertions/{program.revoked.public_id}/badge.png",
        "status list": f"/status-lists/{fixed_id(2)}",
    }
    outputs = papers | served(Client(), others)
    outputs["composed art, PNG"] = file(render_png(ART, 600), "image/png")

    if not IS_RECORDING and recorded()["made_with"] != made_with():
        pytest.skip("recorded with other versions of the libraries, or on another processor")
    assert_as_recorded("papers, rasters and status list", outputs)


# --- Rendering ------------------------------------------------------------------------------------


def get(client: Client, path: str) -> HttpResponse:
    return client.get(path, headers={"Accept": JSON_LD})


def served(client: Client, paths: dict[str, str]) -> dict[str, dict]:
    return {name: _answer(get(client, path)) for name, path in paths.items()}


def _answer(response: HttpResponse) -> dict:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    answer = {"status": response.status_code, "type": response["Content-Type"], "body": body}
    if disposition := response.get("Content-Disposition"):
        answer["disposition"] = disposition
    return answer


def file(body: bytes, media_type: str = "text/plain") -> dict:
    """An output that is not served, in the form of a response."""
    return {"type": media_type, "body": body}


def members(packed: bytes) -> dict[str, dict]:
    """The members of a ZIP, uncompressed, with their dates, modes and compression methods."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for info in archive.infolist():
            about = f"{info.date_time} {info.external_attr:o} {info.compress_type}"
            found[info.filename] = {"type": about, "body": archive.read(info)}
    return found


def without_time(pdf: bytes) -> bytes:
    """Blank the time of a PDF and the ids that typst derives from it."""
    pdf = re.sub(rb"(?<=Date\(D:)\d{14}", b"0" * 14, pdf)
    pdf = re.sub(rb"(?<=Date>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"0" * 19, pdf)
    pdf = re.sub(rb"(?<=InstanceID>)[^<]+", b"", pdf)
    return re.sub(rb"/ID\[.*?\]", b"/ID[]", pdf, flags=re.DOTALL)


def _step(step: result.Step) -> str:
    prize = f"{step.prize.position}" if step.prize else ""
    fields = [step.position, step.number, step.token, prize, step.skipped_because]
    fields += [step.moved_on, step.moved_on_because, step.name]
    return ",".join(map(str, fields))


def _signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def made_with() -> dict[str, str]:
    packages = ("pillow", "resvg_py", "typst", "segno")
    versions = {name: importlib.metadata.version(name) for name in packages}
    machine = f"{platform.system()} {platform.machine()}"
    return versions | {"zlib": zlib.ZLIB_RUNTIME_VERSION, "machine": machine}


# --- Comparing ------------------------------------------------------------------------------------


def assert_as_recorded(group: str, outputs: dict[str, dict]) -> None:
    found = {name: _recorded_form(output) for name, output in outputs.items()}
    if IS_RECORDING:
        _record(group, found)
    assert found == recorded()[group]


def recorded() -> dict:
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


def _recorded_form(output: dict) -> dict:
    """Size and digest in place of the body; short texts in full, too."""
    about = {name: value for name, value in output.items() if name != "body"}
    body = output["body"]
    about |= {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    if len(body) <= SHORT and not output["type"].startswith(("image/png", "application/pdf")):
        about["text"] = body.decode()
    return about


def _record(group: str, found: dict) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.fail("Record in one process (-n 0), because all tests write to one file.")
    everything = recorded() | {"made_with": made_with(), group: found}
    RECORD.write_text(json.dumps(everything, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
