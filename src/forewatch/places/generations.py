"""What loading a set of areas changes: which generations end, which begin, and which stay as they are.

An area changes when its name, the area above it, or its outline does. Then the generation in force ends on
the day from which the set holds, and another begins. What a set merely adds (an outline, a name in the local
language) completes the generation in force. A set that holds from the very day on which a generation began
corrects it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from forewatch.places.rules import COUNTRY_LEVEL, SEPARATOR, Stated


@dataclass(frozen=True, slots=True)
class Generation:
    """An area as it is from a day on; `parent` is a code, `parent_id` the generation it points to."""

    id: uuid.UUID
    code: str
    level: int
    parent: str | None
    path: str
    name: str
    name_local: str
    valid_on: date
    geometry: bytes | None = None
    parent_id: uuid.UUID | None = None


@dataclass(slots=True)
class Changes:
    """What a load does to the generations in force, by code.

    `opened` and `corrected` are as they shall be; `closed` and `removed` as they were; `relinked` are those
    that stay, but whose area above has a new generation. `stranded` lie in an area that is no more, on a
    level of which the set says nothing. `too_late` hold from a later day than the set does.
    """

    opened: dict[str, Generation] = field(default_factory=dict)
    corrected: dict[str, Generation] = field(default_factory=dict)
    closed: dict[str, Generation] = field(default_factory=dict)
    removed: dict[str, Generation] = field(default_factory=dict)
    relinked: dict[str, Generation] = field(default_factory=dict)
    stranded: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)
    unchanged: int = 0

    def vanished(self) -> list[str]:
        """Return the codes of areas that are no more."""
        return sorted((self.closed.keys() - self.opened.keys()) | self.removed.keys())


@dataclass
class _Work:
    """The generations in force, and how they shall be."""

    current: Mapping[str, Generation]
    stated: Mapping[str, Stated]
    day: date
    new_id: Callable[[], uuid.UUID]
    wanted: dict[str, Generation] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)


def plan(
    stated: Iterable[Stated],
    current: Iterable[Generation],
    day: date,
    *,
    ended: Mapping[str, date],
    whole_country: bool,
    new_id: Callable[[], uuid.UUID],
) -> Changes:
    """Return what a set that holds from `day` changes.

    A set names every area below each one that it names as a parent, on its own levels: others there are no
    more. Of a country it does so only if it is said to be the `whole_country`, for sets of one province are
    common; else the provinces it does not name are `left` as they are.
    `ended` holds the last day of areas that are not in force, by code. The set has passed `rules.problems`.
    """
    work = _Work({one.code: one for one in current}, {one.code: one for one in stated}, day, new_id)
    gone = _vanished(work, whole_country=whole_country)
    for code in [*work.stated, *(one for one in work.current if one not in gone)]:
        _want(work, code, gone)
    for code in gone:
        _end(work, work.current[code])
    for code, one in work.wanted.items():
        _begin(work, code, one, ended)
    _link(work)
    work.changes.stranded = sorted(
        code for code, one in work.wanted.items() if one.parent in gone and code not in work.stated
    )
    return work.changes


def _vanished(work: _Work, *, whole_country: bool) -> set[str]:
    levels = {one.level for one in work.stated.values()}
    named = {one.parent for one in work.stated.values() if one.parent}
    spoken_of = work.stated.keys() | _above(named, work.current)
    missing = [one for one in work.current.values() if one.code not in spoken_of and one.level in levels]
    if not whole_country:
        countries = {code for code in named if _level(work, code) == COUNTRY_LEVEL}
        work.changes.left = sorted(one.code for one in missing if one.parent in countries)
        named -= countries
    gone: set[str] = set()
    # From the top down, because what lay in an area that is no more is no more either.
    for one in sorted(missing, key=lambda one: one.level):
        if one.parent in named or one.parent in gone:
            gone.add(one.code)
    return gone


def _above(codes: Iterable[str], current: Mapping[str, Generation]) -> set[str]:
    """Return those codes, and those of all areas above them."""
    found: set[str] = set()
    for code in codes:
        above: str | None = code
        while above is not None and above not in found:
            found.add(above)
            above = current[above].parent if above in current else None
    return found


def _level(work: _Work, code: str) -> int:
    return work.stated[code].level if code in work.stated else work.current[code].level


def _want(work: _Work, code: str, gone: set[str]) -> Generation:
    """Return how an area shall be, after those above it; its path follows theirs."""
    if code in work.wanted:
        return work.wanted[code]
    old, said = work.current.get(code), work.stated.get(code)
    one = _completed(said, old, work) if said else work.current[code]
    if one.parent is None:
        path = code + SEPARATOR
    elif one.parent in gone or not (one.parent in work.stated or one.parent in work.current):
        # What lay in an area that is no more keeps its place until a set says where it lies now.
        path = one.path
    else:
        path = _want(work, one.parent, gone).path + code + SEPARATOR
    work.wanted[code] = replace(one, path=path)
    return work.wanted[code]


def _completed(said: Stated, old: Generation | None, work: _Work) -> Generation:
    """Return what a file says of an area, and where it is silent, what is known already."""
    one = Generation(
        id=old.id if old else work.new_id(),
        code=said.code,
        level=said.level,
        parent=said.parent,
        path="",
        name=said.name or said.name_local or said.code,
        name_local=said.name_local,
        valid_on=old.valid_on if old else work.day,
        geometry=said.geometry,
        parent_id=old.parent_id if old else None,
    )
    if old is None:
        return one
    return replace(
        one,
        parent=said.parent or old.parent,
        name=said.name or old.name,
        name_local=said.name_local or old.name_local,
        geometry=said.geometry or old.geometry,
    )


def _end(work: _Work, old: Generation) -> None:
    if old.valid_on > work.day:
        work.changes.too_late.append(old.code)
    elif old.valid_on == work.day:
        work.changes.removed[old.code] = old
    else:
        work.changes.closed[old.code] = old


def _begin(work: _Work, code: str, one: Generation, ended: Mapping[str, date]) -> None:
    """Sort one area into what changes and what stays."""
    old, changes = work.current.get(code), work.changes
    if old is None:
        if code in ended and ended[code] > work.day:
            changes.too_late.append(code)
        changes.opened[code] = one
    elif one == old:
        changes.unchanged += code in work.stated
    elif _only_adds(one, old):
        changes.corrected[code] = one
    elif old.valid_on > work.day:
        changes.too_late.append(code)
    elif old.valid_on == work.day:
        changes.corrected[code] = one
    else:
        changes.closed[code] = old
        changes.opened[code] = work.wanted[code] = replace(one, id=work.new_id(), valid_on=work.day)


def _only_adds(one: Generation, old: Generation) -> bool:
    """Tell whether a file merely says what was not known: a name for a bare code, an outline."""
    return one == replace(
        old,
        name=one.name if old.name == old.code else old.name,
        name_local=old.name_local or one.name_local,
        geometry=old.geometry or one.geometry,
    )


def _link(work: _Work) -> None:
    """Point every area in force to the generation in force of the area above it."""
    changes = work.changes
    for code, one in work.wanted.items():
        above = work.wanted.get(one.parent or "")
        if above is None or one.parent_id == above.id:
            continue
        linked = replace(one, parent_id=above.id)
        for changed in (changes.opened, changes.corrected):
            if code in changed:
                changed[code] = linked
                break
        else:
            changes.relinked[code] = linked
