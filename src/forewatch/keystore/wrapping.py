"""Data keys, made and wrapped: pure functions on bytes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE = 12


class CannotUnwrap(Exception):  # noqa: N818  what an administrator is told
    """A data key does not open: another master key, another subject, or changed bytes."""


def _bound_to(subject: uuid.UUID) -> bytes:
    return b"data-key:" + subject.bytes


def made(master: bytes, subjects: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, bytes, bytes]]:
    """Return a fresh key for each subject: subject, key, and the key wrapped for it alone."""
    cipher = AESGCM(master)
    keys = []
    for subject in subjects:
        fresh = os.urandom(KEY_BYTES + _NONCE)
        key, nonce = fresh[:KEY_BYTES], fresh[KEY_BYTES:]
        keys.append((subject, key, nonce + cipher.encrypt(nonce, key, _bound_to(subject))))
    return keys


def unwrapped(
    masters: Sequence[bytes], rows: Iterable[tuple[uuid.UUID, bytes | memoryview]]
) -> dict[uuid.UUID, bytes]:
    """Return the keys in `rows` (subject, wrapped key) by their subject, by whichever master opens each.

    Raises CannotUnwrap.
    """
    ciphers = [AESGCM(one) for one in masters]
    return {subject: _opened(ciphers, subject, bytes(one)) for subject, one in rows}


def unopened(master: bytes, rows: Iterable[tuple[uuid.UUID, bytes | memoryview]]) -> int:
    """Return how many of `rows` (subject, wrapped key) a master does not open."""
    ciphers, count = [AESGCM(master)], 0
    for subject, wrapped in rows:
        try:
            _opened(ciphers, subject, bytes(wrapped))
        except CannotUnwrap:
            count += 1
    return count


def _opened(ciphers: Sequence[AESGCM], subject: uuid.UUID, wrapped: bytes) -> bytes:
    for cipher in ciphers:
        with suppress(InvalidTag, ValueError):
            return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound_to(subject))
    raise CannotUnwrap("The keystore does not open with the key of this installation.")


def rewrapped(master: bytes, keys: Mapping[uuid.UUID, bytes]) -> dict[uuid.UUID, bytes]:
    """Return keys wrapped anew, by a master, by their subject."""
    cipher, made = AESGCM(master), {}
    for subject, key in keys.items():
        nonce = os.urandom(_NONCE)
        made[subject] = nonce + cipher.encrypt(nonce, key, _bound_to(subject))
    return made
