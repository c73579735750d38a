"""Hours, days and counts of the access protocol are settings: each has its default, and each holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.first_codes import give_code
from forewatch.access.models import User
from forewatch.access.noting import note_terms
from forewatch.access.rules import Role
from forewatch.access.terms import VARIABLES, Terms, Variable
from forewatch.audit.models import Event
from forewatch.config.environment import SettingMissing, read
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.config.tests.test_environment import whole
from forewatch.office.recovering import confirm_loss
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass, suspended
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.models import BreakGlass, Consent, Household
from forewatch.register.rules.consents import For
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits import actions as exits
from forewatch.reports.exits.tests.making import wish
from forewatch.rights.retention import dry_run

ROOT = Path(__file__).parents[4]
PROPOSED = {
    "own_hours": 24, "break_glass_hours": 4, "review_hours": 72, "new_passkey_hours": 24,
    "recovery_hours": 24, "session_hours": 12, "first_code_days": 7, "exit_wait_hours": 24, "exit_days": 7,
    "exit_review_days": 30, "list_days": 7, "contest_days": 30, "telling_days": 30, "singly_names": 40,
    "daily_lists": 5, "review_percent": 2, "emergencies_percent": 2, "second_grades_percent": 10,
    "idle_minutes": 15, "grant_days": 366, "set_aside_days": 30, "people_months": 24, "concerns_months": 12,
    "sources_months": 12, "contests_months": 60, "audit_months": 84, "kappa_hundredths": 60,
    "diagonal_percent": 70, "reason_letters": 20, "key_copies_days": 30, "free_disk_percent": 10,
}  # fmt: skip
"""As the access protocol has them (part A, 3.5 to 3.8; T3, P5)."""


def later(actor: Actor, **by: int) -> Actor:
    return replace(actor, now=actor.now + timedelta(**by))


@pytest.fixture
def terms(settings: Any) -> Callable[..., None]:
    def changed(**to: int) -> None:
        settings.TERMS = replace(settings.TERMS, **to)

    return changed


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member(answers={"papers": "none"}))


def test_left_alone_they_are_what_the_protocol_proposes() -> None:
    assert vars(read(whole()).terms) == PROPOSED


@pytest.mark.parametrize("one", VARIABLES, ids=lambda one: one.field)
def test_each_is_set_within_bounds(one: Variable) -> None:
    for value in (one.least, one.most):
        assert getattr(read(whole(**{one.name: str(value)})).terms, one.field) == value
    for wrong in (one.least - 1, one.most + 1, "half a day", "1.5"):
        with pytest.raises(SettingMissing, match=f"{one.name} is '{wrong}'.*from {one.least} to {one.most}"):
            read(whole(**{one.name: str(wrong)}))


def test_what_was_opened_is_looked_at_after_it_has_ended() -> None:
    bounds = {one.field: one for one in VARIABLES}
    assert bounds["review_hours"].least > bounds["break_glass_hours"].most


@pytest.mark.parametrize("one", VARIABLES, ids=lambda one: one.field)
def test_the_guide_names_each_with_its_default_and_bounds(one: Variable) -> None:
    text = ROOT.joinpath("docs/guide/run-the-server.md").read_text(encoding="utf-8")
    assert f"| `{one.name}` | {one.proposed} | {one.least}–{one.most} |" in text


def test_an_emergency_lasts_as_long_as_is_set(
    cast: Cast, home: Household, terms: Callable[..., None]
) -> None:
    terms(break_glass_hours=2, review_hours=30)
    by, code = cast.outside(), people_of(home)[0].code
    break_glass(by=by, code=code, incident="1300-77", reason="she calls from a made-up truck")
    opened = BreakGlass.objects.get()
    assert opened.ends_at == by.now + timedelta(hours=2)
    assert not suspended(later(by, hours=29))
    assert "more than 30 hours ago" in suspended(later(by, hours=31))


def test_an_enumerator_reads_back_as_long_as_is_set(
    cast: Cast, areas: dict[str, Area], terms: Callable[..., None]
) -> None:
    by = cast.actor(Role.ENUMERATOR)
    household(by, areas[VILLAGE], member(answers={"papers": "none"}))
    assert Household.objects.visible_to(later(by, hours=3)).exists()
    terms(own_hours=2)
    assert Household.objects.visible_to(later(by, hours=1)).exists()
    assert not Household.objects.visible_to(later(by, hours=3)).exists()


@pytest.mark.parametrize("role", [Role.VOLUNTEER])
def test_codes_and_words_of_colleagues_hold_as_long_as_is_set(
    cast: Cast, role: Role, terms: Callable[..., None]
) -> None:
    terms(first_code_days=2, recovery_hours=3)
    by, user = cast.actor(Role.ADMINISTRATOR), cast[role]
    confirm_loss(by=by, user=user)
    assert user.recoveries.get().expires_at == by.now + timedelta(hours=3)
    give_code(user=user, now=by.now, by=by.user_id)
    assert user.first_codes.get().expires_at == by.now + timedelta(days=2)


def test_what_leaves_waits_and_holds_as_long_as_is_set(
    cast: Cast, areas: dict[str, Area], home: Household, terms: Callable[..., None]
) -> None:
    terms(exit_wait_hours=48, exit_days=3)
    lead, analyst = cast.actor(Role.PROVINCIAL_LEAD), cast.actor(Role.ANALYST)
    said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, ["TH"])
    note_consent(by=lead, person=people_of(home)[0], said=said)
    asked = exits.request_exit(by=analyst, wish=wish(areas[PROVINCE]))
    assert asked.expires_at == analyst.now + timedelta(days=3)
    exits.decide_on_exit(by=lead, exit_id=asked.pk, agree=True, sha256=asked.sha256)
    asked.refresh_from_db()
    assert asked.ready_at == lead.now + timedelta(hours=48)
    assert asked.expires_at == asked.ready_at + timedelta(days=3)


def test_things_are_kept_as_long_as_is_set(cast: Cast, home: Household, terms: Callable[..., None]) -> None:
    day = date(2026, 6, 30)
    Household.objects.update(last_seen_on=day)
    after_half_a_year = date(2027, 1, 1)
    past = {one.name: one.past for one in dry_run(after_half_a_year)}
    terms(people_months=6)
    shorter = {one.name: one.past for one in dry_run(after_half_a_year)}
    assert (past["people"], shorter["people"]) == (0, 1)


def test_a_change_stands_in_the_trail_once_and_where_oversight_is(
    cast: Cast, terms: Callable[..., None], sign_in: Callable[[User], Client]
) -> None:
    def told() -> list[str]:
        return list(Event.objects.filter(subject="terms").order_by("at").values_list("reason", flat=True))

    terms(**vars(Terms()))
    overseer = sign_in(cast[Role.DATA_PROTECTION_OFFICER])
    note_terms(timezone.now())
    assert not told()
    assert "FOREWATCH_EXIT_WAIT_HOURS" not in overseer.get("/oversight/").content.decode()
    terms(exit_wait_hours=1, daily_lists=9)
    for _start in range(2):
        note_terms(timezone.now())
    assert told() == ["exit_wait_hours 1, daily_lists 9"]
    page = overseer.get("/oversight/").content.decode()
    assert "FOREWATCH_EXIT_WAIT_HOURS</span> 1 instead of 24" in page
    terms(**vars(Terms()))
    note_terms(timezone.now())
    assert told() == ["exit_wait_hours 1, daily_lists 9", ""]
