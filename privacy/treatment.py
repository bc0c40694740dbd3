"""What is kept about a person, what they get of it, and what happens to it when they are erased.

One table. The page "What we keep", the export and the erasure read it. A test walks every model of
the project and fails for one that is missing here, or whose fields changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OnErasure(TextChoices):
    DELETED = "deleted", _("deleted")
    ANONYMISED = "anonymised", _("made anonymous")
    STAYS = "stays", _("stays")


@dataclass(frozen=True)
class Treatment:
    """How one model is treated. `exported` and `other` together name every field it has."""

    what: Promise
    # The look-up that leads from a row to the account it is about.
    person: str
    on_erasure: OnErasure
    why: Promise
    exported: str = ""
    other: str = ""
    # What the fields of an anonymised row become.
    becomes: Mapping[str, object] = field(default_factory=dict)
    # The look-up that leads to the address of somebody who may have no account.
    address: str = ""
    # Which rows are in the copy: not what its person may not read yet.
    exported_if: Mapping[str, object] | Q = field(default_factory=dict)

    # It stays if somebody closes their account and keeps their badges (ADR 75).
    verifies_badges: bool = False

    @property
    def condition(self) -> Q:
        return self.exported_if if isinstance(self.exported_if, Q) else Q(**self.exported_if)

    @property
    def exported_fields(self) -> list[str]:
        return self.exported.split()

    @property
    def fields(self) -> set[str]:
        return {*self.exported.split(), *self.other.split()}


# Nothing about a person, with the fields that name an account or an address all the same: who did
# the program's work, and where the program can be reached. These stay, with an account that is
# anonymous once its person is erased.
NOT_ABOUT_PEOPLE: dict[str, str] = {
    "accounts.Agency": "",
    "accounts.AgencyDomain": "",
    "accounts.ClassCode": "made_by",
    "accounts.ClosedDay": "",
    "accounts.Group": "",
    "accounts.IdentityProvider": "",
    # Sealed, and forgotten within hours.
    "accounts.SamlAnswer": "",
    # What a file says, until it is checked minutes later.
    "accounts.RosterFile": "",
    "accounts.RosterImport": "made_by",
    "accounts.SamlDetails": "",
    "accounts.SchoolYearMove": "made_by",
    "accounts.SetUp": "coordinator",
    "accounts.SignInRule": "",
    "audit.UnwantedFile": "",
    "auth.Group": "",
    "auth.Permission": "",
    "awarding.ApiToken": "made_by revoked_by",
    "awarding.AwardList": "made_by awarded_by undone_by",
    "awarding.ClaimCode": "made_by",
    "awarding.GroupBadge": "allowed_by",
    "awarding.PathwaySweep": "",
    "awarding.RememberedColumn": "made_by",
    "awarding.RememberedScoreColumn": "made_by",
    "awarding.ScoreImport": "made_by",
    "awarding.ScoreRule": "made_by",
    "awarding.StepToCount": "",
    "catalog.Alignment": "",
    "catalog.BadgeClass": "created_by",
    "catalog.BadgeVersion": "published_by",
    "catalog.Category": "",
    "catalog.Criterion": "",
    "catalog.Issuer": "email",
    "catalog.LearningResource": "",
    "catalog.Pathway": "",
    "catalog.PathwayStep": "",
    "catalog.Question": "",
    "catalog.RubricLevel": "",
    "contenttypes.ContentType": "",
    "issuing.CredentialText": "",
    "issuing.IssuerKey": "revoked_by",
    "issuing.PublicOrigin": "",
    "issuing.StatusList": "",
    "mailings.Announcement": "made_by",
    "mailings.MailingList": "",
    "mailings.SubscriberImport": "made_by",
    "program.EmailWords": "",
    "program.Page": "",
    "program.Program": "office_email",
    "program.Statement": "",
    # Never about fewer than ten people: docs/adr/0084-published-numbers.md.
    "reporting.PublishedNumbers": "",
    "reviewing.Anchor": "made_by",
    "reviewing.AnchorVerdict": "",
    "reviewing.AnchorVersion": "published_by",
    "reviewing.Assignment": "reviewer",
    "reviewing.CalibrationRules": "",
    "reviewing.DecisionBasis": "",
    "reviewing.Place": "",
    "reviewing.PutOff": "",
    "reviewing.ReadingPlan": "",
    "rewards.Draw": "drawn_by",
    "rewards.DrandRound": "found_by",
    "rewards.DrawNote": "written_by",
    "rewards.Drawing": "created_by",
    "rewards.DrawingRules": "",
    "rewards.EntryList": "",
    "rewards.ListPiece": "",
    "rewards.Prize": "",
    "rewards.RepeatRequest": "asked_by answered_by",
    "rewards.Seal": "opened_by",
    "rewards.Skip": "",
    "rewards.Sponsor": "email",
    "rewards.StageStep": "shown_by",
    "rewards.TypedValue": "typed_by",
    "serving.PageRevision": "",
    "sessions.Session": "",
}


def model_of(label: str) -> type[Model]:
    return apps.get_model(label)
