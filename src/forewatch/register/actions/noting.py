"""The audit row of a deed in the register, and the token by which two who edit at once notice each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from forewatch.access import noting
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.models import Event
from forewatch.register.models import Household
from forewatch.register.permissions import Allowed, codes_of
from forewatch.ui.problems import Conflict

P = ParamSpec("P")
T = TypeVar("T")


def note(
    by: Actor,
    allowed: Allowed,
    verb: Verb,
    data: DataClass,
    subject: object,
    *,
    area_path: str = "",
    reason: str = "",
    words: str = "",
    identities: int = 0,
) -> Event:
    """Write down what was done to `subject`, a row of the register, and return the event.

    `words` are what somebody typed, which goes with whom it is about.
    """
    return noting.note(
        by,
        allowed.decision,
        verb,
        data,
        subject=subject if isinstance(subject, str) else type(subject).__name__.lower(),
        subject_id=getattr(subject, "pk", None),
        area_code=next(iter(codes_of(area_path)), ""),
        purpose=allowed.purpose,
        reason=reason,
        words=words,
        identities=identities,
    )


def take_turn(household: Household, version: int | None) -> None:
    """Mark a household as changed, unless somebody changed it after it had this version.

    None means that the deed rests on nothing that was read before. Raises Conflict.
    """
    rows = Household.objects.filter(pk=household.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1):
        raise Conflict(
            _(
                "Somebody else changed this household while you had it open. Nothing of theirs or yours is "
                "lost: what you typed is kept as your draft. Look at what changed, then save again."
            )
        )


def again_if_raced(action: Callable[P, T]) -> Callable[P, T]:
    """Run an action a second time when another one claimed the same number at the same moment.

    By then the other's key is there to be seen, and the two become a proposal.
    """

    @wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return action(*args, **kwargs)
        except IntegrityError as problem:
            if "identity_key_of_one" not in str(problem) and "register_identitykey.kind" not in str(problem):
                raise
            return action(*args, **kwargs)

    return tried
