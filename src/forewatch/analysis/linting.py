"""The linter: everything that is wrong with a definition, in the order of the file."""

from __future__ import annotations

from forewatch.analysis.declarations import Declarations
from forewatch.analysis.definition import Definition
from forewatch.analysis.fields import read_block
from forewatch.analysis.naming import check_cycles, check_names, check_offers, check_size, check_use
from forewatch.analysis.problems import Problem, Report
from forewatch.analysis.reach import check_reach
from forewatch.analysis.sections import read_definition
from forewatch.analysis.typing_rules import check_types, sorts_of_names
from forewatch.analysis.yamltree import read_tree


def lint(text: str, file: str) -> list[Problem]:
    """Return the errors and warnings of a definition text; `file` is the name they carry."""
    return examine(text, file)[1]


def examine(text: str, file: str) -> tuple[Definition | None, list[Problem]]:
    """Return the definition, or None when there is an error, and all problems in the order of the file."""
    report = Report(file)
    root = read_tree(text, report)
    block = None if root is None else read_block(root, "", report)
    if block is None:
        return None, report.in_order()
    parts = Declarations(text, report)
    definition = read_definition(parts, block)
    _check(parts, definition)
    return None if report.failed else definition, report.in_order()


def _check(parts: Declarations, definition: Definition) -> None:
    """Check what no section can know alone."""
    report = parts.report
    check_names(parts.named, definition, report)
    sorts, declared = sorts_of_names(definition), {one.name for one in parts.named}
    for one in parts.written:
        if not report.is_full:
            check_types(one, sorts, declared, report)
    if check_cycles(parts.written, report):
        check_size(parts.written, definition, report)
    check_use(parts.named, parts.written, report)
    check_offers(parts.offered, definition, report)
    if not report.failed:
        check_reach(definition, parts.written, report)
