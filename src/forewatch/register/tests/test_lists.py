"""Long lists: every row once, page after page; what narrows them; what their rows say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from forewatch.access.rules import Role
from forewatch.analysis.engines.memory.logic import evaluate
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.citizenship import StepEntry, end_step, plan_step
from forewatch.register.definition import definition
from forewatch.register.models import CitizenshipStep, Household, Person
from forewatch.register.queries import lists
from forewatch.register.queries.caseload import due, not_begun
from forewatch.register.queries.children import children
from forewatch.register.queries.lists import Filters, households
from forewatch.register.rules.citizenship import WITHOUT_PAPERS
from forewatch.register.tests.building import household, member, people_of
from forewatch.ui.problems import Conflict, Problem

Areas = dict[str, Area]
TODAY = timezone.localdate()
FAR, SECOND = "XA10020101", "XA10010102"


def child(name: str = "Kid", years: int = 10, **others: Any) -> Any:
    born = TODAY.replace(day=1) - timedelta(days=365 * years + 10)
    return member(name, born.isoformat(), role="child", **others)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows to a page, so that a test needs few."""
    for module in ("lists", "children", "caseload"):
        monkeypatch.setattr(f"forewatch.register.queries.{module}.PAGE", 3)


def all_pages(ask: Any) -> list[Any]:
    rows: list[Any] = []
    after = ""
    for _ in range(20):
        page = ask(after)
        assert len(page.rows) <= lists.PAGE
        rows += page.rows
        after = page.after
        if not after:
            return rows
    raise AssertionError("the list has no end")


def test_every_household_comes_once_in_the_order_of_areas(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    for code in (FAR, VILLAGE, VILLAGE, SECOND, VILLAGE, FAR, VILLAGE, SECOND):
        household(lead, areas[code])
    rows = all_pages(lambda after: households(lead, Filters(), after))
    assert len({one.pk for one in rows}) == 8
    assert [(one.area_path, one.code) for one in rows] == sorted((one.area_path, one.code) for one in rows)


def test_filters_narrow_by_area_assignment_children_papers_and_last_visit(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    plain = household(lead, areas[VILLAGE])
    kids = household(lead, areas[FAR], member(), child())
    grown = household(lead, areas[VILLAGE], member(), child("Old", 18))
    lacking = household(lead, areas[VILLAGE], member(answers={"papers": "refused"}))
    assign(by=lead, household=plain, user=cast[Role.PROVINCIAL_LEAD])

    def found(**wanted: Any) -> set[Any]:
        return {one.pk for one in households(lead, Filters(**wanted)).rows}

    assert found(area=areas[OTHER_DISTRICT]) == {kids.pk}
    assert found(area=areas[DISTRICT]) == {plain.pk, grown.pk, lacking.pk}
    assert found(mine=True) == {plain.pk}
    assert found(children=True) == {kids.pk}
    assert found(without_papers=True) == {lacking.pk}
    assert found(seen_before=TODAY) == {plain.pk, kids.pk, grown.pk}
    assert found(children=True, without_papers=True) == set()


def test_the_list_reads_along_its_index_and_sorts_nothing(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    mark = f"{areas[VILLAGE].path}:H-0000-0000-000:"
    wanted = Filters(area=areas[DISTRICT], children=True, without_papers=True, seen_before=TODAY)
    query = Household.objects.visible_to(lead).filter(lists._narrowed(lead, wanted), lists.beyond(mark))
    if connection.vendor == "postgresql":
        # Its planner decides by size, and this world is small: it is asked what it would do in a large one.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = query.order_by("area_path", "code")[:51].explain()
    assert re.search(r"household_lists.*area_path\)?(::text)? ?>", plan, re.DOTALL)
    assert "B-TREE" not in plan
    assert "Sort" not in plan


def test_every_child_comes_once_with_what_is_known_and_nobody_else(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    told = {"schooling": "out", "papers": "limited"}
    household(lead, areas[VILLAGE], member(), *(child(f"Kid {n}") for n in range(5)))
    household(lead, areas[FAR], member("Dee", ""), child("Ed", answers=told), child("Old", 18))
    rows = all_pages(lambda after: children(lead, None, after))
    assert len({one.person.pk for one in rows}) == 6
    (ed,) = children(lead, areas[FAR]).rows
    assert (ed.age, ed.school and ed.school.value, ed.care) == (10, "out", None)
    assert (ed.papers and ed.papers.value, ed.seen_on) == ("limited", TODAY)
    assert all(one.seen_on is None for one in children(lead, areas[VILLAGE]).rows)


def test_the_caseload_is_those_without_papers_by_their_next_step(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    lacking = [member(name, answers={"papers": "none"}) for name in ("A", "B", "C", "D", "E")]
    home = household(lead, areas[VILLAGE], *lacking, member("Full", answers={"papers": "full"}), member("?"))
    a, b, *_ = people_of(home)
    assert {one.person.code for one in all_pages(lambda after: not_begun(lead, None, after))} == {
        one.code for one in people_of(home)[:5]
    }
    later = StepEntry("birth", TODAY + timedelta(days=9), agency=cast[Role.ANALYST].organisation)
    overdue = StepEntry("talk", TODAY - timedelta(days=1), helper=cast[Role.SOCIAL_WORKER])
    plan_step(by=lead, person=a, entry=later)
    plan_step(by=lead, person=b, entry=overdue)
    assert [(one.person, one.late) for one in due(lead, None).rows] == [(b, True), (a, False)]
    assert due(lead, areas[OTHER_DISTRICT]).rows == []
    assert not {a, b} & {one.person for one in all_pages(lambda after: not_begun(lead, None, after))}


def test_steps_follow_each_other_and_stay_as_history(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    ann = people_of(household(lead, areas[VILLAGE], member(answers={"papers": "none"})))[0]
    entry = StepEntry("talk", TODAY, helper=cast[Role.SOCIAL_WORKER])
    with pytest.raises(Problem, match="who helps"):
        plan_step(by=lead, person=ann, entry=StepEntry("talk", TODAY))
    first = plan_step(by=lead, person=ann, entry=entry)
    second = plan_step(by=lead, person=ann, entry=StepEntry("birth", TODAY, helper=entry.helper))
    end_step(by=lead, step=second, status=CitizenshipStep.Status.DROPPED)
    with pytest.raises(Conflict):
        end_step(by=lead, step=first, status=CitizenshipStep.Status.DONE)
    history = CitizenshipStep.objects.order_by("id").values_list("what", "status", "ended_by")
    assert list(history) == [("talk", "done", lead.user_id), ("birth", "dropped", lead.user_id)]


def test_lack_of_papers_is_what_the_index_scores_as_lack() -> None:
    known = definition()
    rules = (known.indicators["S1"].rule3, known.indicators["S1"].rule2)
    lacking = {
        choice
        for choice in known.variables["papers"].choices
        if any(rule and evaluate(rule, lambda _name, said=choice: said) is True for rule in rules)
    }
    assert lacking == WITHOUT_PAPERS
    assert Person._meta.get_field("papers").max_length >= max(map(len, known.variables["papers"].choices))
