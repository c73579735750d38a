"""Scripts that somebody wrote into any field of text run on no page, with and without the browser's policy.

Every field of every row of the made-up world holds all of `scripts.PAYLOADS`; Chromium opens every address,
and every page that opens what is sealed, as a role that may. The policy alone would stop most of them: one of
two browsers ignores it, so that there the escaping alone must hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import F
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.browser import OpenPage
from forewatch.config.tests.cast import Cast, proven
from forewatch.config.tests.planting import NO_TEXT, WRITERS, fields, plant
from forewatch.config.tests.scripts import PAYLOADS, text
from forewatch.config.tests.test_every_address import ADDRESSES, OURS, may
from forewatch.config.tests.test_what_pages_are_for import NOT_PAGES
from forewatch.config.tests.world import World
from forewatch.intake import actions, jobs
from forewatch.intake.grading.models import Grading
from forewatch.intake.models import Problem, SavedProfile, Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.lib.ids import new_id
from forewatch.register.models import Conditions, Correction, Draft, Record, SourceGrade
from forewatch.rights.informing.models import Duty
from forewatch.rights.models import Contest

pytestmark = pytest.mark.sqlite  # where a text may be of any length
STEPS = 31
"""Each text begins with another payload, so many further than the one before."""
FOUND = """() => {
  const every = [...document.querySelectorAll("*")].flatMap(one => [...one.attributes]);
  const runs = /^(on|(data-)?hx-on)/i, leads = /^(href|src|action|formaction|data|to|.*:href)$/i;
  const plain = value => value.replace(/[\\0-\\x20]/g, "");
  const script = value => /^(javascript|vbscript|data:(?!image.(png|webp)))/i.test(plain(value));
  return {
    elements: document.querySelectorAll("[data-ran]").length,
    handlers: every.filter(one => runs.test(one.name)).length,
    addresses: every.filter(one => leads.test(one.name) && script(one.value)).length,
  };
}"""
MARKED = """marks => {
  const shown = document.documentElement.outerHTML;
  return Object.keys(marks).filter(name => shown.includes(marks[name]));
}"""
SEND = """([action, typed]) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = action;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries({...typed, csrfmiddlewaretoken: token})) {
    const field = document.createElement("input");
    field.name = name; field.value = value; form.append(field);
  }
  document.body.append(form); form.submit();
}"""
WHY = {"reason": "made up to be looked for", "purpose": "prevent"}
OPENING: Mapping[str, Mapping[str, str]] = {
    "household_names": WHY,
    "emergency_names": {},
    "children_names": WHY | {"area": "XA1001"},
    "concern_open": {},
    "contest_open": {},
    "source_who": {},
    "second_concern": {},
    "who_saw": {"code": "P"},
}
"""Pages that are asked for by a form, with what it says."""
SIGN_IN_KEEPS = ("sessions", "mfa_index", "mfa_list_webauthn")
ON_NO_PAGE: Mapping[str, str] = {
    "access.Organisation.name_local": "kept for papers of the office",
    "grading.Grading.conditions": "the record and the source have theirs, and those are shown",
    "intake.SavedProfile.title": "pages show the title in its text",
    "intake.SavedProfile.text:notes": "for whoever exports the profile",
}
"""What no page shows today; a page that begins to takes it off this list."""
KNOWN = {
    "contest_kept": Role.ADVOCATE,
    "emergency_asked": Role.DATA_PROTECTION_OFFICER,
    "emergency_names": Role.DATA_PROTECTION_OFFICER,
}
"""Who is shown a page that most others who may open its kind are not."""
SignIn = Callable[[User], Client]


class Texts:
    """Gives each field, and each part of one, the payloads in another order, with a mark of its own."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self._turns = count(step=STEPS)

    def __call__(self, name: str) -> str:
        """Return the text of a field in one more row."""
        return text(self.marks.setdefault(name, f"zq{len(self.marks)}qz"), next(self._turns))


class Looking:
    """Opens pages, and gathers what ran on them and which texts stood there."""

    def __init__(self, page: Page, marks: Mapping[str, str]) -> None:
        self._page, self._marks = page, marks
        self._ran: list[object] = []
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        page.context.expose_function("ran", lambda *said: self._ran.append(said))

    def open(self, session: str, url: str, typed: Mapping[str, str] | None) -> bool:
        """Open an address in a session, by a form where something is typed; tell whether it was shown."""
        held = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
        self._page.context.add_cookies([held])
        if typed is None:
            answer = self._page.goto(url)
        else:
            self._page.goto("/account/logout/")
            with self._page.expect_navigation() as led:
                self._page.evaluate(SEND, [url, dict(typed)])
            answer = led.value
        if not answer or answer.status != 200:
            return False
        found = self._page.evaluate(FOUND)
        if any(found.values()) or self._ran:
            self.wrong.append(f"{self._page.url}: {found}, ran {self._ran}")
            self._ran.clear()
        self.seen.update(self._page.evaluate(MARKED, dict(self._marks)))
        return True


def more_rows(cast: Cast, world: World) -> None:
    """Make a row of what the world has none of: fields of it would be forgotten."""
    lead, analyst = cast.actor(Role.PROVINCIAL_LEAD), cast.actor(Role.ANALYST)
    record = Record.objects.get(pk=world.ids["record_id"])
    Conditions.objects.create(record=record, words="-", audience="helpers")
    SourceGrade.objects.create(
        source=record.source, reliability="1", reason="-", by=cast[Role.ANALYST], at=lead.now
    )
    SavedProfile.objects.create(
        code="made-up", version=1, title="-", text="-", made_at=lead.now, made_by=cast[Role.ANALYST]
    )
    answered = Contest.objects.get(pk=world.ids["contest_id"])
    answered.pk, answered.receipt, answered.token = new_id(), "ANSWERED1", new_id()
    answered.outcome, answered.answer, answered.answered_at = "upheld", b"-", lead.now
    answered.answered_by = cast[Role.PROVINCIAL_LEAD]
    answered.save(force_insert=True)
    second = Grading.objects.get(pk=world.ids["grading_id"])
    second.pk, second.record_id, second.concern_id = new_id(), None, world.ids["concern_id"]
    second.save(force_insert=True)
    Duty.objects.filter(pk=world.ids["duty_id"]).update(ground="danger", answer="-")
    Authenticator.objects.create(
        user=cast[Role.PROVINCIAL_LEAD],
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "-", "credential": {}},
    )
    Draft.objects.update(user=cast[Role.PROVINCIAL_LEAD])
    declined = Correction.objects.get(pk=world.ids["correction_id"])
    declined.pk, declined.sealed, declined.agreed, declined.decided_at = new_id(), None, False, lead.now
    declined.asked_by, declined.decided_by = cast[Role.PROVINCIAL_LEAD], cast[Role.ANALYST]
    declined.save(force_insert=True)
    source = Upload.objects.get(pk=world.ids["upload_id"]).source
    cells = [one.replace('"', '""').replace("\n", " ") for one in PAYLOADS]
    for name, content in {
        "unknown.csv": csv_of([cells[:20]] * 3, [f"{number} {one}" for number, one in enumerate(cells[:20])]),
        "known.csv": csv_of([pupil(number, ชื่อ=one, วันเกิด=one) for number, one in enumerate(cells)]),
        "refused.csv": b"",
    }.items():
        taken, _new = actions.receive(
            by=analyst, file=ContentFile(content), name=name, size=len(content), source=source,
            observed_on=analyst.today,
        )  # fmt: skip
        jobs.work(taken.id)


def arguments(name: str, world: World) -> Iterator[dict[str, Any]]:
    """Yield the arguments of an address: for files, those of each file, and of each kind of problem in it."""
    mine = OURS[name].pattern.converters
    files: list[dict[str, Any]] = [{}]
    if "problem_id" in mine:
        files = list(Problem.objects.values("upload_id", problem_id=F("pk")))
    elif "upload_id" in mine:
        some = Upload.objects.exclude(state=State.REFUSED) if name != "intake_batch" else Upload.objects.all()
        some = some.filter(state=State.MAPPING) if name == "intake_map" else some
        files = list(some.values(upload_id=F("pk")))
    for file in files:
        yield {one: (world.ids | file)[one] for one in mine}


def opened(world: World) -> Iterator[tuple[str, str, Mapping[str, str] | None]]:
    """Yield the pages to open: the name of their address, the address, and what is typed into a form."""
    for name, method in ADDRESSES:
        if method == "GET" and not NOT_PAGES.match(name):
            for some in arguments(name, world):
                yield name, reverse(name, kwargs=some), None
    yield "contest_desk", f"{reverse('contest_desk')}?answered", None
    yield "household_new", f"{reverse('household_new')}?draft={world.ids['draft_id']}", None
    for name in SIGN_IN_KEEPS:
        yield name, reverse(name), None
    for name, typed in OPENING.items():
        of_world = world.arguments(OURS[name])
        if name == "second_concern":
            of_world["grading_id"] = Grading.objects.get(concern__isnull=False).pk
        yield name, reverse(name, kwargs=of_world), typed


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_stored_runs(
    cast: Cast, world: World, sign_in: SignIn, open_page: OpenPage, assured: Assured
) -> None:
    more_rows(cast, world)
    sessions = {role: proven(sign_in(cast[role]), cast[role]).session.session_key for role in Role}
    texts = Texts()
    plant(texts)
    escaped, guarded = (Looking(open_page(bypass_csp=without), texts.marks) for without in (True, False))
    for name, url, typed in opened(world):
        row = ADDRESSES.get((name, "GET" if typed is None else "POST"))
        roles = (KNOWN.get(name, Role.PROVINCIAL_LEAD), *Role)
        able = [sessions[role] for role in roles if row is None or may(role, row)]
        shown_to = next((one for one in able if escaped.open(one, url, typed)), None)
        assert shown_to, f"No role is shown {url}"
        assert guarded.open(shown_to, url, typed)
    wrong = escaped.wrong + guarded.wrong
    assert not wrong
    assert texts.marks.keys() - escaped.seen == ON_NO_PAGE.keys()
    assured("scripts", len(texts.marks) * len(PAYLOADS), len(wrong))


def test_each_field_has_somewhere_to_go_or_a_reason_not_to() -> None:
    known = {name for name, _field in fields()}
    every = [f"{model._meta.label}.{one.name}" for model in apps.get_models() for one in model._meta.fields]
    assert known >= WRITERS.keys()
    assert not [one for one in NO_TEXT if not any(re.fullmatch(one, name) for name in every)]


@pytest.mark.parametrize("place", ["{}", '<p title="{}">', "<p title='{}'>", "<p title={}>", "<title>{}"])
def test_each_text_would_run_where_it_stood_as_it_is(browser: Browser, place: str) -> None:
    page, ran = browser.new_page(), []
    page.expose_function("ran", lambda *said: ran.append(said))
    for turn in range(0, len(PAYLOADS), len(PAYLOADS) // 8):
        ran.clear()
        page.set_content(place.replace("{}", text("", turn)))
        found = page.evaluate(FOUND)
        page.wait_for_function("() => true")
        assert ran, f"{place}, {turn}"
        assert found["elements"] + found["handlers"] > 5
    page.close()


def test_there_are_more_than_two_hundred_and_all_differ() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 200
