"""Finding columns by their headings, and taking cells out of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from forewatch.intake.profiles.structure import Key
from forewatch.intake.values.codes import ERRORS, key_of
from forewatch.intake.values.faults import BadValue, Fault


@lru_cache(maxsize=4096)
def heading_key(name: str) -> str:
    """Return a heading as a key: case, spaces, Thai digits and unseen characters make no difference."""
    return "".join(key_of(name).replace("_", " ").split())


class Columns:
    """The headings of one sheet, found by name."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._places: dict[str, int] = {}
        for place, name in enumerate(names):
            self._places.setdefault(heading_key(name), place)

    def __contains__(self, name: str) -> bool:
        return heading_key(name) in self._places

    def place(self, name: str) -> int | None:
        """Return where a column stands, or None when the sheet lacks it."""
        return self._places.get(heading_key(name)) if name else None


def cell_at(cells: Sequence[str], place: int | None) -> str:
    """Return a cell's text; a column or cell that is not there is empty.

    Raises BadValue for what a failed formula leaves.
    """
    if place is None or place >= len(cells):
        return ""
    text = cells[place].strip()
    if text.startswith("'"):
        # Our own files put it before what a spreadsheet would compute; people type it to keep a zero.
        text = text[1:].lstrip()
    if text.startswith("#") and text.casefold() in ERRORS:
        raise BadValue(Fault.SPREADSHEET_ERROR)
    return text


class Joined:
    """A key read from a row: its parts side by side, each as wide as it must be."""

    def __init__(self, key: Key, columns: Columns) -> None:
        self.column = key.columns[0]
        self._parts = [
            (columns.place(name), key.widths[number] if key.widths else 0)
            for number, name in enumerate(key.columns)
        ]
        self._between = "" if key.widths else "|"

    def read(self, cells: Sequence[str]) -> str:
        """Return the key; empty when any part is.

        Raises BadValue.
        """
        parts = [key_of(cell_at(cells, place)).zfill(width) for place, width in self._parts]
        if not all(part.strip("0-") for part in parts):
            return ""
        return self._between.join(parts).upper()
