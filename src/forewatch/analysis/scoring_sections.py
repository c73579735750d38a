"""The sections of a definition file that turn answers into an index: indicators, events, gates, bands."""

from __future__ import annotations

import yaml

from forewatch.analysis import decay
from forewatch.analysis.declarations import Declarations, Role
from forewatch.analysis.definition import (
    DEFAULT_VALID_DAYS,
    Aggregation,
    Bands,
    Domain,
    Event,
    Gate,
    Indicator,
    Level,
    Text,
    Threshold,
)
from forewatch.analysis.expressions import Truth
from forewatch.analysis.fields import Block, is_plain, read_block, read_list, read_option, read_text_list
from forewatch.analysis.yamltree import place_of

# Bounds keep every sum of index-spec section 5 far inside 63 bits, and a definition small enough to show.
MAX_WEIGHT = 1_000
MAX_POINTS = 100
MAX_DAYS = 3_650
MAX_VALID_DAYS = 36_500
FULL_BP = 10_000

LEVELS = {one.value: one for one in Level}
METHODS = {"mean": "mean", "alkire_foster": "alkire_foster"}
SCORES = ("3", "2")


def read_indicators(
    file: Declarations, root: Block, domains: dict[str, Domain], responses: dict[str, Text] | None
) -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for key, block in file.blocks(root, "indicators", required=True):
        name = block.text("id", required=True) or ""
        key = f"indicators.{name}" if name else key
        block.key = key
        if name:
            file.declare("indicator", name, place_of(block.entries["id"][1]), key)
        indicator = _indicator(file, name, block, domains, responses)
        if "evidence" not in block:
            reason = "no evidence is given; cite what the rule rests on, or say that it is a proposal"
            file.report.warn(block.place, block.path("evidence"), "no-evidence", reason)
        block.finish()
        found.setdefault(name, indicator)
    return found


def _indicator(
    file: Declarations, name: str, block: Block, domains: dict[str, Domain], responses: dict[str, Text] | None
) -> Indicator:
    domain = block.one_of("domain", {one: one for one in domains}) or ""
    level = block.one_of("level", LEVELS) or Level.PERSON
    sources: dict[str, str] = {}
    applies = file.expression(block, "applies", Role.APPLIES, name, sources)
    rules = block.block("rules", required=True)
    rule3 = rule2 = None
    if rules:
        _check_scores(file, rules)
        rule3 = file.expression(rules, "3", Role.RULE, name, sources, required=True)
        rule2 = file.expression(rules, "2", Role.RULE, name, sources)
        rules.finish()
    return Indicator(
        id=name,
        domain=domain,
        level=level,
        label=block.words("label"),
        valid_days=block.whole("valid_days", 1, MAX_VALID_DAYS),
        rule3=rule3 or Truth(False),
        rule2=rule2,
        applies=applies,
        weight=block.whole("weight", 1, MAX_WEIGHT, default=1),
        why=_why(file, block, "2" in rules if rules else True),
        respond=_respond(file, block, responses),
        evidence=" ".join((block.text("evidence") or "").split()),
        sources=sources,
    )


def _why(file: Declarations, block: Block, has_rule2: bool) -> dict[int, Text]:
    inner = block.block("why")
    if inner is None:
        return {}
    _check_scores(file, inner)
    if not has_rule2:
        inner.refuse("2", "why-without-rule", "there is no rule 2 to explain; remove this or add the rule")
    why = {int(score): inner.words(score, required=False) for score in SCORES if score in inner}
    inner.finish()
    return {score: words for score, words in why.items() if words}


def _check_scores(file: Declarations, block: Block) -> None:
    """Refuse keys other than the plain numbers 3 and 2."""
    for entry in block.each():
        if entry.name not in SCORES or not is_plain(block.entries[entry.name][0]):
            reason = f"rules are for the scores 3 and 2, not `{entry.name}`; 1 is given when neither holds"
            file.report.error(entry.place, entry.key, "not-a-score", reason)


def _respond(file: Declarations, block: Block, responses: dict[str, Text] | None) -> tuple[str, ...]:
    """Return what can be offered; where the file lists responses, each code must be one of them."""
    node, key = block.node_of("respond"), block.path("respond")
    if node is None:
        return ()
    codes = read_text_list(node, key, file.report)
    if responses is not None and isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if item.value in codes:
                read_option(item, key, file.report, {code: code for code in responses})
    return codes


def read_events(file: Declarations, root: Block, domains: dict[str, Domain]) -> dict[str, Event]:
    events = {}
    for entry in file.entries(root, "events"):
        file.check_identifier(entry.name, entry.place, entry.key)
        block = read_block(entry.node, entry.key, file.report)
        if block:
            events[entry.name] = _event(file, entry.name, block, domains)
            block.finish()
    return events


def _event(file: Declarations, code: str, block: Block, domains: dict[str, Domain]) -> Event:
    points = block.whole("points", 1, MAX_POINTS)
    window_days = block.whole("window_days", 1, MAX_DAYS)
    half_life_days = block.whole("half_life_days", 1, MAX_DAYS)
    sources: dict[str, str] = {}
    return Event(
        code=code,
        levels=_levels(file, block),
        points=points,
        window_days=window_days,
        half_life_days=half_life_days,
        label=block.words("label"),
        points_bp=decay.points_bp(points, window_days, half_life_days),
        while_active=block.flag("while_active"),
        counts_if=file.expression(block, "counts_if", Role.COUNTS_IF, code, sources),
        counts_if_source=sources.get("counts_if", ""),
        valid_days=block.whole("valid_days", 1, MAX_VALID_DAYS, default=DEFAULT_VALID_DAYS),
        domain=(block.one_of("domain", {one: one for one in domains}) or "") if "domain" in block else "",
    )


def _levels(file: Declarations, block: Block) -> tuple[Level, ...]:
    node, key = block.node_of("level", required=True), block.path("level")
    if node is None:
        return ()
    nodes = read_list(node, key, file.report) if isinstance(node, yaml.SequenceNode) else [node]
    levels: dict[Level, None] = {}
    for one in nodes:
        level = read_option(one, key, file.report, LEVELS)
        if level in levels:
            file.report.error(place_of(one), key, "repeated", f'"{level}" stands here twice')
        elif level is not None:
            levels[level] = None
    return tuple(levels)


def read_gates(file: Declarations, root: Block) -> tuple[Gate, ...]:
    gates: dict[str, Gate] = {}
    seen: set[str] = set()
    for key, block in file.blocks(root, "gates"):
        name = block.text("id", required=True) or ""
        block.key = f"gates.{name}" if name else key
        if name:
            place = place_of(block.entries["id"][1])
            file.check_identifier(name, place, block.key)
            if name.lower() in seen:
                file.report.error(place, block.key, "duplicate-gate", f"there are two gates `{name}`")
            seen.add(name.lower())
        sources: dict[str, str] = {}
        when = file.expression(block, "when", Role.GATE, name, sources, required=True)
        valid_days = block.whole("valid_days", 1, MAX_VALID_DAYS, default=DEFAULT_VALID_DAYS)
        label = block.words("label")
        block.finish()
        gates[name] = Gate(name, when or Truth(False), sources.get("when", ""), label, valid_days)
    return tuple(gates.values())


def read_aggregation(file: Declarations, root: Block) -> Aggregation:
    block = root.block("aggregation", required=True)
    nothing = Threshold(0, 0)
    if block is None:
        return Aggregation("mean", nothing, nothing)
    method = block.one_of("method", METHODS)
    show, firm = _threshold(file, block, "show"), _threshold(file, block, "firm")
    if (
        show
        and firm
        and (show.coverage_bp > firm.coverage_bp or show.domain_coverage_bp > firm.domain_coverage_bp)
    ):
        reason = "`show` asks for more coverage than `firm`; a firm band must be the harder one to reach"
        file.report.error(block.place_of_key("show"), block.path("show"), "show-above-firm", reason)
    bands, k_bp, max_trigger_bp = None, None, 0
    if method == "alkire_foster":
        k_bp = block.whole("k_bp", 1, FULL_BP)
        block.refuse(
            "bands", "poverty-bands", "the alkire_foster method has one cut-off, k_bp; remove `bands`"
        )
        block.refuse(
            "max_trigger_bp", "poverty-events", "the alkire_foster method knows no events; remove this"
        )
    elif method == "mean":
        bands = _bands(file, block)
        needed = None if "events" in root else 0
        max_trigger_bp = block.whole("max_trigger_bp", 0, FULL_BP, default=needed)
        block.refuse("k_bp", "mean-with-k", "k_bp belongs to `method: alkire_foster`; the mean has `bands`")
    else:
        for other in ("bands", "k_bp", "max_trigger_bp"):
            block.node_of(other)
    block.finish()
    return Aggregation(method or "mean", show or nothing, firm or nothing, bands, k_bp, max_trigger_bp)


def _threshold(file: Declarations, block: Block, name: str) -> Threshold | None:
    inner = block.block(name, required=True)
    if inner is None:
        return None
    found = Threshold(inner.whole("coverage_bp", 0, FULL_BP), inner.whole("domain_coverage_bp", 0, FULL_BP))
    inner.finish()
    return found


def _bands(file: Declarations, block: Block) -> Bands | None:
    inner = block.block("bands", required=True)
    if inner is None:
        return None
    medium, high = inner.whole("medium_bp", 0, FULL_BP), inner.whole("high_bp", 0, FULL_BP)
    high_n3 = inner.whole("high_n3", 1, FULL_BP, default=1) if "high_n3" in inner else None
    inner.node_of("high_n3")
    if medium > high and "high_bp" in inner:
        reason = f"medium_bp {medium} is above high_bp {high}; nobody could be medium"
        file.report.error(inner.place_of_key("medium_bp"), inner.path("medium_bp"), "band-order", reason)
    inner.finish()
    return Bands(medium, high, high_n3)
