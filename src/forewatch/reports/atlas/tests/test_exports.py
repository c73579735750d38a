"""Files of a report, opened again: nothing runs, nothing hides, Thai stands right."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import openpyxl
import pytest
import typst
from django.conf import LazySettings
from django.test import Client
from shapely.geometry import shape

from forewatch.access.actors import actor_for
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, SUB_DISTRICT, Cast
from forewatch.places.models import Area
from forewatch.reports.areas_csv import CROSSING, FIGURES, PLACE
from forewatch.reports.atlas.crossing import open_report
from forewatch.reports.atlas.exports import document
from forewatch.reports.atlas.exports.svg import colours, map_picture, swatch_svg
from forewatch.reports.atlas.rules import Crossing
from forewatch.reports.atlas.tests.conftest import Counted
from forewatch.reports.signs import SIGNS
from forewatch.risk.tests.province import Province

SignIn = Callable[[User], Client]
FORMULA = '=HYPERLINK("https://example.invalid","x")'


@pytest.fixture
def take(cast: Cast, counted: Counted, sign_in: SignIn) -> Callable[..., bytes]:
    """Return a function that takes a report as somebody would, by default the provincial lead."""

    def taken(name: str, role: Role = Role.PROVINCIAL_LEAD, **asked: str) -> bytes:
        answer = sign_in(cast[role]).post("/reports/export", {"format": name, "area": PROVINCE, **asked})
        assert answer.status_code == 200
        assert f'filename="forewatch-{asked.get("area", PROVINCE)}-' in answer["Content-Disposition"]
        return answer.content

    return taken


def test_a_workbook_holds_numbers_and_words_and_no_formula(
    take: Callable[..., bytes], areas: dict[str, Area]
) -> None:
    Area.objects.filter(code="XA1001").update(name=FORMULA)
    book = openpyxl.load_workbook(io.BytesIO(take("xlsx", sex="each")))
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert FORMULA in {cell.value for cell in cells}
    sheet = book.worksheets[0]
    found = {(row[0].value, row[2].value): [cell.value for cell in row[4:10]] for row in sheet.iter_rows(2)}
    assert found["XA1001", "Female"] == [84, 71, 23, 31, 17, 13]
    assert len(found) == 3


def test_what_is_withheld_is_a_word_in_a_workbook(take: Callable[..., bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(take("xlsx", Role.PLANNER))).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    row = {name: cell.value for name, cell in zip(headings, sheet[3], strict=True)}
    assert (row["Code"], row["Outreach now"], row["Outreach routine"]) == ("XA1002", "withheld", 140)
    assert row["People listed"].startswith("at least ")
    assert "Act now" not in headings
    assert "Provisional bands" not in headings


def test_csv_carries_hashtags_below_its_headings_and_runs_nothing(take: Callable[..., bytes]) -> None:
    Area.objects.filter(code="XA1001").update(name=FORMULA)
    text = take("csv").decode()
    assert text[0] == "\ufeff"
    names, tags, first, *_rest = csv.reader(io.StringIO(text[1:]))
    by_name = dict(zip(names, tags, strict=True))
    assert all(by_name[name] == tag for name, tag in (PLACE | CROSSING | FIGURES).items())
    assert all(tag.startswith("#") for tag in tags)
    assert first[1] == f"'{FORMULA}"


def test_geojson_has_each_area_with_its_outline_and_figures(province: Province, sign_in: SignIn) -> None:
    client = sign_in(province.lead)
    found = json.loads(client.post("/reports/export", {"format": "geojson"}).content)
    assert len(found["features"]) == 5
    for one in found["features"]:
        row = province.now.figure(one["properties"]["area_code"])
        assert {name: one["properties"][name] for name in FIGURES} == {name: row[name] for name in FIGURES}
        assert shape(one["geometry"]).area > 0
    asked = {"format": "geojson", "sex": "each", "level": "4"}
    crossed = json.loads(client.post("/reports/export", asked).content)["features"]
    for one in crossed:
        whole = province.now.figure(one["properties"]["area_code"])
        assert sum(group["people"] for group in one["properties"]["groups"]) == whole["people"]


def test_an_area_without_an_outline_has_none_in_geojson(take: Callable[..., bytes]) -> None:
    found = json.loads(take("geojson", area=SUB_DISTRICT))["features"]
    assert [one["geometry"] for one in found] == [None, None]


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_pdf_is_set_with_our_fonts_and_without_complaint(
    province: Province, sign_in: SignIn, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[str] = []

    def compiled(*args: object, **others: object) -> bytes:
        made, warnings = typst.compile_with_warnings(*args, **others)
        complaints.extend(one.message for one in warnings)
        return made

    monkeypatch.setattr(document.typst, "compile", compiled)
    client = sign_in(province.lead)
    client.post("/language/setlang/", {"language": language})
    made = client.post("/reports/export", {"format": "pdf", "sex": "each"}).content
    assert made.startswith(b"%PDF-")
    assert not complaints
    assert b"NotoSans-Regular" in made
    assert (b"NotoSansThaiLooped" in made) is (language == "th")
    assert b"Libertinus" not in made, "a letter that our fonts lack"


@pytest.mark.parametrize("practice", [True, False])
def test_what_leaves_a_practice_says_that_its_people_are_made_up(
    cast: Cast, counted: Counted, take: Callable[..., bytes], settings: LazySettings, practice: bool
) -> None:
    settings.DEMO = practice
    marks: list[str] = []
    compiled = document.typst.compile

    def noticed(*args: object, sys_inputs: dict[str, str], **others: object) -> bytes:
        marks.append(json.loads(sys_inputs["data"])["mark"])
        return bytes(compiled(*args, sys_inputs=sys_inputs, **others))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document.typst, "compile", noticed)
        take("pdf")
    assert marks == (["Made-up people"] if practice else [""])
    cells = [
        str(cell)
        for sheet in openpyxl.load_workbook(io.BytesIO(take("xlsx")))
        for row in sheet.values
        for cell in row
    ]
    assert any("made-up people" in one for one in cells) is practice


def test_nothing_in_a_name_is_read_as_markup(take: Callable[..., bytes]) -> None:
    Area.objects.filter(code="XA1001").update(name='#panic("x") $ ] </svg> *')
    assert take("pdf").startswith(b"%PDF-")


def test_a_pdf_that_nobody_could_read_is_refused(
    cast: Cast, counted: Counted, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MOST_ROWS", 2)
    answer = sign_in(cast[Role.PROVINCIAL_LEAD]).post("/reports/export", {"format": "pdf", "sex": "each"})
    assert answer.status_code == 400
    assert "at most 2 rows" in answer.content.decode()


def test_the_picture_needs_no_page_around_it_and_leaves_words_to_typst(province: Province) -> None:
    drawn = map_picture(open_report(actor_for(province.lead), Crossing()).sheet)
    assert drawn is not None
    for one in (drawn.svg, *map(swatch_svg, SIGNS)):
        assert "var(" not in one
        assert "<text" not in one, "marks of Thai would stand wrong"
    assert drawn.svg.count("<path ") >= 5
    assert colours()["high"] == "#8c1a15"
    said = {one.name: one.number for one in drawn.labels}
    districts = [one for one in province.now.places.to_pylist() if one["level"] == "2"]
    assert said == {one["name"]: f"{province.now.figure(one['area_code'])['high']:,}" for one in districts}
    assert all(0 < one.x < 1 and 0 < one.y < 1 for one in drawn.labels)
