"""The one interface through which identities are stored and read, and the keys by which they are found.

What is sealed is bound to its place: a sealed value moved to another row, field or class does not open. The
keys for finding are keyed hashes of exact, normalised values: nothing can be searched by a part of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from forewatch.access.rules import DataClass

VERSION = 1
_NONCE = 12
LOOKUP_BYTES = 16
"""A lookup key is cut to 128 bits: enough to be unique, too few to be checked against anything else."""


class CannotOpen(Exception):  # noqa: N818  what an administrator is told
    """A sealed value does not open: another key, another place, or changed bytes."""


def _place(table: str, row: uuid.UUID, data_class: DataClass) -> bytes:
    return f"{table}:{row}:{data_class}:{VERSION}".encode()


def seal(value: Any, *, table: str, row: uuid.UUID, data_class: DataClass = DataClass.IDENTITY) -> bytes:
    """Return `value` (anything JSON can hold) sealed for one row: version byte, nonce, AES-256-GCM."""
    nonce = os.urandom(_NONCE)
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = AESGCM(settings.SEAL_KEY).encrypt(nonce, plain, _place(table, row, data_class))
    return bytes([VERSION]) + nonce + sealed


def unseal(
    sealed: bytes | memoryview, *, table: str, row: uuid.UUID, data_class: DataClass = DataClass.IDENTITY
) -> Any:
    """Return what was sealed.

    Raises CannotOpen.
    """
    raw = bytes(sealed)
    if not raw or raw[0] != VERSION:
        raise CannotOpen("This was sealed in a way that this version does not know.")
    nonce, body = raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
    try:
        plain = AESGCM(settings.SEAL_KEY).decrypt(nonce, body, _place(table, row, data_class))
    except InvalidTag as problem:
        raise CannotOpen("This does not open with the key of this installation.") from problem
    return json.loads(plain)


def lookup_key(kind: str, *parts: str) -> bytes:
    """Return the exact key (16 bytes) for finding a row by values already normalised.

    HMAC-SHA-256 over the kind and the parts, cut to 128 bits. Compound keys keep guessing out of reach.
    """
    message = "\x1f".join((kind, *parts)).encode()
    return hmac.new(settings.LOOKUP_KEY, message, hashlib.sha256).digest()[:LOOKUP_BYTES]
