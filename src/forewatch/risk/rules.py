"""How an assessment is kept in few characters, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NOT_KNOWN = "-"


def packed(scores: Sequence[int | None]) -> str:
    """Return scores in the definition's order as one character each."""
    return "".join(NOT_KNOWN if one is None else str(one) for one in scores)


def unpacked(indicators: Sequence[str], scores: str) -> Mapping[str, int | None]:
    """Return the score of each indicator.

    Raises ValueError when the scores are of another definition.
    """
    if len(indicators) != len(scores):
        raise ValueError(f"There are {len(scores)} scores for {len(indicators)} indicators.")
    return {
        name: None if one == NOT_KNOWN else int(one) for name, one in zip(indicators, scores, strict=True)
    }
