"""Filing a contest, opening it at the desk, saying whom it is about, and answering it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Decision, Target, check
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import seal
from forewatch.audit.models import Event as Trail
from forewatch.lib.ids import new_id, new_receipt
from forewatch.places.models import Area
from forewatch.register.actions.relations import flag_if_related
from forewatch.register.actions.revealing import within_budget
from forewatch.register.models import Event, Person, Record
from forewatch.register.queries.answers import said_about
from forewatch.register.queries.people import person_with_code
from forewatch.register.queries.reveals import opened_today
from forewatch.register.rules.names import family_of
from forewatch.register.signals import no_longer_shared
from forewatch.rights.models import Contest
from forewatch.rights.permissions import check_at_desk, check_can_answer, check_can_point
from forewatch.rights.queries import TABLE, Told, somebody, told
from forewatch.rights.rules import ABOUT_SOMEBODY, BY_THE_DESK, Outcome, due
from forewatch.ui.problems import Conflict, Problem


@second_lock.opened("whom a contest is about")
def file_contest(*, by: Actor, token: uuid.UUID, area: Area, about: str, words: str) -> str:
    """Keep a contest and return its receipt; the same form sent again gives the same receipt.

    Whoever it is about stands on no list from this moment. The answer depends on nothing that is known.
    """
    decision = check(by, Verb.CONTEST, DataClass.OBSERVATION, Purpose.CONTEST, Target(area.codes()))
    row, person = new_id(), somebody(about)
    home = person.household.area if person and person.household else None
    with transaction.atomic():
        contest, made = Contest.objects.get_or_create(
            token=token,
            defaults={
                "id": row,
                "receipt": new_receipt(),
                "area": home or area,
                "person": person,
                "filed_at": by.now,
                "filed_by_id": by.user_id,
                "due_on": due(by.today, settings.TERMS.contest_days),
                "content": seal({"about": about, "words": words}, table=TABLE, row=row),
            },
        )
        if made:
            _note(by, decision, Verb.CONTEST, contest, Purpose.CONTEST)
    return contest.receipt


def open_contest(*, by: Actor, contest: Contest) -> Told:
    """Return what a contest says, and write down who read it.

    It counts among the names shown singly, once in a day. Raises Refused, BudgetSpent.
    """
    decision = check_at_desk(by, Verb.REVEAL, DataClass.IDENTITY, contest)
    with within_budget(by, free=opened_today(by, contest.pk)) as me:
        event, said = _note(by, decision, Verb.REVEAL, contest, identities=1), told(contest)
        flag_if_related(me, event, [(contest.area.path, family_of(said.about))])
        return said


def confirm_person(*, by: Actor, contest: Contest, code: str) -> Person:
    """Say that a contest is about the person with this code; from now on their advocate sees what is kept.

    Raises Refused, NotFound when the actor reads nobody with it, and Conflict once it is answered.
    """
    person = person_with_code(by, code)
    decision = check_can_point(by, contest, person)
    moved = {"moved_by_id": by.user_id} if contest.person_id not in (None, person.pk) else {}
    with transaction.atomic():
        waits = Contest.objects.filter(pk=contest.pk, answered_at__isnull=True, person=contest.person)
        if not waits.update(person=person, opened_at=by.now, **moved):
            raise _answered()
        note(
            by, decision, Verb.APPROVE, DataClass.OBSERVATION, area_code=contest.area.code, subject="person",
            subject_id=person.pk, purpose=Purpose.PREVENT, reason="about",
        )  # fmt: skip
    return person


def answer_contest(*, by: Actor, contest: Contest, outcome: Outcome, words: str) -> bool:
    """Answer a contest: the person stands on lists again, unless nothing is kept about them.

    Whoever finds nobody is followed by a colleague, who looks too and answers: False says that it waits for
    them. Raises Refused, Problem when the outcome does not fit what was done, and Conflict when a colleague
    was quicker.
    """
    decision = check_can_answer(by, contest)
    _check_outcome(contest, outcome)
    if contest.person is None and contest.looked_by_id is None:
        _looked(by, decision, contest)
        return False
    with transaction.atomic():
        _end(by, contest, outcome, words)
        if outcome is Outcome.CORRECTED:
            no_longer_shared.send(sender=Person, people=[contest.person_id], still=frozenset())
        _note(by, decision, Verb.APPROVE, contest, reason=outcome)
    return True


def withdraw_contest(*, by: Actor, contest: Contest) -> None:
    """Say, as the advocate who filed it, that the person no longer contests what is kept.

    Raises Refused, Problem for anybody else, and Conflict once it is answered.
    """
    # Their own, wherever the person lives.
    decision = check(by, Verb.CONTEST, DataClass.OBSERVATION, Purpose.CONTEST)
    if contest.filed_by_id != by.user_id:
        raise Problem(_("Only the advocate who filed a contest takes it back."))
    with transaction.atomic():
        _end(by, contest, Outcome.WITHDRAWN, "")
        _note(by, decision, Verb.CONTEST, contest, Purpose.CONTEST, reason=Outcome.WITHDRAWN)


def _end(by: Actor, contest: Contest, outcome: Outcome, words: str) -> None:
    waits = Contest.objects.filter(
        pk=contest.pk, answered_at__isnull=True, opened_at=contest.opened_at, person=contest.person
    )
    if not waits.update(
        outcome=outcome,
        answer=seal(words, table=f"{TABLE}:answer", row=contest.pk),
        answered_at=by.now,
        answered_by_id=by.user_id,
    ):
        raise _answered()


@transaction.atomic
def _looked(by: Actor, decision: Decision, contest: Contest) -> None:
    waits = Contest.objects.filter(pk=contest.pk, answered_at__isnull=True, looked_by__isnull=True)
    if not waits.filter(person__isnull=True).update(looked_by_id=by.user_id):
        raise _answered()
    _note(by, decision, Verb.APPROVE, contest, reason="nobody found")


def _check_outcome(contest: Contest, outcome: Outcome) -> None:
    if outcome not in BY_THE_DESK:
        raise Problem(_("That somebody no longer contests it is for their advocate to say."))
    if outcome in ABOUT_SOMEBODY and contest.opened_at is None:
        raise Problem(_("Confirm first whom the contest is about, by their code."))
    if outcome is Outcome.NOT_KEPT and contest.person_id:
        raise Problem(_("The register holds this person. Say what was found about what is kept."))
    if outcome is Outcome.CORRECTED and not _corrected_since(contest):
        raise Problem(
            _(
                "Nothing about this person or household was corrected since the contest was filed. "
                "Correct it first."
            )
        )


def _corrected_since(contest: Contest) -> bool:
    assert contest.person is not None  # an outcome about somebody has one
    said, since = said_about(contest.person), contest.filed_at
    corrected = Record.objects.filter(said, supersedes__isnull=False, received_at__gte=since)
    taken_back = Event.objects.filter(said, taken_back__taken_back_at__gte=since)
    return corrected.exists() or taken_back.exists()


def _answered() -> Conflict:
    return Conflict(_("A colleague has changed or answered this contest meanwhile. Look at it again."))


def _note(
    by: Actor,
    decision: Decision,
    verb: Verb,
    contest: Contest,
    purpose: Purpose = Purpose.PREVENT,
    reason: str = "",
    identities: int = 0,
) -> Trail:
    return note(
        by,
        decision,
        verb,
        DataClass.IDENTITY if verb is Verb.REVEAL else DataClass.OBSERVATION,
        area_code=contest.area.code,
        subject="contest",
        subject_id=contest.pk,
        purpose=purpose,
        reason=reason,
        identities=identities,
    )
