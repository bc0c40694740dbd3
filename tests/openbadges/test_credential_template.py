"""A filled credential template has the same bytes as full canonicalization."""

import json
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges import canonical, credential_template, v3
from openbadges.credential_template import CredentialTemplate, fill_json, placeholder

MOMENT = "2026-05-01T00:00:00Z"
ANY_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\r"), max_size=60
)


def template_of(document):
    return CredentialTemplate(json.dumps(document), canonicalize=canonical.canonicalize)


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(ANY_TEXT, min_size=4, max_size=4),
    alignments=st.integers(0, 6),
    results=st.integers(0, 4),
    shows_name=st.booleans(),
)
def test_a_filled_template_equals_full_canonicalization_byte_for_byte(
    texts, alignments, results, shows_name
):
    def compose(values):
        return _credential(values, texts[0], alignments, results, shows_name)

    placeholders = [placeholder(number) for number in range(6)]
    values = [
        f"https://badges.example/{uuid.uuid4()}",
        uuid.uuid4().urn,
        texts[1],
        texts[2],
        MOMENT,
        texts[3] or "-",
    ]
    template = template_of(compose(placeholders))

    assert json.loads(fill_json(template.text, values)) == compose(values)
    assert template.canonical(values) == canonical.canonicalize(compose(values))


@pytest.mark.parametrize(
    "words", ['Say "hi" _:x', 'An "a"^^<b> _:b0', 'Said "b" <urn:c>', "100% %s"]
)
def test_text_that_looks_like_n_quads_stays_text(words):
    values = ["urn:a", "urn:b", words, "salt", MOMENT, words]
    with_placeholders = _credential([placeholder(number) for number in range(6)], words, 1, 0, True)

    template = template_of(with_placeholders)

    full = canonical.canonicalize(_credential(values, words, 1, 0, True))
    assert template.canonical(values) == full


def test_similar_blank_nodes_are_told_apart():
    def compose(*values):
        document = _credential(["urn:a", "urn:b", *values, MOMENT, "-"], "", 0, 0, False)
        subject = document["credentialSubject"]
        # Without an id, the subject is a blank node with two blank nodes under one property.
        subject["identifier"] *= 2
        subject["identifier"][1] = subject["identifier"][0] | {"salt": "another"}
        return {**document, "credentialSubject": {k: v for k, v in subject.items() if k != "id"}}

    template = template_of(compose(placeholder(0), placeholder(1)))

    for number in range(9):
        values = [f"hash {number}", f"salt {number}"]
        assert template.canonical(values) == canonical.canonicalize(compose(*values))


def test_threads_share_a_template_with_a_small_cache(monkeypatch):
    monkeypatch.setattr(credential_template, "_CACHED_ORDERS", 1)
    texts = [placeholder(number) for number in range(6)]
    template = template_of(_credential(texts, "-", 1, 0, True))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def fill_many(thread):
        return {
            template.canonical(["urn:a", "urn:b", f"{thread} {n}", "salt", MOMENT, "-"])
            for n in range(1000)
        }

    try:
        with ThreadPoolExecutor(4) as threads:
            rendered = list(threads.map(fill_many, range(4)))
    finally:
        sys.setswitchinterval(interval)

    assert [len(texts) for texts in rendered] == [1000] * 4


def _credential(values, text, alignments, results, shows_name):
    id, subject, hashed, salt, moment, name = values
    achievement = v3.Achievement(
        id="https://badges.example/badges/1",
        name=text or "-",
        description=text,
        image_url="https://badges.example/art.png",
        image_caption=text,
        criteria_url="https://badges.example/badges/1#criteria",
        criteria_narrative=text,
        alignments=tuple(
            # Some are equal, so that only full canonicalization can distinguish them.
            v3.Alignment(f"Standard {number // 2}", "https://standards.example/", text)
            for number in range(alignments)
        ),
    )
    return v3.Credential(
        id=id,
        issuer=v3.Profile("did:web:badges.example", "Juniper").document(),
        achievement=achievement.document(),
        recipient=v3.Recipient(subject, hashed, salt, name if shows_name else ""),
        valid_from=moment,
        awarded=moment,
        results=tuple(
            v3.Result(f"https://badges.example/badges/1#criterion-{number}", status="Completed")
            for number in range(results)
        ),
    ).document()
