"""Texts of Django and allauth that our catalog says in better Spanish than theirs.

A message in our catalog comes before the same message of a library. Nothing imports this module.
"""

from django.utils.translation import gettext_noop

TEXTS = [
    gettext_noop("New Password (again)"),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
]
