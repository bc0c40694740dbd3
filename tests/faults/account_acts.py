"""Acts on accounts and of the set-up, to be killed, as in `acts.py`."""

from __future__ import annotations

from accounts import operations as accounts
from accounts.joining import operations as joining
from accounts.links import operations as links
from accounts.people import operations as people
from accounts.providers.operations import providers, saml
from accounts.set_up import operations as set_up
from accounts.sign_in import operations as sign_in
from editing.forms import Edit
from issuing.models import Assertion
from issuing.replacements.operations import asking
from program import operations as program
from tests.accounts.links import link
from tests.accounts.signing_in import with_app
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.issuing.replacing import renamed_award
from tests.rewards import drawing_factories

BECAUSE = "A mistake."


def arrive_from_a_provider():
    """Somebody new, whom a rule makes a reviewer."""
    district = AgencyFactory(parent=AgencyFactory())
    by = UserFactory()
    providers.declare_domain(district, "alder.example", by=by)
    provider = providers.add_provider(
        district, kind="oidc", name="Alder", issuer="https://idp.alder.example",
        client_id="badges", secret="x", by=by,
    )  # fmt: skip
    rule = {"claim": "groups", "value": "science", "role": "reviewer", "agency": district}
    providers.add_rule(provider, by=by, **rule)
    ann = providers.Identity("ann", "ann@alder.example", True, "Ann", {"groups": ["science"]})
    return lambda: providers.arrive(provider, ann, language="en")


def take_a_saml_answer():
    described = {"entity_id": "x", "sign_in_address": "https://x.example", "certificates": []}
    provider = saml.add_provider(
        AgencyFactory(), name="Alder", metadata=described, metadata_address="", by=UserFactory()
    )
    said = {"assertion_id": "_x", "in_response_to": "", "subject": "ann", "attributes": {}}
    key = saml.keep_answer(provider, said)
    return lambda: saml.take_answer(provider, key)


def reset_a_second_step():
    user, by = with_app(UserFactory()), UserFactory()
    return lambda: sign_in.reset_second_step(user, by=by, reason=BECAUSE)


def confirm_an_address_that_has_a_role():
    address = "rosa@home.example"
    [invited] = accounts.find_or_invite([(address, "Rosa", "en")]).values()
    MembershipFactory(user=invited, role="reviewer")
    rosa = UserFactory()
    rosa.emailaddress_set.create(email=address, verified=True)
    return lambda: joining.confirm_address(rosa, address)


def begin_the_set_up():
    set_up.make_code()
    typed = {"name": "Carmen", "email": "carmen@alder.example", "password": "x" * 20}
    return lambda: set_up.begin(language="en", **typed)


def unlink_accounts():
    """Both have the badge, so the second one gets its chance back."""
    drawing_factories.announced()
    first = drawing_factories.award()
    second = drawing_factories.award(badge_class=first.badge_class)
    now = drawing_factories.IN_THE_PERIOD
    linked = link(second.recipient, first.recipient, now=now)
    return lambda: links.unlink(linked, by=first.recipient, now=now)


def correct_a_name():
    agency, person, by = AgencyFactory(), UserFactory(), UserFactory()
    edit = Edit({"name": "Rosa Robles"})
    return lambda: people.correct_name(person, edit=edit, by=by, agency=agency)


def ask_for_new_credentials():
    award = renamed_award()
    person = award.recipient
    renamed_award()
    return lambda: asking.ask(Assertion.objects.of(person), by=person)


def write_an_email():
    agency, by = AgencyFactory(), UserFactory()

    def write():
        edit = Edit({"subject": "Your badge is here"})
        program.write_email("badge_issued", "en", by=by, agency=agency, edit=edit)

    return write


# How many states each act passes through, seen from outside.
STATES = {
    arrive_from_a_provider: 1,
    take_a_saml_answer: 1,
    reset_a_second_step: 1,
    confirm_an_address_that_has_a_role: 1,
    begin_the_set_up: 1,
    unlink_accounts: 1,
    correct_a_name: 1,
    ask_for_new_credentials: 1,
    write_an_email: 1,
}
