"""Renders the Markdown of badges as safe HTML, without scripts or external content."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "ul",
}  # fmt: skip
# The page has its own h1 and h2, so headings in the text start at h3.
_LEVEL_SHIFT = 2

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def render_markdown(text: str, *, is_whole_page: bool = False) -> str:
    """The text of a whole page follows its h1: # and ## are h2 there."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1])
            level = max(level, 2) if is_whole_page else min(level + _LEVEL_SHIFT, 6)
            token.tag = f"h{level}"
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
