"""Areas, the index, released figures: what is about nobody, as it stands, and not a figure more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import OperationalError
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.analysis.loading import load_definition
from forewatch.api import rules
from forewatch.api.tests.conftest import Program
from forewatch.config.tests.cast import DISTRICT, PROVINCE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.reports.atlas.tests.conftest import Counted
from forewatch.risk.releases import opened

pytestmark = pytest.mark.django_db
COUNTS = ("people", "assessed", "high", "medium", "low", "not_enough_information")


def test_areas_are_told_from_the_top_down_with_their_parents(program: Program) -> None:
    found = program.get("areas").json()
    assert found["total"] == Area.objects.count() == len(found["areas"])
    assert found["areas"][0] == {
        "code": "XA",
        "level": 0,
        "parent_code": None,
        "name": "Sandland",
        "name_local": "แดนทราย",
        "valid_on": "2000-01-01",
        "valid_to": None,
    }
    below = program.get("areas", parent=PROVINCE, level=2).json()["areas"]
    assert [one["code"] for one in below] == [DISTRICT, "XA1002"]


def test_a_long_list_comes_in_parts(program: Program) -> None:
    whole = [one["code"] for one in program.get("areas").json()["areas"]]
    parts = [program.get("areas", limit=5, offset=start).json() for start in range(0, len(whole), 5)]
    assert [one["code"] for part in parts for one in part["areas"]] == whole
    assert {part["total"] for part in parts} == {len(whole)}


def test_an_area_is_told_in_all_its_generations(program: Program, areas: dict[str, Area]) -> None:
    village = areas[VILLAGE]
    Area.objects.filter(pk=village.pk).update(valid_on=date(2020, 1, 1))
    Area.objects.create(
        code=VILLAGE, level=4, parent=village.parent, path=village.path, name="Old Mill",
        valid_on=date(2000, 1, 1), valid_to=date(2020, 1, 1),
    )  # fmt: skip
    found = program.get(f"areas/{VILLAGE}").json()["generations"]
    assert [(one["name"], one["valid_to"]) for one in found] == [
        ("Mill Village 1", None),
        ("Old Mill", "2020-01-01"),
    ]
    assert len([one for one in program.get("areas").json()["areas"] if one["code"] == VILLAGE]) == 1
    assert program.get("areas/XX99").status_code == 404


def test_the_indicators_are_those_of_the_definition_in_force(program: Program) -> None:
    found, index = program.get("indicators").json(), load_definition("chiang-mai-28")
    assert (found["id"], found["version"]) == (index.id, index.version)
    assert [one["id"] for one in found["indicators"]] == list(index.indicators)
    assert [one["name"] for one in found["variables"]] == list(index.variables)
    labels = {one["id"]: one["label"] for one in found["indicators"]}
    assert labels == {name: dict(one.label) for name, one in index.indicators.items()}
    assert all({"en", "th"} <= set(one) for one in labels.values())
    read = {name for one in found["indicators"] for name in one["variables"]}
    assert read <= set(index.variables)
    assert all(one["variables"] for one in found["indicators"])


def test_a_number_is_told_with_its_bounds_in_its_own_unit(program: Program) -> None:
    index = load_definition("chiang-mai-28")
    told = {one["name"]: one for one in program.get("indicators").json()["variables"]}
    for name, one in index.variables.items():
        if one.kind in ("integer", "decimal"):
            assert told[name]["maximum"] * 10**one.scale == pytest.approx(one.high)
        else:
            assert (told[name]["minimum"], told[name]["maximum"]) == (None, None)


def test_figures_are_the_frozen_rows_of_the_release_and_no_others(program: Program, counted: Counted) -> None:
    found = program.get("figures").json()
    frozen = opened(counted.release).rows.to_pylist()
    assert found["total"] == len(frozen) == len(found["figures"])
    for told, kept in zip(found["figures"], frozen, strict=True):
        for name in COUNTS:
            assert told[name] == {"value": kept[name], "sign": kept[f"{name}_sign"]}
        for name in ("area_code", "sex", "age_band", "h_bp", "h_bp_sign", "m0_bp", "mean_index_bp", "a_bp"):
            assert told[name] == kept[name]
    assert found["release"] == {
        "index": "chiang-mai-28",
        "definition": "chiang-mai-28@1",
        "month": "2026-06",
        "as_of": "2026-06-30",
    }


def test_few_people_are_withheld_and_never_a_zero(program: Program, counted: Counted) -> None:
    """Three women in the Second Ford have outreach now: fewer than eleven."""
    (row,) = program.get("figures", area="XA1002", sex="F", age_band="25-59").json()["figures"]
    assert row["high"] == {"value": None, "sign": "withheld"}
    assert row["medium"]["value"] == 60
    signs = {
        (one[name]["sign"], one[name]["value"] is None)
        for one in program.get("figures").json()["figures"]
        for name in COUNTS
    }
    assert ("withheld", False) not in signs
    assert ("count", True) not in signs


def test_figures_can_be_asked_by_area_sex_and_age(program: Program, counted: Counted) -> None:
    found = program.get("figures", area=PROVINCE, sex="F").json()["figures"]
    assert found
    assert {(one["area_code"], one["sex"]) for one in found} == {(PROVINCE, "F")}
    assert program.get("figures", area=VILLAGE).json()["figures"] == [], "villages are never released"


def test_a_month_without_a_release_says_so(program: Program, counted: Counted) -> None:
    assert program.get("figures", month="2026-06").status_code == 200
    answer = program.get("figures", month="2026-05")
    assert answer.status_code == 404
    assert [one["month"] for one in program.get("releases").json()["releases"]] == ["2026-06"]


@pytest.mark.parametrize(
    "query",
    ["level=9", "level=x", "levle=2", "parent=%27%3B--", "limit=0", "limit=1001", "offset=-1"],
)
def test_what_is_not_asked_rightly_is_said_to_be_so(program: Program, query: str) -> None:
    answer = program.get(f"areas?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("query")


def test_staff_read_the_same_by_signing_in_and_nobody_reads_without(
    cast: Cast, program: Program, counted: Counted, sign_in: Callable[[User], Client]
) -> None:
    by_key = program.get("figures").content
    assert sign_in(cast[Role.PLANNER]).get("/api/v1/figures").content == by_key
    answer = Client().get("/api/v1/figures")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert sign_in(cast[Role.VOLUNTEER]).get("/api/v1/figures").status_code == 403


def test_a_key_opens_no_page(program: Program) -> None:
    headers = {"Authorization": f"Bearer {program.secret}"}
    for address in ("/", "/people/", "/intake/", "/map/"):
        answer = Client().get(address, headers=headers)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/")


def test_a_minute_has_its_bound(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six requests meet two minutes at most."""
    monkeypatch.setattr(rules, "REQUESTS_A_MINUTE", 2)
    answers = [program.get("releases") for _ in range(6)]
    assert [one.status_code for one in answers[:2]] == [200, 200]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert all(0 < int(one.headers["Retry-After"]) <= 60 for one in refused)


@pytest.mark.parametrize(("method", "path"), [("delete", "areas"), ("get", "no"), ("put", "submissions")])
def test_every_mistake_is_a_problem_document(program: Program, method: str, path: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {program.secret}"})
    answer = getattr(client, method)(f"/api/v1/{path}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["type"]) == (answer.status_code, "about:blank")
    assert said["title"]
    assert said["detail"].endswith(".")
    assert (answer.status_code == 405) is ("Allow" in answer.headers)


@pytest.mark.parametrize(
    ("broken", "status"),
    [(ZeroDivisionError("secret words"), 500), (OperationalError("database is locked"), 503)],
)
def test_what_breaks_is_a_problem_document_too_and_tells_nothing_of_it(
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: Exception,
    status: int,
) -> None:
    def breaks(*_args: object, **_others: object) -> None:
        raise broken

    monkeypatch.setattr("forewatch.api.queries.areas", breaks)
    answer = program.get("areas")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret words" not in answer.content.decode()
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert ("secret words" in caplog.text) is (status == 500)


def test_a_sentence_comes_in_the_language_that_is_asked_for(program: Program) -> None:
    answer = Client().get("/api/v1/figures", headers={"Accept-Language": "th"})
    assert "กุญแจ" in answer.json()["detail"]
