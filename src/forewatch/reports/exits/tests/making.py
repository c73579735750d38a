"""A key of a made-up recipient, wishes to hand over, and the steps by which something leaves."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pyrage
from django.test import Client
from django.urls import reverse

from forewatch.access.decisions import Actor
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.merging import merge
from forewatch.register.models import Consent, Person
from forewatch.register.rules.consents import For
from forewatch.reports.exits import actions, taking
from forewatch.reports.exits.actions import Wish
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import State
from forewatch.rights.actions import file_contest
from forewatch.rights.erasures import ask_to_erase, decide_on_erasure
from forewatch.rights.models import Erasure

ANALYST, LEAD, DPO = Role.ANALYST, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER
RECIPIENT = pyrage.x25519.Identity.generate()


def wish(area: Area, **others: Any) -> Wish:
    """Return a wish for a file about everybody of an area."""
    values: dict[str, Any] = {
        "whom": "all",
        "recipient": "Made-up Shelter, Ms Example",
        "country": "TH",
        "key": str(RECIPIENT.to_public()),
        "basis": "Agreement 7/2569",
        "reason": "places in the made-up school bus",
        "with_names": False,
        "prosecutes": False,
    }
    return Wish(area=area, **(values | others))


def agrees(cast: Cast, person: Person, *, agreed: bool = True, countries: str = "TH") -> None:
    by = cast.actor(LEAD)
    said = Said(For.SHARE, agreed, Consent.Ground.PERSON, "th", by.today, countries.split())
    note_consent(by=by, person=person, said=said)


def votes(by: Actor, found: Exit, *, agree: bool = True, sha256: str = "") -> State:
    return actions.decide_on_exit(by=by, exit_id=found.pk, agree=agree, sha256=sha256 or found.sha256)


def later(by: Actor, hours: int = 25) -> Actor:
    return replace(by, now=by.now + timedelta(hours=hours))


def opened(file: bytes, key: pyrage.x25519.Identity = RECIPIENT) -> list[list[str]]:
    text = pyrage.decrypt(file, [key]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def changes_their_mind(how: str, cast: Cast, areas: dict[str, Area], person: Person) -> None:
    if how == "no":
        agrees(cast, person, agreed=False)
    elif how == "erased":
        asked = ask_to_erase(by=cast.actor(ANALYST), person=person, ground=Erasure.Ground.ASKED)
        decide_on_erasure(by=cast.actor(DPO), erasure=asked, erase=True)
    else:
        contested(cast, areas, person)


def contested(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    file_contest(
        by=cast.actor(Role.ADVOCATE), token=uuid4(), area=areas[PROVINCE], about=person.code, words="wrong"
    )


def become_one(cast: Cast, kept: Person, merged: Person) -> None:
    merge(by=cast.actor(LEAD), kept=kept, merged=merged, reason="the same card")


def left(found: Exit, cast: Cast) -> Exit:
    """Let a file out by the lead, and take it a day later."""
    votes(cast.actor(LEAD), found)
    taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    return found


def page_of(found: Exit, client: Client) -> str:
    return client.get(reverse("exit", args=[found.pk])).content.decode()
