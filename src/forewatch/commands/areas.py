"""`forewatch areas`: load a set of areas, and make the tiles of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forewatch.commands.serving import open_database

if TYPE_CHECKING:
    from forewatch.places.actions import Loaded

_SHOWN = 10


@dataclass(frozen=True)
class Order:
    """The files of one set of areas, and what the command said of it."""

    files: Sequence[Path]
    country: str | None = None
    valid_on: date | None = None
    whole_country: bool = False
    encoding: str = "utf-8"


def load(order: Order) -> str:
    """Load a set, and return the closing words.

    Raises InputError, SettingMissing, and OSError when the database would not.
    """
    open_database()
    from django.db import DatabaseError

    from forewatch.access.actors import nobody
    from forewatch.places.actions import load_areas

    try:
        done = load_areas(
            # Whoever may give commands on the server is nobody that the application knows.
            by=nobody(),
            files=order.files,
            country=order.country,
            valid_on=order.valid_on,
            whole_country=order.whole_country,
            encoding=order.encoding,
        )
    except DatabaseError as problem:
        raise OSError(f"the database said: {problem}") from problem
    return _words(done)


def tiles() -> str:
    """Make the tiles, and return the closing words. Raises TilesFailed, SettingMissing."""
    open_database()
    from forewatch.places.tiles import archive, build_tiles

    count = build_tiles()
    if not count:
        return "No area has an outline; there are no tiles to make."
    return f"Tiles of {count:,} outlines, {archive().stat().st_size / 1e6:.1f} MB: {archive()}"


def _words(done: Loaded) -> str:
    changes = done.changes
    begun, ended = len(changes.opened), len(changes.closed) + len(changes.removed)
    lines = [
        f"Areas as of {done.day}: {begun:,} began, {ended:,} ended, "
        f"{len(changes.corrected):,} were completed or corrected, {changes.unchanged:,} stay as they were."
    ]
    if codes := changes.vanished():
        lines.append(f"{_count(len(codes), 'is', 'are')} no more: {_some(codes)}.")
    if done.repairs:
        repairs = [f"{code} ({reason})" for code, reason in sorted(done.repairs.items())]
        lines.append(
            f"{_count(len(repairs), 'outline was', 'outlines were')} invalid and redrawn along the same "
            f"points: {_some(repairs)}."
        )
    if changes.stranded:
        lines.append(
            f"{_count(len(changes.stranded), 'area lies', 'areas lie')} in one that is no more; load the "
            f"list that says where: {_some(changes.stranded)}."
        )
    if changes.left:
        lines.append(
            f"{_count(len(changes.left), 'province is', 'provinces are')} not in the set, and stay as they "
            f"were; say --whole-country to end them: {_some(changes.left)}."
        )
    return "\n".join(lines)


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _some(listed: Sequence[str]) -> str:
    more = f" and {len(listed) - _SHOWN:,} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
