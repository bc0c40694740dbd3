import contextlib
import io
import struct
import time
import zlib
from dataclasses import replace

import pytest
from defusedxml import ElementTree
from PIL import Image, ImageDraw

from catalog import images, svg_cleaning
from catalog.art import ArtSpec, compose_svg
from catalog.images import ImageRefused, to_badge_art
from tests.catalog.image_files import chunk, jpeg, svg, upload
from tests.factories import png


def png_that_claims(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )  # fmt: skip


CIRCLE = '<circle cx="50" cy="50" r="40" fill="#2f7d4f"/>'


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (png(), "art.png"),
        (jpeg(), "photo.jpg"),
        (svg(CIRCLE), "art.svg"),
        (svg(CIRCLE, before='<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->'), "art.svg"),
        (jpeg(), "named-wrongly.png"),
        (png(), "named-wrongly.exe"),
    ],
)
def test_any_image_becomes_a_square_png(content, name):
    picture = Image.open(io.BytesIO(to_badge_art(upload(content, name)).png))

    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (600, 600))


def test_a_wide_image_is_centered_on_a_transparent_ground():
    picture = Image.open(io.BytesIO(to_badge_art(upload(jpeg((400, 200)))).png))

    assert picture.getbbox() == (0, 150, 600, 450)


def test_a_photo_is_turned_upright_and_loses_its_exif_data():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    photo = upload(jpeg((400, 200), exif=exif.tobytes()))
    picture = Image.open(io.BytesIO(to_badge_art(photo).png))

    assert picture.getbbox() == (150, 0, 450, 600)
    assert not picture.getexif()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a PNG, JPEG, or SVG"),
        (b"GIF89a" + b"\0" * 50, "not a PNG, JPEG, or SVG"),
        (b"PK\x03\x04 a zip named art.png", "not a PNG, JPEG, or SVG"),
        (b"<html><body>hello</body></html>", "not a PNG, JPEG, or SVG"),
        (png()[:300], "broken or cut off"),
        (jpeg()[:-600], "broken or cut off"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "broken or cut off"),
        (b"\xff\xd8\xff" + b"\0" * 200, "broken or cut off"),
        (png(120), "at least 200"),
        (jpeg((2000, 300)), "long and narrow"),
        (png_that_claims(30_000, 30_000), "40 million pixels"),
        (png_that_claims(2_000_000_000, 2_000_000_000), "40 million pixels"),
        (png_that_claims(7_000, 7_000), "40 million pixels"),
        (png_that_claims(600, 600), "broken or cut off"),
        (png(400, "#00000000"), "nothing in it can be seen"),
        (png()[:33] + chunk(b"tEXt", b"") * 100_000 + png()[33:], "too many parts"),
        (jpeg()[:2] + b"\xff\xfe\0\2" * 100_000 + jpeg()[2:], "too many parts"),
        (b"\0" * (images.MAX_FILE_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_an_image_that_cannot_be_art_is_refused_with_a_reason(content, reason):
    with pytest.raises(ImageRefused, match=reason):
        to_badge_art(upload(content))


BILLION_LAUGHS = (
    '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (svg("<script>alert(1)</script>"), "script"),
        (svg('<circle r="9" onload="alert(1)"/>'), "script"),
        (svg("<foreignObject><p/></foreignObject>"), "script"),
        (svg("<text>&c;</text>", before=BILLION_LAUGHS), "entities"),
        (
            svg("<text>&x;</text>",
                before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "entities",
        ),
        (svg('<image href="https://elsewhere.example/a.png"/>'), "another image"),
        (svg('<image href="data:image/png;base64,AAAA"/>'), "another image"),
        (svg('<use href="https://elsewhere.example/a.svg#x"/>'), "from elsewhere"),
        (svg("<style>@import 'https://elsewhere.example/a.css';</style>"), "from elsewhere"),
        (svg('<rect fill="url(https://elsewhere.example/a.svg#b)"/>'), "from elsewhere"),
        (svg("<style>a{fill:url('/etc/passwd#x')}</style>"), "from elsewhere"),
        (svg('<rect style="fill:url  (//elsewhere.example/a)"/>'), "from elsewhere"),
        (svg("<g/>" * 10_001), "too many parts"),
        (svg("<g>" * 20_000 + "</g>" * 20_000), "too many parts"),
        (svg('<rect style="fill: u\\72l(https://elsewhere.example/a)"/>'), "can’t be checked"),
        (svg('<rect style="mask: image-set(\'https://elsewhere.example/a\' 1x)"/>'),
         "can’t be checked"),
        (svg("<style>@media print { rect { fill: red } }</style>"), "can’t be checked"),
        (svg("<style>a{fill:url(/**/https://elsewhere.example/a)}</style>"), "from elsewhere"),
        (svg(CIRCLE, ""), "how large it is"),
        (b"<svg><g></svg>", "broken"),
        (svg(""), "nothing in it can be seen"),
        (svg(CIRCLE, 'viewBox="0 0 10 100000"'), "long and narrow"),
        (svg("<!-- " + "x" * svg_cleaning.MAX_BYTES + " -->"), "larger than 512 KB"),
    ],
)  # fmt: skip
def test_an_svg_with_scripts_external_content_or_bombs_is_refused(content, reason):
    with pytest.raises(ImageRefused, match=reason):
        to_badge_art(upload(content, "art.svg"))


def test_an_svg_that_takes_too_long_to_render_is_refused(monkeypatch):
    monkeypatch.setattr(images, "LIMITS", replace(images.LIMITS, processor_seconds=1))
    slow = '<filter id="f"><feTurbulence baseFrequency="0.9" numOctaves="9"/></filter>'
    content = svg(slow + '<rect width="100" height="100" filter="url(#f)"/>' * 2_000)

    with pytest.raises(ImageRefused, match="too much time or memory"):
        to_badge_art(upload(content, "art.svg"))


def test_an_svg_is_reduced_to_the_drawing():
    drawn = svg(
        "<title>Leaf</title><metadata><x:author xmlns:x='https://x.example'>Rosa</x:author>"
        "</metadata><!-- layer 1 --><animate attributeName='x'/>"
        '<a href="https://school.example"><circle cx="50" cy="50" r="40" class="st0" '
        'data-name="x"/></a><style>.st0{fill:#2f7d4f}</style>'
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#leaf"/>',
        before="<?xml version='1.0'?><!DOCTYPE svg>",
    )

    art = to_badge_art(upload(drawn, "leaf.svg"))

    assert art.svg == (
        '<svg viewBox="0 0 100 100" width="600" height="600" xmlns="http://www.w3.org/2000/svg">'
        '<title>Leaf</title><g><circle cx="50" cy="50" r="40" class="st0" /></g>'
        '<style>.st0{fill:#2f7d4f}</style><use href="#leaf" /></svg>'
    )


def test_a_large_svg_keeps_its_drawing():
    art = to_badge_art(upload(svg(CIRCLE + '<path d="M0 0L9 9" fill="#2f7d4f"/>' * 9_000)))

    assert len(art.svg) > 300_000
    assert art.svg.count("<path") == 9_000
    assert Image.open(io.BytesIO(art.png)).size == (600, 600)


def test_a_wide_svg_becomes_square_as_its_png_does():
    art = to_badge_art(upload(svg(CIRCLE, 'width="200px" height="100"'), "art.svg"))

    assert ElementTree.fromstring(art.svg).attrib == {
        "viewBox": "0 -50 200 200", "width": "600", "height": "600",
    }  # fmt: skip
    assert Image.open(io.BytesIO(art.png)).getbbox() == (30, 180, 270, 420)


@pytest.mark.parametrize(
    "style", ["a" * 400_000, "/*a" * 130_000, "url( " * 80_000, "a " * 200_000, " " * 400_000]
)
def test_a_style_made_to_stall_is_checked_quickly(style):
    begun = time.monotonic()

    with contextlib.suppress(svg_cleaning.NotArt):
        svg_cleaning.clean(svg(f'<rect style="{style}"/>'))

    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("size", ["9" * 400, "0", "-5"])
def test_an_svg_of_no_size_is_refused(size):
    with pytest.raises(svg_cleaning.NotArt):
        svg_cleaning.clean(svg(CIRCLE, f'viewBox="0 0 {size} {size}"'))


def test_cleaning_an_svg_twice_changes_nothing():
    once = svg_cleaning.clean(svg(CIRCLE))

    assert svg_cleaning.clean(once.encode()) == once


def test_composed_art_can_be_uploaded():
    spec = ArtSpec(text="Media", rim="rope")

    assert to_badge_art(upload(compose_svg(spec).encode(), "art.svg")).svg.count("<text") == 1


@pytest.mark.parametrize(
    "inside",
    [
        '<filter id="f"><feGaussianBlur stdDeviation="100000"/></filter>'
        '<rect width="100" height="100" filter="url(#f)"/>',
        '<filter id="f" x="-9999999" y="-9999999" width="99999999" height="99999999">'
        '<feTurbulence baseFrequency="0.9" numOctaves="99"/></filter>'
        '<rect width="100" height="100" filter="url(#f)"/>',
        '<pattern id="p" width="0.00001" height="0.00001" patternUnits="userSpaceOnUse">'
        '<rect width="1" height="1"/></pattern><rect width="100" height="100" fill="url(#p)"/>',
        '<path stroke="red" stroke-width="1" stroke-dasharray="0.0000001" d="M0 0 L100 100"/>',
        '<g id="a"><use href="#a"/></g>',
    ],
)
def test_a_drawing_made_to_fill_memory_is_drawn_or_refused(inside, monkeypatch):
    monkeypatch.setattr(images, "LIMITS", replace(images.LIMITS, processor_seconds=3))
    try:
        outcome = to_badge_art(upload(svg(CIRCLE + inside), "art.svg")).png
    except ImageRefused as refusal:
        outcome = str(refusal).encode()

    assert outcome.startswith(b"\x89PNG") or outcome.endswith(b".")


@pytest.mark.long
def test_art_of_the_most_pixels_needs_no_more_than_the_memory_it_may_use():
    assert to_badge_art(upload(png_of(6_324, "RGBA"))).png
    with pytest.raises(ImageRefused, match="40 million pixels"):
        to_badge_art(upload(png_of(6_325, "L")))


def png_of(side, mode):
    buffer = io.BytesIO()
    Image.new(mode, (side, side), "white").save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def test_a_light_copy_is_made_quickly():
    # A visitor of a new badge waits for it, and with its page for some twenty.
    art = detailed_art()
    begin = time.process_time()
    light = images.thumbnail(art, 400, "webp")
    assert time.process_time() - begin < 0.6
    with Image.open(io.BytesIO(light)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (400, 400))


def detailed_art() -> bytes:
    """A round picture, full of detail, on a transparent ground."""
    side = (600, 600)
    gradients = [Image.radial_gradient("L"), Image.linear_gradient("L")]
    channels = [gradient.resize(side) for gradient in gradients]
    picture = Image.merge("RGB", [*channels, Image.effect_noise(side, 40)])
    mask = Image.new("L", side, 0)
    ImageDraw.Draw(mask).ellipse((20, 20, 580, 580), fill=255)
    picture.putalpha(mask)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
