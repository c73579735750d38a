"""Sums over indicators, several in one integer.

For each domain eleven sums are needed (how many indicators are known, how far above 1 they lie at least ...).
Each is small, so they lie side by side in the bits of one integer, a *word*: an indicator in a given state
adds one constant, and one addition adds all its sums. A household's indicators are summed once for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from forewatch.analysis.definition import Definition, Indicator
from forewatch.analysis.plan.names import quoted

_WORD_BITS = 62


class State(Enum):
    """What is known of an indicator: the lowest and the highest possible score."""

    ONE = (1, 1)
    TWO = (2, 2)
    THREE = (3, 3)
    ONE_OR_TWO = (1, 2)
    TWO_OR_THREE = (2, 3)
    ANY = (1, 3)


def sums(state: State, weight: int) -> dict[str, int]:
    """Return what an indicator in a state adds to each sum; `_n` sums count, the others are weighted."""
    low, high = state.value
    known = low == high
    three, can_be_three = low == 3, high == 3
    return {
        "known_n": int(known),
        "applicable_n": 1,
        "three_n": int(three),
        "three_hi_n": int(can_be_three),
        "known_w": weight * known,
        "applicable_w": weight,
        "three_w": weight * three,
        "three_hi_w": weight * can_be_three,
        "above": weight * (low - 1) * known,
        "above_lo": weight * (low - 1),
        "above_hi": weight * (high - 1),
    }


NAMES = tuple(sums(State.ANY, 1))


@dataclass(frozen=True)
class Tallies:
    """Lays out the words of one definition and writes the SQL that adds to them and reads them."""

    definition: Definition

    @cached_property
    def layout(self) -> Mapping[str, Mapping[str, tuple[int, int, int]]]:
        """By domain and sum: the number of its word, its shift and its mask."""
        layouts = {}
        for domain in self.definition.domains:
            largest = 2 * sum(one.weight for one in self.definition.of_domain(domain))
            bits = max(1, largest.bit_length())
            per_word = _WORD_BITS // bits
            layouts[domain] = {
                name: (place // per_word, place % per_word * bits, (1 << bits) - 1)
                for place, name in enumerate(NAMES)
            }
        return layouts

    def words(self, domain: str) -> tuple[str, ...]:
        """Return the columns of a domain's words."""
        count = 1 + max(word for word, _, _ in self.layout[domain].values())
        return tuple(f"w{number}_{domain}" for number in range(count))

    def constants(self, one: Indicator, state: State) -> tuple[int, ...]:
        """Return what an indicator in a state adds to each word of its domain."""
        totals = [0] * len(self.words(one.domain))
        for name, value in sums(state, one.weight).items():
            word, shift, _ = self.layout[one.domain][name]
            totals[word] += value << shift
        return tuple(totals)

    def add(self, indicators: Iterable[Indicator]) -> dict[str, str]:
        """Return, by word, the SQL that sums up indicators from their rules' columns `t3_ t2_ ta_`."""
        parts: dict[str, list[str]] = {word: [] for domain in self.layout for word in self.words(domain)}
        for one in indicators:
            for number, word in enumerate(self.words(one.domain)):
                parts[word].append(_by_state(one, {at: self.constants(one, at)[number] for at in State}))
        return {word: " + ".join(found) for word, found in parts.items() if found}

    def unknown(self, indicators: Iterable[Indicator]) -> dict[str, int]:
        """Return, by word, the sum of indicators of which nothing is known."""
        totals: dict[str, int] = {}
        for one in indicators:
            for word, constant in zip(self.words(one.domain), self.constants(one, State.ANY), strict=True):
                totals[word] = totals.get(word, 0) + constant
        return totals

    def read(self, domain: str, name: str) -> str:
        """Return the SQL of one sum of a domain."""
        word, shift, mask = self.layout[domain][name]
        column = quoted(self.words(domain)[word])
        # Narrow, as long as 10,000 times as much fits too.
        kind = "INTEGER" if mask < 1 << 16 else "BIGINT"
        return f"CAST(({column} >> {shift}) & {mask} AS {kind})"


def _by_state(one: Indicator, constant: Mapping[State, int]) -> str:
    """Return the SQL that picks a constant by what the rules of an indicator say (index-spec section 4)."""
    three, two, applies = (quoted(f"{key}_{one.id}") for key in ("t3", "t2", "ta"))
    cases = []
    if one.applies is not None:
        cases += [f"WHEN {applies} IS FALSE THEN 0", f"WHEN {applies} IS NULL THEN {constant[State.ANY]}"]
    cases.append(f"WHEN {three} THEN {constant[State.THREE]}")
    if one.rule2 is None:
        cases.append(f"WHEN {three} IS NULL THEN {constant[State.ANY]} ELSE {constant[State.ONE]}")
    else:
        either = f"CASE WHEN {two} THEN {constant[State.TWO_OR_THREE]} ELSE {constant[State.ANY]} END"
        cases.append(f"WHEN {three} IS NULL THEN {either}")
        cases.append(f"WHEN {two} THEN {constant[State.TWO]}")
        cases.append(f"WHEN {two} IS NULL THEN {constant[State.ONE_OR_TWO]} ELSE {constant[State.ONE]}")
    return f"CAST(CASE {' '.join(cases)} END AS BIGINT)"
