"""What somebody typed about a person lies sealed, opens for whoever looks again, and goes with the person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.access.sealing import shred_unused
from forewatch.access.typed import forget_typed, reasons_of
from forewatch.audit.models import Event
from forewatch.audit.verification import verify
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.locking import Keys
from forewatch.config.tests.locking import keys as keys_of_installation
from forewatch.config.tests.second_lock import give_to_pages
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.keystore.models import DataKey
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.merging import merge
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import BreakGlass, Household, Merge, Person
from forewatch.register.sealed import reason_of
from forewatch.register.tests.building import household, member, people_of
from forewatch.rights import erasures
from forewatch.rights.models import Erasure

SignIn = Callable[[User], Client]
Areas = dict[str, Area]
OFFICER, LEAD, DPO = Role.DISTRICT_OFFICER, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER
WHY = "Mali's mother says that she was taken to Tak"
pytestmark = pytest.mark.django_db(transaction=True)

keys = keys_of_installation


@pytest.fixture(autouse=True)
def _ledger_apart_and_every_reveal_drawn(settings: LazySettings, tmp_path: Path) -> None:
    settings.AUDIT_HEADS = tmp_path
    settings.TERMS = replace(settings.TERMS, review_percent=100)


@pytest.fixture
def home(cast: Cast, areas: Areas) -> Household:
    return household(cast.actor(LEAD), areas[VILLAGE], member("Mali"), member("Ben"))


@pytest.fixture
def twin(cast: Cast, areas: Areas) -> Person:
    return people_of(household(cast.actor(LEAD), areas[VILLAGE], member("Mali")))[0]


def typed_everywhere(cast: Cast, home: Household, twin: Person) -> None:
    """Type about the first person of a household wherever a deed asks why."""
    first = people_of(home)[0]
    show(cast, home)
    show_list(cast, [first])
    for by in (cast.outside(), cast.actor(DPO)):
        break_glass(by=by, code=first.code, incident="1300-7", reason=WHY)
    merge(by=cast.actor(LEAD), kept=first, merged=twin, reason=WHY)


def show(cast: Cast, home: Household) -> Event:
    reveal_household(by=cast.actor(OFFICER), household=home, reason=WHY, purpose=Purpose.PREVENT)
    return Event.objects.filter(verb="reveal", subject="household").latest("id")


def show_list(cast: Cast, people: list[Person]) -> Event:
    area = people[0].household.area  # type: ignore[union-attr]
    assert area is not None
    reveal_list(by=cast.actor(OFFICER), area=area, people=people, reason=WHY, purpose=Purpose.PREVENT)
    return Event.objects.filter(subject="identity list").latest("id")


def erase(cast: Cast, person: Person) -> None:
    ground = Erasure.Ground.ASKED
    asked = erasures.ask_to_erase(by=cast.actor(Role.ANALYST), person=person, ground=ground)
    erasures.decide_on_erasure(by=cast.actor(DPO), erasure=asked, erase=True)


def said() -> list[str]:
    """Return what the trail still says of what was typed."""
    typed = list(Event.objects.filter(words__isnull=False).order_by("id"))
    return [reasons_of(typed)[one.pk] for one in typed]


def test_whoever_looks_again_reads_it_and_nobody_else_finds_it(
    cast: Cast, home: Household, twin: Person, sign_in: SignIn
) -> None:
    typed_everywhere(cast, home, twin)
    assert said() == [WHY, WHY, f"1300-7: {WHY}", f"1300-7: {WHY}", WHY]
    assert not Event.objects.filter(reason__contains="Mali").exists()
    assert [reason_of(one) for one in (*BreakGlass.objects.all(), Merge.objects.get())] == [WHY] * 3
    for row in (*Event.objects.filter(words__isnull=False), *BreakGlass.objects.all(), *Merge.objects.all()):
        assert b"Mali" not in bytes(row.words if isinstance(row, Event) else row.sealed or b"")
    told = WHY.replace("'", "&#x27;")
    assert sign_in(cast[DPO]).get("/oversight/reviews/").content.decode().count(told) == 3
    assert sign_in(cast[OFFICER]).get("/oversight/of-me/").content.decode().count(told) == 2
    assert told in sign_in(cast[LEAD]).get("/people/matches").content.decode()


def test_with_the_person_it_opens_for_nobody_and_the_trail_stays_whole(
    cast: Cast, home: Household, twin: Person, sign_in: SignIn
) -> None:
    typed_everywhere(cast, home, twin)
    erase(cast, people_of(home)[0])
    assert said() == ["", "", "1300-7", "1300-7", ""]
    assert verify().whole
    page = sign_in(cast[OFFICER]).get("/oversight/of-me/")
    assert (page.status_code, "Tak" in page.content.decode()) == (200, False)
    page = sign_in(cast[DPO]).get("/oversight/reviews/")
    assert (page.status_code, page.content.decode().count("<h3>–</h3>")) == (200, 2)


def test_what_was_typed_of_others_stays(cast: Cast, areas: Areas, home: Household, twin: Person) -> None:
    other = household(cast.actor(LEAD), areas[VILLAGE], member("Cid"))
    show(cast, other)
    show_list(cast, people_of(other))
    typed_everywhere(cast, home, twin)
    erase(cast, people_of(home)[0])
    assert said()[:2] == [WHY, WHY]
    assert shred_unused(timezone.now() + timedelta(days=2)) >= 0
    assert said()[:2] == [WHY, WHY]


def test_it_goes_with_whoever_of_the_household_goes_first(cast: Cast, home: Household) -> None:
    show(cast, home)
    erase(cast, people_of(home)[1])
    assert said() == [""]
    show(cast, home)
    assert said() == ["", WHY]


@pytest.mark.parametrize("then", ["a start", "a replay"])
def test_a_server_that_died_before_the_keys_did_shreds_them_after_it(
    cast: Cast, home: Household, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    event, first = show(cast, home), people_of(home)[0]

    def killed(*_: object) -> None:
        raise OSError("killed between the two")

    with monkeypatch.context() as died:
        died.setattr("forewatch.keystore.keys.shred", killed)
        with pytest.raises(OSError, match="killed"):
            erase(cast, first)
    assert said() == [WHY]
    if then == "a start":
        erasures.finish()
    else:
        erasures.replay([first.pk], timezone.now())
    assert said() == [""]
    assert not DataKey.objects.filter(subject=event.pk).exists()


def test_an_erasure_that_came_to_nothing_takes_no_words(
    cast: Cast, home: Household, settings: LazySettings, tmp_path: Path
) -> None:
    show(cast, home)
    settings.AUDIT_HEADS = tmp_path / "no-folder"
    (tmp_path / "no-folder").write_text("a file stands where the folder should be")
    with pytest.raises(OSError, match="no-folder"):
        erase(cast, people_of(home)[0])
    erasures.shred_typed_left()
    assert said() == [WHY]


def test_it_goes_with_a_batch_that_is_undone(cast: Cast, areas: Areas) -> None:
    agency = Agency(cast)
    batch = agency.bring(csv_of([pupil(1), pupil(2)]))
    [home, *_rest] = Household.objects.filter(batch_id=batch.id).select_related("area")
    show(cast, home)
    show_list(cast, people_of(home))
    agency.undo(batch)
    assert said() == ["", ""]


def test_while_locked_pages_show_a_dash(
    cast: Cast, home: Household, twin: Person, sign_in: SignIn, keys: Keys
) -> None:
    typed_everywhere(cast, home, twin)
    clients = {role: sign_in(cast[role]) for role in (OFFICER, DPO, LEAD)}
    asked = BreakGlass.objects.get(user=cast[DPO])
    keys.drop()
    assert said() == ["", "", "1300-7", "1300-7", ""]
    for role, address in (
        (OFFICER, "/oversight/of-me/"),
        (LEAD, "/people/matches"),
        (LEAD, "/people/checks"),
        (DPO, f"/people/emergency/{asked.pk}"),
    ):
        answer = clients[role].get(address)
        assert (answer.status_code, "Tak" in answer.content.decode()) == (200, False), address


def test_nothing_is_forgotten_outside_of_a_transaction_or_twice(cast: Cast, home: Household) -> None:
    show(cast, home)
    for _again in range(2):
        with transaction.atomic():
            forget_typed([home.pk, uuid.uuid4()])
    assert Event.objects.filter(subject="typed").count() == 1


def test_what_there_was_in_clear_is_sealed_and_opens_when_going_back(
    cast: Cast, home: Household, twin: Person
) -> None:
    typed_everywhere(cast, home, twin)
    back, last = MigrationExecutor(connection), MigrationExecutor(connection).loader.graph.leaf_nodes()
    back.migrate([("register", "0017_events_graded")])
    before = MigrationExecutor(connection).loader.project_state([("register", "0017_events_graded")]).apps
    for name in ("BreakGlass", "Merge"):
        assert set(before.get_model("register", name).objects.values_list("reason", flat=True)) == {WHY}
    MigrationExecutor(connection).migrate(last)
    give_to_pages()
    assert [reason_of(one) for one in (*BreakGlass.objects.all(), Merge.objects.get())] == [WHY] * 3
