"""Two rows found to be one person: reversible, mapped wherever people are read."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Refused
from forewatch.access.rules import Role
from forewatch.config.tests.cast import OTHER_DISTRICT, OUTSIDE_VILLAGE, VILLAGE, Cast, make_user
from forewatch.places.models import Area
from forewatch.register.actions.merging import keep_apart, merge, undo_merge
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation
from forewatch.register.models import MatchProposal, Person
from forewatch.register.queries.households import household_page, one_person, person_page
from forewatch.register.queries.matches import comparison, merges, to_decide
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.ui.problems import Conflict, NotFound, Problem

Areas = dict[str, Area]
TODAY = timezone.localdate()
FAR = "XA10020101"


@pytest.fixture
def twins(cast: Cast, areas: Areas) -> tuple[Person, Person]:
    """One number, registered in two districts of one province."""
    analyst = cast.actor(Role.ANALYST)
    same = number("42")
    first = household(analyst, areas[VILLAGE], member(numbered=same, answers={"papers": "none"}))
    second = household(analyst, areas[FAR], member("Annie", numbered=same, answers={"papers": "full"}))
    return people_of(first)[0], people_of(second)[0]


def papers_of(person: Person) -> str:
    person.refresh_from_db()
    return person.papers


def test_a_merge_maps_and_undoing_it_restores(cast: Cast, twins: tuple[Person, Person]) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    kept, merged = twins
    made = merge(by=lead, kept=kept, merged=merged, reason="same card")
    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert one_person(lead, merged.pk) == kept
    page = person_page(lead, one_person(lead, kept.pk))
    assert len(page.records) == 2
    assert papers_of(kept) == "full"
    assert household_page(lead, merged.household).members == []
    assert MatchProposal.objects.get().status == MatchProposal.Status.SAME
    assert merges(lead) == [made]
    undo_merge(by=lead, merge=made)
    assert (papers_of(merged), papers_of(kept)) == ("full", "none")
    assert merged.merged_into is None
    assert MatchProposal.objects.get().status == MatchProposal.Status.DIFFERENT
    with pytest.raises(Conflict):
        undo_merge(by=lead, merge=made)


def test_a_chain_of_merges_points_to_its_end_and_comes_apart_in_any_order(cast: Cast, areas: Areas) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    a, b, c = (people_of(household(lead, areas[VILLAGE], member(name)))[0] for name in ("A", "B", "C"))
    first = merge(by=lead, kept=b, merged=a, reason="one")
    merge(by=lead, kept=c, merged=b, reason="two")
    a.refresh_from_db()
    assert a.merged_into == c
    undo_merge(by=lead, merge=first)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.merged_into, b.merged_into) == (None, c)


def test_nobody_is_merged_with_themselves_or_twice(cast: Cast, twins: tuple[Person, Person]) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    kept, merged = twins
    with pytest.raises(Problem, match="one person already"):
        merge(by=lead, kept=kept, merged=kept, reason="")
    merge(by=lead, kept=kept, merged=merged, reason="")
    with pytest.raises(Conflict):
        merge(by=lead, kept=merged, merged=kept, reason="")


@pytest.mark.parametrize("role", Role)
def test_who_sees_and_decides_proposals(cast: Cast, twins: tuple[Person, Person], role: Role) -> None:
    actor = cast.actor(role)
    proposal = MatchProposal.objects.get()
    if role in (Role.ANALYST, Role.PROVINCIAL_LEAD):
        assert [one.pk for one in to_decide(actor).rows] == [proposal.pk]
        assert comparison(actor, proposal.pk).second.answers
        keep_apart(by=actor, proposal=proposal)
        assert to_decide(actor).rows == []
        with pytest.raises(Conflict):
            keep_apart(by=actor, proposal=proposal)
        return
    assert to_decide(actor).rows == []
    with pytest.raises(NotFound):
        comparison(actor, proposal.pk)
    with pytest.raises(Refused):
        keep_apart(by=actor, proposal=proposal)


def test_an_analyst_of_one_district_does_not_learn_of_the_other(
    cast: Cast, twins: tuple[Person, Person]
) -> None:
    narrow = make_user("narrow", cast[Role.ANALYST].organisation, Role.ANALYST, OTHER_DISTRICT)
    actor = actor_for(narrow)
    assert to_decide(actor).rows == []
    with pytest.raises(Refused):
        merge(by=actor, kept=twins[1], merged=twins[0], reason="guess")


def test_across_provinces_only_the_national_level_decides(cast: Cast, areas: Areas) -> None:
    same = number("43")
    household(cast.outside(), areas[OUTSIDE_VILLAGE], member(numbered=same))
    household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Annie", numbered=same))
    assert to_decide(cast.actor(Role.ANALYST)).rows == []
    nation = make_user("nation", cast[Role.ANALYST].organisation, Role.ANALYST, "")
    assert len(to_decide(actor_for(nation)).rows) == 1


def test_what_is_said_after_a_merge_reaches_the_kept_one(cast: Cast, twins: tuple[Person, Person]) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    kept, merged = twins
    merge(by=lead, kept=kept, merged=merged, reason="same card")
    said = {"observation": Observation(TODAY, grade="A"), "answers": {"papers": "refused"}}
    record_answers(by=lead, subject=one_person(lead, merged.pk), **said)
    assert papers_of(kept) == "refused"
