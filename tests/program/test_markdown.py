from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.markdown import render_markdown

PIECES = st.sampled_from([
    "<script>", "</script>", "javascript:", "alert(1)", "[x](", ")", "<img src=x onerror=", ">",
    "![a](", "http://a.example", "data:text/html,", "&#106;avascript:", "<a href=", '"', "`", "\n",
    "# ", "- ", "**", "<svg onload=", "<iframe src=", "<", "vbscript:", "\t", "word", "\\",
])  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))


@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join))
def test_markdown_never_produces_scripts_or_external_content(text):
    for tag, attributes in Tags(render_markdown(text)).seen:
        assert tag in {
            "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
            "pre", "strong", "ul",
        }  # fmt: skip
        assert set(attributes) <= {"href", "title", "rel", "start"}
        scheme = (attributes.get("href") or "").strip().lower()
        assert not scheme.startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plan **three** lessons.", "<p>Plan <strong>three</strong> lessons.</p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("# Aim", "<h3>Aim</h3>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        (
            "[guide](https://a.example)",
            '<p><a href="https://a.example" rel="noopener nofollow">guide</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_markdown_becomes_text_lists_and_links(text, html):
    assert render_markdown(text) == html
