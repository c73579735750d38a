"""What docs/asvs.csv says of each demand of OWASP ASVS 5.0.0, levels 1 and 2, points to tests that are there.

The ids are those of OWASP ASVS 5.0.0; the words are ours.
"""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs/asvs.csv"
COLUMNS = ["id", "level", "standing", "evidence", "note"]
STANDINGS = {"tested", "not applicable", "open"}
DEMANDS = {"1": 70, "2": 183}
LONGEST = 160
FEWEST_WORDS = 5
"""Of a reason; less than that explains nothing."""

with LIST.open(newline="", encoding="utf-8") as stream:
    ROWS = list(csv.DictReader(stream))


def place(demand: str) -> tuple[int, ...]:
    """Return the chapter, the section and the number of a demand."""
    assert re.fullmatch(r"V\d+\.\d+\.\d+", demand), demand
    return tuple(int(part) for part in demand[1:].split("."))


@cache
def functions(path: str) -> frozenset[str]:
    """Return the names of all functions of a file, methods included."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, kinds))


def test_every_demand_of_both_levels_stands_in_the_list_once_and_in_order() -> None:
    places = [place(row["id"]) for row in ROWS]

    assert list(ROWS[0]) == COLUMNS
    assert places == sorted(set(places))
    assert {level: sum(row["level"] == level for row in ROWS) for level in DEMANDS} == DEMANDS
    assert len(ROWS) == sum(DEMANDS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_shows_its_tests_or_gives_its_reason(row: dict[str, str]) -> None:
    evidence, note = row["evidence"].split(), row["note"]

    assert row["standing"] in STANDINGS
    assert note[:1].isupper() or note[:1].isdigit()
    assert len(note) <= LONGEST
    if row["standing"] != "tested":
        assert not evidence
        assert len(note.split()) >= FEWEST_WORDS, "a reason is a sentence"
        return
    assert evidence
    assert len(set(evidence)) == len(evidence)
    for one in evidence:
        path, _, name = one.partition("::")
        assert (ROOT / path).is_file(), path
        assert Path(path).name.startswith("test_"), path
        assert name.startswith("test_"), one
        assert name in functions(path), one
