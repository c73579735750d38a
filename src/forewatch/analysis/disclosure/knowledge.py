"""What a reader of all releases knows about the true counts of their base cells: bounds and linear rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from forewatch.analysis.disclosure.bounds import NO_LIMIT, Rules
from forewatch.analysis.disclosure.cells import AGE_KEYS, SEX_KEYS, SHOWN, SPLIT_ASSESSED, Counts, positions
from forewatch.analysis.disclosure.release import Release
from forewatch.analysis.schema import BANDS

CROSSINGS = len(SEX_KEYS) * len(AGE_KEYS)
LEAST_WITHHELD, GREATEST_WITHHELD = 1, 10


@dataclass(frozen=True)
class Known:
    """The base cells of one release as arrays, base area x (sex x age band) x band.

    `lower` and `upper` bound the true counts; `number` is each cell's place among the cells of all releases.
    """

    release: Release
    lower: Counts
    upper: Counts
    number: Counts

    def areas_of(self, district: str) -> list[int]:
        """Return where a district's base areas stand."""
        return [at for at, above in enumerate(self.release.base_areas.values()) if above == district]


def read_cells(release: Release, first: int) -> Known:
    """Return what the published base cells say; `first` is the number of the first one.

    0 is 0, 15 is 11 to 17, another count is within 2, withheld is 1 to 10. A crossing that is not surveyed
    has all its people in the band not enough information. A crossing without a row has nobody.
    """
    codes = list(release.base_areas)
    rows = release.rows
    rows = rows.filter(pc.and_(pc.is_valid(rows["sex"]), pc.is_valid(rows["age_band"])))
    rows = rows.filter(pc.is_in(rows["area_code"], value_set=pa.array(codes, pa.string())))
    where = (
        positions(rows["area_code"], codes),
        positions(rows["sex"], SEX_KEYS) * len(AGE_KEYS) + positions(rows["age_band"], AGE_KEYS),
    )
    lower = np.zeros((len(codes), CROSSINGS, len(BANDS)), np.int64)
    upper = lower.copy()
    for at, band in enumerate(BANDS):
        unsurveyed = pc.equal(rows[f"{band}_sign"], "not_surveyed")
        instead = "people" if at == SHOWN else band
        value = pc.fill_null(pc.if_else(unsurveyed, rows[instead], rows[band]), 0).to_numpy()
        sign = pc.if_else(unsurveyed, rows[f"{instead}_sign"], rows[f"{band}_sign"])
        hidden = pc.equal(sign, "withheld").to_numpy()
        rounded = value > 0
        least = np.where(value == 15, 11, value - 2)
        lower[(*where, at)] = np.select([hidden, rounded], [LEAST_WITHHELD, least])
        upper[(*where, at)] = np.select([hidden, rounded], [GREATEST_WITHHELD, value + 2])
    return Known(release, lower, upper, first + np.arange(lower.size).reshape(lower.shape))


def bounds_and_rules(releases: Sequence[Release]) -> tuple[list[Known], Counts, Counts, Rules]:
    """Return the cells of all releases, their lower and upper bounds by number, and the rules between them.

    Cells that the rules need and no release has (one-or-the-other switches) come last.
    """
    known: list[Known] = []
    for release in releases:
        known.append(read_cells(release, sum(one.number.size for one in known)))
    pairs = [(a, b) for a, b in combinations(known, 2) if a.release.as_of == b.release.as_of]
    kept_whole = [one for pair in pairs for one in _kept_whole(*pair)]
    cells = sum(one.number.size for one in known)
    switches = sum(len(parts) for parts, _, _ in kept_whole)
    lower = np.concatenate([*(one.lower.ravel() for one in known), np.zeros(switches, np.int64)])
    upper = np.concatenate([*(one.upper.ravel() for one in known), np.ones(switches, np.int64)])
    size = cells + switches
    rules = [_split_rules(one, size) for one in known] + [_same_people(*pair, size) for pair in pairs]
    for parts, unsure, slack in kept_whole:
        rules.append(_few_assessed(parts, unsure, slack, cells, size))
        cells += len(parts)
    return known, lower, upper, Rules.joined(rules)


def _split_rules(known: Known, size: int) -> Rules:
    """Each sub-district of a split district that has people has at least 50 assessed."""
    split = np.array([code != above for code, above in known.release.base_areas.items()], bool)
    chosen = split & known.upper.any((1, 2))
    cell = known.number[chosen, :, :SHOWN]
    rule = np.arange(len(cell)).repeat(cell[:1].size)
    lowest = np.full(len(cell), SPLIT_ASSESSED)
    return Rules.of(
        (rule, cell.ravel(), np.ones(cell.size, np.int64)), lowest, np.full(len(cell), NO_LIMIT), size
    )


def _same_people(one: Known, other: Known, size: int) -> Rules:
    """In each area, sex and age band, the bands of two releases of a day add up to the same people.

    The area is the sub-district where both releases split the district, else the district.
    """
    both = one.release.split & other.release.split
    codes = [
        [code if above in both else above for code, above in known.release.base_areas.items()]
        for known in (one, other)
    ]
    shared = {code: at for at, code in enumerate(sorted(set(codes[0]) & set(codes[1])))}
    entries: list[tuple[Counts, Counts, Counts]] = []
    for known, names, factor in ((one, codes[0], 1), (other, codes[1], -1)):
        inside = [at for at, name in enumerate(names) if name in shared]
        cell = known.number[inside]
        area = np.array([shared[names[at]] for at in inside], np.int64).reshape(-1, 1, 1)
        rule = np.broadcast_to(area * CROSSINGS + np.arange(CROSSINGS).reshape(1, -1, 1), cell.shape)
        entries.append((rule.ravel(), cell.ravel(), np.full(cell.size, factor)))
    nothing = np.zeros(len(shared) * CROSSINGS, np.int64)
    first, second = entries
    joined = tuple(np.concatenate(both) for both in zip(first, second, strict=True))
    return Rules.of((joined[0], joined[1], joined[2]), nothing, nothing, size)


def _kept_whole(one: Known, other: Known) -> Iterator[tuple[list[Counts], Counts, int]]:
    """Yield, for each district that only one of two releases splits, what the whole one's readers may use.

    That is: the cells of each sub-district's people, the whole district's cells of not enough information,
    and a number no count of people is above. Left out where it says nothing: whatever the counts are, some
    sub-district is small enough or enough people lack information.
    """
    for split, whole in ((one, other), (other, one)):
        for district in sorted(split.release.split - whole.release.split):
            unsure = np.ix_(whole.areas_of(district), range(CROSSINGS), [SHOWN])
            parts = [at for at in split.areas_of(district) if split.upper[at].any()]
            most = [int(split.upper[at].sum()) for at in parts]
            if parts and min(most) - int(whole.lower[unsure].sum()) >= SPLIT_ASSESSED:
                yield [split.number[at].ravel() for at in parts], whole.number[unsure].ravel(), max(most)


def _few_assessed(parts: list[Counts], unsure: Counts, slack: int, first: int, size: int) -> Rules:
    """At least one sub-district has fewer than 50 assessed, so its other people lack information.

    Switch s (cells `first` and up) is 1 for such a sub-district:
    people of s - district's not enough information <= 49 + slack * (1 - switch), and the switches add up to
    1 or more.
    """
    entries: list[tuple[int, int, int]] = []
    for at, people in enumerate(parts):
        entries += [(at, int(cell), 1) for cell in people]
        entries += [(at, int(cell), -1) for cell in unsure]
        entries += [(at, first + at, slack), (len(parts), first + at, 1)]
    rule, cell, factor = np.array(entries, np.int64).T
    lowest = np.array([-NO_LIMIT] * len(parts) + [1])
    highest = np.array([SPLIT_ASSESSED - 1 + slack] * len(parts) + [NO_LIMIT])
    return Rules.of((rule, cell, factor), lowest, highest, size)
