"""A row of every kind that addresses of the register name, about people whose names no page may leak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from forewatch.access.decisions import Actor
from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.checking import hand_over
from forewatch.register.actions.citizenship import StepEntry, plan_step
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.actions.merging import merge
from forewatch.register.actions.statements import report_event
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Event, Household, MatchProposal, Record
from forewatch.register.tests.building import household, member, number, people_of

TYPED = "Quillabeth Vornadale"
"""Whom somebody names where they type why they do something, for whoever looks at it again."""


def rows_of_register(cast: Cast, areas: Mapping[str, Area], secret: str) -> dict[str, Any]:
    """Return the ids of one row of each kind, all in the village of the province XA10."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    analyst = cast.actor(Role.ANALYST)
    same = number("77")
    home = household(lead, areas[VILLAGE], member(secret, numbered=same, answers={"papers": "none"}))
    twin = household(
        lead,
        areas[VILLAGE],
        member(secret, numbered=same),
        member("Third"),
        member("Fourth"),
        member("Fifth"),
    )
    kept, third, fourth, fifth = people_of(twin)
    first = people_of(home)[0]
    step = StepEntry("talk", lead.today + timedelta(days=7), agency=cast[Role.ANALYST].organisation)
    record = Record.objects.get()
    why = f"{TYPED} showed the same card"
    return {
        "household_id": home.pk,
        "person_id": first.pk,
        "record_id": record.pk,
        "happening_id": _happened(lead, home).pk,
        "source_id": record.source_id,
        "proposal_id": MatchProposal.objects.get(first=first, second=kept).pk,
        "merge_id": merge(by=lead, kept=third, merged=fourth, reason=why).pk,
        "asked_merge_id": merge(by=analyst, kept=third, merged=fifth, reason=why).pk,
        "assignment_id": assign(by=lead, household=twin, user=cast[Role.SOCIAL_WORKER]).pk,
        "step_id": plan_step(by=lead, person=first, entry=step).pk,
        "correction_id": hand_over(
            by=analyst, typed=_corrected(secret), household=home, version=home.version
        ).pk,
        "draft_id": keep_draft(by=lead, typed={"m0-given": [secret]}).pk,
    }


def _happened(by: Actor, home: Household) -> Event:
    entry = EventEntry("T7", by.today)
    return report_event(by=by, subject=home, observation=Observation(by.today), entry=entry)


def _corrected(secret: str) -> dict[str, list[str]]:
    """Return the page of a household as somebody corrected it: with one more member, by name."""
    visit = {"place-observed_on": "1/6/2569", "place-grade": "A"}
    typed = visit | {"rows": "1", "m0-given": secret, "m0-role": "head"}
    return {name: [value] for name, value in typed.items()}
