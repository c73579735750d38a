"""What is wrong with input, row by row, in sentences for whoever can put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """One thing wrong with one row; `line` is a line of a CSV file, or a row number (from 1) of any other table."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}, column {self.column}"
        return f"{place}, value {self.value!r}: {self.reason}" if self.value else f"{place}: {self.reason}"


class InputError(ValueError):
    """Input that cannot be used; `problems` lists the first rows that are wrong, `count` says how many there are."""

    def __init__(self, message: str, problems: Sequence[RowProblem] = (), count: int = 0) -> None:
        self.problems = tuple(problems)
        self.count = count
        super().__init__("\n".join([message, *(f"  {one}" for one in self.problems)]))
