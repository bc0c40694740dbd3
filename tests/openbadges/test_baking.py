"""Baking badges into images, and reading them from images of any kind."""

from __future__ import annotations

import io
import json
import zlib
from contextlib import suppress

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking as other_baking
from PIL import Image, PngImagePlugin

from openbadges import baking
from openbadges.baking import (
    Baked,
    CannotBake,
    CannotUnbake,
    UnbakeProblem,
    bake,
    bake_png,
    bake_svg,
    chunks,
    unbake,
)
from tests.openbadges.png_chunks import ART, chunk, with_chunk

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)


def unbake_problem(image: bytes) -> UnbakeProblem:
    with pytest.raises(CannotUnbake) as refusal:
        unbake(image)
    return refusal.value.problem


@given(TEXTS.map(str.strip))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_back_unchanged(text):
    text = json.dumps({"id": text}, ensure_ascii=False)

    assert unbake(bake(ART, text)).v2 == text


def images_of_every_kind() -> list[bytes]:
    images = []
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        buffer = io.BytesIO()
        info = PngImagePlugin.PngInfo()
        info.add_text("Title", "A balance")
        image = Image.new(mode, (40, 40))
        image.save(buffer, "PNG", pnginfo=info, dpi=(144, 144), icc_profile=b"profile")
        images.append(buffer.getvalue())
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return [*images, buffer.getvalue()]


def test_baking_leaves_every_other_chunk_byte_for_byte():
    for art in images_of_every_kind():
        baked = bake(art, '{"id":"https://badges.example/1"}')

        others = [c for c in chunks(baked) if not c[1].startswith(b"openbadges\0")]
        assert others == list(chunks(art))
        assert unbake(baked).picture == art


def test_baking_again_replaces_what_was_there():
    twice = bake(bake(ART, "one"), "two")

    carried = [c for c in chunks(twice) if c[1].startswith(b"openbadges\0")]
    assert carried == [(b"iTXt", b"openbadges\0\0\0\0\0two")]


@pytest.mark.parametrize(
    "image",
    [b"", b"GIF89a", b"\xff\xd8\xff\xe0 a photo", b"<svg/>", ART[:60], ART[:-8], baking.SIGNATURE],
)
def test_a_file_that_is_not_a_complete_png_is_not_baked(image):
    with pytest.raises(CannotBake):
        bake(image, "{}")


def test_a_damaged_png_is_not_baked():
    damaged = bytearray(ART)
    damaged[45] ^= 1

    with pytest.raises(CannotBake):
        bake(bytes(damaged), "{}")


def test_an_address_in_an_old_badge_is_read():
    old = with_chunk(b"tEXt", b"openbadges\0https://old.example/assertions/7")

    assert unbake(old).v2 == "https://old.example/assertions/7"


def test_a_compressed_badge_is_read_although_it_should_not_be_compressed():
    packed = zlib.compress(b'{"id":"x"}')

    assert unbake(with_chunk(b"iTXt", b"openbadges\0\1\0\0\0" + packed)).v2 == '{"id":"x"}'


def test_a_language_tag_does_not_leak_into_the_text():
    tagged = with_chunk(b"iTXt", b"openbadges\0\0\0en\0Offene Abzeichen\0hello")

    assert unbake(tagged).v2 == "hello"


def test_no_more_chunks_are_read_than_the_limit(monkeypatch):
    image, read, crc32 = with_chunks(100_000), [], zlib.crc32
    monkeypatch.setattr(baking.zlib, "crc32", lambda part: read.append(len(part)) or crc32(part))

    assert unbake_problem(image) is UnbakeProblem.TOO_MANY_PARTS
    assert len(read) == baking.MOST_CHUNKS


def test_a_decompression_bomb_is_refused():
    packed = zlib.compress(b"0" * 20_000_000)

    assert (
        unbake_problem(with_chunk(b"iTXt", b"openbadges\0\1\0\0\0" + packed))
        is UnbakeProblem.TOO_LARGE
    )


def with_chunks(number):
    return ART[:33] + chunk(b"tEXt", b"") * number + ART[33:]


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        (b"", UnbakeProblem.NOT_AN_IMAGE),
        (b"\xff\xd8\xff\xe0 a photo", UnbakeProblem.NOT_AN_IMAGE),
        (ART, UnbakeProblem.NOTHING_BAKED),
        (bake(ART, "{}")[:80], UnbakeProblem.BROKEN),
        (bake(ART, "{}")[:-6], UnbakeProblem.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0\1\0\0\0not zlib"), UnbakeProblem.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0"), UnbakeProblem.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0\0\0\0\0\xff\xfe"), UnbakeProblem.NOT_TEXT),
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff"), UnbakeProblem.NOT_TEXT),
        (baking.SIGNATURE + b"\xff\xff\xff\xffIDAT", UnbakeProblem.BROKEN),
        (b"0" * (baking.LARGEST_IMAGE + 1), UnbakeProblem.TOO_LARGE),
        (with_chunks(baking.MOST_CHUNKS), UnbakeProblem.TOO_MANY_PARTS),
        (with_chunks(700_000), UnbakeProblem.TOO_MANY_PARTS),
        (with_chunks(baking.MOST_CHUNKS // 2), UnbakeProblem.NOTHING_BAKED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnbakeProblem.NOTHING_BAKED),
        (b"<svg><g>" * 5, UnbakeProblem.BROKEN),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>", UnbakeProblem.BROKEN),
    ],
)
def test_an_unreadable_image_is_refused_with_the_problem(image, problem):
    assert unbake_problem(image) is problem


# --- Open Badges 3.0 in a PNG, alone and together with 2.0 ----------------------------------------

DOCUMENTS = TEXTS.map(lambda text: json.dumps({"name": text}, ensure_ascii=False))
JWS = "eyJh.eyJi.c2ln"


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_a_png_carries_and_returns_both_versions(v2, v3):
    assert unbake(bake_png(ART, v2=v2, v3=v3)) == Baked(v2, v3, ART)
    assert unbake(bake_png(ART, v3=JWS)) == Baked("", JWS, ART)
    assert bake_png(ART) == ART


def test_both_chunks_follow_the_header_once_and_uncompressed():
    baked = bake_png(bake_png(ART, v2="old", v3="old"), v2="two", v3="three")

    found = [(at, c) for at, c in enumerate(chunks(baked)) if c[1].startswith(b"openbadge")]
    assert found == [
        (1, (b"iTXt", b"openbadgecredential\0\0\0\0\0three")),
        (2, (b"iTXt", b"openbadges\0\0\0\0\0two")),
    ]


def test_baking_again_removes_every_earlier_badge():
    baked_before = with_chunk(b"tEXt", b"openbadges\0https://old.example/1")
    baked_before = with_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"{}"), baked_before)
    baked_before = with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0one", baked_before)
    baked_before = with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0another", baked_before)
    baked_before = with_chunk(b"iTXt", b"openbadges\0\1\0\0\0not unpackable", baked_before)

    assert bake_png(baked_before, v2="two") == bake_png(ART, v2="two")
    assert bake_png(baked_before, v3="three") == bake_png(ART, v3="three")


@pytest.mark.parametrize("index", range(8))
def test_baking_changes_no_pixel_of_any_kind_of_image(index):
    art = images_of_every_kind()[index]
    baked = bake_png(art, v2="{}", v3="{}")

    assert unbake(baked).picture == art
    with Image.open(io.BytesIO(art)) as before, Image.open(io.BytesIO(baked)) as after:
        assert after.tobytes() == before.tobytes()
        assert (after.mode, after.info.get("icc_profile")) == (
            before.mode,
            before.info.get("icc_profile"),
        )


def test_other_software_reads_both_versions():
    baked = bake_png(ART, v2='{"id":"2"}', v3='{"id":"3"}')

    assert other_baking.extract_png(baked) == '{"id":"2"}'
    assert other_baking.extract_png(baked, keyword=b"openbadgecredential") == '{"id":"3"}'
    assert unbake(other_baking.bake_png(ART, JWS, keyword=b"openbadgecredential")).v3 == JWS


@pytest.mark.parametrize("text", ["", " ", "a\0b", "\ud800", "x" * 1_000_001])
def test_text_that_an_image_cannot_carry_is_refused(text):
    for refused in ({"v2": text}, {"v3": text}):
        with pytest.raises(CannotBake):
            bake_png(ART, **refused)
        with pytest.raises(CannotBake):
            bake_svg(SVG, **refused)


# --- SVG ------------------------------------------------------------------------------------------

SVG = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- A > B --><svg xmlns="http://www.w3.org/2000/svg" '
    "viewBox='0 0 8 8'\n  aria-label=\"a > b\"><title>Ñandú &amp; 安</title><g id='g'>"
    "<path d='M0 0'/></g></svg>\n"
).encode()


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_an_svg_carries_and_returns_both_versions(v2, v3):
    carried = unbake(bake_svg(SVG, v2=v2, v2_id="https://x.example/1?a&b", v3=v3))

    assert (json.loads(carried.v2), json.loads(carried.v3)) == (json.loads(v2), json.loads(v3))


@pytest.mark.parametrize(
    "badges",
    [
        {},
        {"v2": "{}", "v2_id": "https://x.example/1"},
        {"v3": "{}"},
        {"v3": JWS},
        {"v2": "{}", "v3": JWS},
    ],
)
def test_the_rest_of_the_svg_stays_byte_for_byte(badges):
    baked = bake_svg(SVG, **badges)

    assert bake_svg(baked) == SVG
    assert bake_svg(bake_svg(baked, v2='{"old":1}', v3='{"old":1}'), **badges) == baked
    head, _, rest = SVG.partition(b'aria-label="a > b"')
    assert baked.startswith(head)
    assert baked.endswith(rest[1:])


def test_svg_elements_follow_the_standards():
    baked = bake_svg(SVG, v2='{"a":1}', v2_id='https://x.example/"1', v3=JWS)

    root = ElementTree.fromstring(baked)
    assert [(child.tag, child.attrib, child.text) for child in root[:2]] == [
        ("{http://openbadges.org}assertion", {"verify": 'https://x.example/"1'}, '{"a":1}'),
        ("{https://purl.imsglobal.org/ob/v3p0}credential", {"verify": JWS}, None),
    ]
    assert baked.count(b"<openbadges:") == 2


def test_a_document_is_one_cdata_section_whatever_it_contains():
    """Software that reads only the first CDATA section reads the whole document."""
    document = '{"a":"x ]]> y ]]]]>>"}'

    baked = bake_svg(SVG, v2=document, v3=document)

    assert baked.count(b"<![CDATA[") == baked.count(b"]]>") == 2
    carried = unbake(baked)
    assert json.loads(carried.v2) == json.loads(carried.v3) == json.loads(document)


def test_other_software_reads_the_badge_in_an_svg():
    both = bake_svg(SVG, v2="{}", v2_id="https://x.example/1", v3=JWS)
    document = bake_svg(SVG, v3='{"name":"安"}')
    name = {"element": "openbadges:credential"}

    assert other_baking.extract_svg(both) == "https://x.example/1"
    assert other_baking.extract_svg(both, **name) == JWS
    assert other_baking.extract_svg(document, **name, text_fallback=True) == '{"name":"安"}'
    baked_by_other = other_baking.bake_svg(
        SVG, JWS, element="openbadges:credential", namespace="https://purl.imsglobal.org/ob/v3p0"
    )
    assert unbake(baked_by_other) == Baked("", JWS, b"")
    assert unbake(bake_svg(baked_by_other, v3="{}")).v3 == "{}"


@pytest.mark.parametrize(
    "art",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' />",
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg" />',
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="urn:x"><openbadges:x/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" d=" xmlns:openbadges=\'http://openbadges.org\'"/>',
        b'<!DOCTYPE svg PUBLIC "-//W3C" "x.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 1000 + b"</g>" * 1000 + b"</svg>",
    ],
)
def test_any_valid_svg_is_baked(art):
    badges = {"v2": '{"a":2}', "v2_id": "https://x.example/1", "v3": '{"a":3}'}
    baked = bake_svg(art, **badges)

    assert unbake(baked) == Baked('{"a":2}', '{"a":3}', b"")
    assert bake_svg(baked, **badges) == baked
    assert b"d=\" xmlns:openbadges='http://openbadges.org'\"" in baked or b' d="' not in art


BOMB = b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>"


@pytest.mark.parametrize(
    "art",
    [
        b"",
        b"<",
        b"hello",
        ART,
        b"<html></html>",
        b"<svg",
        SVG[:-8],
        SVG + b"<svg/>",
        SVG.decode().replace("UTF-8", "ISO-8859-1").encode(),
        SVG.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        SVG.replace("Ñ".encode(), b"\xff"),
        BOMB,
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 3000 + b"</g>" * 3000 + b"</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g/>" * 300_000 + b"</svg>",
        b" " * (baking.LARGEST_IMAGE + 1),
    ],
)
def test_a_file_that_is_not_a_complete_svg_is_not_baked(art):
    with pytest.raises(CannotBake) as refusal:
        bake_svg(art, v3="{}")

    assert str(refusal.value).startswith("The art is")


def test_an_svg_badge_is_read_in_every_form():
    open_ = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="{}">{}</svg>'.format
    two, three = "http://openbadges.org", "https://purl.imsglobal.org/ob/v3p0"

    assert (
        unbake(open_(two, '<o:assertion verify="u"><![CDATA[{}]]></o:assertion>').encode()).v2
        == "{}"
    )
    assert unbake(open_(two, '<g><o:assertion verify="u"/></g>').encode()).v2 == "u"
    assert unbake(open_(three, "<o:credential>{}</o:credential>").encode("utf-16")).v3 == "{}"
    assert unbake(open_(three, f'<o:credential verify="{JWS}"/>').encode()).v3 == JWS
    assert (
        unbake(open_(three, '<o:credential verify="a"/><o:credential verify="b"/>').encode()).v3
        == "a"
    )


@given(st.integers(0, 400), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_makes_reading_an_svg_crash(at, bits):
    baked = bytearray(bake_svg(SVG, v2="{}", v2_id="https://x.example/1", v3="{}"))
    baked[at % len(baked)] ^= bits

    with suppress(CannotUnbake):
        unbake(bytes(baked))
    with suppress(CannotBake):
        bake_svg(bytes(baked), v3="{}")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_reading_crash(noise):
    for image in (noise, baking.SIGNATURE + noise, with_chunk(b"iTXt", b"openbadges\0" + noise)):
        with suppress(CannotUnbake):
            unbake(image)
