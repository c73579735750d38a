"""Whoever answers for a team sees what it did: who, when and for what; never about whom, never who told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.actions import grant
from forewatch.access.models import Grant, User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, PROVINCE, VILLAGE, Cast, make_user
from forewatch.intake.concerns import actions as concerns
from forewatch.intake.concerns.rules import Seen
from forewatch.office.team import PAGE, deeds_of, members
from forewatch.places.models import Area
from forewatch.register.actions.canaries import note_canaries
from forewatch.register.actions.planting import plant
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import Canary, Household
from forewatch.register.rules.canaries import How
from forewatch.register.tests.building import household, member, people_of

SignIn = Callable[[User], Client]
ADDRESS = "/oversight/of-my-team/"
VOLUNTEER, OFFICER, SUPERVISOR, LEAD = (
    Role.VOLUNTEER,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_SUPERVISOR,
    Role.PROVINCIAL_LEAD,
)
WHY = {"reason": "to bring the school forms", "purpose": Purpose.ASSIST}


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(LEAD), areas[VILLAGE], member("Zanderlyn"), member("Ben"))


@pytest.fixture
def elsewhere(cast: Cast) -> User:
    """Make the lead of another province."""
    return make_user("other-lead", cast.outsider.organisation, LEAD, "XA20")


def did(user: User, times: int = 1, **more: object) -> None:
    """Write deeds into the trail as the desk does, the newest last."""
    for number in range(times):
        said = {"verb": "read", "data_class": "identity", "role": OFFICER, "purpose": "prevent", **more}
        at = said.pop("at", timezone.now() - timedelta(minutes=times - number))
        with transaction.atomic():
            record(at=at, actor_id=user.pk, **said)  # type: ignore[arg-type]


def names(cast: Cast, role: Role) -> set[str]:
    return {one.username for one in members(cast.actor(role))}


def page_of(client: Client, **asked: object) -> str:
    return client.get(ADDRESS, asked).content.decode()


def test_a_team_is_who_works_below_oneself_in_ones_own_area(cast: Cast) -> None:
    district = {"volunteer", "enumerator", "district-officer"}
    assert names(cast, SUPERVISOR) == district
    assert names(cast, LEAD) == district | {"district-supervisor", "analyst", "social-worker"}
    make_user("helper", cast[OFFICER].organisation, Role.SOCIAL_WORKER, VILLAGE)
    make_user("neighbour", cast[OFFICER].organisation, OFFICER, OTHER_DISTRICT)
    assert names(cast, SUPERVISOR) == district | {"helper"}
    assert {"helper", "neighbour"} < names(cast, LEAD)


@pytest.mark.parametrize(
    ("role", "area"),
    [(Role.SOURCE_HANDLER, DISTRICT), (Role.ADVOCATE, DISTRICT), (SUPERVISOR, DISTRICT), (LEAD, PROVINCE),
     (Role.DATA_PROTECTION_OFFICER, ""), (OFFICER, OTHER_DISTRICT), (OFFICER, "")],
)  # fmt: skip
def test_whoever_holds_another_role_besides_is_in_no_team_of_the_district(
    cast: Cast, role: Role, area: str
) -> None:
    today = timezone.localdate()
    Grant.objects.create(
        user=cast[OFFICER], role=role, area_code=area, valid_from=today, valid_to=today + timedelta(days=9)
    )
    assert "district-officer" not in names(cast, SUPERVISOR)
    # A supervisor of the district, and an officer anywhere in the province, are the lead's all the same.
    inside = (role, area) in {(SUPERVISOR, DISTRICT), (OFFICER, OTHER_DISTRICT)}
    assert ("district-officer" in names(cast, LEAD)) is inside


def test_only_roles_in_force_make_a_team(cast: Cast) -> None:
    today = timezone.localdate()
    new = User.objects.create_user("new", name="The new", organisation=cast[OFFICER].organisation)
    grant(
        user=new, role=OFFICER, area_code=DISTRICT, valid_from=today, valid_to=today + timedelta(days=9),
        now=timezone.now(), by=cast[Role.ADMINISTRATOR],
    )  # fmt: skip
    assert "new" not in names(cast, SUPERVISOR), "it waits for a second person"
    Grant.objects.filter(user=cast[VOLUNTEER]).update(valid_to=today)
    User.objects.filter(pk=cast[Role.ENUMERATOR].pk).update(is_active=False)
    assert names(cast, SUPERVISOR) == {"district-officer"}


def test_what_stands_there_is_who_when_what_and_what_for_and_nobody_concerned(
    cast: Cast, home: Household, areas: dict[str, Area], sign_in: SignIn
) -> None:
    reveal_household(by=cast.actor(OFFICER), household=home, **WHY)
    reveal_list(by=cast.actor(OFFICER), area=areas[VILLAGE], people=people_of(home), **WHY)
    sign_in(cast[OFFICER]).get("/staff/")

    page = page_of(sign_in(cast[SUPERVISOR]))
    body = page[page.index("<tbody>") :]
    assert body.count("saw the name") == 2
    assert body.count("The district-officer") == body.count("<tr>") == 3
    for words in ("names and homes", "assistance", "accounts and roles", "not allowed", ">2</td>"):
        assert words in body
    hidden = (
        home.code,
        str(home.pk),
        "Zanderlyn",
        WHY["reason"],
        VILLAGE,
        *(p.code for p in people_of(home)),
    )
    assert not any(str(one) in page for one in hidden)


def test_who_handed_a_concern_in_does_not_stand_there(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    for role in (VOLUNTEER, OFFICER):
        concerns.hand_in(
            by=cast.actor(role), token=uuid.uuid4(), area=areas[VILLAGE], seen=[Seen.DEBT], who="somebody",
            where="", words="", urgent=False, risky_visit=False,
        )  # fmt: skip
    assert Event.objects.filter(subject="concern").count() == 2
    sign_in(cast[VOLUNTEER]).get("/staff/")
    page = page_of(sign_in(cast[SUPERVISOR]))
    assert page.count('<th scope="row">') == 1
    assert "not allowed" in page


def test_nothing_stands_there_that_would_warn_of_people_who_do_not_exist(
    cast: Cast, areas: dict[str, Area]
) -> None:
    for name in ("Ann", "Ben", "Cid", "Dan", "Eve", "Fay", "Gil", "Hal"):
        household(cast.actor(LEAD), areas[VILLAGE], member(name), member(f"{name}a"))
    plant(by=cast.actor(Role.DATA_PROTECTION_OFFICER), area=areas[DISTRICT], families=1)
    canary = Canary.objects.first()
    assert canary is not None
    note_canaries(by=cast.actor(OFFICER), how=How.NAMES, person__in=[canary.person_id])
    did(cast[OFFICER], subject="listed")
    assert Event.objects.filter(actor_id=cast[OFFICER].pk).count() == 2
    assert not deeds_of(cast.actor(SUPERVISOR), members(cast.actor(SUPERVISOR)), None)


def test_what_somebody_did_in_another_role_is_not_the_teams(cast: Cast) -> None:
    for role in ("source_handler", "administrator,district_officer", "analyst"):
        did(cast[OFFICER], role=role)
    for role in ("", "district_officer,enumerator", "district_officer"):
        did(cast[OFFICER], role=role)
    roles = {role: deeds_of(cast.actor(role), members(cast.actor(role)), None) for role in (SUPERVISOR, LEAD)}
    assert {one.role for one in roles[SUPERVISOR]} == {"", "district_officer,enumerator", "district_officer"}
    assert {one.role for one in roles[LEAD]} - {one.role for one in roles[SUPERVISOR]} == {"analyst"}


def test_a_colleague_and_a_day_are_chosen(cast: Cast, sign_in: SignIn) -> None:
    now, then = timezone.now(), timezone.localdate() - timedelta(days=40)
    did(cast[OFFICER], verb="print", data_class="band")
    did(cast[OFFICER], verb="merge", at=now - timedelta(days=40))
    did(cast[Role.ENUMERATOR], role=Role.ENUMERATOR, verb="correct")
    client = sign_in(cast[SUPERVISOR])

    def words(**asked: object) -> list[bool]:
        page = page_of(client, **asked)
        return [one in page for one in ("printed", "corrected", ">merged")]

    assert words() == [True, True, False]
    assert words(colleague=cast[OFFICER].pk) == [True, False, False]
    assert words(day=then) == [False, False, True]
    assert words(day=then, colleague=cast[VOLUNTEER].pk) == [False] * 3
    assert words(day=then - timedelta(days=1)) == [False] * 3


@pytest.mark.parametrize("asked", [{"colleague": "x"}, {"colleague": uuid.uuid4()}, {"day": "yesterday"}])
def test_a_wrong_choice_shows_nothing(cast: Cast, sign_in: SignIn, asked: dict[str, object]) -> None:
    did(cast[OFFICER])
    answer = sign_in(cast[SUPERVISOR]).get(ADDRESS, asked)
    assert answer.status_code == 422
    assert "<tbody>" not in answer.content.decode()


def test_whoever_is_of_no_team_cannot_be_chosen(cast: Cast, sign_in: SignIn) -> None:
    did(cast[SUPERVISOR], role=SUPERVISOR)
    for user in (cast[SUPERVISOR], cast[LEAD], cast.outsider, cast[Role.SOURCE_HANDLER]):
        assert sign_in(cast[SUPERVISOR]).get(ADDRESS, {"colleague": user.pk}).status_code == 422
    assert sign_in(cast[LEAD]).get(ADDRESS, {"colleague": cast[SUPERVISOR].pk}).status_code == 200


def test_fifty_stand_on_a_page_and_the_choice_goes_along(cast: Cast, sign_in: SignIn) -> None:
    did(cast[OFFICER], PAGE + 3)
    client, chosen = sign_in(cast[SUPERVISOR]), cast[OFFICER].pk
    first = page_of(client, colleague=chosen)
    assert first.count('<th scope="row">') == PAGE == 50
    assert f'href="?colleague={chosen}&amp;page=2"' in first
    assert page_of(client, colleague=chosen, page=2).count('<th scope="row">') == 3
    assert page_of(client, colleague=chosen, page="x").count('<th scope="row">') == PAGE


@pytest.mark.parametrize("role", list(Role))
def test_those_who_answer_for_a_team_are_led_there_and_nobody_else(
    cast: Cast, sign_in: SignIn, role: Role
) -> None:
    client = sign_in(cast[role])
    may = role in {SUPERVISOR, LEAD}
    assert client.get(ADDRESS).status_code == (200 if may else 403)
    assert (ADDRESS in client.get("/").content.decode()) is may


def test_the_lead_of_another_province_sees_nothing_of_this_one(
    cast: Cast, home: Household, sign_in: SignIn, elsewhere: User
) -> None:
    reveal_household(by=cast.actor(OFFICER), household=home, **WHY)
    page = page_of(sign_in(elsewhere))
    assert "The outsider" in page
    assert "The district-officer" not in page
    assert sign_in(elsewhere).get(ADDRESS, {"colleague": cast[OFFICER].pk}).status_code == 422
    Grant.objects.filter(user=cast.outsider).update(valid_to=timezone.localdate())
    assert "Nobody works under you today." in page_of(sign_in(elsewhere))


def test_the_look_stands_in_the_trail(cast: Cast, sign_in: SignIn) -> None:
    page_of(sign_in(cast[SUPERVISOR]), colleague=cast[OFFICER].pk)
    one = Event.objects.get(subject="team")
    assert (one.actor_id, one.subject_id) == (cast[SUPERVISOR].pk, cast[OFFICER].pk)
    assert (one.verb, one.data_class, one.role) == ("read", "deeds", SUPERVISOR)
    assert "deeds of colleagues" in page_of(sign_in(cast[LEAD]))
