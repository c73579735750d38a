"""Fields that take what people write: dates of either calendar, citizen numbers, answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.analysis.definition import Kind, Variable
from forewatch.register.forms.widgets import Choices
from forewatch.register.queries.answers import words_of
from forewatch.register.rules.answers import NotAnAnswer, Value, answer
from forewatch.register.rules.dates import BirthDate, NotADate, Precision, birth_date
from forewatch.register.rules.numbers import NotANumber, citizen_id
from forewatch.register.rules.text import tidy

_DATES = {
    "shape": gettext_lazy("Write a date such as 5/7/2524, or only the year."),
    "day": gettext_lazy("There is no such day."),
    "future": gettext_lazy("This day is still to come."),
    "old": gettext_lazy("Nobody is that old; check the year."),
}
_NUMBERS = {
    "length": gettext_lazy("A citizen number has 13 digits."),
    "first": gettext_lazy("No citizen number begins with 9."),
    "check": gettext_lazy("A digit of this number is wrong: the last one does not fit the others."),
}


class BirthField(forms.CharField):
    """A birth date as papers write it, down to a bare year."""

    def clean(self, value: Any) -> BirthDate | None:
        """Return the birth date and its precision, or None when nothing was written."""
        written = super().clean(value)
        if not written:
            return None
        try:
            return birth_date(written, timezone.localdate())
        except NotADate as problem:
            raise forms.ValidationError(_DATES[str(problem)]) from None


class DayField(forms.CharField):
    """A day in either calendar, not after today unless it may be."""

    def __init__(self, *, future: bool = False, **others: Any) -> None:
        super().__init__(**others)
        self.future = future

    def clean(self, value: Any) -> date | None:
        """Return the day, or None when nothing was written."""
        written = super().clean(value)
        if not written:
            return None
        today = timezone.localdate()
        try:
            found = birth_date(written, today.replace(year=today.year + 20) if self.future else today)
        except NotADate as problem:
            raise forms.ValidationError(_DATES[str(problem)]) from None
        if found.precision not in (Precision.DAY, Precision.ESTIMATED):
            raise forms.ValidationError(_("Write day, month and year."))
        return found.day


class NumberField(forms.CharField):
    """A citizen number; only its form is checked, never whether it is known."""

    def clean(self, value: Any) -> str:
        """Return the 13 digits, or nothing when nothing was written."""
        written = super().clean(value)
        if not written:
            return ""
        try:
            return citizen_id(written)
        except NotANumber as problem:
            raise forms.ValidationError(_NUMBERS[str(problem)]) from None


class WordsField(forms.CharField):
    """A name or remark, without controls and needless space."""

    def clean(self, value: Any) -> str:
        """Return the words, tidied."""
        return tidy(super().clean(value))


class ReasonField(WordsField):
    """Why something is done that others answer for: long enough to be one. `read` says who reads it."""

    def __init__(self, read: Any, **others: Any) -> None:
        least = settings.TERMS.reason_letters
        super().__init__(
            help_text=lazy(lambda: f"{_at_least(least)} {read}", str)(),
            min_length=least,
            max_length=300,
            **others,
        )


def _at_least(letters: int) -> str:
    return _("At least %(letters)s characters, without names.") % {"letters": letters}


class AnswerField(forms.CharField):
    """A question of the index. Nothing chosen means not asked, which is never a no and never a 0."""

    def __init__(self, variable: Variable, **others: Any) -> None:
        self.variable = variable
        super().__init__(
            required=False,
            label=words_of(variable.label),
            widget=_widget(variable),
            help_text=lazy(_range_of, str)(variable) if variable.kind in _NUMERIC else "",
            **others,
        )

    def clean(self, value: Any) -> Value | None:
        """Return the value, or None when it was not asked."""
        try:
            return answer(self.variable, super().clean(value))
        except NotAnAnswer:
            raise forms.ValidationError(_not_an_answer(self.variable)) from None


_NUMERIC = (Kind.INTEGER, Kind.DECIMAL)


def _widget(variable: Variable) -> forms.Widget:
    if variable.kind in _NUMERIC:
        mode = "numeric" if variable.kind is Kind.INTEGER else "decimal"
        look = {"inputmode": mode, "autocomplete": "off", "size": 10, "placeholder": _("not asked")}
        return forms.TextInput(look)
    if variable.kind is Kind.BOOLEAN:
        choices = [("true", _("yes")), ("false", _("no"))]
    else:
        labels = variable.choice_labels
        choices = [(one, words_of(labels[one]) if one in labels else one) for one in variable.choices]
    return Choices(choices=[("", _("not asked")), *choices])


def _range_of(variable: Variable) -> str:
    if variable.kind is Kind.DECIMAL:
        return _("A share: %(low)s to %(high)s, or per cent such as 25 %%") % _bounds(variable)
    return _("%(low)s to %(high)s") % _bounds(variable)


def _not_an_answer(variable: Variable) -> str:
    if variable.kind in _NUMERIC:
        return _("Write a number from %(low)s to %(high)s.") % _bounds(variable)
    return _("Choose one of the answers.")


def _bounds(variable: Variable) -> dict[str, str]:
    unit = 10**variable.scale
    return {"low": f"{variable.low // unit:,}", "high": f"{variable.high // unit:,}"}
