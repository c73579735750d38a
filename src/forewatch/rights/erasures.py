"""Erasing somebody on the word of two people, and once more after a restore: the ledger of erasures.

The ledger is a file of ids, one line each, beside the signed heads of the audit trail, best on another
machine: a backup that is older than an erasure holds the person still, and the ledger says so.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Decision, Refused, Target, check
from forewatch.access.models import User
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Protocol, Verb
from forewatch.access.typed import shred_typed_left
from forewatch.audit.actions import record
from forewatch.keystore import keys
from forewatch.register.actions.erasing import remove_people
from forewatch.register.models import Person
from forewatch.register.permissions import check_can, codes_of, purpose_for
from forewatch.register.visibility import kept_away_from
from forewatch.rights.models import Erasure
from forewatch.ui.problems import Conflict, Problem

State = Erasure.State


def ledger_of(folder: Path, node: str) -> Path:
    """Return the file of an installation's erasures."""
    return folder / f"erasures-{node}.jsonl"


def read(ledger: Path) -> Sequence[uuid.UUID]:
    """Return the people whom a ledger names; half a line, which a power cut leaves, names nobody."""
    found = []
    for line in ledger.read_bytes().splitlines() if ledger.exists() else ():
        try:
            found.append(uuid.UUID(json.loads(line)["person"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _append(ledger: Path, person: uuid.UUID, at: datetime) -> None:
    """Add a line, and wait until the disk has it. Raises OSError."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"person": str(person), "at": at.isoformat()})
    with ledger.open("ab") as sink:
        # Should a power cut have left half a line, the new one stands alone all the same.
        sink.write(f"\n{line}\n".encode())
        sink.flush()
        os.fsync(sink.fileno())


@transaction.atomic
def ask_to_erase(*, by: Actor, person: Person, ground: Erasure.Ground) -> Erasure:
    """Ask for a person to be erased; somebody else decides.

    Raises Refused; Problem when it waits already, or the person lives nowhere.
    """
    household = person.household
    if household is None or household.area is None:
        raise Problem(_("This person belongs to no household; register where they live first."))
    allowed = check_can(by, Verb.ERASE, DataClass.IDENTITY, household)
    if Erasure.objects.filter(person_id=person.pk, state=State.WAITING).exists():
        raise Problem(_("Somebody asked for this already; it waits for a second person."))
    made = Erasure.objects.create(
        person_id=person.pk, area=household.area, ground=ground, asked_by_id=by.user_id, asked_at=by.now
    )
    _note(by, allowed.decision, Verb.ERASE, made, f"asked: {ground}")
    return made


@second_lock.opened("an erasure")
def check_can_decide(by: Actor, erasure: Erasure) -> Decision:
    """Return the decision that the actor may decide on an erasure: never on their own.

    Where agencies work together, never on one of their organisation. Raises Refused.
    """
    purpose = purpose_for(by, Verb.APPROVE, DataClass.IDENTITY)
    decision = check(by, Verb.APPROVE, DataClass.IDENTITY, purpose, Target(codes_of(erasure.area.path)))
    same = User.objects.filter(pk=by.user_id, organisation=erasure.asked_by.organisation)
    person = Person.objects.filter(pk=erasure.person_id).select_related("household").first()
    if person and person.household_id in kept_away_from(by):
        words = _("A conflict of interest keeps you away from this person. Somebody else has to decide.")
    elif erasure.asked_by_id == by.user_id:
        words = _("You asked for this yourself. Somebody else has to decide.")
    elif settings.PROTOCOL is Protocol.MULTI_AGENCY and same.exists():
        words = _("Your organisation asked for this. Somebody of another one has to decide.")
    else:
        return decision
    raise Refused(words, DataClass.IDENTITY, Verb.APPROVE)


@second_lock.opened("an erasure")
def decide_on_erasure(*, by: Actor, erasure: Erasure, erase: bool) -> None:
    """Erase the person now, or leave them; the ledger has the line before anything is gone.

    Raises Refused, Conflict when it was decided meanwhile, and OSError when the ledger cannot be written:
    nothing is erased then.
    """
    decision = check_can_decide(by, erasure)
    with transaction.atomic():
        waits = Erasure.objects.filter(pk=erasure.pk, state=State.WAITING)
        to = State.DONE if erase else State.REFUSED
        if not waits.update(state=to, decided_by_id=by.user_id, decided_at=by.now):
            raise Conflict(_("A colleague has decided this meanwhile."))
        _note(by, decision, Verb.APPROVE, erasure, to)
        if erase:
            # Rows merged into the person too: in an older backup they stand by themselves.
            for one in remove_people([erasure.person_id]):
                _append(ledger_of(settings.AUDIT_HEADS, settings.NODE), one, by.now)


def replay(people: Sequence[uuid.UUID], now: datetime) -> int:
    """Erase again whom a ledger names, as a restored backup may hold them, and return how many it did."""
    gone = 0
    for person in people:
        with transaction.atomic():
            removed = remove_people([person])
            if removed:
                gone += 1
                record(
                    at=now, verb=Verb.ERASE, data_class=DataClass.IDENTITY, subject="person",
                    subject_id=person, reason="erased again after a restore",
                )  # fmt: skip
    shred_left(people)
    shred_typed_left()
    return gone


@second_lock.opened("an erasure")
def shred_left(people: Sequence[uuid.UUID]) -> int:
    """Shred the keys of whom a ledger names, and return how many a deed that died had left.

    Whoever is in the register keeps theirs: a line without its erasure takes nobody's name away.
    """
    held = keys.held(people)
    there = Person.objects.filter(pk__in=held).values_list("pk", flat=True)
    return keys.shred(held.difference(there))


def finish() -> int:
    """Do what an erasure had still to do when the server died: shred keys, of people and of words typed."""
    return shred_left(read(ledger_of(settings.AUDIT_HEADS, settings.NODE))) + shred_typed_left()


def _note(by: Actor, decision: Decision, verb: Verb, erasure: Erasure, reason: str) -> None:
    note(
        by, decision, verb, DataClass.IDENTITY,
        area_code=erasure.area.code, subject="person", subject_id=erasure.person_id, reason=reason,
    )  # fmt: skip
