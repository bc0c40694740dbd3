"""A day, and the badges of a small program: those that its printed people need."""

from datetime import UTC, datetime

NOW = datetime(2026, 10, 14, 17, 30, tzinfo=UTC)
SMALL = {
    "digital-citizenship-foundations",
    "digital-citizenship-lead",
    "formative-assessment-every-day",
    "zines",
    "check-before-you-share",
    "ai-resilient-assignments",
    "student-data-privacy-steward",
    "primeros-pasos-digitales",
    "udl-in-practice",
    "prompt-craft",
    "bridge-to-career",
}
