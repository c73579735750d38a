"""What is known now, in words: of each question the answer in force, who gave it and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, scopes
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.analysis.definition import Definition, Kind, Text, Variable
from forewatch.register.definition import definition
from forewatch.register.entries import Under
from forewatch.register.models import Audience, Conditions, Handling, Household, Person, Record
from forewatch.register.permissions import codes_of
from forewatch.register.rules.answers import Value
from forewatch.register.visibility import about, opened_by

SCORING = ("", "A", "B")
_BETTER_FIRST = {"A": 0, "B": 1, "": 2}


@dataclass(frozen=True)
class Told:
    """An answer in words, and where it comes from."""

    variable: str
    question: str
    words: str
    value: Value
    record: Record

    @property
    def observed_on(self) -> date:
        """The day it was taken."""
        return self.record.observed_on


def words_of(text: Text) -> str:
    """Return a text of the definition in the reader's language, else in English."""
    language = (get_language() or "en").split("-")[0]
    return text.get(language) or text["en"]


def value_words(variable: Variable, value: Value) -> str:
    """Return a value as the reader says it."""
    if variable.kind is Kind.BOOLEAN:
        return _("yes") if value else _("no")
    if variable.kind is Kind.CHOICE:
        label = variable.choice_labels.get(str(value))
        return words_of(label) if label else str(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def records_about(condition: Q, *more: str) -> list[Record]:
    """Return records with their source, with what superseded them and `more`, the newest first."""
    later = Prefetch("superseded_by", queryset=Record.objects.only("id", "supersedes_id", "grade"))
    found = (
        Record.objects.filter(condition).select_related("source", "conditions", *more).prefetch_related(later)
    )
    return list(found.order_by("-observed_on", "-id"))


def under(record: Record) -> Under | None:
    """Return the conditions under which something was said: its own, else its source's; None for none."""
    try:
        own: Conditions = record.conditions
    except Conditions.DoesNotExist:
        source = record.source
        conditional = source.handling == Handling.CONDITIONS
        return Under(source.conditions, source.audience) if conditional else None
    return Under(own.words, own.audience)


def readable(actor: Actor, household: Household, records: Iterable[Record]) -> list[Record]:
    """Return the records about a household that came under no conditions which keep the actor from them.

    What only the staff of its area may read is not shown to whoever merely looks after it.
    """
    found = list(records)
    if not any(_for_staff(under(one)) for one in found) or _is_staff_of(actor, household):
        return found
    return [one for one in found if not _for_staff(under(one))]


def kept_from(actor: Actor, household: Household, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these records about a household that the actor may not read, for their conditions."""
    if _is_staff_of(actor, household):
        return set()
    return {one.pk for one in records_about(Q(pk__in=list(ids))) if _for_staff(under(one))}


def _is_staff_of(actor: Actor, household: Household) -> bool:
    """Tell whether the actor works in the area of a household, or opened it in an emergency."""
    reading = (scopes(actor, Verb.READ, DataClass.OBSERVATION, purpose) for purpose in Purpose)
    areas = {grant.area_code for found in reading for grant, scope in found if scope is Scope.AREA}
    return not areas.isdisjoint(("", *codes_of(household.area_path))) or household.pk in opened_by(actor)


def came_under_conditions() -> Q:
    """Return the condition that a record came under conditions, whoever may read it: nobody elsewhere may."""
    return Q(conditions__isnull=False) | Q(source__handling=Handling.CONDITIONS)


def _for_staff(conditions: Under | None) -> bool:
    return conditions is not None and conditions.audience == Audience.STAFF


def said_about(person: Person) -> Q:
    """Return the condition that a statement is about a person, one merged into them, or their household."""
    same = about(person)
    return same | Q(household=person.household_id) if person.household_id else same


def in_force(records: Iterable[Record]) -> dict[str, Record]:
    """Return, by variable, the record whose value is in force (index-spec section 3, rule 1)."""
    best: dict[str, Record] = {}
    for one in records:
        if (
            one.source.has_no_weight
            or one.grade not in SCORING
            or any(later.grade in SCORING for later in one.superseded_by.all())
        ):
            continue
        for name in one.values:
            if name not in best or _rank(one) > _rank(best[name]):
                best[name] = one
    return best


def _rank(one: Record) -> tuple[date, int, str, str]:
    return one.observed_on, -_BETTER_FIRST[one.grade], one.source.code, one.pk.hex


def told(records: Iterable[Record]) -> list[Told]:
    """Return what is in force in words, in the order of the definition."""
    known: Definition = definition()
    best = in_force(records)
    return [_told(known.variables[name], best[name]) for name in known.variables if name in best]


def told_in(record: Record) -> list[Told]:
    """Return everything one record says, in words."""
    known = definition().variables
    return [_told(known[name], record) for name in record.values if name in known]


def _told(variable: Variable, record: Record) -> Told:
    value: Value = record.values[variable.name]
    return Told(variable.name, words_of(variable.label), value_words(variable, value), value, record)


def by_person(records: Iterable[Record], kept: Mapping[UUID, UUID]) -> dict[UUID, list[Record]]:
    """Return records by the person they count for; `kept` maps those merged into somebody."""
    found: dict[UUID, list[Record]] = {}
    for one in records:
        if one.person_id:
            found.setdefault(kept.get(one.person_id, one.person_id), []).append(one)
    return found
