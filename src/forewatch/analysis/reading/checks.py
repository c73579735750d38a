"""What each column must hold: a condition that finds what is wrong, a reason, and the accepted value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forewatch.analysis.definition import Definition, Kind, Level, Variable
from forewatch.analysis.plan.names import quoted, text
from forewatch.analysis.schema import GRADES, SEXES

_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_TEXT = ("VARCHAR", "UUID", '"NULL"')
_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_FIRST_YEAR, _LAST_CE_YEAR, _LAST_BE_YEAR = 1800, 2300, 2700


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on a raw row that makes it bad, the column it is about and why."""

    column: str
    wrong: str
    reason: str


@dataclass(frozen=True, slots=True)
class Column:
    """How a raw column becomes an accepted one: its SQL and the checks it must pass."""

    name: str
    accepted: str
    checks: tuple[Check, ...]
    quick: str = ""
    """One condition that is true whenever a check finds something; empty: the checks themselves."""
    plain: str = ""
    """The accepted SQL where no row is suspect: text read as it is keeps its dictionary; empty: no other."""

    def suspect(self) -> str:
        """Return the condition that a row deserves a closer look."""
        return self.quick or " OR ".join(f"({check.wrong})" for check in self.checks) or "FALSE"


def _raw(name: str, kind: str) -> str:
    """Return a column as text in which emptiness is null."""
    return f"nullif({quoted(name)}, '')" if kind == "VARCHAR" else quoted(name)


def as_text(name: str, kind: str) -> str:
    """Return a column of ids or codes as text in which emptiness is null."""
    return _raw(name, kind) if kind == "VARCHAR" else f"CAST({quoted(name)} AS VARCHAR)"


def missing(name: str, sql_type: str) -> Column:
    """Return a column that is absent from the file: null for everybody."""
    return Column(name, f"CAST(NULL AS {sql_type})", ())


def word(name: str, kind: str, *, needed: bool, among: tuple[str, ...] = ()) -> Column:
    """Return a column of text or codes."""
    value = as_text(name, kind)
    checks = []
    if kind not in (*_WHOLE, *_TEXT):
        checks.append(Check(name, f"{value} IS NOT NULL", f"this must be text, not {kind.lower()}."))
    if needed:
        checks.append(Check(name, f"{value} IS NULL", "this must not be empty."))
    if among:
        listed = ", ".join(text(one) for one in among)
        checks.append(Check(name, f"{value} NOT IN ({listed})", f"this must be one of {', '.join(among)}."))
    if kind != "VARCHAR":
        return Column(name, value, tuple(checks))
    # All of these meet empty text too, which the checks then let pass where nothing is needed.
    own = quoted(name)
    quick = f"coalesce({own} = '', TRUE)" if needed else f"{own} = ''"
    if among:
        # Cheap on dictionary-encoded columns.
        unknown = f"list_position([{listed}], {own}) IS NULL"
        quick = unknown if needed else f"{unknown} AND {own} IS NOT NULL"
    return Column(name, value, tuple(checks), quick, plain=own)


def _unfit(name: str, kind: str, sql_type: str, asked: str) -> Column:
    """Return a column of a type that can hold nothing of what is asked: only its nulls are accepted."""
    reason = f"this must be {asked}, not {kind.lower()}."
    return Column(name, f"CAST(NULL AS {sql_type})", (Check(name, f"{quoted(name)} IS NOT NULL", reason),))


def date(name: str, kind: str, *, needed: bool) -> Column:
    """Return a column of dates, written YYYY-MM-DD in the common era."""
    if kind not in ("VARCHAR", "DATE", '"NULL"', *_TIMES):
        column = _unfit(name, kind, "DATE", "a date")
        empty = Check(name, f"{quoted(name)} IS NULL", "this must not be empty.")
        return Column(name, column.accepted, (*column.checks, *([empty] if needed else ())))
    raw = _raw(name, kind)
    checks = []
    value = raw if kind == "DATE" else f"TRY_CAST({raw} AS DATE)"
    if kind == "VARCHAR":
        shape = f"NOT regexp_full_match({raw}, '\\d{{4}}-\\d{{2}}-\\d{{2}}')"
        checks.append(Check(name, shape, "this is not a date; write it as YYYY-MM-DD."))
        checks.append(Check(name, f"{raw} IS NOT NULL AND {value} IS NULL", "there is no such day."))
    if kind in _TIMES:
        checks.append(Check(name, f"{raw} <> {value}", "this must be a day, without a time."))
    if needed:
        checks.append(Check(name, f"{raw} IS NULL", "this must not be empty."))
    checks.append(Check(name, f"NOT isfinite({value})", "there is no such day."))
    buddhist = f"year({value}) BETWEEN {_LAST_CE_YEAR} AND {_LAST_BE_YEAR}"
    reason = "this looks like a year of the Buddhist era; write the common era (less 543)."
    checks.append(Check(name, buddhist, reason))
    reason = f"no year before {_FIRST_YEAR} can be meant."
    checks.append(Check(name, f"year({value}) < {_FIRST_YEAR}", reason))
    return Column(name, value, tuple(checks))


def _numeric(kind: str) -> bool:
    """Tell whether a column of this type may hold numbers."""
    return kind in (*_WHOLE, "VARCHAR", "DOUBLE", "FLOAT", '"NULL"') or kind.startswith("DECIMAL")


def weight(name: str, kind: str) -> Column:
    """Return a column of survey weights: finite and not negative."""
    if not _numeric(kind):
        return _unfit(name, kind, "DOUBLE", "a number")
    raw = _raw(name, kind)
    value = f"TRY_CAST({raw} AS DOUBLE)"
    return Column(
        name,
        value,
        (
            Check(name, f"{raw} IS NOT NULL AND {value} IS NULL", "this is not a number."),
            Check(name, f"NOT isfinite({value})", "this is not a finite number."),
            Check(name, f"{value} < 0", "a survey weight is not below 0."),
        ),
    )


def variable(one: Variable, kind: str) -> Column:
    """Return the column of a variable; decimals become whole units of 10^-scale."""
    if one.kind is Kind.CHOICE:
        return word(one.name, kind, needed=False, among=one.choices)
    if one.kind is Kind.BOOLEAN:
        return _boolean(one.name, kind)
    return _number(one, kind)


def _boolean(name: str, kind: str) -> Column:
    raw = _raw(name, kind)
    if kind in ("BOOLEAN", '"NULL"'):
        return Column(name, f"CAST({raw} AS BOOLEAN)", ())
    written = f"lower(CAST({raw} AS VARCHAR))"
    check = Check(name, f"{written} NOT IN ('true', 'false')", "this must be true or false.")
    return Column(name, f"({written} = 'true')", (check,))


def _number(one: Variable, kind: str) -> Column:
    raw, factor = _raw(one.name, kind), 10**one.scale
    low, high = _written(one.low, one.scale), _written(one.high, one.scale)
    asked = f"a whole number from {low} to {high}" if not one.scale else f"a number from {low} to {high}"
    if kind in _WHOLE and not one.scale:
        outside = f"{quoted(one.name)} NOT BETWEEN {one.low} AND {one.high}"
        return Column(
            one.name, f"CAST({raw} AS BIGINT)", (Check(one.name, outside, f"this must be {asked}."),)
        )
    if not _numeric(kind):
        return _unfit(one.name, kind, "BIGINT", asked)
    number = f"TRY_CAST({raw} AS DOUBLE)"
    units = f"round({number} * {factor})"
    checks = []
    if kind == "VARCHAR":
        pattern = "[+-]?\\d{1,18}(\\.\\d*)?" if one.scale else "[+-]?\\d{1,18}"
        checks.append(Check(one.name, f"NOT regexp_full_match({raw}, '{pattern}')", f"this must be {asked}."))
    # A double counts as n / 10^scale only when it is the double nearest to it.
    exact = f"{units} / {factor}"
    exact = f"CAST({exact} AS FLOAT)" if kind == "FLOAT" else exact
    outside = f"{number} NOT BETWEEN {low} AND {high}"
    finer = f"it has more than {one.scale} decimals; round it." if one.scale else "it is not a whole number."
    checks.append(Check(one.name, f"NOT isfinite({number})", f"this must be {asked}."))
    checks.append(Check(one.name, outside, f"this must be {asked}."))
    checks.append(Check(one.name, f"isfinite({number}) AND {exact} <> {number}", finer))
    quick = f"{number} NOT BETWEEN {low} AND {high} OR {exact} <> {number}" if kind == "DOUBLE" else ""
    return Column(one.name, f"TRY_CAST({units} AS BIGINT)", tuple(checks), quick)


def _written(units: int, scale: int) -> str:
    if not scale:
        return str(units)
    whole, part = divmod(abs(units), 10**scale)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{scale}d}"


# Tables


def subject_columns(types: dict[str, str]) -> Iterator[Column]:
    """Yield the columns of subjects; `types` are those of the raw columns."""
    for name, needed in (
        ("person_id", True),
        ("household_id", False),
        ("area_code", True),
        ("home_area_code", False),
    ):
        yield word(name, types[name], needed=needed) if name in types else missing(name, "VARCHAR")
    yield (
        word("sex", types["sex"], needed=False, among=SEXES) if "sex" in types else missing("sex", "VARCHAR")
    )
    for name in ("birth_date", "valid_from", "valid_to"):
        yield date(name, types[name], needed=False) if name in types else missing(name, "DATE")
    yield weight("weight", types["weight"]) if "weight" in types else missing("weight", "DOUBLE")


def record_columns(types: dict[str, str], definition: Definition) -> Iterator[Column]:
    """Yield the columns of records: the keys, then one per variable."""
    levels = tuple(str(level) for level in Level)
    yield word("record_id", types["record_id"], needed=True)
    yield word("subject_level", types["subject_level"], needed=True, among=levels)
    yield word("subject_id", types["subject_id"], needed=True)
    yield date("observed_on", types["observed_on"], needed=True)
    received = "received_on"
    yield date(received, types[received], needed=False) if received in types else missing(received, "DATE")
    yield word("source_id", types["source_id"], needed=True)
    for name, among in (("grade", GRADES), ("root_id", ()), ("supersedes", ())):
        found = name in types
        yield word(name, types[name], needed=False, among=among) if found else missing(name, "VARCHAR")
    for one in definition.variables.values():
        yield variable(one, types[one.name]) if one.name in types else missing(one.name, _sql_type(one))
    yield from _at_their_level(types, definition)


def _at_their_level(types: dict[str, str], definition: Definition) -> Iterator[Column]:
    """Yield, for each level, a column that is never made: its checks find values asked of another level."""
    kind = types["subject_level"]
    quick = quoted("subject_level") if kind == "VARCHAR" else as_text("subject_level", kind)
    for level in Level:
        here = [one for one in definition.variables.values() if one.level is level and one.name in types]
        if not here:
            continue
        elsewhere = f"{as_text('subject_level', types['subject_level'])} <> '{level}'"
        reason = f"this is asked of a {level}; the record is about another level."
        found = tuple(
            Check(one.name, f"{elsewhere} AND {_raw(one.name, types[one.name])} IS NOT NULL", reason)
            for one in here
        )
        anything = " OR ".join(f"{quoted(one.name)} IS NOT NULL" for one in here)
        yield Column("", "", found, f"{quick} <> '{level}' AND ({anything})")


def _sql_type(one: Variable) -> str:
    return {Kind.BOOLEAN: "BOOLEAN", Kind.CHOICE: "VARCHAR"}.get(one.kind, "BIGINT")


def event_columns(types: dict[str, str], definition: Definition) -> Iterator[Column]:
    """Yield the columns of events."""
    codes = tuple(definition.events)
    levels = tuple(str(level) for level in Level)
    yield word("subject_level", types["subject_level"], needed=True, among=levels)
    yield word("subject_id", types["subject_id"], needed=True)
    about = as_text("subject_level", types["subject_level"])
    event = word("event", types["event"], needed=True, among=codes)
    wrong = [
        Check(
            "subject_level",
            f"{event.accepted} = {text(one.code)} AND {about} NOT IN "
            f"({', '.join(text(level) for level in one.levels)})",
            f"{one.code} happens to a {' or a '.join(one.levels)}.",
        )
        for one in definition.events.values()
    ]
    yield Column(event.name, event.accepted, (*event.checks, *wrong))
    occurred = date("occurred_on", types["occurred_on"], needed=True)
    yield occurred
    for name in ("ended_on", "received_on", "taken_back_on"):
        if name not in types:
            yield missing(name, "DATE")
            continue
        column = date(name, types[name], needed=False)
        if name == "ended_on":
            early = Check(name, f"{column.accepted} < {occurred.accepted}", "it ended before it began.")
            column = Column(name, column.accepted, (*column.checks, early))
        yield column
    found = "source_id" in types
    yield word("source_id", types["source_id"], needed=False) if found else missing("source_id", "VARCHAR")


def area_columns(types: dict[str, str]) -> Iterator[Column]:
    """Yield the columns of areas."""
    yield word("area_code", types["area_code"], needed=True)
    for name in ("parent_code", "level", "name"):
        yield word(name, types[name], needed=False) if name in types else missing(name, "VARCHAR")
