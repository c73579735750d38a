"""`forewatch protocol`: what another protocol would change, and whom this installation would lack for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from forewatch.access.rules import POLICY, DataClass, Protocol, Role, Verb
from forewatch.commands import key_file
from forewatch.commands.serving import open_database

CHANGES = (
    ("A file about people leaves",
     "one colleague, {exit_wait_hours} hours of waiting, a look from outside in {exit_review_days} days",
     "two colleagues of two organisations, neither knowing what the other decided"),
    ("Figures of a month are let out", "one colleague, {exit_wait_hours} hours of waiting",
     "two colleagues of two organisations"),
    ("A contest is answered by", "somebody who recorded nothing of it",
     "somebody of an organisation that recorded nothing of it"),
    ("An erasure is decided by", "somebody else than who asked", "somebody of another organisation"),
    ("The data protection officer's own emergency takes", "a supervisor or lead of the place who agrees",
     "one of another organisation who agrees"),
    ("An emergency is looked at by", "somebody else", "somebody of another organisation"),
    ("Signed heads of the audit trail go", "into a folder, best of another machine",
     "into folders of two other organisations"),
    ("A role that reaches far is given by one, and", "a second colleague agrees",
     "a colleague of another organisation agrees"),
    ("A report is graded by", "one colleague", "one colleague, one in ten by a second who does not see how"),
    ("The keys are opened by", "one passphrase; by itself after a power cut, if you chose so",
     "two custodians of three"),
)  # fmt: skip
"""What: under `single-office`, and under `multi-agency`; with the names of terms."""
DECIDING = (
    (DataClass.EXIT, Verb.APPROVE, "let something out"),
    (DataClass.IDENTITY, Verb.APPROVE, "decide on an erasure"),
    (DataClass.AUDIT, Verb.APPROVE, "look at an emergency"),
    (DataClass.ACCOUNT, Verb.SECOND, "agree to a role"),
)
"""What takes a second organisation under `multi-agency`."""
OUTSIDE = 2
"""So many other organisations hold the heads of the trail, lest one of them looks away."""


def report(to: str | None = None) -> str:
    """Return what changes between the present protocol and another one, and what is missing for it.

    Raises SettingMissing.
    """
    open_database()
    from django.conf import settings
    from django.utils import timezone

    now: Protocol = settings.PROTOCOL
    then = Protocol(to) if to else next(one for one in Protocol if one is not now)
    lines = [f"This installation works by {now}.", ""]
    if not settings.PASSKEYS:
        lines += ["The code of an app opens the door here: set FOREWATCH_PASSKEYS=required.", ""]
    if then is not now:
        lines += [f"By {then} this changes:", "", *_changes(now, then), ""]
    missing = list(_missing(then, timezone.localdate()))
    lines += (
        [f"For {then} nothing is missing."] if not missing else [f"For {then} this is missing:", *missing]
    )
    if then is not now:
        lines += ["", f"To change over, set FOREWATCH_PROTOCOL={then} and start the server again."]
    return "\n".join(lines)


def _changes(now: Protocol, then: Protocol) -> Iterator[str]:
    from django.conf import settings

    order, terms = list(Protocol), vars(settings.TERMS)
    for what, *words in CHANGES:
        yield f"  {what}:"
        yield f"      now   {words[order.index(now)].format_map(terms)}"
        yield f"      then  {words[order.index(then)].format_map(terms)}"


def _missing(then: Protocol, day: date) -> Iterator[str]:
    least = 2 if then is Protocol.MULTI_AGENCY else 1
    for data, verb, words in DECIDING:
        found = _organisations(data, verb, day)
        if len(found) < least:
            whose = f"only {', '.join(sorted(found))} has" if found else "nobody has"
            yield f"  People who may {words}, of {least} organisation(s): {whose} any."
    yield from _keys_missing(then, os.environ.get("FOREWATCH_KEY_FILE", ""))
    from forewatch.audit.actions import folders_outside

    asked = OUTSIDE if then is Protocol.MULTI_AGENCY else 1
    if (outside := folders_outside()) < asked:
        yield (
            f"  Folders outside for signed heads of the audit trail: {outside} of {asked}. Name folders of "
            f"other organisations in FOREWATCH_AUDIT_HEADS, with {os.pathsep} between them."
        )
    from forewatch.access.queries import users_with

    if not users_with([Role.DATA_PROTECTION_OFFICER], day).exists():
        yield "  A data protection officer: without one nothing crosses a border and nobody oversees."


def _keys_missing(then: Protocol, file: str) -> Iterator[str]:
    """Yield how the keys come to lie as they should: the same ones, as new ones would open nothing here."""
    if then is Protocol.MULTI_AGENCY and not file:
        yield (
            "  Custodians: nobody opens the keys, which stand in clear in the environment. Put them into a "
            "file that takes two of three (forewatch new-keys --file FILE --keep --custodians), and name it "
            "in FOREWATCH_KEY_FILE."
        )
    elif then is Protocol.MULTI_AGENCY and not _takes_two(file):
        yield (
            "  Custodians: one passphrase opens the keys. Let it take two of three "
            f"(forewatch rotate-keys {file} --custodians)."
        )
    elif not file:
        yield (
            "  A key file: the keys stand in clear in the environment, and so on a disk. Put them into a "
            "file that a passphrase opens (forewatch new-keys --file FILE --keep), and name it in "
            "FOREWATCH_KEY_FILE."
        )


def _takes_two(file: str) -> bool:
    """Tell whether the keys lie in a file that no passphrase opens alone. Raises DoesNotOpen."""
    return bool(file) and key_file.needed(Path(file)) > 1


def _organisations(data: DataClass, verb: Verb, day: date) -> set[str]:
    """Return the organisations of whoever may do something to a class today."""
    from forewatch.access.queries import users_with

    roles = [role for role, of, needed in POLICY if (of, needed) == (data, verb)]
    return set(users_with(roles, day).values_list("organisation__name", flat=True))
