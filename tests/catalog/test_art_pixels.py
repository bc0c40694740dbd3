"""Art with pixels of any depth, transparent colors and color profiles keeps its colors."""

import io
import struct

import pytest
from PIL import Image, ImageStat

from catalog.images import to_badge_art
from tests.catalog.image_files import chunk, pixels, raw_png, shorts, upload


def in_the_middle(content):
    picture = pixels(to_badge_art(upload(content)).png)
    return picture.getpixel((300, 300))


SIXTEEN = 200


@pytest.mark.parametrize(
    ("content", "color"),
    [
        (raw_png(0, 16, shorts(0x4000) * 2, SIXTEEN), (64, 64, 64, 255)),
        (raw_png(0, 16, shorts(0x0300) * 2, SIXTEEN), (3, 3, 3, 255)),
        (raw_png(0, 16, shorts(0xFFFF) * 2, SIXTEEN), (255, 255, 255, 255)),
        (raw_png(4, 16, shorts(0x8000, 0x4000) * 2, SIXTEEN), (128, 128, 128, 64)),
        (raw_png(2, 16, shorts(0x8000, 0x4000, 0x0100) * 2, SIXTEEN), (128, 64, 1, 255)),
        (raw_png(6, 16, shorts(0x8000, 0x4000, 0, 0x8000) * 2, SIXTEEN), (128, 64, 0, 128)),
        (raw_png(0, 8, b"\x33" * 200, 200), (51, 51, 51, 255)),
        (raw_png(0, 1, b"\xff" * 25, 200), (255, 255, 255, 255)),
        (raw_png(0, 2, b"\x55" * 50, 200), (85, 85, 85, 255)),
        (raw_png(0, 4, b"\x33" * 100, 200), (51, 51, 51, 255)),
        (raw_png(4, 8, b"\x33\x80" * 200, 200), (51, 51, 51, 128)),
        (raw_png(3, 8, b"\x01" * 200, 200,
                 more=chunk(b"PLTE", b"\0\0\0\x10\x20\x30") + chunk(b"tRNS", b"\xff\x80")),
         (16, 32, 48, 128)),
    ],
)  # fmt: skip
def test_pixels_of_every_depth_keep_their_color(content, color):
    assert in_the_middle(content) == pytest.approx(color, abs=1)


@pytest.mark.parametrize(
    ("color_type", "bits", "row", "transparent"),
    [
        (0, 16, shorts(0x4001, 0xFFFF), struct.pack(">H", 0x4001)),
        (2, 16, shorts(0x8000, 0x4000, 0, 0, 0, 0xFFFF), struct.pack(">3H", 0x8000, 0x4000, 0)),
        (0, 8, b"\x33\xff" * 100, struct.pack(">H", 0x33)),
        (2, 8, b"\x80\x40\0\0\0\xff" * 100, struct.pack(">3H", 0x80, 0x40, 0)),
        (0, 4, b"\x3f" * 100, struct.pack(">H", 3)),
        (0, 2, b"\x77" * 50, struct.pack(">H", 1)),
        (0, 1, b"\x55" * 25, struct.pack(">H", 0)),
    ],
)
def test_the_one_transparent_color_of_a_png_is_transparent(color_type, bits, row, transparent):
    content = raw_png(color_type, bits, row, 200, more=chunk(b"tRNS", transparent))

    alpha = pixels(to_badge_art(upload(content)).png).getchannel("A")

    # Every second column of the file is transparent.
    assert ImageStat.Stat(alpha).mean[0] == pytest.approx(127.5, abs=4)


def profile_of(*, red, green, blue, gamma=2.2):
    """An ICC profile (version 2) of a screen with these primaries, as XYZ relative to D50."""

    def fixed(*numbers):
        return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    text = b"text" + bytes(4) + b"none\0"
    described = b"desc" + bytes(4) + struct.pack(">I", 7) + b"screen\0" + bytes(78)
    tags = {b"desc": described, b"cprt": text, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    points = {b"wtpt": (0.9642, 1.0, 0.8249), b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue}
    tags |= {name: b"XYZ " + bytes(4) + fixed(*point) for name, point in points.items()}
    table, data, start = b"", b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s", start + len(data), b"lcms", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        bytes(12), b"acsp",
    ) + bytes(28) + fixed(0.9642, 1.0, 0.8249)  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


P3 = profile_of(
    red=(0.51512, 0.24120, -0.00105),
    green=(0.29198, 0.69225, 0.04189),
    blue=(0.15710, 0.06657, 0.78407),
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colors_of_display_p3_become_those_of_the_web(mode):
    color = (128, 64, 32) if mode == "RGB" else (128, 64, 32, 128)
    tagged = io.BytesIO()
    Image.new(mode, (200, 200), color).save(tagged, "PNG", icc_profile=P3)

    drawn = in_the_middle(tagged.getvalue())

    # P3's red is redder than that of sRGB: more red, less green and blue for the same color.
    assert drawn == pytest.approx((139, 57, 11, color[-1] if mode == "RGBA" else 255), abs=3)


def test_a_broken_profile_is_ignored_and_colors_for_print_are_converted():
    broken, print_colors = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (200, 200), "#804020").save(broken, "PNG", icc_profile=b"no profile")
    Image.new("CMYK", (200, 200), (0, 255, 255, 0)).save(print_colors, "JPEG", quality=95)

    assert in_the_middle(broken.getvalue()) == (128, 64, 32, 255)
    assert in_the_middle(print_colors.getvalue()) == pytest.approx((255, 0, 0, 255), abs=6)
