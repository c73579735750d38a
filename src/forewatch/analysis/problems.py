"""What is wrong with a definition or with input, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

MANY = 500

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column of a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a definition file; `code` names its kind and never changes."""

    severity: Severity
    file: str
    line: int
    column: int
    key: str
    reason: str
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.key}: {self.reason}"


class DefinitionError(ValueError):
    """A definition that cannot be used; `problems` holds everything the linter found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(one) for one in self.problems if one.severity == "error"))


@dataclass
class Report:
    """Collects the problems of one file."""

    file: str
    _problems: dict[Problem, None] = field(default_factory=dict)
    """A mistake met twice is one mistake: a dict keeps it once, and the order."""

    def error(self, place: Place, key: str, code: str, reason: str) -> None:
        self._add("error", place, key, code, reason)

    def warn(self, place: Place, key: str, code: str, reason: str) -> None:
        self._add("warning", place, key, code, reason)

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self._problems)

    @property
    def is_full(self) -> bool:
        """Whether there are more problems than anybody would read."""
        return len(self._problems) >= MANY

    def in_order(self) -> list[Problem]:
        """Return the problems in the order of the file."""
        return sorted(self._problems, key=lambda one: (one.line, one.column, one.code))

    def _add(self, severity: Severity, place: Place, key: str, code: str, reason: str) -> None:
        one = Problem(severity, self.file, place.line, place.column, key, reason, code)
        self._problems[one] = None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "..."?` for the nearest known word, or nothing."""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f' Did you mean "{by_lower[near[0]]}"?' if near else ""


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """One thing wrong with one row; `line` is a CSV file's line, or the row number (from 1) elsewhere."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}, column {self.column}"
        return f"{place}, value {self.value!r}: {self.reason}" if self.value else f"{place}: {self.reason}"


class InputError(ValueError):
    """Input that cannot be used; `problems` lists the first bad rows, `count` says how many there are."""

    def __init__(self, message: str, problems: Sequence[RowProblem] = (), count: int = 0) -> None:
        self.problems = tuple(problems)
        self.count = count
        super().__init__("\n".join([message, *(f"  {one}" for one in self.problems)]))


class SparkIsMissing(RuntimeError):  # noqa: N818  a sentence for the person who asked for Spark
    """Spark cannot be started; the sentence says how to get it."""


class ReleaseRefused(Exception):  # noqa: N818  a release is refused; nothing went wrong
    """These figures may not leave; the sentence says why and what to do."""
