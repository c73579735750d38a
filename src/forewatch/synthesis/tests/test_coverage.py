from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.analysis.definition import Definition
from forewatch.analysis.schema import BASES
from forewatch.synthesis import coverage
from forewatch.synthesis.coverage import DAYS_AFTER, PEOPLE, SEED, SITUATIONS, Row

PAGE = Path(__file__).parents[4] / "docs" / "indicators" / "coverage.md"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return coverage.coverage_table(2_500, 3)


def _shown(rows: list[Row], situation: int) -> list[float]:
    return [row.shown for row in rows if row.situation == SITUATIONS[situation].name]


def test_each_situation_is_looked_at_three_times(rows: list[Row]) -> None:
    assert [(row.situation, row.months) for row in rows] == [
        (one.name, months) for one in SITUATIONS for months in DAYS_AFTER
    ]


def test_shares_are_of_everybody(rows: list[Row]) -> None:
    for row in rows:
        assert set(row.shares) == set(BASES)
        assert sum(row.shares.values()) == pytest.approx(1)
        assert 0 <= row.median_bp <= 10_000


def test_a_visit_shows_nearly_everybody_a_band(rows: list[Row]) -> None:
    usual, visited, as_it_is = (_shown(rows, number)[0] for number in range(3))
    assert visited > 0.95
    assert usual < as_it_is < visited


def test_a_visit_makes_most_bands_firm_or_certain(rows: list[Row]) -> None:
    fresh = next(row for row in rows if row.situation == SITUATIONS[1].name)
    assert fresh.shares["certain"] + fresh.shares["firm"] > 0.6


def test_coverage_only_falls_while_nobody_asks_again(rows: list[Row]) -> None:
    for number in range(3):
        shown = _shown(rows, number)
        assert shown == sorted(shown, reverse=True)
        medians = [row.median_bp for row in rows if row.situation == SITUATIONS[number].name]
        assert medians == sorted(medians, reverse=True)


def test_the_campaign_asks_within_thirty_days() -> None:
    for one in SITUATIONS[:2]:
        for source in one.sources:
            assert [(turn.earliest, turn.latest) for turn in source.rounds] == [(30, 0)]


def test_the_page_shows_every_row(rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "coverage_table", lambda people, seed: rows)
    text = coverage.write_coverage(tmp_path / "new", 2_500, 3).read_text("utf-8")
    assert "2,500 made-up people, seed 3, collection up to 2026-06-30" in text
    assert "python -m forewatch.synthesis.coverage docs/indicators" in text
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells[:2] == [row.situation, str(row.months)]
        assert cells[2:6] == [f"{100 * row.shares[basis]:.0f} %" for basis in BASES]


def test_the_page_in_the_manual_is_about_the_shipped_index(definition: Definition) -> None:
    head = "\n".join(coverage.page_head(definition, PEOPLE, SEED))
    assert PAGE.read_text("utf-8").startswith(head), (
        "docs/indicators/coverage.md speaks of another index; "
        "run: python -m forewatch.synthesis.coverage docs/indicators"
    )


def test_the_command_needs_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["coverage"])
    with pytest.raises(SystemExit, match="Name the folder"):
        coverage.main()
