"""The order in which an engine runs the plan's statements; a store runs each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.plan import areas, drivers, people, rollups, state, triggers
from forewatch.analysis.plan.names import text
from forewatch.analysis.plan.scoring import Scoring

SAMPLED = 2000
"""Ids that say where a bucket ends: the largest one holds a few hundredths more than the others."""


class Store(Protocol):
    """Where tables are; queries are in DuckDB's dialect."""

    def make(self, name: str, query: str) -> None:
        """Make or replace a table; the query may read the table it replaces."""

    def add(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""

    def view(self, name: str, query: str) -> None:
        """Make or replace a view."""

    def load(self, name: str, small: pa.Table) -> None:
        """Make or replace a table from an Arrow table."""

    def rows(self, query: str) -> Sequence[Sequence[Any]]:
        """Return a few rows."""

    def fetch(self, query: str) -> pa.Table:
        """Return many rows as an Arrow table."""


@dataclass
class Run:
    """One scoring run on a store that holds the accepted tables `subjects, records, events, areas`.

    `people_per_bucket` is null where the store itself divides the work.
    """

    store: Store
    definition: Definition
    as_of: date
    known_by: date | None
    people_per_bucket: int | None = None
    packing: state.Packing = field(init=False)
    scoring: Scoring = field(init=False)
    assessed: pa.Table = field(init=False)
    total: int = 0

    def __post_init__(self) -> None:
        self.scoring = Scoring(self.definition, self.as_of, self.known_by)

    def buckets(self) -> Iterator[int]:
        """Assess people bucket by bucket, households whole; yield how many `assessed` holds each time.

        On the way the table `cells` grows; `finish` sums it up.
        """
        self._prepare()
        for place, (low, high) in enumerate(self._ranges()):
            if place:
                self._let_go()
            self._assess(low, high)
            self._count(first=place == 0)
            yield self.assessed.num_rows

    def finish(self) -> None:
        """Make the table `area_figures` from the cells of all buckets."""
        self._let_go()
        self.store.make("area_figures", rollups.areas())

    # Steps

    def _value(self, query: str) -> int:
        return int(self.store.rows(query)[0][0])

    def _prepare(self) -> None:
        """Make what all buckets share: what is superseded, and all that reaches people through areas."""
        tree = self.store.rows("SELECT area_code, parent_code FROM areas")
        closure = areas.closure([row[0] for row in tree], [row[1] for row in tree])
        for name, small in (
            ("event_terms", triggers.event_terms(self.definition)),
            ("event_worth", triggers.event_worth(self.definition)),
            ("area_closure", closure),
            ("driver_lists", drivers.lists(self.definition)),
        ):
            self.store.load(name, small)
        self.store.make("ages", people.ages(self.as_of))
        self.store.view("everybody", people.people(self.as_of))
        self.store.make("superseded", state.superseded(self.known_by))
        self.store.make("sources", state.sources())
        self.store.make("repeated", state.repeated())
        self.store.make("ties", state.ties())
        self.packing = state.Packing(
            self.definition,
            sources=self._value("SELECT count(*) FROM sources"),
            ties=self._value("SELECT coalesce(max(place), 0) FROM ties"),
        )
        self._subjects(Level.AREA, "SELECT DISTINCT ancestor FROM area_closure")
        self.store.make("area_reaching", state.nearest(self.packing))
        self.store.make("area_scored", self.scoring.shared(Level.AREA, "area_reaching", self.packing))
        spread = (
            "(SELECT c.area_code, w.* FROM worth AS w JOIN area_closure AS c ON c.ancestor = w.subject_id)"
        )
        self.store.make("area_triggers", triggers.by_subject(self.definition, spread, "area_code"))

    def _ranges(self) -> list[tuple[str | None, str | None]]:
        """Return ranges of household ids (person ids of those without) of about a bucket of people each."""
        assessed = f"subjects WHERE {people.assessed_on(self.as_of)}"
        self.total = self._value(f"SELECT count(*) FROM {assessed}")
        wanted = -(-self.total // self.people_per_bucket) if self.people_per_bucket else 1
        if wanted <= 1:
            return [(None, None)]
        sample = self.store.rows(
            f"SELECT key FROM (SELECT coalesce(household_id, person_id) AS key FROM {assessed}) AS keys "
            f"USING SAMPLE reservoir({SAMPLED * wanted} ROWS) REPEATABLE (1) ORDER BY key",
        )
        edges = sorted({sample[len(sample) * part // wanted][0] for part in range(1, wanted)})
        return list(zip([None, *edges], [*edges, None], strict=True))

    def _people(self, low: str | None, high: str | None) -> str:
        """Return the query for a bucket of people; plain ranges let DuckDB skip what it need not read."""

        def between(key: str) -> str:
            bounds = [
                f"{key} {sign} {text(edge)}" for sign, edge in ((">=", low), ("<", high)) if edge is not None
            ]
            return " AND ".join(bounds)

        if low is None and high is None:
            return "SELECT * FROM everybody"
        return (
            f"SELECT * FROM everybody WHERE {between('household_id')} UNION ALL "
            f"SELECT * FROM everybody WHERE household_id IS NULL AND {between('person_id')}"
        )

    def _assess(self, low: str | None, high: str | None) -> None:
        self.store.make("people", self._people(low, high))
        households = "SELECT DISTINCT household_id FROM people WHERE household_id IS NOT NULL"
        self._subjects(Level.HOUSEHOLD, households)
        self.store.make("household_triggers", triggers.by_subject(self.definition, "worth", "subject_id"))
        self.store.make(
            "household_scored", self.scoring.shared(Level.HOUSEHOLD, "household_in_force", self.packing)
        )
        self._subjects(Level.PERSON, "SELECT person_id FROM people")
        self.store.make("person_triggers", triggers.by_subject(self.definition, "worth", "subject_id"))
        # Straight into Arrow: it goes to a file as it is, and the roll-ups read it where it lies.
        self.assessed = self.store.fetch(self.scoring.people(self.packing))
        self.store.load("assessed", self.assessed)

    def _let_go(self) -> None:
        """Forget a bucket: two of them side by side would take half as much memory again."""
        self.assessed = self.assessed.schema.empty_table()
        self.store.load("assessed", self.assessed)

    def _subjects(self, level: Level, subjects: str) -> None:
        """Make `<level>_in_force` and `worth` for the subjects of one level."""
        self.store.make("listed", f"SELECT * FROM ({subjects}) AS one (subject_id)")
        least, greatest = self.store.rows("SELECT min(subject_id), max(subject_id) FROM listed")[0]
        span = None if least is None else (least, greatest)
        self.store.make(
            f"{level}_in_force", state.in_force(self.packing, level, self.as_of, self.known_by, span)
        )
        self.store.make("worth", triggers.worth(level, self.as_of, self.known_by, span))

    def _count(self, *, first: bool) -> None:
        query = f"{rollups.cells(rollups.RESIDENCE)} UNION ALL {rollups.cells(rollups.HOME)}"
        if first:
            self.store.make("cells", query)
        else:
            self.store.add("cells", query)
