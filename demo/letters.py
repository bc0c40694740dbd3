from django.utils.html import urlize
from django.utils.safestring import SafeString


def with_links(text: str) -> SafeString:
    """A letter's plain text, escaped, its addresses made into links as a mailbox does."""
    return urlize(text, nofollow=True, autoescape=True)
