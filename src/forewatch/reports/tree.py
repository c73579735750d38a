"""The hierarchy of areas as a report walks it, from the widest area down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

ALL_AREAS = ""
"""Code of the area that stands above several areas without a common parent; no input has an empty code."""


@dataclass(frozen=True)
class Tree:
    """Areas in breadth-first order, so that parents come first; siblings by code.

    The lists run in parallel, and an area is known by its place in them. Place 0 is the one root.
    """

    codes: list[str]
    names: list[str]
    levels: list[str]
    parents: list[int | None]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def children(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.codes]
        for place, parent in enumerate(self.parents):
            if parent is not None:
                found[parent].append(place)
        return found

    @cached_property
    def depths(self) -> list[int]:
        found: list[int] = []
        for parent in self.parents:
            found.append(0 if parent is None else found[parent] + 1)
        return found

    @cached_property
    def leaves(self) -> list[int]:
        """The areas with nothing below them: villages, where the input has villages."""
        return [place for place, below in enumerate(self.children) if not below]

    @cached_property
    def first(self) -> int:
        """The area a report opens on: the root, or the first one below it that has several parts."""
        place = 0
        while len(self.children[place]) == 1:
            place = self.children[place][0]
        return place

    def below(self, place: int) -> Iterator[int]:
        """Yield everything below an area, each area followed by its own parts."""
        for child in self.children[place]:
            yield child
            yield from self.below(child)


def grow(areas: pa.Table, codes: Collection[str]) -> Tree:
    """Return the tree of the areas with these codes.

    `areas` is a table of `schema.AREAS`. A code that is not among them hangs from the top under its own name;
    an area whose parent has no figures hangs from the nearest ancestor that has.
    """
    rows = {
        row["area_code"]: row
        for row in areas.select(["area_code", "parent_code", "level", "name"]).to_pylist()
    }
    wanted = set(codes)

    def parent(code: str) -> str | None:
        above = rows[code]["parent_code"] if code in rows else None
        while above is not None and above not in wanted:
            above = rows[above]["parent_code"] if above in rows else None
        return above

    below: dict[str | None, list[str]] = defaultdict(list)
    for code in sorted(wanted):
        below[parent(code)].append(code)
    tree = Tree([], [], [], [])
    if len(below[None]) != 1:
        _append(tree, ALL_AREAS, {}, None)
    waiting: list[tuple[str, int | None]] = [(code, 0 if tree.codes else None) for code in below[None]]
    for code, above in waiting:
        _append(tree, code, rows.get(code, {}), above)
        waiting += [(child, len(tree.codes) - 1) for child in below[code]]
    return tree


def _append(tree: Tree, code: str, row: dict[str, str | None], parent: int | None) -> None:
    tree.codes.append(code)
    tree.names.append(row.get("name") or code)
    tree.levels.append(row.get("level") or "")
    tree.parents.append(parent)
