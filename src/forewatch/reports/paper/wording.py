"""A visit list in words, for the screen and for paper: the definition's own labels, and names if opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forewatch.analysis.definition import Definition, Level
from forewatch.places.models import Area
from forewatch.reports.paper.blank import said
from forewatch.reports.paper.naming import CODES_ONLY, Named
from forewatch.reports.paper.rules import QUESTIONS_SHOWN, When
from forewatch.reports.paper.visits import Content, Due, Reason, Visit

WHEN_WORDS: dict[When, str | Promise] = {
    When.NOW: gettext_lazy("Outreach now"),
    When.SOON: gettext_lazy("Outreach soon"),
    When.ASK: gettext_lazy("Go and ask"),
}


@dataclass(frozen=True)
class Block:
    """Why, and what to ask, of a household or of one person in it."""

    reasons: tuple[str, ...]
    questions: tuple[str, ...]
    more: int
    """How many more questions there are: for those a blank form serves better."""


@dataclass(frozen=True)
class ShownPerson:
    """A person as a list shows them."""

    code: str
    name: str
    act_now: tuple[str, ...]
    block: Block
    as_of: date | None
    expired: bool


@dataclass(frozen=True)
class ShownVisit:
    """A household as a list shows it."""

    place: int
    code: str
    area: Area
    address: str
    when: When
    when_words: str | Promise
    block: Block
    people: tuple[ShownPerson, ...]


@dataclass(frozen=True)
class Shown:
    """A list as it is shown."""

    visits: tuple[ShownVisit, ...]
    of_areas: tuple[tuple[Area, tuple[str, ...]], ...]
    people: int
    left_out: int


def shown(definition: Definition, content: Content, language: str, names: Named = CODES_ONLY) -> Shown:
    """Return a list in words."""

    def words(reasons: Iterable[Reason]) -> tuple[str, ...]:
        return tuple(_why(definition, one, language) for one in reasons)

    def visit(place: int, one: Visit) -> ShownVisit:
        household = one.door.household
        return ShownVisit(
            place=place,
            code=household.code,
            area=one.door.area,
            address=names.homes.get(household.pk, ""),
            when=one.door.when(),
            when_words=WHEN_WORDS[one.door.when()],
            block=_block(words(one.door.reasons(definition)), _labels(definition, one.questions, language)),
            people=tuple(person(due, one) for due in one.door.people),
        )

    def person(due: Due, one: Visit) -> ShownPerson:
        questions = _labels(definition, one.of_people[due.person.pk], language)
        born = [_("Date or year of birth")] if due.person.birth_date is None else []
        return ShownPerson(
            code=due.person.code,
            name=names.people.get(due.person.pk, ""),
            act_now=tuple(said(gate.label, language) for gate in definition.gates if gate.id in due.act_now),
            block=_block(words(due.reasons_at(definition, Level.PERSON)), [*born, *questions]),
            as_of=due.as_of,
            expired=due.expired,
        )

    return Shown(
        visits=tuple(visit(place, one) for place, one in enumerate(content.visits, 1)),
        of_areas=tuple((area, words(reasons)) for area, reasons in content.of_areas.items()),
        people=content.people,
        left_out=content.left_out,
    )


def _why(definition: Definition, reason: Reason, language: str) -> str:
    indicator = definition.indicators[reason.indicator]
    return said(indicator.why.get(reason.score) or indicator.label, language)


def _labels(definition: Definition, names: Iterable[str], language: str) -> list[str]:
    return [said(definition.variables[one].label, language) for one in names]


def _block(reasons: tuple[str, ...], questions: Sequence[str]) -> Block:
    return Block(reasons, tuple(questions[:QUESTIONS_SHOWN]), max(0, len(questions) - QUESTIONS_SHOWN))
