"""Our papers, uploaded to the verify page, lead to their codes; other PDFs get a sentence."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from issuing.awards.operations import changes
from tests.factories import UserFactory, coordinator_for
from tests.issuing.awards import issued_award
from tests.issuing.pages import signed_in
from verification import pdf_links, verifier
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db

NAME, EMAIL = "Rosa Álvarez", "rosa@alder.example"


def hidden_award():
    return issued_award(earner=UserFactory(name=NAME, email=EMAIL))


def paper_of(award, name: str) -> bytes:
    answer = signed_in(award.recipient).get(f"/awards/{award.public_id}/{name}")
    assert answer.status_code == 200
    return answer.content


def transcript_of(user) -> bytes:
    return signed_in(user).get("/my-badges/transcript.pdf").content


def pdf_with(*addresses: str, keywords: str = "", password: str = "") -> bytes:
    """A PDF of another program, with links to these addresses."""
    pdf, out = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page()
    page.obj.Annots = pdf.make_indirect(
        pikepdf.Array(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address)),
            )
            for address in addresses
        )
    )
    if keywords:
        pdf.docinfo["/Keywords"] = keywords
    pdf.save(
        out, encryption=pikepdf.Encryption(owner=password, user=password) if password else None
    )
    return out.getvalue()


def upload(client, pdf: bytes):
    return client.post("/verify/", {"file": SimpleUploadedFile("paper.pdf", pdf)})


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    "name", ["certificate.pdf", "certificate.pdf?size=a4&layout=portrait", "wallet-card.pdf"]
)
def test_a_certificate_or_card_leads_to_its_award_and_proves_nothing_itself(client, name):
    award = hidden_award()

    page = upload(client, paper_of(award, name))

    text = text_of(page)
    assert page.context["report"].award == award
    assert page.context["report"].kind.word == "Valid"
    assert "A PDF proves nothing by itself" in text
    assert "it does not say that this paper is genuine until the name is compared" in text
    assert "Whose it is has not been compared yet." in text
    assert award.version.name in text
    assert NAME not in text
    assert EMAIL not in text


def test_a_paper_keeps_its_code_when_links_or_metadata_are_lost():
    award = hidden_award()
    for loss in ("links", "metadata"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(paper_of(award, "certificate.pdf"))) as pdf:
            if loss == "links":
                del pdf.pages[0].obj.Annots
            else:
                del pdf.trailer["/Info"]
                del pdf.Root.Metadata
            pdf.save(out)

        assert verifier.verify(file=out.getvalue()).award == award


def test_a_certificate_with_another_name_is_found_out_by_comparing(client):
    award = hidden_award()
    forged = pdf_with(keywords=f"http://localhost:8000/v/{award.short_code}")

    page = upload(client, forged)
    compared = client.post(
        "/verify/recipient/", {"address": page.context["answer"].address, "who": "Eve Álvarez"}
    )

    assert compared.context["is_match"] is False
    assert "No match" in text_of(compared)


def test_a_revoked_badge_is_revoked_on_paper(client):
    award = hidden_award()
    pdf = paper_of(award, "certificate.pdf")
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    page = upload(client, pdf)

    assert page.context["report"].kind.word == "Revoked"
    assert "Issued twice." in text_of(page)
    assert NAME not in text_of(page)


def test_a_transcript_asks_which_of_its_badges(client, django_assert_max_num_queries):
    first = hidden_award()
    awards = [first, *(issued_award(earner=first.recipient) for _ in range(2))]
    pdf = transcript_of(first.recipient)

    with django_assert_max_num_queries(3):
        page = upload(client, pdf)

    report = page.context["report"]
    assert (report.verdict, report.award) == (Verdict.SEVERAL, None)
    assert {choice.text for choice in report.choices} == {
        f"http://localhost:8000/v/{award.short_code}" for award in awards
    }
    assert NAME not in text_of(page)
    chosen = client.post("/verify/", {"text": report.choices[0].text})
    assert chosen.context["report"].kind.word == "Valid"
    as_json = client.post("/verify.json", pdf, content_type="application/pdf").json()
    assert as_json["verdict"] == "several"
    assert [choice["text"] for choice in as_json["choices"]] == [c.text for c in report.choices]


def test_a_transcript_of_one_badge_leads_to_it():
    award = hidden_award()

    assert verifier.verify(file=transcript_of(award.recipient)).award == award


def test_a_resume_that_links_to_an_award_leads_to_it():
    award = hidden_award()
    resume = pdf_with(
        "https://elsewhere.example/", f"http://localhost:8000/awards/{award.public_id}/"
    )

    report = verifier.verify(file=resume)

    assert (report.award, report.paper) == (award, "pdf")


@pytest.mark.parametrize(
    ("pdf", "words"),
    [
        (pdf_with("https://elsewhere.example/badge"), "It contains no code of ours."),
        (pdf_with("http://localhost:8000/badges/media/"), "It contains no code of ours."),
        (pdf_with(password="secret"), "The PDF needs a password"),
        (b"%PDF-1.7\n" + b"\0" * 500, "The PDF is damaged or too complicated."),
        (b"%PDF-1.7", "The PDF is damaged or too complicated."),
    ],
)  # fmt: skip
def test_other_pdfs_get_a_clear_sentence(client, pdf, words):
    page = upload(client, pdf)

    assert page.context["report"].verdict is Verdict.UNREADABLE
    assert page.context["report"].kind.tone == "unknown"
    assert words in text_of(page)
    assert "our record says about the code in it" not in text_of(page)


def test_a_code_that_nobody_has_is_not_found():
    report = verifier.verify(file=pdf_with("http://localhost:8000/v/7KQ2M9XH4TWD"))

    assert report.verdict is Verdict.NOT_FOUND
    assert "our records contain no badge with this code" in report.steps[-1].detail


def test_reading_a_pdf_is_bounded():
    many = [f"https://elsewhere.example/{n}" for n in range(pdf_links.MOST_LINKS_OF_A_PAGE + 50)]

    links = pdf_links.addresses_in(pdf_with(*many))
    words = pdf_links.addresses_in(pdf_with(keywords="x, " * 10 + "y" * 600))

    assert links == many[: pdf_links.MOST_LINKS_OF_A_PAGE]
    assert words == ["x"]


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_any_damage_is_read_or_refused(at):
    pdf = bytearray(paper_of(hidden_award(), "certificate.pdf"))
    place = int(len(pdf) * at)
    for changed in (bytes(pdf[:place]), bytes(pdf[:place] + b"\xff" * 40 + pdf[place + 40 :])):
        report = verifier.verify(file=changed, now=timezone.now())
        assert report.headline
