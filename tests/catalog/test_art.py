import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from catalog.art import CHOICES, ArtSpec, ArtSpecError, compose_svg, render_png
from catalog.art.icons import ICON_GROUPS, ICONS, UNFILLED_ICONS, icon_markup
from catalog.art.palette import METALS, PALETTES, contrast


def image_of(spec, size=64):
    return Image.open(io.BytesIO(render_png(spec, size)))


def test_a_spec_round_trips_through_a_dictionary():
    spec = ArtSpec(shape="shield", palette="poppy", icon="sprout", text="Educación")

    assert ArtSpec.from_dict(spec.to_dict()) == spec


def test_missing_choices_take_their_defaults():
    assert ArtSpec.from_dict({"palette": "fern"}) == ArtSpec(palette="fern")


@pytest.mark.parametrize("field", CHOICES)
def test_an_unknown_value_is_refused_with_its_field(field):
    with pytest.raises(ArtSpecError, match=f"^{field}: 'chrome-skull' is not one of") as refusal:
        ArtSpec.from_dict({field: "chrome-skull"})

    assert refusal.value.field == field


@pytest.mark.parametrize("value", [None, 7, ["circle"], {"circle": 1}])
def test_a_value_that_is_not_text_is_refused(value):
    with pytest.raises(ArtSpecError):
        ArtSpec.from_dict({"shape": value})


@pytest.mark.parametrize("values", [None, "circle", ["shape"]])
def test_a_spec_that_is_not_a_dictionary_is_refused(values):
    with pytest.raises(ArtSpecError, match="dictionary"):
        ArtSpec.from_dict(values)


def test_an_unknown_field_is_refused_with_its_name():
    with pytest.raises(ArtSpecError, match="glitter") as refusal:
        ArtSpec.from_dict({"glitter": "yes"})

    assert refusal.value.field == "glitter"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 21, "at most 20"),
        (" Level 1", "space"),
        ("Level\n1", "can't be engraved"),
        ("<b>", "can't be engraved"),
        ("数学", "can't be engraved"),
        (5, "as text"),
    ],
)
def test_text_that_cannot_be_engraved_is_refused(text, reason):
    with pytest.raises(ArtSpecError, match=reason) as refusal:
        ArtSpec(text=text)

    assert refusal.value.field == "text"


def test_the_ribbon_text_is_escaped():
    svg = compose_svg(ArtSpec(text="Q&A"))

    assert "Q&amp;A" in svg
    assert _nodes(svg)


def test_long_text_is_scaled_to_fit_the_ribbon():
    def widest(spec):
        with_text, without = image_of(spec, 200), image_of(ArtSpec(metal=spec.metal), 200)
        assert with_text.size == without.size
        return with_text.getbbox()

    short = widest(ArtSpec(text="CS"))
    long = widest(ArtSpec(text="WWWWWWWWWWWWWWWWWWWW"))

    assert long == short


@pytest.mark.long
@pytest.mark.parametrize("shape", CHOICES["shape"])
@pytest.mark.parametrize("palette", CHOICES["palette"])
def test_every_shape_renders_in_every_palette(shape, palette):
    image = image_of(ArtSpec(shape=shape, palette=palette, text="Level 1"), 48)

    left, top, right, bottom = image.getchannel("A").getbbox()
    assert (image.mode, image.size) == ("RGBA", (48, 48))
    assert right - left > 36
    assert bottom - top > 36


@pytest.mark.parametrize("field", ["rim", "pattern", "field", "metal", "ribbon"])
def test_every_choice_of_a_field_looks_different(field):
    pictures = {
        render_png(ArtSpec(**{"shape": "hexagon", "text": "Level 1", field: name}), 96)
        for name in CHOICES[field]
    }

    assert len(pictures) == len(CHOICES[field])


@pytest.mark.parametrize("shape", CHOICES["shape"])
def test_the_badge_stays_inside_its_square(shape):
    alpha = image_of(ArtSpec(shape=shape, rim="beaded"), 200).getchannel("A")

    for edge in ((0, 0, 200, 1), (0, 199, 200, 200), (0, 0, 1, 200), (199, 0, 200, 200)):
        assert alpha.crop(edge).getextrema() == (0, 0)


def test_the_same_spec_gives_the_same_bytes():
    values = {"shape": "arch", "palette": "dusk", "pattern": "peaks", "text": "Level 2"}

    assert render_png(ArtSpec.from_dict(values)) == render_png(ArtSpec.from_dict(values))


def test_different_badges_use_different_svg_ids():
    first, second = (compose_svg(ArtSpec(palette=name)) for name in ("lapis", "poppy"))

    assert not _ids(first) & _ids(second)


def _ids(svg):
    return {node.get("id") for node in _nodes(svg) if node.get("id")}


def _nodes(svg):
    return list(ElementTree.fromstring(svg).iter())  # noqa: S314  our own SVG


@pytest.mark.parametrize("size", [0, -5, 15, 5000])
def test_a_size_out_of_bounds_is_refused(size):
    with pytest.raises(ValueError, match="pixels"):
        render_png(ArtSpec(), size)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_icons_and_ribbon_text_have_enough_contrast(palette):
    assert min(contrast(palette.line_on(m), palette.field) for m in METALS.values()) >= 4.5
    assert contrast(palette.ribbon_text, palette.ribbon) >= 4.5


@pytest.mark.parametrize("icon", ICONS)
def test_every_icon_is_in_the_installed_set(icon):
    assert icon_markup(icon).startswith("<")


def test_every_icon_is_offered_once_with_a_label():
    names = [name for group in ICON_GROUPS.values() for name in group]

    assert len(names) == len(set(names)) >= 60
    assert all(ICONS.values())
    assert set(ICONS) >= UNFILLED_ICONS
