"""Pictures keep pixels, colors and orientation, and nothing that was written into them."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageSequence

from submissions.files import FileRefused, clean_bytes
from submissions.metadata import color_profiles, pictures
from tests.submissions import samples
from tests.submissions.samples import SECRET, color_profile

LONG_XMP = b"http://ns.adobe.com/xmp/extension/\0" + SECRET * 100


def open_image(data):
    return Image.open(io.BytesIO(data))


def as_seen(data: bytes) -> bytes:
    """The pixels of a picture as shown on a screen, by its color profile."""
    picture = open_image(data)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    screen = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(picture.convert("RGB"), profile, screen).tobytes()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def png_chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content)) + name + content
        + struct.pack(">I", zlib.crc32(name + content))
    )  # fmt: skip


def saved(kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture = Image.linear_gradient("L").convert("RGB").resize((60, 40))
    picture.paste("#f5b534", (0, 0, 40, 20))
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


JPEG_SEGMENTS = [
    *(segment(0xE0 + number, SECRET) for number in range(16)),
    segment(0xE0, b"JFXX\0\x10" + SECRET),
    segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + SECRET),
    segment(0xE1, b"Exif\0\0MM\0*" + SECRET),
    segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
    segment(0xE1, LONG_XMP),
    segment(0xE2, b"MPF\0" + SECRET),
    segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET),
    segment(0xED, b"Photoshop 3.0\x008BIM" + SECRET),
    segment(0xFE, SECRET),
    *(segment(number, SECRET) for number in (0x02, 0xC8, 0xDE, 0xDF, 0xF0, 0xFD)),
]


@pytest.mark.parametrize("private", JPEG_SEGMENTS, ids=lambda private: private[:8].hex())
def test_a_jpeg_keeps_only_what_shows_it(private):
    jpeg = saved("JPEG")
    sent = jpeg[:20] + private + jpeg[20:]  # after the JFIF header
    before_the_scan = sent.index(b"\xff\xda")
    for photo in (sent, sent[:before_the_scan] + private + sent[before_the_scan:] + SECRET):
        stripped = pictures.strip_metadata(photo)

        assert SECRET not in stripped
        assert open_image(stripped).tobytes() == open_image(jpeg).tobytes()


def test_the_adobe_mark_of_a_jpeg_is_kept_without_what_follows_it():
    sent = io.BytesIO()
    open_image(saved("PNG")).convert("CMYK").save(sent, "JPEG")
    mark = b"Adobe\0\x64\0\0\0\0\0"
    photo = sent.getvalue().replace(segment(0xEE, mark), segment(0xEE, mark + SECRET))
    assert SECRET in photo

    stripped = clean_bytes(photo, "a.jpg").file.read()

    assert SECRET not in stripped
    assert open_image(stripped).mode == "CMYK"
    assert open_image(stripped).tobytes() == open_image(photo).tobytes()


@pytest.mark.long
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", "<>")
def test_a_picture_stays_turned_as_it_was(kind, orientation, order):
    exif = Image.Exif()
    exif.endian = order
    exif[samples.MAKER], exif[samples.ORIENTATION] = SECRET.decode(), orientation

    stripped = clean_bytes(saved(kind, exif=exif), "a").file.read()

    assert SECRET not in stripped
    expected = {samples.ORIENTATION: orientation} if orientation > 1 else {}
    assert dict(open_image(stripped).getexif()) == expected


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_colors_and_loses_the_texts_of_its_profile(kind, version):
    picture = saved(kind, icc_profile=color_profile(version))
    plain = saved(
        kind, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    assert as_seen(picture) != as_seen(plain)

    stripped = clean_bytes(picture, "a").file.read()

    profile = open_image(stripped).info["icc_profile"]
    assert SECRET not in profile
    assert SECRET[:8] not in profile
    assert ImageCms.getProfileDescription(
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    ).strip() == ("Color profile")
    assert as_seen(stripped) == as_seen(picture)
    assert color_profiles.rebuild(profile) == profile  # cleaned again, it is the same


def test_a_large_profile_is_put_together_from_all_segments():
    profile = color_profile(private=SECRET * 4000)
    picture = saved("JPEG", icc_profile=profile)
    assert picture.count(b"ICC_PROFILE\0") == 5

    stripped = clean_bytes(picture, "a.jpg").file.read()

    assert stripped.count(b"ICC_PROFILE\0") == 1
    assert as_seen(stripped) == as_seen(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("profile", [SECRET, color_profile()[:200] + SECRET, bytes(200) + SECRET])
def test_a_broken_profile_is_left_out(kind, profile):
    stripped = clean_bytes(saved(kind, icc_profile=profile), "a").file.read()

    assert SECRET not in stripped
    assert "icc_profile" not in open_image(stripped).info


@pytest.mark.parametrize(
    "name",
    [
        *(b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"sPLT", b"hIST", b"dSIG", b"caBX"),
        *(b"gAMA", b"sRGB", b"pHYs", b"sBIT", b"prVt", b"PRIV"),
    ],
)
def test_a_png_keeps_only_what_shows_it(name):
    png = saved("PNG")
    private = png_chunk(name, SECRET)
    sent = png[:33] + private + png[33:-12] + private + png[-12:] + SECRET

    stripped = pictures.strip_metadata(sent)

    assert SECRET not in stripped
    assert open_image(stripped).tobytes() == open_image(png).tobytes()


@pytest.mark.parametrize("name", [b"EXIF", b"XMP ", b"ICCP", b"PRIV"])
@pytest.mark.parametrize("animated", [False, True])
def test_a_webp_keeps_only_what_shows_it(name, animated):
    webp = samples.picture("WEBP") if animated else saved("WEBP", lossless=True, exif=Image.Exif())
    private = name + struct.pack("<I", len(SECRET)) + SECRET + b"\0" * (len(SECRET) % 2)
    body = webp[12:] + private
    sent = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + SECRET

    stripped = clean_bytes(sent, "a.webp").file.read()

    assert SECRET not in stripped
    assert open_image(stripped).tobytes() == open_image(webp).tobytes()


@pytest.mark.parametrize(
    "private",
    [
        b"\x21\xfe",
        b"\x21\x01\x0c" + bytes(12),
        b"\x21\xff\x0bXMP DataXMP",
        b"\x21\xff\x0bICCRGBG1012",
        b"\x21\xff\x0bMGK8BIM0000",
        b"\x21\xff\x0bNETSCAPE2.0",
        b"\x21\xff\x0bNETSCAPE2.0\x03\1\0\0",
        b"\x21\xf9\4\0\0\0\0",
    ],
)
def test_a_gif_keeps_only_what_shows_it(private):
    gif = samples.picture("GIF")
    palette_end = 13 + (3 << ((gif[10] & 7) + 1))
    private += bytes([len(SECRET)]) + SECRET + b"\0"
    sent = gif[:palette_end] + private + gif[palette_end:] + SECRET

    stripped = clean_bytes(sent, "a.gif").file.read()

    assert SECRET not in stripped
    frames, expected = ImageSequence.all_frames(open_image(stripped)), open_image(gif)
    assert [f.convert("RGB").tobytes() for f in frames] == [
        f.convert("RGB").tobytes() for f in ImageSequence.all_frames(expected)
    ]
    assert open_image(stripped).info["duration"] == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_picture_is_refused_with_words(kind):
    whole = samples.picture(kind) if kind != "JPEG" else samples.photo()
    for length in (13, 40, len(whole) // 3):
        with pytest.raises(FileRefused) as refusal:
            clean_bytes(whole[:length], "a")

        assert "damaged" in str(refusal.value)


def test_a_gif_without_its_end_gets_one():
    gif = samples.picture("GIF")
    assert gif.endswith(b"\x3b")

    assert pictures.strip_metadata(gif[:-1]) == pictures.strip_metadata(gif)
