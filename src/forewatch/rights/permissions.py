"""Who may decide on a contest: the desk of the area, never those who recorded what is contested."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Refused, Target, check
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Protocol, Purpose, Verb
from forewatch.register.models import Person
from forewatch.rights.models import Contest
from forewatch.rights.queries import recorders


def check_at_desk(by: Actor, verb: Verb, data_class: DataClass, contest: Contest) -> Decision:
    """Return the decision that the actor may do this at the desk of a contest's area. Raises Refused."""
    return check(by, verb, data_class, Purpose.PREVENT, Target(contest.area.codes()))


def check_can_answer(by: Actor, contest: Contest) -> Decision:
    """Return the decision that the actor may answer a contest.

    In one office it is somebody who recorded nothing of what is contested; where agencies work together,
    somebody of another organisation than those that did. Raises Refused.
    """
    decision = check_at_desk(by, Verb.APPROVE, DataClass.OBSERVATION, contest)
    before = [one for one in (contest.looked_by, contest.moved_by) if one]
    if _is_of(by, {one.pk for one in before}, {one.organisation_id for one in before}):
        raise _refused(_("You or your office have said something of it already. Another colleague answers."))
    if contest.person is not None:
        _check_recorded_nothing(by, contest.person)
    return decision


def check_can_point(by: Actor, contest: Contest, person: Person) -> Decision:
    """Return the decision that the actor may say which person a contest is about.

    Whom a number or code names is not changed by those who recorded something of them. Raises Refused.
    """
    decision = check_at_desk(by, Verb.APPROVE, DataClass.OBSERVATION, contest)
    if contest.person is not None and contest.person.pk != person.pk:
        _check_recorded_nothing(by, contest.person)
    return decision


def _check_recorded_nothing(by: Actor, person: Person) -> None:
    users, organisations = recorders(person)
    if by.user_id in users:
        raise _refused(_("You recorded something of what is contested. Somebody else has to answer."))
    if _is_of(by, users, organisations):
        raise _refused(
            _(
                "Your organisation recorded something of what is contested. "
                "Somebody of another one has to answer."
            )
        )


def _is_of(by: Actor, users: Collection[UUID], organisations: Collection[UUID]) -> bool:
    """Tell whether the actor is one of them, or under `multi-agency` of an organisation of theirs."""
    if by.user_id in users:
        return True
    theirs = User.objects.filter(pk=by.user_id, organisation__in=organisations)
    return settings.PROTOCOL is Protocol.MULTI_AGENCY and theirs.exists()


def _refused(words: str) -> Refused:
    return Refused(words, DataClass.OBSERVATION, Verb.APPROVE)
