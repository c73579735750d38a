"""Whoever watches the server hears whether it is well, before a full disk stops it, and nothing else."""

from __future__ import annotations

import shutil
from collections import namedtuple

import pytest
from django.test import Client

from forewatch.intake.actions import LEAST_FREE

Usage = namedtuple("Usage", "total used free")


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "status"), [(LEAST_FREE, 200), (LEAST_FREE - 1, 503)])
def test_it_is_not_well_when_the_disk_is_nearly_full(
    monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10 * LEAST_FREE, 0, free))
    answer = Client().get("/health")
    assert answer.status_code == status
    assert set(answer.json()) == {"status"}
