"""Data keys found, minted and shredded.

The keystore commits before the database whose rows it serves: a crash between the two leaves a key that
nothing uses, never a row that nothing opens. Shredding goes the other way round, once the rows are gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice

from django.conf import settings
from django.db import connections, transaction

from forewatch.keystore.models import DataKey
from forewatch.keystore.routing import KEYSTORE
from forewatch.keystore.wrapping import made, unwrapped

Keys = dict[uuid.UUID, bytes]
_AT_ONCE = 20_000
_PER_QUESTION = 500
_SQLITE = "INSERT INTO keystore_datakey (subject, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_POSTGRES = """
INSERT INTO keystore_datakey (subject, wrapped) SELECT * FROM unnest(%s::uuid[], %s::bytea[])
ON CONFLICT DO NOTHING
"""


def found(subjects: Iterable[uuid.UUID]) -> Keys:
    """Return the keys that there are. Raises CannotUnwrap."""
    keys: Keys = {}
    for some in _pieces(subjects, _PER_QUESTION):
        rows = DataKey.objects.filter(subject__in=some).values_list("subject", "wrapped")
        keys |= unwrapped(settings.SEAL_KEY, rows)
    return keys


def minted(subjects: Iterable[uuid.UUID]) -> Keys:
    """Return a key for each subject, making those that are not there yet; they are committed on return.

    Two who mint for one subject at once get the same key: the first row stays. Raises CannotUnwrap.
    """
    keys: Keys = {}
    for some in _pieces(dict.fromkeys(subjects), _AT_ONCE):
        new = made(settings.SEAL_KEY, some)
        if _written([(subject, wrapped) for subject, _, wrapped in new]) == len(some):
            keys |= {subject: key for subject, key, _ in new}
        else:
            keys |= found(some)
    return keys


def shred(subjects: Iterable[uuid.UUID]) -> int:
    """Remove the keys of subjects, and return how many there were: nothing sealed for them opens again."""
    pieces = _pieces(subjects, _PER_QUESTION)
    return sum(DataKey.objects.filter(subject__in=some).delete()[0] for some in pieces)


def _written(rows: list[tuple[uuid.UUID, bytes]]) -> int:
    connection = connections[KEYSTORE]
    with transaction.atomic(using=KEYSTORE), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES, [[one for one, _ in rows], [one for _, one in rows]])
        else:
            cursor.executemany(_SQLITE, [(subject.hex, wrapped) for subject, wrapped in rows])
        return int(cursor.rowcount)


def _pieces(subjects: Iterable[uuid.UUID], size: int) -> Iterator[list[uuid.UUID]]:
    waiting = iter(subjects)
    while some := list(islice(waiting, size)):
        yield some
