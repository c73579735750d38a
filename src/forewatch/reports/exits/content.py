"""The bytes of a file about people: a table that a spreadsheet opens and never computes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from forewatch.access.sealing import keys_at_hand
from forewatch.analysis.definition import Definition
from forewatch.lib.cells import safe_cell
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.register.models import Event, Handling, Identity, Person, Record
from forewatch.register.queries.answers import came_under_conditions
from forewatch.register.queries.consents import agreed_to_share
from forewatch.register.rules.citizenship import WITHOUT_PAPERS
from forewatch.register.rules.codes import PERSON, code_for
from forewatch.register.rules.dates import age_on, years_before
from forewatch.register.sealed import NOBODY_KNOWN, Who, open_who
from forewatch.reports.paper.blank import said
from forewatch.rights.models import Contest
from forewatch.risk.models import Assessment, Band

MARK = "\ufeff"
"""A byte order mark, without which a spreadsheet garbles Thai."""
ADULT = 18
COLUMNS = (
    "person",
    "household",
    "village_code",
    "village",
    "sex",
    "age",
    "outreach",
    "reasons",
    "act_now",
    "as_of",
)
NAMES = ("given_name", "family_name", "birth_date", "phone")
WHOM = {
    "now": _("people to whom outreach is due now"),
    "due": _("people to whom outreach is due now or soon"),
    "children": _("everybody under 18"),
    "papers": _("people without papers"),
    "all": _("everybody"),
}
"""Whom a file may be about."""


@dataclass(frozen=True)
class Row:
    """One person of a file."""

    person: Person
    code: str
    household: str
    who: Who = NOBODY_KNOWN
    reasons: bool = True
    """Whether why may be said: not of whom somebody spoke under conditions, of whom none is the recipient."""
    older: int = 0
    """Years by which somebody made up is older than the person they are made after."""

    @property
    def born(self) -> date | None:
        """The birth date; None where it is not known."""
        day = self.person.birth_date
        return day and years_before(day, self.older)

    def age(self, today: date) -> int | None:
        """Return the age on a day; None where no birth date is known."""
        return age_on(self.born, today) if self.born else None


def eligible(area: Area, country: str) -> QuerySet[Person]:
    """Return whoever of an area agreed to be handed over to a country, and contests nothing."""
    waits = Contest.objects.filter(answered_at__isnull=True, person__isnull=False)
    # A contest stays about the row for which it was filed, also once that was merged into another.
    contested = waits.annotate(now=Coalesce("person__merged_into_id", "person_id")).values("now")
    found = Person.objects.filter(
        agreed_to_share(country), within([area.code], "household__area__"), merged_into__isnull=True
    )
    return found.exclude(pk__in=contested)


def about(whom: str, today: date) -> Q:
    """Return the condition of one of `WHOM`."""
    return {
        "now": Q(assessment__band=Band.HIGH),
        "due": Q(assessment__band__in=(Band.HIGH, Band.MEDIUM)),
        "children": Q(birth_date__gt=years_before(today, ADULT)),
        "papers": Q(papers__in=WITHOUT_PAPERS),
        "all": Q(),
    }[whom]


def rows_of(people: Sequence[Person], *, with_names: bool) -> list[Row]:
    """Return the rows of people; whoever asks for names writes the audit row of the reveal."""
    names = _names(people) if with_names else {}
    silent = _told_under_conditions(people)
    return [
        Row(
            one,
            one.code,
            one.household.code if one.household else "",
            names.get(one.pk, NOBODY_KNOWN),
            reasons=one.pk not in silent,
        )
        for one in people
    ]


def _told_under_conditions(people: Sequence[Person]) -> set[UUID]:
    ids, homes = [one.pk for one in people], {one.household_id for one in people}
    same = Q(person__in=ids) | Q(person__merged_into__in=ids)
    of, told, places = set[UUID | None](), set[UUID | None](), set[str]()
    for rows in (
        Record.objects.filter(came_under_conditions()),
        Event.objects.filter(source__handling=Handling.CONDITIONS),
    ):
        for pair in rows.filter(same).values_list("person", "person__merged_into"):
            of.update(pair)
        told.update(rows.filter(household__in=homes).values_list("household", flat=True))
        places.update(rows.filter(area__isnull=False).values_list("area__path", flat=True))
    for one in people:
        if one.household and one.household.area_path.startswith(tuple(places)):
            told.add(one.household_id)
    return {one.pk for one in people if one.pk in of or one.household_id in told}


def with_canary(rows: Sequence[Row], canary: UUID, today: date, dice: random.Random) -> list[Row]:
    """Return the rows with one more among them, of nobody: parts of several, under a code of its own."""
    model, named, called = (dice.choice(rows) for _one in range(3))
    who = replace(named.who, family=called.who.family, phone="", number="") if len(rows) > 1 else NOBODY_KNOWN
    # Nobody's twin: two rows of one home, one sex and one age would give it away.
    age = model.age(today)
    older = dice.choice([years for years in (-3, -2, 2, 3) if age is None or age + years >= 0])
    made = replace(model, code=code_for(PERSON, canary), who=who, older=older)
    place = dice.randrange(len(rows) + 1)
    return [*rows[:place], made, *rows[place:]]


def as_table(
    rows: Iterable[Row], definition: Definition, language: str, today: date, *, with_names: bool
) -> bytes:
    """Return the rows as CSV in UTF-8, every cell of text made safe."""
    text = io.StringIO(MARK, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(NAMES if with_names else ())])
    for one in rows:
        cells = [*_cells(one, definition, language, today), *(_who(one) if with_names else ())]
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode()


def _cells(row: Row, definition: Definition, language: str, today: date) -> Iterator[object]:
    person = row.person
    area = person.household.area if person.household else None
    answer: Assessment | None = getattr(person, "assessment", None)
    if answer is not None and answer.run.definition != definition.name:
        answer = None  # its reasons would be put in the words of another definition
    yield from (row.code, row.household, area.code if area else "", str(area or ""), person.sex)
    yield row.age(today)
    yield str(Band(answer.band).label) if answer else ""
    answered = answer if answer and row.reasons else None
    drivers = answered.drivers.split() if answered else ()
    yield "; ".join(said(definition.indicators[one].label, language) for one in drivers)
    gates = {one.id: one for one in definition.gates} if answer else {}
    yield "; ".join(
        said(gates[one].label, language) for one in (answered.act_now.split() if answered else ())
    )
    yield answer.as_of.isoformat() if answer else ""


def _who(row: Row) -> Iterator[str]:
    yield from (row.who.given, row.who.family)
    yield row.born.isoformat() if row.born else ""
    yield row.who.phone


def _names(people: Sequence[Person]) -> Mapping[UUID, Who]:
    sealed = list(Identity.objects.filter(person__in=[one.pk for one in people]))
    with keys_at_hand(one.person_id for one in sealed):
        return {one.person_id: open_who(one.person_id, bytes(one.sealed)) for one in sealed}
