"""The product's settings; no email leaves."""

from badgeproject.settings import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
