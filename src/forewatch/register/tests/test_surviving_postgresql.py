"""An acknowledged save survives kill -9 of a process of PostgreSQL, which takes all connections with it."""

from __future__ import annotations

import time

import pytest

from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.surviving import Installation, Server, warm
from forewatch.register.tests.saving import check_whole, prepare, save_on_whatever_happens

pytestmark = pytest.mark.postgresql
KILLS, LONG, DELAYS = 8, 200, 11


def test_what_was_acknowledged_is_there_and_whole_after_every_kill_of_the_database(
    installation: Installation, server: Server, assured: Assured, often: Often
) -> None:
    kills = often(KILLS, LONG)

    def kill_one_by_one() -> None:
        for turn in range(kills):
            time.sleep(0.3 + 0.073 * (turn % DELAYS))
            server.kill_one()

    with warm(installation, prepare) as program:
        said = [*program.began_with, *program.do(save_on_whatever_happens, until=kill_one_by_one)[0]]
    acknowledged = check_whole(installation, said)
    assert acknowledged > kills
    assured("kill", acknowledged)
    assured("killed", kills)
