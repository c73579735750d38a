"""Small things that pages of intake show, made of rows and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.access.actors import actor_for
from forewatch.analysis.definition import Kind, Variable
from forewatch.intake.forms import MappingForm, label_of
from forewatch.intake.interpreting.said import PersonSaid, RowSaid
from forewatch.intake.models import Problem, Upload
from forewatch.intake.profiles.loading import definition, parse_profile
from forewatch.intake.profiles.recognising import Match, recognise
from forewatch.intake.queries import area_codes, facts, known_profiles
from forewatch.intake.queries import examples as kept_examples
from forewatch.intake.rules import OVER, State
from forewatch.intake.values.faults import Fault
from forewatch.intake.words import STATES, advice, title
from forewatch.intake.words import refusal as refusal_words
from forewatch.intake.working import reader_of, sheets_of

SAMPLES = 3


@dataclass(frozen=True)
class Line:
    """A file in the list."""

    upload: Upload
    state: str
    tag: str


def lines(uploads: Iterable[Upload]) -> list[Line]:
    """Return files as the list shows them."""
    return [Line(one, state(one), _tag(one)) for one in uploads]


def _tag(upload: Upload) -> str:
    if upload.state in (State.WAITING, State.MAPPING, State.CHECKED):
        return "now"
    return "done" if upload.state == State.IN else ""


def state(upload: Upload) -> str:
    """Return where a file stands, in words."""
    return str(STATES[State(upload.state)])


def refusal(upload: Upload) -> str:
    """Return why a file cannot be read; empty when it can."""
    return refusal_words(upload.refusal) if upload.refusal else ""


@dataclass(frozen=True)
class Step:
    """One step of the way into the register."""

    words: str
    done: bool
    here: bool


_STEPS = (
    (State.READING, State.RECEIVED),
    (State.MAPPING,),
    (State.CHECKING, State.CHECKED),
    (State.WAITING,),
    (State.COMMITTING, State.IN),
)


def steps(upload: Upload) -> list[Step]:
    """Return the way of a file and where it is; empty when it goes no further."""
    if upload.state in OVER or upload.state == State.UNDOING:
        return []
    words = [
        _("Read"),
        _("Map the columns"),
        _("Check the rows"),
        _("A colleague agrees"),
        _("In the register"),
    ]
    here = next(place for place, states in enumerate(_STEPS) if upload.state in states)
    arrived = upload.state == State.IN
    return [
        Step(one, place < here or arrived, place == here and not arrived) for place, one in enumerate(words)
    ]


@dataclass(frozen=True)
class Group:
    """A kind of problem in words."""

    row: Problem
    title: str
    advice: str


def problem(row: Problem) -> Group:
    """Return a kind of problem in words."""
    return Group(row, title(row.kind), "")


def problems(upload: Upload) -> list[Group]:
    """Return the kinds of problem of a file, those that set rows aside first."""
    return [problem(one) for one in upload.problems.all()]


def examples(row: Problem, page: Iterable[list[Any]], *, cells: bool) -> list[dict[str, Any]]:
    """Return rows with a problem: sheet, line, what to do; what stands there only with `cells`."""
    # The hint of an era is worked out from the year that stands there.
    told = cells or row.kind not in (Fault.DATE_ERA_BUDDHIST, Fault.DATE_ERA_COMMON)
    return [
        {
            "sheet": sheet,
            "line": line,
            "value": value if cells else "",
            "advice": advice(row.kind, hint) if told else "",
        }
        for sheet, line, value, hint in page
    ]


def lines_of(row: Problem) -> list[int]:
    """Return the lines of the first rows with a problem; none while locked, or once they are gone."""
    if settings.LOCKED or not row.examples:
        return []
    return [line for _sheet, line, *_cell in kept_examples(row)]


def match(upload: Upload) -> Match | None:
    """Return which columns lack or are new, for a file that was recognised."""
    if not upload.profile_text or upload.state not in (State.CHECKED, State.WAITING):
        return None
    profile = parse_profile(upload.profile_text, upload.profile)
    return recognise(profile, [one["columns"] for one in upload.sheets])


def fits(upload: Upload, code: str) -> bool:
    """Tell whether a profile can read a file."""
    profile = next((one.profile for one in known_profiles() if one.profile.id == code), None)
    return profile is not None and any(True for _one in sheets_of(profile, upload))


def title_for(upload: Upload) -> str:
    """Return a name for the profile of a file: that of its source."""
    return f"{upload.source.name} ({PurePath(upload.filename).stem})"[:80]


def next_version(code: str) -> int:
    """Return the next version of a profile."""
    return max((one.profile.version for one in known_profiles() if one.profile.id == code), default=0) + 1


def columns(form: MappingForm, facts_of_sheet: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each column with its field and some values that stand in it."""
    found = []
    for number, column in enumerate(form.columns):
        first = [row[number] for _line, row in facts_of_sheet["first"] if number < len(row)]
        cells = [one for one in first or facts_of_sheet["values"][number] if one]
        found.append(
            {
                "name": column,
                "field": form[f"column-{number}"],
                "samples": list(dict.fromkeys(cells))[:SAMPLES],
            }
        )
    return found


def preview(upload: Upload) -> list[dict[str, Any]]:
    """Return the first rows as they are understood when they go in, or what is wrong with them."""
    if not upload.profile_text:
        return []
    profile = parse_profile(upload.profile_text, upload.profile)
    area_of = area_codes(actor_for(upload.uploaded_by), upload)
    shown = []
    looks = facts(upload)
    for number, table in sheets_of(profile, upload):
        reader = reader_of(upload, profile, table, number, area_of)
        for line, cells in looks[number]["first"] if looks else []:
            said = reader.read(line, cells)
            understood = isinstance(said, RowSaid)
            shown.append(
                {
                    "line": line,
                    "sheet": upload.sheets[number]["name"],
                    "said": _sentences(said) if isinstance(said, RowSaid) else [],
                    "wrong": [] if understood else [f"{one.column}: {title(one.fault)}" for one in said],  # type: ignore[union-attr]
                }
            )
    return shown


def _sentences(row: RowSaid) -> list[str]:
    where = [row.village, row.day, *([_("household %s") % row.household] if row.household else [])]
    found = [" · ".join(where)]
    found += [_person(one) for one in row.people]
    found += [_answer(name, value) for name, value in {**row.household_answers, **row.area_answers}.items()]
    return found


def _person(one: PersonSaid) -> str:
    name = " ".join(part for part in (one.title, one.given, one.family) if part) or _("somebody unnamed")
    parts = [name, one.number and _("citizen number %s") % one.number, one.born and _("born %s") % one.born]
    answers = [_answer(variable, value) for variable, value in one.answers.items()]
    return " · ".join(part for part in (*parts, *answers) if part)


def _answer(name: str, value: Any) -> str:
    variable = definition().variables[name]
    return f"{label_of(variable)}: {_value(variable, value)}"


def _value(variable: Variable, value: Any) -> str:
    if variable.kind is Kind.BOOLEAN:
        return _("yes") if value else _("no")
    if variable.kind is Kind.CHOICE:
        labels = variable.choice_labels.get(value, {})
        return labels.get(get_language() or "en") or labels.get("en", str(value))
    return str(value)
