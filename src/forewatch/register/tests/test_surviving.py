"""An acknowledged save survives kill -9: what the killed process had answered is there, once and whole."""

from __future__ import annotations

import time

from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.surviving import Installation, warm
from forewatch.register.tests.saving import check_whole, prepare, save, save_on, unsure

KILLS, LONG = 60, 1_000
FIRST, SPREAD = 0.2, 2.5
"""When the earliest kill comes, and over how long they spread, in times of one save."""
GOLDEN = 0.618034
"""Multiples of it, modulo 1, lie evenly wherever one stops: the moments of kills."""


def test_what_was_acknowledged_is_there_and_whole_after_every_kill(
    installation: Installation, assured: Assured, often: Often
) -> None:
    kills = often(KILLS, LONG)
    with warm(installation, prepare) as program:
        begun = time.monotonic()
        said = program.began_with + program.do(save)[0]
        seconds = time.monotonic() - begun
        for turn in range(kills):
            moment = seconds * (FIRST + SPREAD * (turn * GOLDEN % 1))
            told, ended = program.killed_after(moment, save_on, unsure(said))
            assert not ended
            said += told
    acknowledged = check_whole(installation, said)
    assert acknowledged > kills / 2
    assured("kill", acknowledged)
    assured("killed", kills)
