"""An importer killed at any point leaves nothing of its batch, or all of it; begun again, it ends well."""

from __future__ import annotations

import time

from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.surviving import Installation, Warm, warm
from forewatch.intake.rules import State
from forewatch.intake.tests.importing import ROWS, let_in, prepare, work

KILLS, LONG = 12, 150
# Somebody is found again by number, by name with birth, and by what the source calls them.
KEYS = {"register_person": 1, "register_record": 1, "register_identity": 1, "register_identitykey": 3}
"""Tables, and how many rows of each there are for a row of a file."""


def written(installation: Installation) -> list[float]:
    """Return how many files' rows there are of each kind."""
    counts = [int(installation.column(f"SELECT count(*) FROM {table}")[0]) for table in KEYS]
    return [count / ROWS / each for count, each in zip(counts, KEYS.values(), strict=True)]


def state_of(installation: Installation, upload: str) -> str:
    """Return where a file stands."""
    return dict(installation.ask("SELECT id, state FROM intake_upload"))[upload]


def seconds_of(program: Warm, upload: str) -> float:
    """Let an importer work to its end, and return how long it took."""
    begun = time.monotonic()
    _, ended = program.do(work, upload)
    assert ended
    return time.monotonic() - begun


def killed(
    program: Warm, installation: Installation, upload: str, after: State, kills: int, of: float
) -> int:
    """Kill importers of a file, each a little later, until one is done; return how many were not.

    `of` is how many seconds one takes, `after` the state in which it leaves the file.
    """
    files = int(after == State.IN)
    for turn in range(kills):
        program.killed_after(of * turn / kills, work, upload)
        installation.check()
        state = state_of(installation, upload)
        # The other file is in already.
        assert written(installation) == [files + (state == State.IN)] * len(KEYS)
        if state == after:
            return turn
        # Reading ends in a state of its own before the rows are checked.
        assert state in ({State.COMMITTING} if files else {State.READING, State.CHECKING})
    return kills


def test_an_importer_killed_at_any_point_leaves_nothing_or_the_whole_batch(
    installation: Installation, assured: Assured, often: Often
) -> None:
    kills = often(KILLS, LONG)
    done = 0
    with warm(installation, prepare) as program:
        first, second = program.began_with
        for after in (State.CHECKED, State.IN):
            seconds = seconds_of(program, first)
            done += killed(program, installation, second, after, kills, seconds)
            program.do(work, second)
            for upload in (first, second):
                assert state_of(installation, upload) == after
                program.do(let_in, upload)
    assert written(installation) == [2] * len(KEYS)
    ready = installation.ask("SELECT ready, rejected, people FROM intake_upload")
    assert ready == [(str(ROWS), "0", str(ROWS))] * 2
    assert done >= 3, "importers were too fast to be killed"
    assured("kill import", done)
