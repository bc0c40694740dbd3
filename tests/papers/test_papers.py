"""Certificates, cards and transcripts: contents, permissions and accessibility."""

from __future__ import annotations

import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pikepdf
import pytest
import segno
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuing.awards.operations import changes as operations
from papers import typesetting
from papers.typesetting import characters, fonts
from tests.factories import BadgeFactory, UserFactory, coordinator_for, png
from tests.issuing.awards import expired_award, issued_award, revoked_award, waiting_award
from tests.issuing.pages import signed_in
from tests.papers.pdf_text import text_of_pdf

pytestmark = pytest.mark.django_db

NAMES = [
    "Rosa Álvarez-Ñúñez",
    "Đặng Thị Ngọc Ánh Łukasz Þór",
    "Ђорђе Николић",
    "Ελένη Παπαδοπούλου",
    "محمد بن عبد الله الأحمد",
    "שרה לוי (Sara Levi)",
    "张伟",
    "山田 さくら",
    "김민준",
    "सुनीता शर्मा",
    "สมชาย ใจดี",
    "👩🏽‍🏫 Jo 🎓",
    '#eval("1+1") $x$ *b* \\ @a <b>',
    "𒀀 ᚠ \ue000",
    "W" * 150,
    "Maximiliana " * 12,
    "",
]


def open_pdf(pdf: bytes):
    return pikepdf.open(io.BytesIO(pdf))


def make_frame(**changes) -> typesetting.Frame:
    names = ("to", "earned", "shown", "check", "scan", "expired", "expired_short")
    words: dict = dict.fromkeys(names, "…")
    words["more"] = ["and more"] * 60
    fields = {
        "title": "Certificate", "about": "", "author": "Juniper", "language": "en",
        "address": "https://badges.example/v/7KQ2M9XH4TWD", "shown_address": "badges.example/v",
        "code": "7KQ2-M9XH-4TWD", "words": words,
    }  # fmt: skip
    return typesetting.Frame(**(fields | changes))


def make_award(name: str, **changes) -> typesetting.Award:
    fields = {
        "name": name, "badge": name[:120] or "Badge", "description": name * 2, "issuer": name,
        "badge_language": "en", "art": png(64), "art_alt": "A pin",
        "facts": [("Issued on", "November 21, 2026")], "criteria": [name, "Two"],
        "is_expired": True,
    }  # fmt: skip
    return typesetting.Award(**(fields | changes))


# --- Contents -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["letter", "a4"])
@pytest.mark.parametrize("layout", ["landscape", "portrait"])
def test_a_certificate_says_who_earned_what_from_whom_and_where_to_check_it(size, layout):
    award = issued_award(
        earner=UserFactory(name="Rosa Álvarez"), badge_class=BadgeFactory(name="Media Balance")
    )

    answer = signed_in(award.recipient).get(
        f"/awards/{award.public_id}/certificate.pdf", {"size": size, "layout": layout}
    )

    assert answer["Content-Type"] == "application/pdf"
    text = text_of_pdf(answer.content)
    for words in (
        "Rosa Álvarez",
        "Media Balance",
        "Juniper County Office of Education",
        award.code_in_groups,
        "localhost:8000/v",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words
    with open_pdf(answer.content) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(side) for side in pdf.pages[0].MediaBox[2:])
        long_side = {"letter": 792, "a4": 842}[size]
        assert round(width if layout == "landscape" else height) == long_side


def test_a_wallet_card_has_the_size_of_a_bank_card():
    award = issued_award()

    answer = signed_in(award.recipient).get(f"/awards/{award.public_id}/wallet-card.pdf")

    with open_pdf(answer.content) as pdf:
        assert len(pdf.pages) == 1
        millimeters = [float(side) / 72 * 25.4 for side in pdf.pages[0].MediaBox[2:]]
        assert millimeters == pytest.approx([85.6, 53.98], abs=0.05)


@pytest.mark.parametrize(("size", "long_side"), [("letter", 792), ("a4", 842)])
def test_a_sheet_has_eight_cards_to_cut_out(size, long_side):
    award = issued_award(earner__name="Rosa Delgado")
    address = f"/awards/{award.public_id}/wallet-card.pdf?sheet=1&size={size}"

    answer = signed_in(award.recipient).get(address)

    with open_pdf(answer.content) as pdf:
        assert len(pdf.pages) == 1
        assert round(float(pdf.pages[0].MediaBox[3])) == long_side
    assert text_of_pdf(answer.content).count("Rosa Delgado") == 8


def test_papers_are_accessible_tagged_titled_and_with_a_language():
    award = issued_award(badge_class=BadgeFactory(name="Media Balance"))
    client = signed_in(award.recipient)

    for path in (f"/awards/{award.public_id}/certificate.pdf", "/my-badges/transcript.pdf",
                 f"/awards/{award.public_id}/wallet-card.pdf",
                 f"/awards/{award.public_id}/wallet-card.pdf?sheet=1"):  # fmt: skip
        with open_pdf(client.get(path).content) as pdf:
            root = pdf.Root
            assert root.MarkInfo.Marked
            assert str(root.Lang) == "en-US"
            assert root.ViewerPreferences.DisplayDocTitle
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert metadata["dc:title"]
            kinds = list(_kinds(root.StructTreeRoot))
            assert "/H1" in kinds
            assert "/Figure" in kinds
            assert all(str(alt) for alt in _alternatives(root.StructTreeRoot))


def _kinds(node):
    if "/S" in node:
        yield str(node.S)
    for kid in _kids(node):
        yield from _kinds(kid)


def _alternatives(node):
    if str(node.get("/S", "")) == "/Figure":
        yield node.get("/Alt", "")
    for kid in _kids(node):
        yield from _alternatives(kid)


def _kids(node):
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]


def test_the_qr_code_holds_the_address_of_the_record(client):
    address = "https://badges.example/v/7KQ2M9XH4TWD"

    drawn = typesetting._qr(address).decode()

    expected = segno.make(address, error="m", micro=False)
    out = io.BytesIO()
    expected.save(out, kind="svg", border=2, dark="#14211f", light="#ffffff", xmldecl=False)
    assert drawn == out.getvalue().decode()
    award = issued_award()
    page = client.get(f"/v/{award.short_code}", follow=True)
    assert page.context["report"].award == award


def test_an_expired_badge_says_so_on_its_papers():
    award = expired_award()
    client = signed_in(award.recipient)

    assert "Expired" in text_of_pdf(
        client.get(f"/awards/{award.public_id}/certificate.pdf").content
    )
    assert "Expired" in text_of_pdf(
        client.get(f"/awards/{award.public_id}/wallet-card.pdf").content
    )


def test_papers_are_in_spanish_for_people_who_read_spanish():
    award = issued_award(earner=UserFactory(language="es"))
    client = signed_in(award.recipient)

    certificate = client.get(f"/awards/{award.public_id}/certificate.pdf").content

    assert "Seotorgaa" in text_of_pdf(certificate).replace(" ", "")
    with open_pdf(certificate) as pdf:
        assert str(pdf.Root.Lang) == "es-US"


def test_a_transcript_lists_every_badge_with_hours_over_many_pages():
    earner = UserFactory(name="Rosa Álvarez")
    badges = [issued_award(earner=earner) for _ in range(3)]
    row = typesetting.Row(
        badge="Media Balance", badge_language="en", issuer="Juniper", art=png(32), dates="today",
        until="no end", is_expired=False, hours="12.5", units="1", address="https://a.example/v/1",
        code="7KQ2-M9XH-4TWD",
    )  # fmt: skip
    columns = ["Badge", "By", "On", "Until", "Hours", "Units", "Code"]
    words = {"heading": "Transcript", "made": "", "columns": columns, "page": "\n of \n",
             "scan": "QR", "check_all": ""}  # fmt: skip

    real = signed_in(earner).get("/my-badges/transcript.pdf")
    long = typesetting.transcript(make_frame(words=words), name="Rosa", rows=[row] * 90, totals=[])

    text = text_of_pdf(real.content).replace(" ", "")
    assert all(award.code_in_groups in text for award in badges)
    assert "RosaÁlvarez" in text
    with open_pdf(long) as pdf:
        assert len(pdf.pages) > 4
        assert text_of_pdf(long).count("12.5") == 90
        assert list(_kinds(pdf.Root.StructTreeRoot)).count("/TH") >= 7


def test_a_transcript_without_badges_is_a_valid_pdf():
    answer = signed_in(UserFactory()).get("/my-badges/transcript.pdf")

    assert answer.content.startswith(b"%PDF")


# --- Any name -------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_printed(name, caplog):
    certificate = typesetting.certificate(make_frame(), make_award(name), landscape=True)
    card = typesetting.card(make_frame(), make_award(name))

    assert caplog.records == []  # none fell back to plain PDF
    for pdf in (certificate, card):
        with open_pdf(pdf) as document:
            assert len(document.pages) == 1


@pytest.mark.parametrize("landscape", [True, False])
def test_lines_of_a_full_certificate_do_not_overlap(landscape):
    name = "María del Pilar Guadalupe Ngũgĩ wa Thiong’o-Etxeberría Vandenbroucke"
    badge = "Planning, Teaching and Reflecting on a Place-Based Science Unit with Partners"
    criteria = [
        f"{number}: an agreement made with the whole class on devices" for number in "1234567"
    ]
    award = make_award(name, badge=badge, description=name * 2, criteria=criteria)

    places = sorted(_places(typesetting.certificate(make_frame(), award, landscape=landscape)))

    same_edge = [(a, b) for a, b in pairwise(places) if a[0] == b[0]]
    assert min(below[1] - above[1] for above, below in same_edge) >= 7


def _places(pdf: bytes) -> list[tuple[int, float]]:
    """The start of each run of text on the only page, in points."""
    found, outer, saved, line = [], pikepdf.Matrix(), [], pikepdf.Matrix()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for operands, operator in pikepdf.parse_content_stream(document.pages[0]):
            match str(operator):
                case "q":
                    saved.append(outer)
                case "Q":
                    outer = saved.pop()
                case "cm":
                    outer = pikepdf.Matrix(*map(float, operands)) @ outer
                case "Tm":
                    line = pikepdf.Matrix(*map(float, operands))
                case "Tj" | "TJ":
                    place = line @ outer
                    found.append((round(place.e), place.f))
    return found


@pytest.mark.parametrize("name", NAMES[:11])
def test_names_are_printed_in_their_own_script(name):
    assert characters.showable(name) == name


def test_a_character_without_a_font_becomes_a_replacement_sign():
    assert characters.showable("Rosa \U0010fffd") == "Rosa \ufffd"


def test_system_noto_fonts_are_used_for_rarer_scripts(monkeypatch, tmp_path):
    packaged_font = characters._folder("manimgx_fonts") / "NotoSansArmenian[wght].ttf"
    monkeypatch.setattr(characters, "_PACKAGES", ("font_rhd", "font_hanken_grotesk"))
    monkeypatch.setattr(characters, "_SYSTEM_FOLDER", tmp_path)
    shown = []

    for font in (None, packaged_font):
        if font:
            shutil.copy(font, tmp_path)
        for cached in (fonts.available_fonts, characters._characters):
            cached.cache_clear()
        shown.append((characters.showable("Անի"), fonts.fallback_families("Անի")))
    monkeypatch.undo()
    for cached in (fonts.available_fonts, characters._characters):
        cached.cache_clear()

    assert shown == [("\ufffd" * 3, []), ("Անի", ["Noto Sans Armenian"])]


def test_text_that_people_wrote_is_never_markup():
    certificate = typesetting.certificate(
        make_frame(), make_award('#panic("x") $1+1$ = _a_'), landscape=False
    )

    assert '#panic("x")' in text_of_pdf(certificate).replace(" ", "")


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.text(max_size=150),
    badge=st.text(
        alphabet=st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=120
    ),
)
def test_any_text_makes_a_certificate_of_one_page(name, badge):
    pdf = typesetting.certificate(
        make_frame(), make_award(name, badge=badge or "-"), landscape=True
    )

    with open_pdf(pdf) as document:
        assert len(document.pages) == 1


@pytest.mark.long
def test_papers_are_typeset_in_parallel():
    def make(number):
        return text_of_pdf(typesetting.card(make_frame(), make_award(f"Person {number:03}")))

    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(make, range(16)))

    assert all(f"{number:03}" in text for number, text in enumerate(texts))


# --- Permissions ----------------------------------------------------------------------------------


def test_a_certificate_is_for_its_earner_and_the_coordinators():
    award = issued_award()
    path = f"/awards/{award.public_id}/certificate.pdf"

    answers = {
        "earner": signed_in(award.recipient).get(path).status_code,
        "coordinator": signed_in(coordinator_for(award.badge_class)).get(path).status_code,
        "stranger": signed_in(UserFactory()).get(path).status_code,
        "visitor": Client().get(path).status_code,
    }

    assert answers == {"earner": 200, "coordinator": 200, "stranger": 403, "visitor": 403}


def test_anyone_can_print_the_certificate_of_an_earner_who_shows_their_name(client):
    award = issued_award()
    path = f"/awards/{award.public_id}/certificate.pdf"
    before = client.get(award.get_absolute_url()).content.decode()

    operations.share(award, shows_name=True, items=[])

    assert path not in before
    assert path in client.get(award.get_absolute_url()).content.decode()
    assert client.get(path).status_code == 200


def test_revoked_and_pending_badges_have_no_papers():
    revoked, waiting = revoked_award(reason="Issued twice."), waiting_award()

    gone = signed_in(revoked.recipient).get(f"/awards/{revoked.public_id}/certificate.pdf")
    early = signed_in(waiting.recipient).get(f"/awards/{waiting.public_id}/wallet-card.pdf")

    assert gone.status_code == 410
    assert "Issued twice." in gone.content.decode()
    assert early.status_code == 404


def test_the_badge_pages_link_to_the_papers():
    award = issued_award()
    client = signed_in(award.recipient)

    page = client.get(award.get_absolute_url()).content.decode()

    assert f"/awards/{award.public_id}/certificate.pdf" in page
    assert f"/awards/{award.public_id}/wallet-card.pdf" in page
    assert "/my-badges/transcript.pdf" in client.get("/my-badges/").content.decode()


def test_an_unknown_paper_size_falls_back_to_the_default():
    award = issued_award(now=timezone.now() - timedelta(days=1))

    answer = signed_in(award.recipient).get(
        f"/awards/{award.public_id}/certificate.pdf", {"size": "wall", "layout": "round"}
    )

    with open_pdf(answer.content) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [792, 612]


def test_headings_of_a_spanish_transcript_do_not_touch():
    columns = ["Insignia", "De", "Obtenida el", "Vigente hasta", "Horas", "Unidades", "Código"]
    words = {"heading": "Historial", "made": "", "columns": columns, "page": "\n de \n",
             "scan": "QR", "check_all": ""}  # fmt: skip
    row = typesetting.Row(
        badge="Media Balance", badge_language="en", issuer="Juniper", art=png(32), dates="hoy",
        until="no vence", is_expired=False, hours="1", units="1", address="https://a.example/v/1",
        code="7KQ2-M9XH-4TWD",
    )  # fmt: skip

    pdf = typesetting.transcript(
        make_frame(words=words, language="es"), name="Rosa", rows=[row], totals=[]
    )

    # The runs of text come in the order of the page: name, footer and heading, then the columns.
    lines: dict[int, list[int]] = {}
    for x, y in _places(pdf):
        lines.setdefault(round(y), []).append(x)
    [starts] = [sorted(line) for line in lines.values() if len(line) == len(columns)][:1]
    hours, units = starts[4:6]
    assert units - hours >= len("Horas") * 4.5 + 6


@pytest.mark.parametrize("landscape", [True, False])
def test_criteria_are_a_list_for_a_screen_reader(landscape):
    award = make_award("Rosa", criteria=["Plan", "Teach", "Reflect"])

    with open_pdf(typesetting.certificate(make_frame(), award, landscape=landscape)) as pdf:
        kinds = list(_kinds(pdf.Root.StructTreeRoot))

    assert kinds.count("/LI") == 3
    assert "/L" in kinds
