"""A survey's own files go in through the mapping page as published: 198 households, their 905 members."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forewatch.access.models import User
from forewatch.config.tests.cast import SUB_DISTRICT
from forewatch.intake import jobs
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import Agency, agency
from forewatch.places.models import Area, Level
from forewatch.register.models import Household, Person, Record

__all__ = ("agency",)
pytestmark = pytest.mark.django_db
ROSTER = {
    "uuid": "household",
    "line_number": "member",
    "class": "area",
    "sex": "sex",
    "age": "age",
    "attending_school": "v:schooling",
}
HOUSEHOLDS = {"uuid": "household", "class": "area", "drinking_water": "v:water"}
MEANINGS = {
    "v:schooling": {"1": "attending", "2": "out"},
    "v:water": {"1": "enough", "2": "drinking_lacking"},
}


@pytest.fixture
def folder(data: Path) -> Path:
    """Return the folder of the survey."""
    return data / "household" / "mpindex"


@pytest.fixture
def places(areas: dict[str, Area]) -> None:
    """Make the two places that the survey knows: its files give no other."""
    above = areas[SUB_DISTRICT]
    for code in ("RURAL", "URBAN"):
        Area.objects.create(
            code=code, level=Level.VILLAGE, parent=above, path=f"{above.path}{code}/", name=code.title(),
            name_local=code.title(), valid_on=date(2000, 1, 1),
        )  # fmt: skip


def said(file: Path) -> list[dict[str, str]]:
    """Return the rows of a file as its publisher wrote them."""
    with file.open(encoding="utf-8", newline="") as content:
        return list(csv.DictReader(content))


def mapped(client: Client, agency: Agency, file: Path, targets: Mapping[str, str]) -> Upload:
    """Upload a file and map it as an analyst does: its columns, then its codes."""
    content = SimpleUploadedFile(file.name, file.read_bytes())
    form = {"file": content, "source": agency.source.id, "observed_on": "2015-06-01"}
    address = client.post("/intake/upload", form)["Location"]
    columns = list(said(file)[0])
    first: dict[str, Any] = {f"column-{at}": targets.get(one, "") for at, one in enumerate(columns)}
    first |= {"era": "ce", "people": ""}
    page = client.post(f"{address}map", first)
    assert page.status_code == 200
    asked = page.context["form"].asked
    codes = {
        f"code-{number}-{place}": MEANINGS[f"v:{variable.name}"].get(value, "-")
        for number, (_, variable, values) in enumerate(asked)
        for place, value in enumerate(values)
    }
    answer = client.post(f"{address}codes", first | codes | {"title": file.stem})
    assert answer.status_code == 302, answer.content.decode()
    upload = Upload.objects.get(filename=file.name)
    jobs.work(upload.id)
    return Upload.objects.get(id=upload.id)


def test_the_survey_goes_in_as_it_was_published(
    folder: Path, places: None, agency: Agency, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(agency.analyst)
    roster, households = said(folder / "df_household_roster.csv"), said(folder / "df_household.csv")
    checked = mapped(client, agency, folder / "df_household_roster.csv", ROSTER)
    assert (checked.state, checked.ready, checked.rejected) == (State.CHECKED, 905, 0)
    agency.commit(checked)
    second = mapped(client, agency, folder / "df_household.csv", HOUSEHOLDS)
    assert (second.state, second.ready, second.rejected) == (State.CHECKED, 198, 0)
    agency.commit(second)

    assert (Person.objects.count(), Household.objects.count()) == (905, 198)
    sexes = Counter(Person.objects.values_list("sex", flat=True))
    assert sexes == Counter(one["sex"][0] for one in roster)
    sizes = Counter(Counter(one["uuid"] for one in roster).values())
    assert Counter(Household.objects.values_list("members", flat=True)) == sizes
    told = Counter(one.values["schooling"] for one in Record.objects.filter(level="person"))
    attending = Counter(one["attending_school"] for one in roster)
    assert told == {"attending": attending["1"], "out": attending["2"]}
    water = Counter(one.values["water"] for one in Record.objects.filter(level="household"))
    wells = Counter(one["drinking_water"] for one in households)
    assert water == {"enough": wells["1"], "drinking_lacking": wells["2"]}
    aged = Person.objects.filter(birth_date__isnull=False).count()
    assert aged == sum(1 for one in roster if one["age"])


def test_next_years_round_is_recognised_and_doubles_nobody(
    folder: Path, places: None, agency: Agency, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(agency.analyst)
    agency.commit(mapped(client, agency, folder / "df_household_roster.csv", ROSTER))
    later = (folder / "df_household_roster.csv").read_bytes() + b"\r\n"
    second = agency.upload(later, "next-round.csv")
    assert (second.state, second.recognised, second.ready) == (State.CHECKED, True, 905)
    assert (agency.commit(second).written, Person.objects.count()) == (375, 905)
