"""What an advocate sees of their own contests, what the desk sees of its area's, and who is contested."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, scopes
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.access.sealing import unseal
from forewatch.places.models import Area, Level
from forewatch.places.queries import covered, within
from forewatch.register.models import Event, IdentityKey, Person, Record, TakenBack
from forewatch.register.queries.answers import said_about
from forewatch.register.rules.codes import read_code
from forewatch.register.rules.numbers import NotANumber, citizen_id
from forewatch.register.sealed import number_key
from forewatch.register.visibility import kept_away_from
from forewatch.rights.models import Contest, Erasure
from forewatch.ui.problems import NotFound

TABLE = "rights_contest"
SHOWN = 50
_AT_ONCE = 400


@dataclass(frozen=True)
class Told:
    """What a contest says: by what the person can be found, and what they contest."""

    about: str
    words: str


def areas_of(actor: Actor) -> QuerySet[Area]:
    """Return the provinces that an advocate files for; where they work in a part of one, that part."""
    mine = covered(actor, Verb.CONTEST, DataClass.OBSERVATION, Purpose.CONTEST).filter(valid_to__isnull=True)
    lowest = mine.exclude(parent__in=mine.values("pk")).filter(level__gte=Level.PROVINCE)
    return mine.filter(Q(level=Level.PROVINCE) | Q(pk__in=lowest.values("pk"))).order_by("path")


def own(actor: Actor) -> QuerySet[Contest]:
    """Return the contests that an advocate filed, those that wait first."""
    mine = Contest.objects.filter(filed_by=actor.user_id).select_related("person__merged_into")
    return mine.order_by(F("answered_at").desc(nulls_first=True), "due_on", "id")


def desk(actor: Actor, *, answered: bool = False) -> list[Contest]:
    """Return the contests of the actor's areas that wait, the first due first, or those last answered."""
    mine = _of_areas(actor)
    if answered:
        return list(mine.filter(answered_at__isnull=False).order_by("-answered_at")[:SHOWN])
    return list(mine.filter(answered_at__isnull=True)[:SHOWN])


def waiting(actor: Actor) -> int:
    """Return how many contests wait for an answer."""
    return _of_areas(actor).filter(answered_at__isnull=True).count()


def late(actor: Actor) -> int:
    """Return how many of them should have been answered by now."""
    return _of_areas(actor).filter(answered_at__isnull=True, due_on__lt=actor.today).count()


def one_for_desk(actor: Actor, contest_id: uuid.UUID) -> Contest:
    """Return one contest of the actor's areas.

    Raises NotFound when it is not there, or not for this actor.
    """
    found = _of_areas(actor).select_related("person__household__area").filter(pk=contest_id).first()
    if found is None:
        raise NotFound("")
    return found


def one_of_own(actor: Actor, contest_id: uuid.UUID) -> Contest:
    """Return one contest that the advocate filed.

    Raises NotFound.
    """
    found = own(actor).filter(pk=contest_id).first()
    if found is None:
        raise NotFound("")
    return found


@second_lock.opened("whom a contest is about")
def opened_for(actor: Actor, contest_id: uuid.UUID) -> tuple[Contest, Person]:
    """Return a contest of the advocate's own whose desk confirmed the person, and that person.

    What is kept is shown until so many days after the answer as the answer itself may take. Raises NotFound.
    """
    found = one_of_own(actor, contest_id)
    ended = found.answered_at and actor.now > found.answered_at + timedelta(days=settings.TERMS.contest_days)
    person = found.person and (found.person.merged_into or found.person)
    if person is None or found.opened_at is None or ended:
        raise NotFound("")
    if person.household_id in kept_away_from(actor):
        raise NotFound("")
    return found, person


def _of_areas(actor: Actor) -> QuerySet[Contest]:
    areas = covered(actor, Verb.APPROVE, DataClass.OBSERVATION, Purpose.PREVENT)
    kept_from = list(kept_away_from(actor))
    found = Contest.objects.filter(area__in=areas).exclude(person__household__in=kept_from)
    return found.select_related("area", "answered_by", "looked_by", "moved_by")


def contested(people: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return those of some people about whom a contest waits; of one merged into another, the one kept."""
    ids, found = list(people), set()
    waits = Contest.objects.filter(answered_at__isnull=True, person__isnull=False)
    asked = waits.annotate(now=Coalesce("person__merged_into_id", "person_id"))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found |= set(asked.filter(now__in=some).values_list("now", flat=True))
    return frozenset(found)


def erasures(actor: Actor) -> QuerySet[Erasure]:
    """Return the erasures on which the actor may decide, or might have, the newest first."""
    reached = Q(pk__in=())
    for purpose in Purpose:
        for grant, scope in scopes(actor, Verb.APPROVE, DataClass.IDENTITY, purpose):
            code = "" if scope is Scope.EVERYWHERE else grant.area_code
            reached |= Q(area__in=Area.objects.filter(within([code])))
    found = Erasure.objects.filter(reached).select_related("area", "asked_by__organisation", "decided_by")
    return found.exclude(person_id__in=_of_a_conflict(actor)).order_by("-asked_at")


def _of_a_conflict(actor: Actor) -> list[uuid.UUID]:
    """Return the people from whom the actor is kept away: whoever was named by them learns of nothing."""
    homes = kept_away_from(actor)
    if not homes:
        return []
    with second_lock.opened("from whom somebody is kept away"):
        return list(Person.objects.filter(household__in=homes).values_list("pk", flat=True))


def erasures_to_decide(actor: Actor) -> int:
    """Return how many erasures wait for this actor."""
    return erasures(actor).filter(state=Erasure.State.WAITING).exclude(asked_by=actor.user_id).count()


def one_erasure(actor: Actor, erasure_id: uuid.UUID) -> Erasure:
    """Return one erasure of the actor's areas.

    Raises NotFound.
    """
    found = erasures(actor).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("")
    return found


def told(contest: Contest) -> Told:
    """Return what a contest says. Whoever calls this writes the audit row."""
    return Told(**unseal(contest.content, table=TABLE, row=contest.pk))


def answer_of(contest: Contest) -> str:
    """Return the words of the answer; empty before there is one."""
    if contest.answer is None:
        return ""
    words: str = unseal(contest.answer, table=f"{TABLE}:answer", row=contest.pk)
    return words


@second_lock.opened("whom a contest is about")
def somebody(about: str) -> Person | None:
    """Return the person who has exactly this code, or this citizen number; None when nobody has."""
    code, key = read_code(about), b""
    with suppress(NotANumber):
        key = number_key(citizen_id(about))
    numbered = IdentityKey.objects.filter(kind=IdentityKey.Kind.CITIZEN_ID, key=key).values("person")
    people = Person.objects.select_related("merged_into", "household__area")
    found = people.filter(Q(code=code or "") | Q(pk__in=numbered)).first()
    return found and (found.merged_into or found)


@second_lock.opened("whom a contest is about")
def recorders(person: Person) -> tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]:
    """Return the users and the organisations that recorded what is kept about a person or household.

    Whoever took something of it back is one of them, as whoever corrected something is.
    """
    rows = [
        pair
        for statement in (Record, Event)
        for pair in statement._default_manager.filter(said_about(person)).values_list(
            "made_by", "source__agency"
        )
    ]
    events = Event.objects.filter(said_about(person))
    took_back = TakenBack.objects.filter(event__in=events).values_list("made_by", flat=True)
    told_by = (user for user, _agency in rows)
    users = {user for user in (person.made_by_id, *told_by, *took_back) if user}
    theirs = User.objects.filter(pk__in=users).values_list("organisation", flat=True)
    return frozenset(users), frozenset({agency for _user, agency in rows} | set(theirs))
