"""What is printed and shared of an award after its credential was replaced: ADR 63."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.urls import reverse

from issuing.awards.operations import changes
from issuing.awards.share_links import share_links
from issuing.short_codes import in_groups
from tests.issuing.awards import issued_award
from tests.issuing.pages import signed_in
from tests.issuing.replacing import rename, replace
from tests.papers.pdf_text import text_of_pdf

pytestmark = pytest.mark.django_db
WAS, IS = "Ana Robles", "Ana Soto"


@pytest.fixture
def both():
    """The award as it was, which shows its earner's name, and as it is."""
    award = issued_award(earner__name=WAS)
    changes.share(award, shows_name=True, is_listed=True, items=[])
    was = type(award).objects.get(pk=award.pk)
    rename(award.recipient, IS)
    replace(award)
    return was, award


@pytest.mark.parametrize("paper", ["certificate", "wallet_card"])
def test_papers_have_the_new_name_and_code_and_old_addresses_lead_to_them(both, paper):
    was, award = both
    browser = signed_in(award.recipient)

    led = browser.get(reverse(f"papers:{paper}", args=[was.public_id]), {"size": "a4"})
    pdf = browser.get(led.headers["Location"])

    assert (
        led.headers["Location"] == reverse(f"papers:{paper}", args=[award.public_id]) + "?size=a4"
    )
    assert pdf.headers["Content-Type"] == "application/pdf"
    text = text_of_pdf(pdf.content)
    assert (IS in text, WAS in text) == (True, False)
    assert (in_groups(award.short_code) in text, in_groups(was.short_code) in text) == (True, False)


def test_a_transcript_has_the_new_name_and_code(both):
    was, award = both

    text = text_of_pdf(signed_in(award.recipient).get(reverse("papers:transcript")).content)

    assert (IS in text, WAS in text) == (True, False)
    assert (in_groups(award.short_code) in text, in_groups(was.short_code) in text) == (True, False)


def test_share_links_and_the_page_name_the_new_address_only(client, both):
    was, award = both

    links = unquote(" ".join(link.url for link in share_links(award)))
    page = client.get(award.get_absolute_url()).text

    assert str(award.public_id) in links
    assert str(was.public_id) not in links + page
    assert f"{award.get_absolute_url()}card.png" in page
    assert (IS in page, WAS in page) == (True, False)


def test_the_old_preview_image_leads_to_one_that_was_made_anew(client, both):
    was, award = both

    led = client.get(f"{was.get_absolute_url()}card.png", follow=True)
    tag = led.headers["ETag"]
    rename(award.recipient, WAS)
    replace(award)
    again = client.get(f"{was.get_absolute_url()}card.png", follow=True)

    assert [status for _address, status in led.redirect_chain] == [302]
    assert (led.headers["Content-Type"], again.headers["Content-Type"]) == ("image/png",) * 2
    assert tag != again.headers["ETag"]
