"""The drivers of a person, in order, without building a list for each indicator.

Indicators in the order of drivers are cut into groups. In a person's *marks* of a group, one bit of each
indicator says that it is a known 3 and another that it is a known 2. A small table gives the names for every
pattern of bits.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from forewatch.analysis.definition import Definition, Indicator
from forewatch.analysis.plan.names import quoted

_GROUP = 10


def groups(definition: Definition) -> tuple[tuple[Indicator, ...], ...]:
    """Return the indicators in the order of drivers, in groups as equal as possible."""
    order = definition.drivers_order()
    count = -(-len(order) // _GROUP)
    size = -(-len(order) // count)
    return tuple(order[start : start + size] for start in range(0, len(order), size))


def lists(definition: Definition) -> pa.Table:
    """Return the names for every pattern of bits: `mask`, and a column `names_<group>` for each group."""
    members = groups(definition)
    largest = max(len(group) for group in members)
    columns = {"mask": pa.array(range(1 << largest), pa.int32())}
    for number, group in enumerate(members):
        names = [
            [one.id for place, one in enumerate(group) if mask >> place & 1] for mask in range(1 << largest)
        ]
        columns[f"names_{number}"] = pa.array(names, pa.list_(pa.string()))
    return pa.table(columns)


def marks(definition: Definition, indicators: Iterable[Indicator]) -> dict[str, str]:
    """Return, by column `m_<group>`, the SQL of the marks that some indicators' scores `s_` leave."""
    chosen = {one.id for one in indicators}
    columns = {}
    for number, group in enumerate(groups(definition)):
        parts = [
            f"CASE {quoted(f's_{one.id}')} WHEN 3 THEN {1 << place} WHEN 2 THEN {1 << place + len(group)} "
            "ELSE 0 END"
            for place, one in enumerate(group)
            if one.id in chosen
        ]
        if parts:
            columns[f"m_{number}"] = " + ".join(parts)
    return columns


def drivers(definition: Definition, people: str, columns: str) -> str:
    """Return the query that adds the list `drivers` to `columns` of people: known 3s first, then known 2s."""
    joins, parts = [], []
    for score, shifted in ((3, False), (2, True)):
        for number, group in enumerate(groups(definition)):
            alias = f"l{score}_{number}"
            shift = len(group) if shifted else 0
            mask = f"((p.m_{number} >> {shift}) & {(1 << len(group)) - 1})"
            joins.append(f"JOIN driver_lists AS {alias} ON {alias}.mask = {mask}")
            parts.append(f"{alias}.names_{number}")
    return (
        f"SELECT {columns}, list_concat({', '.join(parts)}) AS drivers FROM ({people}) AS p {' '.join(joins)}"
    )
