"""Every form that changes a record, opened in two windows.

`pages.py` names each such form, and `OTHERS` the forms that change none. A form class that is in
neither fails the last test: say there what it does.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from django import forms
from django.apps import apps

from editing.forms import EditFormMixin
from tests.editing.pages import PAGES, opened, pressed

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PAGES)
def scene(request):
    return PAGES[request.param]()


@pytest.mark.long
def test_changes_of_different_fields_are_both_kept(client, scene):
    phone, laptop = opened(client, scene), opened(client, scene)

    first = pressed(laptop.type(**scene.one), scene)
    second = pressed(phone.type(**scene.other), scene)

    assert (first.status_code, second.status_code) == (302, 302)
    assert scene.read().items() >= {**scene.one, **scene.other}.items()


def test_a_field_that_both_changed_is_not_overwritten_and_both_versions_are_shown(client, scene):
    if not scene.again:
        pytest.skip("a box has two values, so both windows chose the same")
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    kept = scene.read()

    response = pressed(phone.type(**scene.again), scene)

    assert response.status_code == scene.refused_with
    assert scene.read() == kept
    text = response.content.decode()
    [(name, theirs)], [mine] = scene.one.items(), scene.again.values()
    assert (scene.shown or str(theirs)) in text
    assert (
        phone.data[phone.resolve(name)] in ([str(mine)], [mine], mine)
        or response.status_code == 200
    )


@pytest.mark.long
def test_what_was_refused_is_saved_when_it_is_sent_again(client, scene):
    if not scene.again or scene.refused_with == 200:
        pytest.skip("nothing is refused, or the admin shows the page")
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    pressed(phone.type(**scene.again), scene)

    response = pressed(phone, scene)

    assert response.status_code == 302
    assert scene.read().items() >= scene.again.items()


@pytest.mark.long
def test_saving_an_unchanged_page_writes_nothing_over_the_other_window(client, scene):
    phone, laptop = opened(client, scene), opened(client, scene)
    pressed(laptop.type(**scene.one), scene)
    kept = scene.read()

    response = pressed(phone, scene)

    assert response.status_code == 302
    assert scene.read() == kept


# Forms that change no stored record that their page shows: they create, ask, choose or decide.
OTHERS = {
    "NewAnchorForm", "AnchorFromWorkForm", "AbsenceForm", "NamePersonForm", "SchoolsForm",
    "LoginForm", "SignupForm", "SchoolForm", "ReasonForm", "ClaimCodeForm", "EnterCodeForm",
    "RowsForm", "AgencyRowsForm", "AwardListForm", "ReadingForm", "ColumnsForm",
    "ScoreColumnsForm", "TokenForm", "ScoreRuleForm",
    "RosterForm", "SchoolYearForm", "GroupBadgeForm", "GroupCodeForm",
    "GroupFilterForm", "NewGroupForm", "MembersForm", "InstructorForm", "NewLearnersForm",
    "ClassCodeForm", "ClassSignInForm", "FirstAddressForm", "SecretForm",
    "HoldForm", "RequestFilterForm", "ImportForm", "ClosingForm",
    "NewBadgesForm", "SubmissionFilterForm", "AssignForm", "NoteForm",
    "ScoreImportForm", "CatalogForm", "AgencyFilterForm", "NewAgencyForm", "PlaceForm", "RoleForm",
    "SignUpForm", "LanguageForm", "SureForm", "LetterForm",
    "LadderForm", "IdImportForm", "ConditionForm", "FurtherForm", "SuspendForm",
    "SampleForm", "RevokeForm", "AwardFilterForm", "EndorsementForm", "RevokeKeyForm", "PaperForm",
    "PeriodForm", "ActivityForm", "DeclineForm", "ReleaseForm", "QueueFilterForm", "ValueForm",
    "DisputeForm", "ExcludeForm", "LinkForm", "ConfirmForm", "CollectForm", "SendForm",
    "ShortCodeForm", "VerifyForm", "SignableTextForm", "AnswerForm",
    "AiUseFields", "ReviewRulesMixin",  # parts of DetailsForm
    "SubtitlesForm",  # a new file replaces the old one
    "RecipientForm", "PeopleFilterForm", "PeopleDecisionForm", "SendBackForm",
    "WordingForm",  # an approver approves once; the reader's own words stay as they are
    "SealForm", "AskForm", "AskForCodeForm", "MailedCodeForm", "SecondStepForm",
    "SecondStepAgainForm", "AppCodeForm",
    "PasskeyForm", "PasskeyNameForm", "DomainForm", "NewProviderForm", "NewSamlProviderForm",
    "MetadataForm",  # a new file or address replaces what the old one said
    "RuleForm", "TrialForm",
    "PeopleSearchForm", "PersonRoleForm",
    "AddressForm", "InvitationForm",
    "MergeForm", "LearnerFilterForm", "LearnersForm", "ConsentForm",
    # Of the set-up: nobody else works there yet; and what it asks for afterwards.
    "CodeForm", "YouForm", "PasswordForm", "CategoriesForm", "PeopleForm", "ProgramStepForm",
    "OfficeForm", "ProgramLogoForm", "IssuerLogoForm", "ClosedDayForm",
    "HolidaysForm", "CalendarForm", "EventsForm",
    "AppealForm", "DecideForm", "EndHoldForm", "GiveForm", "ReopenForm",
    "OpenReviewsForm", "ToForm", "MoveForm",
}  # fmt: skip


def test_every_form_is_compared_or_known_to_change_no_record():
    unknown = []
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent != Path(__file__).parents[2]:
            continue
        for module in pkgutil.walk_packages([str(folder)], f"{config.name}."):
            if ".migrations" in module.name:
                continue
            for name, found in inspect.getmembers(importlib.import_module(module.name)):
                is_ours = inspect.isclass(found) and found.__module__ == module.name
                if not is_ours or not issubclass(found, forms.BaseForm):
                    continue
                if not issubclass(found, EditFormMixin) and name not in OTHERS:
                    unknown.append(f"{module.name}.{name}")

    assert unknown == [], (
        "A form that changes a record needs editing.forms.EditFormMixin and a page in pages.py; "
        "any other goes into OTHERS."
    )
