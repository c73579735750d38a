"""Who may be whom: exact keys are claimed, and what two persons share is proposed to somebody who decides.

A citizen number belongs to whoever had it first. A person who turns up with it later is written like any
other, so that nobody learns by registering whether a number exists; the two are proposed to those who merge.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from forewatch.access import second_lock
from forewatch.lib.ids import new_id
from forewatch.register.models import Identity, IdentityKey, MatchProposal
from forewatch.register.sealed import Who, keys_of, number_key, open_who
from forewatch.storage.bulk import insert

Kind = IdentityKey.Kind
Key = tuple[str, bytes]
OF_ONE = frozenset({Kind.CITIZEN_ID, Kind.REFERENCE})
"""Keys that only one person holds."""
MOST_PROPOSALS = 5
"""For one person; a name that more share says little."""
_AT_ONCE = 400
_STRONGEST_FIRST = (Kind.CITIZEN_ID, Kind.REFERENCE, Kind.NAME_BIRTH_VILLAGE, Kind.NAME_BIRTH)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who is about to have keys; `reference` is the key of a source's own number."""

    id: uuid.UUID
    who: Who
    birth_year: int | None
    village: str
    reference: bytes | None = None

    def keys(self) -> list[Key]:
        """Return the keys, the strongest first."""
        found: list[Key] = [(kind, key) for kind, key in keys_of(self.who, self.birth_year, self.village)]
        if self.reference:
            found.append((Kind.REFERENCE, self.reference))
        return sorted(found, key=lambda one: _STRONGEST_FIRST.index(Kind(one[0])))


@second_lock.opened("the same person elsewhere")
def claim(newcomers: Sequence[Newcomer], *, batch_id: uuid.UUID | None = None) -> int:
    """Give people their keys, propose whom they may be too, and return the number of new proposals."""
    keys = {one.id: one.keys() for one in newcomers}
    holders = _holders({key for found in keys.values() for key in found})
    numbered = _numbered(person for people in holders.values() for person in people)
    mine: list[tuple[uuid.UUID, str, bytes]] = []
    pairs: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    for one in newcomers:
        for person, basis in _candidates(one, keys[one.id], holders, numbered):
            first, second = sorted((one.id, person))
            pairs.setdefault((first, second), basis)
        for kind, key in keys[one.id]:
            held = holders[kind, key]
            if one.id not in held and not (held and kind in OF_ONE):
                held.append(one.id)
                mine.append((one.id, str(kind), key))
        if one.who.number:
            numbered.add(one.id)
    insert(IdentityKey, ("person_id", "kind", "key"), mine)
    return _propose(pairs, batch_id)


def _candidates(
    one: Newcomer,
    keys: Sequence[Key],
    holders: dict[Key, list[uuid.UUID]],
    numbered: Collection[uuid.UUID],
) -> Iterator[tuple[uuid.UUID, str]]:
    """Yield whom somebody may be too: never one with another number, where both have their own."""
    seen = {one.id}
    for kind, key in keys:
        for person in holders[kind, key]:
            unlike = kind not in OF_ONE and bool(one.who.number) and person in numbered
            if person not in seen and not unlike and len(seen) <= MOST_PROPOSALS:
                seen.add(person)
                yield person, str(kind)


def _holders(keys: Collection[Key]) -> dict[Key, list[uuid.UUID]]:
    found: dict[Key, list[uuid.UUID]] = defaultdict(list)
    for kind in Kind:
        wanted = [key for of, key in keys if of == kind]
        for start in range(0, len(wanted), _AT_ONCE):
            rows = IdentityKey.objects.filter(kind=kind, key__in=wanted[start : start + _AT_ONCE])
            for key, person in rows.order_by("id").values_list("key", "person_id"):
                found[str(kind), bytes(key)].append(person)
    return found


def _numbered(people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    wanted, found = list(set(people)), set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = IdentityKey.objects.filter(kind=Kind.CITIZEN_ID, person_id__in=some)
        found |= set(rows.values_list("person_id", flat=True))
    return found


def _propose(pairs: dict[tuple[uuid.UUID, uuid.UUID], str], batch_id: uuid.UUID | None) -> int:
    known: set[tuple[uuid.UUID, uuid.UUID]] = set()
    firsts = list({first for first, _ in pairs})
    for start in range(0, len(firsts), _AT_ONCE):
        rows = MatchProposal.objects.filter(first_id__in=firsts[start : start + _AT_ONCE])
        known |= set(rows.values_list("first_id", "second_id"))
    fresh = (
        (new_id(), settings.NODE, first, second, basis, MatchProposal.Status.OPEN.value, batch_id)
        for (first, second), basis in pairs.items()
        if (first, second) not in known
    )
    fields = ("id", "origin", "first_id", "second_id", "basis", "status", "batch_id")
    return insert(MatchProposal, fields, fresh)


@second_lock.opened("the same person elsewhere")
def rekey(one: Newcomer) -> None:
    """Give a person who was corrected, or moved, the keys they have now; a number let go passes on."""
    old = IdentityKey.objects.filter(person_id=one.id).exclude(kind=Kind.REFERENCE)
    keep = set(one.keys())
    gone = [row for row in old if (row.kind, bytes(row.key)) not in keep]
    IdentityKey.objects.filter(id__in=[row.id for row in gone]).delete()
    for row in gone:
        if row.kind == Kind.CITIZEN_ID:
            pass_on({one.id})
    claim([one])


@second_lock.opened("the same person elsewhere")
def pass_on(leaving: Collection[uuid.UUID]) -> None:
    """Give a citizen number that these people let go to whoever was proposed to be them because of it."""
    ids = list(leaving)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        pairs = MatchProposal.objects.filter(Q(first__in=some) | Q(second__in=some), basis=Kind.CITIZEN_ID)
        others = {person for pair in pairs.values_list("first_id", "second_id") for person in pair} - set(
            leaving
        )
        for row in Identity.objects.filter(person_id__in=others).order_by("person_id"):
            who = open_who(row.person_id, bytes(row.sealed))
            if who.number:
                _take(row.person_id, number_key(who.number))


def _take(person: uuid.UUID, key: bytes) -> None:
    if not IdentityKey.objects.filter(kind=Kind.CITIZEN_ID, key=key).exists():
        IdentityKey.objects.create(person_id=person, kind=Kind.CITIZEN_ID, key=key)
