"""Pages about one person or one household: what is said of them on a day, why, and what is left to ask."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.register.models import Person
from forewatch.register.queries.answers import kept_from
from forewatch.register.queries.events import taken_back, waiting
from forewatch.register.visibility import closed_to
from forewatch.rights.queries import contested, opened_for
from forewatch.rights.who_saw import SHOWN
from forewatch.risk import actions, queries
from forewatch.risk.communities import Community
from forewatch.risk.drawing import picture
from forewatch.risk.families import Family, highest
from forewatch.risk.keeping import kept_about
from forewatch.risk.profiles import History, Point
from forewatch.risk.sources import who_said
from forewatch.ui.problems import Problem

READ = Guard(Verb.READ, DataClass.BAND)
CONTEST = Guard(Verb.CONTEST, DataClass.BAND, Purpose.CONTEST)
READ_FIGURES = Guard(Verb.READ, DataClass.AGGREGATE)


@guarded(GET=READ)
def person(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show a person's profile on a day."""
    found, home = queries.person_for(request.actor, person_id)
    day = _day(request)
    history = History.of(queries.definition(), home.pk)
    hidden = kept_from(request.actor, home, history.record_ids)
    history = history.leaving_out(hidden)
    profile = history.profiles(day, known_by=day, only=person_id).get(person_id)
    with transaction.atomic():
        actions.note_reading(by=request.actor, subject="person", subject_id=person_id, area=home.area)
    drawn = picture(history.points(person_id, day), queries.thresholds())
    expired = profile is not None and profile.has_expired(request.actor.today)
    context = {
        "person": found,
        "day": day,
        "profile": profile,
        "picture": drawn,
        "said": who_said(history.records_about(person_id), day),
        "expired": expired,
        "to_check": history.to_check(day, person_id),
        "waiting": waiting(day, home.area, found),
        "taken_back": taken_back(day, home.area, [found]),
        "contested": bool(contested([person_id])),
        "hidden": bool(hidden),
    }
    return render(request, "risk/person.html", context)


@guarded(GET=READ)
def household(request: AskedRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show what is said of the members of a household on a day."""
    found = queries.household_for(request.actor, household_id)
    day = _day(request)
    history = History.of(queries.definition(), household_id)
    closed = closed_to(request.actor, list(history.people))
    hidden = kept_from(request.actor, found, history.record_ids)
    history = history.without(closed).leaving_out(hidden)
    profiles = history.profiles(day, known_by=day)
    frozen = contested(history.people)
    with transaction.atomic():
        actions.note_reading(by=request.actor, subject="household", subject_id=household_id, area=found.area)
    context = {
        "household": found,
        "day": day,
        "closed": len(closed),
        "hidden": bool(hidden),
        "members": queries.members(profiles, frozen),
        "frozen": bool(frozen),
        "family": Family(profiles),
        "taken_back": taken_back(day, found.area, Person.objects.filter(pk__in=profiles)),
        "picture": picture(highest(history.without(frozen), day), queries.thresholds()),
        "said": who_said(history.records, day),
    }
    return render(request, "risk/household.html", context)


@guarded(GET=CONTEST)
def kept(request: AskedRequest, contest_id: uuid.UUID) -> HttpResponse:
    """Show an advocate what is kept about the person of a contest."""
    contest, person = opened_for(request.actor, contest_id)
    day = _day(request)
    found = kept_about(
        by=request.actor, contest=contest, person=person, definition=queries.definition(), day=day
    )
    return render(request, "risk/kept.html", {"kept": found, "day": day, "contest": contest, "most": SHOWN})


@guarded(GET=READ_FIGURES)
def community(request: AskedRequest, area_code: str) -> HttpResponse:
    """Show what is known of a community on a day."""
    day = _day(request)
    area = queries.community_for(request.actor, area_code, day)
    figures = queries.figures_over_time(area, day)
    points = [Point(one.run.as_of, "", one.mean_index_bp, None, None) for one in figures]
    about = Community.of(queries.definition(), area, day)
    context = {
        "area": area,
        "day": day,
        "community": about,
        "waiting": waiting(day, area),
        "taken_back": taken_back(day, area),
        "said": who_said(about.records, day),
        "figures": list(reversed(figures)),
        "picture": picture(points, queries.thresholds()),
    }
    with transaction.atomic():
        actions.note_reading(by=request.actor, subject="community", subject_id=area.pk, area=area)
    return render(request, "risk/community.html", context)


def _day(request: AskedRequest) -> date:
    """Return the day asked about: that of the address, else of the newest run."""
    said = request.GET.get("on", "")
    if not said:
        run = queries.newest_run()
        return run.as_of if run else request.actor.today
    try:
        return date.fromisoformat(said)
    except ValueError as problem:
        raise Problem(queries.not_a_day(said)) from problem
