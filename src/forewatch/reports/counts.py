"""How a figure reads: exact, withheld, at least, or not surveyed.

A count is an int, or None where nobody was surveyed. A release (index-spec section 8) adds two signs that
are not numbers: the text `w` for withheld, and `a120` for "at least 120". These small forms are also what
the page's script reads.
"""

from __future__ import annotations

from collections.abc import Iterable

Count = int | str | None

WITHHELD = "w"


def signed(value: int | None, sign: str) -> Count:
    """Return a released value with its sign, as one count."""
    if sign == "withheld":
        return WITHHELD
    if sign == "at_least":
        return f"a{value}"
    return value


def value_and_sign(count: Count) -> tuple[int | None, str]:
    """Return a count of a release as it stands in the release: its value, and its sign."""
    if count == WITHHELD:
        return None, "withheld"
    if isinstance(count, str):
        return known(count), "at_least"
    return count, "not_surveyed" if count is None else "count" if count else "zero"


def known(count: Count) -> int:
    """Return the part of a count that is known: 0 where it is withheld or nobody was surveyed."""
    if isinstance(count, str):
        return 0 if count == WITHHELD else int(count[1:])
    return count or 0


def total(parts: Iterable[Count]) -> Count:
    """Return the sum of counts, as much of it as they say: None when nobody was surveyed in any of them."""
    given = [part for part in parts if part is not None]
    if not given:
        return None
    found = sum(map(known, given))
    if not any(isinstance(part, str) for part in given):
        return found
    return f"a{found}" if found else WITHHELD


def percent(part: Count, whole: Count) -> str:
    """Return a share as whole per cent, rounded down, so that no share looks like a threshold it misses.

    A little is never 0%. Empty where there is no whole, or either is withheld.
    """
    share, of = known(part), known(whole)
    if part is None or WITHHELD in (part, whole) or of == 0:
        return ""
    return f"{100 * share // of}%" if share == 0 or 100 * share >= of else "<1%"


def points(bp: int | None) -> str:
    """Return basis points as points of 100 with one decimal, halves up; empty when there is none."""
    if bp is None:
        return ""
    tenths = (bp + 5) // 10
    return f"{tenths // 10}.{tenths % 10}"
