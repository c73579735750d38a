"""Reports: every crossing equals the engine's own output, exact inside one's area, frozen cells elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.test import Client

from forewatch.access.actors import actor_for
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.analysis.schema import AGE_BANDS
from forewatch.audit.models import Event
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, PROVINCE, VILLAGE, Cast
from forewatch.reports.atlas import actions
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.atlas.tests.conftest import DAY, Counted
from forewatch.reports.atlas.tests.test_who_sees_what import READERS, STAFF
from forewatch.risk.tests.province import Province

SignIn = Callable[[User], Client]
FIGURES = ("people", "assessed", "high", "medium", "low", "not_enough_information", "provisional", "act_now")


def rows(client: Client, **asked: str) -> list[dict[str, str]]:
    """Return the rows of a report as CSV, without the hashtags."""
    answer = client.post("/reports/export", {"format": "csv", **asked})
    assert answer.status_code == 200, answer.content.decode()
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["area_code"], row["sex"] or "all", row["age_band"] or "all"


def counts(row: Mapping[str, Any]) -> list[str]:
    return ["" if row[name] is None else str(row[name]) for name in FIGURES]


@pytest.mark.parametrize("by", ["residence", "home"])
@pytest.mark.parametrize("sex", ["", "each", "F"])
@pytest.mark.parametrize("age", ["", "each", "18-24"])
def test_every_crossing_is_the_engines_to_the_last_person(
    province: Province, sign_in: SignIn, by: str, sex: str, age: str
) -> None:
    client = sign_in(province.lead)
    for level in ("2", "3", "4"):
        codes = {one["area_code"] for one in province.now.places.to_pylist() if one["level"] == level}
        expected = {
            key(row): counts(row)
            for row in province.now.areas.to_pylist()
            if row["by"] == by
            and row["area_code"] in codes
            and (row["sex"] is not None if sex == "each" else (row["sex"] or "") == sex)
            and (row["age_band"] is not None if age == "each" else (row["age_band"] or "") == age)
        }
        found = {key(row): counts(row) for row in rows(client, by=by, level=level, sex=sex, age=age)}
        assert found == expected
        assert expected


def test_rows_add_up_to_the_whole_and_none_stands_twice(province: Province, sign_in: SignIn) -> None:
    found = rows(sign_in(province.lead), level="4", sex="each", age="each")
    assert sum(int(row["people"]) for row in found) == province.now.figure(province.code)["people"]
    assert len({key(row) for row in found}) == len(found)


def test_the_page_says_the_same_as_the_file(province: Province, sign_in: SignIn) -> None:
    client = sign_in(province.lead)
    page = client.get("/reports/", {"sex": "each"}).content.decode()
    found = rows(client, sex="each")
    assert page.count("data-sex=") == len(found)
    for row in found:
        part = page.split(f'data-area="{row["area_code"]}" data-sex="{row["sex"]}"')[1].split("</tr>")[0]
        assert f"<b>{int(row['high']):,}</b>" in part
        assert f">{int(row['people']):,}<" in part


def test_a_village_is_reported_alone(cast: Cast, counted: Counted, sign_in: SignIn) -> None:
    found = rows(sign_in(cast[Role.PROVINCIAL_LEAD]), area=VILLAGE, sex="each")
    assert [(row["area_code"], row["sex"], row["people"]) for row in found] == [
        (VILLAGE, "F", "84"),
        (VILLAGE, "M", "73"),
    ]


@pytest.mark.parametrize("role", READERS)
def test_outside_their_own_area_only_frozen_cells_leave(
    cast: Cast, counted: Counted, sign_in: SignIn, role: Role
) -> None:
    inside = role in (Role.ANALYST, Role.PROVINCIAL_LEAD)
    client = sign_in(cast[role])
    found = rows(client, area=OTHER_DISTRICT, level="0")
    assert [(row["area_code"], row["low"]) for row in found] == [(OTHER_DISTRICT, "141" if inside else "140")]
    assert ("high_sign" in found[0]) is not inside
    assert (found[0]["high"], found[0].get("high_sign")) == (("3", None) if inside else ("", "withheld"))
    assert ("act_now" in found[0]) is inside
    page = client.get("/reports/", {"area": OTHER_DISTRICT}).content.decode()
    assert (">141<" in page) is inside


def test_the_outsider_takes_no_exact_count_away_whatever_they_ask(
    cast: Cast, counted: Counted, sign_in: SignIn
) -> None:
    client = sign_in(cast.outsider)
    for area in ("XA", PROVINCE, DISTRICT, OTHER_DISTRICT, "XA100101", VILLAGE):
        for level in ("", "0", "2", "3", "4"):
            for group in ({}, {"sex": "each"}, {"age": "each"}, {"sex": "F", "age": "18-24"}, {"by": "home"}):
                for name in ("csv", "xlsx", "geojson", "pdf"):
                    answer = client.post(
                        "/reports/export", {"format": name, "area": area, "level": level, **group}
                    )
                    assert answer.status_code in (200, 400, 404)
                    if name == "csv" and answer.status_code == 200:
                        assert b"people_sign" in answer.content
                    if name == "geojson" and answer.status_code == 200:
                        assert b"people_sign" in answer.content
    assert rows(client, area=PROVINCE, by="home") == rows(client, area=PROVINCE), "home towns never leave"
    assert not Event.objects.filter(actor_id=cast.outsider.pk, verb="export").exclude(data_class="released")


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.POLICE])
def test_who_reads_nothing_takes_nothing(cast: Cast, counted: Counted, sign_in: SignIn, role: Role) -> None:
    client = sign_in(cast[role])
    assert client.get("/reports/").status_code == 403
    assert client.post("/reports/export", {"format": "csv"}).status_code == 403


@pytest.mark.parametrize("role", STAFF)
def test_each_file_leaves_an_audit_row(cast: Cast, counted: Counted, sign_in: SignIn, role: Role) -> None:
    client = sign_in(cast[role])
    for name in ("csv", "xlsx", "geojson", "pdf"):
        client.post("/reports/export", {"format": name, "area": DISTRICT})
    found = Event.objects.filter(verb="export", actor_id=cast[role].pk)
    assert [one.reason for one in found] == [
        f"{name} {DAY.isoformat()} 1" for name in ("csv", "xlsx", "geojson", "pdf")
    ]
    assert {(one.data_class, one.purpose, one.area_code, one.role, one.subject) for one in found} == {
        ("aggregate", "prevent", DISTRICT, role.value, "report")
    }


def test_no_file_leaves_without_its_audit_row(
    cast: Cast, counted: Counted, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_by: Any, **_of_what: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(actions, "note", broken)
    with pytest.raises(OSError, match="the disk is full"):
        sign_in(cast[Role.ANALYST]).post("/reports/export", {"format": "csv"})


@pytest.mark.parametrize(
    "asked",
    [
        {"format": "docx"},
        {},
        {"format": "csv", "on": "1999-01-01"},
        {"format": "csv", "sex": "X", "level": "0"},
    ],
)
def test_what_cannot_be_exported_is_said(
    cast: Cast, counted: Counted, sign_in: SignIn, asked: Mapping[str, str]
) -> None:
    answer = sign_in(cast[Role.ANALYST]).post("/reports/export", asked)
    assert answer.status_code == 400
    assert "hoose" in answer.content.decode()
    assert not Event.objects.filter(verb="export").exists()


@pytest.mark.parametrize("sex", ["", "each", "F"])
@pytest.mark.parametrize("age", ["", "each", "18-24"])
@pytest.mark.parametrize("level", [2, 3, 4])
def test_residents_by_home_town_are_the_engines_to_the_last_person(
    province: Province, sign_in: SignIn, sex: str, age: str, level: int
) -> None:
    found = {
        (row["area_code"], row["home_area_code"], row["sex"], row["age_band"]): [
            int(row[name]) for name in ("people", "assessed", "high", "not_enough_information", "act_now")
        ]
        for row in rows(sign_in(province.lead), by="both", level=str(level), sex=sex, age=age)
        if row["assessed"]
    }
    assert found == _counted_one_by_one(province, sex, age, level)
    assert any(area != home for area, home, *_ in found)


def _counted_one_by_one(province: Province, sex: str, age: str, level: int) -> dict[Any, list[int]]:
    """Count the engine's own assessments, person by person."""
    places = {one["area_code"]: one for one in province.now.places.to_pylist()}

    def lifted(code: str | None) -> str:
        while code and int(places[code]["level"]) > level:
            code = places[code]["parent_code"]
        return code or ""

    expected: dict[Any, list[int]] = {}
    surveyed: set[Any] = set()
    for one in pq.read_table(province.now.folder / "assessments.parquet").to_pylist():
        years = one["age"]
        band = next((name for name, (_, last) in AGE_BANDS.items() if (years or 0) <= last), "")
        band = "unknown" if years is None else band
        if sex not in ("", "each", one["sex"]) or age not in ("", "each", band):
            continue
        group = (
            one["sex"] or "unknown" if sex == "each" else sex or "all",
            band if age == "each" else age or "all",
        )
        key = (lifted(one["area_code"]), lifted(one["home_area_code"]), *group)
        shown = one["band"] != "not_enough_information"
        if shown or any(one[f"s_{name}"] is not None for name in province.now.definition.indicators):
            surveyed.add(key)
        counts = expected.setdefault(key, [0] * 5)
        adding = (True, shown, one["band"] == "high", not shown, bool(one["act_now"]))
        counts[:] = [so_far + more for so_far, more in zip(counts, adding, strict=True)]
    return {key: counts for key, counts in expected.items() if key in surveyed}


def test_residents_by_home_town_add_up_to_those_who_live_there(province: Province, sign_in: SignIn) -> None:
    client = sign_in(province.lead)
    for level in ("0", "", "3"):
        residents = rows(client, level=level)
        by_home = rows(client, by="both", level=level)
        for one in residents:
            own = [row for row in by_home if row["area_code"] == one["area_code"]]
            assert sum(int(row["people"]) for row in own) == int(one["people"])
            assert sum(int(row["high"] or 0) for row in own) == int(one["high"] or 0)


@pytest.mark.parametrize("asked", [{}, {"each_sex": True}, {"each_age": True, "sex": "F"}])
@pytest.mark.parametrize("level", [0, 2, 4])
def test_any_part_of_a_report_by_home_town_is_that_part_of_the_whole(
    province: Province, asked: dict[str, Any], level: int
) -> None:
    crossing = Crossing(area=province.code, each_home=True, level=level, **asked)
    lines = open_report(actor_for(province.lead), crossing).lines
    whole = list(lines)
    assert len(whole) == len(lines) > 1
    assert whole == sorted(whole, key=lambda one: one.place)
    for part in (
        slice(1),
        slice(1, 5),
        slice(len(whole) - 3, None),
        slice(-2, None),
        slice(7, 7),
        slice(3, 1),
    ):
        assert lines[part] == whole[part]
    assert [lines[0], lines[-1]] == [whole[0], whole[-1]]
    with pytest.raises(IndexError):
        lines[len(whole)]


@pytest.mark.parametrize("name", ["csv", "xlsx", "geojson", "pdf"])
def test_home_towns_of_residents_stand_on_the_page_and_in_every_file(
    province: Province, sign_in: SignIn, name: str
) -> None:
    client = sign_in(province.lead)
    page = client.get("/reports/", {"by": "both"}).content.decode()
    assert "Residents by home town" in page
    assert page.count("data-home=") == len(rows(client, by="both"))
    answer = client.post("/reports/export", {"format": name, "by": "both"})
    assert answer.status_code == 200
    if name == "geojson":
        groups = json.loads(answer.content)["features"][0]["properties"]["groups"]
        assert all("home_area_code" in one for one in groups)
    if name == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert [cell.value for cell in sheet[1]][:6] == [
            "Code",
            "Area",
            "Home town, code",
            "Home town",
            "Sex",
            "Age",
        ]


def test_home_towns_of_residents_are_for_the_staff_of_the_area_alone(
    cast: Cast, province: Province, sign_in: SignIn
) -> None:
    for user in (cast.outsider, cast[Role.PLANNER]):
        client = sign_in(user)
        answer = client.post("/reports/export", {"format": "csv", "area": province.code, "by": "both"})
        assert b"home_area_code" not in answer.content
        assert (
            "data-home="
            not in client.get("/reports/", {"area": province.code, "by": "both"}).content.decode()
        )
