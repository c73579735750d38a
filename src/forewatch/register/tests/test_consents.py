"""What somebody said no to is not done about them, on any path, from that moment; each purpose by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from forewatch.access.decisions import Target, decide
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Role, Scope, Verb
from forewatch.audit.models import Event
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import DISTRICT, PROVINCE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.merging import merge
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import Consent, Household, Person, Record
from forewatch.register.queries.caseload import not_begun
from forewatch.register.queries.children import children
from forewatch.register.queries.consents import agreed_to_share
from forewatch.register.queries.households import household_page
from forewatch.register.rules.consents import WORDING, WORDS, For
from forewatch.register.tests.building import household, member, people_of
from forewatch.register.visibility import closed_to

SignIn = Callable[[User], Client]
OFFICER, LEAD, WORKER = Role.DISTRICT_OFFICER, Role.PROVINCIAL_LEAD, Role.SOCIAL_WORKER
REASON = "made-up reason"


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    lead = cast.actor(LEAD)
    child = member("Kid", (lead.today - timedelta(days=3000)).isoformat(), role="child")
    made = household(lead, areas[VILLAGE], member("Mali", answers={"papers": "none"}), child, member("Ben"))
    assign(by=lead, household=made, user=cast[WORKER])
    return made


def says(cast: Cast, person: Person, purpose: For, *, agreed: bool = False, countries: str = "") -> Consent:
    by = cast.actor(LEAD)
    said = Said(purpose, agreed, Consent.Ground.PERSON, "th", by.today, countries.split())
    return note_consent(by=by, person=person, said=said)


@pytest.mark.parametrize("role", list(Role))
def test_a_no_takes_reading_and_nothing_else_for_its_purpose_alone(
    cast: Cast, role: Role, assured: Assured
) -> None:
    """The truth table: every verb, class, purpose and no, for a person of one's own area."""
    actor = cast.actor(role)
    me, here = frozenset({actor.user_id}), (VILLAGE, "XA100101", DISTRICT, PROVINCE, "XA", "")
    needs = {Verb.READ, Verb.REVEAL, Verb.CORRECT, Verb.PRINT}
    for verb, data, purpose, no in product(Verb, DataClass, Purpose, Purpose):
        asked = decide(actor, verb, data, purpose, Target(here, actor.user_id, actor.now, me))
        said = Target(here, actor.user_id, actor.now, me, said_no_to=frozenset({no}))
        found = decide(actor, verb, data, purpose, said)
        assert found.allowed == (asked.allowed and not (verb in needs and purpose is no))
        opened = Target(here, opened_by=me, said_no_to=frozenset({no}))
        emergency = decide(actor, verb, data, purpose, opened)
        if verb in needs and purpose is no and emergency.allowed:
            assert emergency.scope is Scope.BREAK_GLASS
    assured("consent", len(Verb) * len(DataClass) * len(Purpose) ** 2)


def test_it_acts_with_the_next_question_on_every_list(cast: Cast, home: Household) -> None:
    officer = cast.actor(OFFICER)
    mali, kid, ben = people_of(home)
    assert {one.person for one in children(officer, None).rows} == {kid}
    assert {one.person for one in not_begun(officer, None).rows} == {mali}
    for person, purpose in product((mali, kid), (For.PREVENT, For.ASSIST)):
        says(cast, person, purpose)
    assert not children(officer, None).rows
    assert not not_begun(officer, None).rows
    assert set(Person.objects.visible_to(officer)) == {ben}
    assert closed_to(officer, [mali.pk, kid.pk, ben.pk]) == {mali.pk, kid.pk}


@pytest.mark.parametrize("role", list(Role))
def test_after_a_no_to_everything_nobody_reads(
    cast: Cast, home: Household, sign_in: SignIn, role: Role
) -> None:
    mali = people_of(home)[0]
    for purpose in (For.PREVENT, For.ASSIST):
        says(cast, mali, purpose)
    assert mali not in Person.objects.visible_to(cast.actor(role))
    client = sign_in(cast[role])
    assert client.get(reverse("person", args=[mali.pk])).status_code in (403, 404)
    for purpose in Purpose:
        said = {"reason": REASON, "purpose": purpose}
        page = client.post(reverse("household_names", args=[home.pk]), said).content.decode()
        assert "Mali" not in page


def test_each_purpose_stands_by_itself(cast: Cast, home: Household) -> None:
    """A social worker only assists; an officer prevents as well."""
    mali = people_of(home)[0]
    says(cast, mali, For.ASSIST)
    assert mali not in Person.objects.visible_to(cast.actor(WORKER))
    assert mali in Person.objects.visible_to(cast.actor(OFFICER))
    assert mali not in Person.objects.visible_to(cast.actor(OFFICER), purpose=Purpose.ASSIST)


def test_names_are_shown_only_of_who_did_not_say_no(
    cast: Cast, home: Household, areas: dict[str, Area]
) -> None:
    officer, everybody = cast.actor(OFFICER), people_of(home)
    mali = everybody[0]
    says(cast, mali, For.PREVENT)
    shown = reveal_household(by=officer, household=home, reason=REASON, purpose=Purpose.PREVENT)
    assert set(shown.names) == {one.pk for one in everybody[1:]}
    shown = reveal_household(by=officer, household=home, reason=REASON, purpose=Purpose.ASSIST)
    assert set(shown.names) == {one.pk for one in everybody}
    some = {"by": officer, "area": areas[DISTRICT], "people": everybody, "reason": REASON}
    assert mali.pk not in reveal_list(**some, purpose=Purpose.PREVENT)
    assert mali.pk in reveal_list(**some, purpose=Purpose.ASSIST)


def test_the_household_says_that_somebody_said_no_and_shows_nothing_of_them(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    mali, client = people_of(home)[0], sign_in(cast[OFFICER])
    record = Record.objects.get(person=mali)
    for purpose in (For.PREVENT, For.ASSIST):
        says(cast, mali, purpose)
    page = household_page(cast.actor(OFFICER), home)
    assert [one.closed for one in page.members].count(True) == 1
    assert not [one for one in page.records if one.person_id == mali.pk]
    for address in (
        f"/people/persons/{mali.pk}",
        f"/risk/people/{mali.pk}",
        f"/people/records/{record.pk}/correct",
    ):
        assert client.get(address).status_code == 404, address
    answer = client.get(f"/risk/households/{home.pk}").content.decode()
    assert mali.code not in answer
    assert "1 member said no" in answer
    assert client.get(f"/people/households/{home.pk}").content.decode().count("said no") == 1


def test_in_an_emergency_a_life_goes_first(cast: Cast, home: Household) -> None:
    mali = people_of(home)[0]
    for purpose in (For.PREVENT, For.ASSIST):
        says(cast, mali, purpose)
    officer = cast.outside()
    break_glass(by=officer, code=mali.code, incident="77", reason="she calls from the border")
    assert mali in Person.objects.visible_to(officer)
    shown = reveal_household(by=officer, household=home, reason=REASON, purpose=Purpose.PREVENT)
    assert mali.pk in shown.names
    assert mali not in Person.objects.visible_to(cast.actor(OFFICER))


def test_a_no_of_a_merged_row_is_a_no(cast: Cast, home: Household) -> None:
    mali, _kid, ben = people_of(home)
    says(cast, ben, For.PREVENT)
    merge(by=cast.actor(LEAD), kept=mali, merged=ben, reason="same card shown")
    mali.refresh_from_db()
    assert mali not in Person.objects.visible_to(cast.actor(OFFICER), purpose=Purpose.PREVENT)


def test_the_page_notes_a_no_and_then_a_yes_and_keeps_both(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    mali, client = people_of(home)[0], sign_in(cast[OFFICER])
    address = f"/people/persons/{mali.pk}/consent"
    typed = {
        "purpose": "prevent",
        "answer": "no",
        "ground": "person",
        "language": "th",
        "said_on": "1/6/2026",
    }
    assert client.post(address, typed).status_code == 302
    no = Consent.objects.get()
    assert (no.agreed, no.wording, no.language, no.ended_at) == (False, WORDING, "th", None)
    assert "said no" not in client.get(f"/people/households/{home.pk}").content.decode()
    assert client.post(address, typed | {"purpose": "assist"}).status_code == 302
    assert client.get(f"/people/persons/{mali.pk}").status_code == 404
    assert client.get(address).status_code == 200
    assert client.post(address, typed | {"answer": "yes"}).status_code == 302
    assert client.get(f"/people/persons/{mali.pk}").status_code == 200
    assert Consent.objects.filter(purpose="prevent").count() == 2
    assert Event.objects.filter(reason="consent: no to prevent", subject_id=mali.pk).count() == 1
    assert "What they said before" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [(OFFICER, 200), (LEAD, 200), (Role.ANALYST, 403), (WORKER, 403)]
)
def test_who_asks_people(cast: Cast, home: Household, sign_in: SignIn, role: Role, status: int) -> None:
    address = f"/people/persons/{people_of(home)[0].pk}/consent"
    assert sign_in(cast[role]).get(address).status_code == status
    assert sign_in(cast.outsider).get(address).status_code == 404
    assert sign_in(cast[LEAD]).get(f"/people/persons/{uuid4()}/consent").status_code == 404


def test_handing_over_needs_a_yes_that_names_the_country(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    mali, kid, ben = people_of(home)

    def to(country: str) -> set[Person]:
        return set(Person.objects.filter(agreed_to_share(country)))

    assert not to("TH")
    says(cast, mali, For.SHARE, agreed=True, countries="TH LA")
    says(cast, kid, For.SHARE, agreed=True, countries="KH TH MM")
    says(cast, ben, For.SHARE)
    assert (to("TH"), to("LA"), to("KH"), to("MY")) == ({mali, kid}, {mali}, {kid}, set())
    merge(by=cast.actor(LEAD), kept=mali, merged=ben, reason="same card shown")
    assert to("LA") == set()
    typed = {"purpose": "share", "answer": "yes", "ground": "person", "language": "th", "said_on": "1/6/2026"}
    answer = sign_in(cast[OFFICER]).post(f"/people/persons/{kid.pk}/consent", typed | {"countries": "Laos"})
    assert answer.status_code == 422
    assert "codes of two letters" in answer.content.decode()


def test_a_wording_is_a_wording() -> None:
    """Whoever changes a word gives the wording a new name, and this its new digest."""
    words = "\n".join(re.sub(r"\s+", " ", str(WORDS[one])) for one in For)
    known = {"2026-11": "a79a7f633af0a654", "2026-12": "338d1f436dd3d163"}
    assert known[WORDING] == hashlib.sha256(words.encode()).hexdigest()[:16]
