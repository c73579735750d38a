"""How much a program may ask and hand in, and what a key looks like; no database, no clock."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.crypto import salted_hmac

from forewatch.intake.rules import State

REQUESTS_A_MINUTE = 300
"""Of one key or person, all addresses together."""
SUBMISSIONS_AN_HOUR = 60
"""Of one key; what comes more often should come as one file."""
MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
MOST_AREAS = 1_000
MOST_FIGURES = 5_000

KEY_PREFIX = "forewatch_"
KEY_BYTES = 32
"""Random bytes of a key: nobody guesses 256 bits, so that a plain digest of it is safe to keep."""

Row = Mapping[str, str | None]

STAGES: Mapping[State, str] = {
    State.RECEIVED: "received",
    State.READING: "received",
    State.REFUSED: "unreadable",
    State.MAPPING: "columns_unknown",
    State.CHECKING: "received",
    State.CHECKED: "waiting",
    State.WAITING: "waiting",
    State.COMMITTING: "accepted",
    State.IN: "accepted",
    State.UNDOING: "taken_out",
    State.UNDONE: "taken_out",
    State.DISCARDED: "discarded",
}
"""Where a batch stands, as the agency is told: never how much of it was new to the register."""


def digest(said: str) -> str:
    """Return what is kept of a key to know it again."""
    return hashlib.sha256(said.encode()).hexdigest()


def canonical(rows: Sequence[Row], observed_on: date) -> str:
    """Return the content of a submission as one text: equal when the same is said, however it was written."""
    return json.dumps([observed_on.isoformat(), rows], ensure_ascii=False, separators=(",", ":"))


def fingerprint(said: str) -> str:
    """Return what is kept of a submission to know it again, keyed with a secret that the database has not.

    A plain digest would let whoever holds the database confirm a submission that they guessed. There is a
    secret without the keys too, so that submissions come in while Forewatch is locked.
    """
    return keyed(digest(said))


def keyed(plain: str) -> str:
    """Return a plain digest, keyed."""
    return salted_hmac("forewatch.api.submission", plain, algorithm="sha256").hexdigest()


def columns(rows: Sequence[Row]) -> list[str]:
    """Return the names of all columns, in the order in which the rows name them."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows as the file that the agency would have sent."""
    names, sink = columns(rows), io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(names)
    writer.writerows([row.get(name) or "" for name in names] for row in rows)
    return sink.getvalue().encode()
