"""Households' and areas' figures from assessments (index-spec section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from forewatch.analysis import schema
from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.engines.memory.assessing import Assessment

Row = dict[str, object]
Cell = tuple[str, str, str | None, str | None]
"""Area code, `by`, sex and age band; a null sex or band is everybody."""


def household_rows(definition: Definition, assessed: Iterable[Assessment]) -> list[Row]:
    """Return one row per household with an assessed member, by household id."""
    members: dict[str, list[Assessment]] = {}
    for one in assessed:
        if one.person.household_id is not None:
            members.setdefault(one.person.household_id, []).append(one)
    return [_household(definition, key, members[key]) for key in sorted(members)]


def _household(definition: Definition, household_id: str, members: Sequence[Assessment]) -> Row:
    areas = {one.person.area_code for one in members}
    row: Row = {
        "household_id": household_id,
        "area_code": areas.pop() if len(areas) == 1 else None,
        "members": len(members),
        **_bands(members),
        "max_index_bp": max(
            (one.index.index_bp for one in members if one.index.index_bp is not None), default=None
        ),
        "act_now": sum(bool(one.act_now) for one in members),
    }
    for indicator in definition.indicators.values():
        if indicator.level is Level.HOUSEHOLD:
            scores = (one.outcomes[indicator.id].score for one in members)
            row[f"s_{indicator.id}"] = max((one for one in scores if one is not None), default=None)
    return row


def _bands(people: Sequence[Assessment]) -> Row:
    return {band: sum(one.index.band == band for one in people) for band in schema.BANDS}


def area_rows(assessed: Sequence[Assessment], parents: Mapping[str, str | None]) -> list[Row]:
    """Return the figures of every listed area, by residence and by home town, in the order of `Results`.

    Without a list of areas (`parents` empty) they are the codes, of residence or home, found on the people.
    """
    found = {code for one in assessed for code in (*one.person.areas, *one.person.homes)}
    cells: dict[Cell, list[Assessment]] = {
        (code, by, None, None): [] for code in found | set(parents) for by in ("residence", "home")
    }
    for one in assessed:
        for cell in _cells_of(one):
            cells.setdefault(cell, []).append(one)
    order = sorted(cells, key=lambda cell: [(part is not None, part or "") for part in cell])
    return [_area(cell, cells[cell]) for cell in order]


def _cells_of(one: Assessment) -> Iterator[Cell]:
    """Yield every cell that counts a person: their area and its ancestors, in all crossings."""
    sex, band = one.person.sex or schema.UNKNOWN, age_band(one.person.age)
    for by, codes in (("residence", one.person.areas), ("home", one.person.homes)):
        for code in codes:
            yield from ((code, by, a_sex, a_band) for a_sex in (None, sex) for a_band in (None, band))


def age_band(age: int | None) -> str:
    """Return the name of the band of an age; `unknown` for an unknown age."""
    if age is None:
        return schema.UNKNOWN
    return next(name for name, (first, _) in reversed(schema.AGE_BANDS.items()) if age >= first)


def _area(cell: Cell, people: Sequence[Assessment]) -> Row:
    code, by, sex, band = cell
    row: Row = {"area_code": code, "by": by, "sex": sex, "age_band": band, "people": len(people)}
    if any(one.is_surveyed for one in people):
        row |= _figures(people)
    return row


def _figures(people: Sequence[Assessment]) -> Row:
    """Return every figure after `people`: counts are plain, means and shares are weighted.

    A share of nobody is null: H when nobody is assessed, A when nobody is high (or no high has a known
    answer); M0 = H times A is 0 when H is 0, whatever A is.
    """
    shown = [one for one in people if one.is_shown]
    high = [one for one in shown if one.index.band == "high"]
    mean = _weighted_mean((one, one.index.index_bp) for one in shown)
    h = _weighted_mean((one, int(one.index.band == "high")) for one in shown)
    a = _weighted_mean((one, one.index.share) for one in high)
    m0 = h if not h else None if a is None else h * a
    return {
        "assessed": len(shown),
        **_bands(people),
        "provisional": sum(one.index.band_basis == "provisional" for one in people),
        "act_now": sum(bool(one.act_now) for one in people),
        "mean_index_bp": _rounded(mean),
        "h_bp": _in_bp(h),
        "a_bp": _in_bp(a),
        "m0_bp": _in_bp(m0),
    }


def _weighted_mean(figures: Iterable[tuple[Assessment, int | Fraction | None]]) -> Fraction | None:
    """Return the exact mean of the figures that are not null, by survey weight; null without any weight."""
    known = [(Fraction(one.person.weight), figure) for one, figure in figures if figure is not None]
    total = sum(weight for weight, _ in known)
    return Fraction(sum(weight * figure for weight, figure in known), total) if total else None


def _rounded(exact: Fraction | None) -> int | None:
    """Round half to even, as Python rounds fractions."""
    return None if exact is None else round(exact)


def _in_bp(share: Fraction | None) -> int | None:
    return None if share is None else round(10000 * share)
