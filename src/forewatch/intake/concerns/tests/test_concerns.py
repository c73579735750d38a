"""A volunteer hands in and learns nothing; the desk of the area reads, takes, gives back and closes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from forewatch.access.decisions import Refused
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.intake.concerns import actions, queries
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import MOVES, Outcome, Seen, Status
from forewatch.places.models import Area
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]
SECRET = "Made-up Mali of the blue gate"


def filled(**changes: object) -> dict[str, object]:
    said = {"who": SECRET, "where": "Behind the mill", "words": "", "urgent": False, "risky_visit": False}
    return {"token": uuid.uuid4(), "seen": [Seen.DEBT], **said, **changes}


def handed_in(cast: Cast, areas: dict[str, Area], **changes: object) -> Concern:
    number = actions.hand_in(by=cast.actor(Role.VOLUNTEER), area=areas[VILLAGE], **filled(**changes))  # type: ignore[arg-type]
    return Concern.objects.get(receipt=number)


def test_what_is_handed_in_lies_sealed(cast: Cast, areas: dict[str, Area]) -> None:
    concern = handed_in(cast, areas)
    assert SECRET.encode() not in bytes(concern.content)
    told = queries.told(concern)
    assert (told.who, told.where, told.risky_visit) == (SECRET, "Behind the mill", False)


def test_the_same_form_twice_is_one_concern_and_one_receipt(cast: Cast, areas: dict[str, Area]) -> None:
    token = uuid.uuid4()
    first, second = (handed_in(cast, areas, token=token) for _time in range(2))
    assert first == second
    assert Concern.objects.count() == 1
    assert Event.objects.filter(subject="concern").count() == 1


def test_a_volunteer_hands_in_only_from_their_own_village(cast: Cast, areas: dict[str, Area]) -> None:
    assert [one.code for one in queries.villages_of(cast.actor(Role.VOLUNTEER))] == [VILLAGE]
    with pytest.raises(Refused):
        actions.hand_in(by=cast.actor(Role.VOLUNTEER), area=areas[OUTSIDE_VILLAGE], **filled())  # type: ignore[arg-type]
    assert not Concern.objects.exists()


READERS = {Role.ANALYST, Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_that_it_is_there(cast: Cast, areas: dict[str, Area], role: Role) -> None:
    concern = handed_in(cast, areas)
    assert (concern in queries.desk(cast.actor(role))) is (role in READERS)


def test_the_outsider_sees_nothing_of_it(cast: Cast, areas: dict[str, Area]) -> None:
    concern = handed_in(cast, areas)
    assert queries.desk(cast.outside()) == []
    assert queries.waiting(cast.outside()) == 0
    with pytest.raises(NotFound):
        queries.one_of(cast.outside(), concern.pk)
    with pytest.raises(Refused):
        actions.open_concern(by=cast.outside(), concern=concern)


def test_reading_one_is_written_down_with_its_reader(cast: Cast, areas: dict[str, Area]) -> None:
    concern = handed_in(cast, areas)
    actions.open_concern(by=cast.actor(Role.DISTRICT_OFFICER), concern=concern)
    row = Event.objects.get(verb="reveal")
    assert (row.actor_id, row.subject_id, row.identities) == (cast[Role.DISTRICT_OFFICER].pk, concern.pk, 1)
    assert row.grant_id == cast.actor(Role.DISTRICT_OFFICER).grants[0].id
    assert SECRET not in str(row.__dict__)


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_every_move(cast: Cast, areas: dict[str, Area], start: Status, to: Status) -> None:
    concern = handed_in(cast, areas)
    Concern.objects.update(status=start)
    concern.refresh_from_db()
    officer = cast.actor(Role.DISTRICT_OFFICER)
    if to in MOVES[start]:
        actions.move(
            by=officer, concern=concern, to=to, outcome=Outcome.VISITED if to is Status.CLOSED else None
        )
        concern.refresh_from_db()
        assert concern.status == to
        assert concern.taken_by == (None if to is Status.NEW else cast[Role.DISTRICT_OFFICER])
    else:
        with pytest.raises(Conflict):
            actions.move(by=officer, concern=concern, to=to, outcome=Outcome.KNOWN)


def test_two_who_take_it_at_once_notice_each_other(cast: Cast, areas: dict[str, Area]) -> None:
    concern = handed_in(cast, areas)
    stale = Concern.objects.get(pk=concern.pk)
    actions.move(by=cast.actor(Role.DISTRICT_OFFICER), concern=concern, to=Status.TAKEN)
    with pytest.raises(Conflict, match="colleague"):
        actions.move(by=cast.actor(Role.DISTRICT_SUPERVISOR), concern=stale, to=Status.TAKEN)


def test_closing_needs_an_outcome(cast: Cast, areas: dict[str, Area]) -> None:
    with pytest.raises(Problem, match="how it ended"):
        actions.move(by=cast.actor(Role.DISTRICT_OFFICER), concern=handed_in(cast, areas), to=Status.CLOSED)


# The pages


def posted(client: Client, **changes: object) -> object:
    data = {"token": str(uuid.uuid4()), "area": "", "seen": ["debt"], "who": SECRET, "where": "", "words": ""}
    return client.post("/concerns/report", {**data, **changes})


def test_a_volunteer_gets_a_receipt_and_nothing_more(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.VOLUNTEER])
    page = client.get("/concerns/report").content.decode()
    assert "Mill Village 1" in page
    assert "Out Village" not in page
    answer = posted(client, area=str(areas[VILLAGE].pk))
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())  # type: ignore[attr-defined]
    assert SECRET not in answer.content.decode()  # type: ignore[attr-defined]
    for path in ("/concerns/", f"/concerns/{Concern.objects.get().pk}/open"):
        assert client.get(path).status_code in (403, 405)
    assert client.post(f"/concerns/{Concern.objects.get().pk}/open").status_code == 403


def test_answers_do_not_tell_what_is_known(cast: Cast, areas: dict[str, Area], sign_in: SignIn) -> None:
    """Reports about the same person, about others, urgent or not: status and size of the answer are one."""
    client = sign_in(cast[Role.VOLUNTEER])
    area = str(areas[VILLAGE].pk)
    answers = [
        posted(client, area=area, who=who, **extra)
        for who in (SECRET, SECRET, "Nobody in particular", "")
        for extra in ({}, {"urgent": "on"}, {"words": "long " * 100})
    ]
    assert {one.status_code for one in answers} == {200}  # type: ignore[attr-defined]
    assert len({len(re.sub(rb'value="[^"]+"', b"", one.content)) for one in answers}) == 1  # type: ignore[attr-defined]


def test_a_form_without_a_tick_comes_back_with_the_words(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    answer = posted(sign_in(cast[Role.VOLUNTEER]), area=str(areas[VILLAGE].pk), seen=[], words="kept")
    assert "Tick at least one line." in answer.content.decode()  # type: ignore[attr-defined]
    assert "kept" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Concern.objects.exists()


def test_an_officer_opens_takes_and_closes_it(cast: Cast, areas: dict[str, Area], sign_in: SignIn) -> None:
    concern = handed_in(cast, areas, urgent=True)
    client = sign_in(cast[Role.DISTRICT_OFFICER])
    desk = client.get("/concerns/").content.decode()
    assert "danger now" in desk
    assert SECRET not in desk
    assert SECRET in client.post(f"/concerns/{concern.pk}/open").content.decode()
    client.post(f"/concerns/{concern.pk}/take")
    client.post(f"/concerns/{concern.pk}/close", {"outcome": "visited"})
    assert "was visited" in client.get("/concerns/?closed").content.decode()
    assert concern.receipt not in client.get("/concerns/").content.decode()


@pytest.mark.parametrize("who", ["outsider", Role.POLICE, Role.PLANNER, Role.VOLUNTEER])
@pytest.mark.parametrize("deed", ["open", "take", "give-back", "close"])
def test_nobody_else_touches_it(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn, who: str, deed: str
) -> None:
    concern = handed_in(cast, areas)
    client = sign_in(cast.outsider if who == "outsider" else cast[Role(who)])
    answer = client.post(f"/concerns/{concern.pk}/{deed}", {"outcome": "known"})
    assert answer.status_code == (404 if who == "outsider" else 403)
    assert SECRET not in answer.content.decode()
    concern.refresh_from_db()
    assert concern.status == Status.NEW
