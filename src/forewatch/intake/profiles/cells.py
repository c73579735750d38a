"""The smallest parts of a profile: a column, a key of columns, a column of dates or codes."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from forewatch.analysis.fields import (
    Block,
    read_block,
    read_list,
    read_option,
    read_text,
    read_text_list,
    read_whole,
)
from forewatch.analysis.problems import Report
from forewatch.analysis.yamltree import place_of
from forewatch.intake.profiles.structure import Coded, Dated, Key
from forewatch.intake.values.codes import key_of
from forewatch.intake.values.dates import Era

ERAS = {one.value: one for one in Era}


def column(block: Block, name: str, *, required: bool = False) -> str:
    """Return the name of a column."""
    return block.text(name, required=required) or ""


def key(block: Block, name: str, *, required: bool = False) -> Key:
    """Return a key: the name of a column, a list of them, or `{columns: [...], widths: [...]}`."""
    node = block.node_of(name, required=required)
    path = block.path(name)
    if node is None:
        return Key(("",))
    if isinstance(node, yaml.ScalarNode):
        return Key((read_text(node, path, block.report) or "",))
    if isinstance(node, yaml.SequenceNode):
        return Key(read_text_list(node, path, block.report))
    return _wide(node, path, block.report)


def _wide(node: yaml.Node, path: str, report: Report) -> Key:
    inner = read_block(node, path, report)
    if inner is None:
        return Key(("",))
    columns = inner.texts("columns")
    listed = inner.node_of("widths", required=True)
    nodes = [] if listed is None else read_list(listed, inner.path("widths"), report)
    widths = tuple(read_whole(one, inner.path("widths"), report, 1, 13) or 1 for one in nodes)
    if len(columns) != len(widths):
        reason = f"there are {len(columns)} columns and {len(widths)} widths; each column needs one"
        report.error(inner.place, inner.path("widths"), "widths", reason)
    inner.finish()
    return Key(columns or ("",), widths)


def read_dated(block: Block, name: str) -> Dated | None:
    """Return a column of dates: its name, or `{column: ..., era: be}`."""
    node = block.node_of(name)
    if node is None:
        return None
    path = block.path(name)
    if isinstance(node, yaml.ScalarNode):
        return Dated(read_text(node, path, block.report) or "")
    inner = read_block(node, path, block.report)
    if inner is None:
        return None
    made = Dated(column(inner, "column", required=True), inner.one_of("era", ERAS) or Era.EITHER)
    inner.finish()
    return made


def read_coded(block: Block, name: str, meanings: Mapping[str, str]) -> Coded | None:
    """Return a column of codes: its name, or `{column: ..., codes: {...}}`."""
    node = block.node_of(name)
    if node is None:
        return None
    path = block.path(name)
    if isinstance(node, yaml.ScalarNode):
        return Coded(read_text(node, path, block.report) or "")
    inner = read_block(node, path, block.report)
    if inner is None:
        return None
    made = Coded(column(inner, "column", required=True), read_codes(inner, meanings))
    inner.finish()
    return made


def read_codes(block: Block, meanings: Mapping[str, str]) -> Mapping[str, str]:
    """Return a table from codes, as keys, to what they mean; every meaning is one of `meanings`."""
    inner = block.block("codes")
    if inner is None:
        return {}
    codes: dict[str, str] = {}
    for one in inner.each():
        said = key_of(one.name)
        if said in codes:
            reason = f'"{one.name}" stands here twice, written differently'
            block.report.error(one.place, one.key, "duplicate-key", reason)
        meaning = read_meaning(one.node, one.key, block.report, meanings)
        if meaning is not None:
            codes[said] = meaning
    return codes


def read_meaning(node: yaml.Node, path: str, report: Report, meanings: Mapping[str, str]) -> str | None:
    """Return what a code means; true, false and numbers may stand without quotes here."""
    if isinstance(node, yaml.ScalarNode) and node.value in meanings:
        return meanings[node.value]
    if not isinstance(node, yaml.ScalarNode):
        report.error(place_of(node), path, "not-text", "this must be one answer")
        return None
    quoted = yaml.ScalarNode("tag:yaml.org,2002:str", node.value, node.start_mark, node.end_mark, style='"')
    return read_option(quoted, path, report, meanings)
