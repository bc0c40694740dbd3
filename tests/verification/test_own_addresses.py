"""Addresses of this site and codes, pasted in any spelling: the award, or what is there instead."""

from __future__ import annotations

import json
import re
import uuid
from urllib.parse import quote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.models import Category
from fetching.safe_fetch import NotFetched
from issuing.documents import open_badges_2
from issuing.endorsements import operations as endorsing
from issuing.keys import identity
from issuing.models import StatusList
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import document, fetch, issued_award, revoked_award, waiting_award
from tests.verification.elsewhere import detail
from verification import verifier
from verification.answer import Answer
from verification.own_addresses import canonical
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
AWARD_PATHS = [
    "/v/{code}",
    "/v/?code={code}",
    "/awards/{id}/",
    "/awards/{id}/card.png",
    "/awards/{id}/share/",
    "/awards/{id}/certificate.pdf?size=a4",
    "/awards/{id}/wallet-card.pdf",
    "/endorse/awards/{id}/",
    "/assertions/{id}",
    "/assertions/{id}/badge.png?download=1",
    "/assertions/{id}/badge.svg",
    "/credentials/{id}",
    "/credentials/{id}.jwt",
    "/verify/?address=http%3A%2F%2Flocalhost%3A8000%2Fv%2F{code}",
    "/verify.json?address=http%3A%2F%2Flocalhost%3A8000%2Fassertions%2F{id}",
]
SPELLINGS = [
    "http://localhost:8000{path}",
    "https://localhost:8000{path}",
    "localhost:8000{path}",
    "www.localhost:8000{path}",
    "HTTP://LOCALHOST:8000{path}",
    "http://localhost:8000/es{path}",
    "http://localhost:8000/{path}",
    " <http://localhost:8000{path}> \n",
    "See http://localhost:8000{path}",
]


class NoNetwork:
    """A fetcher that fails the test: this site never asks itself over the network."""

    def fetch(self, url):
        raise AssertionError(f"{url} was requested")


def verify(text: str, **kwargs):
    return verifier.verify(text=text, fetcher=NoNetwork(), **kwargs)


def verdict(text: str) -> tuple:
    report = verify(text)
    return report.verdict, report.award


def shown(report) -> str:
    return detail(report, "What is at the address")


# --- Awards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_address_of_an_award_leads_to_it_however_it_is_spelled(spelling):
    award = issued_award()

    for path in AWARD_PATHS:
        address = spelling.format(path=path.format(code=award.short_code, id=award.public_id))
        assert (address, *verdict(address)) == (address, Verdict.VALID, award)


@pytest.mark.parametrize("end", ["/", "#criteria", "?utm_source=mail&x=%20", "/?a=b#c", ".", ","])
def test_what_follows_an_address_does_not_matter(end):
    award = issued_award()

    for path in (f"/awards/{award.public_id}", f"/v/{award.short_code}"):
        assert verdict(f"{SITE}{path}{end}") == (Verdict.VALID, award)
        assert verdict(f"{SITE}{path.upper()}{end}") == (Verdict.VALID, award)


@pytest.mark.parametrize(
    "scheme",
    ["htp://", "http:/", "http//", "http ://", "https;//", "HTTP:\\\\", "ttp://", "https:///"],
)
def test_a_scheme_with_a_typing_error_is_understood(scheme):
    award = issued_award()

    assert verdict(f"{scheme}localhost:8000/awards/{award.public_id}/") == (Verdict.VALID, award)
    assert canonical(f"{scheme}elm.example/b/1") in (
        "http://elm.example/b/1", "https://elm.example/b/1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["elm.example", "https://elm.example/http:/x", "eyJhbGciOiJ9.e30.x", "a sentence"]
)
def test_other_text_stays_as_it_was_typed(typed):
    assert canonical(typed) == typed


@pytest.mark.parametrize("typed", ["{}", " {}\n", "Credential ID {}", "urn:uuid:{}", "ID: {}."])
def test_the_number_of_an_award_leads_to_it(typed):
    award = issued_award()
    number = str(award.public_id)

    for spelled in (number, number.upper(), number.replace("-", "–")):
        assert verdict(typed.format(spelled)) == (Verdict.VALID, award)


def test_a_number_that_is_not_of_an_award_here_or_is_in_another_address_is_not_ours():
    award, pending = issued_award(), waiting_award()

    for typed in (
        "00000000-0000-4000-8000-000000000000", str(pending.public_id),
        f"elm.example/{award.public_id}", f"https://elm.example/{award.public_id}",
        f"{award.public_id}0",
    ):  # fmt: skip
        assert canonical(typed) == typed


def test_a_hyphen_that_a_program_replaced_is_understood():
    award = issued_award()
    number = str(award.public_id).replace("-", "\u2011")

    assert verdict(f"{SITE}/awards/{number}/") == (Verdict.VALID, award)


def test_what_is_not_found_is_said_once():
    for typed, said in (
        (
            f"{SITE}/awards/00000000-0000-4000-8000-000000000000/",
            "We have no award at this address",
        ),
        ("2345-6789-ABCD", "We have no badge with this code"),
    ):
        report = verify(typed)

        words = f"{report.headline} {Answer(report).why}"
        assert (words.count(said), len(words) > len(said) + 20) == (1, True)


def test_a_code_is_read_in_every_spelling():
    award = issued_award()
    code = award.short_code
    groups = award.code_in_groups
    look_alike = groups.replace("0", "O").replace("1", "l")
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code)

    for typed in (
        code, groups, code.lower(), groups.replace("-", " "), groups.replace("-", "–"),
        f" {groups}.\n", look_alike, look_alike.lower(), full_width, groups.replace("-", "."),
        f"Code: {groups}", f"Check this badge at\nlocalhost:8000/v\n{groups}", f"{SITE}/v/{groups}",
        f"{SITE}/v/{quote(groups.replace('-', ' '))}",
    ):  # fmt: skip
        assert (typed, *verdict(typed)) == (typed, Verdict.VALID, award)


def test_a_revoked_award_is_found_and_one_that_is_not_issued_is_as_unknown_as_no_award():
    revoked, waiting, nobody = revoked_award(), waiting_award(), uuid.uuid4()

    assert verdict(f"{SITE}/v/{revoked.short_code}") == (Verdict.REVOKED, revoked)
    for path in AWARD_PATHS:
        if "{id}" in path:
            reports = [verify(SITE + path.format(id=id)) for id in (waiting.public_id, nobody)]
        else:
            codes = (waiting.short_code, "7KQ2M9XH4TWD")
            reports = [verify(SITE + path.format(code=code)) for code in codes]
        assert reports[0] == reports[1]
        assert (path, reports[0].verdict) == (path, Verdict.NOT_FOUND)


def test_an_unknown_code_is_not_called_false():
    report = verify("7KQ2-M9XH-4TWD")

    assert (report.verdict, report.headline) == (
        Verdict.NOT_FOUND,
        "We have no badge with this code.",
    )
    assert "Compare it with the printed one" in shown(report)


def test_a_host_that_reads_as_a_code_is_an_address():
    report = verifier.verify(text="abcd.efgh.info", fetcher=Unreachable())

    assert report.verdict is Verdict.NOT_CHECKED


class Unreachable:
    def fetch(self, url):
        raise NotFetched(NotFetched.UNREACHABLE)


# --- What is no award -----------------------------------------------------------------------------


def test_a_badge_that_people_can_earn_is_no_award_as_page_as_document_and_as_json():
    badge = BadgeFactory(name="Media Balance")
    id = badge.current_version.public_id
    as_json = open_badges_2.badge_class(id)

    for text in (
        f"{SITE}/badges/{badge.slug}/",
        f"localhost:8000/badges/{badge.slug}",
        f"{SITE}/badge-classes/{id}",
        f"{SITE}/badges/{badge.slug}/start/",
        as_json,
    ):
        report = verify(text)
        assert report.verdict is Verdict.SOMETHING_ELSE
        if text != as_json:
            assert "“Media Balance”. It is a badge that people can earn" in shown(report)


def test_a_draft_is_as_unknown_as_no_badge():
    draft = DraftBadgeFactory(name="Secret plan")

    reports = [verify(f"{SITE}/badges/{slug}/") for slug in (draft.slug, "no-such-badge")]

    assert reports[0] == reports[1]
    assert reports[0].verdict is Verdict.NOT_FOUND


def test_documents_that_are_no_award_are_named():
    award = issued_award()
    issuer = award.badge_class.issuer
    endorsement = endorsing.offer(
        award.badge_class.current_version,
        by=UserFactory(),
        name="Cedar University",
        url="https://cedar.example",
        about="",
        comment="Good.",
    )
    endorsing.accept(endorsement, by=coordinator_for(award.badge_class))
    status_list = StatusList.objects.get(pk=award.status_list_id)
    key = issuer.keys.first()
    did = identity.did_of(issuer)
    texts = {
        f"{SITE}/issuers/{issuer.public_id}": "the issuer",
        json.dumps(open_badges_2.issuer(issuer.public_id)): "the issuer",
        f"{SITE}/issuers/{issuer.public_id}/did.json": "public keys",
        f"{SITE}/issuers/{issuer.public_id}/jwks.json": "public keys",
        f"{SITE}/issuers/{issuer.public_id}/keys/{key.fragment}": "public keys",
        f"{SITE}/.well-known/jwks.json": "public keys",
        did: "public keys",
        f"{did}#{key.fragment}": "public keys",
        f"{SITE}/status-lists/{status_list.public_id}": "the list of revoked badges",
        status_list.signed: "the list of revoked badges",
        f"{SITE}/endorsements/{endorsement.public_id}": "an endorsement",
        endorsement.credential: "an endorsement",
        f"{SITE}/endorsements/{endorsement.public_id}/did.json": "an endorsement",
        f"{SITE}/art/{award.version.public_id}.png": "the picture of a badge",
        f"{SITE}/drawings/spring/result/": "the result of a drawing",
        f"{SITE}/pathways/something/": "a pathway",
        f"{SITE}/categories/{Category.objects.first().slug}/": "the catalog",
        f"{SITE}/claim/7KQ2M9XH/": "claim a badge",
        f"{SITE}/verify/": "the page you are on",
        "localhost:8000": "the catalog",
    }

    for text, words in texts.items():
        report = verify(text)
        assert (text[:80], report.verdict) == (text[:80], Verdict.SOMETHING_ELSE)
        assert text.startswith("{") or words in shown(report)


def test_a_forged_award_is_not_excused_by_the_address_of_another_document():
    award = issued_award()
    status_list = StatusList.objects.get(pk=award.status_list_id)
    forged = document(award) | {"id": f"{SITE}/status-lists/{status_list.public_id}"}
    claimed = {"type": "Assertion", "id": f"{SITE}/issuers/{award.badge_class.issuer.public_id}"}

    assert verify(json.dumps(forged)).verdict is Verdict.NOT_ISSUED
    assert verify(json.dumps(claimed)).verdict is Verdict.NOT_ISSUED


def test_json_with_another_spelling_of_our_host_is_compared_with_our_record(client):
    award = issued_award()
    hosted = json.loads(fetch(client, f"{SITE}/assertions/{award.public_id}").content)
    elsewhere = hosted | {"id": hosted["id"].replace("localhost", "www.localhost")}

    assert verify(json.dumps(elsewhere)).verdict is Verdict.CHANGED


def addresses(resolver=None, before="", namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = namespace or (f"{pattern.namespace}:" if pattern.namespace else "")
            yield from addresses(pattern, route, inner)
        elif isinstance(pattern, URLPattern) and pattern.name and "(?P" not in route:
            yield route, namespace + pattern.name


def test_every_address_of_the_url_table_gets_an_answer_and_none_is_requested():
    some = {"slug": "something", "uuid": uuid.UUID(int=7), "int": 7, "str": "x", "path": "x"}
    seen = set()
    for route, name in addresses():
        if route.startswith("operator/"):
            continue
        kinds = re.findall(r"<(\w+):(\w+)>", route)
        path = reverse(name, kwargs={argument: some[kind] for kind, argument in kinds})
        report = verify(SITE + path)
        seen.add(report.verdict)
        assert (name, report.verdict in {Verdict.SOMETHING_ELSE, Verdict.NOT_FOUND}) == (name, True)

    assert seen == {Verdict.SOMETHING_ELSE, Verdict.NOT_FOUND}


# --- On the page ----------------------------------------------------------------------------------


def test_an_address_in_the_link_is_looked_up_in_any_spelling_and_a_foreign_one_only_filled_in(
    client,
):
    award = issued_award()

    own = client.get("/verify/", {"address": f"localhost:8000/v/{award.code_in_groups.lower()}"})
    foreign = client.get("/verify/", {"address": "https://elsewhere.example/badge"})

    assert own.context["report"].award == award
    assert foreign.context["report"] is None
    assert "https://elsewhere.example/badge" in foreign.content.decode()


def test_no_answer_about_an_award_of_somebody_unnamed_has_personal_data(client):
    award = issued_award(earner=UserFactory(name="Rosa Álvarez", email="rosa@alder.example"))

    for path in AWARD_PATHS:
        page = client.post(
            "/verify/", {"text": SITE + path.format(code=award.short_code, id=award.public_id)}
        )
        assert page.context["report"].award == award
        for private in ("Rosa", "Álvarez", "rosa@alder.example"):
            assert private not in page.content.decode()
