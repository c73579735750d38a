"""The page as it is written: everything inside, everything escaped, nothing a release must not show."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forewatch.analysis import schema
from forewatch.reports import report as report_module
from forewatch.reports import write_reports
from forewatch.reports.tests.making import AS_OF, define, make_province, released_rows, write_figures

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}\u2028"


class Page(HTMLParser):
    """Collects what a test asks about: tags with their attributes, and text by the element it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag
        if tag in ("script", "style"):
            getattr(self, f"{tag}s").append("")

    def handle_data(self, data):
        if self._inside in ("script", "style"):
            getattr(self, f"{self._inside}s")[-1] += data
        else:
            self.text += data

    def handle_endtag(self, tag):
        self._inside = ""

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def data(self) -> dict:
        return json.loads(self.scripts[0])


def read(folder) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def write(folder, province, definition=None, **options):
    write_figures(province, folder / "areas.parquet")
    given = {"boundaries": province.shapes, "drivers": province.drivers, "summary": {}} | options
    write_reports(
        folder,
        definition or define(),
        province.areas,
        given["boundaries"],
        AS_OF,
        given.get("known_by"),
        given["summary"],
        given["drivers"],
    )
    return read(folder)


@pytest.fixture(scope="module")
def page(reported) -> Page:
    return read(reported)


def test_nothing_comes_from_elsewhere(page):
    links = {
        attributes[name] for _, attributes in page.tags for name in ("src", "href") if attributes.get(name)
    }
    assert all(link.startswith("#") or link in ("areas.csv", "areas.geojson") for link in links)
    assert not re.search(r"url\((?!#|data:font/woff2;base64,)|@import", page.styles[0])
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|innerHTML|eval\(", page.scripts[1])


def test_only_our_own_style_and_script_may_run(page):
    (policy,) = [one["content"] for one in page.named("meta") if one.get("http-equiv")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for rule, text in (("style-src", page.styles[0]), ("script-src", page.scripts[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [attributes for _, attributes in page.tags if "style" in attributes]


def test_the_parts_come_in_the_order_of_the_three_questions(page):
    order = ["fw-title", "fw-attention", "fw-map-title", "fw-panel", "fw-tables", "fw-reading"]
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id") in order]
    assert ids == order


def test_heading_says_when_from_what_and_by_which_index(page):
    assert "As of 30 June 2026, from what was received by 30 June 2026" in page.text
    assert "ข้อมูล ณ วันที่ 30 มิถุนายน 2569" in page.text
    assert "small-index@3" in page.text
    assert "This index is a reconstruction" in page.text


def test_the_page_says_what_it_cannot_know(tmp_path):
    page = write(tmp_path, make_province(1, 2, 2, 60), define(title="A plain index"))
    assert "This index is a reconstruction" not in page.text
    assert "from everything received" in page.text


def test_base_rate_arithmetic_is_printed(page):
    assert "PPV = se·p / (se·p + (1 − sp)·(1 − p))" in page.text
    for figure in ("85%", "75%", "0.3%", "3.3%", "15%", "80%", "95%", "1.6%", "14%"):
        assert figure in page.text


def test_ids_are_unique_and_everything_that_is_labelled_by_one_has_it(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    asked = {attributes.get("aria-labelledby") or attributes.get("for") for _, attributes in page.tags}
    assert asked - {None} <= set(ids)


def test_every_area_has_a_row_without_javascript(page, province):
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert set(province.areas["area_code"].to_pylist()) - {"XF"} <= ids
    paths = [one for one in page.named("path") if one.get("class", "").startswith("s-")]
    assert len(paths) == 3


def test_the_page_stays_small(tmp_path):
    province = make_province(4, 5, 5, 50_000)
    write(tmp_path, province)
    assert (tmp_path / "report.html").stat().st_size < 600_000


def hostile_province():
    province = make_province(1, 1, 3, 90)
    rows = [
        row | {"name": HOSTILE if row["level"] != "1" else "Mirkland"} for row in province.areas.to_pylist()
    ]
    renamed = pa.Table.from_pylist(rows, schema=schema.AREAS)
    return type(province)(renamed, province.shapes, province.people, province.drivers)


def test_hostile_names_are_only_text(tmp_path):
    page = write(tmp_path, hostile_province(), define(title=HOSTILE), summary={HOSTILE: HOSTILE})
    assert len(page.scripts) == 2
    assert page.named("img") == []
    assert HOSTILE in page.data["names"]
    assert HOSTILE in page.text
    assert "49" not in re.findall(r"\S*49\S*&", page.text)


def test_hostile_codes_are_only_text(tmp_path):
    code = "x\"> <script>'/#?%"
    row = dict.fromkeys(schema.area_rows().names) | {"by": "residence", "people": 3}
    table = pa.Table.from_pylist([row | {"area_code": one} for one in (code, "b")], schema=schema.area_rows())
    pq.write_table(table, tmp_path / "areas.parquet")
    areas = pa.table({"area_code": [code], "parent_code": [None], "level": ["<b>"], "name": [None]})
    write_reports(tmp_path, define(), areas.cast(schema.AREAS), None, AS_OF, None, {}, None)
    page = read(tmp_path)
    assert page.data["codes"] == ["", "b", code]
    assert page.named("b") == []
    assert len(page.scripts) == 2


def test_above_a_bound_the_lowest_areas_details_stay_out_and_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "DETAILED", 11)
    page = write(tmp_path, make_province(2, 2, 3, 300))
    assert "There are 12 villages." in page.text
    assert "มีหมู่บ้านทั้งหมด 12 แห่ง" in page.text
    assert "The shapes of the villages are left out" not in page.text
    lowest = [place for place, level in enumerate(page.data["levels"]) if level == "4"]
    assert not set(lowest) & {
        place for group in page.data["groups"]["sex"].values() for place in group["place"]
    }
    assert not set(map(str, lowest)) & set(page.data["drivers"])
    assert set(map(str, lowest)) <= set(page.data["shapes"])
    assert all(page.data["figures"]["people"][place] is not None for place in lowest)
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert "XF0101" in ids
    assert "XF010101" not in ids


def test_above_a_higher_bound_the_lowest_areas_shapes_stay_out_too(tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "DETAILED", 3)
    monkeypatch.setattr(report_module, "MAPPED", 11)
    page = write(tmp_path, make_province(2, 2, 3, 300))
    assert "The shapes of the villages are left out too" in page.text
    assert {page.data["levels"][int(place)] for place in page.data["shapes"]} == {"2", "3"}


def test_at_the_bound_everything_is_in(tmp_path, monkeypatch):
    monkeypatch.setattr(report_module, "DETAILED", 12)
    page = write(tmp_path, make_province(2, 2, 3, 300))
    assert "are left out" not in page.text


def test_without_boundaries_bars_stand_in_for_the_map(tmp_path):
    page = write(tmp_path, make_province(2, 2, 2, 200), boundaries=None)
    assert [one for one in page.named("ol") if one.get("class") == "bars"]
    assert not [one for one in page.named("svg") if one.get("class") == "areas"]
    assert "Figures by area" in page.text


def test_a_poverty_count_has_no_medium_in_its_legend(tmp_path):
    poor = define(method="alkire_foster", bands=None, k_bp=2600)
    page = write(tmp_path, make_province(1, 2, 2, 200), poor)
    signs = [one["data-sign"] for one in page.named("li") if "data-sign" in one]
    assert "medium" not in signs
    assert "high from 26." in page.text


def released(folder, province):
    def row(code, **counts):
        return {"area_code": code} | counts

    shown = {"assessed": (300, "at_least"), "high": (45, "at_least"), "medium": 110, "low": 145}
    rows = [
        row("XF", people=(480, "at_least"), not_enough_information=(180, "at_least"), **shown),
        row("XF", sex="F", people=(200, "at_least"), not_enough_information=80, **shown),
        row("XF01", people=480, not_enough_information=180, **shown, h_bp=1500),
        row(
            "XF02",
            people=25,
            assessed=(None, "withheld"),
            high=(None, "withheld"),
            medium=(None, "withheld"),
            low=0,
            not_enough_information=20,
        ),
        row(
            "XF03",
            people=(None, "withheld"),
            **dict.fromkeys(
                ("assessed", "high", "medium", "low", "not_enough_information"), (None, "not_surveyed")
            ),
        ),
    ]
    pq.write_table(released_rows(rows), folder / "areas.parquet")
    summary = {"people read": 483}
    arguments = (province.areas, province.shapes, AS_OF, None, summary, province.drivers)
    write_reports(folder, define(), *arguments, released=True)
    return read(folder)


def test_a_release_shows_released_figures_and_nothing_else(tmp_path, province):
    page = released(tmp_path, province)
    slots = {attributes.get("data-f") for _, attributes in page.tags}
    assert not {"provisional", "act_now"} & slots
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert not {"fw-home", "fw-drivers"} & ids
    assert page.data["drivers"] == {}
    assert not {"provisional", "act_now"} & set(page.data["figures"])
    assert page.data["codes"] == ["XF", "XF01", "XF02", "XF03"]
    assert "483" not in page.text
    assert "Exact figures" not in page.text
    assert "Figures for publication." in page.text


def test_a_release_has_a_sign_for_each_reason(tmp_path, province):
    page = released(tmp_path, province)
    for text in (
        "at least 480",
        "withheld",
        "fewer than 11",
        "Medium, part withheld",
        "Nobody surveyed",
        "not given",
    ):
        assert text in page.text
    names = [page.data["signNames"][sign] for sign in page.data["signs"]]
    assert names == ["medium-partial", "medium-partial", "w", "unsurveyed"]
    assert "people listed there: withheld" in page.text
