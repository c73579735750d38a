"""The map's page: figures equal the engine's, bad input is said plainly, gaps look like gaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import DISTRICT, PROVINCE, SUB_DISTRICT, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.reports.atlas.tests.conftest import DAY, EARLIER, PEOPLE, Counted, run_of
from forewatch.risk.models import AreaFigure
from forewatch.risk.tests.province import Province

SignIn = Callable[[User], Client]


def shown(page: str, name: str) -> str:
    """Return the text of the element with an id."""
    found = re.search(rf'id="{name}">([^<]*)<', page)
    assert found, name
    return found.group(1)


@pytest.fixture
def lead(cast: Cast, counted: Counted, sign_in: SignIn) -> Callable[..., str]:
    """Return a function that gives the map as the provincial lead sees it."""
    client = sign_in(cast[Role.PROVINCIAL_LEAD])

    def read(**asked: Any) -> str:
        answer = client.get("/map/", asked)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.mark.parametrize(
    "group", [{}, {"sex": "F"}, {"age": "18-24"}, {"sex": "M", "age": "60+"}, {"by": "home"}]
)
def test_every_figure_is_the_engines_own_down_to_the_village(
    province: Province, sign_in: SignIn, group: Mapping[str, str]
) -> None:
    client = sign_in(province.lead)
    read = 0
    for area in province.now.places.to_pylist():
        parts = client.get("/map/figures", {"area": area["parent_code"] or "", "show": "high"} | group).json()
        row = province.now.figure(
            area["area_code"], group.get("by", "residence"), group.get("sex"), group.get("age")
        )
        if area["parent_code"]:
            count = parts["parts"][area["area_code"]]["count"]
            assert count == (row["high"] if row else None)
            read += count or 0
    assert read


def test_the_page_shows_the_engines_figures_of_the_area(province: Province, sign_in: SignIn) -> None:
    client = sign_in(province.lead)
    for code in (province.code, province.district):
        page = client.get("/map/", {"area": code}).content.decode()
        row = province.now.figure(code)
        assert shown(page, "whole-people") == f"{row['people']:,}"
        assert shown(page, "whole-high") == f"{row['high']:,}"


def test_drivers_come_by_people_the_most_first(lead: Callable[..., str]) -> None:
    page = lead()
    drivers = re.findall(r"<tr><th scope=\"row\">([^<]+)</th><td class=\"number\">(\d+)</td></tr>", page)
    assert [int(people) for _, people in drivers[:2]] == [44, 31]


def test_nobody_surveyed_and_nobody_there_look_different(
    cast: Cast, counted: Counted, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.PROVINCIAL_LEAD])

    def shades(**group: str) -> dict[str, str]:
        parts = client.get("/map/figures", {"area": SUB_DISTRICT} | group).json()["parts"]
        return {code: one["shade"] for code, one in parts.items()}

    assert shades() == {VILLAGE: "medium", "XA10010102": "unsurveyed"}
    assert shades(sex="F") == {VILLAGE: "medium", "XA10010102": "empty"}
    assert shades(show="high") == {VILLAGE: "q3", "XA10010102": "unsurveyed"}


def test_areas_come_by_people_for_outreach_now_and_unsurveyed_ones_last(lead: Callable[..., str]) -> None:
    page = lead(area=SUB_DISTRICT)
    assert page.index("Mill Village 1") < page.index("Mill Village 2")
    assert "Nobody surveyed" in page


def test_a_village_is_shown_among_its_neighbours(lead: Callable[..., str]) -> None:
    page = lead(area=VILLAGE)
    assert "Parts of Millbank" in page
    assert "Mill Village 2" in page
    assert shown(page, "whole-high") == "37"


def test_areas_without_a_boundary_are_in_the_list(lead: Callable[..., str]) -> None:
    page = lead(area=DISTRICT)
    assert "None of these areas has a boundary" in page
    assert "Millbank" in page


def test_the_newest_run_up_to_the_day_answers(lead: Callable[..., str]) -> None:
    assert (
        shown(lead(), "whole-people")
        == f"{sum(sum(one.values()) for k, one in PEOPLE.items() if k[0] < 'XA2'):,}"
    )
    assert shown(lead(on=(DAY - timedelta(days=1)).isoformat()), "whole-people") == "84"
    assert shown(lead(on=EARLIER.isoformat()), "whole-people") == "84"
    assert shown(lead(on="2040-01-01"), "whole-high") == shown(lead(), "whole-high")


def test_a_date_before_any_figure_is_said_plainly(lead: Callable[..., str]) -> None:
    page = lead(on="1999-12-31")
    assert "There are no figures of 31 December 1999 or before; the first are of 31 May 2026." in page


def test_without_any_run_the_page_says_when_figures_will_come(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast[Role.PROVINCIAL_LEAD]).get("/map/").content.decode()
    assert "Nothing has been scored yet" in page
    page = sign_in(cast[Role.PLANNER]).get("/map/").content.decode()
    assert "No figures have been released yet" in page


def test_two_days_compare(lead: Callable[..., str]) -> None:
    page = lead(area=SUB_DISTRICT, since=EARLIER.isoformat())
    assert "Change since 31 May 2026" in page
    assert 'data-label="Change">+14</td>' in page
    assert 'data-label="Change">–</td>' in page, "nothing to compare where nobody was surveyed"


@pytest.mark.parametrize(
    "nonsense",
    [{"on": "tomorrow"}, {"sex": "Q"}, {"age": "7"}, {"by": "moon"}, {"show": "all"}, {"since": "x"}],
)
def test_what_does_not_fit_is_as_if_it_were_not_asked(
    lead: Callable[..., str], nonsense: Mapping[str, str]
) -> None:
    assert shown(lead(**nonsense), "whole-high") == shown(lead(), "whole-high")


def test_an_area_that_is_not_there_is_not_found(cast: Cast, counted: Counted, sign_in: SignIn) -> None:
    client = sign_in(cast[Role.PROVINCIAL_LEAD])
    for address in ("/map/", "/map/figures", "/map/outlines"):
        assert client.get(address, {"area": "XA99"}).status_code == 404


def test_figures_of_an_older_index_say_so(lead: Callable[..., str], areas: Mapping[str, Area]) -> None:
    run_of(areas, date(2026, 7, 31), PEOPLE, definition="chiang-mai-28@0")
    page = lead()
    assert "These figures were made by chiang-mai-28@0; the index is now chiang-mai-28@" in page
    assert "These figures were made by" not in lead(on=DAY.isoformat())


def test_a_change_of_boundaries_between_the_days_shown_is_said(
    lead: Callable[..., str], areas: Mapping[str, Area]
) -> None:
    assert "boundaries of Millbank changed" not in lead(area=SUB_DISTRICT)
    old = areas[SUB_DISTRICT]
    Area.objects.filter(pk=old.pk).update(valid_to=date(2026, 7, 1))
    new = Area.objects.create(
        code=old.code,
        level=old.level,
        parent=old.parent,
        path=old.path,
        name=old.name,
        valid_on=date(2026, 7, 1),
    )
    run_of(areas, date(2026, 7, 31), PEOPLE)
    assert AreaFigure.objects.filter(area=new).exists()
    page = lead(area=SUB_DISTRICT)
    assert "The boundaries of Millbank changed between the days shown below" in page
    assert "Mill Village 1" in page


def test_every_figure_carries_its_date_its_coverage_and_what_is_missing(lead: Callable[..., str]) -> None:
    page = lead()
    assert "30 June 2026" in page
    assert "from what was received by 30 June 2026" in page
    assert "there is not enough information" in page
    assert "never a reason for suspicion" in page
    assert "positive predictive value, PPV" in page


def test_the_province_is_the_first_page_of_its_lead(lead: Callable[..., str]) -> None:
    assert f'name="area" value="{PROVINCE}"' in lead()
    assert f"area={DISTRICT}" in lead()
