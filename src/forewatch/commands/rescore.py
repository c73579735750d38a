"""`forewatch rescore`: ask the engine about everybody in the register."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

from forewatch.analysis.problems import InputError
from forewatch.analysis.scoring import Progress
from forewatch.commands.serving import open_database


@dataclass(frozen=True)
class Order:
    """What was asked for; `if_due` makes no second run of a day."""

    as_of: date | None = None
    known_by: date | None = None
    release: bool = False
    if_due: bool = False


def rescore(order: Order, progress: Progress | None = None) -> str:
    """Assess everybody, and return the closing words.

    Raises InputError, SettingMissing, and OSError when the database would not.
    """
    open_database()
    from django.db import DatabaseError
    from django.utils import timezone

    from forewatch.risk import actions, queries
    from forewatch.risk.figures import UnknownAreas

    let_go(timezone.now())
    as_of, begun, last = order.as_of or timezone.localdate(), time.perf_counter(), queries.newest_run()
    if order.if_due and last is not None and last.as_of >= as_of:
        return f"Everybody was assessed as of {last.as_of} already."
    try:
        run = actions.rescore(
            queries.definition(),
            as_of=as_of,
            now=timezone.now(),
            known_by=order.known_by,
            release=order.release,
            progress=progress,
        )
    except UnknownAreas as problem:
        raise InputError(str(problem)) from problem
    except DatabaseError as problem:
        raise OSError(f"the database said: {problem}") from problem
    seconds = time.perf_counter() - begun
    return f"{run.people:,} people assessed as of {run.as_of} by {run.definition}, in {seconds:.1f} s."


def let_go(now: datetime) -> None:
    """Remove what is past its time and goes by itself; also on a night when nobody can be assessed."""
    from forewatch.access.sealing import shred_unused
    from forewatch.intake.letting_go import let_go_of_old
    from forewatch.reports.exits.taking import sweep
    from forewatch.rights.retention import drop_old_drafts

    sweep(now)
    let_go_of_old(now)
    drop_old_drafts(now)
    shred_unused(now)
