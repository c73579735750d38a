"""A run about everybody that is killed at any point changed nothing, or all of it; the next one ends well."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.surviving import Installation, Warm, warm
from forewatch.risk.tests.rescoring import PAGES, Answers, answers, check_whole, fill, prepare, rescore, start

KILLS, LONG = 10, 150
DAYS = "2026-06-30", "2026-12-31"
GOLDEN = 0.618034
"""Multiples of it, modulo 1, lie evenly wherever one stops: the moments of kills."""


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which programs of this test put what they need for a moment."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("FOREWATCH_PAGES_ROLE", PAGES)
    return folder


def files(installation: Installation, aside: Path) -> set[str]:
    """Return what lies in the folders of an installation, but for what browsers are given."""
    every = {*installation.folder.rglob("*"), *aside.rglob("*")}
    kept = {str(one.relative_to(installation.folder)) for one in every}
    return {one for one in kept if not one.startswith("static") and not one.endswith(("-wal", "-shm"))}


class Runs:
    """Runs about everybody of an installation, some of them killed."""

    def __init__(self, program: Warm, installation: Installation) -> None:
        self._program, self._installation = program, installation
        self.seconds = 0.0
        self.statements = 0
        """How long the last run took, and how many statements wrote its answers."""

    def whole(self, day: str) -> Answers:
        """Let a run of a day come to its end, and return its answers."""
        begun = time.monotonic()
        said, ended = self._program.do(rescore, day)
        assert ended
        self.seconds, self.statements = time.monotonic() - begun, int(said[-1])
        return self.look()

    def killed(self, day: str, turn: int) -> Answers:
        """Kill a run of a day, by turns at some moment and at some statement; return what stands then."""
        part = turn * GOLDEN % 1
        if turn % 2:
            _said, ended = self._program.do(rescore, day, 1 + int(part * (self.statements - 1)))
            assert not ended
        else:
            self._program.killed_after(part * self.seconds, rescore, day)
        return self.look()

    def look(self) -> Answers:
        """Return what stands, and fail where it is not whole."""
        check_whole(self._installation)
        return answers(self._installation)


def test_a_run_killed_at_any_point_leaves_the_answers_of_before_or_all_of_its_own(
    aside: Path, installation: Installation, assured: Assured, often: Often
) -> None:
    kills = often(KILLS, LONG)
    done = left = 0
    with warm(installation, prepare) as program:
        assert program.do(fill)[1]
        runs = Runs(program, installation)
        undisturbed = {day: runs.whole(day) for day in DAYS}
        assert program.do(start)[1]
        before = files(installation, aside)
        day, stands = DAYS
        for turn in range(kills):
            found = runs.killed(day, turn)
            left += files(installation, aside) != before
            if found == undisturbed[stands]:
                done += 1
            else:
                assert found == undisturbed[day]
                day, stands = stands, day
        assert program.do(start)[1]
        assert files(installation, aside) == before
        assert runs.whole(day) == undisturbed[day] != undisturbed[stands]
    assert done >= kills / 2, "runs were too fast to be killed"
    assert left >= kills / 5, "none had anything aside"
    assured("kill rescore", done)
