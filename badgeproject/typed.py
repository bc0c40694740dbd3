"""What a person typed into a form that was not accepted."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import UnreadablePostError


def typed_text(request) -> list[str]:
    """The text typed into a form that was not accepted, so that it can be shown and copied.

    Only values of several words, and links: nothing that a form contains without being typed.
    """
    try:
        fields = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError):
        return []
    return [
        value
        for name, values in fields
        for value in values
        if "password" not in name and (len(value.split()) > 1 or "://" in value)
    ]
