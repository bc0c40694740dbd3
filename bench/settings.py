"""The settings of the product, and one more address: the floor to compare with."""

from badgeproject.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
