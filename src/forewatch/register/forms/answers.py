"""The questions of the index about one subject, as a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from forewatch.analysis.definition import Level
from forewatch.register.entries import Answers
from forewatch.register.forms.fields import AnswerField
from forewatch.register.queries.answers import words_of
from forewatch.register.questions import questions


class AnswersForm(forms.Form):
    """One field for each question that applies, in groups by domain."""

    def __init__(self, *args: Any, level: Level, age: int | None = None, **others: Any) -> None:
        super().__init__(*args, **others)
        self.asked = questions(level, age)
        for group in self.asked:
            for one in group.variables:
                self.fields[one.name] = AnswerField(one)

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Yield each domain's label with its questions, for the page."""
        for group in self.asked:
            yield words_of(group.label), [self[one.name] for one in group.variables]

    def answers(self) -> Answers:
        """Return what was answered; what was not asked is not there."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def filled(self) -> int:
        """Return how many questions have something written beside them."""
        return sum(1 for field in self if str(field.value() or "").strip())
