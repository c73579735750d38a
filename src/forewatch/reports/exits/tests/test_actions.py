"""Something leaves only as it was let out, by others than who asked, for whom it was meant, and on record."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Callable
from typing import Any

import pyrage
import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import Protocol, Purpose, Role, Verb
from forewatch.access.sealing import unseal
from forewatch.access.words import VERB_NAMES
from forewatch.audit.models import Event
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import DISTRICT, PROVINCE, VILLAGE, Cast, make_user
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.statements import record_answers, report_event
from forewatch.register.entries import EventEntry, Observation, Under
from forewatch.register.models import Audience, Canary, Handling, Household, Source, SourceKind
from forewatch.register.rules.consents import WORDS, For
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits import actions, afterwards, taking
from forewatch.reports.exits.actions import TABLE
from forewatch.reports.exits.content import COLUMNS, NAMES, rows_of, with_canary
from forewatch.reports.exits.models import Exit, Taking, Vote
from forewatch.reports.exits.queries import exits_of, to_decide, to_take
from forewatch.reports.exits.rules import Kind, State
from forewatch.reports.exits.tests.making import (
    ANALYST,
    DPO,
    LEAD,
    agrees,
    become_one,
    changes_their_mind,
    contested,
    later,
    opened,
    page_of,
    votes,
    wish,
)
from forewatch.rights.who_saw import looks_at_person
from forewatch.risk.models import Publication
from forewatch.risk.releases import published
from forewatch.risk.tests.province import Province
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]
TOKEN = re.compile(r"\b[A-Za-z0-9]{64}\b")
"""What differs from page to page, and guards a form."""
SUPERVISOR, OFFICER = Role.DISTRICT_SUPERVISOR, Role.DISTRICT_OFFICER


def test_a_file_leaves_a_day_after_one_colleague_let_it_out(
    cast: Cast, home: Household, ask: Callable[..., Exit]
) -> None:
    found, analyst = ask(with_names=True), cast.actor(ANALYST)
    assert votes(cast.actor(LEAD), found) is State.APPROVED
    with pytest.raises(Conflict, match="24 hours after"):
        taking.take(by=analyst, exit_id=found.pk)
    name, file = taking.take(by=later(analyst), exit_id=found.pk)
    heading, *rows = opened(file)
    assert name.endswith(".csv.age")
    assert heading == [*COLUMNS, *NAMES]
    codes = {one.code for one in people_of(home)[:2]}
    canary = Canary.objects.get(exit_id=found.pk)
    assert {row[0] for row in rows} == codes | {canary.code}
    assert {row[heading.index("given_name")] for row in rows} >= {"'=Mali()", "Ben"}
    assert found.left_out == 1
    assert Taking.objects.get().sha256 == hashlib.sha256(file).hexdigest()
    event = Event.objects.get(verb="export")
    assert (event.subject_id, event.identities, event.actor_id) == (found.pk, 2, analyst.user_id)
    # Whoever asks who saw them hears of it, and who was left out does not.
    left = str(VERB_NAMES[Verb.EXPORT])
    told = [[look.names for look in looks_at_person(one) if look.deed == left] for one in people_of(home)]
    assert told == [[True], [True], []]


def test_without_names_no_key_of_anybody_is_asked_for(
    ask: Callable[..., Exit], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "forewatch.reports.exits.content.open_who", lambda *_: pytest.fail("a name was opened")
    )
    found = ask()
    votes(cast.actor(LEAD), found)
    heading, *rows = opened(taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)[1])
    assert heading == list(COLUMNS)
    assert not any("Mali" in cell for row in rows for cell in row)


def test_only_the_recipient_opens_it(ask: Callable[..., Exit], cast: Cast) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    file = taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)[1]
    with pytest.raises(pyrage.DecryptError):
        opened(file, pyrage.x25519.Identity.generate())
    for one in Exit.objects.filter(pk=found.pk):
        assert b"person,household" not in bytes(one.content)


@pytest.mark.parametrize("key", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1" + "Q" * 58])
def test_a_key_that_is_none_is_said_so_before_anything_is_made(
    ask: Callable[..., Exit], key: str, assured: Assured
) -> None:
    with pytest.raises(Problem, match="no public key of age") as told:
        ask(key=key)
    assert len(key) < 5 or key not in str(told.value)
    assert not Exit.objects.exists()
    assured("said", 1)


def test_whoever_asks_decides_nothing(ask: Callable[..., Exit], cast: Cast) -> None:
    found = ask(LEAD)
    with pytest.raises(Refused, match="yourself"):
        votes(cast.actor(LEAD), found)
    assert not to_decide(cast.actor(LEAD))
    assert [one.pk for one in to_decide(cast.actor(DPO))] == [found.pk]


DECIDES = {ANALYST: True, LEAD: True, DPO: True, SUPERVISOR: False}
"""Of something in the whole province: a supervisor has only a district."""


@pytest.mark.parametrize("role", [one for one in Role if one is not ANALYST])
def test_who_lets_something_out(ask: Callable[..., Exit], cast: Cast, role: Role) -> None:
    found = ask()
    if DECIDES.get(role):
        assert votes(cast.actor(role), found) is State.APPROVED
    else:
        with pytest.raises((Refused, NotFound)):
            votes(cast.actor(role), found)
    with pytest.raises(NotFound):
        votes(cast.outside(), found)


@pytest.mark.parametrize("role", [one for one in Role if one not in (ANALYST, LEAD)])
def test_who_asks_for_nothing(ask: Callable[..., Exit], role: Role) -> None:
    with pytest.raises(Refused):
        ask(role)


def test_a_yes_is_for_bytes_and_for_no_others(ask: Callable[..., Exit], cast: Cast, assured: Assured) -> None:
    found = ask()
    with pytest.raises(Conflict, match="not what you were shown"):
        votes(cast.actor(LEAD), found, sha256="0" * 64)
    votes(cast.actor(LEAD), found)
    other = ask(with_names=True)
    Exit.objects.filter(pk=found.pk).update(content=Exit.objects.get(pk=other.pk).content)
    with pytest.raises(Problem, match="not what was let out") as told:
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    assert "Mali" not in str(told.value)
    assert not Taking.objects.exists()
    assured("said", 2)


THIEF = str(pyrage.x25519.Identity.generate().to_public())
CHANGED: dict[str, Any] = {
    "recipient": "Somebody Else",
    "key": THIEF,
    "country": "LA",
    "basis": "Agreement 8/2569",
    "reason": "something else altogether",
    "with_names": True,
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_yes_is_for_a_recipient_their_key_and_a_purpose_and_for_no_others(
    ask: Callable[..., Exit], cast: Cast, home: Household, what: str
) -> None:
    for one in people_of(home)[:2]:
        agrees(cast, one, countries="TH LA")
    found = ask()
    votes(cast.actor(LEAD), found)
    Exit.objects.filter(pk=found.pk).update(**{what: CHANGED[what]})
    with pytest.raises(Problem, match="not what was let out"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    # Whoever puts the fingerprint right as well meets those that stand beside what was decided.
    changed = Exit.objects.get(pk=found.pk)
    file = base64.b64decode(unseal(bytes(changed.content or b""), table=TABLE, row=changed.pk))
    Exit.objects.filter(pk=found.pk).update(sha256=changed.fingerprint(file))
    with pytest.raises(Problem, match="not what was let out"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    assert not Taking.objects.exists()


def two_agencies(cast: Cast, settings: LazySettings) -> Actor:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    police = Organisation.objects.create(code="second", name="Second Agency")
    return actor_for(make_user("second-lead", police, LEAD, PROVINCE))


def test_two_of_two_organisations_decide_and_neither_learns_of_the_other(
    ask: Callable[..., Exit],
    cast: Cast,
    settings: LazySettings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    second, found = two_agencies(cast, settings), ask()
    assert votes(cast.actor(LEAD), found, agree=False) is State.REQUESTED
    with pytest.raises(Conflict, match="another organisation"):
        votes(cast.actor(DPO), found)
    with pytest.raises(Conflict, match="already"):
        votes(cast.actor(LEAD), found)
    assert exits_of(second).get().state == State.REQUESTED
    with django_capture_on_commit_callbacks(execute=True):
        assert votes(second, found) is State.REFUSED
    assert Exit.objects.get(pk=found.pk).content is None
    assert not DataKey.objects.filter(subject=found.pk).exists()


@pytest.mark.parametrize("agree", [True, False])
def test_the_pages_of_the_second_read_the_same_before_and_after_the_first_decides(
    ask: Callable[..., Exit], cast: Cast, settings: LazySettings, sign_in: SignIn, agree: bool
) -> None:
    second, found = two_agencies(cast, settings), ask()
    browser = sign_in(User.objects.get(pk=second.user_id))

    def read() -> list[str]:
        addresses = [reverse("exits"), reverse("exit", args=[found.pk])]
        pages = [browser.get(one).content.decode() for one in addresses]
        assert all(found.recipient in one for one in pages)
        return [TOKEN.sub("", one) for one in pages]

    before = read()
    assert votes(cast.actor(LEAD), found, agree=agree) is State.REQUESTED
    for one, other in zip(before, read(), strict=True):
        assert [line for line in one.splitlines() if line not in other.splitlines()] == []
        assert [line for line in other.splitlines() if line not in one.splitlines()] == []
    votes(second, found)
    assert read() != before


def test_two_yes_let_it_out_at_once(ask: Callable[..., Exit], cast: Cast, settings: LazySettings) -> None:
    second, found = two_agencies(cast, settings), ask()
    votes(cast.actor(LEAD), found)
    assert votes(second, found) is State.APPROVED
    assert opened(taking.take(by=later(cast.actor(ANALYST), 0), exit_id=found.pk)[1])


def test_across_a_border_the_head_and_the_protector_agree_and_only_who_named_the_country_is_in_it(
    ask: Callable[..., Exit], cast: Cast, home: Household
) -> None:
    with pytest.raises(Problem, match="agreed"):
        ask(country="LA")
    agrees(cast, people_of(home)[1], countries="TH LA")
    found = ask(country="LA")
    assert found.people == [str(people_of(home)[1].pk)]
    assert votes(cast.actor(DPO), found) is State.REQUESTED
    with pytest.raises(Conflict, match="another role"):
        votes(actor_for(make_user("second-dpo", cast[LEAD].organisation, DPO, "")), found)
    assert votes(cast.actor(LEAD), found) is State.APPROVED


@pytest.mark.parametrize("ended", ["no", "erased", "contest"])
def test_who_changed_their_mind_before_it_left_stops_it(
    ask: Callable[..., Exit],
    cast: Cast,
    home: Household,
    areas: dict[str, Area],
    ended: str,
    tmp_path: object,
    settings: LazySettings,
) -> None:
    settings.AUDIT_HEADS = tmp_path
    found, mali = ask(), people_of(home)[0]
    votes(cast.actor(LEAD), found)
    changes_their_mind(ended, cast, areas, mali)
    with pytest.raises(Conflict, match=r"changed|expired|has said no"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    over = Exit.objects.get(pk=found.pk)
    assert (over.state, over.content) == (State.EXPIRED, None)
    assert not Taking.objects.exists()


def test_whoever_contested_under_a_row_that_was_merged_is_in_no_file(
    ask: Callable[..., Exit], cast: Cast, home: Household, areas: dict[str, Area]
) -> None:
    mali, ben, cid = people_of(home)
    contested(cast, areas, cid)
    become_one(cast, mali, cid)
    assert ask().people == [str(ben.pk)]
    found = ask()
    contested(cast, areas, ben)
    votes(cast.actor(LEAD), found)
    with pytest.raises(Conflict, match="contests what is kept"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)


def test_it_is_taken_by_whoever_asked_while_it_holds(
    ask: Callable[..., Exit], cast: Cast, assured: Assured
) -> None:
    found = ask()
    votes(cast.actor(DPO), found)
    with pytest.raises(Refused):
        taking.take(by=later(cast.actor(LEAD)), exit_id=found.pk)
    assert [one.pk for one in to_take(later(cast.actor(ANALYST)))] == [found.pk]
    with pytest.raises(Conflict, match="expired") as told:
        taking.take(by=later(cast.actor(ANALYST), 24 * 9), exit_id=found.pk)
    assert not any(one in str(told.value) for one in ("Mali", "Ben", str(found.pk)))
    assured("said", 1)
    assert taking.sweep(later(cast.actor(ANALYST), 24 * 9).now) == 1
    assert Exit.objects.get(pk=found.pk).content is None


def test_the_ledger_and_the_decisions_are_never_changed(ask: Callable[..., Exit], cast: Cast) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    for rows in (Taking.objects.all(), Vote.objects.all()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.delete()


def test_in_a_district_only_its_people_and_names_only_to_who_may_show_them(
    cast: Cast, areas: dict[str, Area], home: Household
) -> None:
    far = household(cast.actor(LEAD), areas["XA10020101"], member("Dan"))
    agrees(cast, people_of(far)[0])
    found = actions.request_exit(by=cast.actor(ANALYST), wish=wish(areas[DISTRICT]))
    assert set(found.people) == {str(one.pk) for one in people_of(home)[:2]}
    with pytest.raises(Refused):
        actions.request_exit(by=cast.actor(ANALYST), wish=wish(areas["XA20"]))


def test_what_stands_in_the_table_stands_in_no_clear_column(
    ask: Callable[..., Exit], home: Household
) -> None:
    found = ask(with_names=True)
    values = Exit.objects.filter(pk=found.pk).values().get()
    assert b"Mali" not in bytes(values.pop("content"))
    assert "Mali" not in str(values)


@pytest.mark.parametrize("with_names", [True, False])
def test_whoever_may_see_no_names_any_more_takes_none(
    ask: Callable[..., Exit], cast: Cast, with_names: bool
) -> None:
    found = ask(with_names=with_names)
    votes(cast.actor(LEAD), found)
    Grant.objects.filter(user=cast[ANALYST]).update(purposes=[Purpose.IMPORT])
    by = later(cast.actor(ANALYST))
    if with_names:
        with pytest.raises(Refused):
            taking.take(by=by, exit_id=found.pk)
    else:
        taking.take(by=by, exit_id=found.pk)
    assert Taking.objects.exists() is not with_names


def test_the_figures_of_a_month_are_read_by_nobody_before_others_let_them_out(province: Province) -> None:
    waits = Exit.objects.get(kind=Kind.RELEASE)
    Publication.objects.all().delete()
    assert not published().exists()
    lead = actor_for(province.lead)
    assert [one.pk for one in to_decide(lead)] == [waits.pk]
    assert votes(lead, waits) is State.TAKEN
    assert not published().exists()
    Publication.objects.update(at=lead.now)
    assert published().get() == province.release
    with pytest.raises(Conflict, match="cannot be called back"):
        afterwards.recall(by=lead, exit_id=waits.pk)


def test_refused_figures_are_never_read(province: Province) -> None:
    waits = Exit.objects.get(kind=Kind.RELEASE)
    Publication.objects.all().delete()
    assert votes(actor_for(province.lead), waits, agree=False) is State.REFUSED
    assert not published().exists()
    with pytest.raises(Conflict, match="refused"):
        votes(actor_for(make_user("other", province.lead.organisation, LEAD, province.code)), waits)


def test_the_row_of_nobody_is_nobodys_twin(ask: Callable[..., Exit], cast: Cast) -> None:
    for _turn in range(6):
        found = ask()
        votes(cast.actor(LEAD), found)
        heading, *rows = opened(taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)[1])
        code = Canary.objects.get(exit_id=found.pk).code
        age = heading.index("age")
        (nobody,) = [row for row in rows if row[0] == code]
        others = {row[age] for row in rows if row[0] != code}
        assert nobody[age] not in others
        assert 1 < min(abs(int(nobody[age]) - int(one)) for one in others) < 4


@pytest.mark.parametrize("born", ["2024-02-29", "2026-06-01", "1980-01-01"])
def test_nobody_has_an_age_below_nothing(cast: Cast, areas: dict[str, Area], born: str) -> None:
    home = household(cast.actor(LEAD), areas[VILLAGE], member("Kid", born))
    today, rows = cast.actor(LEAD).today, rows_of(people_of(home), with_names=False)
    ages = {
        row.age(today)
        for seed in range(40)
        for row in with_canary(rows, new_id(), today, random.Random(seed))  # noqa: S311
        if row.older
    }
    assert len(ages) >= 2
    assert min(age for age in ages if age is not None) >= 0


def test_nobody_is_handed_over_to_the_police(
    ask: Callable[..., Exit], cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    """Whoever said yes was told so."""
    assert "nothing ever goes to the police" in str(WORDS[For.SHARE])
    with pytest.raises(Refused, match="nothing goes to the police"):
        ask(prosecutes=True)
    typed = vars(wish(areas[PROVINCE])) | {"area": areas[PROVINCE].pk, "prosecutes": "yes"}
    answer = sign_in(cast[ANALYST]).post("/exits/new", {name: one for name, one in typed.items() if one})
    assert answer.status_code == 403
    assert "nothing goes to the police" in answer.content.decode()
    assert Event.objects.get(verb="create", data_class="exit").allowed is False
    assert not Exit.objects.exists()
    page = page_of(ask(), sign_in(cast[LEAD]))
    assert "let nothing out to the police" in page


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("by", ["statement", "source", "event", "community"])
def test_what_was_told_under_conditions_is_no_reason_for_a_recipient(
    cast: Cast, home: Household, audience: Audience, by: str
) -> None:
    lead, (person, other, _third) = cast.actor(LEAD), people_of(home)
    source = Source.objects.create(
        code="told", name="Told", kind=SourceKind.REGISTER, agency=cast[LEAD].organisation, audience=audience,
        handling=Handling.PERMITTED if by == "statement" else Handling.CONDITIONS,
    )  # fmt: skip
    under = Under("not to leave this office", audience) if by == "statement" else None
    seen = Observation(lead.today, source, "A", under)
    if by == "community":
        village = home.area
        record_answers(by=lead, subject=village, observation=seen, answers={"school_accepts_all": True})
    elif by == "event":
        report_event(by=lead, subject=home, observation=seen, entry=EventEntry("T7", lead.today))
    else:
        record_answers(by=lead, subject=person, observation=seen, answers={"papers": "none"})
    silent = [not one.reasons for one in rows_of([person, other], with_names=False)]
    assert silent == [True, by in ("event", "community")]
