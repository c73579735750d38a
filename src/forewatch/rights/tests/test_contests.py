"""Whoever doubts what is kept leaves the lists at once, sees it once confirmed, is answered by others."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Refused
from forewatch.access.models import Organisation, User
from forewatch.access.rules import Protocol, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, PROVINCE, VILLAGE, Cast, make_user
from forewatch.places.models import Area
from forewatch.register.actions.conflicts import Ground, declare_conflict
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.merging import merge
from forewatch.register.actions.statements import correct_record, report_event, take_back_event
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import Consent, Household, Person, Record, Source
from forewatch.register.queries.caseload import not_begun
from forewatch.register.queries.children import children
from forewatch.register.rules.consents import For
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.rights import actions, queries
from forewatch.rights.models import Contest
from forewatch.rights.rules import Outcome
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]
SECRET = "Made-up Mali says the debt was paid"
NUMBER = number("55")
RANDOM = re.compile(r'[0-9A-Z]{4}-[0-9A-Z]{4}|value="[^"]+"|"X-CSRFToken": "[^"]+"')
"""What differs between any two pages: receipts, and the tokens of forms."""


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    """Register a household of two through an officer, one of them with a number."""
    answers = {"papers": "none"}
    by = cast.actor(Role.DISTRICT_OFFICER)
    return household(by, areas[VILLAGE], member(numbered=NUMBER, answers=answers), member("Ben"))


@pytest.fixture
def person(home: Household) -> Person:
    return people_of(home)[0]


def filed(cast: Cast, areas: dict[str, Area], about: str, **changes: Any) -> Contest:
    said = {"token": uuid.uuid4(), "area": areas[PROVINCE], "words": SECRET} | changes
    receipt = actions.file_contest(by=cast.actor(Role.ADVOCATE), about=about, **said)
    return Contest.objects.get(receipt=receipt)


def confirmed(cast: Cast, contest: Contest, person: Person) -> Contest:
    actions.confirm_person(by=cast.actor(Role.PROVINCIAL_LEAD), contest=contest, code=person.code)
    contest.refresh_from_db()
    return contest


def answered(
    cast: Cast, contest: Contest, outcome: Outcome = Outcome.UPHELD, by: Role = Role.ANALYST
) -> Contest:
    actions.answer_contest(by=cast.actor(by), contest=contest, outcome=outcome, words="It was looked at.")
    contest.refresh_from_db()
    return contest


# Filing


def test_what_is_filed_lies_sealed(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    contest = filed(cast, areas, person.code)
    assert SECRET.encode() not in bytes(contest.content)
    assert queries.told(contest) == queries.Told(person.code, SECRET)


@pytest.mark.parametrize("about", ["code", "number", "code as written"])
def test_somebody_is_found_by_code_or_number_and_nothing_else(
    cast: Cast, areas: dict[str, Area], person: Person, about: str
) -> None:
    said = {
        "code": person.code,
        "number": f"{NUMBER[0]}-{NUMBER[1:]}",
        "code as written": person.code.lower(),
    }
    assert filed(cast, areas, said[about]).person == person
    for other in ("Ann Reed", "Ann", number("56"), "P-0000-0000-000", NUMBER[:-1], "%"):
        assert filed(cast, areas, other).person is None


def test_the_same_form_twice_is_one_contest(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    token = uuid.uuid4()
    assert filed(cast, areas, person.code, token=token) == filed(cast, areas, person.code, token=token)
    assert Event.objects.filter(verb="contest").count() == 1


def test_an_advocate_files_only_in_their_area(cast: Cast, areas: dict[str, Area]) -> None:
    with pytest.raises(Refused):
        filed(cast, areas, "anybody", area=areas[OUTSIDE_VILLAGE])
    assert not Contest.objects.exists()


def test_the_answer_does_not_tell_whether_somebody_is_known(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.ADVOCATE])
    pages = set()
    for about in (person.code, NUMBER, number("56"), "Nobody"):
        said = {"token": str(uuid.uuid4()), "area": str(areas[PROVINCE].pk), "about": about, "words": "x"}
        answer = client.post("/contests/new", said)
        assert answer.status_code == 200
        pages.add(RANDOM.sub("", answer.content.decode()))
        listed = client.get("/contests/").content.decode()
        assert "See what is kept" not in listed
        assert person.code not in listed
    assert len(pages) == 1


# Whom the desk is


def test_only_the_advocate_who_filed_it_says_that_it_is_contested_no_more(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    """The desk alone could else end every contest, and nobody would look at what was recorded."""
    contest = filed(cast, areas, person.code)
    with pytest.raises(Problem, match="for their advocate"):
        answered(cast, contest, Outcome.WITHDRAWN)
    said = {"outcome": "withdrawn", "words": "They said so."}
    lead = sign_in(cast[Role.PROVINCIAL_LEAD])
    assert "no longer contests" not in lead.post(f"/contests/{contest.pk}/open").content.decode()
    lead.post(f"/contests/{contest.pk}/answer", said)
    assert lead.post(f"/contests/{contest.pk}/withdraw").status_code == 403
    other = make_user("advocate-2", cast[Role.ADVOCATE].organisation, Role.ADVOCATE, PROVINCE)
    assert sign_in(other).post(f"/contests/{contest.pk}/withdraw").status_code == 404
    with pytest.raises(Problem, match="who filed"):
        actions.withdraw_contest(by=actor_for(other), contest=contest)
    assert queries.contested([person.pk]) == {person.pk}
    client = sign_in(cast[Role.ADVOCATE])
    assert f"/contests/{contest.pk}/withdraw" in client.get("/contests/").content.decode()
    client.post(f"/contests/{contest.pk}/withdraw")
    contest.refresh_from_db()
    assert (contest.outcome, contest.answered_by) == ("withdrawn", cast[Role.ADVOCATE])
    assert not queries.contested([person.pk])
    page = client.get("/contests/").content.decode()
    assert "The person no longer contests it" in page
    assert f"/contests/{contest.pk}/withdraw" not in page
    assert Event.objects.get(verb="contest", reason="withdrawn").subject_id == contest.pk


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_that_it_is_there(cast: Cast, areas: dict[str, Area], person: Person, role: Role) -> None:
    contest = filed(cast, areas, person.code)
    assert (contest in queries.desk(cast.actor(role))) is (role in (Role.ANALYST, Role.PROVINCIAL_LEAD))


def test_it_goes_to_the_desk_of_where_the_person_lives(cast: Cast, areas: dict[str, Area]) -> None:
    """People move; whom another province keeps is answered there; the advocate learns of it by the answer."""
    elsewhere = Organisation.objects.get(code="elsewhere")
    lead = make_user("other-lead", elsewhere, Role.PROVINCIAL_LEAD, "XA20")
    there = household(cast.outside(), areas[OUTSIDE_VILLAGE], member("Cid"))
    contest = filed(cast, areas, people_of(there)[0].code)

    assert queries.desk(actor_for(lead)) == [contest]
    assert queries.desk(cast.actor(Role.PROVINCIAL_LEAD)) == []


def test_the_outsider_and_other_advocates_find_nothing(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    centre = Organisation.objects.get(code="centre")
    other = sign_in(make_user("other-advocate", centre, Role.ADVOCATE, PROVINCE))
    assert contest.receipt not in other.get("/contests/").content.decode()
    assert other.get(f"/risk/contests/{contest.pk}/").status_code == 404
    with pytest.raises(NotFound):
        queries.one_for_desk(cast.outside(), contest.pk)
    for deed in ("open", "about", "answer"):
        assert sign_in(cast.outsider).post(f"/contests/{contest.pk}/{deed}").status_code in (403, 404)


# Off the lists


def test_from_filing_to_the_answer_the_person_is_contested(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household
) -> None:
    everybody = [one.pk for one in people_of(home)]
    contest = filed(cast, areas, NUMBER)
    assert queries.contested(everybody) == {person.pk}
    confirmed(cast, contest, person)
    assert queries.contested(everybody) == {person.pk}
    answered(cast, contest)
    assert queries.contested(everybody) == frozenset()


def test_of_two_who_are_one_the_one_kept_is_contested(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household
) -> None:
    other = people_of(home)[1]
    filed(cast, areas, other.code)
    merge(by=cast.actor(Role.PROVINCIAL_LEAD), kept=person, merged=other, reason="the same card")
    assert queries.contested([person.pk]) == {person.pk}


def test_the_desk_may_find_that_it_is_about_somebody_else(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household
) -> None:
    other = people_of(home)[1]
    confirmed(cast, filed(cast, areas, person.code), other)
    assert queries.contested([person.pk, other.pk]) == {other.pk}


# What is kept


def test_nothing_is_read_through_a_contest_before_the_desk_confirmed(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    contest = filed(cast, areas, person.code)
    address, client = f"/risk/contests/{contest.pk}/", sign_in(cast[Role.ADVOCATE])
    assert client.get(address).status_code == 404
    confirmed(cast, contest, person)
    page = client.get(address).content.decode()
    assert "Ann Reed" in page
    assert NUMBER in page
    assert "District officer" in page or "district officer" in page
    assert "The district-officer" not in page
    row = Event.objects.get(purpose="contest", verb="reveal")
    assert (row.actor_id, row.subject_id, row.identities) == (cast[Role.ADVOCATE].pk, person.pk, 1)


def test_an_advocate_sees_what_was_agreed_to_and_by_whose_word(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    today = cast.actor(Role.PROVINCIAL_LEAD).today
    said = Said(For.SHARE, True, Consent.Ground.GUARDIAN, "th", today, ("LA",))
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    note_consent(by=lead, person=person, said=said)
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    page = sign_in(cast[Role.ADVOCATE]).get(f"/risk/contests/{contest.pk}/").content.decode()
    agreed = page[page.index("What they agreed to") : page.index("What was recorded")]
    assert "a parent or guardian said so · LA" in agreed
    assert agreed.count("Not asked yet. It is a public task until they say no.") == 2
    assert cast[Role.PROVINCIAL_LEAD].name not in page


def test_an_advocate_sees_what_was_told_and_waits_to_be_checked(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household, sign_in: SignIn
) -> None:
    officer, agency = cast.actor(Role.DISTRICT_OFFICER), cast.outsider.organisation
    source = Source.objects.create(code="told", name="Told by Lek", kind="volunteer", agency=agency)
    observation, entry = Observation(officer.today, source, "C"), EventEntry("T7", officer.today)
    report_event(by=officer, subject=home, observation=observation, entry=entry)
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    page = sign_in(cast[Role.ADVOCATE]).get(f"/risk/contests/{contest.pk}/").content.decode()
    assert "Default on a debt" in page
    assert "waits to be checked" in page
    assert "Told by Lek" not in page


def test_an_advocate_is_told_why_nothing_follows(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    address, client = f"/risk/contests/{contest.pk}/", sign_in(cast[Role.ADVOCATE])
    assert (
        "on that day they were not in the register yet"
        in client.get(f"{address}?on=2020-01-01").content.decode()
    )
    Person.objects.filter(pk=person.pk).update(household=None)
    assert "they are in no household now" in client.get(address).content.decode()


def test_what_is_kept_is_not_shown_for_ever(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn, settings: LazySettings
) -> None:
    contest = answered(cast, confirmed(cast, filed(cast, areas, person.code), person))
    address, client = f"/risk/contests/{contest.pk}/", sign_in(cast[Role.ADVOCATE])
    assert client.get(address).status_code == 200
    long_ago = contest.answered_at - timedelta(days=settings.TERMS.contest_days + 1)  # type: ignore[operator]
    Contest.objects.update(answered_at=long_ago)
    assert client.get(address).status_code == 404


# The answer


def test_an_answer_is_due_in_thirty_days_by_default(
    cast: Cast, areas: dict[str, Area], person: Person, settings: LazySettings
) -> None:
    today = cast.actor(Role.ADVOCATE).today
    assert filed(cast, areas, person.code).due_on == today + timedelta(days=30)
    settings.TERMS = replace(settings.TERMS, contest_days=10)
    assert filed(cast, areas, person.code).due_on == today + timedelta(days=10)
    Contest.objects.filter(due_on=today + timedelta(days=10)).update(due_on=today - timedelta(days=1))
    assert (queries.waiting(cast.actor(Role.ANALYST)), queries.late(cast.actor(Role.ANALYST))) == (2, 1)


def test_whoever_recorded_something_of_it_does_not_answer(cast: Cast, areas: dict[str, Area]) -> None:
    there = household(cast.actor(Role.ANALYST), areas[VILLAGE], member(answers={"papers": "none"}))
    mine = people_of(there)[0]
    contest = confirmed(cast, filed(cast, areas, mine.code), mine)
    with pytest.raises(Refused, match="You recorded"):
        answered(cast, contest, by=Role.ANALYST)
    answered(cast, contest, by=Role.PROVINCIAL_LEAD)


def test_whoever_told_of_an_event_does_not_answer_either(
    cast: Cast, areas: dict[str, Area], home: Household, person: Person
) -> None:
    analyst = cast.actor(Role.ANALYST)
    entry = EventEntry("T7", analyst.today)
    report_event(by=analyst, subject=home, observation=Observation(analyst.today), entry=entry)
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    with pytest.raises(Refused, match="You recorded"):
        answered(cast, contest)
    assert answered(cast, contest, by=Role.PROVINCIAL_LEAD).outcome == Outcome.UPHELD


def test_where_agencies_work_together_another_organisation_answers(
    cast: Cast, areas: dict[str, Area], person: Person, settings: LazySettings
) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    with pytest.raises(Refused, match="Your organisation"):
        answered(cast, contest)
    User.objects.filter(pk=cast[Role.ANALYST].pk).update(
        organisation=Organisation.objects.create(code="another", name="Another")
    )
    assert answered(cast, contest).outcome == Outcome.UPHELD


def test_an_officer_of_the_district_does_not_answer(
    cast: Cast, areas: dict[str, Area], person: Person
) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    for role in (Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.ADVOCATE, Role.POLICE):
        with pytest.raises(Refused):
            answered(cast, contest, by=role)


@pytest.mark.parametrize("outcome", [Outcome.UPHELD, Outcome.CORRECTED])
def test_an_answer_about_what_is_kept_needs_a_confirmed_person(
    cast: Cast, areas: dict[str, Area], person: Person, outcome: Outcome
) -> None:
    with pytest.raises(Problem, match="Confirm first"):
        answered(cast, filed(cast, areas, person.code), outcome)


def test_corrected_needs_a_correction_made_since(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    with pytest.raises(Problem, match="Correct it first"):
        answered(cast, contest, Outcome.CORRECTED)
    row, lead = Record.objects.get(person=person), cast.actor(Role.PROVINCIAL_LEAD)
    correct_record(by=lead, record=row, values={"papers": "full"}, grade="A", observed_on=lead.today)
    assert answered(cast, contest, Outcome.CORRECTED).outcome == Outcome.CORRECTED


def test_an_event_that_was_taken_back_since_is_a_correction(
    cast: Cast, areas: dict[str, Area], home: Household, person: Person
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    seen, day = Observation(officer.today), officer.today
    told = [
        report_event(by=officer, subject=home, observation=seen, entry=EventEntry(code, day))
        for code in ("T7", "T1")
    ]
    take_back_event(by=officer, event=told[0])
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    with pytest.raises(Problem, match="Correct it first"):
        answered(cast, contest, Outcome.CORRECTED)
    take_back_event(by=cast.actor(Role.PROVINCIAL_LEAD), event=told[1])
    with pytest.raises(Refused, match="You recorded"):
        answered(cast, contest, Outcome.CORRECTED, by=Role.PROVINCIAL_LEAD)
    assert answered(cast, contest, Outcome.CORRECTED).outcome == Outcome.CORRECTED


def test_an_advocate_sees_what_was_taken_back(
    cast: Cast, areas: dict[str, Area], home: Household, person: Person, sign_in: SignIn
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    seen, entry = Observation(officer.today), EventEntry("T7", officer.today)
    told = report_event(by=officer, subject=home, observation=seen, entry=entry)
    take_back_event(by=officer, event=told)
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    page = sign_in(cast[Role.ADVOCATE]).get(f"/risk/contests/{contest.pk}/").content.decode()
    assert "<s>Default on a debt" in page
    assert "taken back on" in page
    assert "/take-back" not in page


def test_nothing_kept_is_said_of_nobody_whom_the_register_holds(
    cast: Cast, areas: dict[str, Area], person: Person
) -> None:
    contest = answered(cast, filed(cast, areas, "Nobody"), Outcome.NOT_KEPT)
    assert answered(cast, contest, Outcome.NOT_KEPT, Role.PROVINCIAL_LEAD).outcome == Outcome.NOT_KEPT
    with pytest.raises(Problem, match="holds this person"):
        answered(cast, filed(cast, areas, person.code), Outcome.NOT_KEPT)


def test_whoever_finds_nobody_is_followed_by_a_colleague(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn, settings: LazySettings
) -> None:
    """Whoever recorded somebody could say else that nobody is there, and nobody would look again."""
    mine = people_of(household(cast.actor(Role.ANALYST), areas[VILLAGE], member("Ann")))[0]
    outcome = Outcome.NOT_KEPT
    contest = answered(cast, filed(cast, areas, "Ann Reed"), outcome)
    assert (contest.outcome, contest.looked_by) == ("", cast[Role.ANALYST])
    assert contest in queries.desk(cast.actor(Role.PROVINCIAL_LEAD))
    with pytest.raises(Refused, match="have said something of it"):
        answered(cast, contest, outcome)
    page = sign_in(cast[Role.PROVINCIAL_LEAD]).post(f"/contests/{contest.pk}/open").content.decode()
    assert f"{cast[Role.ANALYST].name} looked and found nobody" in page
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    with pytest.raises(Refused, match="your office"):
        answered(cast, contest, outcome, Role.PROVINCIAL_LEAD)
    settings.PROTOCOL = Protocol.SINGLE_OFFICE
    # The colleague finds her, and then it is about what is kept.
    assert confirmed(cast, contest, mine).person == mine
    with pytest.raises(Refused):
        answered(cast, contest)
    assert answered(cast, contest, by=Role.PROVINCIAL_LEAD).outcome == Outcome.UPHELD


def test_whoever_recorded_somebody_does_not_say_that_it_is_about_another(
    cast: Cast, areas: dict[str, Area], settings: LazySettings
) -> None:
    """The one whose number was given would stand on lists again at once."""
    mine = people_of(household(cast.actor(Role.ANALYST), areas[VILLAGE], member("Ann")))[0]
    other = people_of(household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE], member("Cy")))[0]
    contest = filed(cast, areas, mine.code)
    with pytest.raises(Refused, match="You recorded"):
        actions.confirm_person(by=cast.actor(Role.ANALYST), contest=contest, code=other.code)
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    with pytest.raises(Refused, match="Your organisation"):
        confirmed(cast, contest, other)
    assert queries.contested([mine.pk, other.pk]) == {mine.pk}
    settings.PROTOCOL = Protocol.SINGLE_OFFICE
    assert confirmed(cast, contest, other).moved_by == cast[Role.PROVINCIAL_LEAD]
    with pytest.raises(Refused, match="have said something of it"):
        answered(cast, contest, by=Role.PROVINCIAL_LEAD)
    assert answered(cast, contest, by=Role.ANALYST).outcome == Outcome.UPHELD


def test_of_two_answers_the_first_stands(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    stale = Contest.objects.get(pk=contest.pk)
    answered(cast, contest)
    with pytest.raises(Conflict):
        answered(cast, stale)
    with pytest.raises(Conflict):
        actions.withdraw_contest(by=cast.actor(Role.ADVOCATE), contest=stale)
    with pytest.raises(Conflict):
        actions.confirm_person(by=cast.actor(Role.ANALYST), contest=stale, code=person.code)
    assert Contest.objects.get().outcome == Outcome.UPHELD


def test_the_database_keeps_no_half_answer(cast: Cast, areas: dict[str, Area], person: Person) -> None:
    filed(cast, areas, person.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.update(outcome=Outcome.UPHELD)


# The pages


def test_the_way_of_a_contest_through_the_pages(
    cast: Cast, areas: dict[str, Area], person: Person, sign_in: SignIn
) -> None:
    contest = filed(cast, areas, NUMBER)
    desk = sign_in(cast[Role.ANALYST])
    listed = desk.get("/contests/desk").content.decode()
    assert contest.receipt in listed
    assert SECRET not in listed
    assert person.code not in listed
    assert "1 contest waits" in desk.get("/").content.decode()
    assert SECRET in desk.post(f"/contests/{contest.pk}/open").content.decode()
    wrong = desk.post(f"/contests/{contest.pk}/about", {"code": "P-7777"}).content.decode()
    assert "This is no code of the register" in wrong
    desk.post(f"/contests/{contest.pk}/about", {"code": person.code})
    empty = desk.post(f"/contests/{contest.pk}/answer", {"outcome": "upheld", "words": ""}).content.decode()
    assert "required" in empty
    desk.post(f"/contests/{contest.pk}/answer", {"outcome": "upheld", "words": "The lender was asked."})
    assert contest.receipt in desk.get("/contests/desk?answered").content.decode()
    mine = sign_in(cast[Role.ADVOCATE]).get("/contests/").content.decode()
    assert "The lender was asked." in mine
    assert "is right and stays" in mine


def test_pages_about_the_person_say_that_they_are_contested(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    pages = (f"/risk/people/{person.pk}", f"/risk/households/{home.pk}")
    day = f"?on={cast.actor(Role.ANALYST).today}"
    before = [client.get(one + day).content.decode() for one in pages]
    filed(cast, areas, NUMBER)
    for was, page in zip(before, pages, strict=True):
        now = client.get(page + day).content.decode()
        assert "ontested" not in was
        assert "ontested" in now
        assert now.count('class="band') == was.count('class="band') - 1
    mine = client.get(pages[0] + day).content.decode()
    filed(cast, areas, people_of(home)[1].code)
    assert 'class="history"' in before[1]
    home_now = client.get(pages[1] + day).content.decode()
    assert 'class="history"' not in home_now
    assert "has no index until the answer" in home_now
    assert "Nothing was known in the year before" not in home_now
    assert "<dt>Index</dt>" in before[0]
    for said in ("<dt>Index</dt>", ">Why<", ">Over the year<", "of 100", 'class="history"'):
        assert said not in mine


def test_whoever_contests_stands_on_no_list_of_work(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    Person.objects.update(birth_date=officer.today - timedelta(days=3000))
    ben = people_of(home)[1]

    def listed() -> list[set[Person]]:
        there = children(officer, None), children(officer, None, revealing=True), not_begun(officer, None)
        return [{one.person for one in page.rows} for page in there]

    assert listed() == [{person, ben}, {person, ben}, {person}]
    contest = filed(cast, areas, person.code)
    assert listed() == [{ben}, {ben}, set()]
    merge(by=cast.actor(Role.PROVINCIAL_LEAD), kept=ben, merged=person, reason="the same card")
    assert listed() == [set(), set(), set()], "whichever row is kept"
    confirmed(cast, contest, ben)
    answered(cast, contest)
    assert listed() == [{ben}, {ben}, {ben}]


def test_the_desk_sees_no_contest_of_people_it_is_kept_away_from(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household
) -> None:
    contest, other = filed(cast, areas, person.code), filed(cast, areas, "Nobody")
    lead, analyst = cast.actor(Role.PROVINCIAL_LEAD), cast[Role.ANALYST]
    declare_conflict(by=lead, household=home, user=analyst, ground=Ground.RELATED)
    assert set(queries.desk(cast.actor(Role.ANALYST))) == {other}
    assert set(queries.desk(lead)) == {contest, other}
    with pytest.raises(NotFound):
        queries.one_for_desk(cast.actor(Role.ANALYST), contest.pk)


def test_an_advocate_who_is_kept_away_sees_nothing_of_what_is_kept(
    cast: Cast, areas: dict[str, Area], person: Person, home: Household, sign_in: SignIn
) -> None:
    contest = confirmed(cast, filed(cast, areas, person.code), person)
    client, address = sign_in(cast[Role.ADVOCATE]), f"/risk/contests/{contest.pk}/"
    assert client.get(address).status_code == 200
    lead, advocate = cast.actor(Role.PROVINCIAL_LEAD), cast[Role.ADVOCATE]
    declare_conflict(by=lead, household=home, user=advocate, ground=Ground.NAMED)
    assert client.get(address).status_code == 404
