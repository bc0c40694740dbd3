"""Which kind of recording the first bytes of a file are, whatever the file is called. No Django."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.refusals import gettext_noop as _

# So many bytes at the beginning tell.
HEAD = 4096

_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_PHOTO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"avif"}
_ASF = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"
_OTHERS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, _("This is a PDF, not a video or a sound recording, whatever its name says.")),
    (b"\x89PNG", 0, _("This is an image, not a video or a sound recording.")),
    (b"\xff\xd8\xff", 0, _("This is an image, not a video or a sound recording.")),
    (b"GIF8", 0, _("This is an image, not a video or a sound recording.")),
    (b"PK\x03\x04", 0, _("This is an archive or an Office document, not a video or a recording.")),
    (b"AVI ", 8, _("This is an AVI video. Save or export it as MP4 and add that.")),
    (_ASF, 0, _("This is a Windows Media file. Save or export it as MP4 and add that.")),
    (b"OggS", 0, _("This is an Ogg file. Save or export it as MP4, MP3, or WebM and add that.")),
    (b"fLaC", 0, _("This is a FLAC file. Save or export it as M4A or MP3 and add that.")),
    (b"FLV\x01", 0, _("This is a Flash video. Save or export it as MP4 and add that.")),
    (b"\x00\x00\x01\xba", 0, _("This is an MPEG video. Save or export it as MP4 and add that.")),
    (b"#!AMR", 0, _("This is an AMR recording. Save or export it as M4A or MP3 and add that.")),
)  # fmt: skip
NOT_A_RECORDING = _(
    "This is not a video or a sound recording that we can read. Save or export it as MP4, WebM, "
    "M4A, MP3, or WAV and add that."
)
IS_MKV = _("This is an MKV video. Save or export it as MP4 or WebM and add that.")


@dataclass(frozen=True)
class Container:
    """How a kind of file is read and written, and which streams in it a browser plays."""

    reads: str  # FFmpeg's name of the demuxer
    writes: str
    video: frozenset[str]
    audio: frozenset[str]
    with_video: str  # the media types of what is stored
    sound_only: str


CONTAINERS = {
    "mp4": Container(
        "mov", "mp4",
        frozenset({"h264", "hevc", "av1", "vp9"}),
        frozenset({"aac", "mp3", "opus", "flac"}),
        "video/mp4", "audio/mp4",
    ),
    "webm": Container(
        "matroska", "webm",
        frozenset({"vp8", "vp9", "av1"}),
        frozenset({"opus", "vorbis"}),
        "video/webm", "audio/webm",
    ),
    "mp3": Container("mp3", "mp3", frozenset(), frozenset({"mp3"}), "", "audio/mpeg"),
    "wav": Container(
        "wav", "wav",
        frozenset(),
        frozenset({"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"}),
        "", "audio/wav",
    ),
}  # fmt: skip


def container_of(head: bytes) -> str:
    """A key of CONTAINERS, or "" if the file is not a recording that is accepted."""
    if head[4:8] in _MP4_BOXES:
        return "" if head[4:8] == b"ftyp" and head[8:12] in _PHOTO_BRANDS else "mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else ""
    if head.startswith(b"ID3") or _begins_with_mp3_frame(head):
        return "mp3"
    if head.startswith((b"RIFF", b"RF64")) and head[8:12] == b"WAVE":
        return "wav"
    return ""


def what_it_is_instead(head: bytes) -> str:
    """Why a file that is in no container of ours is refused, in English, to be translated."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return IS_MKV
    for mark, place, words in _OTHERS:
        if head[place : place + len(mark)] == mark:
            return words
    return NOT_A_RECORDING


def _begins_with_mp3_frame(head: bytes) -> bool:
    """MPEG audio, layer III; UTF-16 text and JPEG begin with other bits."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0
