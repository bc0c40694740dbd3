from docs import draw


def test_the_architecture_page_shows_the_code_as_it_is():
    page = draw.PAGE.read_text()

    assert draw.drawn(page) == page, "run: python docs/draw.py"


def test_every_app_is_in_the_graph():
    graph = draw.app_graph()

    for app in draw.layers():
        assert f" {app}" in graph
