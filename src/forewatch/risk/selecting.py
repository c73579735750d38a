"""The register's rows as the engine's columns: one query for each input table (index-spec section 1).

People who were merged count as the one that was kept. A person lives where their household lives: each
stretch of time in one household and one area is a row of subjects.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from forewatch.register.rules.sources import CHECKED, UNCORROBORATED, WEIGHTLESS, WEIGHTY

BLOCK = 50_000
"""Rows read at a time."""

SUBJECTS = """
SELECT {person}, {household}, a.code, h.code, nullif(p.sex, ''), p.birth_date, NULL,
       CASE WHEN r.valid_from > m.valid_from THEN r.valid_from ELSE m.valid_from END,
       CASE WHEN m.valid_to IS NULL OR r.valid_to < m.valid_to THEN r.valid_to ELSE m.valid_to END
FROM register_membership m
JOIN register_person p ON p.id = m.person_id AND p.merged_into_id IS NULL
JOIN register_residence r ON r.household_id = m.household_id
 AND (m.valid_to IS NULL OR r.valid_from < m.valid_to) AND (r.valid_to IS NULL OR m.valid_from < r.valid_to)
JOIN places_area a ON a.id = r.area_id
LEFT JOIN places_area h ON h.id = p.home_area_id
WHERE {only}
"""
_ABOUT = """
JOIN register_source s ON s.id = r.source_id
LEFT JOIN register_person p ON p.id = r.person_id
LEFT JOIN places_area a ON a.id = r.area_id
WHERE {only}
"""
RECORDS = (
    "SELECT {id}, r.level, coalesce({person}, {household}, a.code), r.observed_on, r.received_on, s.code, "
    f"CASE WHEN {WEIGHTLESS} THEN 'D' ELSE nullif(r.grade, '') END, nullif(r.root, ''), "
    "{supersedes}, {values} FROM register_record r" + _ABOUT
)
"""The last column is what was said, as JSON. Of a source that is not reliable it goes as not known."""
_CHECKED = ", ".join(f"'{one}'" for one in sorted(CHECKED))
EVENTS = (
    "SELECT r.level, coalesce({person}, {household}, a.code), r.event, "
    "coalesce(c.occurred_on, r.occurred_on), CASE WHEN c.id IS NULL THEN r.ended_on ELSE c.ended_on END, "
    "r.received_on, s.code, "
    "(SELECT min(t.taken_back_on) FROM register_takenback t WHERE t.event_id IN (r.id, r.confirms_id)) "
    "FROM register_event r "
    "LEFT JOIN register_event c ON c.id = r.confirms_id LEFT JOIN register_source w ON w.id = c.source_id"
    f"{_ABOUT} AND NOT ({WEIGHTLESS}) "
    f"AND (r.grade IN ({_CHECKED}) OR r.grade = '{UNCORROBORATED}' AND {WEIGHTY})"
)
"""Those that count. Of one that two know indirectly: what the first told, from when the second did until one
of them was taken back.

The engine knows no grades of events; what waits to be checked never reaches it.
"""
AREAS = """
SELECT a.code, b.code, CAST(a.level AS varchar(8)), a.name
FROM places_area a LEFT JOIN places_area b ON b.id = a.parent_id
WHERE NOT EXISTS (SELECT 1 FROM places_area c WHERE c.code = a.code AND c.valid_on > a.valid_on) AND {only}
"""


@dataclass(frozen=True)
class Only:
    """Which rows of a query: those whose `column` has one of `values`; without a column, all."""

    column: str = ""
    values: Collection[uuid.UUID] | Collection[str] = field(default_factory=tuple)
    unless: str = ""
    """A condition of the rows to leave out, in SQL of ours."""

    def condition(self) -> str:
        """Return the condition, with a place for each value."""
        if not self.column:
            return f"NOT ({self.unless})" if self.unless else "1 = 1"
        places = ", ".join(["%s"] * len(self.values))
        return f"{self.column} IN ({places})" if self.values else "1 = 0"

    def parameters(self) -> list[Any]:
        """Return the values as the database takes them."""
        if connection.vendor == "postgresql":
            return list(self.values)
        return [one.hex if isinstance(one, uuid.UUID) else one for one in self.values]


EVERYTHING = Only()
_CANARIES = "SELECT c.person_id FROM register_canary c WHERE c.person_id IS NOT NULL"
_THEIR_HOMES = (
    "SELECT n.household_id FROM register_person n JOIN register_canary c ON c.person_id = n.id "
    "WHERE n.household_id IS NOT NULL"
)
# Neither list depends on the row: a database reads each once, not once for every record.
REAL_PEOPLE = Only(unless=f"m.person_id IN ({_CANARIES})")
ABOUT_REAL_PEOPLE = Only(
    unless=f"r.person_id IS NOT NULL AND r.person_id IN ({_CANARIES}) "
    f"OR r.household_id IS NOT NULL AND r.household_id IN ({_THEIR_HOMES})"
)
"""Whoever is counted: people who do not exist are planted among the others, and stand in no figure."""


def select(query: str, only: Only = EVERYTHING) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query; ids come as text of 32 digits on either database, dates as they are kept."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_filled(query, only), only.parameters())
        while rows := cursor.fetchmany(BLOCK):
            yield from rows


def _filled(query: str, only: Only) -> str:
    postgres = connection.vendor == "postgresql"

    def text(column: str) -> str:
        return f"replace(CAST({column} AS text), '-', '')" if postgres else column

    return query.format(
        person=text("coalesce(p.merged_into_id, p.id)"),
        household=text("m.household_id" if query is SUBJECTS else "r.household_id"),
        id=text("r.id"),
        supersedes=text("r.supersedes_id"),
        values="CAST(r.values AS text)" if postgres else 'r."values"',
        only=only.condition(),
    )
