"""How many people get a band, from which sources, and for how long: figures behind validity and thresholds.

Run as `python -m forewatch.synthesis.coverage docs/indicators` to write the page anew.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.random import SeedSequence, default_rng

from forewatch.analysis.definition import Definition, Threshold
from forewatch.analysis.loading import load_definition
from forewatch.analysis.schema import BASES
from forewatch.analysis.scoring import score
from forewatch.synthesis.blocks import draw_block, spans
from forewatch.synthesis.people import AS_OF
from forewatch.synthesis.places import Places, draw_places
from forewatch.synthesis.province import INDEX, area_table
from forewatch.synthesis.sources import BMN, SCHOOL, SOURCES, VILLAGE_SURVEY, VISIT, Round, Source

PEOPLE, SEED = 20_000, 1
DAYS_AFTER = {0: 0, 6: 183, 12: 365}
"""Days after collection, by months."""

CAMPAIGN = (Round(1.0, 30, 0),)
"""Everything is observed within the 30 days before the day of collection."""


@dataclass(frozen=True)
class Situation:
    """Which sources spoke; `visit_all` sends the visit to every household of every village."""

    name: str
    sources: Sequence[Source]
    visit_all: bool = False


USUAL = tuple(replace(one, rounds=CAMPAIGN) for one in (BMN, VILLAGE_SURVEY, SCHOOL))
SITUATIONS = (
    Situation("Usual sources only (yearly survey, village survey, school register)", USUAL),
    Situation(
        "Usual sources and one visit to every household",
        (*USUAL, replace(VISIT, rounds=CAMPAIGN, pilot=1.0)),
        visit_all=True,
    ),
    Situation("The made-up province as it is, every source on its own days", SOURCES),
)


@dataclass(frozen=True)
class Row:
    """One line of the table: shares of people by the basis of their band, and their median coverage.

    Shares are of all people, 0 to 1, by basis as in `BASES`; `median_bp` is in basis points.
    """

    situation: str
    months: int
    shares: dict[str, float]
    median_bp: int

    @property
    def shown(self) -> float:
        return 1 - self.shares["none"]


def coverage_table(people: int = PEOPLE, seed: int = SEED) -> list[Row]:
    """Return the coverage of each situation at 0, 6 and 12 months after collection."""
    definition = load_definition(INDEX)
    places = draw_places(people, default_rng(SeedSequence(seed, spawn_key=(0,))))
    return [row for one in SITUATIONS for row in _situation(one, places, seed, definition)]


def _situation(situation: Situation, places: Places, seed: int, definition: Definition) -> list[Row]:
    if situation.visit_all:
        places = replace(places, pilot=np.ones(len(places), bool))
    blocks = [
        draw_block(places, number, span, seed, definition, situation.sources)
        for number, span in enumerate(spans(places))
    ]
    rows = []
    for months, days in DAYS_AFTER.items():
        assessments = score(
            definition,
            subjects=pa.concat_tables([one.subjects for one in blocks]),
            records=pa.concat_tables([one.records for one in blocks]),
            events=pa.concat_tables([one.events for one in blocks]),
            areas=area_table(places.areas),
            as_of=AS_OF + timedelta(days=days),
        ).assessments
        bases = assessments["band_basis"].to_pylist()
        coverage = assessments["coverage_bp"].drop_null().to_numpy()
        shares = {basis: bases.count(basis) / len(bases) for basis in BASES}
        rows.append(Row(situation.name, months, shares, int(np.median(coverage))))
    return rows


def write_coverage(folder: Path, people: int = PEOPLE, seed: int = SEED) -> Path:
    """Write coverage.md into a folder, which is made when missing, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "coverage.md"
    path.write_text(_page(coverage_table(people, seed), people, seed), encoding="utf-8")
    return path


def _page(rows: Sequence[Row], people: int, seed: int) -> str:
    lines = [
        *page_head(load_definition(INDEX), people, seed),
        "| sources | months after | certain | firm | provisional | no band | median coverage |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        cells = " | ".join(f"{100 * row.shares[basis]:.0f} %" for basis in BASES)
        lines.append(f"| {row.situation} | {row.months} | {cells} | {row.median_bp / 100:.0f} % |")
    return "\n".join([*lines, *CHOSEN, ""])


CHOSEN = (
    "",
    "## What was chosen with this table in view",
    "",
    "- *Six-month answers hold for 214 days.* A round of visits takes about a month. At 183 days the",
    "  answers from the first weeks of a round were stale before the next half-yearly round began.",
    "- *Yearly answers hold for 365 days.* Every band lapses within a year unless somebody asks again: the",
    "  index is a question asked at a date. A yearly survey that comes late leaves a gap, and it shows.",
    "- *The registers and surveys alone give nobody a band, and that is meant.* They answer about a quarter",
    "  of the questions. Lowering the thresholds until they sufficed would give bands that one visit then",
    "  overturns; instead they say where to visit first and what is left to ask.",
    "- *40 % to show and 75 % to be firm* keep nearly everybody in a band half a year after one visit,",
    "  provisional where answers have lapsed, and hardly anybody after a year.",
)


def page_head(definition: Definition, people: int, seed: int) -> list[str]:
    """Return the lines above the table: what was counted, with which index and thresholds."""
    aggregation = definition.aggregation
    return [
        "# Coverage: who gets a band, and for how long",
        "",
        f"Index {definition.name}; {people:,} made-up people, seed {seed}, collection up to {AS_OF}.",
        "Written by `python -m forewatch.synthesis.coverage docs/indicators`.",
        "Nobody here is real: the figures compare ways of collecting, they do not describe any province.",
        "",
        f"A band is shown from {_asked(aggregation.show)}; it is firm from {_asked(aggregation.firm)}.",
        "A certain band is one that no missing answer can change, whatever the coverage.",
        "An answer past its validity counts as missing, so coverage falls unless somebody asks again.",
        "",
    ]


def _asked(threshold: Threshold) -> str:
    return (
        f"{threshold.coverage_bp / 100:g} % of the applicable indicators known "
        f"and {threshold.domain_coverage_bp / 100:g} % in every domain"
    )


def main() -> None:
    """Write the page into the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Name the folder for coverage.md: python -m forewatch.synthesis.coverage docs/indicators")
    print(f"Written: {write_coverage(Path(sys.argv[1]))}")


if __name__ == "__main__":
    main()
