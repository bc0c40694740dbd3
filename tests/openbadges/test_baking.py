"""The assertion goes into the picture, and comes out of pictures of any kind, or not at all."""

from __future__ import annotations

import io
import json
import zlib
from contextlib import suppress

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking as theirs
from PIL import Image, PngImagePlugin

from openbadges import baking
from openbadges.baking import (
    Baked,
    CannotBake,
    CannotUnbake,
    Trouble,
    bake,
    bake_png,
    bake_svg,
    chunks,
    unbake,
)
from tests.openbadges.png_chunks import ART, with_chunk

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)


def why_not(image: bytes) -> Trouble:
    with pytest.raises(CannotUnbake) as refusal:
        unbake(image)
    return refusal.value.trouble


@given(TEXTS.map(str.strip))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_out_as_it_went_in(text):
    text = json.dumps({"id": text}, ensure_ascii=False)

    assert unbake(bake(ART, text)).v2 == text


def art_of_every_kind() -> list[bytes]:
    made = []
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        buffer = io.BytesIO()
        info = PngImagePlugin.PngInfo()
        info.add_text("Title", "A balance")
        image = Image.new(mode, (40, 40))
        image.save(buffer, "PNG", pnginfo=info, dpi=(144, 144), icc_profile=b"profile")
        made.append(buffer.getvalue())
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return [*made, buffer.getvalue()]


def test_baking_leaves_every_other_chunk_byte_for_byte():
    for art in art_of_every_kind():
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
def test_what_is_not_a_whole_png_is_not_baked(image):
    with pytest.raises(CannotBake):
        bake(image, "{}")


def test_a_damaged_png_is_not_baked():
    damaged = bytearray(ART)
    damaged[45] ^= 1

    with pytest.raises(CannotBake):
        bake(bytes(damaged), "{}")


def test_an_old_badge_carries_an_address():
    old = with_chunk(b"tEXt", b"openbadges\0https://old.example/assertions/7")

    assert unbake(old).v2 == "https://old.example/assertions/7"


def test_a_compressed_badge_is_read_although_it_should_not_be_compressed():
    packed = zlib.compress(b'{"id":"x"}')

    assert unbake(with_chunk(b"iTXt", b"openbadges\0\1\0\0\0" + packed)).v2 == '{"id":"x"}'


def test_a_language_tag_does_not_leak_into_the_text():
    tagged = with_chunk(b"iTXt", b"openbadges\0\0\0en\0Offene Abzeichen\0hello")

    assert unbake(tagged).v2 == "hello"


def test_a_bomb_does_not_go_off():
    packed = zlib.compress(b"0" * 20_000_000)

    assert why_not(with_chunk(b"iTXt", b"openbadges\0\1\0\0\0" + packed)) is Trouble.TOO_LARGE


@pytest.mark.parametrize(
    ("image", "trouble"),
    [
        (b"", Trouble.NOT_AN_IMAGE),
        (b"\xff\xd8\xff\xe0 a photo", Trouble.NOT_AN_IMAGE),
        (ART, Trouble.NOTHING_BAKED),
        (bake(ART, "{}")[:80], Trouble.BROKEN),
        (bake(ART, "{}")[:-6], Trouble.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0\1\0\0\0not zlib"), Trouble.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0"), Trouble.BROKEN),
        (with_chunk(b"iTXt", b"openbadges\0\0\0\0\0\xff\xfe"), Trouble.NOT_TEXT),
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff"), Trouble.NOT_TEXT),
        (baking.SIGNATURE + b"\xff\xff\xff\xffIDAT", Trouble.BROKEN),
        (b"0" * (baking.LARGEST_IMAGE + 1), Trouble.TOO_LARGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Trouble.NOTHING_BAKED),
        (b"<svg><g>" * 5, Trouble.BROKEN),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>", Trouble.BROKEN),
    ],
)
def test_what_cannot_be_read_says_why(image, trouble):
    assert why_not(image) is trouble


# --- Open Badges 3.0 in a PNG, alone and beside 2.0 -----------------------------------------------

DOCUMENTS = TEXTS.map(lambda text: json.dumps({"name": text}, ensure_ascii=False))
JWS = "eyJh.eyJi.c2ln"


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_a_png_carries_both_and_gives_back_both(v2, v3):
    assert unbake(bake_png(ART, v2=v2, v3=v3)) == Baked(v2, v3, ART)
    assert unbake(bake_png(ART, v3=JWS)) == Baked("", JWS, ART)
    assert bake_png(ART) == ART


def test_both_carriers_come_right_after_the_header_once_and_plain():
    baked = bake_png(bake_png(ART, v2="old", v3="old"), v2="two", v3="three")

    found = [(at, c) for at, c in enumerate(chunks(baked)) if c[1].startswith(b"openbadge")]
    assert found == [
        (1, (b"iTXt", b"openbadgecredential\0\0\0\0\0three")),
        (2, (b"iTXt", b"openbadges\0\0\0\0\0two")),
    ]


def test_baking_again_leaves_nothing_of_any_earlier_badge():
    worn = with_chunk(b"tEXt", b"openbadges\0https://old.example/1")
    worn = with_chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"{}"), worn)
    worn = with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0one", worn)
    worn = with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0another", worn)
    worn = with_chunk(b"iTXt", b"openbadges\0\1\0\0\0not unpackable", worn)

    assert bake_png(worn, v2="two") == bake_png(ART, v2="two")
    assert bake_png(worn, v3="three") == bake_png(ART, v3="three")


@pytest.mark.parametrize("index", range(8))
def test_no_kind_of_art_is_touched(index):
    art = art_of_every_kind()[index]
    baked = bake_png(art, v2="{}", v3="{}")

    assert unbake(baked).picture == art
    with Image.open(io.BytesIO(art)) as before, Image.open(io.BytesIO(baked)) as after:
        assert after.tobytes() == before.tobytes()
        assert (after.mode, after.info.get("icc_profile")) == (
            before.mode,
            before.info.get("icc_profile"),
        )


def test_other_programs_find_both():
    baked = bake_png(ART, v2='{"id":"2"}', v3='{"id":"3"}')

    assert theirs.extract_png(baked) == '{"id":"2"}'
    assert theirs.extract_png(baked, keyword=b"openbadgecredential") == '{"id":"3"}'
    assert unbake(theirs.bake_png(ART, JWS, keyword=b"openbadgecredential")).v3 == JWS


@pytest.mark.parametrize("text", ["", " ", "a\0b", "\ud800", "x" * 1_000_001])
def test_what_no_picture_can_carry_is_refused(text):
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
def test_an_svg_carries_both_and_gives_back_both(v2, v3):
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
def test_the_drawing_stays_the_text_that_it_was(badges):
    baked = bake_svg(SVG, **badges)

    assert bake_svg(baked) == SVG
    assert bake_svg(bake_svg(baked, v2='{"old":1}', v3='{"old":1}'), **badges) == baked
    head, _, rest = SVG.partition(b'aria-label="a > b"')
    assert baked.startswith(head)
    assert baked.endswith(rest[1:])


def test_the_carriers_are_written_as_the_standards_say():
    baked = bake_svg(SVG, v2='{"a":1}', v2_id='https://x.example/"1', v3=JWS)

    root = ElementTree.fromstring(baked)
    assert [(child.tag, child.attrib, child.text) for child in root[:2]] == [
        ("{http://openbadges.org}assertion", {"verify": 'https://x.example/"1'}, '{"a":1}'),
        ("{https://purl.imsglobal.org/ob/v3p0}credential", {"verify": JWS}, None),
    ]
    assert baked.count(b"<openbadges:") == 2


def test_a_document_is_one_piece_of_text_whatever_it_says():
    """Readers that take the first piece for the whole read it all."""
    document = '{"a":"x ]]> y ]]]]>>"}'

    baked = bake_svg(SVG, v2=document, v3=document)

    assert baked.count(b"<![CDATA[") == baked.count(b"]]>") == 2
    carried = unbake(baked)
    assert json.loads(carried.v2) == json.loads(carried.v3) == json.loads(document)


def test_other_programs_find_the_badge_in_an_svg():
    both = bake_svg(SVG, v2="{}", v2_id="https://x.example/1", v3=JWS)
    document = bake_svg(SVG, v3='{"name":"安"}')
    name = {"element": "openbadges:credential"}

    assert theirs.extract_svg(both) == "https://x.example/1"
    assert theirs.extract_svg(both, **name) == JWS
    assert theirs.extract_svg(document, **name, text_fallback=True) == '{"name":"安"}'
    made = theirs.bake_svg(
        SVG, JWS, element="openbadges:credential", namespace="https://purl.imsglobal.org/ob/v3p0"
    )
    assert unbake(made) == Baked("", JWS, b"")
    assert unbake(bake_svg(made, v3="{}")).v3 == "{}"


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
def test_any_way_of_writing_an_svg_will_do(art):
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
def test_what_is_not_a_whole_svg_is_not_baked(art):
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
