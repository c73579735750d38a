"""The register's side of an import: who is known, what is new, many rows in or out at once.

For the intake job alone, which has decided that the batch may go in and writes its audit row in the same
transaction. Nobody else may learn whether a number exists, so no page calls this.

A chunk goes: `people_by_number` and its like, `news`, `new_events`, `write`. When all of a batch is in,
`finish` brings the lists up to date. `undo` removes the batch as a unit.
"""

from forewatch.register.bulk.chunks import (
    Batch,
    Chunk,
    Move,
    NewEvent,
    NewHousehold,
    NewPerson,
    NewRecord,
    Written,
)
from forewatch.register.bulk.known import (
    homes,
    households_by_reference,
    people_by_number,
    people_by_reference,
)
from forewatch.register.bulk.news import new_events, news
from forewatch.register.bulk.resting import check_nothing_was_done_since
from forewatch.register.bulk.undoing import undo
from forewatch.register.bulk.writing import finish, write

__all__ = (
    "Batch",
    "Chunk",
    "Move",
    "NewEvent",
    "NewHousehold",
    "NewPerson",
    "NewRecord",
    "Written",
    "check_nothing_was_done_since",
    "finish",
    "homes",
    "households_by_reference",
    "new_events",
    "news",
    "people_by_number",
    "people_by_reference",
    "undo",
    "write",
)
