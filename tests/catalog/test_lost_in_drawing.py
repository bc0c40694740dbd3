"""Text in a drawing appears in the badge's picture. What does not is said before publishing."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from catalog import art_losses, images, operations, svg_cleaning
from catalog.art import ArtSpec, fonts
from catalog.art_losses import MOST_TEXTS, Loss
from catalog.art_remarks import sentences
from catalog.images import to_badge_art
from catalog.readiness import remarks
from tests.catalog.image_files import jpeg, pixels, svg, upload
from tests.catalog.manage_pages import page
from tests.factories import UserFactory, png

CASES = Path(os.environ.get("CASES", Path(__file__).parents[3] / "shared" / "cases"))
GROUND = '<rect width="100" height="100" fill="#0e474a"/>'
WHITE = 'x="8" y="60" font-size="24" fill="#fff"'


def art(inside, **kwargs):
    return to_badge_art(upload(svg(GROUND + inside, **kwargs), "art.svg"))


def white_share(content):
    """The share of the picture that is nearly white: the text on the dark ground."""
    gray = pixels(content).convert("L")
    return sum(gray.histogram()[200:]) / (gray.width * gray.height)


# --- Text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"<text {WHITE}>STEM</text>", []),
        (f'<text {WHITE} font-family="sans-serif">STEM</text>', []),
        (f'<text {WHITE} font-family="Red Hat Display, Arial">STEM</text>', []),
        (f'<text {WHITE} font-family="Arial, sans-serif">STEM</text>', ["Arial"]),
        (f'<text {WHITE} font-family="serif">STEM</text>', ["serif"]),
        (f"<text {WHITE} font-family=\"'Gill Sans MT', Arial\">STEM</text>", ["Gill Sans MT"]),
        (f'<text {WHITE} style="font-family: Futura">STEM</text>', ["Futura"]),
        (f'<text {WHITE} style="font: italic 700 24px/1.2 \'Open Sans\', serif">STEM</text>',
         ["Open Sans"]),
        (f'<style>.a {{ font-family: "Lato" }}</style><text {WHITE} class="a">STEM</text>',
         ["Lato"]),
        (f'<g font-family="Rockwell"><text {WHITE}>STEM</text></g>', ["Rockwell"]),
        (f'<text {WHITE}><tspan font-family="Impact">ST</tspan>EM</text>', ["Impact"]),
        (f'<defs><text id="t" {WHITE} font-family="Georgia">STEM</text></defs><use href="#t"/>',
         ["Georgia"]),
        ('<path id="p" d="M8 60H95" fill="none"/><text font-size="24" fill="#fff" '
         'font-family="Bodoni"><textPath href="#p">STEM</textPath></text>', ["Bodoni"]),
        (f'<text {WHITE} font-family="">STEM</text>', []),
    ],
)  # fmt: skip
def test_text_in_any_font_appears_and_a_replaced_font_is_named(text, named):
    drawn = art(text)

    assert white_share(drawn.png) > 0.008
    assert drawn.losses == tuple(Loss("font", name) for name in named)


@pytest.mark.skipif(not CASES.exists(), reason="the cases are not on this machine: set CASES")
def test_the_text_of_a_real_file_in_arial_appears():
    drawn = to_badge_art(upload((CASES / "art" / "svg-named-font.svg").read_bytes()))

    assert white_share(drawn.png) > 0.008
    assert drawn.losses == (Loss("font", "Arial"),)


@pytest.mark.long
@pytest.mark.parametrize(
    "word", ["漢字", "한국어", "مرحبا", "שלום", "Привет", "हिन्दी", "ไทย", "Nguyễn", "→★✓"]
)
def test_other_scripts_are_drawn_in_their_own_fonts(word):
    drawn = art(f'<text {WHITE} font-family="Arial">{word}</text>')
    with_boxes = art(f'<text {WHITE} font-family="Arial">{"Ꮳ" * len(word)}</text>')

    assert white_share(drawn.png) > 0.005
    assert drawn.png != with_boxes.png
    assert drawn.losses == (Loss("font", "Arial"),)


def test_words_of_several_scripts_in_one_text_are_all_drawn():
    one_by_one = [white_share(art(f"<text {WHITE}>{word}</text>").png) for word in ("A", "漢", "م")]

    together = white_share(art(f"<text {WHITE}>A漢م</text>").png)

    assert together == pytest.approx(sum(one_by_one), rel=0.1)


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("ᏣᎳᎩ", Loss("characters", "ᏣᎳᎩ")),
        ("Go 🎓 🎓 🍎", Loss("emoji", "🎓🍎")),
        ("STEM हिन्दी", Loss("scripts", "STEM हिन्दी")),
    ],
)
def test_characters_that_are_not_drawn_as_written_are_named(text, loss):
    assert loss in art(f"<text {WHITE}>{text}</text>").losses


@pytest.mark.parametrize(
    "text",
    [
        '<text x="8" y="60" fill="#0e474a">Hidden</text>',
        '<text x="8" y="260" fill="#fff">Hidden</text>',
        '<text x="8" y="60" font-size="0" fill="#fff">Hidden</text>',
        '<text x="8" y="60" fill="#fff" display="none">Hidden</text>',
        '<text x="8" y="60" fill="#fff" style="opacity:0">Hidden</text>',
        f"<text {WHITE}>Hidden</text>{GROUND}",
    ],
)
def test_text_that_cannot_be_seen_is_named(text):
    assert art(text + f"<text {WHITE}>Shown</text>").losses == (Loss("text", "Hidden"),)


@pytest.mark.long
def test_a_drawing_that_takes_long_is_accepted_and_its_texts_are_looked_for_while_there_is_time(
    monkeypatch,
):
    monkeypatch.setattr(images, "LIMITS", replace(images.LIMITS, seconds=60))
    noise = (
        '<filter id="f"><feTurbulence baseFrequency="0.9" numOctaves="9"/></filter>'
        + '<rect width="100" height="100" filter="url(#f)"/>' * 2
    )

    drawn = art(noise + f"<text {WHITE}>STEM</text>" * MOST_TEXTS)

    assert {loss.kind for loss in drawn.losses} <= {"text", "unchecked"}


@pytest.mark.parametrize(
    ("seconds", "losses"),
    [
        ([0, 1, 2], [Loss("text", "One"), Loss("text", "Two"), Loss("text", "Three")]),
        ([0, 2, 4], [Loss("text", "One"), Loss("text", "Two"), Loss("unchecked")]),
        ([4], [Loss("unchecked")]),
    ],
)
def test_texts_that_were_not_looked_for_are_mentioned(seconds, losses):
    content = svg("<text>One</text><text>Two</text><text>Three</text>")
    clock = iter(seconds)

    found = art_losses.of_svg(
        content,
        svg_cleaning.clean(content),
        drawn=b"always the same",
        rasterize=lambda _drawing: b"always the same",
        spent=lambda: next(clock),
    )

    assert found == losses


def test_our_fonts_are_enough_for_the_words_of_the_site():
    assert fonts.undrawable("Insignias Educativas – 日本語, Kreyòl, tiếng Việt, 中文") == ""


# --- Other parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "losses"),
    [
        ('<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>',
         [Loss("animation")]),
        ("<flowRoot><flowPara>Text</flowPara></flowRoot>",
         [Loss("element", "flowRoot"), Loss("element", "flowPara")]),
        ('<meshgradient id="m"/><rect width="9" height="9" fill="url(#m)"/>',
         [Loss("element", "meshgradient"), Loss("reference", "m")]),
        (f'<text {WHITE} style="text-transform: uppercase">stem</text>',
         [Loss("property", "text-transform")]),
        (f'<text {WHITE} font-variant="small-caps">stem</text>',
         [Loss("property", "font-variant")]),
        ('<rect width="9" height="9" style="width: 50px"/>', [Loss("property", "width")]),
        ('<rect width="9" height="9" style="transform: translate(9px, 0)"/>',
         [Loss("property", "transform")]),
        ('<rect width="9" height="9" stroke="red" vector-effect="non-scaling-stroke"/>',
         [Loss("property", "vector-effect")]),
        ('<style>rect:hover { fill: red }</style>', [Loss("selector", "rect:hover")]),
        ('<filter id="f"><feOffset in="BackgroundImage"/></filter>',
         [Loss("property", "BackgroundImage")]),
    ],
)  # fmt: skip
def test_what_is_not_drawn_is_named(part, losses):
    assert list(art(part).losses) == losses


@pytest.mark.parametrize(
    "part",
    [
        '<mask id="m"><rect width="50" height="50" fill="#fff"/></mask>'
        '<rect width="99" height="99" mask="url(#m)" fill="red"/>',
        '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
        '<rect width="9" height="9" filter="url(#f)"/>',
        "<style>g > rect.a, rect:first-child { fill: red; mix-blend-mode: multiply }</style>",
        '<rect width="9" height="9" transform="rotate(9)" transform-origin="50 50"/>',
        "<metadata>Made by hand</metadata><title>A badge</title>",
        '<rect width="9" height="9" font-family="Arial"/>',  # no text
        '<text x="1" y="1"> </text>',
    ],
)
def test_nothing_is_said_about_what_is_drawn(part):
    assert art(part).losses == ()


def test_one_alternative_of_a_switch_is_drawn():
    one = '<rect width="50" height="100" fill="#fff" systemLanguage="es"/>'
    other = '<rect width="25" height="100" fill="#fff"/>'

    assert white_share(art(f"<switch>{one}{other}</switch>").png) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    "part",
    [
        "<foreignObject><p>Text</p></foreignObject>",
        '<image href="data:image/png;base64,AAAA"/>',
        '<image href="https://elsewhere.example/a.png"/>',
    ],
)
def test_pages_and_pictures_within_a_drawing_are_refused(part):
    with pytest.raises(ValueError, match="contains"):
        art(part)


def test_an_animated_png_and_colors_for_print_are_named():
    frames = [Image.new("RGBA", (300, 300), color) for color in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    cmyk = io.BytesIO()
    Image.new("CMYK", (300, 300), (0, 255, 255, 0)).save(cmyk, "JPEG")

    assert to_badge_art(upload(buffer.getvalue())).losses == (Loss("animation"),)
    assert to_badge_art(upload(cmyk.getvalue())).losses == (Loss("colors"),)
    assert to_badge_art(upload(jpeg())).losses == to_badge_art(upload(png())).losses == ()


def test_every_loss_has_a_sentence_in_words():
    kinds = ["font", "characters", "emoji", "scripts", "text", "unchecked", "animation", "element",
             "property", "selector", "reference", "colors"]  # fmt: skip

    said = sentences([kind, "Arial"] for kind in kinds)

    assert len(set(said)) == len(kinds)
    assert "the font “Arial”. The picture shows its text in Red Hat Display" in said[0]


# --- Said and kept --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_losses_are_said_on_the_artwork_and_publish_pages_and_kept(client, coordinator, draft):
    file = upload(svg(f'{GROUND}<text {WHITE} font-family="Arial">STEM</text>'), "art.svg")

    client.post(
        page("art"),
        {"upload-image": file, "upload-image_alt": "STEM", "version": "1", "upload": "1"},
    )
    pages = [client.get(page(name)).content.decode() for name in ("art", "publish")]

    version = draft.versions.get()
    assert version.art_losses == [["font", "Arial"]]
    assert all("the font “Arial”" in html for html in pages)
    assert reverse("catalog:manage_art", args=[draft.slug]) in pages[1]


@pytest.mark.django_db
def test_the_next_version_keeps_them_and_other_art_has_its_own(coordinator, draft):
    version = draft.versions.get()
    operations.upload_art(version, png(), alt="Art", losses=[Loss("font", "Arial")])
    operations.publish(draft, by=None)
    draft.refresh_from_db()

    following = operations.draft_version(draft, by=UserFactory())
    kept = remarks(following)
    operations.compose_art(following, ArtSpec(), alt="A book.")

    assert (len(kept), remarks(following)) == (1, [])
    assert len(remarks(draft.versions.get(number=1))) == 1
