"""How a made-up answer is drawn: a table of shares or a skewed amount, pulled by hidden factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import ndtri

from forewatch.synthesis.people import Factors, People
from forewatch.synthesis.places import Floats

Answers = NDArray[np.int32]
"""One whole number per subject: units of 10^-scale, 0 or 1, or the place of a choice in the generator's
`choices`; `SILENT` where nothing was asked."""

SILENT = -1
EVERY_AGE = (0, 130)


@dataclass(frozen=True)
class Asked:
    """Whom a question is put to: the subjects' factors, ages (persons only) and answers so far."""

    size: int
    factors: Factors
    people: People
    ages: NDArray[np.int64] | None
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: dict[str, Answers] = field(default_factory=dict)

    def said(self, name: str, *wanted: str) -> NDArray[np.bool_]:
        """Return who gave one of these answers to a choice question drawn before."""
        codes = [self.choices[name].index(one) for one in wanted]
        return np.isin(self.answers[name], codes)


class Draws(Protocol):
    """One variable's generator. `choices` names the answers of a choice variable; otherwise it is empty."""

    @property
    def choices(self) -> tuple[str, ...]: ...

    def draw(self, asked: Asked, rng: Generator) -> Answers: ...


@dataclass(frozen=True)
class Graded:
    """Answers in order, each with its share, so that more of a hidden factor means a later answer.

    `pull` weighs the factors; squared weights sum to less than 1 and noise is the rest. `ages` and `when`
    say who is asked: the others stay silent.
    """

    shares: Mapping[str, float] | Mapping[int, float] | Mapping[bool, float]
    pull: Mapping[str, float] = field(default_factory=dict)
    ages: tuple[int, int] = EVERY_AGE
    when: tuple[str, tuple[str, ...]] | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(one for one in self.shares if isinstance(one, str))

    def draw(self, asked: Asked, rng: Generator) -> Answers:
        cuts = ndtri(np.cumsum(list(self.shares.values()))[:-1])
        place = np.searchsorted(cuts, leaning(asked, self.pull, rng))
        values = range(len(self.choices)) if self.choices else [int(one) for one in self.shares]
        return only(asked, np.array(values, dtype=np.int32)[place], self.ages, self.when)


@dataclass(frozen=True)
class Skewed:
    """An amount around a median, spread evenly by ratio (log-normal), in whole `units`, held in a range."""

    median: float
    spread: float
    most: int
    least: int = 0
    units: int = 1
    pull: Mapping[str, float] = field(default_factory=dict)
    when: tuple[str, tuple[str, ...]] | None = None
    choices: tuple[str, ...] = ()

    def draw(self, asked: Asked, rng: Generator) -> Answers:
        amount = self.median * np.exp(self.spread * leaning(asked, self.pull, rng))
        whole = np.clip(np.round(amount / self.units) * self.units, self.least, self.most)
        return only(asked, whole.astype(np.int32), EVERY_AGE, self.when)


@dataclass(frozen=True)
class Worked:
    """An answer that follows from others or from the roster, by a function of its own."""

    how: Callable[[Asked, Generator], NDArray[np.integer]]
    choices: tuple[str, ...] = ()

    def draw(self, asked: Asked, rng: Generator) -> Answers:
        return self.how(asked, rng).astype(np.int32)


def leaning(asked: Asked, pull: Mapping[str, float], rng: Generator) -> Floats:
    """Return, per subject, how far the factors and chance lean towards the later answers."""
    left = 1.0 - sum(weight**2 for weight in pull.values())
    leans = rng.standard_normal(asked.size) * np.sqrt(left)
    for name, weight in pull.items():
        leans += weight * asked.factors[name]
    return np.asarray(leans)


def only(
    asked: Asked, values: Answers, ages: tuple[int, int], when: tuple[str, tuple[str, ...]] | None
) -> Answers:
    """Silence those outside the ages, or who did not give the answer that leads to this question."""
    if asked.ages is not None and ages != EVERY_AGE:
        values = np.where((asked.ages >= ages[0]) & (asked.ages <= ages[1]), values, SILENT)
    if when is not None:
        values = np.where(asked.said(when[0], *when[1]), values, SILENT)
    return values.astype(np.int32)


def draw_answers(table: Mapping[str, Draws], asked: Asked, rng: Generator) -> Asked:
    """Draw every variable of a table, in its order; return `asked`, now with the answers."""
    for name, generator in table.items():
        asked.choices[name] = generator.choices
        asked.answers[name] = generator.draw(asked, rng)
    return asked
