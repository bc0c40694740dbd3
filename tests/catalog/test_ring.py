from django.template import Context, Template

from catalog.art import ring


def test_a_ring_has_a_segment_for_each_criterion_in_its_order():
    states = ["met", "not_yet", "open"]

    assert [segment.state for segment in ring.segments(states)] == states


def test_an_unknown_state_is_drawn_as_open():
    assert [segment.state for segment in ring.segments(["glued", ""])] == ["open", "open"]


def test_a_ring_without_criteria_is_empty():
    assert ring.segments([]) == []


def test_a_single_segment_starts_and_ends_at_different_points():
    (segment,) = ring.segments(["met"])

    start, end = segment.arc.removeprefix("M").split("A")
    assert not end.endswith(start)


def test_counts_become_at_most_as_many_states_as_criteria():
    assert ring.states_from_counts(4, met=2, not_yet=1) == ["met", "met", "not_yet", "open"]
    assert ring.states_from_counts(2, met=5, not_yet=5) == ["met", "met"]
    assert ring.states_from_counts(-1, met=3) == []


def medal(**context):
    template = Template('{% include "components/badge_medal.html" %}')
    return template.render(Context({"image": "/art.png", "alt": "A pin", **context}))


def test_the_alt_text_of_the_medal_states_the_progress():
    html = medal(states=["met", "met", "not_yet"], progress=True)

    assert 'alt="A pin. 2 of 3 criteria met."' in html
    assert html.count("badge-medal__segment--met") == 2
    assert html.count("badge-medal__segment--not-yet") == 1


def test_the_medal_of_an_unstarted_badge_shows_no_progress():
    html = medal(total=3, progress=True)

    assert 'alt="A pin"' in html
    assert html.count("badge-medal__segment--open") == 3


def test_a_badge_that_is_nobodys_has_no_ring():
    assert "badge-medal__ring" not in medal(total=3)
    assert "badge-medal__ring" not in medal(total=3, states=None, met=0)
    assert "badge-medal__ring" in medal(total=3, met=1)


def test_the_medal_has_no_inline_style():
    assert "style=" not in medal(states=["met", "open"], progress=True)
