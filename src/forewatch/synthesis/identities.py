"""Made-up names and numbers for the made-up people: they sound like nobody, and no office ever gave them out.

Each is a pure function of a person's or household's number: a province of any size needs no list of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from forewatch.synthesis.naming import FIRST, LAST, MIDDLE

_TITLES = {("M", True): "ด.ช.", ("M", False): "นาย", ("F", True): "ด.ญ.", ("F", False): "นาง"}
_MIXED = 2_654_435_761
"""Knuth's multiplier: neighbours get names far apart."""
OFFICE = "99"
"""Digits 2 and 3 of a citizen number name a province; none has 99, so that no number here is anybody's."""


@dataclass(frozen=True)
class MadeUp:
    """Who somebody is, were they real."""

    title: str
    given_name: str
    family_name: str
    citizen_id: str
    """13 digits, or nothing for those without a number."""


def _mixed(number: int, salt: int) -> int:
    return (number * _MIXED + salt * 40_503) % (1 << 32)


def _word(number: int) -> str:
    number, first = divmod(number, len(FIRST))
    number, middle = divmod(number, len(MIDDLE))
    return FIRST[first][1] + MIDDLE[middle][1] + LAST[number % len(LAST)][1]


def identity(person: int, household: int, sex: str, child: bool, papers: bool) -> MadeUp:
    """Return the names and number of a person; members of a household share the family name."""
    return MadeUp(
        title=_TITLES.get((sex, child), ""),
        given_name=_word(_mixed(person, 1) >> 8),
        family_name=_word(_mixed(household, 2) >> 8),
        citizen_id=citizen_number(person) if papers else "",
    )


def citizen_number(person: int) -> str:
    """Return a 13-digit number with the right check digit, of an office that does not exist."""
    twelve = f"1{OFFICE}{person % 1_000_000_000:09d}"
    weighted = sum((13 - place) * int(digit) for place, digit in enumerate(twelve))
    return f"{twelve}{(11 - weighted % 11) % 10}"


def address(household: int) -> str:
    """Return a made-up house number."""
    return f"{_mixed(household, 3) % 300 + 1}/{_mixed(household, 4) % 40 + 1}"
