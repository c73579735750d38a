"""From records to the value in force of every variable of a subject (index-spec section 3, rules 1 to 3).

What puts a subject's records in order lies side by side in one integer, the *head*: how new, then how well
graded, then the source, then a place among records that are equal in all of these. The value in force is that
of the greatest head, so one `max` over an integer that packs (head, value code) finds value and age together.
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
    """Where order, age and value lie in a packed integer.

    `sources` is the number of sources, `ties` the most records that only their ids put in order.
    """

    definition: Definition
    sources: int
    ties: int

    @property
    def stale_age(self) -> int:
        """The age, in days, at which every value is stale; older ones are held at it."""
        validities = [one.valid_days for one in self.definition.indicators.values()]
        validities += [one.valid_days for one in self.definition.events.values()]
        validities += [one.valid_days for one in self.definition.gates]
        return max(validities) + 1

    def head(self, as_of: date) -> str:
        """Return what puts a record in order as one integer: the newest, best graded is the greatest."""
        kind = "INTEGER" if self._head_bits <= _INTEGER_BITS else "BIGINT"
        age = f"CAST(least(date_diff('day', r.observed_on, {day(as_of)}), {self.stale_age}) AS {kind})"
        grade = f"CAST(coalesce(array_position(['B', 'A'], r.grade), 0) AS {kind})"
        head = (
            f"({self.stale_age} - {age}) * {1 << self._after_grade + 2} + {grade} * {1 << self._after_grade}"
        )
        if self.sources > 1:
            head += f" + CAST(o.place - 1 AS {kind}) * {1 << self._tie_bits}"
        return head + (" + coalesce(k.place, 0)" if self.ties else "")

    @property
    def _tie_bits(self) -> int:
        return self.ties.bit_length()

    @property
    def _after_grade(self) -> int:
        return (self.sources - 1).bit_length() + self._tie_bits

    @property
    def _head_bits(self) -> int:
        return self.stale_age.bit_length() + 2 + self._after_grade

    def value_bits(self, variable: Variable) -> int:
        return max(1, self._codes(variable).bit_length())

    @staticmethod
    def _codes(variable: Variable) -> int:
        return len(variable.choices) - 1 if variable.choices else variable.high - variable.low

    def type(self, variable: Variable) -> str:
        """Return the narrowest SQL integer that holds head and value."""
        bits = self._head_bits + self.value_bits(variable)
        return "INTEGER" if bits <= _INTEGER_BITS else "BIGINT" if bits <= _BIGINT_BITS else "HUGEINT"

    def code(self, variable: Variable) -> str:
        """Return a value as a whole number from 0."""
        name = quoted(variable.name)
        if variable.kind is Kind.CHOICE:
            listed = ", ".join(text(choice) for choice in variable.choices)
            return f"(array_position([{listed}], {name}) - 1)"
        return name if variable.kind is Kind.BOOLEAN or variable.low == 0 else f"({name} - ({variable.low}))"

    def packed(self, variable: Variable) -> str:
        """Return head and coded value as one integer; null when the record says nothing of it."""
        kind = self.type(variable)
        shift = 1 << self.value_bits(variable)
        head = "_head" if kind == "INTEGER" else f"CAST(_head AS {kind})"
        return f"{head} * {shift} + {quoted(variable.name)}"

    def value(self, variable: Variable) -> str:
        """Return the value in a packed integer: codes for choices and Booleans, units for numbers."""
        code = f"({quoted('p_' + variable.name)} & {(1 << self.value_bits(variable)) - 1})"
        if variable.kind is Kind.BOOLEAN:
            return f"({code} = 1)"
        if variable.kind is Kind.CHOICE:
            return f"CAST({code} AS {narrowest(0, self._codes(variable))})"
        return f"CAST({code} + ({variable.low}) AS {narrowest(variable.low, variable.high)})"

    def age(self, variable: Variable) -> str:
        """Return the age in days in a packed integer."""
        shift = self.value_bits(variable) + 2 + self._after_grade
        newness = f"({quoted('p_' + variable.name)} >> {shift})"
        return f"CAST({self.stale_age} - {newness} AS {narrowest(0, self.stale_age)})"


def narrowest(low: int, high: int) -> str:
    """Return the narrowest SQL integer that holds a range: what is narrow stays in the cache."""
    for bits, kind in ((7, "TINYINT"), (15, "SMALLINT"), (31, "INTEGER")):
        if -(1 << bits) <= low and high < 1 << bits:
            return kind
    return "BIGINT"


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


def sources() -> str:
    """Return the query that puts the sources in order: `place` from 1."""
    return """
        SELECT source_id, CAST(row_number() OVER (ORDER BY source_id) AS INTEGER) AS place
        FROM (SELECT DISTINCT source_id FROM records) AS named"""


_ORDER = "subject_level, subject_id, observed_on, grade, source_id"


def repeated() -> str:
    """Return the query for each `mark`, a hash of what puts records in order, that several share."""
    return f"SELECT hash({_ORDER}) AS mark FROM records WHERE {scores()} GROUP BY mark HAVING count(*) > 1"


def ties() -> str:
    """Return the query for the `repeated` records, which only their ids put in order: `place` from 1.

    Records whose hashes are equal by chance are among them, each at place 1.
    """
    return f"""
        SELECT record_id,
            CAST(row_number() OVER (PARTITION BY {_ORDER} ORDER BY record_id) AS INTEGER) AS place
        FROM (SELECT *, hash({_ORDER}) AS mark FROM records WHERE {scores()}) AS r
        SEMI JOIN repeated AS t ON r.mark = t.mark"""


def in_force(packing: Packing, level: Level, as_of: date, known_by: date | None, span: Span = None) -> str:
    """Return the query for the state of one level's subjects: `subject_id` and `p_<variable>` columns."""
    variables = of_level(packing.definition, level)
    codes = "".join(
        f", CAST({packing.code(one)} AS {packing.type(one)}) AS {quoted(one.name)}" for one in variables
    )
    best = "".join(f", max({packing.packed(one)}) AS {quoted('p_' + one.name)}" for one in variables)
    tied = "LEFT JOIN ties AS k ON r.record_id = k.record_id" if packing.ties else ""
    return f"""
        SELECT subject_id{best} FROM (
            SELECT r.*, {packing.head(as_of)} AS _head
            FROM (SELECT {", ".join(RECORD_KEYS.names)}{codes} FROM records) AS r
            JOIN sources AS o ON r.source_id = o.source_id {tied}
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
