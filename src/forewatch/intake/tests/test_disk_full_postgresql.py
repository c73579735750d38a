"""A disk of PostgreSQL that fills up: nothing acknowledged is lost, and all goes on once there is room."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from forewatch.access.models import Organisation
from forewatch.config.tests.assurance import Assured, Often
from forewatch.config.tests.surviving import Installation, Server, Warm, warm
from forewatch.intake.rules import State
from forewatch.intake.tests import importing
from forewatch.register.tests import saving
from forewatch.register.tests.saving import check_whole, unsure

pytestmark = pytest.mark.postgresql
MOMENTS, LONG = 8, 100
LOG, BLOCK = 1 << 20, 8192
"""Bytes of a piece of the server's log, which is the last that a full disk stops, and of a table's block."""
ROWS = 4_000
TABLES = ("register_record", "register_person", "register_identity", "register_identitykey")
"""Those that are larger than a piece of the log once so many pupils are in, and that a save writes to."""


def prepare() -> None:
    """Take in a file of many pupils, and let an officer sign in."""
    saving.prepare()
    importing.take_in(Organisation.objects.get(), range(ROWS))


def bring_in(installation: Installation, server: Server, program: Warm, upload: str) -> None:
    """Let the file in: in vain while the disk is full, and whole as soon as there is room."""
    for deed in (importing.work, importing.let_in):
        assert program.do(deed, upload)[1]
    server.room(LOG)
    assert program.do(importing.work_until_full, upload)[1]
    state, people = "SELECT state FROM intake_upload", "SELECT count(*) FROM register_person WHERE batch_id"
    assert installation.column(state) == [State.COMMITTING]
    assert installation.column(f"{people} IS NOT NULL") == ["0"]
    server.room(None)
    assert program.do(importing.work, upload)[1]
    assert installation.column(state) == [State.IN]
    assert installation.column(f"{people} IS NOT NULL") == [str(ROWS)]


def watched(server: Server, program: Warm) -> list[str]:
    """Save until the disk is full, and go on in the same program until there is room; return what it said."""
    server.room(server.size(TABLES[0]))
    # Before its last page is refused, several find room in what the table has left.
    told, ended = program.do(saving.save_until_full)
    assert ended
    with ThreadPoolExecutor(1) as other:
        made = other.submit(_room_later, server)
        again, ended = program.do(saving.save_again_once_there_is_room)
        made.result()
    assert ended, "the health of the server did not say that the disk is full, or did not get well again"
    return [*told, *(one for one in again if one != saving.REFUSED)]


def _room_later(server: Server) -> None:
    time.sleep(2)
    server.room(None)


def test_whatever_was_acknowledged_is_there_once_though_the_disk_was_full(
    installation: Installation, server: Server, assured: Assured, often: Often
) -> None:
    moments = often(MOMENTS, LONG)
    with warm(installation, prepare) as program:
        *said, upload = program.began_with
        bring_in(installation, server, program, upload)
        for moment in range(moments):
            table = TABLES[moment % len(TABLES)]
            server.room(server.size(table) + moment // len(TABLES) % 2 * BLOCK)
            told, ended = program.do(saving.save_until_full)
            assert ended, "the page did not say that the disk is full"
            server.room(None)
            # Room again: the very same page is sent once more.
            again, ended = program.do(saving.save, unsure(told))
            assert ended
            said += told + again
        said += watched(server, program)
    check_whole(installation, said)
    assured("disk full", moments + 1)


def test_whatever_was_acknowledged_is_there_once_though_the_server_stopped_for_want_of_room(
    installation: Installation, server: Server, assured: Assured
) -> None:
    with warm(installation, saving.prepare) as program:
        said = [*program.began_with, *program.do(saving.save)[0]]
        # Not even its log can be written: it ends all, and cannot start either.
        said += program.do(saving.save_on_whatever_happens, until=server.stop_for_want_of_room)[0]
        server.start()
        said += program.do(saving.save, unsure(said))[0]
    check_whole(installation, said)
    assured("disk full", 1)
