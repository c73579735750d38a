"""From values in force to assessments (index-spec sections 4 and 5).

Each query is a chain of projections: a step adds columns that the next ones read. Areas and households are
scored first, for the rules that only their answers decide; the people then add their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from forewatch.analysis.definition import Definition, Event, Indicator, Level, Variable
from forewatch.analysis.expressions import Expression, Name, names
from forewatch.analysis.plan import drivers
from forewatch.analysis.plan.expiry import Expiry, least
from forewatch.analysis.plan.index import index_steps
from forewatch.analysis.plan.logic import Logic, Reading
from forewatch.analysis.plan.names import day, quoted, text
from forewatch.analysis.plan.state import Packing, of_level
from forewatch.analysis.plan.steps import Steps
from forewatch.analysis.plan.tallies import Tallies
from forewatch.analysis.plan.triggers import conditional_codes

Columns = dict[str, str]
"""New columns of one step: name → SQL."""

ROLLUP_COLUMNS = ("weight", "age_band", "share", "known_n")
"""Columns that only the roll-ups read; they are no part of an assessment."""

_SOURCES = {Level.AREA: ("a", "area_scored"), Level.HOUSEHOLD: ("h", "household_scored")}


@dataclass(frozen=True)
class Scoring:
    """Builds the queries that score areas, households and people from what `state` and `triggers` find."""

    definition: Definition
    as_of: date
    known_by: date | None

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.definition)

    @cached_property
    def logic(self) -> Logic:
        return Logic(self.definition)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self.definition)

    @cached_property
    def expiry(self) -> Expiry:
        return Expiry(self.definition, self.steps)

    def shared(self, level: Level, source: str, packing: Packing) -> str:
        """Return the query that scores the subjects of a level for what all people there share."""
        sql = self._chain(f"SELECT * FROM {source}", self._rule_steps(level, packing))
        added = {**self._sums(level), **self.expiry.left(level)}
        columns = ["subject_id", *self._handed_on(level)]
        columns += [f"{sql} AS {quoted(name)}" for name, sql in added.items()]
        return f"SELECT {', '.join(columns)} FROM ({sql}) AS subjects"

    def people(self, packing: Packing) -> str:
        """Return the query that assesses `people`: every column of assessments, and `ROLLUP_COLUMNS`."""
        sql = self._chain(self._facts(), self._rule_steps(Level.PERSON, packing))
        sql = self._chain(sql, [self._own_and_shared()])
        sql = self._chain(sql, index_steps(self.definition, self.tallies))
        counted = ("days_to_birthday", "t_left", "h_left", "a_left")
        sql = self._chain(sql, [{"days_left": self.expiry.days_left(counted)}])
        return drivers.drivers(self.definition, sql, self._output())

    @staticmethod
    def _chain(sql: str, steps: Iterable[Columns]) -> str:
        for columns in steps:
            if columns:
                added = ", ".join(f"{tree} AS {quoted(name)}" for name, tree in columns.items())
                sql = f"SELECT *, {added} FROM ({sql}) AS known"
        return sql

    # The rules of one level

    def _rule_steps(self, level: Level, packing: Packing) -> Iterator[Columns]:
        variables = of_level(self.definition, level)
        yield self._unpacked(variables, packing)
        yield self._fresh(variables)
        yield from self._rules(level)

    @cached_property
    def _readings(self) -> tuple[Reading, ...]:
        found: set[Reading] = set()
        for one in self.definition.indicators.values():
            found |= self.logic.readings_of(one)
        for expression, valid_days in self.steps.conditions():
            found |= self.logic.readings(expression, valid_days)
        return tuple(sorted(found))

    def _unpacked(self, variables: tuple[Variable, ...], packing: Packing) -> Columns:
        used = {reading.variable for reading in self._readings}
        columns: Columns = {}
        for one in variables:
            if one.name in used:
                columns[f"v_{one.name}"] = packing.value(one)
                columns[f"g_{one.name}"] = packing.age(one)
        return columns

    def _fresh(self, variables: tuple[Variable, ...]) -> Columns:
        """A stale value is missing; `e_` columns hold the days after the date asked for until it is stale."""
        columns: Columns = {}
        here = {one.name for one in variables}
        for reading in self._readings:
            if reading.variable in here:
                value, age = quoted(f"v_{reading.variable}"), quoted(f"g_{reading.variable}")
                fresh = f"CASE WHEN {age} <= {reading.valid_days} THEN"
                columns[reading.column] = f"{fresh} {value} END"
                columns[reading.days_left] = f"{fresh} {reading.valid_days + 1} - {age} END"
        return columns

    def _rules(self, level: Level) -> Iterator[Columns]:
        """Yield the derived names and rules placed at a level, each after what it mentions."""
        waves: dict[int, Columns] = {}
        depth: dict[str, int] = {}

        def condition(expression: Expression, valid_days: int) -> tuple[str, int]:
            mentioned = [self._column(name, valid_days) for name in names(expression)]
            wave = max((depth[one] + 1 for one in mentioned if one in depth), default=0)
            return self.logic.condition(expression, valid_days).sql("duckdb"), wave

        def put(column: str, sql: str, wave: int) -> None:
            waves.setdefault(wave, {})[column] = sql
            depth[column] = wave

        def derive(expression: Expression | None, valid_days: int) -> None:
            for name in sorted(names(expression)) if expression is not None else ():
                column = self._column(name, valid_days)
                if name in self.definition.derived and column not in depth:
                    inner = self.definition.derived[name].expression
                    if self.steps.levels[column] is level:
                        derive(inner, valid_days)
                        put(column, *condition(inner, valid_days))

        for one in self.steps.placed(level):
            wave = 0
            for key, expression in (("t3", one.rule3), ("t2", one.rule2), ("ta", one.applies)):
                if expression is not None:
                    derive(expression, one.valid_days)
                    put(f"{key}_{one.id}", *condition(expression, one.valid_days))
                    wave = max(wave, depth[f"{key}_{one.id}"])
            put(f"s_{one.id}", _score(one), wave + 1)
        for column, (name, valid_days) in self.steps.derived_columns.items():
            if self.steps.levels[column] is level:
                derive(Name(name), valid_days)
        if level is Level.PERSON:
            for column, expression, valid_days in self._conditions():
                derive(expression, valid_days)
                put(column, *condition(expression, valid_days))
        for wave in sorted(waves):
            yield waves[wave]

    def _column(self, name: str, valid_days: int) -> str:
        """Return the column that an expression reads a name from."""
        if name in self.definition.derived:
            return Reading(name, valid_days).derived_column
        return f"s_{name}" if name in self.definition.indicators else Reading(name, valid_days).column

    def _conditions(self) -> Iterator[tuple[str, Expression, int]]:
        for gate in self.definition.gates:
            yield f"gate_{gate.id}", gate.when, gate.valid_days
        for event in self._conditional():
            if event.counts_if is not None:
                yield f"c_{event.code}", event.counts_if, event.valid_days

    def _conditional(self) -> tuple[Event, ...]:
        return tuple(self.definition.events[code] for code in conditional_codes(self.definition))

    # What a household or an area hands on to its people

    def _handed_on(self, level: Level) -> list[str]:
        here = {one.name for one in of_level(self.definition, level)}
        columns = [f"s_{one.id}" for one in self.steps.placed(level)]
        columns += sorted(
            one for one, at in self.steps.levels.items() if at is level and one.startswith("x_")
        )
        columns += sorted(one.column for one in self.steps.person_readings() if one.variable in here)
        columns += self.expiry.handed_on(level)
        return [quoted(one) for one in dict.fromkeys(columns)]

    def _sums(self, level: Level) -> Columns:
        placed = self.steps.placed(level)
        return {**self.tallies.add(placed), **drivers.marks(self.definition, placed)}

    # What is known of a person: their own answers, and what household and area hand on

    def _facts(self) -> str:
        columns = ["p.*"]
        columns += [f"o.{quoted('p_' + one.name)}" for one in of_level(self.definition, Level.PERSON)]
        for level, (alias, _) in _SOURCES.items():
            columns += [f"{alias}.{name}" for name in self._handed_on(level)]
            columns += [
                f"{alias}.{quoted(name)} AS {quoted(f'{alias}_{name}')}" for name in self._sums(level)
            ]
            columns.append(f'{alias}."left" AS {alias}_left')
        bearers = ("eo", "eh", "ea")
        columns.append(f"{_total(f'{one}.t_bp' for one in bearers)} AS t_bp")
        columns.append(f"{least(f'{one}.t_left' for one in bearers)} AS t_left")
        for code in conditional_codes(self.definition):
            for kind, combine in (("t_bp_", _total), ("t_left_", least), ("t_reach_", least)):
                name = quoted(kind + code)
                columns.append(f"{combine(f'{one}.{name}' for one in bearers)} AS {name}")
        return f"""
            SELECT {", ".join(columns)} FROM people AS p
            LEFT JOIN person_in_force AS o ON o.subject_id = p.person_id
            LEFT JOIN household_scored AS h ON h.subject_id = p.household_id
            LEFT JOIN area_scored AS a ON a.subject_id = p.area_code
            LEFT JOIN person_triggers AS eo ON eo.subject_id = p.person_id
            LEFT JOIN household_triggers AS eh ON eh.subject_id = p.household_id
            LEFT JOIN area_triggers AS ea ON ea.subject_id = p.area_code"""

    def _own_and_shared(self) -> Columns:
        """Return the words of the tallies and the marks of the drivers, own and shared ones added up."""
        sums = {level: self._sums(level) for level in (*_SOURCES, Level.PERSON)}
        unknown = {level: self.tallies.unknown(self.steps.placed(level)) for level in _SOURCES}
        columns: Columns = {}
        for name in dict.fromkeys(name for level in sums for name in sums[level]):
            parts = [sums[Level.PERSON][name]] if name in sums[Level.PERSON] else []
            for level, (alias, _) in _SOURCES.items():
                if name in sums[level]:
                    parts.append(f"coalesce({quoted(f'{alias}_{name}')}, {unknown[level].get(name, 0)})")
            columns[name] = " + ".join(parts)
        return columns

    # The columns of an assessment

    def _output(self) -> str:
        known_by = f"{day(self.known_by)}" if self.known_by else "CAST(NULL AS DATE)"
        integers = ("baseline_bp", "triggers_bp", "index_bp", "index_lo_bp", "index_hi_bp")
        columns = ["person_id", "household_id", "area_code", "home_area_code", "sex", _typed("age")]
        columns += [f"{day(self.as_of)} AS as_of", f"{known_by} AS known_by"]
        columns += [f"{text(self.definition.name)} AS definition", *(_typed(name) for name in integers)]
        columns += ["band", "band_basis", _typed("coverage_bp"), _typed("n3")]
        columns += [_typed(f"d_{domain}_bp") for domain in self.definition.domains]
        columns += [quoted(f"s_{one}") for one in self.definition.indicators]
        columns += [f"{self._act_now()} AS act_now"]
        columns += [f"date_add({day(self.as_of)}, CAST(days_left AS INTEGER)) AS expires_on"]
        return ", ".join([*columns, *ROLLUP_COLUMNS])

    def _act_now(self) -> str:
        if not self.definition.gates:
            return "CAST([] AS VARCHAR[])"
        gates = [(quoted(f"gate_{one.id}"), text(one.id)) for one in self.definition.gates]
        items = ", ".join(f"CASE WHEN {gate} THEN {name} END" for gate, name in gates)
        # Most people have none: the list is only filtered for those who have one.
        some = " OR ".join(gate for gate, _ in gates)
        found = f"list_filter([{items}], lambda x: x IS NOT NULL)"
        return f"CASE WHEN {some} THEN {found} ELSE CAST([] AS VARCHAR[]) END"


def _score(one: Indicator) -> str:
    """Return the SQL of a score: null while it is missing or does not apply."""
    three, two = quoted(f"t3_{one.id}"), quoted(f"t2_{one.id}")
    lower = f"CASE WHEN {two} THEN 2 WHEN NOT {two} THEN 1 END" if one.rule2 is not None else "1"
    known = f"CASE WHEN {three} THEN 3 WHEN NOT {three} THEN {lower} END"
    score = f"CASE WHEN {quoted(f'ta_{one.id}')} THEN {known} END" if one.applies is not None else known
    return f"CAST({score} AS TINYINT)"


def _total(columns: Iterable[str]) -> str:
    return " + ".join(f"coalesce({one}, 0)" for one in columns)


def _typed(name: str) -> str:
    return f"CAST({quoted(name)} AS INTEGER) AS {quoted(name)}"
