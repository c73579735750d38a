"""After something was let out: stopping it, a look from outside, a recall, telling whom to delete."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.rules import Verb
from forewatch.access.sealing import forget
from forewatch.reports.exits import permissions
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind, State
from forewatch.reports.exits.steps import check_move, locked, note_step
from forewatch.risk.releases import unpublish
from forewatch.ui.problems import Conflict


@transaction.atomic
def review_exit(*, by: Actor, exit_id: uuid.UUID, held: bool) -> None:
    """Say, as somebody outside, whether it was right to let this out. Raises NotFound, Refused, Conflict."""
    found = locked(by, exit_id)
    if not Exit.objects.to_review(by.now).filter(pk=found.pk).exists():
        raise Conflict(_("There is nothing to look at now."))
    decision = permissions.check_can_review(by, found)
    found.reviewed_by_id, found.reviewed_at, found.held = by.user_id, by.now, held
    found.save(update_fields=["reviewed_by", "reviewed_at", "held"])
    note_step(by, decision, Verb.APPROVE, found, "review: held" if held else "review: did not hold")


@transaction.atomic
def stop(*, by: Actor, exit_id: uuid.UUID) -> None:
    """Stop what was let out and has not left: a file nobody took, figures whose day is still to come.

    Raises NotFound, Refused, Conflict.
    """
    found = locked(by, exit_id)
    decision = permissions.check_can_recall(by, found)
    check_move(found, State.STOPPED, by)
    if found.release_id:
        unpublish(found.release_id, by.now)
    _call_back(found, State.STOPPED, by)
    note_step(by, decision, Verb.APPROVE, found, "stopped")


@transaction.atomic
def recall(*, by: Actor, exit_id: uuid.UUID) -> None:
    """Call back what has left: its recipient is to delete all copies. Raises NotFound, Refused, Conflict."""
    found = locked(by, exit_id)
    decision = permissions.check_can_recall(by, found)
    if found.kind == Kind.RELEASE:
        raise Conflict(_("What was read cannot be called back; corrections come with the next month."))
    check_move(found, State.RECALLED, by)
    _call_back(found, State.RECALLED, by)
    note_step(by, decision, Verb.APPROVE, found, "recalled")


def _call_back(found: Exit, to: State, by: Actor) -> None:
    found.state, found.recalled_by_id, found.recalled_at = to, by.user_id, by.now
    found.content = None
    forget([found.pk])
    found.save()


@transaction.atomic
def told(*, by: Actor, exit_id: uuid.UUID, codes: Collection[str]) -> None:
    """Note that the recipient was told whose rows to delete: those people, and nobody who came to it since.

    Raises NotFound, Refused.
    """
    found = locked(by, exit_id)
    decision = permissions.check_can_recall(by, found)
    found.to_tell = [code for code in found.to_tell if code not in codes]
    found.save(update_fields=["to_tell"])
    note_step(by, decision, Verb.APPROVE, found, "recipient told whom to delete")
