"""Verifies issued badges with third-party software and the official schema."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier

# 1EdTech's schema is in no package and may not be copied, so it is read from this folder.
SHARED = Path(
    os.environ.get("OPEN_BADGES_FILES", Path(__file__).parents[3] / "shared" / "openbadges")
)
SCHEMA = SHARED / "schema" / "ob_v3p0_achievementcredential_schema.json"


@cache
def official_schema():
    if not SCHEMA.exists():
        pytest.skip("the official schema is not on this machine: set OPEN_BADGES_FILES")
    schema = json.loads(SCHEMA.read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def schema_errors(credential: dict) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in official_schema().iter_errors(credential)]


def verified_by_openbadgeslib(credential: str, *, did: str = "", download=None):
    """The credential as openbadgeslib reads it after verifying its Data Integrity proof."""
    verifier = OB3LdpVerifier.for_issuer_did(did) if did else OB3LdpVerifier()
    return verifier.verify(credential, download=download)


def jwt_verified_by_openbadgeslib(token: str, *, did: str, download=None):
    """The VC-JWT as openbadgeslib reads it, with the key that `kid` names among the issuer's."""
    return OB3Verifier.for_issuer_did(did, download).verify(token)
