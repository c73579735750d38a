"""Accounts from a sheet: what is wrong is said by row and column, and each code opens the door once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from forewatch.access.actions import village_key
from forewatch.access.first_codes import give_code
from forewatch.access.models import FirstCode, Grant, User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, PASSWORD, VILLAGE, Cast, proven
from forewatch.office.reading import Row
from forewatch.office.sheets import Reader

SignIn = Callable[[User], Client]
HEADINGS = "name,username,organisation,role,areas,purposes,until"
NEW = "seven made-up words nobody else has"
CODE = re.compile(r"\b(?:[a-z2-9]{4}-){6}[a-z2-9]{4}\b")


def until() -> date:
    return timezone.localdate() + timedelta(days=200)


def line(**changes: str) -> str:
    row = {
        "name": "Mali Madeup", "username": "", "organisation": "centre", "role": "district officer",
        "areas": DISTRICT, "purposes": "", "until": until().isoformat(),
    } | changes  # fmt: skip
    return ",".join(f'"{cell}"' for cell in row.values())


def sheet(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", "\n".join([HEADINGS, *lines]).encode())


def made(client: Client, *lines: str) -> str:
    """Upload a sheet, make its accounts, and return the page of strips."""
    preview = client.post("/staff/accounts/", {"file": sheet(*lines)})
    assert 'role="alert"' not in preview.content.decode(), preview.content.decode()
    rows = preview.context["rows"]
    return client.post("/staff/accounts/make", {"rows": rows}).content.decode()


def first(client: Client, username: str, code: str, **changes: str) -> object:
    typed = {"username": username, "first_code": code, "password1": NEW, "password2": NEW} | changes
    return client.post("/account/first/", typed)


@pytest.fixture
def office(cast: Cast, sign_in: SignIn) -> Client:
    return proven(sign_in(cast[Role.ADMINISTRATOR]), cast[Role.ADMINISTRATOR], "password")


def test_a_colleague_may_live_in_a_village(cast: Cast, office: Client) -> None:
    def sheet_with(code: str) -> SimpleUploadedFile:
        return SimpleUploadedFile("people.csv", f"{HEADINGS},village\n{line()},{code}".encode())

    page = office.post("/staff/accounts/", {"file": sheet_with(DISTRICT)}).content.decode()
    assert f"No village has the code {DISTRICT}." in page
    preview = office.post("/staff/accounts/", {"file": sheet_with(VILLAGE)})
    office.post("/staff/accounts/make", {"rows": preview.context["rows"]})
    mali = User.objects.get(username="mali.madeup")
    assert bytes(mali.village_key or b"") == village_key(VILLAGE)

    address = reverse("colleague_lives", args=[mali.pk])
    assert office.post(address, {"village": "elsewhere"}).status_code == 422
    assert office.post(address, {"village": ""}).status_code == 302
    mali.refresh_from_db()
    assert mali.village_key is None
    (said,) = Event.objects.filter(verb="correct", subject="user", subject_id=mali.pk)
    assert (said.area_code, said.reason) == ("", ""), "where staff live is in no trail"


def test_a_sheet_is_shown_before_anything_is_made(office: Client) -> None:
    before = User.objects.count()

    page = office.post("/staff/accounts/", {"file": sheet(line())}).content.decode()

    assert "mali.madeup" in page
    assert User.objects.count() == before


def test_accounts_are_made_with_their_roles_and_written_down(cast: Cast, office: Client) -> None:
    made(
        office, line(areas=f"{DISTRICT};{OTHER_DISTRICT}", purposes="prevention"),
        line(name="มะลิ สมมติ", username="mali", role="ผู้ดูแลระบบ", areas="*"),
    )  # fmt: skip

    officer = User.objects.get(username="mali.madeup")
    grants = Grant.objects.filter(user=officer).order_by("area_code")
    assert [one.area_code for one in grants] == [DISTRICT, OTHER_DISTRICT]
    assert {one.valid_to for one in grants} == {until()}
    assert grants[0].allowed_purposes() == {Purpose.PREVENT}
    assert grants[0].granted_by == cast[Role.ADMINISTRATOR]
    assert Grant.objects.get(user__username="mali").role == Role.ADMINISTRATOR
    assert Event.objects.filter(subject="grant", actor_id=cast[Role.ADMINISTRATOR].pk).count() == 3
    assert not officer.has_usable_password()


def test_a_workbook_is_read_too(office: Client) -> None:
    book, kept = Workbook(), io.BytesIO()
    book.active.append(HEADINGS.split(","))
    book.active.append(["Mali Madeup", "", "centre", "district officer", DISTRICT, "", until().isoformat()])
    book.save(kept)

    page = office.post("/staff/accounts/", {"file": SimpleUploadedFile("p.xlsx", kept.getvalue())})

    assert [one.username for one in page.context["checked"].accounts] == ["mali.madeup"]


@pytest.mark.parametrize(
    ("column", "said", "words"),
    [
        ("name", "", "Write the person"),
        ("name", "มะลิ", "Latin letters"),
        ("username", "Mali!", "small letters"),
        ("username", "analyst", "is taken"),
        ("organisation", "nobody", "no organisation we know. Known: "),
        ("role", "king", "district officer"),
        ("role", "agency", "gets a key"),
        ("areas", "", "code of an area"),
        ("areas", "XA99", "No area has the code XA99"),
        ("purposes", "planning", "other purposes: prevention, assistance"),
        ("purposes", "revenge", "no purpose we know"),
        ("until", "soon", "is no day"),
        ("until", "2570", "is no day"),
        ("until", "2001-01-01", "after today"),
        ("until", "2099-01-01", "within 366 days"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(cast: Cast, column: str, said: str, words: str) -> None:
    cells = {
        "name": "Mali Madeup", "organisation": "centre", "role": "district_officer", "areas": DISTRICT,
        "until": until().isoformat(),
    } | {column: said}  # fmt: skip

    found = Reader([Row(7, cells)], timezone.localdate()).read()

    (trouble,) = found.troubles
    assert trouble.line == 7
    assert trouble.column == ("username" if said == "มะลิ" else column)
    assert words in trouble.words
    assert not found.accounts


def test_one_wrong_row_keeps_all_from_being_made(office: Client) -> None:
    before = User.objects.count()
    page = office.post("/staff/accounts/", {"file": sheet(line(), line(username="b", role="king"))})

    again = office.post("/staff/accounts/make", {"rows": page.context["rows"]})

    assert "king" in again.content.decode()
    assert User.objects.count() == before


def test_a_user_name_stands_once_in_a_sheet(cast: Cast, office: Client) -> None:
    page = office.post("/staff/accounts/", {"file": sheet(line(), line())})

    assert [one.line for one in page.context["checked"].troubles] == [3]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("a.csv", b"name,role\nMali,planner\n"), "no column organisation, areas, until"),
        (SimpleUploadedFile("a.csv", HEADINGS.encode() + b"\n"), "no rows"),
        (SimpleUploadedFile("a.docx", b"PK\x03\x04"), "cannot be read"),
    ],
)
def test_a_sheet_that_is_none_is_refused_in_words(
    office: Client, file: SimpleUploadedFile, words: str
) -> None:
    file.seek(0)

    assert words in office.post("/staff/accounts/", {"file": file}).content.decode()


@pytest.mark.parametrize("rows", ["", "[]", "{", "[[1]]", '[["x", {}]]', "[[1, 2]]"])
def test_rows_that_come_back_damaged_make_nothing(office: Client, rows: str) -> None:
    before = User.objects.count()

    assert office.post("/staff/accounts/make", {"rows": rows}).status_code == 400
    assert User.objects.count() == before


def test_a_code_is_shown_once_and_kept_as_a_digest(office: Client) -> None:
    page = made(office, line())
    (code,) = CODE.findall(page)

    kept = FirstCode.objects.get()
    assert code not in str(FirstCode.objects.values().get())
    assert timedelta(days=6) < kept.expires_at - timezone.now() <= timedelta(days=7)
    assert code not in office.get(f"/staff/{kept.user_id}/").content.decode()
    assert code not in office.get("/staff/").content.decode()


def test_a_first_sign_in_sets_a_password_and_asks_for_a_second_factor(office: Client) -> None:
    (code,) = CODE.findall(made(office, line()))
    client = Client()

    answer = first(client, "mali.madeup", code)

    assert answer.url == "/account/2fa/"
    assert User.objects.get(username="mali.madeup").check_password(NEW)
    assert client.get("/staff/").url == "/account/2fa/"
    assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_a_code_works_once(office: Client) -> None:
    (code,) = CODE.findall(made(office, line()))
    first(Client(), "mali.madeup", code)

    again = first(Client(), "mali.madeup", code, password1=NEW + "!", password2=NEW + "!")

    assert "was used or holds no longer" in again.content.decode()
    assert User.objects.get(username="mali.madeup").check_password(NEW)


@pytest.mark.parametrize(
    ("username", "changes"),
    [
        ("mali.madeup", {"first_code": "aaaa-bbbb-cccc-dddd"}),
        ("analyst", {}),
        ("nobody", {}),
        ("mali.madeup", {"password1": "short", "password2": "short"}),
        ("mali.madeup", {"password2": NEW + "?"}),
    ],
)
def test_what_is_not_right_opens_nothing_and_spends_nothing(
    office: Client, username: str, changes: dict[str, str]
) -> None:
    (code,) = CODE.findall(made(office, line()))

    answer = first(Client(), username, code, **changes)

    assert answer.status_code == 200
    assert not FirstCode.objects.filter(used_at__isnull=False)
    assert first(Client(), "mali.madeup", code).status_code == 302


def test_a_code_is_worth_nothing_after_a_week_or_a_newer_one(cast: Cast) -> None:
    user = cast[Role.ANALYST]
    old = give_code(user=user, now=timezone.now() - timedelta(days=8), by=None)
    assert first(Client(), "analyst", old).status_code == 200

    replaced = give_code(user=user, now=timezone.now(), by=None)
    give_code(user=user, now=timezone.now(), by=None)

    assert first(Client(), "analyst", replaced).status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_guessing_codes_locks_like_guessing_passwords(cast: Cast) -> None:
    code = give_code(user=cast[Role.ANALYST], now=timezone.now(), by=None)
    client = Client()
    for _time in range(5):
        first(client, "analyst", "aaaa-bbbb-cccc-dddd")

    answer = first(client, "analyst", code)

    assert answer.status_code == 429
    assert User.objects.get(username="analyst").check_password(PASSWORD)


def test_whoever_left_cannot_use_an_old_strip(cast: Cast) -> None:
    code = give_code(user=cast[Role.ANALYST], now=timezone.now(), by=None)
    User.objects.filter(pk=cast[Role.ANALYST].pk).update(is_active=False)

    assert first(Client(), "analyst", code).status_code == 200
