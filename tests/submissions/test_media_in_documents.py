"""Recordings, drawings and fonts inside documents lose what is not seen or heard."""

import struct
import zipfile

import pytest

from submissions.files import clean_bytes
from tests.submissions import samples
from tests.submissions.office_samples import SECRET, ooxml
from tests.submissions.stored_documents import cleaned, refusal


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def movie(track: bytes = b"vide", *, private: bytes = samples.SECRET) -> bytes:
    handler = box(b"hdlr", bytes(8) + track + bytes(13))
    media = box(b"mdia", box(b"mdhd", bytes(4) + private[:8] + bytes(12)) + handler)
    places = box(b"udta", box(b"\xa9xyz", private)) + box(b"meta", private) + box(b"uuid", private)
    moov = box(b"mvhd", bytes(4) + private[:8] + bytes(88)) + box(b"trak", media + places) + places
    return box(b"ftyp", b"mp42" + bytes(4)) + box(b"moov", moov) + box(b"mdat", b"frames") + places


def test_a_film_on_a_slide_loses_its_place_and_time_and_keeps_its_frames():
    with cleaned(ooxml("ppt", "", {"ppt/media/media1.mp4": movie()})) as stored:
        stripped = stored.read("ppt/media/media1.mp4")

    sent = movie()
    assert len(stripped) == len(sent)  # places in the file are counted from its beginning
    assert stripped.index(b"frames") == sent.index(b"frames")
    assert samples.SECRET[:8] not in stripped
    assert b"\xa9xyz" not in stripped


def test_a_film_with_a_track_of_places_is_refused():
    assert "where it was" in refusal(ooxml("ppt", "", {"ppt/media/media1.mp4": movie(b"meta")}))


def wave(*chunks: bytes) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


SOUND = b"fmt \x04\0\0\0\1\0\1\0data\x04\0\0\0abcd"
METAFILE = b"\1\0\0\0\x80\0\0\0" + bytes(32) + b" EMF" + bytes(16)


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        (
            "media1.mp3",
            b"ID3\4\0\0\0\0\0\x17"
            + samples.SECRET
            + b"\xff\xfbsound"
            + b"TAG"
            + samples.SECRET.ljust(125),
            b"\xff\xfbsound",
        ),
        ("media1.wav", wave(SOUND, b"LIST\x17\0\0\0" + samples.SECRET + b"\0"), wave(SOUND)),
        (
            "media1.emf",
            METAFILE + struct.pack("<II", 11, 90) + bytes(22) + samples.SECRET[:22] + bytes(20),
            METAFILE + bytes(8 + 22 + 22 + 20),
        ),
        ("media1.wmf", b"\xd7\xcd\xc6\x9a" + bytes(40), b"\xd7\xcd\xc6\x9a" + bytes(40)),
        ("media1.odttf", b"\x99" * 64, b"\x99" * 64),
        (
            "media1.svg",
            f'<svg xmlns="urn:s"><metadata>{SECRET}</metadata>'
            f"<script>{SECRET}</script>"
            f'<path d="M0 0" onclick="{SECRET}" inkscape:label="{SECRET}"/>'
            f'<image href="https://{SECRET}"/><use href="#a"/></svg>'.encode(),
            b'<svg xmlns="urn:s"><path d="M0 0"/><image/><use href="#a"/></svg>',
        ),
    ],
)
def test_other_media_keep_only_what_is_seen_or_heard(name, sent, kept):
    data = ooxml("word", "", {f"word/media/{name}": sent})
    with zipfile.ZipFile(clean_bytes(data, "Plan").file) as stored:
        assert stored.read(f"word/media/{name}") == kept
