"""What each step of an exit does: hold it, see that it may go there, and write it down."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Verb
from forewatch.register.permissions import purpose_for
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.queries import one_exit, state_of
from forewatch.reports.exits.rules import MOVES, State
from forewatch.ui.problems import Conflict


def locked(by: Actor, exit_id: uuid.UUID) -> Exit:
    """Return one, locked until the transaction ends.

    Raises NotFound for what the actor may not see.
    """
    one_exit(by, exit_id)
    rows = Exit.objects.select_related("area").select_for_update(of=("self",))
    return rows.get(pk=exit_id)


def check_move(found: Exit, to: State, by: Actor) -> None:
    """Raise Conflict, in words, unless something may go to a state now."""
    state = state_of(found, by.now)
    if to in MOVES[state]:
        return
    raise Conflict(
        {
            State.REQUESTED: _("This is not let out yet."),
            State.APPROVED: _("This was decided already."),
            State.REFUSED: _("This was refused. Ask for another one."),
            State.STOPPED: _("This was stopped. Ask for another one."),
            State.TAKEN: _("This has left already."),
            State.RECALLED: _("This was recalled."),
            State.EXPIRED: _("This has expired. Ask for another one."),
        }[state]
    )


def note_step(
    by: Actor, decision: Decision, verb: Verb, found: Exit, reason: str = "", identities: int = 0
) -> None:
    """Write a step of an exit into the trail. Raises NotInTransaction."""
    note(
        by,
        decision,
        verb,
        DataClass.EXIT,
        subject="exit",
        subject_id=found.pk,
        area_code=found.area.code if found.area else "",
        purpose=purpose_for(by, Verb.READ, DataClass.EXIT),
        reason=reason,
        identities=identities,
    )
