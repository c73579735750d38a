"""The sections of a definition file that say what is asked, and the whole file put together.

Each value is checked for its form and bounds here; what names mean across sections is for `naming` and
`typing_rules`.
"""

from __future__ import annotations

import re

from forewatch.analysis.declarations import Declarations, Role
from forewatch.analysis.definition import Definition, Derived, Domain, Kind, Level, Text, Variable
from forewatch.analysis.fields import Block, read_block, read_list, read_units
from forewatch.analysis.forbidden import forbidden_attribute, refusal
from forewatch.analysis.scoring_sections import (
    LEVELS,
    MAX_WEIGHT,
    read_aggregation,
    read_events,
    read_gates,
    read_indicators,
)
from forewatch.analysis.yamltree import place_of

MAX_SCALE = 6
MAX_NUMBER = 10**15

INDEX_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
KINDS = {one.value: one for one in Kind}
ONLY_FOR = {
    "choices": {Kind.CHOICE},
    "choice_labels": {Kind.CHOICE},
    "scale": {Kind.DECIMAL},
    "range": {Kind.INTEGER, Kind.DECIMAL},
}


def read_definition(file: Declarations, root: Block) -> Definition:
    """Return the definition; it is complete only if the report holds no error."""
    name = root.text("id", required=True) or ""
    if name and not INDEX_ID.fullmatch(name):
        reason = f'"{name}" must be made of small letters, digits and hyphens, at most 64'
        file.report.error(root.place_of_key("id"), "id", "id-form", reason)
    version = root.whole("version", 1, 1_000_000)
    title = root.words("title", required=False) or {"en": name}
    notes = root.words("notes", required=False)
    domains = _domains(file, root)
    variables = _variables(file, root)
    derived = _derived(file, root)
    responses = _responses(file, root)
    indicators = read_indicators(file, root, domains, responses)
    aggregation = read_aggregation(file, root)
    if aggregation.is_alkire_foster:
        _refuse_all_but_threes(file, root)
    events = read_events(file, root, domains)
    gates = read_gates(file, root)
    root.finish()
    return Definition(
        name, version, title, domains, variables, derived, indicators, events, gates, aggregation,
        responses or {}, notes,
    )  # fmt: skip


def _refuse_all_but_threes(file: Declarations, root: Block) -> None:
    """Report what the Alkire-Foster method has no place for: it counts the 3s, and nothing else."""
    root.refuse("events", "poverty-events", "the alkire_foster method knows no events; remove them")
    for one in file.written:
        if one.role is Role.RULE and one.key.endswith(".2"):
            reason = "the alkire_foster method counts only the 3s; remove rule 2"
            file.report.error(one.place(one.expression), one.key, "poverty-rule", reason)


def _domains(file: Declarations, root: Block) -> dict[str, Domain]:
    domains = {}
    for entry in file.entries(root, "domains", required=True):
        file.offer("domain", entry)
        block = read_block(entry.node, entry.key, file.report)
        if block:
            weight = block.whole("weight", 1, MAX_WEIGHT)
            domains[entry.name] = Domain(entry.name, weight, block.words("label"))
            block.finish()
    return domains


def _variables(file: Declarations, root: Block) -> dict[str, Variable]:
    variables = {}
    for entry in file.entries(root, "variables", required=True):
        file.declare("variable", entry.name, entry.place, entry.key)
        block = read_block(entry.node, entry.key, file.report)
        if block:
            variables[entry.name] = _variable(file, entry.name, block)
            block.finish()
    return variables


def _variable(file: Declarations, name: str, block: Block) -> Variable:
    kind = block.one_of("type", KINDS)
    level = block.one_of("level", LEVELS) or Level.PERSON
    label = block.words("label")
    if kind is None:
        # Without a type nothing else can be judged; say so once.
        for other in ONLY_FOR:
            block.node_of(other)
        return Variable(name, Kind.BOOLEAN, level, label)
    scale, low, high = 0, 0, 1
    choices: tuple[str, ...] = ()
    choice_labels: dict[str, Text] = {}
    if kind is Kind.CHOICE:
        choices = _choices(file, block)
        choice_labels = _choice_labels(file, block, choices)
    if kind is Kind.DECIMAL:
        scale = block.whole("scale", 1, MAX_SCALE)
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        low, high = _range(file, block, scale)
    for other in sorted(ONLY_FOR.keys() - {key for key, kinds in ONLY_FOR.items() if kind in kinds}):
        block.refuse(other, "not-for-this-type", f"a variable of type {kind} has no `{other}`; remove it")
    return Variable(name, kind, level, label, choices, scale, low, high, choice_labels)


def _choices(file: Declarations, block: Block) -> tuple[str, ...]:
    node = block.node_of("choices", required=True)
    if node is None:
        return ()
    choices = block.texts("choices")
    for one in choices:
        attribute = forbidden_attribute(one)
        if attribute:
            reason = refusal(one, attribute)
            file.report.error(place_of(node), block.path("choices"), "forbidden-attribute", reason)
    if any(
        one != one.strip() or not one.isprintable() or "\\" in one or {"'", '"'} <= set(one)
        for one in choices
    ):
        reason = "a choice has no spaces around it, no backslash or control character, and not both \" and '"
        file.report.error(place_of(node), block.path("choices"), "choice-form", reason)
    return choices


def _choice_labels(file: Declarations, block: Block, choices: tuple[str, ...]) -> dict[str, Text]:
    labels = block.block("choice_labels")
    if labels is None:
        return {}
    found = {one: labels.words(one, required=False) for one in choices}
    labels.finish()
    return {one: words for one, words in found.items() if words}


def _range(file: Declarations, block: Block, scale: int) -> tuple[int, int]:
    node, key = block.node_of("range", required=True), block.path("range")
    ends = [] if node is None else read_list(node, key, file.report)
    units = [read_units(one, key, file.report, scale) for one in ends]
    if node is None or None in units:
        return 0, 1
    if len(units) != 2:
        reason = f"a range is [lowest, highest], two numbers; there are {len(units)}"
        file.report.error(place_of(node), key, "range-form", reason)
        return 0, 1
    low, high = (one or 0 for one in units)
    if low > high:
        file.report.error(place_of(node), key, "range-order", "the lowest value is above the highest")
        return high, low
    if max(-low, high) > MAX_NUMBER:
        reason = f"values reach beyond {MAX_NUMBER:,} units of 10^-{scale}; count in larger units"
        file.report.error(place_of(node), key, "range-too-large", reason)
        return 0, 1
    return low, high


def _derived(file: Declarations, root: Block) -> dict[str, Derived]:
    derived = {}
    for entry in file.entries(root, "derived"):
        file.declare("derived name", entry.name, entry.place, entry.key)
        expression, source = file.parse_node(entry.node, entry.key, Role.DERIVED, entry.name)
        if expression is not None:
            derived[entry.name] = Derived(entry.name, expression, source)
    return derived


def _responses(file: Declarations, root: Block) -> dict[str, Text] | None:
    if "responses" not in root:
        return None
    responses = {}
    for entry in file.entries(root, "responses"):
        file.offer("response", entry)
        inner = read_block(entry.node, entry.key, file.report)
        if inner:
            responses[entry.name] = inner.words("label")
            inner.finish()
    return responses
