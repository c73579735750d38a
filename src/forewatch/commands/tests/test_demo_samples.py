"""The files to try intake on do what they are there for: one has mistakes, one waits to be explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from forewatch.commands.demo_samples import KNOWN, PUPILS, UNKNOWN, write_samples
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import Agency, agency
from forewatch.intake.values.faults import Fault

pytestmark = pytest.mark.django_db
__all__ = ("agency",)


def test_the_columns_of_one_are_known_and_each_mistake_is_another(agency: Agency, tmp_path: Path) -> None:
    write_samples(tmp_path)
    checked = agency.upload((tmp_path / KNOWN).read_bytes(), KNOWN)
    assert (checked.state, checked.ready, checked.rejected) == (State.CHECKED, PUPILS - 4, 4)
    kinds = {one.kind for one in checked.problems.filter(refuses=True)}
    assert kinds == {Fault.DATE_NOT_A_DAY, Fault.CODE_UNKNOWN, Fault.AREA_UNKNOWN, Fault.ID_SCIENTIFIC}


def test_the_columns_of_the_other_wait_to_be_explained(agency: Agency, tmp_path: Path) -> None:
    write_samples(tmp_path)
    assert agency.upload((tmp_path / UNKNOWN).read_bytes(), UNKNOWN).state == State.MAPPING
