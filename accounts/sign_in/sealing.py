"""Encrypts secrets of sign-in in the database, under KEY_ENCRYPTION_KEYS as issuers' keys are."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def seal(text: str) -> str:
    return _sealer(tuple(settings.KEY_ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises ImproperlyConfigured if none of the keys opens it: never an empty secret."""
    try:
        return _sealer(tuple(settings.KEY_ENCRYPTION_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEYS lacks the key of this secret.") from None


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
