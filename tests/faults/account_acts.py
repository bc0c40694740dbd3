"""Acts of signing in and of the set-up, to be killed. `acts.py` lists them."""

from __future__ import annotations

from accounts import operations as accounts
from accounts.providers.operations import providers, saml
from accounts.set_up import operations as set_up
from accounts.sign_in import operations as sign_in
from tests.accounts.signing_in import with_app
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

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
    return lambda: accounts.confirm_address(rosa, address)


def begin_the_set_up():
    set_up.make_code()
    typed = {"name": "Carmen", "email": "carmen@alder.example", "password": "x" * 20}
    return lambda: set_up.begin(language="en", **typed)
