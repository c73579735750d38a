"""What tests of the API share: a program with a key, and figures that were released."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from forewatch.access.rules import Role
from forewatch.api.actions import give_key
from forewatch.api.models import Key, Submission
from forewatch.config.tests.cast import PROVINCE, Cast
from forewatch.intake import jobs
from forewatch.intake.models import Upload
from forewatch.intake.tests.agency import HEADINGS, Agency, pupil
from forewatch.places.models import Area
from forewatch.reports.atlas.tests.conftest import counted

__all__ = ("counted",)

Row = dict[str, str | None]
DAY = "2025-10-01"


def rows_of(*pupils: Sequence[str]) -> list[Row]:
    """Return rows of the school register as a program sends them."""
    return [dict(zip(HEADINGS, one, strict=True)) for one in pupils]


@dataclass(frozen=True)
class Program:
    """The program of an agency, with its key."""

    key: Key
    secret: str
    agency: Agency

    def get(self, path: str, **others: Any) -> Any:
        """Ask for something."""
        return Client().get(f"/api/v1/{path}", others, headers={"Authorization": f"Bearer {self.secret}"})

    def send(self, rows: list[Row], name: str = "october-2025", day: str = DAY) -> Any:
        """Hand rows in."""
        return self.post(json.dumps({"observed_on": day, "rows": rows}), name)

    def post(self, body: str | bytes, name: str = "october-2025", kind: str = "application/json") -> Any:
        """Send a body to where records are handed in."""
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": name}
        return Client().post("/api/v1/submissions", body, content_type=kind, headers=headers)

    def batch(self, answer: Any) -> Upload:
        """Return what a receipt speaks of, after the job that looks through it."""
        upload = Submission.objects.get(pk=answer.json()["receipt"]).upload
        jobs.work(upload.pk)
        return Upload.objects.get(pk=upload.pk)


@pytest.fixture
def program(cast: Cast, areas: dict[str, Area]) -> Program:
    """Return a program that hands in what the school register knows of the province XA10."""
    cache.clear()  # requests are counted there
    agency = Agency(cast)
    by = cast.actor(Role.ADMINISTRATOR)
    key, secret = give_key(
        by=by, source=agency.source, area=areas[PROVINCE], until=by.today + timedelta(days=90)
    )
    return Program(key, secret, agency)


@pytest.fixture
def pupils() -> list[Row]:
    """Return three good rows."""
    return rows_of(pupil(1), pupil(2), pupil(3))
