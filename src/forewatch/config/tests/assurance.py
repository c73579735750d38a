"""What a run proves: each promise of the access protocol, how often it was tried and how often broken.

A test that proves one takes `assured` and says so in figures. `pytest --assurance docs/assurance.md` runs
these tests and no others, and writes the page from what they said; a test that fails says nothing. On
PostgreSQL the page is docs/assurance-postgresql.md, without what no database has a part in. With
`--long` (`make test-long`) what is tried by chance, such as moments of kills, is tried far more often.
"""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

PROMISES: Mapping[str, tuple[str, str]] = {
    "address": ("Address, method and role: opens exactly what the matrix opens", "leaks"),
    "outside": ("Address and method, asked by an officer of another province", "leaks"),
    "said to": (
        "Pages answered to a role or the outsider, searched for names and codes that are not theirs",
        "shown",
    ),
    "unwritten": ("Addresses of one person or record, asked while the trail cannot be written", "shown"),
    "stranger": ("Address and method, asked without signing in", "leaks"),
    "oracle": ("Concerns handed in, half about known people: page, size and time", "told apart"),
    "conflict": ("Verb, class, purpose and role, under a conflict of interest", "allowed"),
    "roots": (
        "Sequences of reports of one root, by whomever and in whatever order, that score somebody",
        "scored",
    ),
    "exits": ("Sequences of decisions on what leaves, under each protocol and abroad", "let out too early"),
    "consent": ("Verb, class, purpose and role, about somebody who said no to one purpose", "allowed"),
    "emergency": ("Verb, class, purpose and role, on a household opened in an emergency", "allowed too much"),
    "audit": ("Random changes, removals, insertions, swaps and cuts of the audit trail", "not found"),
    "withheld": ("Withheld cells of 200 made-up districts, attacked by what the release says", "narrowed"),
    "programming": ("Withheld cells at the edge, attacked by linear programming", "narrowed"),
    "together": (
        "Counts of two indexes of a day, and of a month in which one person joined, attacked together",
        "given away",
    ),
    "at rest": ("Made-up names, looked for in the database files, their logs and ours", "found"),
    "browser": ("Made-up names shown in Chromium, looked for in its profile after signing out", "found"),
    "keystore": ("Data keys, tried with another master key", "opened"),
    "restored": ("Names of a restored backup whose keystore is lost", "opened"),
    "kill": ("Saves acknowledged before the server's process was killed", "lost or doubled"),
    "killed": ("Processes of the server or its database killed while they saved", "half done or doubled"),
    "disk full": ("Saves while the disk fills up at some moment", "lost or doubled"),
    "kill import": ("Imports killed at some moment", "half done"),
    "kill rescore": ("Runs about everybody killed at some moment", "half done"),
    "fault save": ("Calls of the database that failed while a household was saved", "half saved"),
    "fault import": ("Calls of database and disk that failed while a file came in", "half in"),
    "cells": ("Cells of made-up text in five kinds of files that leave, opened in LibreOffice", "formulas"),
    "scripts": ("Made-up scripts, each stored in every field of text, shown in Chromium", "run"),
    "backup": ("Backups with one changed byte", "restored"),
    "said": ("Wrong keys and recipients, lost keys, days past, changed bytes: what is said", "revealing"),
}
"""What is promised: what is tried, and what it would mean that one is broken."""

Assured = Callable[..., None]
Often = Callable[[int, int], int]
_SAID = "assured"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--assurance FILE` and `--long`."""
    parser.addoption("--long", action="store_true", help="try what is tried by chance far more often")
    parser.addoption("--assurance", type=Path, help="run what proves a promise, and write what it proved")


def pytest_configure(config: pytest.Config) -> None:
    """Gather in the process that hears of every test."""
    file = config.getoption("--assurance")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Gathering(file))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what proves no promise."""
    if config.getoption("--assurance"):
        items[:] = [one for one in items if _SAID in getattr(one, "fixturenames", ())]


@pytest.fixture
def assured(record_property: Callable[[str, object], None]) -> Assured:
    """Return a function that says of a promise how often this test tried it, and how often it was broken."""

    def said(promise: str, tried: int, broken: int = 0) -> None:
        assert promise in PROMISES
        assert tried > 0
        record_property(_SAID, [promise, tried, broken])

    return said


@pytest.fixture
def often(pytestconfig: pytest.Config) -> Often:
    """Return how often something is tried by chance: the first number, the second in a long run."""
    return lambda short, long: long if pytestconfig.getoption("--long") else short


class _Gathering:
    """Adds up what tests say, and writes it down at the end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._said: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)
        if report.when != "call" or not report.passed:
            return
        for name, value in report.user_properties:
            if name == _SAID:
                promise, tried, broken = value  # type: ignore[misc]
                self._said[promise][0] += tried
                self._said[promise][1] += broken

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(page(self._said, self._failed), encoding="utf-8")


def page(said: Mapping[str, list[int]], failed: list[str]) -> str:
    """Return the page: a row for each promise, also where nothing proved it."""
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    lines = [
        "# Assurance",
        "",
        "What the access protocol promises, tried by the tests themselves. `make assurance` runs them",
        "and writes this page; each figure was counted by the test that tried it.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {database}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()}.",
        "",
        "| What was tried | times | broken | broken means |",
        "|---|---:|---:|---|",
    ]
    for promise, (what, broken_means) in PROMISES.items():
        tried, broken = said.get(promise, (0, 0))
        figures = f"{tried:,} | {broken:,}" if tried else "**not proved** | –"
        lines.append(f"| {what} | {figures} | {broken_means} |")
    lines += ["", f"Failed in this run: {', '.join(failed) if failed else 'nothing'}.", ""]
    return "\n".join(lines)
