"""The page of promises is what a run wrote, it names them all, and it does not flatter."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.access.rules import Role
from forewatch.config.tests.assurance import PROMISES, Assured, page
from forewatch.config.tests.test_every_address import ADDRESSES

DOCS = Path(__file__).parents[4] / "docs"
WITHOUT_A_DATABASE = {"withheld", "programming", "together", "browser", "cells", "roots", "scripts"}
ON_FILES = {"at rest", "keystore", "restored", "backup"}
"""What is tried on the files of SQLite: PostgreSQL keeps its own."""


def figures(page_name: str, promise: str) -> list[str]:
    """Return the cells of a promise on a page: how often it was tried, broken, and what that means."""
    lines = (DOCS / page_name).read_text(encoding="utf-8").splitlines()
    (line,) = [one for one in lines if one.startswith(f"| {PROMISES[promise][0]} |")]
    return [one.strip() for one in line.split("|")][2:5]


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_each_promise_was_tried_and_never_broken(promise: str) -> None:
    tried, broken, means = figures("assurance.md", promise)
    assert int(tried.replace(",", "")) > 0
    assert (broken, means) == ("0", PROMISES[promise][1])


@pytest.mark.parametrize("promise", sorted({*PROMISES} - WITHOUT_A_DATABASE - ON_FILES))
def test_what_a_database_has_a_part_in_was_tried_on_postgresql_too(promise: str) -> None:
    tried, broken, _means = figures("assurance-postgresql.md", promise)
    assert int(tried.replace(",", "")) > 0
    assert broken == "0"


@pytest.mark.parametrize("name", ["assurance.md", "assurance-postgresql.md"])
def test_every_address_of_today_was_tried_by_every_role(name: str) -> None:
    tried, _broken, _means = figures(name, "address")
    assert int(tried.replace(",", "")) == len(ADDRESSES) * len(Role)


@pytest.mark.parametrize("name", ["assurance.md", "assurance-postgresql.md"])
def test_nothing_failed_when_the_page_was_written(name: str) -> None:
    assert "Failed in this run: nothing." in (DOCS / name).read_text(encoding="utf-8")


def test_what_was_not_proved_or_failed_or_broke_is_said() -> None:
    said = page({"audit": [1000, 3]}, ["test_x"])
    assert f"| {PROMISES['audit'][0]} | 1,000 | 3 | not found |" in said
    assert said.count("**not proved**") == len(PROMISES) - 1
    assert "Failed in this run: test_x." in said


def test_nothing_is_said_of_what_is_no_promise_or_was_not_tried(assured: Assured) -> None:
    for promise, tried in (("made up", 1), ("audit", 0)):
        with pytest.raises(AssertionError):
            assured(promise, tried)
