"""The demo program as data: no Django, no database."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from catalog.art import ArtSpec

PROGRAM = Path(__file__).parents[2] / "demo" / "program"
LEVELS = {"foundation", "practitioner", "leader"}
KINDS = {"file", "link", "text"}
QUESTIONS = {"short", "long", "one", "several", "number", "date"}
INVENTED = re.compile(r"(?:[a-z0-9-]+\.)*(?:example|example\.org)")


def load(name):
    return tomllib.loads((PROGRAM / name).read_text(encoding="utf-8"))


def all_badges():
    return [
        (path.stem, badge)
        for path in sorted((PROGRAM / "badges").glob("*.toml"))
        for badge in tomllib.loads(path.read_text(encoding="utf-8"))["badges"]
    ]


BADGES = all_badges()
each_badge = pytest.mark.parametrize(
    ("file", "badge"), BADGES, ids=[badge["slug"] for _, badge in BADGES]
)


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_forty_one_badges_fill_eight_categories():
    categories = [category["slug"] for category in load("categories.toml")["categories"]]

    assert (len(BADGES), len(categories)) == (41, 8)
    assert {file for file, _ in BADGES} == set(categories)


def test_slugs_names_and_addresses_are_unique():
    assert repeated(badge["slug"] for _, badge in BADGES) == []
    assert repeated(badge["name"] for _, badge in BADGES) == []
    assert repeated(agency["slug"] for agency in load("agencies.toml")["agencies"]) == []
    assert repeated(person["email"] for person in load("people.toml")["people"]) == []
    assert repeated(sponsor["slug"] for sponsor in load("sponsors.toml")["sponsors"]) == []


@each_badge
def test_a_badge_is_complete(file, badge):
    assert badge["level"] in LEVELS
    assert badge["description"]
    assert badge["about"].strip()
    assert badge["hours"] > 0
    assert badge["review_days"] > 0
    assert badge["tags"]
    assert badge["resources"]
    assert badge["alignments"]
    assert len(badge["criteria"]) >= 3
    assert [c["required"] for c in badge["criteria"] if "required" in c] in ([], [False])


@each_badge
def test_every_criterion_says_what_to_show_and_how(file, badge):
    for criterion in badge["criteria"]:
        assert criterion["name"]
        assert criterion["description"]
        assert criterion["evidence"]
        assert criterion["accepts"]
        assert set(criterion["accepts"]) <= KINDS
        assert len(criterion.get("rubric", [1, 2, 3])) == 3


@each_badge
def test_art_can_be_struck_and_is_described(file, badge):
    ArtSpec.from_dict(badge["art"])

    assert len(badge["art_alt"]) > 20


@each_badge
def test_alignments_name_a_known_framework(file, badge):
    frameworks = load("frameworks.toml")["frameworks"]

    assert {alignment["framework"] for alignment in badge["alignments"]} <= set(frameworks)


def test_a_pathway_leads_through_badges_of_the_program():
    badges = {badge["slug"]: badge for _, badge in BADGES}

    for badge in badges.values():
        steps = badge.get("pathway", [])
        assert all(badges[step].get("status", "published") == "published" for step in steps)
        assert all("pathway" not in badges[step] for step in steps)


def test_at_least_half_of_the_badges_have_a_rubric():
    with_rubric = sum(any("rubric" in c for c in badge["criteria"]) for _, badge in BADGES)

    assert with_rubric >= len(BADGES) // 2


def test_the_program_has_its_special_cases():
    badges = [badge for _, badge in BADGES]
    lengths = sorted(len(badge["name"]) for badge in badges)

    assert [b["slug"] for b in badges if b.get("waiting_hours")] == ["student-data-privacy-steward"]
    assert [b["waiting_hours"] for b in badges if b.get("waiting_hours")] == [48]
    assert Counter(b.get("status", "published") for b in badges) == {
        "published": 37,
        "draft": 2,
        "retired": 2,
    }
    assert sum(b.get("language") == "es" for b in badges) == 3
    assert [b["slug"] for b in badges if "next_version" in b] == ["formative-assessment-every-day"]
    assert [b["slug"] for b in badges if "pathway" in b] == ["digital-citizenship-lead"]
    assert [(b["slug"], b["valid_months"]) for b in badges if "valid_months" in b] == [
        ("accessible-course-steward", 24),
        ("ai-basics-for-educators", 6),
    ]
    assert len([b for b in badges if "units" in b]) >= 5
    assert lengths[0] <= 6
    assert lengths[-1] >= 85


def test_sixty_two_people_belong_to_known_agencies_in_every_role():
    agencies = {agency["slug"] for agency in load("agencies.toml")["agencies"]}
    people = load("people.toml")["people"]
    roles = Counter()
    for person in people:
        assert person.get("school", "alder-county") in agencies
        for role in person.get("roles", []):
            name, agency = role.split("@")
            assert agency in agencies
            roles[name] += 1

    assert len(people) == 62
    assert roles == {"reviewer": 8, "coordinator": 4, "reporter": 1, "instructor": 2}
    assert {p["account"]: p["email"] for p in people if "account" in p} == {
        "earner": "earner@demo.example",
        "reviewer": "reviewer@demo.example",
        "coordinator": "coordinator@demo.example",
        "colleague": "colleague@demo.example",
        "reporter": "reporter@demo.example",
        "operator": "admin@demo.example",
        "instructor": "instructor@demo.example",
    }


def test_every_address_is_invented():
    for person in load("people.toml")["people"]:
        assert INVENTED.fullmatch(person["email"].partition("@")[2]), person["email"]
    for _, badge in BADGES:
        for resource in badge["resources"]:
            assert INVENTED.fullmatch(resource["url"].split("/")[2]), resource["url"]
    for kind, name in (("agencies", "website"), ("sponsors", "link")):
        for row in load(f"{kind}.toml")[kind]:
            assert INVENTED.fullmatch(row.get(name, "https://x.example/").split("/")[2])


def test_evidence_fits_the_criterion_it_answers():
    evidence = load("evidence.toml")
    open_badges = {
        b["slug"]: b for _, b in BADGES if b.get("status") != "draft" and "pathway" not in b
    }

    assert set(evidence) == set(open_badges)
    for slug, badge in open_badges.items():
        places = [str(place) for place, _ in enumerate(badge["criteria"], 1)]
        assert sorted(evidence[slug]) == places
        for place, criterion in zip(places, badge["criteria"], strict=True):
            forms = [item for item in evidence[slug][place] if "answers" in item]
            assert bool(forms) == ("questions" in criterion), (slug, place)
            for item in evidence[slug][place]:
                assert item in forms or set(item) & set(criterion["accepts"]), (slug, place)


def test_every_needed_question_has_an_answer():
    evidence = load("evidence.toml")
    asking = [
        (badge["slug"], str(place), criterion["questions"])
        for _, badge in BADGES
        for place, criterion in enumerate(badge["criteria"], 1)
        if "questions" in criterion
    ]

    assert asking
    for slug, place, questions in asking:
        assert {question["kind"] for question in questions} <= QUESTIONS
        for item in [row for row in evidence[slug][place] if "answers" in row]:
            assert len(item["answers"]) == len(questions)
            for question, answer in zip(questions, item["answers"], strict=True):
                assert answer or not question.get("required", True), question["text"]
                assert question["kind"] != "several" or set(answer) <= set(question["options"])


def test_badges_are_read_in_every_way():
    assert {badge.get("review_scheme") for _, badge in BADGES} == {None, "two_readers", "approver"}
    assert sum("second_reading_share" in badge for _, badge in BADGES) >= 8


def test_comments_belong_to_a_criterion():
    criteria = {badge["slug"]: len(badge["criteria"]) for _, badge in BADGES}

    for slug, comments in load("feedback.toml")["not_yet"].items():
        assert all(1 <= int(place) <= criteria[slug] for place in comments)


def test_every_sponsor_has_its_logo():
    for sponsor in load("sponsors.toml")["sponsors"]:
        assert (PROGRAM / "logos" / sponsor["logo"]).read_text().startswith("<svg")
        assert sponsor["logo_alt"]


def test_nobody_is_said_to_have_failed():
    for path in PROGRAM.rglob("*.toml"):
        assert not re.search(r"\bfail(ed|ure|s)?\b", path.read_text(), re.IGNORECASE), path.name
