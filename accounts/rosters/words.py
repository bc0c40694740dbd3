"""What the words of a file mean: kinds of agencies, roles, what is gone; and which are none."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from accounts.models import AgencyKind, Membership
from accounts.one_line import one_line
from mail.no_mailbox import validate_mailbox

Role = Membership.Role
KINDS = {
    "local": AgencyKind.COUNTY_OFFICE, "county": AgencyKind.COUNTY_OFFICE,
    "county office": AgencyKind.COUNTY_OFFICE, "district": AgencyKind.DISTRICT,
    "school": AgencyKind.SCHOOL, "adult school": AgencyKind.ADULT_SCHOOL,
    "college": AgencyKind.COLLEGE, "consortium": AgencyKind.CONSORTIUM,
    "state": AgencyKind.CONSORTIUM, "national": AgencyKind.CONSORTIUM,
    "distrito": AgencyKind.DISTRICT, "escuela": AgencyKind.SCHOOL,
}  # fmt: skip
# 0 is the highest; kinds that are not here are 3. No agency has one of its own rank below it.
RANKS = {AgencyKind.CONSORTIUM: 0, AgencyKind.COUNTY_OFFICE: 1, AgencyKind.DISTRICT: 2}
# They work there, so they are no learners of the agency.
STAFF = {"teacher", "staff", "docente"}
ROLES = {
    "earner": Role.EARNER, "teacher": Role.EARNER, "staff": Role.EARNER,
    "reviewer": Role.REVIEWER, "coordinator": Role.COORDINATOR, "reporter": Role.REPORTER,
    "instructor": Role.INSTRUCTOR, "docente": Role.EARNER,
    "student": Role.EARNER, "estudiante": Role.EARNER,
}  # fmt: skip
# The status of what a file ends, in lower case.
GONE = ("tobedeleted", "inactive")


def text_problem(record: dict[str, str], field: str, most: int) -> str:
    """Why this text can't be saved, as a key of `PROBLEMS`, or "". Spaces are tidied in place."""
    text = record.get(field, "")
    if not text:
        return f"no_{field}"
    try:
        record[field] = one_line(text)
    except ValidationError:
        return "bad_name"
    return "too_long" if len(record[field]) > most else ""


def is_address(text: str) -> bool:
    try:
        validate_mailbox(text)
    except ValidationError:
        return False
    return len(text) <= 254
