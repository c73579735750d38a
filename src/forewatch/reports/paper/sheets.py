"""What goes to the printer: whole pages of their own, in the language of the form, as bytes to be hashed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from forewatch.access.models import User
from forewatch.analysis.definition import Kind, Level, Variable
from forewatch.audit.queries import head
from forewatch.places.models import Area
from forewatch.register.models import Membership
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper.actions import Stamp
from forewatch.reports.paper.blank import Ages, Asked, Part, Question, said
from forewatch.reports.paper.naming import Named
from forewatch.reports.paper.visits import Content
from forewatch.reports.paper.wording import shown


@dataclass(frozen=True)
class Written:
    """A question as it stands on the form."""

    number: int
    label: str
    asked_of: str
    answers: tuple[str, ...]
    between: tuple[str, str] | None
    """The least and the greatest number, where a number is asked for."""


@dataclass(frozen=True)
class Section:
    """A domain as it stands on the form."""

    label: str
    household: tuple[Written, ...]
    person: tuple[Written, ...]


def form_sheet(asked: Asked, kind: Printing.Kind, members: int, area: Area | None, stamp: Stamp) -> bytes:
    """Return a blank form: for a household with columns for its members, or for one person."""
    household = kind == Printing.Kind.HOUSEHOLD_FORM
    levels = (Level.HOUSEHOLD, Level.PERSON) if household else (Level.PERSON,)
    with translation.override(stamp.language):
        return _drawn(
            "reports/form_sheet.html",
            stamp,
            area=area,
            household=household,
            members=range(1, members + 1) if household else range(1, 2),
            roles=[str(one) for one in Membership.Role.labels],
            sections=[_section(one, stamp.language) for one in asked.parts(levels)],
            definition=asked.definition.name,
        )


def list_sheet(
    asked: Asked, printed_by: User, visit_list: VisitList, content: Content, names: Named, stamp: Stamp
) -> bytes:
    """Return a visit list as it is printed."""
    with translation.override(stamp.language):
        return _drawn(
            "reports/list_sheet.html",
            stamp,
            visit_list=visit_list,
            printed_by=printed_by,
            list=shown(asked.definition, content, stamp.language, names),
            # Whoever holds the sheet can show later that the trail is the same up to here.
            trail=head(),
        )


def _drawn(template: str, stamp: Stamp, **context: Any) -> bytes:
    return render_to_string(template, {"stamp": stamp, **context}).encode()


def _section(part: Part, language: str) -> Section:
    return Section(
        label=said(part.domain.label, language) if part.domain else _("Other questions"),
        household=tuple(_written(one, language) for one in part.household),
        person=tuple(_written(one, language) for one in part.person),
    )


def _written(question: Question, language: str) -> Written:
    variable = question.variable
    numeric = variable.kind in (Kind.INTEGER, Kind.DECIMAL)
    return Written(
        number=question.number,
        label=said(variable.label, language),
        asked_of=_asked_of(variable, question.ages),
        answers=tuple(_answers(variable, language)),
        between=(question.lowest, question.highest) if numeric else None,
    )


def _answers(variable: Variable, language: str) -> Iterator[str]:
    if variable.kind is Kind.BOOLEAN:
        yield from (_("yes"), _("no"))
    for choice in variable.choices:
        text = variable.choice_labels.get(choice)
        yield said(text, language) if text else choice


def _asked_of(variable: Variable, ages: tuple[Ages, ...]) -> str:
    if variable.level is Level.HOUSEHOLD:
        return _("the household")
    return _(" and ").join(_age_words(one) for one in ages) or _("everybody")


def _age_words(ages: Ages) -> str:
    if ages.last is None:
        return _("from %(first)d years") % {"first": ages.first or 0}
    if ages.first is None:
        return _("under %(end)d years") % {"end": ages.last + 1}
    return _("%(first)d to %(last)d years") % {
        "first": ages.first,
        "last": ages.last,
    }
