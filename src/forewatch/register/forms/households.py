"""The page of a household: place, members, answers and events, handed in together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.access.decisions import Actor
from forewatch.analysis.definition import Level
from forewatch.places.models import Area
from forewatch.register.definition import definition
from forewatch.register.entries import Answers, EventEntry, HouseholdEntry, Observation, Under
from forewatch.register.forms.answers import AnswersForm
from forewatch.register.forms.choices import by_parent, graded
from forewatch.register.forms.fields import DayField, WordsField
from forewatch.register.forms.members import MemberForm
from forewatch.register.forms.widgets import Choices
from forewatch.register.models import Audience, Grade, Handling, Household, Source
from forewatch.register.queries.answers import words_of
from forewatch.register.queries.places import parts_to_write, places_to_write
from forewatch.register.rules.dates import NotADate, age_on, birth_date, years_before
from forewatch.register.rules.ids import read_id
from forewatch.register.sealed import Address

Typed = Mapping[str, list[str]]
ROWS_AT_FIRST, ROWS_MORE, MOST_ROWS = 6, 3, 40
MINOR = 18


def as_posted(typed: Typed) -> QueryDict:
    """Return what was typed as a form reads it that a browser has sent."""
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return data


class PlaceForm(forms.Form):
    """Where the household lives, when it was visited, and who says so."""

    within = forms.ChoiceField(label=gettext_lazy("Part of the area"), required=False, widget=Choices)
    area = forms.ModelChoiceField(label=gettext_lazy("Village"), queryset=Area.objects.none(), widget=Choices)
    hamlet = WordsField(label=gettext_lazy("Hamlet or moo"), required=False, max_length=80)
    house = WordsField(label=gettext_lazy("House number"), required=False, max_length=40)
    directions = WordsField(label=gettext_lazy("How to find it"), required=False, max_length=200)
    observed_on = DayField(label=gettext_lazy("Day of the visit"), max_length=40)
    source = forms.ModelChoiceField(
        label=gettext_lazy("Who says so"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("our own visit"),
        widget=Choices,
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("How they know"),
        choices=[*graded(Grade), ("", gettext_lazy("not graded"))],
        widget=Choices,
        required=False,
    )
    handling = forms.ChoiceField(
        label=gettext_lazy("May it be passed on?"),
        choices=[("", gettext_lazy("as the source's agreement says")), *Handling.choices[1:]],
        widget=Choices,
        required=False,
    )
    how_known = WordsField(
        label=gettext_lazy("How does the source know it?"),
        help_text=gettext_lazy("In a sentence, without names: a second grader may read it."),
        required=False,
        max_length=300,
    )
    conditions = WordsField(
        label=gettext_lazy("Under which conditions"),
        help_text=gettext_lazy("As they were asked for, without names."),
        required=False,
        max_length=300,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=Audience.choices,
        initial=Audience.HELPERS,
        widget=Choices,
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, household: Household | None, **others: Any) -> None:
        super().__init__(*args, **others)
        self.household = household
        places = places_to_write(actor)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)  # as it is declared above
        area.queryset = places
        area.required = household is None
        area.choices = by_parent(self._narrowed(actor, places), needed=household is None)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = Source.objects.all()

    def _narrowed(self, actor: Actor, places: QuerySet[Area]) -> QuerySet[Area]:
        """Return the villages to choose from: all, or those of the part that was chosen."""
        parts = parts_to_write(actor)
        if not parts:
            del self.fields["within"]
            return places
        labelled = [(one.pk, f"{one.parent} › {one}") for one in parts]
        self.fields["within"].choices = [("", "–"), *labelled]  # type: ignore[attr-defined]
        row = read_id(str(self["within"].value() or ""))
        return places.filter(parent=row) if row else places.none()

    def clean(self) -> dict[str, Any]:
        """Ask for the conditions where there are some."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("handling") and not data.get("conditions"):
            self.add_error("conditions", _("Write the conditions under which it may be passed on."))
        return data

    def under(self) -> Under | None:
        """Return the conditions of what is said; None for those of its source."""
        data = self.cleaned_data
        if not data["handling"]:
            return None
        return Under(data["conditions"], data["audience"] or Audience.HELPERS)

    def address(self) -> Address | None:
        """Return the exact home; None when a page about a known household leaves it as it is."""
        data = self.cleaned_data
        address = Address(data["hamlet"], data["house"], data["directions"])
        return None if self.household and address == Address() else address


class EventForm(forms.Form):
    """Something that happened to the household."""

    code = forms.ChoiceField(label=gettext_lazy("What happened"), required=False, widget=Choices)
    occurred_on = DayField(label=gettext_lazy("When"), required=False, max_length=40)

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        known = [one for one in definition().events.values() if Level.HOUSEHOLD in one.levels]
        labelled = [(one.code, words_of(one.label)) for one in known]
        self.fields["code"].choices = [("", gettext_lazy("nothing")), *labelled]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the day of what happened."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("code") and not data.get("occurred_on") and "occurred_on" not in self.errors:
            self.add_error("occurred_on", gettext_lazy("On which day did it happen?"))
        return data


@dataclass(frozen=True)
class Known:
    """What stands for somebody who is registered already: their code, and their age for the questions."""

    code: str
    age: int | None


@dataclass
class Row:
    """A member with the questions that apply to them."""

    number: int
    member: MemberForm
    answers: AnswersForm
    known: Known | None = None
    age: int | None = None

    @property
    def name(self) -> str:
        """Return what is written as the given name, for the heading of the questions."""
        return str(self.member["given"].value() or "")


class Sheet:
    """All forms of the page. `typed` is what came back, from the browser or from a draft.

    `checking` tells whether what is wrong shall be said: a draft is shown as it was left.
    """

    def __init__(
        self,
        actor: Actor,
        typed: Typed,
        *,
        household: Household | None = None,
        known: Mapping[uuid.UUID, Known] | None = None,
        checking: bool = False,
    ) -> None:
        self.household, self.known = household, known or {}
        self.typed, self.checking = typed, checking
        self.place = PlaceForm(actor=actor, household=household, **self._given("place"))
        self.answers = AnswersForm(level=Level.HOUSEHOLD, **self._given("home"))
        self.event = EventForm(**self._given("event"))
        self.rows = [self._row(number) for number in range(self._count())]

    def _given(self, prefix: str) -> dict[str, Any]:
        """Return what was typed into one form: to be checked, or only to be shown."""
        if self.checking:
            return {"prefix": prefix, "data": as_posted(self.typed)}
        start = f"{prefix}-"
        first = {
            name.removeprefix(start): values[-1]
            for name, values in self.typed.items()
            if name.startswith(start)
        }
        return {"prefix": prefix, "initial": first}

    def _count(self) -> int:
        try:
            asked = int(self.typed.get("rows", [""])[-1])
        except ValueError:
            asked = ROWS_AT_FIRST
        return max(1, min(asked, MOST_ROWS))

    def _row(self, number: int) -> Row:
        member = MemberForm(**self._given(f"m{number}"))
        row = member.person_id()
        known = self.known.get(row) if row else None
        age = _age(str(member["birth"].value() or ""))
        if age is None and known:
            age = known.age
        answers = AnswersForm(level=Level.PERSON, age=age, **self._given(f"a{number}"))
        return Row(number, member, answers, known, age)

    @property
    def draft(self) -> str:
        """Return the id that came with a new household's page."""
        return self.typed.get("draft", [""])[-1]

    @property
    def version(self) -> str:
        """Return the version of the household that the page was made of."""
        return self.typed.get("version", ["0"])[-1]

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is wrong, for the head of the page: a label, the place on the page, the words."""
        for form in self._forms():
            for name, errors in form.errors.items():
                field = form[name]
                yield str(field.label), field.id_for_label, " ".join(str(one) for one in errors)

    def _forms(self) -> list[forms.Form]:
        rows = [form for row in self.filled() for form in (row.member, row.answers)]
        return [self.place, self.answers, self.event, *rows]

    def filled(self) -> Iterator[Row]:
        """Yield the rows into which something was written."""
        return (row for row in self.rows if not row.member.is_blank() or row.answers.filled())

    def is_valid(self) -> bool:
        """Tell whether all of the page can be handed in; each form says what is wrong with it."""
        valid = [one.is_valid() for one in self._forms()]
        return all(valid)

    def entry(self) -> HouseholdEntry:
        """Return the page for the actions."""
        place, event = self.place.cleaned_data, self.event.cleaned_data
        members = tuple(row.member.entry(row.answers.answers()) for row in self.filled())
        happened = (EventEntry(event["code"], event["occurred_on"]),) if event["code"] else ()
        return HouseholdEntry(
            observation=Observation(
                place["observed_on"], place["source"], place["grade"], self.place.under(), place["how_known"]
            ),
            area=place["area"],
            address=self.place.address(),
            members=members,
            answers=self._of_household(),
            events=happened,
        )

    def _of_household(self) -> Answers:
        """Return the household's answers, with the one that its members' birth dates give."""
        answers = dict(self.answers.answers())
        adult_by = years_before(timezone.localdate(), MINOR)
        births = [row.member.cleaned_data["birth"] for row in self.filled() if not row.member.is_there()]
        known = [one.day > adult_by for one in births if one]
        if "has_minor" in definition().variables and self.household is None and births:
            if any(known):
                answers["has_minor"] = True
            elif len(known) == len(births):
                answers["has_minor"] = False
        return answers


def _age(written: str) -> int | None:
    today = timezone.localdate()
    try:
        return age_on(birth_date(written, today).day, today)
    except NotADate:
        return None
