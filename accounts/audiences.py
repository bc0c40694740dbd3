"""Who may read what is written about people and agencies."""

from audit.audiences import (
    COORDINATORS,
    EVERYONE,
    NOBODY,
    REPORTERS,
    Reader,
    register_act,
    register_program_texts,
    register_texts,
    with_readers,
)

register_texts(
    "accounts",
    {
        "User.name": {
            "shown on a badge": EVERYONE,
            "not shown": with_readers(
                REPORTERS, Reader.CONCERNED, Reader.PROGRAM, Reader.INSTRUCTOR
            ),
        },
        "User.email": with_readers(COORDINATORS, Reader.CONCERNED, Reader.PROGRAM),
        # Both accounts are told, and their owners may ask how it is known.
        "AccountLink.reason": with_readers(COORDINATORS, Reader.CONCERNED),
        "Agency.name": EVERYONE,
        "Group.name": with_readers(COORDINATORS, Reader.INSTRUCTOR),
        "Group.school_year": frozenset({Reader.COORDINATOR, Reader.INSTRUCTOR}),
        "Group.external_id": frozenset({Reader.COORDINATOR}),
        "SchoolYearMove.from_year": COORDINATORS,
        "SchoolYearMove.to_year": COORDINATORS,
        "RosterImport.file_name": COORDINATORS,
        "RosterRow.label": frozenset({Reader.COORDINATOR}),
        "GuardianConsent.guardian": frozenset({Reader.COORDINATOR}),
        "ClosedDay.name": frozenset({Reader.COORDINATOR}),
        "AddressChange.was": COORDINATORS,
        "AddressChange.email": COORDINATORS,
        # On the button that leads there.
        "IdentityProvider.name": EVERYONE,
        "IdentityProvider.issuer": frozenset({Reader.COORDINATOR}),
        "IdentityProvider.client_id": frozenset({Reader.COORDINATOR}),
        "SamlDetails.metadata_address": frozenset({Reader.COORDINATOR}),
        "SamlDetails.sign_in_address": frozenset({Reader.COORDINATOR}),
        "SamlDetails.identifier_attribute": frozenset({Reader.COORDINATOR}),
        "SamlDetails.email_attribute": frozenset({Reader.COORDINATOR}),
        "SamlDetails.name_attribute": frozenset({Reader.COORDINATOR}),
        "SamlDetails.roles_attribute": frozenset({Reader.COORDINATOR}),
        "SamlDetails.schools_attribute": frozenset({Reader.COORDINATOR}),
        "AgencyDomain.domain": COORDINATORS,
        "SignInRule.claim": COORDINATORS,
        "SignInRule.value": COORDINATORS,
        # It becomes the person's name when they confirm the address.
        "SignUp.name": NOBODY,
    },
)
register_program_texts(
    "accounts",
    [
        "User.password",
        "Agency.slug",
        "SignUp.password",
        "SignUp.language",
        "SetUp.code_hash",
        "ClosedDay.uid",
    ],
)
register_program_texts(
    "accounts",
    [
        "SignedInBrowser.session_key",
        "SignedInBrowser.browser",
        "SignedInBrowser.system",
        "Agency.second_step_roles",
        "Agency.consent_needed_for",
        "GuardianConsent.purposes",
        "GuardianConsent.how",
        "IdentityProvider.sealed_secret",
        "ProviderAccount.subject",
        "SamlAnswer.assertion_id",
        "SamlAnswer.key",
        "SamlAnswer.sealed_content",
        "SamlDetails.certificates",
        "SchoolYearMove.made",
        "RosterRow.where",
        "RosterRow.data",
        "RosterRow.problem",
        "RosterRow.made",
        "RosterId.identifier",
        "ClassCode.code",
        "ClassSignIn.user_name",
        "ClassSignIn.secret_hash",
    ],
)

for act in ("group added", "group changed", "group closed", "group opened again", "group moved"):
    register_act(act, note=COORDINATORS, subject=COORDINATORS)
for act in ("school year moved on", "school year taken back"):
    register_act(act, note=COORDINATORS, subject=COORDINATORS)
for act in ("roster checked", "roster started", "roster undone", "roster cleared"):
    register_act(act, note=COORDINATORS, subject=COORDINATORS)
for act in ("role given by a file", "role ended by a file"):
    register_act(act, note=COORDINATORS)
for act in (
    "class code made", "class code ended", "instructors may add learners",
    "instructors may not add learners",
):  # fmt: skip
    register_act(act, subject=COORDINATORS)
for act in (
    "group joined", "group left", "instructor of a group", "account without email made",
    "class sign-in reset",
):  # fmt: skip
    register_act(act, note=COORDINATORS)
register_act("role given", note=REPORTERS)
register_act("role taken", note=REPORTERS)
for act in (
    "closed days added", "closed day removed", "closed days of a calendar",
    "role ended on its last day", "last day of a role changed",
    "role ended", "agency renamed", "kind of agency changed", "agency moved", "agency merged",
):  # fmt: skip
    register_act(act, note=REPORTERS)
for act in (
    "domain declared", "domain withdrawn", "sign-in provider added", "sign-in provider changed",
    "rule for roles added", "rule for roles removed", "provider linked", "role given at sign-in",
):  # fmt: skip
    register_act(act, note=COORDINATORS)
register_act("second step required", note=REPORTERS)
register_act("second step reset", note=REPORTERS)
for act in (
    "marked as a minor", "mark of a minor ended", "came of age", "day of coming of age changed",
    "consent of a guardian recorded", "consent of a guardian withdrawn",
):  # fmt: skip
    register_act(act, note=COORDINATORS, subject=COORDINATORS)
register_act("rules for minors changed", note=REPORTERS)
register_act("class sign-in ended")
register_act("signed out elsewhere")
register_act("name changed")
register_act("accounts linked", note=COORDINATORS, subject=COORDINATORS)
register_act("accounts unlinked", note=COORDINATORS, subject=COORDINATORS)
register_act("name corrected")
for act in ("address change asked", "address change withdrawn", "address changed"):
    register_act(act, note=COORDINATORS)
register_act("account deactivated")
register_act("account reactivated")
register_act("invitation sent again")
