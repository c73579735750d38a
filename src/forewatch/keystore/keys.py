"""Data keys found, minted and shredded.

The keystore commits before the database whose rows it serves: a crash between the two leaves a key that
nothing uses, never a row that nothing opens. Shredding goes the other way round, once the rows are gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import connections, transaction

from forewatch.keystore.models import DataKey
from forewatch.keystore.routing import KEYSTORE
from forewatch.keystore.wrapping import made, rewrapped, unopened, unwrapped
from forewatch.lib.ids import first_id_at

Keys = dict[uuid.UUID, bytes]
_AT_ONCE = 20_000
_PER_QUESTION = 500
_OF_TIME = 7
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
        keys |= unwrapped(masters(), rows)
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


def masters() -> list[bytes]:
    """Return the master key, and after it the one before while that is being changed."""
    return [settings.SEAL_KEY, *([settings.OLD_SEAL_KEY] if settings.OLD_SEAL_KEY else [])]


def rewrap() -> int:
    """Wrap every key by the present master anew, while others go on reading, and return how many it were.

    Each piece is committed by itself: whoever is stopped begins again where it matters. Raises CannotUnwrap.
    """
    done, last = 0, uuid.UUID(int=0)
    while True:
        rows = DataKey.objects.filter(subject__gt=last).order_by("subject")[:_AT_ONCE]
        with transaction.atomic(using=KEYSTORE):
            some = list(rows.select_for_update().values_list("subject", "wrapped"))
            if not some:
                return done
            fresh = rewrapped(settings.SEAL_KEY, unwrapped(masters(), some))
            made = [DataKey(subject=subject, wrapped=wrapped) for subject, wrapped in fresh.items()]
            DataKey.objects.bulk_update(made, ["wrapped"], batch_size=_PER_QUESTION)
        done, last = done + len(some), some[-1][0]


def left() -> int:
    """Return how many keys the present master key alone does not open."""
    count, last = 0, uuid.UUID(int=0)
    rows = DataKey.objects.order_by("subject").values_list("subject", "wrapped")
    while some := list(rows.filter(subject__gt=last)[:_AT_ONCE]):
        count, last = count + unopened(settings.SEAL_KEY, some), some[-1][0]
    return count


def held(subjects: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return those who have a key, without opening any."""
    has: set[uuid.UUID] = set()
    for some in _pieces(subjects, _PER_QUESTION):
        has.update(DataKey.objects.filter(subject__in=some).values_list("subject", flat=True))
    return has


def minted_before(moment: datetime) -> Iterator[list[uuid.UUID]]:
    """Yield, a few hundred at a time, the subjects with a key whose ids tell that they are older.

    An id of another making than `new_id` tells no time, and is left out.
    """
    last, until = uuid.UUID(int=0), first_id_at(moment)
    older = DataKey.objects.filter(subject__lt=until).order_by("subject").values_list("subject", flat=True)
    while some := list(older.filter(subject__gt=last)[:_PER_QUESTION]):
        yield [one for one in some if one.version == _OF_TIME]
        last = some[-1]


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
