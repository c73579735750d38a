"""What needs this person now: each folder's waiting work as one line, its reason and one button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake.concerns import queries as concerns


@dataclass(frozen=True)
class Need:
    """Something to do: what, why, and where."""

    what: str
    why: str
    button: str
    url: str


def _may(actor: Actor, verb: Verb, data_class: DataClass) -> bool:
    return any(decide(actor, verb, data_class, purpose).allowed for purpose in Purpose)


def _concerns(actor: Actor) -> Iterator[Need]:
    waiting = concerns.waiting(actor)
    if waiting:
        yield Need(
            ngettext("%(count)s concern waits", "%(count)s concerns wait", waiting) % {"count": waiting},
            _("A volunteer has handed it in and nobody has taken it yet."),
            _("Look at them"),
            reverse("concerns"),
        )


def _handing_in(actor: Actor) -> Iterator[Need]:
    if _may(actor, Verb.CREATE, DataClass.OBSERVATION) and not _may(
        actor, Verb.CORRECT, DataClass.OBSERVATION
    ):
        yield Need(
            _("Have you seen a family that may need help?"),
            _("Tell the centre. It takes two minutes, and you get a receipt number."),
            _("Hand in a concern"),
            reverse("concern_report"),
        )


PROVIDERS: tuple[Callable[[Actor], Iterator[Need]], ...] = (_handing_in, _concerns)
"""In the order in which needs are shown."""


def needs(actor: Actor) -> list[Need]:
    """Return what needs the actor now."""
    return [need for provider in PROVIDERS for need in provider(actor)]
