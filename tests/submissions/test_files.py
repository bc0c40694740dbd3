"""Evidence files are judged by their content and kept without what they were not meant to tell."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from submissions.files import FileRefused, safe_name, vet_bytes
from tests.submissions import samples

OOXML = "application/vnd.openxmlformats-officedocument."


def opened(data):
    return Image.open(io.BytesIO(data))


def test_a_photo_keeps_its_picture_and_the_way_up_and_loses_where_it_was_taken():
    photo = samples.photo(progressive=True)
    assert opened(photo).getexif().get_ifd(samples.GPS)

    vetted = vet_bytes(photo, "Classroom.JPG")

    kept = vetted.file.read()
    assert (vetted.file_name, vetted.content_type) == ("Classroom.jpg", "image/jpeg")
    assert dict(opened(kept).getexif()) == {samples.ORIENTATION: 6}
    assert opened(kept).tobytes() == opened(photo).tobytes()
    assert samples.SECRET not in kept


def test_a_photo_keeps_its_color_profile():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    kept = vet_bytes(samples.photo(icc_profile=profile), "a.jpg").file.read()

    assert opened(kept).info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_pictures_keep_their_frames_and_lose_the_rest(kind):
    picture = samples.picture(kind)
    assert samples.SECRET in picture

    kept = vet_bytes(picture, f"a.{kind.lower()}").file.read()

    assert samples.SECRET not in kept
    assert opened(kept).n_frames == opened(picture).n_frames == 2
    assert opened(kept).convert("RGBA").tobytes() == opened(picture).convert("RGBA").tobytes()
    orientation = {} if kind == "GIF" else {samples.ORIENTATION: 6}
    assert dict(opened(kept).getexif()) == orientation


def test_a_pdf_loses_its_writer_and_its_photos_lose_their_places():
    document = samples.pdf()
    assert samples.SECRET in document

    vetted = vet_bytes(document, "plan.pdf")

    kept = vetted.file.read()
    assert vetted.content_type == "application/pdf"
    assert samples.SECRET not in kept
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        assert "/Info" not in pdf.trailer
        assert "/Metadata" not in pdf.Root
        photo = pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert not opened(photo).getexif().get_ifd(samples.GPS)


def test_a_pdf_that_only_forbids_changes_is_welcome():
    document = samples.pdf(encryption=pikepdf.Encryption(owner="only me", user=""))

    kept = vet_bytes(document, "plan.pdf").file.read()

    with pikepdf.open(io.BytesIO(kept)) as pdf:
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
    vetted = vet_bytes(document, name)

    assert (vetted.file_name, vetted.content_type) == (name, content_type)
    with zipfile.ZipFile(vetted.file) as kept, zipfile.ZipFile(io.BytesIO(document)) as sent:
        assert kept.namelist() == sent.namelist()
        assert samples.SECRET not in kept.read(properties)


def test_photos_inside_a_document_lose_where_they_were_taken():
    kept = zipfile.ZipFile(vet_bytes(samples.word(), "Plan.docx").file)

    photo = kept.read("word/media/image1.jpeg")
    assert dict(opened(photo).getexif()) == {samples.ORIENTATION: 6}
    assert kept.read("word/document.xml") == b"<w:document>Three lessons</w:document>"


def test_a_document_inside_a_document_is_cleaned_too():
    outer = samples.word({"word/embeddings/slide.docx": samples.word()})

    kept = zipfile.ZipFile(vet_bytes(outer, "Plan.docx").file)

    inner = zipfile.ZipFile(io.BytesIO(kept.read("word/embeddings/slide.docx")))
    assert samples.SECRET not in inner.read("docProps/core.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_however_it_was_saved(encoding):
    vetted = vet_bytes("Qué aprendí:\r\n más de una cosa".encode(encoding), "notes.txt")

    assert vetted.content_type == "text/plain"
    assert vetted.file.read().decode() == "Qué aprendí:\r\n más de una cosa"


def test_a_file_is_called_what_it_is():
    assert vet_bytes(samples.photo(), "photo.exe").file_name == "photo.exe.jpg"
    assert vet_bytes(b"name,score\nA,4\n", "scores.csv").content_type == "text/csv"
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
        (samples.pdf(attachment=True), "a.pdf", "carries other files"),
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
        (b"BM" + bytes(200), "a.bmp", "kind of picture"),
        (bytes(range(256)) * 8, "a.pdf", "We do not know this kind of file"),
    ],
)  # fmt: skip
def test_what_is_not_kept_is_refused_with_what_to_do(data, name, words):
    with pytest.raises(FileRefused) as refusal:
        vet_bytes(data, name)

    assert words in str(refusal.value)


def test_a_picture_that_is_a_bomb_is_refused_before_it_is_unpacked(settings):
    settings.EVIDENCE_MOST_PIXELS = 5_000

    with pytest.raises(FileRefused) as refusal:
        vet_bytes(samples.picture("PNG"), "a.png")

    assert "million pixels" in str(refusal.value)


def test_a_document_that_is_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr("submissions.metadata.office.MOST_UNPACKED", 1_000_000)
    bomb = samples.word({"word/bomb.xml": bytes(2_000_000)})
    assert len(bomb) < 20_000

    with pytest.raises(FileRefused) as refusal:
        vet_bytes(bomb, "Plan.docx")

    assert "far too large" in str(refusal.value)
