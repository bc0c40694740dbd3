"""Encrypts private keys in the database with Fernet, under KEY_ENCRYPTION_KEYS."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from issuing.models import IssuerKey


class KeyCannotBeOpened(ImproperlyConfigured):
    """None of KEY_ENCRYPTION_KEYS decrypts a private key."""


def private_key(key: IssuerKey) -> Ed25519PrivateKey | RSAPrivateKey:
    """The decrypted key, cached, because loading an RSA key takes as long as signing with it."""
    return _opened(bytes(key.sealed), tuple(settings.KEY_ENCRYPTION_KEYS))


def can_be_opened(key: IssuerKey) -> bool:
    """Whether one of KEY_ENCRYPTION_KEYS decrypts it. Faster than loading it."""
    try:
        _sealer(tuple(settings.KEY_ENCRYPTION_KEYS)).decrypt(bytes(key.sealed))
    except InvalidToken:
        return False
    return True


def ed25519_key(key: IssuerKey) -> Ed25519PrivateKey:
    opened = private_key(key)
    if not isinstance(opened, Ed25519PrivateKey):
        raise TypeError(f"{key} is no Ed25519 key.")
    return opened


def seal(private: bytes) -> bytes:
    """Encrypt under the first of KEY_ENCRYPTION_KEYS."""
    return _sealer(tuple(settings.KEY_ENCRYPTION_KEYS)).encrypt(private)


def reseal(sealed: bytes) -> bytes:
    """Decrypt with any of KEY_ENCRYPTION_KEYS, and encrypt under the first."""
    return _sealer(tuple(settings.KEY_ENCRYPTION_KEYS)).rotate(sealed)


@lru_cache(maxsize=256)
def _opened(sealed: bytes, encryption_keys: tuple[str, ...]) -> Ed25519PrivateKey | RSAPrivateKey:
    try:
        private = _sealer(encryption_keys).decrypt(sealed)
    except InvalidToken as error:
        raise KeyCannotBeOpened(
            "A private key was sealed under an encryption key that is not among "
            "KEY_ENCRYPTION_KEYS. Add the older one after the newer, separated by a comma."
        ) from error
    return load_der_private_key(private, password=None)


@lru_cache(maxsize=4)
def _sealer(encryption_keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in encryption_keys])
