"""A community's profile: its own indicators as the engine has them for who lives there, and what to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from forewatch.access.models import Organisation, User
from forewatch.access.rules import Role
from forewatch.analysis.definition import Level
from forewatch.audit.models import Event as Audit
from forewatch.config.tests.cast import Cast, make_user
from forewatch.places.models import Area
from forewatch.register.models import Event, Person, Record, Source
from forewatch.risk import actions, queries
from forewatch.risk.communities import Community
from forewatch.risk.profiles import History
from forewatch.risk.tests.filled import INDEX

AS_OF = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
SignIn = Callable[[User], Client]
OWN = [one.id for one in INDEX.indicators.values() if one.level is Level.AREA]


@pytest.fixture
def village(filled: Path) -> Area:
    """Return a village where somebody lives, of which nothing was said yet."""
    area = Person.objects.filter(household__isnull=False).order_by("pk")[0].household.area
    Record.objects.filter(level="area").delete()
    return area


@pytest.fixture
def lead(village: Area) -> User:
    """Make a provincial lead of the village's province."""
    organisation = Organisation.objects.create(code="office", name="Office")
    return make_user("head", organisation, Role.PROVINCIAL_LEAD, village.path.split("/")[0])


def say(area: Area, on: date, **values: Any) -> None:
    source = Source.objects.order_by("pk")[0]
    Record.objects.create(
        level="area", area=area, source=source, observed_on=on, grade="A", received_on=on, received_at=NOW,
        values=values,
    )  # fmt: skip


def test_there_are_four_of_a_community() -> None:
    assert OWN == ["H7", "E7", "B7", "S7"]


def test_its_indicators_are_those_of_everybody_who_lives_there(village: Area) -> None:
    say(village, AS_OF - timedelta(days=5), village_level=1, verified_incident=True)
    say(village.parent, AS_OF - timedelta(days=9), school_minutes=95, dropout_tracing=False)
    mine = Community.of(INDEX, village, AS_OF).profile.assessment.outcomes
    lived = Person.objects.filter(household__area=village, merged_into=None)
    asked = 0
    for person in lived:
        theirs = History.of(INDEX, person.household_id).profiles(AS_OF, known_by=AS_OF).get(person.pk)
        if theirs is not None:
            asked += 1
            assert {one: mine[one].score for one in OWN} == {
                one: theirs.assessment.outcomes[one].score for one in OWN
            }
    assert asked > 0
    assert any(mine[one].score is not None for one in OWN)


def test_what_was_never_asked_and_what_is_too_old_are_told_apart(village: Area) -> None:
    gaps = {one.indicator.id: one for one in Community.of(INDEX, village, AS_OF).gaps}
    assert list(gaps) == OWN
    assert all(one.missing and not one.stale for one in gaps.values())
    valid = INDEX.indicators["B7"].valid_days
    say(village, AS_OF - timedelta(days=valid + 1), village_level=2)
    gap = {one.indicator.id: one for one in Community.of(INDEX, village, AS_OF).gaps}["B7"]
    assert gap.missing == ()
    assert [day for _, day in gap.stale] == [AS_OF - timedelta(days=valid + 1)]
    fresh = Community.of(INDEX, village, AS_OF - timedelta(days=1))
    assert "B7" not in [one.indicator.id for one in fresh.gaps]


def test_answers_stand_in_words_with_their_day(village: Area) -> None:
    say(village, AS_OF, outreach_share="0.25", verified_incident=False)
    said = {one.label["en"]: one for one in Community.of(INDEX, village, AS_OF).answers}
    assert len(said) == 7
    share = said[INDEX.variables["outreach_share"].label["en"]]
    assert (share.said, share.observed_on, share.fresh) == ("0.25", AS_OF, True)
    assert said[INDEX.variables["verified_incident"].label["en"]].said == "no"
    assert said[INDEX.variables["school_minutes"].label["en"]].observed_on is None


def test_the_page_says_it_with_the_figures_of_each_run(village: Area, lead: User, sign_in: SignIn) -> None:
    say(village, AS_OF, verified_incident=True)
    for day in (date(2026, 5, 31), AS_OF):
        actions.rescore(INDEX, as_of=day, now=NOW)
    page = sign_in(lead).get(f"/risk/areas/{village.code}", {"on": AS_OF.isoformat()}).content.decode()
    assert INDEX.indicators["S7"].why[3]["en"].split("{")[0][:20] in page
    assert "31 May 2026" in page
    assert [one.run.as_of for one in queries.figures_over_time(village, AS_OF)] == [date(2026, 5, 31), AS_OF]
    assert Audit.objects.filter(subject="community", subject_id=village.pk).count() == 1


def test_an_area_with_nothing_known_is_a_page_of_questions(
    village: Area, lead: User, sign_in: SignIn
) -> None:
    Event.objects.all().delete()
    page = sign_in(lead).get(f"/risk/areas/{village.code}").content.decode()
    assert "Nobody who lives here has been assessed yet." in page
    assert "Nothing that is known weighs." in page
    assert page.count("not asked") == 7


@pytest.mark.parametrize("role", [Role.POLICE, Role.PLANNER, Role.VOLUNTEER, Role.ADMINISTRATOR, None])
def test_it_is_open_to_who_may_read_exact_figures_there(
    cast: Cast, village: Area, sign_in: SignIn, role: Any
) -> None:
    client = sign_in(cast[role] if role else cast.outsider)
    assert client.get(f"/risk/areas/{village.code}").status_code in (403, 404)
    lead = sign_in(cast[Role.PROVINCIAL_LEAD])
    assert lead.get(f"/risk/areas/{village.code}").status_code == 404, "another province"
    assert lead.get("/risk/areas/nowhere").status_code == 404
