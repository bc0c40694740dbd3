"""Passkeys in a real browser, with an authenticator that Chromium plays itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator

from mail.models import OutgoingEmail
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@dataclass
class Device:
    """A finger on a telephone: it keeps passkeys, and says yes to each question."""

    visitor: Visitor

    def __post_init__(self):
        self.session = self.visitor.context.new_cdp_session(self.visitor.page)
        self.session.send("WebAuthn.enable")
        self.key = self.session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]

    def refuse(self) -> None:
        self._verifies(False)

    def accept(self) -> None:
        self._verifies(True)

    def lose(self) -> None:
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.key})

    def _verifies(self, whether: bool) -> None:
        values = {"authenticatorId": self.key, "isUserVerified": whether}
        self.session.send("WebAuthn.setUserVerified", values)


@pytest.fixture
def reviewer():
    """Reviewers of this county need a second step."""
    county = AgencyFactory(second_step_roles=["reviewer"])
    return MembershipFactory(agency=SchoolFactory(parent=county), role="reviewer").user


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_passkey_is_added_used_lost_and_removed(visit, reviewer, screen):
    person = visit(screen)
    device = Device(person)

    codes = adds_one_because_the_role_needs_it(person, device, reviewer)
    signs_in_with_it_alone(person)
    uses_it_after_the_password(person, reviewer)
    device.lose()
    uses_a_recovery_code(person, reviewer, codes)
    removes_it(person, reviewer)


def adds_one_because_the_role_needs_it(person, device, reviewer) -> list[str]:
    person.signs_in(reviewer)
    person.opens("/reviews/")
    person.reads("Your role needs a second step")
    person.follows("Add a passkey")
    person.writes("Name of the passkey", "My telephone")
    device.refuse()
    person.presses("Add a passkey")
    person.page.get_by_text("The browser gave no passkey").wait_for()
    assert person.page.get_by_label("Name of the passkey").input_value() == "My telephone"
    device.accept()
    # The script posts the form when the device has answered: only then is there another page.
    person.page.get_by_role("button", name="Add a passkey").click()
    person.page.get_by_role("heading", name="Recovery codes").wait_for()
    person.looks()
    codes = person.page.locator("main code").all_inner_texts()
    assert len(codes) == 10
    made = Authenticator.objects.get(user=reviewer, type="webauthn")
    assert made.wrap().name == "My telephone"
    assert OutgoingEmail.objects.filter(to=reviewer.email).exists()
    person.opens("/reviews/")
    assert "/account/second-step/" not in person.page.url
    return codes


def signs_in_with_it_alone(person) -> None:
    signs_out(person)
    person.opens("/account/login/")
    person.page.get_by_role("button", name="Use a passkey").click()
    person.page.wait_for_url(lambda url: "/account/" not in url)
    person.opens("/reviews/")
    assert "/account/" not in person.page.url


def uses_it_after_the_password(person, reviewer) -> None:
    signs_out(person)
    person.signs_in(reviewer)
    person.reads("One more step")
    person.page.get_by_role("button", name="Use a passkey").click()
    person.page.wait_for_url(lambda url: "/second-step/" not in url)
    person.opens("/reviews/")
    assert "/account/" not in person.page.url


def uses_a_recovery_code(person, reviewer, codes) -> None:
    signs_out(person)
    person.signs_in(reviewer)
    person.reads("One more step", "Lost your phone? Use a recovery code.")
    person.page.locator("main input[name=code]").fill(codes[0])
    person.presses("Sign in")
    person.opens("/reviews/")
    assert "/account/" not in person.page.url


def removes_it(person, reviewer) -> None:
    person.opens("/account/second-step/")
    person.follows("Rename or remove")
    person.follows("Remove")
    person.reads("It can no longer sign in here.")
    person.presses("Remove the passkey")
    assert not Authenticator.objects.filter(user=reviewer).exists()
    # The role still needs a second step.
    person.opens("/reviews/")
    person.reads("Your role needs a second step")


def signs_out(person) -> None:
    person.context.clear_cookies()
