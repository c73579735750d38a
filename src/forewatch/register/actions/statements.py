"""What sources say goes in, and is corrected by saying it anew: nothing said is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Verb
from forewatch.analysis.definition import Level
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.corroborating import confirmed_by, correct, corroborate, put_under
from forewatch.register.actions.noting import note, take_turn
from forewatch.register.definition import definition
from forewatch.register.entries import Answers, EventEntry, Observation
from forewatch.register.models import (
    Conditions,
    Event,
    Household,
    Person,
    Record,
    Source,
    SourceKind,
    SubjectLevel,
    TakenBack,
)
from forewatch.register.permissions import Allowed, alone, check_can, check_can_in
from forewatch.register.queries.answers import words_of
from forewatch.register.rules.answers import Value, unusable
from forewatch.register.rules.sources import closed_among, grade_of, is_closed_event
from forewatch.register.signals import collected, communities_changed, graded
from forewatch.register.standing import refresh
from forewatch.ui.problems import Conflict, Problem

Subject = Person | Household | Area


@transaction.atomic
def record_answers(
    *, by: Actor, subject: Subject, observation: Observation, answers: Answers
) -> Record | None:
    """Write what was said of a person, household or area on a day.

    Raises Refused; Problem when an answer fits no question.
    """
    level, allowed, path = _allowed(by, Verb.CREATE, subject)
    written = say(by, observation, level, subject, answers)
    if written:
        _refreshed(subject)
        note(by, allowed, Verb.CREATE, DataClass.OBSERVATION, written, area_path=path)
    return written


@transaction.atomic
def correct_record(
    *, by: Actor, record: Record, values: Mapping[str, Value], grade: str, observed_on: date
) -> Record:
    """Say anew what a record said; the old one stays, superseded.

    Raises Refused; Conflict when it has been corrected already; Problem when a value fits no question, or
    when it takes a colleague's check.
    """
    _level, allowed, _path = _allowed(by, Verb.CORRECT, _subject_of(record))
    alone(allowed)
    return say_anew(by=by, record=record, values=values, grade=grade, observed_on=observed_on)


def say_anew(
    *, by: Actor, record: Record, values: Mapping[str, Value], grade: str, observed_on: date
) -> Record:
    """Do so within a transaction of the caller's, who has seen to it that a colleague agreed where needed.

    Raises Refused, Conflict, or Problem.
    """
    subject = _subject_of(record)
    level, allowed, path = _allowed(by, Verb.CORRECT, subject)
    # Two who correct the same at once follow each other.
    record = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.superseded_by.exists():
        raise Conflict(_("Somebody else corrected this meanwhile. Open the household again to see it."))
    _check(level, values, record.source)
    new = _statement(by, record.source, level, subject)
    written = Record.objects.create(
        **new,
        observed_on=observed_on,
        grade=grade_of(grade, interested=record.source.is_interested),
        root=record.root,
        supersedes=record,
        values=dict(values),
    )
    if conditions := Conditions.objects.filter(record=record).first():
        put_under(written, conditions.words, conditions.audience)
    correct(written)
    _refreshed(subject)
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, written, area_path=path)
    return written


@transaction.atomic
def report_event(*, by: Actor, subject: Subject, observation: Observation, entry: EventEntry) -> Event:
    """Write that something happened.

    Raises Refused; Problem when the index knows no such event of this subject.
    """
    level, allowed, path = _allowed(by, Verb.CREATE, subject)
    written = happened(by, observation, level, subject, entry)
    if isinstance(subject, Household):
        take_turn(subject, None)
    note(by, allowed, Verb.CREATE, DataClass.OBSERVATION, written, area_path=path)
    return written


@transaction.atomic
def take_back_event(*, by: Actor, event: Event) -> TakenBack:
    """Say that an event did not happen as it was told; it stays, and counts for nothing from now on.

    Raises Refused; Conflict when it was taken back already; Problem when that takes a colleague's check.
    """
    _level, allowed, _path = _allowed(by, Verb.CORRECT, _subject_of(event))
    alone(allowed)
    return count_no_more(by=by, event=event)


def check_stands(event: Event) -> None:
    """Raise Conflict where an event was taken back already."""
    if TakenBack.objects.filter(event=event).exists():
        raise Conflict(_("Somebody else took this back meanwhile. Open the household again to see it."))


def count_no_more(*, by: Actor, event: Event) -> TakenBack:
    """Do so within a transaction of the caller's, who has seen to it that a colleague agreed where needed.

    Raises Refused, or Conflict.
    """
    subject = _subject_of(event)
    _level, allowed, path = _allowed(by, Verb.CORRECT, subject)
    # Two who take back the same at once follow each other.
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    check_stands(event)
    written = TakenBack.objects.create(
        event=event, taken_back_on=by.today, taken_back_at=by.now, made_by_id=by.user_id
    )
    _refreshed(subject)
    if isinstance(subject, Area):
        communities_changed.send(sender=Area)
    note(by, allowed, Verb.CORRECT, DataClass.OBSERVATION, event, area_path=path, reason="taken back")
    return written


def say(
    by: Actor, observation: Observation, level: SubjectLevel, subject: Subject, answers: Answers
) -> Record | None:
    """Write one record, or nothing when nothing was asked."""
    if not answers:
        return None
    source = observation.source or own_source(by)
    _check(level, answers, source)
    written = Record.objects.create(
        **_statement(by, source, level, subject),
        observed_on=observation.day,
        grade=grade_of(observation.grade, interested=source.is_interested),
        root=source.root,
        values=dict(answers),
    )
    if observation.under:
        put_under(written, observation.under.conditions, observation.under.audience)
    told_of(by, observation, subject)
    if observation.source and written.grade:
        where = _path_of(subject)
        graded.send(sender=Record, record=written, how_known=observation.how_known, area_path=where)
    corroborate(written)
    return written


def happened(
    by: Actor, observation: Observation, level: SubjectLevel, subject: Subject, entry: EventEntry
) -> Event:
    """Write one event; what its source has told already of the same day, with the same grade, stays one.

    What was taken back can be told again.
    """
    known = definition().events.get(entry.code)
    if known is None or Level(level) not in known.levels:
        raise Problem(_("The index knows no such event here."))
    source = observation.source or own_source(by)
    if source.is_interested and is_closed_event(definition(), entry.code):
        raise _not_asked([words_of(known.label)])
    told_of(by, observation, subject)
    written = Event(
        **_statement(by, source, level, subject),
        event=entry.code,
        occurred_on=entry.occurred_on,
        grade=grade_of(observation.grade, interested=source.is_interested),
        root=source.root,
    )
    told = Event.objects.filter(
        source=source, grade=written.grade, taken_back__isnull=True, **{level: subject}
    )
    if same := told.filter(event=entry.code, occurred_on=entry.occurred_on).first():
        return same
    written.confirms = confirmed_by(written)
    written.save(force_insert=True)
    return written


def told_of(by: Actor, observation: Observation, subject: Subject) -> None:
    """Tell whoever stands above the register of whom a source has told; on visits people speak themselves."""
    if observation.source is None or isinstance(subject, Area):
        return
    if isinstance(subject, Person):
        people = [subject.pk]
    else:
        people = list(Person.objects.filter(household=subject).values_list("pk", flat=True))
    collected.send(
        sender=Source,
        source_id=observation.source.pk,
        people=people,
        new=(),
        received_on=by.today,
        batch_id=None,
    )


def own_source(by: Actor) -> Source:
    """Return the source of the visits of one's own organisation, made when it is first needed."""
    organisation = User.objects.select_related("organisation").get(pk=by.user_id).organisation
    name = _("Visits by %(name)s") % {"name": organisation.name}
    found, _made = Source.objects.get_or_create(
        code=f"visit-{organisation.code}"[:40],
        defaults={"name": name, "kind": SourceKind.VISIT, "agency": organisation},
    )
    return found


def _statement(by: Actor, source: Source, level: SubjectLevel, subject: Subject) -> dict[str, object]:
    return {
        "id": new_id(),
        "level": level,
        str(level): subject,
        "source": source,
        "received_on": by.today,
        "received_at": by.now,
        "made_by_id": by.user_id,
    }


def _check(level: SubjectLevel, values: Mapping[str, object], source: Source) -> None:
    wrong = list(unusable(definition(), level, values))
    if wrong:
        raise Problem(_("No such answer is possible: %(names)s.") % {"names": ", ".join(wrong)})
    closed = list(dict.fromkeys(closed_among(definition(), values))) if source.is_interested else []
    if closed:
        raise _not_asked(closed)


def _not_asked(names: Iterable[str]) -> Problem:
    return Problem(
        _("An employer, landlord or recruiter is not asked about health: leave out %(names)s.")
        % {"names": ", ".join(names)}
    )


def _allowed(by: Actor, verb: Verb, subject: Subject) -> tuple[SubjectLevel, Allowed, str]:
    if isinstance(subject, Area):
        allowed = check_can_in(by, verb, DataClass.OBSERVATION, subject)
        return SubjectLevel.AREA, allowed, subject.path
    household = subject.household if isinstance(subject, Person) else subject
    level = SubjectLevel.PERSON if isinstance(subject, Person) else SubjectLevel.HOUSEHOLD
    if household is None:
        return level, check_can_in(by, verb, DataClass.OBSERVATION, None), ""
    return level, check_can(by, verb, DataClass.OBSERVATION, household), household.area_path


def _path_of(subject: Subject) -> str:
    if isinstance(subject, Area):
        return subject.path
    household = subject.household if isinstance(subject, Person) else subject
    return household.area_path if household else ""


def _subject_of(told: Record | Event) -> Subject:
    subject = told.person or told.household or told.area
    assert subject is not None  # the database holds it so
    return subject


def _refreshed(subject: Subject) -> None:
    household = subject.pk if isinstance(subject, Household) else getattr(subject, "household_id", None)
    if household:
        refresh([household])
