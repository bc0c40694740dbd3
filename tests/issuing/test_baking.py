"""The assertion goes into the picture, and comes out of pictures of any kind, or not at all."""

from __future__ import annotations

import io
import json
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from issuing import baking
from issuing.baking import CannotBake, CannotUnbake, Trouble, bake, chunks, unbake
from tests.factories import png

ART = png()
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def with_chunk(kind: bytes, content: bytes, image: bytes = ART) -> bytes:
    return image[:33] + chunk(kind, content) + image[33:]  # right after IHDR


def why_not(image: bytes) -> Trouble:
    with pytest.raises(CannotUnbake) as refusal:
        unbake(image)
    return refusal.value.trouble


@given(TEXTS.map(str.strip))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_out_as_it_went_in(text):
    text = json.dumps({"id": text}, ensure_ascii=False)

    assert unbake(bake(ART, text)).text == text


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

    assert unbake(old).text == "https://old.example/assertions/7"


def test_a_compressed_badge_is_read_although_it_should_not_be_compressed():
    packed = zlib.compress(b'{"id":"x"}')

    assert unbake(with_chunk(b"iTXt", b"openbadges\0\1\0\0\0" + packed)).text == '{"id":"x"}'


def test_a_language_tag_does_not_leak_into_the_text():
    tagged = with_chunk(b"iTXt", b"openbadges\0\0\0en\0Offene Abzeichen\0hello")

    assert unbake(tagged).text == "hello"


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
        (with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}"), Trouble.OPEN_BADGES_3),
        (baking.SIGNATURE + b"\xff\xff\xff\xffIDAT", Trouble.BROKEN),
        (b"0" * (baking.LARGEST_IMAGE + 1), Trouble.TOO_LARGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Trouble.NOTHING_BAKED),
        (b"<svg><g>" * 5, Trouble.BROKEN),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>", Trouble.BROKEN),
    ],
)
def test_what_cannot_be_read_says_why(image, trouble):
    assert why_not(image) is trouble


def test_an_svg_badge_is_read():
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
        b'<openbadges:assertion verify="https://x.example/1"><![CDATA[{"id":"https://x.example/1"}]]>'
        b"</openbadges:assertion></svg>"
    )

    assert unbake(svg).text == '{"id":"https://x.example/1"}'


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_reading_crash(noise):
    for image in (noise, baking.SIGNATURE + noise, with_chunk(b"iTXt", b"openbadges\0" + noise)):
        with suppress(CannotUnbake):
            unbake(image)
