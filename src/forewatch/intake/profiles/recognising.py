"""Which profile a file belongs to, by its headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forewatch.intake.interpreting.columns import Columns, heading_key
from forewatch.intake.profiles.structure import Profile, Table, person_columns

ENOUGH = 0.5
"""Share of the columns with answers that must be there."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a profile fits a file: for each of its tables the sheet, and which columns lack or are new."""

    sheets: tuple[int | None, ...]
    share: float
    lacking: tuple[str, ...]
    new: tuple[str, ...]


def recognise(profile: Profile, sheets: Sequence[Sequence[str]]) -> Match | None:
    """Return how a profile fits the sheets (their headings), or None when it does not."""
    found: list[int | None] = []
    shares: list[float] = []
    lacking: list[str] = []
    new: list[str] = []
    for table in profile.tables:
        fits = [
            (share, -place) for place, names in enumerate(sheets) if (share := fit(table, names)) is not None
        ]
        if not fits:
            found.append(None)
            continue
        share, place = max(fits)
        found.append(-place)
        shares.append(share)
        there = Columns(sheets[-place])
        lacking += [one for one in table.named() if one not in there and one not in table.unused]
        known = {heading_key(one) for one in table.named()}
        new += [one for one in sheets[-place] if heading_key(one) not in known]
    if not shares:
        return None
    return Match(tuple(found), min(shares), tuple(lacking), tuple(new))


def fit(table: Table, names: Sequence[str]) -> float | None:
    """Return the share of a table's columns that stand among headings; None when it is not its sheet."""
    columns = Columns(names)
    if not all(one in columns for one in table.needed()):
        return None
    people = [one for one in person_columns(table.person) if one in columns]
    if table.person and not people and not table.person.unnamed:
        return None
    said = list(dict.fromkeys(column for one in table.answers for column in one.columns()))
    there = sum(1 for one in said if one in columns)
    if said and there < ENOUGH * len(said):
        return None
    everything = table.named()
    return sum(1 for one in everything if one in columns) / len(everything)


def best(profiles: Iterable[Profile], sheets: Sequence[Sequence[str]]) -> tuple[Profile, Match] | None:
    """Return the profile that fits best, the newest of equals; None when none fits."""
    found = [
        (match.share, one.version, one.id, one, match)
        for one in profiles
        if (match := recognise(one, sheets))
    ]
    if not found:
        return None
    *_, profile, match = max(found, key=lambda one: one[:3])
    return profile, match
