"""The page of promises is what a run wrote, it names them all, and it does not flatter."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.config.tests.assurance import PROMISES, Assured, page

WRITTEN = Path(__file__).parents[4] / "docs" / "assurance.md"


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_each_promise_was_tried_and_never_broken(promise: str) -> None:
    what, broken_means = PROMISES[promise]
    (line,) = [
        one for one in WRITTEN.read_text(encoding="utf-8").splitlines() if one.startswith(f"| {what} |")
    ]
    _, _, tried, broken, means, _ = (one.strip() for one in line.split("|"))
    assert int(tried.replace(",", "")) > 0
    assert (broken, means) == ("0", broken_means)


def test_what_was_not_proved_or_failed_or_broke_is_said() -> None:
    said = page({"audit": [1000, 3]}, ["test_x"])
    assert f"| {PROMISES['audit'][0]} | 1,000 | 3 | not found |" in said
    assert said.count("**not proved**") == len(PROMISES) - 1
    assert "Failed in this run: test_x." in said


def test_nothing_is_said_of_what_is_no_promise_or_was_not_tried(assured: Assured) -> None:
    for promise, tried in (("made up", 1), ("audit", 0)):
        with pytest.raises(AssertionError):
            assured(promise, tried)
