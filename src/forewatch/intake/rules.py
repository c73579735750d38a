"""The life of an uploaded file, as a table of values, and what its pages offer in each state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a file stands between its upload and the register."""

    RECEIVED = "received"
    READING = "reading"
    REFUSED = "refused"
    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    COMMITTING = "committing"
    IN = "in"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


S = State
NEXT: Mapping[State, frozenset[State]] = {
    S.RECEIVED: frozenset({S.READING, S.DISCARDED}),
    S.READING: frozenset({S.READING, S.REFUSED, S.MAPPING, S.CHECKING, S.DISCARDED}),
    S.REFUSED: frozenset({S.DISCARDED}),
    S.MAPPING: frozenset({S.CHECKING, S.DISCARDED}),
    S.CHECKING: frozenset({S.CHECKING, S.CHECKED, S.MAPPING, S.DISCARDED}),
    S.CHECKED: frozenset({S.MAPPING, S.CHECKING, S.WAITING, S.COMMITTING, S.DISCARDED}),
    S.WAITING: frozenset({S.CHECKED, S.COMMITTING, S.DISCARDED}),
    S.COMMITTING: frozenset({S.COMMITTING, S.IN}),
    S.IN: frozenset({S.UNDOING}),
    S.UNDOING: frozenset({S.UNDOING, S.UNDONE, S.IN}),
    S.UNDONE: frozenset(),
    S.DISCARDED: frozenset(),
}
"""Which state may follow which. A job that was cut off begins again, so its state may follow itself."""

WORKING = frozenset({S.READING, S.CHECKING, S.COMMITTING, S.UNDOING})
"""A job is at it: the page shows how far."""
OVER = frozenset({S.REFUSED, S.UNDONE, S.DISCARDED})
"""Nothing of it is in the register, nor will be."""

WAITS = frozenset({S.REFUSED, S.MAPPING, S.CHECKED, S.WAITING})
"""Nothing of it is in the register, and somebody may throw it away."""

INLINE_BYTES = 300_000
"""A file up to here is read and checked while its owner waits, which takes a second or two."""
STALLED_SECONDS = 45
"""A job that has said nothing for so long was cut off."""
EXAMPLES = 500
"""Rows shown of one kind of problem; the file of the rows set aside holds them all."""
PAGE = 50


def may_follow(before: State, after: State) -> bool:
    """Tell whether a file may go from one state to another."""
    return after in NEXT[before]
