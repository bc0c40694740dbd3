"""Evidence files are checked by content and stored without metadata."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from submissions import metadata
from submissions.files import SENTENCES, FileRefused, clean_bytes, safe_name
from tests.submissions import samples

OOXML = "application/vnd.openxmlformats-officedocument."


def open_image(data):
    return Image.open(io.BytesIO(data))


def test_a_photo_keeps_its_pixels_and_orientation_and_loses_its_location():
    photo = samples.photo(progressive=True)
    assert open_image(photo).getexif().get_ifd(samples.GPS)

    cleaned = clean_bytes(photo, "Classroom.JPG")

    stripped = cleaned.file.read()
    assert (cleaned.file_name, cleaned.content_type) == ("Classroom.jpg", "image/jpeg")
    assert dict(open_image(stripped).getexif()) == {samples.ORIENTATION: 6}
    assert open_image(stripped).tobytes() == open_image(photo).tobytes()
    assert samples.SECRET not in stripped


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_images_keep_their_frames_and_lose_their_metadata(kind):
    picture = samples.picture(kind)
    assert samples.SECRET in picture

    stripped = clean_bytes(picture, f"a.{kind.lower()}").file.read()

    assert samples.SECRET not in stripped
    assert open_image(stripped).n_frames == open_image(picture).n_frames == 2
    assert (
        open_image(stripped).convert("RGBA").tobytes()
        == open_image(picture).convert("RGBA").tobytes()
    )
    orientation = {} if kind == "GIF" else {samples.ORIENTATION: 6}
    assert dict(open_image(stripped).getexif()) == orientation


def test_a_pdf_loses_its_author_and_its_photos_lose_their_locations():
    document = samples.pdf()
    assert samples.SECRET in document

    cleaned = clean_bytes(document, "plan.pdf")

    stripped = cleaned.file.read()
    assert cleaned.content_type == "application/pdf"
    assert samples.SECRET not in stripped
    with pikepdf.open(io.BytesIO(stripped)) as pdf:
        assert "/Info" not in pdf.trailer
        assert "/Metadata" not in pdf.Root
        photo = pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert not open_image(photo).getexif().get_ifd(samples.GPS)


def test_a_pdf_that_only_forbids_changes_is_accepted():
    document = samples.pdf(encryption=pikepdf.Encryption(owner="only me", user=""))

    stripped = clean_bytes(document, "plan.pdf").file.read()

    with pikepdf.open(io.BytesIO(stripped)) as pdf:
        assert not pdf.is_encrypted


@pytest.mark.parametrize(
    ("document", "name", "content_type", "properties"),
    [
        (samples.word(), "Plan.docx", f"{OOXML}wordprocessingml.document", "docProps/core.xml"),
        (
            samples.open_document(),
            "Plan.odt",
            "application/vnd.oasis.opendocument.text",
            "meta.xml",
        ),
    ],
)
def test_an_office_document_loses_its_author(document, name, content_type, properties):
    cleaned = clean_bytes(document, name)

    assert (cleaned.file_name, cleaned.content_type) == (name, content_type)
    with zipfile.ZipFile(cleaned.file) as stripped, zipfile.ZipFile(io.BytesIO(document)) as sent:
        assert stripped.namelist() == sent.namelist()
        assert samples.SECRET not in stripped.read(properties)


def test_photos_inside_a_document_lose_their_locations():
    stripped = zipfile.ZipFile(clean_bytes(samples.word(), "Plan.docx").file)

    photo = stripped.read("word/media/image1.jpeg")
    assert dict(open_image(photo).getexif()) == {samples.ORIENTATION: 6}
    assert stripped.read("word/document.xml") == b"<w:document>Three lessons</w:document>"


def test_a_document_inside_a_document_is_cleaned_too():
    outer = samples.word({"word/embeddings/slide.docx": samples.word()})

    stripped = zipfile.ZipFile(clean_bytes(outer, "Plan.docx").file)

    inner = zipfile.ZipFile(io.BytesIO(stripped.read("word/embeddings/slide.docx")))
    assert samples.SECRET not in inner.read("docProps/core.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_common_encodings(encoding):
    cleaned = clean_bytes("Qué aprendí:\r\n más de una cosa".encode(encoding), "notes.txt")

    assert cleaned.content_type == "text/plain"
    assert cleaned.file.read().decode() == "Qué aprendí:\r\n más de una cosa"


def test_file_names_get_the_extension_of_their_content():
    assert clean_bytes(samples.photo(), "photo.exe").file_name == "photo.exe.jpg"
    assert clean_bytes(b"name,score\nA,4\n", "scores.csv").content_type == "text/csv"
    assert safe_name("../../etc/pass\u202ewd\n.pdf", "application/pdf") == "passwd.pdf"
    assert safe_name("C:\\Users\\rosa\\Plan.PDF", "application/pdf") == "Plan.pdf"
    assert safe_name("...", "text/plain") == "evidence.txt"
    assert len(safe_name("x" * 500 + ".docx", f"{OOXML}wordprocessingml.document")) == 155


BROKEN = "The file seems to be damaged"
HEIC = b"\0\0\0\x20ftypheic" + bytes(99)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.pdf", "The file is empty."),
        (b"MZ\x90\0" + bytes(range(256)), "lesson.pdf", "This is a program"),
        (b"\x7fELF" + bytes(range(256)), "lesson.docx", "This is a program"),
        (samples.photo()[:700], "cut.jpg", BROKEN),
        (samples.picture("PNG")[:200], "cut.png", BROKEN),
        (samples.picture("WEBP")[:60], "cut.webp", BROKEN),
        (b"%PDF-1.7 and then nothing", "cut.pdf", BROKEN),
        (samples.word()[:400], "cut.docx", BROKEN),
        (samples.pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "a.pdf", "password"),
        (samples.pdf(attachment=True), "a.pdf", "contains other files"),
        (samples.word({"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
        (samples.archive({"notes.txt": b"hello"}), "a.zip", "ZIP archive"),
        (samples.archive({"Index/Document.iwa": b"x"}), "Plan.pages", "Export the document"),
        (samples.word({"../evil": b"x"}), "a.docx", BROKEN),
        (samples.word({"word/media/photo.heic": HEIC + b"Exif\0\0"}), "a.docx", "where it was"),
        (
            samples.open_document({"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
            "a.odt",
            "password",
        ),
        (HEIC, "photo.heic", "HEIC photo"),
        (b"\0\0\0\x20ftypmp42" + bytes(99), "film.mp4", "paste a link"),
        (OLD_WORD, "old.doc", "older Office format"),
        (OLD_WORD + "EncryptedPackage".encode("utf-16-le"), "new.docx", "password"),
        (b"{\\rtf1 hello", "a.rtf", "RTF document"),
        (b"<!DOCTYPE html><p>hello", "a.txt", "web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "SVG drawing"),
        (b"BM" + bytes(200), "a.bmp", "kind of image"),
        (bytes(range(256)) * 8, "a.pdf", "This kind of file is not accepted"),
    ],
)  # fmt: skip
def test_a_refused_file_gets_a_message_that_says_what_to_do(data, name, words):
    with pytest.raises(FileRefused) as refusal:
        clean_bytes(data, name)

    assert words in str(refusal.value)


def test_an_image_bomb_is_refused_before_it_is_decoded(settings):
    settings.EVIDENCE_MOST_PIXELS = 5_000

    with pytest.raises(FileRefused) as refusal:
        clean_bytes(samples.picture("PNG"), "a.png")

    assert "million pixels" in str(refusal.value)


def test_every_refusal_of_the_readers_has_a_sentence():
    refusals = {kind for kind in vars(metadata).values() if isinstance(kind, type)}

    assert refusals
    assert refusals - SENTENCES.keys() == set()
