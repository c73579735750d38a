"""Attacks on all live releases together: two indexes of one day, and a month in which one person joined.

An independent calculation: the attacker knows every published figure, the rounding and the rules, writes down
all true tables that could be behind them, at the finest level, and asks of each count how little and how much
it could be. A total adds nothing, for it is computed from published counts; nor does a district that is kept
whole, which it may be for fear of this attack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from forewatch.analysis.disclosure import Release, ReleaseRefused
from forewatch.analysis.tests.disclosing import BANDS, DAY, Row, cell, release, said, unaudited
from forewatch.config.tests.assurance import Assured, Often

WORLDS, LONG = 50, 1_500
NEXT = date(2031, 4, 30)
DISTRICT, PARTS, SEXES, INDEXES = "XX11", ("XX111", "XX112"), ("F", "M"), ("a@1", "b@1")
Key = tuple[str, str, str, str]
"""Index, base area, sex and band of a published count."""
Range = tuple[int, int]


class Attack:
    """All true tables that could be behind the releases of one day."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self.said: dict[Key, str] = {}
        names = [one.definition for one in releases]
        self.names = set(names)
        self._place = {key: at for at, key in enumerate(product(names, PARTS, SEXES, BANDS))}
        self._rules: list[tuple[Mapping[int, int], float, float]] = []
        for one in releases:
            self._read(one)
        for sex, part, other in product(SEXES, PARTS, names[1:]):
            same = {self._place[names[0], part, sex, band]: 1 for band in BANDS}
            self._rules.append((same | {self._place[other, part, sex, band]: -1 for band in BANDS}, 0, 0))

    def _read(self, one: Release) -> None:
        for row in one.rows.to_pylist():
            area, sex = row["area_code"], row["sex"]
            if not sex or not row["age_band"] or one.base_areas.get(area) != DISTRICT:
                continue
            for band in BANDS:
                reads = said(row, band)
                self.said[one.definition, area, sex, band] = reads
                self._rules.append((self._cells(one.definition, area, sex, [band]), *_bounds(reads)))
        # A count that has no row is of nobody.
        for area, sex, band in product([DISTRICT] if not one.split else PARTS, SEXES, BANDS):
            if (one.definition, area, sex, band) not in self.said:
                self._rules.append((self._cells(one.definition, area, sex, [band]), 0, 0))
        for part in PARTS if one.split else ():
            self._rules.append((self._assessed(one.definition, part), 50, np.inf))

    def _cells(self, name: str, area: str, sex: str, bands: Sequence[str]) -> dict[int, int]:
        parts = PARTS if area == DISTRICT else [area]
        return {self._place[name, part, sex, band]: 1 for part, band in product(parts, bands)}

    def _assessed(self, name: str, part: str) -> dict[int, int]:
        return {self._place[name, part, sex, band]: 1 for sex, band in product(SEXES, BANDS[:3])}

    def areas(self, name: str) -> set[str]:
        """Return the base areas of an index with people in them."""
        return {key[1] for key in self.said if key[0] == name}

    def ranges(self) -> dict[Key, Range]:
        """Return how few and how many people each published count could be of, but for those of nobody."""
        matrix = np.zeros((len(self._rules), len(self._place)))
        for at, (entries, _low, _high) in enumerate(self._rules):
            matrix[at, list(entries)] = list(entries.values())
        told = LinearConstraint(matrix, *zip(*(one[1:] for one in self._rules), strict=True))

        def least(key: Key, sign: int) -> int:
            cost = np.zeros(len(self._place))
            cost[list(self._cells(*key[:3], [key[3]]))] = sign
            # Without a gap of 0 the solver may stop one short.
            exactly = {"integrality": np.ones(len(cost)), "options": {"mip_rel_gap": 0}}
            found = milp(cost, constraints=told, bounds=Bounds(0, np.inf), **exactly)
            assert found.x is not None, "no people fit the figures"
            return round(found.fun)

        return {key: (least(key, 1), -least(key, -1)) for key, reads in self.said.items() if reads != "0"}


def _bounds(reads: str) -> Range:
    if reads in ("withheld", "0", "15"):
        return {"withheld": (1, 10), "0": (0, 0), "15": (11, 17)}[reads]
    return int(reads) - 2, int(reads) + 2


# --- made-up people ------------------------------------------------------------------------------------

EDGES = (2, 5, 10, 11, 17, 18, 22, 23, 28, 33)
"""Counts at the edges of what rounds alike, where two indexes together say most."""
Counts = dict[Key, int]


def some_people(random: np.random.Generator) -> Counts:
    """Return true counts of both indexes, by sub-district, sex and band, of the same people."""
    counts: Counts = dict.fromkeys(product(INDEXES, PARTS, SEXES, BANDS), 0)
    for part, sex in product(PARTS, SEXES):
        pieces = random.choice(EDGES, random.integers(1, 4)).tolist()
        for name in INDEXES:
            # Each index puts the pieces together in its own way.
            for piece, band in zip(pieces, random.choice(BANDS, len(pieces)), strict=True):
                counts[name, part, sex, str(band)] += piece
    return counts


def one_joined(random: np.random.Generator, counts: Counts) -> tuple[Counts, list[Key]]:
    """Return the counts after one person more, and the two that rose."""
    part, sex = str(random.choice(PARTS)), str(random.choice(SEXES))
    rose = [(name, part, sex, str(random.choice(BANDS))) for name in INDEXES]
    return {key: count + (key in rose) for key, count in counts.items()}, rose


def rows_of(counts: Counts, index: str) -> list[Row]:
    return [cell(part, n, band, sex) for (name, part, sex, band), n in counts.items() if name == index]


def let_out(counts: Counts, day: date, live: Sequence[Release]) -> list[Release]:
    """Return the releases of a day that the audit lets through."""
    made: list[Release] = []
    for index in INDEXES:
        with suppress(ReleaseRefused):
            made.append(release(rows_of(counts, index), definition=index, as_of=day, live=[*live, *made]))
    return made


def truth(counts: Counts, key: Key) -> int:
    name, area, sex, band = key
    return sum(counts[name, part, sex, band] for part in PARTS if part.startswith(area))


# --- the attack ----------------------------------------------------------------------------------------


def is_told(reads: str, reach: Range) -> bool:
    """Tell whether a count is given away: a withheld one that is narrowed, another of fewer than three."""
    return reach != (1, 10) if reads == "withheld" else reach[1] - reach[0] < 2


@dataclass
class Found:
    """What an attack found: counts and rises that were attacked, and those that were given away."""

    counts: int = 0
    told: int = 0
    rises: int = 0
    seen: int = 0

    def look(self, attack: Attack, counts: Counts) -> dict[Key, Range]:
        """Attack the counts of a day, and return what each could be."""
        ranges = attack.ranges()
        for key, reach in ranges.items():
            assert reach[0] <= truth(counts, key) <= reach[1]
            self.counts += 1
            self.told += is_told(attack.said[key], reach)
        return ranges

    def compare(self, before: Attack, after: Attack, ranges: Sequence[dict[Key, Range]], rose: Key) -> None:
        """Ask by how much a count rose that rose by one: the difference of what it could be on each day."""
        key = rose if rose in after.said else (rose[0], DISTRICT, *rose[2:])
        if before.areas(key[0]) != after.areas(key[0]):
            return
        (low, high), (least, most) = (one.get(key, (0, 0)) for one in ranges)
        assert least - high <= 1 <= most - low
        self.rises += 1
        self.seen += (most - low) - (least - high) < 3


def compared(found: Found, days: Sequence[tuple[Counts, Sequence[Release]]], rose: Sequence[Key]) -> None:
    """Attack the releases of two days, between which two counts rose, one of each index."""
    before, after = (Attack(live) for _counts, live in days)
    ranges = [found.look(one, counts) for one, (counts, _live) in zip((before, after), days, strict=True)]
    for key in rose:
        if key[0] in before.names & after.names:
            found.compare(before, after, ranges, key)


def test_two_indexes_of_a_day_and_one_who_joins_within_a_month_give_no_count_away(
    assured: Assured, often: Often
) -> None:
    found, worlds = Found(), often(WORLDS, LONG)
    random, refused = np.random.default_rng(7), 0
    for _world in range(worlds):
        counts = some_people(random)
        more, rose = one_joined(random, counts)
        live = let_out(counts, DAY, [])
        later = let_out(more, NEXT, live)
        compared(found, [(counts, live), (more, later)], rose)
        refused += 2 * len(INDEXES) - len(live) - len(later)
    assert 0 < refused < worlds, "the audit refused nothing, or all that is of interest"
    assured("together", found.counts + found.rises, found.told + found.seen)
    assert (found.told, found.seen) == (0, 0)


def drafts(counts: Counts) -> list[Release]:
    """Return what an office without an audit lets out."""
    return [unaudited(rows_of(counts, index), definition=index) for index in INDEXES]


def test_the_same_attack_breaks_what_an_office_without_an_audit_lets_out() -> None:
    random, found = np.random.default_rng(7), Found()
    for _world in range(10):
        counts = some_people(random)
        found.look(Attack(drafts(counts)), counts)
    assert found.told > found.counts / 50


def test_the_same_attack_sees_one_who_joined_where_both_months_are_told_nearly() -> None:
    counts = dict.fromkeys(product(INDEXES, PARTS, SEXES, BANDS), 0)
    first, *second = rose = [("a@1", PARTS[0], "F", "low"), ("b@1", PARTS[0], "F", "high")]
    counts |= {first: 36, second[0]: 18, ("b@1", PARTS[0], "F", "low"): 18}
    more = {key: count + (key in rose) for key, count in counts.items()}
    found = Found()
    compared(found, [(one, drafts(one)) for one in (counts, more)], rose)
    assert (found.rises, found.seen) == (2, 2)
