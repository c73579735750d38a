"""Households' and areas' figures by groupby (index-spec section 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Level

COUNTS = ["assessed", "high", "medium", "low", "not_enough_information", "provisional", "act_now"]


def households(definition: Definition, assessed: pd.DataFrame, act_now: np.ndarray) -> pd.DataFrame:
    """Return one row per household with an assessed member."""
    scores = [f"s_{one.id}" for one in definition.indicators.values() if one.level is Level.HOUSEHOLD]
    counted = {band: assessed["band"] == band for band in schema.BANDS} | {"act_now": act_now}
    by = assessed.assign(members=1, **counted).groupby("household_id")
    areas = by["area_code"]
    sums = by[["members", *counted]].sum()
    most = by[["index_bp", *scores]].max().rename(columns={"index_bp": "max_index_bp"})
    return pd.concat(
        [
            areas.first().where(areas.nunique() == 1),
            sums[["members", *schema.BANDS]],
            most["max_index_bp"],
            sums["act_now"],
            most[scores],
        ],
        axis=1,
    ).reset_index()


def areas(
    assessed: pd.DataFrame, weights: pd.Series, share: pd.Series, act_now: np.ndarray, ancestors: pd.DataFrame
) -> pd.DataFrame:
    """Return the figures of every area by residence and home town, in all crossings of sex and age."""
    people = _parts(assessed, weights, share, act_now)
    upwards = ancestors.stack().rename("area").reset_index(level=0)
    upwards.columns = ["code", "area"]
    found = []
    for by, column in (("residence", "area_code"), ("home", "home_area_code")):
        people["code"] = assessed[column]
        cells = people.groupby(["code", "sex", "age_band"], observed=True).sum().reset_index()
        cells = cells.merge(upwards, on="code").drop(columns="code")
        for crossed in ([], ["sex"], ["age_band"], ["sex", "age_band"]):
            left_out = [one for one in ("sex", "age_band") if one not in crossed]
            figures = cells.drop(columns=left_out).groupby(["area", *crossed], observed=True).sum()
            if not crossed:
                figures = figures.reindex(ancestors.index.rename("area"), fill_value=0)
            found.append(_figures(figures.reset_index().assign(by=by)))
    return pd.concat(found, ignore_index=True)


def _parts(assessed: pd.DataFrame, weights: pd.Series, share: pd.Series, act_now: np.ndarray) -> pd.DataFrame:
    """Return what each person adds to a cell's counts and to the parts of its means."""
    weight = weights.astype("float64").fillna(1.0)
    shown = assessed["band"] != "not_enough_information"
    high = assessed["band"] == "high"
    index = assessed["index_bp"].astype("float64").where(shown)
    scores = [name for name in assessed if name.startswith("s_")]
    ages = pd.cut(
        assessed["age"].astype("float64"),
        [first - 1 for first, _ in schema.AGE_BANDS.values()] + [999],
        labels=list(schema.AGE_BANDS),
    )
    return pd.DataFrame(
        {
            "sex": assessed["sex"].fillna(schema.UNKNOWN),
            "age_band": ages.cat.add_categories(schema.UNKNOWN).fillna(schema.UNKNOWN),
            "people": 1,
            "assessed": shown,
            **{band: assessed["band"] == band for band in schema.BANDS},
            "provisional": assessed["band_basis"] == "provisional",
            "act_now": act_now,
            "surveyed": shown | assessed[scores].notna().any(axis=1),
            "w": weight.where(shown, 0),
            "w_high": weight.where(high, 0),
            "w_index": weight.where(index.notna(), 0),
            "index": (weight * index).fillna(0),
            "w_share": weight.where(high & share.notna(), 0),
            "share": (weight * share).where(high).fillna(0),
        }
    )


def _figures(cells: pd.DataFrame) -> pd.DataFrame:
    """Turn sums into figures; where nobody was surveyed there are none."""
    h = (cells["w_high"] / cells["w"]).where(cells["w"] > 0)
    a = (cells["share"] / cells["w_share"]).where(cells["w_share"] > 0)
    mean = (cells["index"] / cells["w_index"]).where(cells["w_index"] > 0)
    rounded = {
        "mean_index_bp": mean,
        "h_bp": 10_000 * h,
        "a_bp": 10_000 * a,
        "m0_bp": 10_000 * (h * a).mask(h == 0, 0),
    }
    named = cells.rename(columns={"area": "area_code"})
    keys = named.reindex(columns=["area_code", "by", "sex", "age_band"]).astype("string")
    figures = (
        cells[COUNTS]
        .astype("Int64")
        .assign(**{name: np.rint(exact).astype("Int32") for name, exact in rounded.items()})
    )
    return pd.concat([keys, cells["people"], figures.where(cells["surveyed"] > 0)], axis=1)
