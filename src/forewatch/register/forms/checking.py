"""What a correction says, for the colleague who looks at it, and their answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.register.forms.fields import AnswerField, WordsField
from forewatch.register.forms.households import Row, Sheet
from forewatch.register.forms.others import CorrectionForm
from forewatch.register.forms.starting import as_written
from forewatch.register.models import BirthPrecision, Record
from forewatch.register.queries.answers import value_words
from forewatch.register.queries.events import Happened
from forewatch.register.rules.dates import BirthDate, Precision
from forewatch.register.rules.names import name_key

_NAMES = frozenset({"given", "family", "number", "birth"})
_SAY_NOTHING_TOO = frozenset({"grade"})
"""Choices of which leaving them out says something: what is not graded counts."""
_HOME = frozenset({"hamlet", "house", "directions"})


@dataclass(frozen=True)
class Line:
    """One field into which something was written; `before` is what it replaces, where that is known."""

    label: str
    words: str
    before: str = ""


@dataclass(frozen=True)
class Part:
    """What is said of one member, or of the household."""

    heading: str
    lines: Sequence[Line]


class DeclineForm(forms.Form):
    """Why a correction is not right."""

    words = WordsField(
        label=gettext_lazy("What is not right?"),
        help_text=gettext_lazy("For your colleague, without names."),
        min_length=5,
        max_length=300,
    )


def parts_of(sheet: Sheet) -> list[Part]:
    """Return what a page that is valid says, part by part; what was left empty stays as it is."""
    home = [*_lines(sheet.answers), *(_lines(sheet.event) if sheet.event.cleaned_data["code"] else ())]
    # Who may read it means nothing where nothing stands in the way.
    idle = () if sheet.place.cleaned_data["handling"] else ("audience",)
    found = [Part(_("Place and visit"), list(_lines(sheet.place, *idle))), Part(_("The household"), home)]
    found += [Part(_heading(row), [*_lines(row.member), *_lines(row.answers)]) for row in sheet.filled()]
    return [one for one in found if one.lines]


def names_in(sheet: Sheet) -> list[str]:
    """Return the key of each family name that a valid page names, and an empty one for a home."""
    people = [
        name_key(row.member.cleaned_data["family"]) for row in sheet.filled() if _says(row.member, _NAMES)
    ]
    return [*people, *([""] if _says(sheet.place, _HOME) else ())]


def spoken_of(sheet: Sheet) -> list[UUID]:
    """Return the known people of whom a valid page says anything but that they are there."""
    said = (one for one in sheet.filled() if _says(one.member, _NAMES) or one.answers.filled())
    return [row for row in (one.member.person_id() for one in said) if row]


def parts_of_record(form: CorrectionForm, record: Record) -> list[Part]:
    """Return what a correction of one record says anew, with what it replaces."""
    before = {
        f"v-{name}": value_words(field.variable, record.values[name])
        for name, field in ((name, form.fields[f"v-{name}"]) for name in form.asked)
        if isinstance(field, AnswerField)
    }
    lines = [
        Line(str(form[name].label), _words(form, name) or _("not asked"), was) for name, was in before.items()
    ]
    grades = dict(_flat(form.fields["grade"].choices))  # type: ignore[attr-defined]
    visit = [
        Line(str(form["observed_on"].label), _words(form, "observed_on"), as_written(record.observed_on)),
        Line(str(form["grade"].label), _words(form, "grade"), str(grades[record.grade])),
    ]
    return [Part(_("Place and visit"), visit), Part(_("Answers"), lines)]


def parts_of_event(told: Iterable[Happened]) -> list[Part]:
    """Return what is taken back: an event, with its day."""
    lines = [Line(one.words, _("did not happen so"), as_written(one.event.occurred_on)) for one in told]
    return [Part(_("Taken back"), lines)]


def _heading(row: Row) -> str:
    return row.known.code if row.known else _("A new member")


def _says(form: forms.Form, names: frozenset[str]) -> bool:
    return any(form.cleaned_data.get(name) for name in names)


def _lines(form: forms.Form, *without: str) -> Iterator[Line]:
    for field in form:
        words = "" if field.is_hidden or field.name in without else _words(form, field.name)
        if words:
            yield Line(str(field.label), words)


def _words(form: forms.Form, name: str) -> str:
    """Return what stands in a field of a valid form, as a reader says it; nothing when it was left empty."""
    field, value = form.fields[name], form.cleaned_data.get(name)
    if value is None or (value == "" and name not in _SAY_NOTHING_TOO):
        return ""
    if isinstance(field, AnswerField):
        return value_words(field.variable, value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else ""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(_flat(field.choices)).get(str(value), value))
    # As it was understood, never as it was typed: signs that turn the direction would show another day.
    if isinstance(value, date):
        return as_written(value)
    if isinstance(value, BirthDate):
        day, whole = as_written(value.day), value.precision is Precision.DAY
        return day if whole else f"{day} ({BirthPrecision(value.precision).label})"
    return str(value)


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
