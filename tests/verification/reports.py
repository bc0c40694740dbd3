"""What tests read from a report, and files of awards issued here."""

from __future__ import annotations

from issuing import addresses
from verification.verifier import Finding


def baked_png(client, award) -> bytes:
    return client.get(f"/assertions/{award.public_id}/badge.png").content


def findings(report) -> dict[str, Finding]:
    return {step.title: step.finding for step in report.steps}


def details(report) -> str:
    """The details of all steps, including the reports on both forms of an image."""
    return " ".join(step.detail for part in (report, *report.forms) for step in part.steps)


def award_address(award) -> str:
    return addresses.assertion_id(award.public_id)
