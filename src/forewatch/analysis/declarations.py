"""What the sections of a definition file declare, and where it stands, for the checks that come after."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

import yaml

from forewatch.analysis.expressions import Expression
from forewatch.analysis.fields import IDENTIFIER, Block, Entry, is_plain, read_block, read_list, read_text
from forewatch.analysis.parsing import ExpressionError, Parsed, parse
from forewatch.analysis.problems import Place, Report
from forewatch.analysis.yamltree import place_inside

MAX_ENTRIES = {
    "domains": 50,
    "variables": 1_000,
    "derived": 200,
    "indicators": 200,
    "events": 100,
    "gates": 100,
    "responses": 1_000,
}


class Role(Enum):
    """Where an expression stands, which decides whether it may speak of age."""

    DERIVED = auto()
    RULE = auto()
    APPLIES = auto()
    COUNTS_IF = auto()
    GATE = auto()


@dataclass(frozen=True)
class Written:
    """An expression with its place in the file; `owner` is the derived name, indicator, event or gate."""

    key: str
    role: Role
    owner: str
    parsed: Parsed
    node: yaml.ScalarNode
    text: str

    @property
    def expression(self) -> Expression:
        return self.parsed.expression

    def place(self, part: Expression) -> Place:
        """Return where a part of the expression starts in the file."""
        return place_inside(self.text, self.node, self.parsed.offset(part))


@dataclass(frozen=True)
class Named:
    """A name that expressions may use, and where it is declared."""

    name: str
    sort: str
    key: str
    place: Place


@dataclass
class Declarations:
    """Reads what all sections share - names and expressions - and remembers where each stands."""

    text: str
    report: Report
    written: list[Written] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    """Variables, derived names and indicators: what expressions may use."""
    offered: list[Named] = field(default_factory=list)
    """Domains and responses: what indicators may use."""

    def entries(self, root: Block, name: str, *, required: bool = False) -> list[Entry]:
        """Return the entries of a section whose keys are names, unique whatever their case."""
        block = root.block(name, required=required, ignore_case=True)
        entries = block.each() if block else []
        if block and not entries and required:
            self.report.error(root.place_of_key(name), name, "empty-section", f"`{name}:` is empty")
        return entries if self._few(root, name, len(entries)) else []

    def blocks(self, root: Block, name: str, *, required: bool = False) -> list[tuple[str, Block]]:
        """Return the blocks of a section that is a list."""
        node = root.node_of(name, required=required)
        nodes = [] if node is None else read_list(node, name, self.report)
        if not self._few(root, name, len(nodes)):
            return []
        blocks = [
            (f"{name}[{i}]", read_block(one, f"{name}[{i}]", self.report)) for i, one in enumerate(nodes, 1)
        ]
        return [(key, block) for key, block in blocks if block]

    def _few(self, root: Block, name: str, count: int) -> bool:
        if count > MAX_ENTRIES[name]:
            reason = f"there are {count:,} entries; an index has at most {MAX_ENTRIES[name]:,}"
            self.report.error(root.place_of_key(name), name, "too-many", reason)
        return count <= MAX_ENTRIES[name]

    def declare(self, sort: str, name: str, place: Place, key: str) -> None:
        """Remember a variable, a derived name or an indicator."""
        self.check_identifier(name, place, key)
        self.named.append(Named(name, sort, key, place))

    def offer(self, sort: str, entry: Entry) -> None:
        """Remember a domain or a response."""
        self.check_identifier(entry.name, entry.place, entry.key)
        self.offered.append(Named(entry.name, sort, entry.key, entry.place))

    def check_identifier(self, name: str, place: Place, key: str) -> None:
        if not IDENTIFIER.fullmatch(name):
            reason = (
                f'"{name}" must start with a letter and go on with letters, digits or _, at most 40 in all'
            )
            self.report.error(place, key, "name-form", reason)

    def expression(
        self,
        block: Block,
        name: str,
        role: Role,
        owner: str,
        sources: dict[str, str],
        *,
        required: bool = False,
    ) -> Expression | None:
        node = block.node_of(name, required=required)
        if node is None:
            return None
        expression, source = self.parse_node(node, block.path(name), role, owner)
        sources[name] = source
        return expression

    def parse_node(self, node: yaml.Node, key: str, role: Role, owner: str) -> tuple[Expression | None, str]:
        """Parse an expression and keep it with its place; `true` and `false` need no quotes here."""
        if is_plain(node) and node.value in ("true", "false"):
            text: str | None = str(node.value)
        else:
            text = read_text(node, key, self.report)
        if text is None or not isinstance(node, yaml.ScalarNode):
            return None, ""
        source = " ".join(text.split())
        try:
            parsed = parse(text)
        except ExpressionError as error:
            place = place_inside(self.text, node, error.offset)
            self.report.error(place, key, error.code, error.reason)
            return None, source
        self.written.append(Written(key, role, owner, parsed, node, self.text))
        return parsed.expression, source
