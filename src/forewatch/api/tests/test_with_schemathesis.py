"""schemathesis asks every address what its description allows, and what it does not, and believes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from forewatch.api import rules
from forewatch.api.describing import description
from forewatch.api.tests.conftest import Program, Row
from forewatch.reports.atlas.tests.conftest import Counted

OPERATIONS = [(path, method) for path, methods in description()["paths"].items() for method in methods]
RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
MODES = [
    (path, method, mode)
    for path, method in OPERATIONS
    # Where nothing can be said, nothing can be said wrongly.
    for mode in ((RIGHT, WRONG) if description()["paths"][path][method]["parameters"] else (RIGHT,))
]
EXAMPLES = 40
"""Requests made up for each address, in each of the two ways."""


@pytest.fixture
def described(
    program: Program, counted: Counted, pupils: list[Row], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, dict[str, str]]]:
    """Return the API as it describes itself to a program with a key, with something to find in it."""
    for bound in ("REQUESTS_A_MINUTE", "SUBMISSIONS_AN_HOUR"):
        monkeypatch.setattr(rules, bound, 1_000_000)
    program.send(pupils)
    # Once a server has answered it closes the connection, which here would end the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    yield schema, {"Authorization": f"Bearer {program.secret}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method", "mode"), MODES)
def test_every_answer_is_as_described(
    described: tuple[Any, dict[str, str]], path: str, method: str, mode: GenerationMode
) -> None:
    schema, headers = described

    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers)

    asked()


def test_every_address_is_described_with_a_sentence() -> None:
    assert description()["openapi"].startswith("3.1")
    for path, method in OPERATIONS:
        one = description()["paths"][path][method]
        assert one["summary"]
        assert one["description"].strip().endswith("."), path
        assert all(each.get("description") for each in one["parameters"]), path


def test_no_two_operations_have_one_name() -> None:
    names = [description()["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(names) == len(set(names))
