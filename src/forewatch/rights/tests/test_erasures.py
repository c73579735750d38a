"""Two people erase a person: every row and key goes, the ledger keeps the id, and a restore erases again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forewatch.access.decisions import Refused
from forewatch.access.models import Organisation, User
from forewatch.access.rules import Protocol, Role
from forewatch.access.sealing import CannotOpen, shred_unused
from forewatch.audit.models import Event as Audit
from forewatch.commands import serving
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.intake.tests.agency import Agency, csv_of, pupil
from forewatch.keystore import keys
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.citizenship import StepEntry, plan_step
from forewatch.register.actions.conflicts import Ground, declare_conflict
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.actions.merging import merge
from forewatch.register.models import Consent, Household, Identity, MatchProposal, Person
from forewatch.register.rules.consents import For
from forewatch.register.sealed import open_who
from forewatch.register.tests.building import household, member, number, people_of
from forewatch.rights import actions, erasures
from forewatch.rights.models import Contest, Erasure
from forewatch.ui.problems import Conflict, Problem

SignIn = Callable[[User], Client]
ANALYST, LEAD, DPO = Role.ANALYST, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER
ASKED = Erasure.Ground.ASKED
NUMBER = number("44")
HOLDS_IDS = (models.UUIDField, models.ForeignKey, models.JSONField)


@pytest.fixture(autouse=True)
def _ledger_apart(settings: LazySettings, tmp_path: Path) -> None:
    settings.AUDIT_HEADS = tmp_path / "heads"


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    lead = cast.actor(LEAD)
    mali = member("Mali", numbered=NUMBER, answers={"papers": "none"})
    return household(lead, areas[VILLAGE], mali, member("Ben"))


def asked(cast: Cast, person: Person, by: Role = ANALYST) -> Erasure:
    return erasures.ask_to_erase(by=cast.actor(by), person=person, ground=ASKED)


def erased(cast: Cast, person: Person, by: Role = DPO) -> Erasure:
    made = asked(cast, person)
    erasures.decide_on_erasure(by=cast.actor(by), erasure=made, erase=True)
    return made


def everywhere(row: uuid.UUID) -> set[str]:
    """Return the names of tables in which an id stands, in whatever column."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        columns = [one for one in model._meta.concrete_fields if isinstance(one, HOLDS_IDS)]
        for column in columns if model is not DataKey else ():
            name = connection.ops.quote_name(str(column.column))
            text = f"CAST({name} AS TEXT)"
            asked = f"SELECT count(*) FROM {model._meta.db_table} WHERE {text} LIKE %s OR {text} LIKE %s"
            with connection.cursor() as cursor:
                cursor.execute(asked, [f"%{row}%", f"%{row.hex}%"])
                if cursor.fetchone()[0]:
                    found.add(model._meta.db_table)
    return found


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_person_is_left_but_ids_in_trail_and_ledger(
    cast: Cast, areas: dict[str, Area], home: Household
) -> None:
    lead = cast.actor(LEAD)
    person = people_of(home)[0]
    twin = people_of(household(lead, areas[VILLAGE], member("Mali", numbered=NUMBER), member("Cid")))[0]
    merge(by=lead, kept=person, merged=twin, reason="the same card")
    plan_step(by=lead, person=person, entry=StepEntry("talk", lead.today, agency=cast[LEAD].organisation))
    keep_draft(by=lead, typed={"m0-given": ["Mali"]}, household=home)
    declare_conflict(by=lead, household=home, user=cast[Role.ENUMERATOR], ground=Ground.RELATED)
    break_glass(by=cast.outside(), code=person.code, incident="77", reason="she calls from the border")
    said = Said(For.PREVENT, False, Consent.Ground.PERSON, "th", lead.today)
    note_consent(by=lead, person=person, said=said)
    actions.file_contest(
        by=cast.actor(Role.ADVOCATE), token=uuid.uuid4(), area=areas[PROVINCE], about=NUMBER, words="wrong"
    )
    sealed = bytes(Identity.objects.get(person=person).sealed)
    held = set(DataKey.objects.values_list("subject", flat=True))
    contest = Contest.objects.get()
    erased(cast, person)
    for row in (person.pk, twin.pk):
        assert everywhere(row) <= {"audit_event", "rights_erasure"}
    gone = held - set(DataKey.objects.values_list("subject", flat=True))
    assert {person.pk, twin.pk, contest.pk} <= gone
    with pytest.raises(CannotOpen):
        open_who(person.pk, sealed)
    assert not MatchProposal.objects.exists()
    # and the others stay as they were
    assert Person.objects.count() == 2
    home.refresh_from_db()
    assert (home.members, home.without_papers) == (1, 0)
    connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_a_household_goes_with_the_last_who_belonged_to_it(cast: Cast, areas: dict[str, Area]) -> None:
    lead = cast.actor(LEAD)
    alone = household(lead, areas[VILLAGE], member("Eve", answers={"papers": "none"}))
    assign(by=lead, household=alone, user=cast[Role.SOCIAL_WORKER])
    erased(cast, people_of(alone)[0])
    assert everywhere(alone.pk) <= {"audit_event"}
    assert not DataKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_number_let_go_passes_to_whoever_else_has_it(
    cast: Cast, areas: dict[str, Area], home: Household
) -> None:
    other = people_of(household(cast.actor(LEAD), areas[VILLAGE], member("Fay", numbered=NUMBER)))[0]
    erased(cast, people_of(home)[0])
    assert other.keys.filter(kind="citizen_id").count() == 1


# Who


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_who_asks_and_who_decides(cast: Cast, home: Household, role: Role) -> None:
    first, second = people_of(home)
    if role in (ANALYST, LEAD):
        asked(cast, second, by=role)
    else:
        with pytest.raises(Refused):
            asked(cast, second, by=role)
    waiting = asked(cast, first, by=ANALYST if role is not ANALYST else LEAD)
    if role in (LEAD, DPO):
        erasures.check_can_decide(cast.actor(role), waiting)
    else:
        with pytest.raises(Refused):
            erasures.check_can_decide(cast.actor(role), waiting)


@pytest.mark.django_db
def test_nobody_decides_on_their_own(cast: Cast, home: Household) -> None:
    made = asked(cast, people_of(home)[0], by=LEAD)
    with pytest.raises(Refused, match="yourself"):
        erasures.decide_on_erasure(by=cast.actor(LEAD), erasure=made, erase=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.update(state="done", decided_by=cast[LEAD])


@pytest.mark.django_db
def test_whoever_is_related_does_not_decide(cast: Cast, home: Household) -> None:
    made, lead = asked(cast, people_of(home)[0]), cast[LEAD]
    declare_conflict(by=cast.actor(LEAD), household=home, user=lead, ground=Ground.RELATED)
    with pytest.raises(Refused, match="conflict of interest"):
        erasures.decide_on_erasure(by=cast.actor(LEAD), erasure=made, erase=True)
    erasures.check_can_decide(cast.actor(DPO), made)


@pytest.mark.django_db
def test_whoever_was_named_learns_of_nothing(cast: Cast, home: Household, sign_in: SignIn) -> None:
    made = asked(cast, people_of(home)[0])
    client = sign_in(cast[LEAD])
    decides = reverse("erasure_decide", args=[made.pk])
    assert decides in client.get(reverse("erasures")).content.decode()
    declare_conflict(
        by=cast.actor(Role.DISTRICT_OFFICER), household=home, user=cast[LEAD], ground=Ground.NAMED
    )
    assert decides not in client.get(reverse("erasures")).content.decode()
    unknown = client.post(reverse("erasure_decide", args=[uuid.uuid4()]))
    answer = client.post(decides, {"do": "erase"})
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "conflict" not in answer.content.decode().lower()
    assert decides in sign_in(cast[DPO]).get(reverse("erasures")).content.decode()


@pytest.mark.django_db
def test_where_agencies_work_together_another_organisation_decides(
    cast: Cast, home: Household, settings: LazySettings
) -> None:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    made = asked(cast, people_of(home)[0])
    with pytest.raises(Refused, match="Your organisation"):
        erasures.check_can_decide(cast.actor(DPO), made)
    User.objects.filter(pk=cast[DPO].pk).update(organisation=Organisation.objects.get(code="elsewhere"))
    erasures.check_can_decide(cast.actor(DPO), made)


@pytest.mark.django_db
def test_the_outsider_asks_for_nobody(cast: Cast, home: Household, sign_in: SignIn) -> None:
    person = people_of(home)[0]
    made = asked(cast, person)
    with pytest.raises(Refused):
        erasures.ask_to_erase(by=cast.outside(), person=person, ground=ASKED)
    client = sign_in(cast.outsider)
    assert client.get(f"/erasures/ask/{person.pk}").status_code == 403
    assert client.post(f"/erasures/{made.pk}/decide", {"do": "erase"}).status_code == 403


# The way of a request


@pytest.mark.django_db(transaction=True)
def test_a_refusal_leaves_everything_and_a_second_decision_is_too_late(cast: Cast, home: Household) -> None:
    person = people_of(home)[0]
    made = asked(cast, person)
    with pytest.raises(Problem, match="already"):
        asked(cast, person, by=LEAD)
    erasures.decide_on_erasure(by=cast.actor(LEAD), erasure=made, erase=False)
    with pytest.raises(Conflict):
        erasures.decide_on_erasure(by=cast.actor(DPO), erasure=made, erase=True)
    assert Person.objects.filter(pk=person.pk).exists()
    assert asked(cast, person).state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_without_its_line_in_the_ledger_nobody_is_erased(
    cast: Cast, home: Household, settings: LazySettings, tmp_path: Path
) -> None:
    (tmp_path / "no-folder").write_text("a file stands where the folder should be")
    settings.AUDIT_HEADS = tmp_path / "no-folder"
    person = people_of(home)[0]
    made = asked(cast, person)
    with pytest.raises(OSError, match="no-folder"):
        erasures.decide_on_erasure(by=cast.actor(DPO), erasure=made, erase=True)
    made.refresh_from_db()
    assert made.state == "waiting"
    assert Person.objects.filter(pk=person.pk).exists()
    assert DataKey.objects.filter(subject=person.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_pages(cast: Cast, home: Household, sign_in: SignIn) -> None:
    person = people_of(home)[0]
    analyst, officer = sign_in(cast[ANALYST]), sign_in(cast[DPO])
    assert f"/erasures/ask/{person.pk}" in analyst.get(f"/people/persons/{person.pk}").content.decode()
    analyst.post(f"/erasures/ask/{person.pk}", {"ground": "asked"})
    page = officer.get("/erasures/").content.decode()
    assert "the person asks for it" in page
    assert person.code not in page
    assert "1 erasure waits" in officer.get("/").content.decode()
    officer.post(f"/erasures/{Erasure.objects.get().pk}/decide", {"do": "erase"})
    assert "erased" in officer.get("/erasures/").content.decode()
    assert analyst.get(f"/people/persons/{person.pk}").status_code == 404
    kinds = set(Audit.objects.filter(subject_id=person.pk).values_list("verb", flat=True))
    assert {"erase", "approve"} <= kinds


# The ledger


@pytest.mark.django_db(transaction=True)
def test_what_a_restore_brings_back_goes_again(
    cast: Cast, areas: dict[str, Area], home: Household, settings: LazySettings
) -> None:
    first, second = people_of(home)
    erased(cast, first)
    ledger = erasures.ledger_of(settings.AUDIT_HEADS, settings.NODE)
    assert erasures.read(ledger) == [first.pk]
    assert json.loads(ledger.read_text().strip()).keys() == {"person", "at"}
    assert erasures.replay([first.pk, second.pk], timezone.now()) == 1
    assert not Person.objects.exists()
    assert not DataKey.objects.filter(subject__in=[first.pk, second.pk]).exists()
    assert erasures.replay([first.pk, second.pk], timezone.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_the_ledger_names_rows_merged_into_the_person_too(
    cast: Cast, areas: dict[str, Area], home: Household, settings: LazySettings
) -> None:
    """A backup of before the merge holds them as somebody else."""
    lead = cast.actor(LEAD)
    first, twin = people_of(home)[0], people_of(household(lead, areas[VILLAGE], member("Mali")))[0]
    merge(by=lead, kept=first, merged=twin, reason="the same card")
    erased(cast, first)
    assert set(erasures.read(erasures.ledger_of(settings.AUDIT_HEADS, settings.NODE))) == {first.pk, twin.pk}


def killed(*_: object) -> None:
    raise OSError("killed between the two")


def start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prepare as a start of the server does, but for what this process has already."""
    monkeypatch.setattr(serving, "open_database", lambda: None)
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: None)
    monkeypatch.setattr(serving, "lock_pages_out", lambda: None)
    serving.prepare()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("then", ["a start", "a replay"])
def test_who_was_erased_as_the_server_died_has_no_key_after_it(
    cast: Cast, home: Household, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, then: str
) -> None:
    first, second = people_of(home)
    with monkeypatch.context() as died:
        died.setattr("forewatch.keystore.keys.shred", killed)
        with pytest.raises(OSError, match="killed"):
            erased(cast, first)
    assert not Person.objects.filter(pk=first.pk).exists()
    assert keys_of(first, second) == {first.pk, second.pk}
    if then == "a start":
        start(monkeypatch)
    else:
        assert erasures.replay([first.pk], timezone.now()) == 0
    assert keys_of(first, second) == {second.pk}


@pytest.mark.django_db(transaction=True)
def test_a_line_whose_erasure_never_came_takes_no_key_at_a_start(
    home: Household, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    person = people_of(home)[0]
    erasures._append(erasures.ledger_of(settings.AUDIT_HEADS, settings.NODE), person.pk, timezone.now())
    start(monkeypatch)
    assert keys_of(person) == {person.pk}


@pytest.mark.django_db(transaction=True)
def test_keys_of_nobody_go_after_a_day_and_all_others_stay(
    cast: Cast, areas: dict[str, Area], home: Household
) -> None:
    lead, agency, now = cast.actor(LEAD), Agency(cast), timezone.now()
    agency.upload(csv_of([pupil(1), pupil(2, วันเกิด="31/2/2556")]))
    keep_draft(by=lead, typed={"m0-given": ["Mali"]}, household=home)
    advocate = cast.actor(Role.ADVOCATE)
    actions.file_contest(by=advocate, token=uuid.uuid4(), area=areas[PROVINCE], about="a", words="wrong")
    used = set(DataKey.objects.values_list("subject", flat=True))
    assert len(used) >= 6, "two people, a draft, a contest, a file, a problem of it"
    nobody, of_another_making = new_id(), uuid.uuid4()
    keys.minted([nobody, of_another_making])
    assert shred_unused(now + timedelta(hours=23)) == 0
    assert shred_unused(now + timedelta(hours=25)) == 1
    assert set(DataKey.objects.values_list("subject", flat=True)) == {*used, of_another_making}


def keys_of(*people: Person) -> set[uuid.UUID]:
    held = DataKey.objects.filter(subject__in=[one.pk for one in people])
    return set(held.values_list("subject", flat=True))


def test_half_a_line_names_nobody_and_spoils_no_other(tmp_path: Path) -> None:
    ledger, one, two = tmp_path / "ledger", uuid.uuid4(), uuid.uuid4()
    assert erasures.read(ledger) == []
    erasures._append(ledger, one, timezone.now())
    with ledger.open("a") as sink:
        sink.write('{"person": "12')
    erasures._append(ledger, two, timezone.now())
    assert erasures.read(ledger) == [one, two]
