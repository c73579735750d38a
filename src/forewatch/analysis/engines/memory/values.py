"""What is known about each subject on a day (index-spec section 3, rules 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from forewatch.analysis.definition import Definition, Kind, Variable

Row = Mapping[str, Any]
Scalar = bool | str | Fraction
"""A value in a rule: numbers are exact fractions, so decimals compare as rationals."""

GRADE_RANK = {None: 0, "B": 1, "A": 2}
"""The grades that score, the worse first; C, D and E are absent."""


class Value(NamedTuple):
    """One variable's value in force for one subject."""

    value: Scalar
    observed_on: date

    def is_fresh(self, as_of: date, valid_days: int) -> bool:
        return self.observed_on + timedelta(days=valid_days) >= as_of

    def stale_from(self, valid_days: int) -> date:
        """Return the first day on which the value is stale under a validity."""
        return self.observed_on + timedelta(days=valid_days + 1)


Values = Mapping[tuple[str, str, str], Value]
"""Values in force, by subject level, subject id and variable."""


def admitted(row: Row, default: str, known_by: date | None) -> bool:
    """Tell whether a row was received by `known_by`; `default` is the column that stands in for a null."""
    return known_by is None or (row["received_on"] or row[default]) <= known_by


def values_in_force(
    definition: Definition, records: Iterable[Row], as_of: date, known_by: date | None
) -> Values:
    """Resolve each (subject, variable) to its one value on `as_of` by rule 1."""
    found: dict[tuple[str, str, str], Value] = {}
    for record in sorted(_scoring(records, as_of, known_by), key=_precedence):
        for variable in definition.variables.values():
            said = record[variable.name]
            if said is not None:
                # Sorted from the least to the greatest precedence: the last one written holds.
                key = (record["subject_level"], record["subject_id"], variable.name)
                found[key] = Value(_scalar(variable, said), record["observed_on"])
    return found


def _scoring(records: Iterable[Row], as_of: date, known_by: date | None) -> list[Row]:
    """Return the records that may give a value: of a scoring grade, not superseded, not from the future.

    A superseder needs to be admitted and of a scoring grade, about the same subject; its own day and its
    own superseders do not matter.
    """
    speaking = [
        one for one in records if admitted(one, "observed_on", known_by) and one["grade"] in GRADE_RANK
    ]
    superseded = {
        (one["subject_level"], one["subject_id"], one["supersedes"])
        for one in speaking
        if one["supersedes"] != one["record_id"]
    }
    return [
        one
        for one in speaking
        if one["observed_on"] <= as_of
        and (one["subject_level"], one["subject_id"], one["record_id"]) not in superseded
    ]


def _precedence(record: Row) -> tuple[date, int, bytes, bytes]:
    return (
        record["observed_on"],
        GRADE_RANK[record["grade"]],
        record["source_id"].encode(),
        record["record_id"].encode(),
    )


def _scalar(variable: Variable, said: bool | str | int) -> Scalar:
    if variable.kind in (Kind.INTEGER, Kind.DECIMAL):
        return Fraction(int(said), 10**variable.scale)
    assert isinstance(said, bool | str)
    return said
