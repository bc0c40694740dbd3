"""What is shared is canonicalised once: the bytes are those of the full procedure."""

import json
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges import canonical, credential_template, v3
from openbadges.credential_template import Shape, fill, gap

MOMENT = "2026-05-01T00:00:00Z"
ANY_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\r"), max_size=60
)


def shape_of(document):
    return Shape(json.dumps(document), canonicalize=canonical.canonicalize)


@settings(max_examples=25, deadline=None)
@given(
    texts=st.lists(ANY_TEXT, min_size=4, max_size=4),
    alignments=st.integers(0, 6),
    results=st.integers(0, 4),
    shows_name=st.booleans(),
)
def test_a_filled_shape_is_byte_for_byte_the_full_procedure(texts, alignments, results, shows_name):
    def compose(values):
        return _credential(values, texts[0], alignments, results, shows_name)

    gaps = [gap(number) for number in range(6)]
    values = [
        f"https://badges.example/{uuid.uuid4()}",
        uuid.uuid4().urn,
        texts[1],
        texts[2],
        MOMENT,
        texts[3] or "-",
    ]
    shape = shape_of(compose(gaps))

    assert json.loads(fill(shape.text, values)) == compose(values)
    assert shape.canonical(values) == canonical.canonicalize(compose(values))


@pytest.mark.parametrize(
    "words", ['Say "hi" _:x', 'An "a"^^<b> _:b0', 'Said "b" <urn:c>', "100% %s"]
)
def test_words_that_read_like_n_quads_are_words(words):
    values = ["urn:a", "urn:b", words, "salt", MOMENT, words]
    with_gaps = _credential([gap(number) for number in range(6)], words, 1, 0, True)

    shape = shape_of(with_gaps)

    full = canonical.canonicalize(_credential(values, words, 1, 0, True))
    assert shape.canonical(values) == full


def test_nodes_that_look_alike_from_one_another_each_count():
    def compose(*values):
        document = _credential(["urn:a", "urn:b", *values, MOMENT, "-"], "", 0, 0, False)
        subject = document["credentialSubject"]
        # Without an id the subject is a blank node itself, with two others under one property.
        subject["identifier"] *= 2
        subject["identifier"][1] = subject["identifier"][0] | {"salt": "another"}
        return {**document, "credentialSubject": {k: v for k, v in subject.items() if k != "id"}}

    shape = shape_of(compose(gap(0), gap(1)))

    for number in range(9):
        values = [f"hash {number}", f"salt {number}"]
        assert shape.canonical(values) == canonical.canonicalize(compose(*values))


def test_threads_share_a_shape_that_keeps_few_orders(monkeypatch):
    monkeypatch.setattr(credential_template, "_ORDERS_KEPT", 1)
    texts = [gap(number) for number in range(6)]
    shape = shape_of(_credential(texts, "-", 1, 0, True))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def fill_many(thread):
        return {
            shape.canonical(["urn:a", "urn:b", f"{thread} {n}", "salt", MOMENT, "-"])
            for n in range(1000)
        }

    try:
        with ThreadPoolExecutor(4) as threads:
            written = list(threads.map(fill_many, range(4)))
    finally:
        sys.setswitchinterval(interval)

    assert [len(each) for each in written] == [1000] * 4


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
            # Some are alike: then nothing but the full procedure tells them apart.
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
