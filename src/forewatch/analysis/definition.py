"""An index as data: frozen, typed objects that the loader fills and every engine reads.

Nothing here checks anything: `loading` refuses a file that index-spec section 2 does not allow,
so whoever holds a `Definition` holds a correct one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from forewatch.analysis.expressions import Expression, names

Text = Mapping[str, str]
"""Words by language code: `{"en": "...", "th": "..."}`; `en` is always there when the text is."""

DEFAULT_VALID_DAYS = 365


class Level(StrEnum):
    """Whom a statement is about."""

    PERSON = "person"
    HOUSEHOLD = "household"
    AREA = "area"


class Kind(StrEnum):
    """The type of a variable."""

    BOOLEAN = "boolean"
    CHOICE = "choice"
    INTEGER = "integer"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class Domain:
    id: str
    weight: int
    label: Text


@dataclass(frozen=True, slots=True)
class Variable:
    """One question a source can answer.

    `low` and `high` bound integers and decimals, in units of 10^-`scale` (scale is 0 but for decimals).
    """

    name: str
    kind: Kind
    level: Level
    label: Text
    choices: tuple[str, ...] = ()
    scale: int = 0
    low: int = 0
    high: int = 1
    choice_labels: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived:
    name: str
    expression: Expression
    source: str
    """The expression as it stands in the file."""


@dataclass(frozen=True, slots=True)
class Indicator:
    id: str
    domain: str
    level: Level
    label: Text
    valid_days: int
    rule3: Expression
    rule2: Expression | None = None
    applies: Expression | None = None
    weight: int = 1
    why: Mapping[int, Text] = field(default_factory=dict)
    respond: tuple[str, ...] = ()
    evidence: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The expressions as they stand in the file, by key: `applies`, `3`, `2`."""


@dataclass(frozen=True, slots=True)
class Event:
    """A trigger event; `points_bp[days since its start]` is what it is worth, in basis points."""

    code: str
    levels: tuple[Level, ...]
    points: int
    window_days: int
    half_life_days: int
    label: Text
    points_bp: tuple[int, ...]
    while_active: bool = False
    counts_if: Expression | None = None
    counts_if_source: str = ""
    valid_days: int = DEFAULT_VALID_DAYS
    domain: str = ""
    """The domain of what it tells, where that is the business of some and not of others."""

    @property
    def days_worth(self) -> int:
        """The first day since its start on which the event is worth nothing."""
        return next((day for day, worth in enumerate(self.points_bp) if worth == 0), len(self.points_bp))


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that asks for action now, whatever the index says."""

    id: str
    when: Expression
    source: str
    label: Text
    valid_days: int = DEFAULT_VALID_DAYS


@dataclass(frozen=True, slots=True)
class Threshold:
    """Coverage to reach, in basis points: overall and in every applicable domain."""

    coverage_bp: int
    domain_coverage_bp: int


@dataclass(frozen=True, slots=True)
class Bands:
    medium_bp: int
    high_bp: int
    high_n3: int | None = None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How scores become an index and a band; `bands` for the mean, `k_bp` for Alkire-Foster, never both."""

    method: str
    show: Threshold
    firm: Threshold
    bands: Bands | None = None
    k_bp: int | None = None
    max_trigger_bp: int = 0

    @property
    def is_alkire_foster(self) -> bool:
        return self.method == "alkire_foster"


@dataclass(frozen=True)
class Definition:
    """A whole index; mappings keep the order of the file."""

    id: str
    version: int
    title: Text
    domains: Mapping[str, Domain]
    variables: Mapping[str, Variable]
    derived: Mapping[str, Derived]
    indicators: Mapping[str, Indicator]
    events: Mapping[str, Event]
    gates: tuple[Gate, ...]
    aggregation: Aggregation
    responses: Mapping[str, Text] = field(default_factory=dict)
    """What can be offered, by the codes that `respond` lists; only labels, no rule reads them."""
    notes: Text = field(default_factory=dict)
    """What a reader of the manual should know first: where the index comes from and what it cannot do."""

    @property
    def name(self) -> str:
        """`id@version`, as written into every assessment."""
        return f"{self.id}@{self.version}"

    def of_domain(self, domain: str) -> tuple[Indicator, ...]:
        """Return a domain's indicators in the order of the file."""
        return tuple(one for one in self.indicators.values() if one.domain == domain)

    def drivers_order(self) -> tuple[Indicator, ...]:
        """Return the indicators by weight, heaviest first, then in the order of the file."""
        return tuple(sorted(self.indicators.values(), key=lambda one: -one.weight))

    def direct_names(self, expression: Expression | None) -> frozenset[str]:
        """Return the variables, indicator ids and `age` of an expression, derived names opened up."""
        if expression is None:
            return frozenset()
        found: set[str] = set()
        waiting, seen = list(names(expression)), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.derived:
                waiting.extend(names(self.derived[name].expression))
            else:
                found.add(name)
        return frozenset(found)

    @cached_property
    def scoring_order(self) -> tuple[Indicator, ...]:
        """The indicators, each after those its rules mention; ties keep the order of the file."""
        done: dict[str, Indicator] = {}

        def visit(indicator: Indicator) -> None:
            if indicator.id in done:
                return
            for name in sorted(self._mentions(indicator)):
                if name in self.indicators:
                    visit(self.indicators[name])
            done[indicator.id] = indicator

        for one in self.indicators.values():
            visit(one)
        return tuple(done.values())

    def _mentions(self, indicator: Indicator) -> Iterator[str]:
        for expression in (indicator.applies, indicator.rule3, indicator.rule2):
            yield from self.direct_names(expression)
