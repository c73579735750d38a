"""From assessments to households and areas (index-spec section 6).

People are first counted in cells: lowest area × sex × age band. An area's figures are the sums of the cells
in it and below it, so that a roll-up reads a few thousand rows however many people there are.
"""

from __future__ import annotations

from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.plan.names import quoted
from forewatch.analysis.schema import BANDS, UNKNOWN

RESIDENCE, HOME = "residence", "home"
_PLACES = {RESIDENCE: "area_code", HOME: "home_area_code"}

_COUNTS = ("people", "assessed", *BANDS, "provisional", "act_now", "known", "with_index")
_SUMS = ("weight_index", "index_sum", "weight_assessed", "weight_high", "weight_share", "share_sum")


def households(definition: Definition) -> str:
    """Return the query for households from `assessed`, one row per household."""
    counts = ", ".join(f"count(*) FILTER (WHERE band = '{band}') AS {quoted(band)}" for band in BANDS)
    scores = "".join(
        f", max({quoted('s_' + one.id)}) AS {quoted('s_' + one.id)}"
        for one in definition.indicators.values()
        if one.level is Level.HOUSEHOLD
    )
    return f"""
        SELECT household_id, CASE WHEN min(area_code) = max(area_code) THEN min(area_code) END AS area_code,
            count(*) AS members, {counts}, max(index_bp) AS max_index_bp,
            count(*) FILTER (WHERE array_length(act_now) > 0) AS act_now{scores}
        FROM assessed WHERE household_id IS NOT NULL GROUP BY household_id"""


def cells(by: str) -> str:
    """Return the query that counts `assessed` people in cells by residence or by home town."""
    place = _PLACES[by]
    shown = "(band <> 'not_enough_information')"
    weight = "coalesce(weight, 1.0)"
    high = "(band = 'high')"
    bands = ", ".join(f"count(*) FILTER (WHERE band = '{band}') AS {quoted(band)}" for band in BANDS)
    indexed = f"{shown} AND index_bp IS NOT NULL"
    return f"""
        SELECT '{by}' AS "by", {place} AS area_code, coalesce(sex, '{UNKNOWN}') AS sex, age_band,
            count(*) AS people, count(*) FILTER (WHERE {shown}) AS assessed, {bands},
            count(*) FILTER (WHERE band_basis = 'provisional') AS provisional,
            count(*) FILTER (WHERE array_length(act_now) > 0) AS act_now,
            count(*) FILTER (WHERE known_n > 0 OR {shown}) AS known,
            count(*) FILTER (WHERE {indexed}) AS with_index,
            coalesce(sum({weight}) FILTER (WHERE {indexed}), 0.0) AS weight_index,
            coalesce(sum({weight} * index_bp) FILTER (WHERE {indexed}), 0.0) AS index_sum,
            coalesce(sum({weight}) FILTER (WHERE {shown}), 0.0) AS weight_assessed,
            coalesce(sum({weight}) FILTER (WHERE {high}), 0.0) AS weight_high,
            coalesce(sum({weight}) FILTER (WHERE {high} AND share IS NOT NULL), 0.0) AS weight_share,
            coalesce(sum({weight} * share) FILTER (WHERE {high}), 0.0) AS share_sum
        FROM assessed WHERE {place} IS NOT NULL GROUP BY {place}, coalesce(sex, '{UNKNOWN}'), age_band"""


def areas() -> str:
    """Return the query for the areas' figures from `cells`: every crossing of sex and age band.

    A crossing in which nobody has a known indicator or a shown band is nobody surveyed: null after `people`.
    """
    summed = ", ".join(f"sum({one}) AS {one}" for one in (*_COUNTS, *_SUMS))
    counts = ", ".join(
        f"CASE WHEN known > 0 THEN CAST({one} AS BIGINT) END AS {one}" for one in _COUNTS[1:-2]
    )
    share_high = "weight_high / nullif(weight_assessed, 0)"
    mean_share = "share_sum / nullif(weight_share, 0)"
    adjusted = f"CASE WHEN weight_high = 0 THEN 0.0 ELSE ({share_high}) * ({mean_share}) END"
    figures = {
        "mean_index_bp": "index_sum / nullif(weight_index, 0)",
        "h_bp": f"10000 * ({share_high})",
        "a_bp": f"10000 * ({mean_share})",
        "m0_bp": f"CASE WHEN weight_assessed > 0 THEN 10000 * ({adjusted}) END",
    }
    doubles = ", ".join(f"CASE WHEN known > 0 THEN {sql} END AS {name}" for name, sql in figures.items())
    rounded = ", ".join(f"{half_even(name)} AS {name}" for name in figures)
    return f"""
        WITH placed AS (
            SELECT c.ancestor AS area_code, s."by", s.sex, s.age_band, {_plain("s")}
            FROM cells AS s JOIN area_closure AS c ON c.area_code = s.area_code),
        crossed AS (
            SELECT area_code, "by", sex, age_band, {summed} FROM placed
            GROUP BY GROUPING SETS ((area_code, "by", sex, age_band), (area_code, "by", sex),
                (area_code, "by", age_band), (area_code, "by"))),
        everywhere AS (
            SELECT * FROM crossed UNION ALL
            SELECT a.area_code, b."by", NULL, NULL, {", ".join("0" for _ in (*_COUNTS, *_SUMS))}
            FROM (SELECT DISTINCT ancestor AS area_code FROM area_closure) AS a
            CROSS JOIN (SELECT '{RESIDENCE}' AS "by" UNION ALL SELECT '{HOME}') AS b
            ANTI JOIN crossed AS c ON c.area_code = a.area_code AND c."by" = b."by"),
        figures AS (
            SELECT area_code, "by", sex, age_band, CAST(people AS BIGINT) AS people, {counts}, {doubles}
            FROM everywhere)
        SELECT area_code, "by", sex, age_band, people, {", ".join(_COUNTS[1:-2])}, {rounded} FROM figures
        ORDER BY area_code, "by", sex NULLS FIRST, age_band NULLS FIRST"""


def _plain(alias: str) -> str:
    return ", ".join(f"{alias}.{one}" for one in (*_COUNTS, *_SUMS))


def half_even(name: str) -> str:
    """Return the SQL that rounds a double half to even, without the noise of sums in its last digits."""
    clean = f"round({name}, 6)"
    half = f"{clean} - floor({clean}) = 0.5"
    even = f"floor({clean}) + CAST(floor({clean}) AS BIGINT) % 2"
    return f"CAST(CASE WHEN {half} THEN {even} ELSE floor({clean} + 0.5) END AS INTEGER)"
