"""27,765 people of the Viet Nam Living Standards Survey: one assessment each, and pandas' counts everywhere.

`age` in the file is the natural logarithm of the age in years (the youngest are 1). Nobody's date of birth
is known, so 1 January is used, which gives the surveyed age on the last day of the year.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from forewatch.analysis.loading import load_definition
from forewatch.analysis.scoring import score

DAY = date(1998, 12, 31)
VARIABLES = ["illness", "injury", "illdays", "actdays", "pharvis", "insurance", "educ"]
BANDS = ["high", "medium", "low"]


@pytest.fixture(scope="module")
def people(data):
    """Return the survey, one row per person, indexed by the person's id in the tables."""
    survey = pd.read_csv(data / "household" / "vietnam-lss" / "VietNamI.csv", dtype={"lnhhexp": str})
    survey["years"] = np.exp(survey["age"]).round().astype(int)
    # A few values carry a seventh digit; the definition asks for six.
    survey["spent"] = [Decimal(text).quantize(Decimal("0.000001")) for text in survey["lnhhexp"]]
    survey["area_code"] = survey["commune"].astype(int).map("VN{:03d}".format)
    survey.index = survey.index.map("p{:05d}".format)
    return survey


def tables(people):
    """Return subjects, records and areas for some of the people."""
    count = len(people)
    subjects = pa.table(
        {
            "person_id": people.index,
            "area_code": people["area_code"],
            "sex": people["sex"].map({"female": "F", "male": "M"}),
            "birth_date": [date(DAY.year - years, 1, 1) for years in people["years"]],
        }
    )
    answers = {name: people[name].astype(int) for name in VARIABLES}
    answers |= {name: people[name].astype(bool) for name in ("injury", "insurance")}
    records = pa.table(
        {
            "record_id": people.index,
            "subject_level": ["person"] * count,
            "subject_id": people.index,
            "observed_on": [date(1998, 6, 1)] * count,
            "source_id": ["vlss"] * count,
            **answers,
            "lnhhexp": pa.array(people["spent"], pa.decimal128(8, 6)),
        }
    )
    communes = sorted(people["area_code"].unique())
    areas = pa.table(
        {
            "area_code": ["VN", *communes],
            "parent_code": [None, *["VN"] * len(communes)],
            "level": ["0", *["3"] * len(communes)],
            "name": [None, *communes],
        }
    )
    return {"subjects": subjects, "records": records, "areas": areas}


def scores(two, three):
    return pd.Series(np.select([three, two], [3, 2], 1), index=three.index)


@pytest.fixture(scope="module")
def expected(people):
    """Return scores, domains, index and band of every person by a separate calculation in whole numbers."""
    one = people
    spent = one["spent"].astype(float)
    unprotected = one["illness"].gt(0) & one["insurance"].eq(0)
    adult = one["years"] >= 15
    v1 = scores(one["illness"] >= 1, (one["illness"] >= 3) | (one["illdays"] >= 14))
    v2 = scores(one["actdays"] > 0, one["injury"].eq(1) | (one["actdays"] >= 7))
    v3 = scores(unprotected, unprotected & (one["pharvis"] + one["illness"] >= 3))
    v4 = scores(spent >= 3.1, v1.eq(3) & (spent >= 2.75))
    v5 = scores(one["educ"] <= 3, one["educ"].eq(0))
    health = 10_000 * (2 * (v1 - 1) + (v2 - 1)) // (2 * 3)
    protection = 10_000 * ((v3 - 1) + (v4 - 1)) // (2 * 2)
    schooling = 10_000 * (v5 - 1) // 2
    index = (2 * health + protection + schooling) // 4
    index = index.where(adult, (2 * health + protection) // 3)
    n3 = v1.eq(3) * 1 + v2.eq(3) + v3.eq(3) + v4.eq(3) + (v5.eq(3) & adult)
    band = np.select([(index >= 5000) | (n3 >= 4), index >= 2500], ["high", "medium"], "low")
    age_band = pd.cut(
        one["years"],
        [-1, 11, 14, 17, 24, 59, 999],
        labels=["0-11", "12-14", "15-17", "18-24", "25-59", "60+"],
    )
    return pd.DataFrame(
        {
            "s_V1": v1, "s_V2": v2, "s_V3": v3, "s_V4": v4, "s_V5": v5.where(adult).astype("Int64"),
            "d_health_bp": health, "d_protection_bp": protection,
            "d_schooling_bp": schooling.where(adult).astype("Int64"),
            "index_bp": index, "n3": n3, "band": band, "age": one["years"],
            "area_code": one["area_code"], "sex": one["sex"].map({"female": "F", "male": "M"}),
            "age_band": age_band.astype(str),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def definition():
    return load_definition(Path(__file__).with_name("vietnam-lss.yaml"))


@pytest.fixture(scope="module")
def results(definition, people):
    return score(definition, **tables(people), as_of=DAY)


def test_everybody_is_assessed_once(results, people):
    found = results.assessments.to_pandas()
    assert len(found) == 27_765
    assert sorted(found["person_id"]) == list(people.index)
    assert set(found["band"]) == set(BANDS)
    assert set(found["band_basis"]) == {"certain"}
    assert set(found["coverage_bp"]) == {10_000}


def test_every_person_equals_pandas(results, expected):
    found = results.assessments.to_pandas().set_index("person_id").sort_index()
    for column in expected.columns.drop("age_band"):
        pd.testing.assert_series_equal(
            found[column], expected[column], check_dtype=False, check_names=False, check_index_type=False
        )


def counts(expected, *by):
    """Return people, bands and the mean index by some columns, as tuples by key."""
    groups = expected.groupby(list(by), observed=True)
    bands = expected.groupby([*by, "band"], observed=True).size().unstack(fill_value=0)
    table = bands[BANDS].assign(people=groups.size(), mean=groups["index_bp"].mean())
    return {key: tuple(row) for key, row in zip(table.index, table.to_numpy().tolist(), strict=True)}


def assert_counts(row, expected):
    *whole, mean = expected
    assert [row[band] for band in BANDS] + [row["people"]] == whole
    assert row["assessed"] == row["people"]
    assert row["mean_index_bp"] == pytest.approx(mean, abs=0.5 + 1e-6)


def test_communes_equal_pandas(results, expected):
    rows = {
        row["area_code"]: row
        for row in results.areas.to_pylist()
        if row["by"] == "residence" and row["sex"] is None and row["age_band"] is None
    }
    country = rows.pop("VN")
    wanted = counts(expected, "area_code")
    assert len(wanted) == 194
    assert rows.keys() == wanted.keys()
    for code, row in rows.items():
        assert_counts(row, wanted[code])
    assert_counts(country, counts(expected.assign(area_code="VN"), "area_code")["VN"])


def test_communes_by_sex_and_age_equal_pandas(results, expected):
    wanted = counts(expected, "area_code", "sex", "age_band")
    rows = {
        (row["area_code"], row["sex"], row["age_band"]): row
        for row in results.areas.to_pylist()
        if row["by"] == "residence" and row["sex"] and row["age_band"] and row["area_code"] != "VN"
    }
    assert rows.keys() == wanted.keys()
    for key, row in rows.items():
        assert_counts(row, wanted[key])


def test_engines_agree_on_some_communes(definition, people):
    some = people[people["area_code"].isin(["VN001", "VN050", "VN100", "VN150", "VN194"])]
    fast = score(definition, **tables(some), as_of=DAY, engine="duckdb")
    plain = score(definition, **tables(some), as_of=DAY, engine="memory")
    assert fast.assessments.num_rows == len(some)
    for name in ("assessments", "households", "areas"):
        assert getattr(fast, name).equals(getattr(plain, name)), name
