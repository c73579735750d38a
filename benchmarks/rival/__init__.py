"""The same index in straightforward vectorised pandas: what somebody would write without Forewatch.

It does less than Forewatch: it trusts its input, knows no `known_by` and no Alkire-Foster index, and works
out no expiry. Everything else of index-spec section 6 it works out and writes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.rival import rollups
from benchmarks.rival.index import index_and_band, share_of_threes
from benchmarks.rival.rules import Facts
from benchmarks.rival.triggers import triggers
from benchmarks.rival.values import gather, in_force, lineage, people_on, read
from forewatch.analysis.definition import Definition


def assess(definition: Definition, folder: Path, as_of: date) -> None:
    """Assess everybody in a folder and write the results, which nobody keeps."""
    with TemporaryDirectory() as out:
        run(definition, as_of, folder, Path(out))


def run(definition: Definition, as_of: date, folder: Path, out: Path) -> None:
    """Score a folder of Parquet tables into assessments, households and areas (.parquet)."""
    people = people_on(read(folder, "subjects"), as_of)
    ancestors = lineage(read(folder, "areas"))
    records = in_force(definition, read(folder, "records"), as_of)
    facts = Facts(definition, as_of, people["age"], *gather(definition, people, records, ancestors))
    outcomes = {one: facts.outcome(one) for one in definition.indicators}
    certain, upper = triggers(facts, people, read(folder, "events"), ancestors)
    gates = np.column_stack([facts.known(one.when, one.valid_days)[0] for one in definition.gates])
    order = [one.id for one in definition.drivers_order()]
    scores = np.column_stack([np.where(outcomes[one].known, outcomes[one].low, 0) for one in order])
    person = ["person_id", "household_id", "area_code", "home_area_code", "sex", "age"]
    assessed = pd.concat(
        [
            people[person].assign(as_of=as_of, definition=definition.name),
            index_and_band(definition, outcomes, certain, upper),
            pd.DataFrame({f"s_{one}": found.score for one, found in outcomes.items()}),
        ],
        axis=1,
    )
    lists = {
        "act_now": _lists(gates, [one.id for one in definition.gates]),
        "drivers": _lists(np.hstack([scores == 3, scores == 2]), order * 2),
    }
    act_now = gates.any(axis=1)
    share = share_of_threes(definition, outcomes)
    tables = {
        "assessments": assessed.assign(**lists),
        "households": rollups.households(definition, assessed, act_now),
        "areas": rollups.areas(assessed, people["weight"], share, act_now, ancestors),
    }
    for name, frame in tables.items():
        frame.to_parquet(out / f"{name}.parquet", compression="zstd", index=False)


def _lists(chosen: np.ndarray, names: list[str]) -> pd.Series:
    """Return for each row the list of the names chosen in it."""
    ends = np.concatenate([[0], chosen.sum(axis=1).cumsum()]).astype("int32")
    found = pa.array(names).take(pa.array(np.nonzero(chosen)[1]))
    lists = pa.ListArray.from_arrays(pa.array(ends), found)
    return pd.Series(lists, dtype=pd.ArrowDtype(lists.type))
