"""What is known about each person on a day, gathered into one wide frame (index-spec section 3)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.analysis.definition import Definition, Kind, Level

NULLABLE = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.float64(): pd.Float64Dtype(),
}
SUBJECT = {Level.PERSON: "person_id", Level.HOUSEHOLD: "household_id", Level.AREA: "area_code"}


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read one input table; missing numbers and truths stay missing, and days are datetimes."""
    table = pq.read_table(folder / f"{name}.parquet")
    return table.to_pandas(date_as_object=False, types_mapper=NULLABLE.get)


def people_on(subjects: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the people in force and born by the day, with their age in years."""
    day = pd.Timestamp(as_of)
    begun = subjects["valid_from"].isna() | (subjects["valid_from"] <= day)
    ended = subjects["valid_to"] <= day
    unborn = subjects["birth_date"] > day
    people = subjects[begun & ~ended & ~unborn].reset_index(drop=True)
    born = people["birth_date"].dt
    before_birthday = (born.month > day.month) | ((born.month == day.month) & (born.day > day.day))
    people["age"] = (day.year - born.year).astype("Int32") - before_birthday.astype("Int32")
    return people


def lineage(areas: pd.DataFrame) -> pd.DataFrame:
    """Return each area's code (column 0), its parent's (1), its grandparent's (2) and so on."""
    parents = areas.set_index("area_code")["parent_code"]
    steps = [pd.Series(parents.index, index=parents.index)]
    while steps[-1].notna().any():
        steps.append(steps[-1].map(parents))
    return pd.concat(steps[:-1], axis=1, keys=range(len(steps) - 1))


def in_force(definition: Definition, records: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the records that may score, the last of which holds for each variable (rule 1)."""
    speaking = records[records["grade"].isin(["A", "B"]) | records["grade"].isna()]
    keys = ["subject_level", "subject_id", "record_id"]
    replacing = speaking[speaking["supersedes"].notna() & (speaking["supersedes"] != speaking["record_id"])]
    replaced = replacing[["subject_level", "subject_id"]].assign(record_id=replacing["supersedes"])
    gone = speaking[keys].merge(replaced, on=keys)["record_id"]
    kept = speaking[(speaking["observed_on"] <= pd.Timestamp(as_of)) & ~speaking["record_id"].isin(gone)]
    choices = {
        one.name: pd.CategoricalDtype(one.choices)
        for one in definition.variables.values()
        if one.kind is Kind.CHOICE
    }
    rank = kept["grade"].map({"A": 2, "B": 1}).fillna(0)
    order = ["observed_on", "rank", "source_id", "record_id"]
    return kept.assign(rank=rank).sort_values(order).astype(choices)


def gather(
    definition: Definition, people: pd.DataFrame, records: pd.DataFrame, ancestors: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values that reach each person, and the day each was observed: two frames alike."""
    values, days = [], []
    for level, key in SUBJECT.items():
        columns = [one.name for one in definition.variables.values() if one.level is level]
        said = records[records["subject_level"] == level.value]
        observed = pd.DataFrame({one: said["observed_on"].where(said[one].notna()) for one in columns})
        for found, frame in ((values, said[columns]), (days, observed)):
            newest = frame.groupby(said["subject_id"], sort=False).last()
            if level is Level.AREA:
                newest = _nearest(newest, ancestors)
            found.append(people[[key]].join(newest, on=key)[columns])
    return pd.concat(values, axis=1), pd.concat(days, axis=1)


def _nearest(said: pd.DataFrame, ancestors: pd.DataFrame) -> pd.DataFrame:
    """Fill what nobody said of an area from its nearest ancestor of which somebody did (rule 3)."""
    own, *above = (said.reindex(ancestors[step]).set_axis(ancestors.index) for step in ancestors)
    for one in above:
        own = own.fillna(one)
    return own
