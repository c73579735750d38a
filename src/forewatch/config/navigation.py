"""The main navigation, in the order of the circle; each entry stands only where its page is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb

ENTRIES: tuple[tuple[str, str, Verb, DataClass], ...] = (
    ("map", gettext_noop("Map"), Verb.READ, DataClass.RELEASED),
    ("households", gettext_noop("People"), Verb.READ, DataClass.OBSERVATION),
    ("areas", gettext_noop("Areas"), Verb.READ, DataClass.REFERENCE),
    ("report", gettext_noop("Reports"), Verb.READ, DataClass.RELEASED),
    ("paper", gettext_noop("On paper"), Verb.READ, DataClass.REFERENCE),
    ("exits", gettext_noop("Handing over"), Verb.READ, DataClass.EXIT),
    ("sources", gettext_noop("Sources"), Verb.CORRECT, DataClass.GRADE),
    ("intake", gettext_noop("Intake"), Verb.APPROVE, DataClass.OBSERVATION),
    ("contests", gettext_noop("Contests"), Verb.CONTEST, DataClass.OBSERVATION),
    ("contest_desk", gettext_noop("Contests"), Verb.APPROVE, DataClass.OBSERVATION),
    ("staff", gettext_noop("Staff"), Verb.READ, DataClass.ACCOUNT),
    ("oversight", gettext_noop("Oversight"), Verb.READ, DataClass.AUDIT),
    ("backups", gettext_noop("Backups"), Verb.CREATE, DataClass.SYSTEM),
    ("api_keys", gettext_noop("Keys"), Verb.CREATE, DataClass.ACCOUNT),
)
"""(address name, label, verb, class): an entry stands when the actor may do this for any purpose."""
FIRST = gettext_noop("Today")


@dataclass(frozen=True)
class Entry:
    """A place to go."""

    url: str
    label: str
    here: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the entries open to whoever asks, and the addresses of deeds and alarms that are theirs."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"navigation": []}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entries = [("today", FIRST)] + [
        (name, label) for name, label, verb, data in ENTRIES if _may(actor, verb, data)
    ]
    shown = [_entry(request, name, label) for name, label in entries]
    return {
        "navigation": shown,
        "alarms": reverse("alarms") if _may(actor, Verb.APPROVE, DataClass.AUDIT) else "",
        "own_deeds": reverse("own_deeds") if _may(actor, Verb.READ, DataClass.REFERENCE) else "",
        "team_deeds": reverse("team_deeds") if _may(actor, Verb.READ, DataClass.DEEDS) else "",
    }


def _may(actor: Actor, verb: Verb, data: DataClass) -> bool:
    return any(decide(actor, verb, data, one).allowed for one in Purpose)


def _entry(request: HttpRequest, name: str, label: str) -> Entry:
    url = reverse(name)
    here = request.path == url if url == "/" else request.path.startswith(url)
    return Entry(url, _(label), here)
