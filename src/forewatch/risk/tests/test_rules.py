"""Scores come back as they were packed, and never under another definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.risk.rules import packed, unpacked


@given(st.lists(st.sampled_from([None, 1, 2, 3]), max_size=64))
def test_scores_come_back(scores: list[int | None]) -> None:
    names = [f"X{place}" for place in range(len(scores))]
    assert list(unpacked(names, packed(scores)).values()) == scores


def test_scores_of_another_definition_are_refused() -> None:
    with pytest.raises(ValueError, match="3 scores for 2 indicators"):
        unpacked(["A", "B"], "1-3")
