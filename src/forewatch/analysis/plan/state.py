"""From records to the value in force of every variable of a subject (index-spec section 3, rules 1 to 3).

Every record of a subject gets a rank: newer, then better graded, then by source and record id. The value in
force is that of the highest rank, so one `max` over an integer that packs (rank, age in days, value code)
finds value and age together. Only subjects with several records are ranked; a record alone has rank 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.analysis.plan.names import day, quoted, text
from forewatch.analysis.schema import RECORD_KEYS

_INTEGER_BITS = 31
_BIGINT_BITS = 63


def scores(grade: str = "grade") -> str:
    """Return the condition that a record's grade lets it score: A, B or none."""
    return f"({grade} IS NULL OR {grade} IN ('A', 'B'))"


def received_by(known_by: date | None, happened_on: str) -> str:
    """Return the condition that a row was known by a date; without one, all rows were."""
    return f"coalesce(received_on, {happened_on}) <= {day(known_by)}" if known_by else "TRUE"


@dataclass(frozen=True, slots=True)
class Packing:
    """Where rank, age and value lie in a packed integer; `ranks` is the most records a subject has."""

    definition: Definition
    ranks: int

    @property
    def stale_age(self) -> int:
        """The age, in days, at which every value is stale; older ones are held at it."""
        validities = [one.valid_days for one in self.definition.indicators.values()]
        validities += [one.valid_days for one in self.definition.events.values()]
        validities += [one.valid_days for one in self.definition.gates]
        return max(validities) + 1

    @property
    def age_bits(self) -> int:
        return self.stale_age.bit_length()

    def value_bits(self, variable: Variable) -> int:
        return max(1, self._codes(variable).bit_length())

    @staticmethod
    def _codes(variable: Variable) -> int:
        return len(variable.choices) - 1 if variable.choices else variable.high - variable.low

    def type(self, variable: Variable) -> str:
        """Return the narrowest SQL integer that holds rank, age and value."""
        bits = max(1, self.ranks.bit_length()) + self.age_bits + self.value_bits(variable)
        return "INTEGER" if bits <= _INTEGER_BITS else "BIGINT" if bits <= _BIGINT_BITS else "HUGEINT"

    def code(self, variable: Variable) -> str:
        """Return a value as a whole number from 0."""
        name = quoted(variable.name)
        if variable.kind is Kind.CHOICE:
            places = "".join(
                f" WHEN {text(choice)} THEN {place}" for place, choice in enumerate(variable.choices)
            )
            return f"CASE {name}{places} END"
        return name if variable.kind is Kind.BOOLEAN or variable.low == 0 else f"({name} - ({variable.low}))"

    def packed(self, variable: Variable) -> str:
        """Return rank, age and coded value as one integer; null when the record says nothing of it."""
        kind = self.type(variable)
        shift = 1 << self.value_bits(variable)
        head = "_head" if kind == "INTEGER" else f"CAST(_head AS {kind})"
        return f"{head} * {shift} + {quoted(variable.name)}"

    def value(self, variable: Variable) -> str:
        """Return the value in a packed integer: codes for choices and Booleans, units for numbers."""
        code = f"({quoted('p_' + variable.name)} & {(1 << self.value_bits(variable)) - 1})"
        if variable.kind is Kind.BOOLEAN:
            return f"({code} = 1)"
        if variable.kind is Kind.CHOICE or variable.low == 0:
            return code
        return f"({code} + ({variable.low}))"

    def age(self, variable: Variable) -> str:
        """Return the age in days in a packed integer."""
        packed = quoted("p_" + variable.name)
        return f"(({packed} >> {self.value_bits(variable)}) & {(1 << self.age_bits) - 1})"


def of_level(definition: Definition, level: Level) -> tuple[Variable, ...]:
    """Return the variables of one level."""
    return tuple(one for one in definition.variables.values() if one.level is level)


def superseded(known_by: date | None) -> str:
    """Return the query for what is superseded: subject and record id."""
    return f"""
        SELECT DISTINCT subject_level, subject_id, supersedes AS record_id FROM records
        WHERE supersedes <> record_id AND {scores()} AND {received_by(known_by, "observed_on")}"""


Span = tuple[str, str] | None
"""The least and the greatest id of the subjects listed, where known: files are then read in part only."""


def within(subject: str, span: Span) -> str:
    """Return the condition that a subject lies in a span of ids."""
    return f"{subject} BETWEEN {text(span[0])} AND {text(span[1])}" if span else "TRUE"


def scoring(level: Level, as_of: date, known_by: date | None, span: Span) -> str:
    """Return the clauses that keep, of `records AS r`, those of a level that may score.

    Of people, only those listed: a span of household ids holds just the households of a bucket, but one of
    person ids may hold everybody.
    """
    listed = "SEMI JOIN listed AS l ON r.subject_id = l.subject_id" if level is Level.PERSON else ""
    return f"""
        {listed}
        ANTI JOIN (SELECT subject_id, record_id FROM superseded WHERE subject_level = '{level}') AS s
            ON r.record_id = s.record_id AND r.subject_id = s.subject_id
        WHERE r.subject_level = '{level}' AND {within("r.subject_id", span)} AND r.observed_on <= {day(as_of)}
            AND {scores("r.grade")} AND {received_by(known_by, "observed_on")}"""


def keys(level: Level, as_of: date, known_by: date | None, span: Span = None) -> str:
    """Return the query for the records that may score, with what puts them in order."""
    return f"""
        SELECT r.subject_id, r.record_id, r.observed_on, r.source_id,
            CASE r.grade WHEN 'A' THEN 2 WHEN 'B' THEN 1 ELSE 0 END AS grade_order
        FROM records AS r {scoring(level, as_of, known_by, span)}"""


def ranks() -> str:
    """Return the query that ranks the `keys` of every subject that has several: `place` from 1."""
    return """
        SELECT k.record_id, CAST(row_number() OVER (
            PARTITION BY k.subject_id
            ORDER BY k.observed_on, k.grade_order, k.source_id, k.record_id) AS INTEGER) AS place
        FROM keys AS k SEMI JOIN (
            SELECT subject_id FROM keys GROUP BY subject_id HAVING count(*) > 1
        ) AS several ON k.subject_id = several.subject_id"""


def in_force(packing: Packing, level: Level, as_of: date, known_by: date | None, span: Span = None) -> str:
    """Return the query for the state of one level's subjects: `subject_id` and `p_<variable>` columns."""
    variables = of_level(packing.definition, level)
    codes = "".join(
        f", CAST({packing.code(one)} AS {packing.type(one)}) AS {quoted(one.name)}" for one in variables
    )
    best = "".join(f", max({packing.packed(one)}) AS {quoted('p_' + one.name)}" for one in variables)
    age = f"least(date_diff('day', r.observed_on, {day(as_of)}), {packing.stale_age})"
    return f"""
        SELECT subject_id{best} FROM (
            SELECT r.*, CAST(coalesce(k.place, 0) * {1 << packing.age_bits} + {age} AS INTEGER) AS _head
            FROM (SELECT {", ".join(RECORD_KEYS.names)}{codes} FROM records) AS r
            LEFT JOIN ranks AS k ON r.record_id = k.record_id
            {scoring(level, as_of, known_by, span)}) AS coded
        GROUP BY subject_id"""


def nearest(packing: Packing) -> str:
    """Return the query for what reaches each area: per variable the nearest area upwards with any value."""
    variables = of_level(packing.definition, Level.AREA)
    best = "".join(
        f", arg_max(s.{name}, CASE WHEN s.{name} IS NOT NULL THEN -c.distance END) AS {name}"
        for name in (quoted("p_" + one.name) for one in variables)
    )
    return f"""
        SELECT c.area_code AS subject_id{best} FROM area_closure AS c
        JOIN area_in_force AS s ON s.subject_id = c.ancestor GROUP BY c.area_code"""
