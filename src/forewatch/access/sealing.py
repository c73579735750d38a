"""The one interface through which identities are stored and read, and the keys by which they are found.

Each row has a key of its own, in the keystore. What is sealed is bound to its place too: moved to another
row, field or class it does not open. The keys for finding are keyed hashes of exact, normalised values:
nothing can be searched by a part of it.
"""

from __future__ import annotations

import hmac
import json
import os
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import BinaryField, Model, UUIDField
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.rules import DataClass
from forewatch.keystore import keys
from forewatch.keystore.routing import KEYSTORE
from forewatch.keystore.wrapping import CannotUnwrap
from forewatch.ui.problems import Problem

VERSION = 2
_NONCE = 12
_UNUSED = timedelta(days=1)
LOOKUP_BYTES = 16
"""A lookup key is cut to 128 bits: enough to be unique, too few to be checked against anything else."""

_at_hand: ContextVar[keys.Keys] = ContextVar("keys at hand", default={})  # noqa: B039  never changed in place


class CannotOpen(Problem):
    """A sealed value does not open: another key, another place, or changed bytes; it says not whose."""

    status = 503


class Locked(Problem):
    """The keys were dropped: nothing opens, and nothing is sealed but what goes into the inbox."""

    status = 503


def check_unlocked() -> None:
    """Raise Locked while there are no keys."""
    if settings.LOCKED:
        raise Locked(
            _(
                "Forewatch is locked: names do not open. Concerns and files can still be handed in. "
                "The administrator unlocks it by starting it with its passphrase."
            )
        )


def _other_key() -> str:
    return _(
        "The keystore does not open with the key of this installation. Nothing was changed; "
        "tell the administrator."
    )


@contextmanager
def keys_at_hand(rows: Iterable[uuid.UUID], *, new: bool = False) -> Iterator[None]:
    """Hold the keys of many rows while the `with` lasts: one question to the keystore instead of thousands.

    `new` makes keys for rows that are about to be written. Raises CannotOpen.
    """
    check_unlocked()
    try:
        held = keys.minted(rows) if new else keys.found(rows)
    except CannotUnwrap as problem:
        raise CannotOpen(_other_key()) from problem
    token = _at_hand.set(_at_hand.get() | held)
    try:
        yield
    finally:
        _at_hand.reset(token)


def _key(row: uuid.UUID, *, new: bool) -> bytes | None:
    check_unlocked()
    if key := _at_hand.get().get(row):
        return key
    try:
        key = keys.found([row]).get(row)
        return keys.minted([row])[row] if new and key is None else key
    except CannotUnwrap as problem:
        raise CannotOpen(_other_key()) from problem


def _place(table: str, row: uuid.UUID, data_class: DataClass) -> bytes:
    return f"{table}:{row}:{data_class}:{VERSION}".encode()


def seal(value: Any, *, table: str, row: uuid.UUID, data_class: DataClass = DataClass.IDENTITY) -> bytes:
    """Return `value` (anything JSON can hold) sealed by the row's own key: version, nonce, AES-256-GCM.

    The key is in the keystore, committed, before this returns. Raises CannotOpen.
    """
    key = _key(row, new=True)
    assert key is not None
    nonce = os.urandom(_NONCE)
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes([VERSION]) + nonce + AESGCM(key).encrypt(nonce, plain, _place(table, row, data_class))


def unseal(
    sealed: bytes | memoryview, *, table: str, row: uuid.UUID, data_class: DataClass = DataClass.IDENTITY
) -> Any:
    """Return what was sealed.

    Raises CannotOpen.
    """
    raw = bytes(sealed)
    if not raw or raw[0] != VERSION:
        raise CannotOpen(
            _("This was sealed in a way that this version does not know. Tell the administrator.")
        )
    key = _key(row, new=False)
    if key is None:
        raise CannotOpen(
            _(
                "The keystore has no key for this: it was erased, or the keystore is not the right one. "
                "Nothing was changed; tell the administrator."
            )
        )
    nonce, body = raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
    try:
        plain = AESGCM(key).decrypt(nonce, body, _place(table, row, data_class))
    except (InvalidTag, ValueError) as problem:
        raise CannotOpen(
            _("This does not open: it was changed, or it belongs to another place. Tell the administrator.")
        ) from problem
    return json.loads(plain)


def if_it_opens(
    sealed: bytes | memoryview | None,
    *,
    table: str,
    row: uuid.UUID,
    data_class: DataClass = DataClass.IDENTITY,
) -> Any:
    """Return what was sealed, or None where it does not open: its key went, or Forewatch is locked."""
    try:
        return unseal(sealed, table=table, row=row, data_class=data_class) if sealed else None
    except (CannotOpen, Locked):
        return None


def forget(rows: Iterable[uuid.UUID]) -> None:
    """Shred the keys of rows once the present transaction is durable: no copy of them opens again."""
    leaving = list(rows)
    transaction.on_commit(lambda: keys.shred(leaving))


def shred_unused(now: datetime) -> int:
    """Shred keys older than a day of which no table has a row any more, and return how many there were.

    A deed that was rolled back leaves them, and one that died before it shredded. Every table with ids like
    theirs is asked, whether it seals or not, so that none can be forgotten here.
    """
    shredded = 0
    for some in keys.minted_before(now - _UNUSED):
        left = set(some)
        for model in _with_such_ids():
            if not left:
                break
            left.difference_update(_there(model, left))
        shredded += keys.shred(left)
    return shredded


@second_lock.opened("keys of nobody")
def _there(model: type[Model], rows: Collection[uuid.UUID]) -> Iterable[uuid.UUID]:
    return model._base_manager.filter(pk__in=rows).values_list("pk", flat=True)


def _with_such_ids() -> list[type[Model]]:
    """Return the tables of the default database whose rows have UUIDs, first those that may seal."""
    ours = {one: one._meta.pk for one in apps.get_models() if one._meta.app_label != KEYSTORE}
    # The id of an identity is that of its person.
    found = [one for one, pk in ours.items() if isinstance(getattr(pk, "target_field", pk), UUIDField)]
    return sorted(found, key=lambda one: not any(isinstance(f, BinaryField) for f in one._meta.fields))


def lookup_key(kind: str, *parts: str) -> bytes:
    """Return the exact key (16 bytes) for finding a row by values already normalised.

    HMAC-SHA-256 over the kind and the parts, cut to 128 bits. Compound keys keep guessing out of reach.
    """
    check_unlocked()
    message = "\x1f".join((kind, *parts)).encode()
    return hmac.digest(settings.LOOKUP_KEY, message, "sha256")[:LOOKUP_BYTES]
